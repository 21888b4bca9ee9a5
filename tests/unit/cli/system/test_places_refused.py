"""Places that the system refuses: a folder that cannot be written, a file that cannot be read, a full output. Each ends in a
sentence that names the place, and never in 程序出错了."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from campaign_maker import form_mail, made
from long_rows import long_rows
from typer.testing import CliRunner

from pipeline.cli.root import app

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="/proc and /dev/full are Linux's"
)
NOW = ["--now", "2015-10-01T18:05:00+08:00"]
# Nobody writes here, not even root
CLOSED = "/proc/nobody"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("places") / "office"
    made(folder)
    mail = folder / "1.eml"
    mail.write_bytes(
        form_mail(
            "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
        )
    )
    config = ["--config", str(folder / "config.toml")]
    done = CliRunner().invoke(app, ["ingest", str(mail), *config, *NOW])
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "office"))


@pytest.mark.parametrize(
    "line",
    [
        f"board {CLOSED}/board",
        f"export {CLOSED}/x.zip",
        f"bulletin --month 2015-09 --preview {CLOSED}",
        f"assess --out {CLOSED}/x.xlsx",
        f"backup {CLOSED}",
        f"replay --keep {CLOSED}",
        f"roster export {CLOSED}.xlsx",
        f"roster export {CLOSED}.csv",
        f"preview --out {CLOSED}",
        f"demo --out {CLOSED}",
        f"restore {CLOSED}",
        f"ingest {CLOSED}.eml",
        "ingest /proc/self/mem",
        "read /proc/self/mem",
        "read /proc",
    ],
)
def test_a_refused_place_is_named_in_a_sentence(
    office: Path, line: str
) -> None:
    words = line.split()
    more = []
    if words[0] not in ("read", "demo"):
        more = ["--config", str(office / "config.toml")]
    if words[0] in ("board", "bulletin", "assess", "ingest"):
        more += NOW
    done = CliRunner().invoke(app, [*words, *more])
    assert done.exit_code in (1, 2), done.output
    assert "程序出错了" not in done.output
    assert "/proc" in done.output
    assert not (office / "xunbao-error.log").exists()


@pytest.mark.parametrize(
    "line",
    # One that opens a ledger: what says it is the same for all
    [
        *long_rows("--help", "status"),
        "messages --json",
    ],
)
def test_a_full_output_is_said_in_a_sentence(office: Path, line: str) -> None:
    more = [] if line == "--help" else ["--config", str(office / "config.toml")]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", *line.split(), *more],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.decode() == "写不出去：磁盘满了\n"


def test_a_pipe_that_has_seen_enough_ends_it_quietly(office: Path) -> None:
    config = office / "config.toml"
    done = subprocess.run(
        f"'{sys.executable}' -m pipeline messages --config '{config}' | true",
        shell=True,
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""
