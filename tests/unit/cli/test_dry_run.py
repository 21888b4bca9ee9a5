"""--dry-run: every command that writes or sends can be tried; not a byte of the storage changes and nothing is sent. Which one has none says here why."""

import pytest
import typer
from _pytest.mark import ParameterSet
from campaign_maker import form_mail, made, moment
from offline_office import Office
from test_rehearsal import contents
from typer.testing import CliRunner

from pipeline.cli.app import REHEARSED
from pipeline.cli.root import app

NOW = ("--now", "2015-10-01T15:30:00")
WHY = ("--why", "电话核实")


def more(words: str, said: str) -> ParameterSet:
    return pytest.param(words, said, marks=pytest.mark.long)


# (words, what they must say); HELD and COUNTED stand for the reports of the fixture.
# Of the commands that decide alike, one in every run.
ACTING = [
    ("review accept HELD", "已计入甲县"),
    more("review correct HELD --completed 350", "350"),
    ("review correct COUNTED --completed 310", "310"),
    more("review assign HELD --period 2015-09-30", "9月30日"),
    more("review reject HELD", ""),
    more("review void HELD", ""),
    ("review undo COUNTED", ""),
    more("talks add 甲县 --month 2015-10", "甲县"),
    ("talks confirm 丙公司 --month 2015-09", ""),
    more("talks drop 丙公司 --month 2015-09", ""),
    ("extend 乙县 --period 2015-09-30 --until 2015-10-03", "准予延期"),
    ("ingest MAIL", "读入 1 封"),
    ("bulletin --month 2015-09 --send", "快照编号"),
    ("campaign close --anyway", ""),
]
# Commands without it: those that only look are not named here.
WITHOUT = {
    "run": "its wakes are tried by once --dry-run",
    "check": "changes nothing; --send asks for a letter to oneself",
    "assess": "writes the one workbook it is asked for",
    "board": "writes the pages into the folder named",
    "bulletin --preview": "writes into the folder named",
    "preview": "writes into the folder named",
    "export": "writes the one file named",
    "roster export": "writes the one file named",
    "backup": "writes into the folder named, over nothing",
    "restore": "refuses where a ledger stands, and puts aside what it replaces",
    "replay": "without --apply it is the rehearsal",
    "simulate": "is the rehearsal of a config",
    "campaign adopt": "without --go it is the rehearsal",
    "init": "asks each thing, and says what it will write",
    "service": "asks the system's own tools, which undo it: uninstall",
    "demo": "works in a folder of its own",
}


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A month of a campaign: a counted report, a held one, talks proposed."""
    office = Office(made(tmp_path_factory.mktemp("office")))
    for day, figure in (("2015-09-10", 300), ("2015-09-30", "约350")):
        at = f"{day} 10:00"
        raw = form_mail("jia@example.cn", "甲县", day, figure, at)
        office.mailbox.append(raw, moment(at))
    for when in ("09-09 09:05", "09-10 18:05", "09-30 18:05", "10-01 09:35"):
        office.wake(moment(f"2015-{when}"))
    mail = office.config.with_name("more.eml")
    at = "2015-10-01 11:00"
    mail.write_bytes(form_mail("yi@example.cn", "乙县", "2015-09-30", 50, at))
    return office


def words_of(text: str, office: Office) -> list[str]:
    with office.program(moment("2015-10-01 15:30")) as program:
        by_state = {r.state.value: r.id for r in program.store.ledger().reports}
    known = {
        "HELD": by_state["held"],
        "COUNTED": by_state["accepted"],
        "MAIL": str(office.config.with_name("more.eml")),
    }
    found = [known.get(word, word) for word in text.split()]
    if text.split(maxsplit=1)[0] in ("review", "talks", "extend"):
        found += WHY if found[1] != "confirm" else ()
    return found


@pytest.mark.parametrize(("text", "said"), ACTING)
def test_a_rehearsed_command_says_what_it_would_do_and_writes_nothing(
    worked: Office, text: str, said: str
) -> None:
    words = words_of(text, worked)
    before = contents(worked.config.parent)
    done = CliRunner().invoke(
        app,
        [*words, "--dry-run", "--config", str(worked.config), *NOW],
    )
    assert contents(worked.config.parent) == before
    assert "程序出错" not in done.output, done.output
    assert REHEARSED in done.output
    if text.startswith("bulletin"):
        # The mailbox of this config is not there, and is asked before anything is sent.
        assert done.exit_code == 3
        return
    assert done.exit_code in (0, 1), done.output
    assert said in done.output


def acting_commands(command: object, name: str = "") -> list[tuple[str, bool]]:
    """Each command by its words, and whether it has --dry-run."""
    inner = getattr(command, "commands", None)
    if inner is None:
        options = [o for p in command.params for o in p.opts]  # type: ignore[attr-defined]
        return [(name, "--dry-run" in options)]
    found = []
    for key in command.list_commands(None):  # type: ignore[attr-defined]
        one = command.get_command(None, key)  # type: ignore[attr-defined]
        found += acting_commands(one, f"{name} {key}".strip())
    return found


LOOKING = {
    "health", "status", "messages", "notices", "review list", "review show", "talks list", "explain", "log", "schedule", "read", "lint-docx", "verify",
}  # fmt: skip


def test_every_command_that_acts_has_it_or_says_why_not() -> None:
    root = typer.main.get_command(app)
    without = [name for name, has in acting_commands(root) if not has]
    unsaid = [
        name
        for name in without
        if name not in LOOKING
        and name not in WITHOUT
        and name.split()[0] not in WITHOUT
    ]
    assert unsaid == []
