"""Two programs that answer each other, and a stranger who sends a thousand mails: on a real ledger, vault and outbox.

The control is the same story with the bounds off: it must run away, or the story proves nothing.
"""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, mail, moment, settings
from plain_reader import PlainReader

from pipeline.bootstrap import Program
from pipeline.edges.clock import ToldClock
from pipeline.flows.ingest import Taken, take_in
from pipeline.flows.notify import Planned, notify
from pipeline.flows.worker import wake
from pipeline.model.notice import NoticeKind
from pipeline.model.operation.post import Sighting

START = moment("2015-09-10 10:00")
ROUNDS = 28
OFF = "[answers]\nper_address = 0\nper_day = 0\n\n[bulletin]"


def worker(folder: Path, replaced: dict[str, str] | None = None) -> Program:
    found = Program(
        settings(made(folder, replaced=replaced)),
        ToldClock(START),
        read_with=PlainReader,
    )
    found.store.born(START)
    return found


def clock_of(found: Program) -> ToldClock:
    assert isinstance(found.clock, ToldClock)
    return found.clock


def taken_in(found: Program, *mails: bytes) -> Planned:
    """One wake without its servers: mails are kept, judged and recorded, and what is owed is planned."""
    for raw in mails:
        number = (
            len(found.store.ledger().messages)
            + len(found.store.unhandled())
            + 1
        )
        found.store.keep_sighting(
            Sighting(1, number, found.clock.now(), len(raw)),
            found.vault.keep(raw),
            found.clock.now(),
        )
    take_in(found.intake(), Taken())
    return notify(found.clock.now(), found.desk(), mailbox_read=False)


def answers(found: Program, to: str, kind: NoticeKind) -> list[bytes]:
    """Our frozen mails of a kind to an address, the newest first."""
    lines = [
        n
        for n in found.outbox.notices()
        if n.action.kind is kind and to in n.action.to and n.message_id
    ]
    kept = [found.outbox.mail_of(n.message_id or "") for n in lines]
    return [
        found.vault.open(one[0]) for one in reversed(kept) if one is not None
    ]


def loop(found: Program) -> tuple[int, list[str]]:
    """jia@ has a program that answers every mail, marks nothing and keeps the subject; how many of ours it got."""
    planned = taken_in(
        found,
        mail("jia@example.cn", "报送旬报表", "2015-09-10 10:00", text="见附件"),
    )
    storms, heard = list(planned.storms), 0
    for number in range(ROUNDS):
        got = answers(found, "jia@example.cn", NoticeKind.UNREADABLE)
        if len(got) == heard:
            break
        heard = len(got)
        clock_of(found).at = START + timedelta(minutes=5 * number)
        subject = message_from_bytes(got[0], policy=default)["Subject"]
        text = f"报送旬报表，见附件。{number}"
        storms += taken_in(
            found,
            mail(
                "jia@example.cn",
                f"答复：{subject}",
                f"2015-09-10 10:{number:02}",
                text=text,
            ),
        ).storms
    return heard, storms


def test_two_programs_do_not_answer_each_other_for_ever(tmp_path: Path) -> None:
    found = worker(tmp_path)
    heard, storms = loop(found)
    assert heard == found.settings.answers.per_address
    assert storms == ["jia@example.cn（1 封）"]


def test_control_without_bounds_the_loop_runs_on(tmp_path: Path) -> None:
    heard, storms = loop(worker(tmp_path, {"[bulletin]": OFF}))
    assert heard == ROUNDS
    assert storms == []


def strangers(count: int) -> list[bytes]:
    return [
        form_mail(
            f"a{n}@evil.example",
            "甲县",
            "2015年9月10日",
            300 + n,
            "2015-09-10 10:00",
        )
        for n in range(count)
    ]


def test_a_storm_of_strangers_floods_no_reviewer_and_silences_no_unit(
    tmp_path: Path,
) -> None:
    found = worker(
        tmp_path, {"[bulletin]": "[answers]\nper_day = 10\n\n[bulletin]"}
    )
    genuine = form_mail(
        "yi@example.cn", "乙县", "2015年9月10日", 200, "2015-09-10 10:30"
    )
    planned = taken_in(found, *strangers(20), genuine)
    assert (
        len(answers(found, "staff@example.cn", NoticeKind.REVIEW_REQUEST)) == 10
    )
    assert len(answers(found, "yi@example.cn", NoticeKind.RECEIPT)) == 1
    assert len(planned.storms) == 10
    ledger = found.store.ledger()
    assert sum(r.state == "held" for r in ledger.reports) == 20, (
        "every case is recorded all the same"
    )
    assert taken_in(found).storms == [], "told once"


@pytest.mark.parametrize(("sent", "told"), [(10, 0), (11, 1)])
def test_a_storm_is_told_to_an_admin_once(
    tmp_path: Path, sent: int, told: int
) -> None:
    found = worker(
        tmp_path, {"[bulletin]": "[answers]\nper_day = 10\n\n[bulletin]"}
    )
    for n, raw in enumerate(strangers(sent)):
        found.store.keep_sighting(
            Sighting(1, n + 1, START, 100), found.vault.keep(raw), START
        )
    for _ in range(2):
        wake(
            found.shift()
        )  # no server is there: what was kept is taken in, what is owed is planned
        clock_of(found).at += timedelta(hours=3)
    alerts = [
        n.action.key
        for n in found.outbox.notices()
        if n.action.kind is NoticeKind.ALERT
    ]
    assert sum(":storm:" in key for key in alerts) == told


@pytest.mark.parametrize("kind", [NoticeKind.RECEIPT, NoticeKind.UNREADABLE])
def test_no_stranger_is_ever_written_to(
    tmp_path: Path, kind: NoticeKind
) -> None:
    found = worker(tmp_path)
    taken_in(
        found,
        *strangers(3),
        mail("a@evil.example", "报送旬报表", "2015-09-10 10:00"),
    )
    written = {
        who
        for notice in found.outbox.notices()
        for who in (*notice.action.to, *notice.action.cc)
    }
    assert written <= set(found.campaign.roster.addresses)
    assert answers(found, "a@evil.example", kind) == []
