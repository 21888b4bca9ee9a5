"""Several campaigns at one mailbox: it is read once, each mail lies in the ledger that it
belongs to and in no other, and what may be two campaigns' is held in both.
"""

import json
import re
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.policy import SMTP
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from campaign_maker import form_mail, made, moment
from faults import FaultMaker
from plain_reader import PlainReader
from test_ingest import Box

from pipeline.bootstrap import Program, assemble, shared_reading
from pipeline.edges.fault_points import FaultPoint
from pipeline.flows.ingest import Taken, take_in
from pipeline.flows.shared_mailbox import SharedIntake, SharedReading
from pipeline.model.form import Hold
from pipeline.model.operation.errors import Unreachable
from pipeline.model.report import ReportState
from pipeline.settings import load
from pipeline.settings.several import load_folder

EXAMPLES = Path(__file__).parents[3] / "examples"
NAMES = ("hazards", "visits")


class Door:
    """A door that is always open."""

    sitting = staticmethod(lambda folder: folder)


def reading(
    programs: Sequence[Program], box: Box, *, whole: bool = False
) -> SharedReading:
    made_for = shared_reading(programs)
    door: Any = Door()
    return replace_reading(made_for, box, door, whole=whole)


def replace_reading(
    one: SharedReading, box: Box, door: Any, *, whole: bool
) -> SharedReading:
    return SharedReading(one.intake, lambda: [nullcontext(box)], door, whole)


def read(programs: Sequence[Program], box: Box) -> list[Taken]:
    """One wake of all, as far as the mailbox goes."""
    shared = reading(programs, box)
    found = []
    for program in programs:
        taken = Taken()
        shared.read(taken)
        shared.note(program.intake(), take_in(program.intake(), taken))
        found.append(taken)
    shared.file_away()
    return found


# Two examples, whole


def mails_of(name: str) -> list[bytes]:
    return [
        p.read_bytes() for p in sorted((EXAMPLES / name / "mails").iterdir())
    ]


def box_of(mails: Sequence[bytes]) -> Box:
    box = Box()
    dated = []
    for raw in mails:
        written = message_from_bytes(raw, policy=SMTP)["Date"]
        dated.append((parsedate_to_datetime(str(written)), raw))
    dated.sort(key=lambda pair: pair[0])
    box.mails = dict(enumerate(dated, 1))
    return box


@pytest.fixture
def offices(tmp_path: Path) -> list[Program]:
    """Both examples as configs of one folder, at one mailbox."""
    for name in NAMES:
        text = (EXAMPLES / name / "config.toml").read_text("utf-8")
        text = re.sub(
            r'^user = ".*"$', 'user = "bgs@example.cn"', text, flags=re.M
        )
        text += (
            f'\n[storage]\ndirectory = "{name}"\n'
            f'database = "sqlite:///{name}/ledger.db"\n'
            f'\n[review]\nlearned = "{name}/learned.toml"\n'
        )
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    now = datetime.fromisoformat("2024-04-02T10:00:00+08:00")
    found = []
    for _, one in load_folder(tmp_path):
        found.append(assemble(one, now, read_with=PlainReader))
    return found


def recorded(program: Program) -> dict[str, str]:
    return {m.message_id: m.outcome for m in program.store.ledger().messages}


def test_each_mail_of_two_campaigns_lies_where_it_belongs(
    offices: list[Program],
) -> None:
    alike = b"Message-ID: <example-"
    sets = []
    for name in NAMES:
        mark = b"Message-ID: <" + name.encode() + b"-"
        sets.append([raw.replace(alike, mark) for raw in mails_of(name)])
    box = box_of(sets[0] + sets[1])
    hazards, visits = offices
    first, second = read(offices, box)
    assert (first.fetched, second.fetched) == (len(box.mails), 0)
    assert len(box.fetched) == len(box.mails)
    for program, name in ((hazards, "hazards"), (visits, "visits")):
        truth = json.loads((EXAMPLES / name / "truth.json").read_text("utf-8"))
        known = recorded(program)
        assert all(mail.startswith(f"<{name}-") for mail in known)
        assert len(known) == len(truth)
        told = []
        for report in program.store.ledger().reports:
            held = report.state is ReportState.HELD
            told.append(
                (
                    report.unit,
                    report.period.isoformat(),
                    None if held else report.completed,
                )
            )
        right = [(r["unit"], r["period"], r["completed"]) for r in truth]
        assert sorted(told, key=str) == sorted(right, key=str)


def test_the_mailbox_is_not_fetched_again(offices: list[Program]) -> None:
    box = box_of(mails_of("hazards")[:3])
    read(offices, box)
    again = read(offices, box)
    assert [taken.fetched for taken in again] == [0, 0]
    assert [taken.recorded for taken in again] == [0, 0]


