"""A campaign is looked at, ended, and followed by the next one on the same mailbox."""

import zipfile
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment
from typer.testing import CliRunner

from pipeline.cli.root import app
from pipeline.demo.servers import DemoServers

DURING = ("--now", "2015-09-10T18:05:00+08:00")
AFTER = ("--now", "2016-01-05T10:00:00+08:00")
NEXT = ("--now", "2016-09-10T18:05:00+08:00")


def run(config: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words, "--config", str(config)])
    return done.exit_code, done.output


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    """One report that counts and one that is held."""
    folder = tmp_path / "mails"
    folder.mkdir()
    for number, figure in enumerate((300, "约350")):
        day = f"2015年9月{10 * (number + 1)}日"
        received = f"2015-09-{10 * (number + 1)} 10:00"
        raw = form_mail("jia@example.cn", "甲县", day, figure, received)
        (folder / f"{number}.eml").write_bytes(raw)
    return folder


def test_a_campaign_is_ended_once_nothing_is_open(
    tmp_path: Path, mails: Path
) -> None:
    config = made(tmp_path / "2015")
    run(config, "ingest", str(mails), *DURING)
    status, text = run(config, "campaign", *DURING)
    assert status == 0
    assert all(
        word in text for word in ("演示行动", "已截止 1 期", "待核 1 份")
    )
    status, text = run(config, "campaign", "close", *DURING)
    assert (status, "没有截止" in text) == (1, True)
    status, text = run(config, "campaign", "close", *AFTER)
    assert (status, "--anyway" in text) == (1, True)
    status, text = run(config, "campaign", "close", "--anyway", *AFTER)
    assert status == 0, text
    out = config.parent / "storage" / "out"
    assert (out / "考核2015.xlsx").is_file()
    with zipfile.ZipFile(out / "存档2015.zip") as archive:
        kept = [n for n in archive.namelist() if n.endswith(".eml")]
    assert len(kept) == len(list(mails.glob("*.eml"))) == 2
    for words in (("once",), ("ingest", str(mails)), ("campaign", "close")):
        status, text = run(config, *words, *AFTER)
        assert (status, "已于" in text) == (2, True), words
    assert run(config, "status", *AFTER)[0] == 0


def test_the_next_year_begins_on_the_same_mailbox(tmp_path: Path) -> None:
    with DemoServers() as servers:
        for year in (2015, 2016):
            raw = form_mail(
                "jia@example.cn",
                "甲县",
                f"{year}年9月10日",
                300,
                f"{year}-09-10 10:00",
            )
            servers.append(raw, moment(f"{year}-09-10 10:00"))
        config = made(
            tmp_path / "2016",
            servers.imap_port,
            servers.smtp_port,
            {"2015-": "2016-"},
        )
        status, text = run(config, "once", *NEXT)
        assert status == 0, text
        assert "不在这项工作起止日期内的来信 1 封" in text
        sent = [
            mail for mail in servers.collected if "jia@" in mail.recipients[0]
        ]
        assert len(sent) == 1, "the receipt of this year's report"
        _, text = run(config, "messages", "--json", *NEXT)
    assert '"before_campaign"' in text
    assert text.count('"reported"') == 1
