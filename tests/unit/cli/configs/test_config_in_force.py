"""What was said of a closed period stays as it was under the configuration in force at its close; a correction of the past is shown, ordered and told."""

import json
from pathlib import Path
from typing import Any

import pytest
from campaign_maker import form_mail, made, moment, settings
from made_folders import MadeFolders, made_folders
from plain_reader import PlainReader
from typer.testing import CliRunner

from pipeline.bootstrap import Program, assemble
from pipeline.cli.root import app
from pipeline.flows.notify import notify
from pipeline.notices.explanation import explain

__all__ = ["made_folders"]  # a fixture

TARGET = "target = 1000\n"
SEP10, SEP20 = "2015-09-10", "2015-09-20"


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output


def edit(config: Path, old: str, new: str) -> None:
    text = config.read_text(encoding="utf-8")
    assert old in text
    config.write_text(text.replace(old, new, 1), encoding="utf-8")


def program(config: Path, when: str) -> Program:
    return assemble(settings(config), moment(when), read_with=PlainReader)


def adopted(config: Path, when: str) -> None:
    worker = program(config, when)
    worker.note_config()
    worker.close()


@pytest.fixture
def config(tmp_path: Path, made_folders: MadeFolders) -> Path:
    """甲县 reported 300 of 1,000 on 10 September, under the first configuration; the target was edited on 12 September."""
    made_folders.copied(tmp_path, "edited", reported_and_edited)
    return tmp_path / "config.toml"


def reported_and_edited(folder: Path) -> None:
    found = made(folder)
    adopted(found, "2015-09-09 08:00")
    raw = form_mail(
        "jia@example.cn", "甲县", "2015-9-10", 300, "2015-09-10 09:00"
    )
    mail = folder / "one.eml"
    mail.write_bytes(raw)
    when = "2015-09-10T10:00:00"
    run("ingest", str(mail), "--config", str(found), "--now", when)
    edit(found, TARGET, "target = 2000\n")
    edit(found, "target = 1900\n", "target = 2900\n")
    adopted(found, "2015-09-12 08:00")


def rows(config: Path, period: str, *more: str) -> dict[str, Any]:
    when = () if "--now" in more else ("--now", "2015-09-21T10:00:00")
    status, text = run(
        "status",
        "--json",
        "--period",
        period,
        "--config",
        str(config),
        *when,
        *more,
    )
    assert status == 0, text
    found = [json.loads(line) for line in text.splitlines()]
    return {row["unit"]: row for row in found if "unit" in row}


def test_a_new_target_speaks_for_what_closes_after_it(config: Path) -> None:
    assert rows(config, SEP10)["甲县"]["target"] == 1000
    assert rows(config, SEP10)["甲县"]["rate"] == 0.3
    assert rows(config, SEP20)["甲县"]["target"] == 2000


def test_as_of_uses_the_target_of_its_day(config: Path) -> None:
    early = rows(config, SEP10, "--as-of", "2015-09-11T10:00:00")
    later = rows(config, SEP20, "--as-of", "2015-09-20T20:00:00")
    assert (early["甲县"]["target"], later["甲县"]["target"]) == (1000, 2000)


def test_explain_reads_by_what_held_when_the_period_closed(
    config: Path,
) -> None:
    _, text = run(
        "explain",
        "甲县",
        "--period",
        SEP10,
        "--config",
        str(config),
        "--now",
        "2015-09-21T10:00:00",
    )
    assert "1000" in text.replace(",", "")
    assert "2000" not in text.replace(",", "")


def test_an_edit_that_nobody_took_up_says_nothing_of_the_past(
    config: Path,
) -> None:
    edit(config, "target = 2000\n", "target = 4000\n")
    edit(config, "target = 2900\n", "target = 4900\n")
    assert rows(config, SEP10)["甲县"]["target"] == 1000


