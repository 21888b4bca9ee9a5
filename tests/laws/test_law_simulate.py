"""The law of `simulate`: under a told clock the letters that it names for a changed config are exactly those that then go (rules.md 11)."""

from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment
from offline_office import Office
from plain_reader import PlainReader

from pipeline.bootstrap import assemble
from pipeline.cli.ledger.simulate_command import simulated
from pipeline.edges.files.rehearsal_folder import rehearsal
from pipeline.edges.ledger.unopened.kept_configs import kept_configs
from pipeline.model.notice import NoticeKind
from pipeline.settings import load

EDITS = {
    "a lower target": [
        ("target = 1000\n", "target = 700\n"),
        ("target = 1900\n", "target = 1600\n"),
    ],
    "earlier hours": [
        (
            "[bulletin]",
            '[schedule]\nperiod_digest = { days_after = 1, at = "08:00" }\n'
            'monthly_bulletin = { days_after = 1, at = "09:00" }\n[bulletin]',
        )
    ],
    "nobody lags": [
        ("[bulletin]", "[progress]\nlag_margin = 0.99\n[bulletin]")
    ],
    "another name": [
        ('units = ["甲县"]', 'units = ["新甲区"]'),
        ('name = "甲县"\nkind', 'name = "新甲区"\nformerly = ["甲县"]\nkind'),
    ],
    "one more for the bulletin": [
        (
            "[[group]]",
            '[[staff]]\nname = "领导"\nemail = "boss@example.cn"\n'
            'roles = ["digest", "bulletin"]\n[[group]]',
        )
    ],
    "approval first": [('approval = "none"', 'approval = "required"')],
}
# The hours at which somebody wakes again: reminders alone, the digest with talk proposals
# and the bulletin, one at which only answers go. Each takes a second or two. In every run
# one edit of the figures, of the calendar and of what goes, and each hour.
BULLETIN_HOUR = "2015-10-01 15:05"
SOME = ("a lower target", "earlier hours", "approval first")
CASES = [
    *(
        pytest.param(
            edit, BULLETIN_HOUR, marks=[] if edit in SOME else pytest.mark.long
        )
        for edit in sorted(EDITS)
    ),
    ("another name", "2015-10-01 09:05"),
    ("a lower target", "2015-10-01 22:00"),
]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """September, up to the eve of its last period's letters."""
    office = Office(made(tmp_path_factory.mktemp("lived")))
    for who, unit, day, figure in (
        ("jia", "甲县", "2015-09-10", 300),
        ("yi", "乙县", "2015-09-20", 20),
        ("jia", "甲县", "2015-09-30", 320),
    ):
        at = f"{day} 10:00"
        raw = form_mail(f"{who}@example.cn", unit, day, figure, at)
        office.mailbox.append(raw, moment(at))
    for when in ("09-09 09:05", "09-10 18:05", "09-20 18:05", "09-30 20:05"):
        office.wake(moment(f"2015-{when}"))
    return office


def gone(office: Office, now: str) -> set[tuple[str, str]]:
    """(key, kind) of what was sent, alerts aside."""
    with office.program(moment(now)) as program:
        return {
            (line.action.key, line.action.kind.value)
            for line in program.outbox.notices()
            if line.state == "sent" and line.action.kind is not NoticeKind.ALERT
        }


@pytest.mark.parametrize(("edit", "now"), CASES)
def test_the_letters_named_are_those_that_go(
    lived: Office, tmp_path: Path, edit: str, now: str
) -> None:
    office = lived.copied(tmp_path / "office")
    old = load(office.config, kept_configs)
    office.edit(*EDITS[edit])
    with rehearsal(old) as kept:
        program = assemble(kept, moment(now), read_with=PlainReader)
        found = simulated(
            program, load(office.config, kept_configs), 31, retroactive=False
        )
        program.close()
    assert found.refused == ()
    before = gone(office, now)
    office.wake(moment(now))
    went = gone(office, now) - before
    assert {(a.key, a.kind.value) for a in found.letters} == went
    assert bool(went) == (not now.endswith("22:00"))
