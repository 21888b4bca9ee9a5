"""All static checks with one command: ruff (format and lint), mypy --strict over pipeline/ and scripts/, import-linter's
walls, the density of the code (scripts/measure.py), and once a day what is known against the locked packages
(scripts/release/audit.py).

python3 scripts/check.py          all of them, each to its end, one exit status
python3 scripts/check.py --fix    lets ruff mend what it can first
"""

import subprocess
import sys
from pathlib import Path

import _environment
import measure
from release import audit

CHECKS = (
    ("格式", ["ruff", "format", "--check", "."]),
    ("写法", ["ruff", "check", "."]),
    ("类型", ["mypy"]),
    ("层次", ["lint-imports"]),
)


def main() -> int:
    _environment.enter(("cluster", "demo", "postgres"), dev=True)
    bin_folder = Path(sys.executable).parent
    if "--fix" in sys.argv:
        subprocess.run(
            [bin_folder / "ruff", "check", "--fix", "--quiet", "."],
            cwd=_environment.ROOT,
            check=False,
        )
        subprocess.run(
            [bin_folder / "ruff", "format", "--quiet", "."],
            cwd=_environment.ROOT,
            check=False,
        )
    failed = ["依赖"] if audit.main() else []
    failed += [
        name
        for name, command in CHECKS
        if not _passes(name, command, bin_folder)
    ]
    print("== 疏密：scripts/measure.py", flush=True)
    failed += ["疏密"] if measure.main([]) else []
    print(
        f"检查未通过：{'、'.join(failed)}" if failed else "检查全部通过",
        flush=True,
    )
    return 1 if failed else 0


def _passes(name: str, command: list[str], bin_folder: Path) -> bool:
    print(f"== {name}：{' '.join(command)}", flush=True)
    done = subprocess.run(
        [str(bin_folder / command[0]), *command[1:]],
        cwd=_environment.ROOT,
        check=False,
    )
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