def test_what_is_nobodys_is_on_record_once(offices: list[Program]) -> None:
    letter = (
        b"From: someone@example.com\r\nTo: bgs@example.cn\r\nSubject: hello\r\n"
        b"Date: Fri, 29 Mar 2024 10:00:00 +0800\r\nMessage-ID: <x@y>\r\n\r\nhi\r\n"
    )
    read(offices, box_of([letter]))
    assert [recorded(one) for one in offices] == [{"<x@y>": "ignored"}, {}]


# Two campaigns that no label tells apart

PLAIN = form_mail(
    "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
)


@pytest.fixture
def twins(tmp_path: Path) -> list[Program]:
    """The same roster and labels, other names and titles."""
    found = []
    for number, name in enumerate(("春季", "秋季")):
        folder = tmp_path / str(number)
        folder.mkdir()
        config = made(folder)
        path = config if config.is_file() else folder / "config.toml"
        text = path.read_text("utf-8").replace("演示行动", f"{name}行动")
        path.write_text(text, "utf-8")
        now = moment("2015-09-10 18:05")
        found.append(assemble(load(path), now, read_with=PlainReader))
    return found


def holds(program: Program) -> list[tuple[Hold, ...]]:
    return [report.holds for report in program.store.ledger().reports]


def test_one_that_could_be_two_is_held_in_both_and_both_are_named(
    twins: list[Program],
) -> None:
    read(twins, Box(("10:00", PLAIN)))
    assert len(twins) == 2
    for program in twins:
        assert holds(program) == [(Hold.CAMPAIGN_UNCLEAR,)]
        (known,) = program.store.ledger().reports
        report = program.store.report(known.id)
        assert report is not None and report.form is not None
        named = dict(report.form.evidence)["campaign"].text
        assert {"春季行动", "秋季行动"} == set(named.split("；"))


def titled(raw: bytes, name: str) -> bytes:
    """The same form under a campaign's own title."""
    letter = message_from_bytes(raw, policy=SMTP)
    for part in letter.walk():
        if part.get_content_type() == "text/html":
            html = part.get_content().replace("演示行动", f"{name}行动")
            part.set_content(html, subtype="html")
    return letter.as_bytes()


@pytest.mark.parametrize(("name", "place"), [("春季", 0), ("秋季", 1)])
def test_the_title_tells_whose_it_is(
    twins: list[Program], name: str, place: int
) -> None:
    read(twins, Box(("10:00", titled(PLAIN, name))))
    assert holds(twins[place]) == [()]
    assert recorded(twins[1 - place]) == {}


@pytest.mark.parametrize("place", [0, 1])
def test_a_reply_to_a_letter_of_ones_own_is_ones_own(
    twins: list[Program], place: int
) -> None:
    shared = reading(twins, Box(("10:00", PLAIN)))
    members = []
    for number, member in enumerate(shared.intake.members):
        members.append(replace(member, wrote=lambda _, n=number: n == place))
    intake = SharedIntake(members)
    (sighting,) = Box(("10:00", PLAIN)).describe([1])
    intake.keep(sighting, PLAIN, moment("2015-09-10 10:05"))
    kept = [program.store.unhandled() for program in twins]
    assert [len(found) for found in kept] == [1 - place, place]


def test_a_kill_between_two_ledgers_loses_nothing(
    twins: list[Program], fault: FaultMaker
) -> None:
    box = Box(("10:00", PLAIN))
    rows = []

    def killed_before_the_second(write: Callable[[], None]) -> None:
        rows.append(write)
        if len(rows) == 2:
            raise KeyboardInterrupt
        write()

    fault(FaultPoint.SIGHTING_ROW, killed_before_the_second)
    with pytest.raises(KeyboardInterrupt):
        read(twins, box)
    kept = [len(program.store.unhandled()) for program in twins]
    assert sorted(kept) == [0, 1], "in one ledger, and not yet in the other"
    read(twins, box)
    assert box.fetched == [1]
    assert [holds(program) for program in twins] == [
        [(Hold.CAMPAIGN_UNCLEAR,)],
        [(Hold.CAMPAIGN_UNCLEAR,)],
    ]


def test_recorded_again_from_the_vault_it_is_the_same(
    twins: list[Program],
) -> None:
    read(twins, Box(("10:00", PLAIN)))
    (handled,) = twins[0].store.handled()
    assert handled.sighting.contested
    assert handled.sighting.shared_with == ("秋季行动",)


def test_a_trouble_of_the_server_is_each_campaigns(
    twins: list[Program],
) -> None:
    class Gone(Box):
        def uids(self, since: int = 1) -> list[int]:
            raise Unreachable("connection", "连接中断")

    shared = reading(twins, Gone())
    assert len(twins) == 2
    for _ in twins:
        with pytest.raises(Unreachable):
            shared.read(Taken())


def test_a_message_that_each_has_recorded_is_moved_away(
    twins: list[Program],
) -> None:
    box = Box(("10:00", PLAIN))
    shared = reading(twins, box)
    for program in twins:
        taken = Taken()
        shared.read(taken)
        intake = replace(program.intake(), done_folder="已读")
        shared.note(intake, take_in(intake, taken))
    shared.file_away()
    assert box.moved == [(1, "已读")]
