"""What a terminal shows that a pipe does not: tables as wide as it, and bars while a long job runs."""

import io
import shutil
import sys
from pathlib import Path

import pytest
import typer
from campaign_maker import form_mail, made, mail
from rich.cells import cell_len

from pipeline.cli.root import app

NOW = "2015-09-10T18:05:00+08:00"
MAILS = {
    "1.eml": form_mail(
        "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
    ),
    "2.eml": form_mail(
        "yi@example.cn",
        "乙县",
        "2015年9月10日",
        50,
        "2015-09-10 11:00",
        subject="关于报送2015年9月10日农民工入会集中行动旬报表的函" * 3,
    ),
    "3.eml": mail("bing@example.cn", "[bold]不是表[/bold]", "2015-09-10 13:00"),
}


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terminal") / "office"
    made(folder)
    (folder / "mails").mkdir()
    for name, raw in MAILS.items():
        (folder / "mails" / name).write_bytes(raw)
    run(folder, "ingest", str(folder / "mails"))
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "office"))


def run(folder: Path, *words: str) -> None:
    more = ["--config", str(folder / "config.toml")]
    if words[0] != "verify":
        more += ["--now", NOW]
    try:
        app([*words, *more], standalone_mode=False)
    except typer.Exit as done:
        assert done.exit_code in (0, 1)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("command", ["status", "messages", "notices"])
def test_a_table_fits_the_terminal(
    office: Path, monkeypatch: pytest.MonkeyPatch, command: str, width: int
) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", str(width))
    run(office, command)
    lines = screen.getvalue().splitlines()
    assert max(cell_len(plain_text(line)) for line in lines) <= width
    if command == "messages":
        assert "[bold]" in screen.getvalue()


def plain_text(line: str) -> str:
    from rich.text import Text

    return Text.from_ansi(line).plain


def test_a_pipe_gets_a_whole_line_a_mail(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(office, "messages")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(MAILS)
    assert sum("已计入" in line for line in lines) == 2


LONG_JOBS = {
    "verify": "检查台账和邮件原件",
    "backup": "备份",
    "replay": "重做台账",
    "ingest": "读入邮件",
}


@pytest.mark.parametrize("command", LONG_JOBS)
def test_a_long_job_shows_how_far_it_is(
    office: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    run(office, *_words(command, office))
    assert LONG_JOBS[command] in screen.getvalue()
    assert f"{len(MAILS)}/{len(MAILS)}" in screen.getvalue()


@pytest.mark.parametrize("command", LONG_JOBS)
def test_a_pipe_and_a_log_see_no_bar(
    office: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    run(office, *_words(command, office))
    assert capsys.readouterr().err == ""


def _words(command: str, office: Path) -> tuple[str, ...]:
    if command == "backup":
        return command, str(office / "备份")
    if command == "ingest":
        # Into an empty ledger, since what is known is not read again
        shutil.rmtree(office / "storage")
        return command, str(office / "mails")
    return (command,)
