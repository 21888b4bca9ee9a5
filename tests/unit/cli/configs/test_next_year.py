"""docs/zh/明年怎么接着用, tried through: 2015 ended, 2016 begun from its config on the same mailbox; nothing of 2015 is counted or answered, and the old ledger is refused."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment
from offline_office import Office
from typer.testing import CliRunner

from pipeline.cli.root import app

PAGE = Path(__file__).parents[4] / "docs" / "zh" / "明年怎么接着用.md"
ENDED = "2016-01-31T10:00:00"
LAST_OF_2015 = ("2015-09-10", "2015-12-30")
AMID_2016 = "2016-09-10 18:05"


def run(config: Path, *words: str, now: str = ENDED) -> tuple[int, str]:
    done = CliRunner().invoke(
        app, [*words, "--config", str(config), "--now", now]
    )
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Office:
    found = Office(made(tmp_path_factory.mktemp("2015")))
    for day in (*LAST_OF_2015, "2016-02-20", "2016-09-10"):
        at = f"{day} 10:00"
        figure = 300 + int(day[5:7])
        raw = form_mail("jia@example.cn", "甲县", day, figure, at)
        found.mailbox.append(raw, moment(at))
    for when in ("2015-09-10 18:05", "2015-12-30 18:05", "2015-12-31 15:05"):
        found.wake(moment(when))
    return found


@pytest.fixture
def office(tmp_path: Path, lived: Office) -> Office:
    """2015 as it went: two reports, and one that came long after the end; then one of 2016."""
    return lived.copied(tmp_path / "2015")


def ended(office: Office) -> None:
    status, text = run(office.config, "campaign", "close")
    assert status == 0, text
    backup = office.config.parent / "backup"
    assert run(office.config, "backup", str(backup))[0] == 0


def followed(office: Office, folder: Path) -> Office:
    """The steps of the page, 开始明年的."""
    folder.mkdir()
    config = folder / "config.toml"
    shutil.copyfile(office.config, config)
    (folder / "password").write_text("demo", encoding="utf-8")
    text = config.read_text(encoding="utf-8")
    text = text.replace("2015-", "2016-").replace("演示行动", "次年行动", 1)
    text = re.sub(r"^(base|target) = \d+\n(?=base|target|\n)", "", text, count=2, flags=re.M)  # fmt: skip
    config.write_text(text, encoding="utf-8")
    return Office(config, office.mailbox)


def test_the_next_year_begins_on_the_same_mailbox_and_knows_nothing_of_the_last(
    office: Office, tmp_path: Path
) -> None:
    ended(office)
    sent = len(office.post.taken)
    new = followed(office, tmp_path / "2016")
    assert run(new.config, "check", now="2016-09-01T10:00:00")[0] == 0
    new.wake(moment(AMID_2016))
    with new.program(moment(AMID_2016)) as program:
        ledger = program.store.ledger()
        outcomes = sorted(
            mail.reason or mail.outcome for mail in ledger.messages
        )
        assert outcomes == ["before_campaign"] * 3 + ["reported"]
        (report,) = ledger.reports
        assert report.completed == 309
    assert len(office.post.taken) == sent, "the ended one sends nothing more"
    to_units = [who for who, _ in new.post.taken if who == "jia@example.cn"]
    assert len(to_units) == 1, "the receipt of this year's form"


def test_the_ended_one_is_only_looked_at(office: Office) -> None:
    ended(office)
    for words in (("once",), ("review", "void", "x"), ("campaign", "close")):
        status, text = run(office.config, *words)
        assert (status, "已于" in text) == (2, True), words
    for words in (("status",), ("messages",), ("notices",), ("verify",)):
        if words == ("verify",):
            more = ["verify", "--config", str(office.config)]
            assert CliRunner().invoke(app, more).exit_code == 0
            continue
        assert run(office.config, *words)[0] == 0


def rows_of(ledger: Path) -> list[str]:
    """Whatever stands in the file or in its WAL: SQLite moves it from one to the other
    when it likes."""
    with closing(sqlite3.connect(ledger)) as opened:
        return list(opened.iterdump())


def test_next_years_config_on_the_old_ledger_is_refused_with_the_way(
    office: Office, tmp_path: Path
) -> None:
    ended(office)
    new = followed(office, tmp_path / "2016")
    old = office.config.parent / "storage"
    text = new.config.read_text(encoding="utf-8")
    storage = f'\n[storage]\ndirectory = "{old.as_posix()}"\ndatabase = "sqlite:///{old.as_posix()}/ledger.db"\n'
    new.config.write_text(text + storage, encoding="utf-8")
    before = rows_of(old / "ledger.db")
    for words in (("once",), ("status",)):
        status, text = run(new.config, *words, now="2016-09-10T18:05:00")
        assert (status, "[storage]" in text) == (2, True), text
    assert rows_of(old / "ledger.db") == before


def test_the_page_names_the_steps_that_were_tried() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for word in (
        "xunbao campaign close",
        "xunbao backup",
        "first_due",
        "xunbao check",
        "xunbao once --dry-run",
    ):
        assert word in page
