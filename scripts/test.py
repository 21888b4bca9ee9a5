"""The whole check with one command: static checks beside the fast tests, then the slow ones.

    python3 scripts/test.py            everything but what takes minutes to prove more of the same; the campaign to its first bulletin
    python3 scripts/test.py --whole    everything, and the whole campaign (ten minutes more)
    python3 scripts/test.py --fast     without crash, pictures, ocr and campaign
    python3 scripts/test.py --beside   what reads more where ../shared stands beside this folder, and nothing else; with --whole its
                                       campaign to the end, else none of it: the tests drive the first periods of the same one
    python3 scripts/test.py ARGS...    other arguments go to pytest

Makes its own environment. Tests that need Dovecot, PostgreSQL, LibreOffice or Chromium say how to install what is missing and are
skipped; with CI set a missing Dovecot fails the run. What the static checks found is told behind the fast tests, and where one
failed the slow tests do not begin.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

import _environment

SLOW = "crash or pictures or campaign or ocr or install"
# Where those stand: each worker reads all that it is given before it begins
SLOW_PLACES = (
    "tests/crash",
    "tests/install",
    "tests/lives",
    "tests/ocr",
    "tests/pictures",
    "tests/test_campaign.py",
    "tests/test_other_campaign.py",
)
# What reads more where ../shared stands beside
BESIDE_PLACES = ("tests/golden", "tests/test_campaign.py")
# One more than cores, since many tests wait for a server; more than eight take more memory
# than they save time
WORKERS = str(min(8, (os.cpu_count() or 2) + 1))
# Where the campaign of ../shared stops unless all of it is asked for
FIRST_BULLETIN = "2015-09-30"


def main() -> int:
    _environment.enter(("cluster", "demo", "postgres"), dev=True)
    if "--beside" in sys.argv:
        return _beside()
    _say_what_is_missing()
    if os.environ.get("CI") and not shutil.which("dovecot"):
        print(
            "CI 缺少 Dovecot：apt-get install dovecot-imapd dovecot-lmtpd",
            flush=True,
        )
        return 1
    whole = "--whole" in sys.argv
    if whole:
        os.environ.setdefault("XUNBAO_EXAMPLES", "100")
    else:
        os.environ.setdefault("XUNBAO_CAMPAIGN_UNTIL", FIRST_BULLETIN)
    length = "" if whole else " and not long"
    arguments = [a for a in sys.argv[1:] if a not in ("--fast", "--whole")]
    fast = ["-m", f"not ({SLOW}){length}", "-n", WORKERS]
    status = _beside_the_checks(*(arguments or fast))
    if status or arguments or "--fast" in sys.argv:
        return status
    return _pytest(
        *SLOW_PLACES,
        "-m",
        f"({SLOW}){length}",
        "-n",
        WORKERS,
        # A file's tests share what is slow to make
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
    )


def _beside_the_checks(*arguments: str) -> int:
    """pytest while the static checks run: most of their time is mypy's alone, which takes one core, and the index's."""
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            [sys.executable, str(_environment.ROOT / "scripts" / "check.py")],
            stdout=said,
            stderr=subprocess.STDOUT,
        ) as checks:
            status = _pytest(*arguments)
        _show(said)
    return status or checks.returncode


def _show(said: IO[bytes]) -> None:
    said.seek(0)
    print(said.read().decode("utf-8", "replace"), end="", flush=True)


def _beside() -> int:
    if "--whole" in sys.argv:
        return _pytest(*BESIDE_PLACES, "-m", "beside", "-n", WORKERS)
    asked = ("-m", "beside and not campaign")
    return _pytest(*BESIDE_PLACES, *asked, "-n", WORKERS)


def _say_what_is_missing() -> None:
    needs = {
        "dovecot": "邮箱的测试：apt-get install dovecot-imapd dovecot-lmtpd",
        "initdb": "台账在 PostgreSQL 里的测试：apt-get install postgresql",
        "soffice": "文档的图片测试：apt-get install libreoffice-writer libreoffice-calc fonts-noto-cjk poppler-utils",
        "chromium": "邮件的图片测试：apt-get install chromium",
    }
    for program, hint in needs.items():
        if not shutil.which(program, path=_looked_in()):
            print(f"没有 {program}，跳过{hint}", flush=True)


def _looked_in() -> str:
    """Debian keeps a PostgreSQL server's programs beside the path."""
    servers = map(str, Path("/usr/lib/postgresql").glob("*/bin"))
    return os.pathsep.join([os.environ.get("PATH", ""), *servers])


def _pytest(*arguments: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    environment = dict(os.environ)
    # Else pytest prepares each test module anew in each worker of each run
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.run(
        command, cwd=_environment.ROOT, env=environment, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
