"""How a part is added that not every office needs: by the checkout's own script, or,
where the program was installed as a wheel and there is no checkout, by pip.

Trusts what the installed program says of itself. Never names `xunbao[...]` to pip: the
program is on no index, and whoever took the name there would be installed.
"""

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

_PROGRAM = "xunbao"
_ROOT = Path(__file__).resolve().parents[2]
_SCRIPT = "scripts/install.py"


def how_to_add(part: str, root: Path = _ROOT) -> str:
    """The words behind 请: what to run for `part`, an extra of pyproject.toml."""
    if (root / _SCRIPT).is_file():
        return f"在程序目录运行 python3 {_SCRIPT} {part}"
    packages = [f'"{package}"' for package in _packages(part)]
    if not packages:
        # A copy of the package alone says nothing of what it takes.
        return f"安装扩展 {part}"
    return f'运行 "{sys.executable}" -m pip install {" ".join(packages)}'


def _packages(part: str) -> Iterator[str]:
    """What the part takes, as pip understands it: `keyring>=25`."""
    try:
        lines = requires(_PROGRAM) or []
    except PackageNotFoundError:
        return
    for line in lines:
        package, _, condition = line.partition(";")
        if condition.replace('"', "'").strip() == f"extra == '{part}'":
            yield package.strip()
