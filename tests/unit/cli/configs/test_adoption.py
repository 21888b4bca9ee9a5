"""A ledger takes up the configurations it can follow, and refuses the others with the way out."""

import json
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment
from made_folders import MadeFolders, made_folders
from offline_office import Office
from typer.testing import CliRunner

from pipeline.cli.root import app
from pipeline.flows.worker import Worked, read_mailbox
from pipeline.model.operation.errors import NotAdopted

__all__ = ["made_folders"]  # a fixture


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output


@pytest.fixture
def config(tmp_path: Path, made_folders: MadeFolders) -> Path:
    """A ledger that only ever took a file in: a report of 甲县 for 10 September."""
    made_folders.copied(tmp_path, "taken in", taken_in)
    return tmp_path / "config.toml"


def taken_in(folder: Path) -> None:
    found = made(folder)
    raw = form_mail(
        "jia@example.cn", "甲县", "2015-9-10", 100, "2015-09-10 09:00"
    )
    mail = folder / "one.eml"
    mail.write_bytes(raw)
    when = "2015-09-10T10:00:00"
    status, text = run(
        "ingest", str(mail), "--config", str(found), "--now", when
    )
    assert status == 0, text


def edit(config: Path, old: str, new: str) -> None:
    text = config.read_text(encoding="utf-8")
    assert old in text
    config.write_text(text.replace(old, new), encoding="utf-8")


REFUSED = [
    ("first_due = 2015-09-10", "first_due = 2015-09-20", "9月10日"),
    ('name = "甲县"\nkind', 'name = "新县"\nkind', "formerly"),
]


@pytest.mark.parametrize(("old", "new", "said"), REFUSED)
@pytest.mark.parametrize("command", ["once", "check", "ingest"])
def test_what_would_rewrite_the_past_is_refused_with_its_cure(
    config: Path,
    command: str,
    old: str,
    new: str,
    said: str,
) -> None:
    edit(config, 'units = ["甲县"]', 'units = ["乙县"]')
    edit(config, old, new)
    when = "2015-09-12T10:00:00"
    words = [command]
    if command == "ingest":
        words.append(str(config.parent / "one.eml"))
    status, text = run(*words, "--config", str(config), "--now", when)
    assert status == 2
    assert said in text


@pytest.mark.parametrize(("old", "new", "said"), REFUSED)
def test_what_an_older_version_read_without_adopting_is_not_lost(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    """Older versions noted no configuration when files were taken in."""
    office = Office(made(tmp_path))
    when = moment("2015-09-10 10:00")
    raw = form_mail(
        "jia@example.cn", "甲县", "2015-9-10", 100, "2015-09-10 09:00"
    )
    office.mailbox.append(raw, when)
    with office.program(when) as program:
        read_mailbox(office.shift(program, when), Worked())
        assert program.journal.adopted() is None
        assert len(program.store.ledger().reports) == 1
    edit(office.config, 'units = ["甲县"]', 'units = ["乙县"]')
    edit(office.config, old, new)
    status, text = run(
        "check", "--config", str(office.config), "--now", "2015-09-12T10:00:00"
    )
    assert (status, said in text) == (2, True)
    with pytest.raises(NotAdopted, match=said):
        office.wake(moment("2015-09-12 10:00"))


def test_next_years_config_is_refused_by_every_command(config: Path) -> None:
    edit(config, "2015-", "2016-")
    for command in ("status", "once", "messages"):
        status, text = run(command, "--config", str(config))
        assert (status, "新的台账" in text) == (2, True), command


def test_a_later_end_is_taken_up(config: Path) -> None:
    edit(config, "last_due = 2015-12-30", "last_due = 2016-01-30")
    when = "2015-09-12T10:00:00"
    status, _ = run("check", "--config", str(config), "--now", when)
    assert status == 0


def test_a_renamed_unit_keeps_its_report(config: Path) -> None:
    edit(config, 'units = ["甲县"]', 'units = ["新甲区"]')
    edit(
        config,
        'name = "甲县"\nkind',
        'name = "新甲区"\nformerly = ["甲县"]\nkind',
    )
    when = ("--now", "2015-09-12T10:00:00")
    status, text = run("status", "--json", "--config", str(config), *when)
    assert status == 0
    rows = [json.loads(line) for line in text.splitlines()]
    assert {row["unit"]: row["completed"] for row in rows if "unit" in row} == {
        "新甲区": 100,
        "乙县": None,
        "丙公司": None,
    }
    status, _ = run("check", "--config", str(config), *when)
    assert status == 0


def test_dated_targets_and_dates_of_taking_part_stand_in_the_config(
    tmp_path: Path,
) -> None:
    config = made(tmp_path)
    dated = "[{ from = 2015-01-01, value = 800 }, { from = 2015-09-15, value = 1000 }]"
    edit(config, "target = 1000\n", f"target = {dated}\n")
    edit(config, "target = 400\n", "target = 400\njoined = 2015-09-20\n")
    when = ("--now", "2015-09-21T10:00:00")
    targets = []
    for period in ("2015-09-10", "2015-09-20"):
        _, text = run(
            "status",
            "--json",
            "--period",
            period,
            "--config",
            str(config),
            *when,
        )
        rows = [json.loads(line) for line in text.splitlines()]
        targets.append({r["unit"]: r["target"] for r in rows if "unit" in r})
    assert targets == [
        {"甲县": 800, "乙县": 500},
        {"甲县": 1000, "乙县": 500, "丙公司": 400},
    ]
