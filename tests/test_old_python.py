"""What is said before there is an environment: to an older Python, and where a terminal has no Chinese."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Before this version the scripts would not even be understood
OLDEST = (3, 6)


@cache
def older_pythons() -> list[str]:
    """Those of this machine, themselves and not what launches them; a launcher may stand for none."""
    found = []
    for minor in range(OLDEST[1], 11):
        places = [shutil.which(f"python3.{minor}") or ""]
        home = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
        places += map(
            str, sorted(home.glob(f"versions/3.{minor}.*/bin/python3"))
        )
        for place in filter(None, places):
            said = subprocess.run(
                [place, "-c", "import sys; print(sys.version_info[1], sys.executable)"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            number, _, itself = said.stdout.strip().partition(" ")
            if number == str(minor):
                found.append(itself)
                break
    return found


@pytest.mark.parametrize(
    ("script", "coding"),
    [("demo.py", "utf-8"), ("install.py", "ascii"), ("test.py", "cp1252")],
)
def test_an_older_python_is_told_so(script: str, coding: str) -> None:
    pythons = older_pythons()
    if not pythons:
        pytest.skip("no Python older than 3.11 on this machine")
    environment = {
        **os.environ,
        "PYTHONIOENCODING": coding,
        "XUNBAO_ENVIRONMENT": "",
    }
    said = set()
    for python in pythons:
        done = subprocess.run(
            [python, str(ROOT / "scripts" / script)],
            capture_output=True, env=environment, check=False,
        )  # fmt: skip
        lines = done.stderr.decode(coding).splitlines()
        said.add((done.returncode, len(lines), lines[-1]))
    assert said == {(1, 2, "xunbao needs Python 3.11 or newer.")}


def test_a_narrow_code_page_stops_no_script() -> None:
    """scripts/install.py says in Chinese what a part is called; a console without Chinese shows it in escapes."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/install.py"), "nosuch"],
        capture_output=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert b"nosuch" in done.stdout
    assert b"Traceback" not in done.stderr
