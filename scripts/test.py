"""The whole check with one command: static checks, then the tests, fast ones first.

    python3 scripts/test.py            everything but what takes minutes to prove more of the same; the campaign to its first bulletin
    python3 scripts/test.py --whole    everything, and the whole campaign (ten minutes more)
    python3 scripts/test.py --fast     without crash, pictures, ocr and campaign
    python3 scripts/test.py --beside   what reads more where ../shared stands beside this folder, and nothing else; with --whole its
                                       campaign to the end, else none of it: the tests drive the first periods of the same one
    python3 scripts/test.py --checked  the tests alone, where scripts/check.py has just been run by itself
    python3 scripts/test.py ARGS...    other arguments go to pytest

Makes its own environment. Tests that need Dovecot, PostgreSQL, LibreOffice or Chromium say how to install what is missing and are
skipped; with CI set a missing Dovecot fails the run.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import _environment
import check

SLOW = "crash or pictures or campaign or ocr or install"
# Where those stand, and nothing else (tests/test_tests.py)
SLOW_PLACES = (
    "tests/crash",
    "tests/install",
    "tests/lives",
    "tests/ocr",
    "tests/pictures",
    "tests/test_campaign.py",
    "tests/test_nasty_campaign.py",
    "tests/test_other_campaign.py",
)
# What reads more where ../shared stands beside
BESIDE_PLACES = ("tests/golden", "tests/test_campaign.py")
# Two a core, since many tests wait for a server, a process or a disk; more than eight take more memory than they save time
WORKERS = str(min(8, 2 * (os.cpu_count() or 2)))
# A file's tests share what is slow to make
BY_FILE = ("-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder")
# Where the campaign of ../shared stops unless all of it is asked for
FIRST_BULLETIN = "2015-09-30"


def main() -> int:
    _environment.enter(("cluster", "demo", "postgres"), dev=True)
    if "--beside" in sys.argv:
        return _beside()
    if "--checked" not in sys.argv and check.main():
        return 1
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
    ours = ("--fast", "--whole", "--checked")
    arguments = [a for a in sys.argv[1:] if a not in ours]
    if arguments:
        return _pytest(*arguments)
    # Each worker reads all that it is given before it begins
    elsewhere = [f"--ignore={place}" for place in SLOW_PLACES]
    fast = (*elsewhere, "-m", f"not ({SLOW}){length}")
    status = _pytest(*fast, *BY_FILE)
    if status or "--fast" in sys.argv:
        return status
    return _pytest(*SLOW_PLACES, "-m", f"({SLOW}){length}", *BY_FILE)


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
