"""A period that a held report names and that the calendar has lost is shown and decided on like any other, by every command."""

from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment
from made_folders import MadeFolders, made_folders
from offline_office import Office
from typer.testing import CliRunner

from pipeline.cli.root import app
from pipeline.model.report import ReportState

__all__ = ["made_folders"]  # a fixture

NOW = "2015-09-12T10:00:00"


@pytest.fixture
def office(tmp_path: Path, made_folders: MadeFolders) -> Office:
    """甲县's report for 10 September is held; the present configuration, in which that
    period is none, was taken up without a question, as older versions did."""
    made_folders.copied(tmp_path, "lost", with_a_lost_period)
    return Office(tmp_path / "config.toml")


def with_a_lost_period(folder: Path) -> None:
    found = Office(made(folder))
    raw = form_mail(
        "jia@example.cn", "甲县", "2015-9-10", "约350", "2015-09-10 10:00"
    )
    mail = folder / "one.eml"
    mail.write_bytes(raw)
    status, text = run(found, "ingest", str(mail), "--now", NOW)
    assert status in (0, 1), text
    found.edit(("first_due = 2015-09-10", "first_due = 2015-09-20"))
    with found.program(moment(NOW.replace("T", " "))) as program:
        program.note_config()


def run(office: Office, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words, "--config", str(office.config)])
    return done.exit_code, done.output


def case_of(office: Office) -> str:
    with office.program(moment(NOW.replace("T", " "))) as program:
        (report,) = program.store.ledger().reports
        return report.id


def state_of(office: Office) -> ReportState:
    with office.program(moment(NOW.replace("T", " "))) as program:
        (report,) = program.store.ledger().reports
        return report.state


LOOKS = [
    ("review", "list"),
    ("review", "list", "--all"),
    ("status",),
    ("messages",),
    ("campaign",),
    ("health",),
    ("log",),
]


@pytest.mark.parametrize("words", LOOKS)
def test_it_is_shown(office: Office, words: tuple[str, ...]) -> None:
    more = () if words == ("log",) else ("--now", NOW)
    status, text = run(office, *words, *more)
    assert status in (0, 1, 3), text
    assert "程序出错" not in text


def test_its_case_and_the_board_show_it(office: Office, tmp_path: Path) -> None:
    for words in (
        ("review", "show", case_of(office)),
        ("board", str(tmp_path / "page")),
        ("export", str(tmp_path / "all.zip")),
    ):
        status, text = run(office, *words, "--now", NOW)
        assert status in (0, 1), text
        assert "程序出错" not in text


def test_a_wake_tells_reviewers_of_it(office: Office) -> None:
    worked = office.wake(moment("2015-09-12 10:00"))
    assert not worked.planned.unwritten
    assert any("staff@" in who for who, _ in office.post.taken)


RULINGS = [
    (
        (
            "correct",
            "--completed",
            "350",
            "--period",
            "2015-09-20",
            "--why",
            "电话核实",
        ),
        "accepted",
    ),
    (("reject", "--why", "不是报表"), "rejected"),
    (("assign", "--period", "2015-09-20"), "held"),
]


@pytest.mark.parametrize(("words", "state"), RULINGS)
def test_it_can_be_decided_on(
    office: Office, words: tuple[str, ...], state: str
) -> None:
    verb, *more = words
    done = run(office, "review", verb, case_of(office), *more, "--now", NOW)
    assert done[0] in (0, 1), done[1]
    assert "程序出错" not in done[1]
    assert state_of(office).value == state


def test_to_count_it_needs_a_period_that_there_is(office: Office) -> None:
    words = ("correct", case_of(office), "--completed", "350", "--why", "核实")
    status, text = run(office, "review", *words, "--now", NOW)
    assert (status, "最近的是 2015-09-20" in text) == (2, True)
