"""All static checks with one command: ruff (format and lint), mypy --strict over pipeline/ and scripts/, import-linter's
walls, the density of the code (scripts/measure.py), and once a day what is known against the locked packages
(scripts/release/audit.py).

python3 scripts/check.py          all of them beside each other, each to its end, one exit status
python3 scripts/check.py --fix    lets ruff mend what it can first
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import _environment

# In the order in which they are told
CHECKS = (
    ("依赖", ["python", "scripts/release/audit.py"]),
    ("格式", ["ruff", "format", "--check", "."]),
    ("写法", ["ruff", "check", "."]),
    ("类型", ["mypy"]),
    ("层次", ["lint-imports"]),
    ("疏密", ["python", "scripts/measure.py"]),
)


def main() -> int:
    _environment.enter(("cluster", "demo", "postgres"), dev=True)
    if "--fix" in sys.argv:
        _said(["ruff", "check", "--fix", "--quiet", "."])
        _said(["ruff", "format", "--quiet", "."])
    failed = []
    commands = [command for _, command in CHECKS]
    with ThreadPoolExecutor(len(CHECKS)) as beside:
        told = beside.map(_said, commands)
        for (name, command), done in zip(CHECKS, told, strict=True):
            print(f"== {name}：{' '.join(command)}\n{done.stdout}", end="")
            sys.stdout.flush()
            failed += [name] if done.returncode else []
    print(
        f"检查未通过：{'、'.join(failed)}" if failed else "检查全部通过",
        flush=True,
    )
    return 1 if failed else 0


def _said(command: list[str]) -> "subprocess.CompletedProcess[str]":
    """A program of this environment, run to its end, with all that it says."""
    program, *words = command
    return subprocess.run(
        [str(Path(sys.executable).with_name(program)), *words],
        cwd=_environment.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
