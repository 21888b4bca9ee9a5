"""Of a mailbox that was never read nothing is claimed: a ledger that only took files in
says that it looked at those, wherever 漏报 is told."""

from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment
from offline_office import Office
from typer.testing import CliRunner

from pipeline.cli.root import app

NOW = "2015-09-12T10:00:00"
ONLY = "只查了导入的邮件，没有读过邮箱"


def run(config: Path, *words: str) -> str:
    words = (*words, "--config", str(config), "--now", NOW)
    return CliRunner().invoke(app, list(words)).output


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    config = made(tmp_path)
    raw = form_mail(
        "jia@example.cn", "甲县", "2015-9-10", 100, "2015-09-10 09:00"
    )
    (tmp_path / "one.eml").write_bytes(raw)
    assert "记录 1 封" in run(config, "ingest", str(tmp_path / "one.eml"))
    return config


def test_the_proof_says_what_was_looked_at(imported: Path) -> None:
    text = run(imported, "status", "--proof", "乙县")
    assert f"漏报（{ONLY}）" in text
    for claim in ("已查收件箱", "截止后收信", "定时收信", "没有按时收信"):
        assert claim not in text


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("explain", "乙县"),
        ("bulletin", "--month", "2015-09", "--preview", "out"),
    ],
)
def test_whatever_tells_of_silence_says_so(
    imported: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(imported.parent)
    assert ONLY in run(imported, *words)


def test_once_the_mailbox_was_read_that_is_what_is_told(imported: Path) -> None:
    Office(imported).wake(moment("2015-09-11 08:30"))
    text = run(imported, "status", "--proof", "乙县")
    assert ONLY not in text
    assert "已查收件箱" in text
    assert ONLY not in run(imported, "status")
    assert "漏报：截止前后" in run(imported, "explain", "乙县")