def test_a_renamed_unit_keeps_its_closed_row_under_the_present_name(
    config: Path,
) -> None:
    edit(config, 'units = ["甲县"]', 'units = ["新甲区"]')
    edit(
        config,
        'name = "甲县"\nkind',
        'name = "新甲区"\nformerly = ["甲县"]\nkind',
    )
    adopted(config, "2015-09-15 08:00")
    row = rows(config, SEP10)["新甲区"]
    assert (row["target"], row["completed"]) == (1000, 300)


RETROACTIVE = ("campaign", "adopt", "--retroactive", "--why", "目标抄错了")


def test_a_correction_of_the_past_is_shown_first_and_changes_nothing(
    config: Path,
) -> None:
    when = ("--config", str(config), "--now", "2015-09-21T10:00:00")
    status, text = run(*RETROACTIVE, *when)
    assert status == 0, text
    assert "9月10日期 甲县 目标：1000 → 2000" in text
    assert rows(config, SEP10)["甲县"]["target"] == 1000


def test_a_correction_of_the_past_is_told_in_the_journal(config: Path) -> None:
    when = ("--config", str(config), "--now", "2015-09-21T10:00:00")
    status, text = run(*RETROACTIVE, "--go", *when)
    assert status == 0, text
    assert rows(config, SEP10)["甲县"]["target"] == 2000
    taken = [
        entry.why
        for entry in program(config, "2015-09-21 10:00").journal.entries()
        if entry.what == "config_taken"
    ]
    assert taken[-1].startswith("更正过去：目标抄错了")
    assert run("verify", "--config", str(config))[0] == 0


def test_a_later_wake_does_not_take_the_correction_back(config: Path) -> None:
    when = ("--config", str(config), "--now", "2015-09-21T10:00:00")
    run(*RETROACTIVE, "--go", *when)
    adopted(config, "2015-09-22 10:00")
    edit(config, 'name = "丙公司"', '# 注释\nname = "丙公司"')
    adopted(config, "2015-09-23 10:00")
    later = ("--now", "2015-09-24T10:00:00")
    assert rows(config, SEP10, *later)["甲县"]["target"] == 2000


def test_a_correction_of_the_past_needs_its_reason(config: Path) -> None:
    status, text = run(
        "campaign", "adopt", "--retroactive", "--config", str(config)
    )
    assert (status, "原因" in text) == (2, True)


def test_letters_of_a_closed_period_say_what_held_then(config: Path) -> None:
    """The same facts that the digest and the bulletin are made of."""
    worker = program(config, "2015-09-21 10:00")
    due = moment("2015-09-10 12:00").date()
    found = explain(
        "甲县", due, worker.facts(), worker.store, worker.outbox.notices()
    )
    assert found.row.target == 1000


def test_a_sent_bulletin_is_rebuilt_by_what_it_went_out_by(
    tmp_path: Path,
) -> None:
    config = made(tmp_path)
    adopted(config, "2015-09-09 08:00")
    worker = program(config, "2015-10-01 15:00")
    worker.store.born(moment("2015-09-01 08:00"))
    notify(moment("2015-10-01 15:00"), worker.desk(), mailbox_read=True)
    worker.close()
    edit(config, "[campaign]", '[campaign]\ncontact = "新来的人"')
    adopted(config, "2015-10-05 08:00")
    when = ("--config", str(config), "--now", "2015-10-06T10:00:00")
    out = str(tmp_path / "again")
    rebuild = ("bulletin", "--month", "2015-09", "--rebuild", out)
    status, text = run(*rebuild, *when)
    assert status == 0, text
    assert "逐字节相同" in text


def test_mails_are_replayed_by_the_rules_that_they_were_judged_by(
    config: Path,
) -> None:
    edit(config, "[checks]\n", "[checks]\nover_target = 0.1\n")
    adopted(config, "2015-09-15 08:00")
    when = ("--config", str(config), "--now", "2015-09-21T10:00:00")
    status, text = run("replay", *when)
    assert status == 0, text
    assert "完全一致" in text
