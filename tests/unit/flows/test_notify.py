"""From what is owed to mails in the outbox, on a real store: what goes together, to whom, once, and never before the mailbox was read."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, mail, moment, settings
from plain_reader import PlainReader

from pipeline.bootstrap import Program, assemble
from pipeline.cli.ledger.ingest_command import ingested
from pipeline.edges.fault_points import FaultPoint, install, remove
from pipeline.flows.alarms import alert
from pipeline.flows.ingest import Taken, take_in
from pipeline.flows.notify import bundles, notify
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.operation.complaint import AlarmCause, Complaint
from pipeline.model.operation.errors import StorageFailed
from pipeline.model.outgoing import DeliveryEvent, DeliveryState

K = NoticeKind

UNREAD = Complaint(AlarmCause.MAILBOX_UNREACHABLE, advice="邮箱连不上")


def at(folder: Path, now: str) -> Program:
    """The program on the campaign in a folder, at a time."""
    found = assemble(
        settings(folder / "config.toml"), moment(now), read_with=PlainReader
    )
    found.store.born(moment("2015-09-01 08:00"))
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made(tmp_path)
    return tmp_path


def arrived(worker: Program, raw: bytes, received: str) -> None:
    key = worker.vault.keep(raw)
    worker.store.keep_sighting(
        ingested(raw, moment(received)), key, worker.clock.now()
    )
    take_in(worker.intake(), Taken())


def planned(
    worker: Program, *, read: bool = True
) -> list[tuple[str, str | None]]:
    """(kind, unit) of every notice that waits to be sent."""
    notify(worker.clock.now(), worker.desk(), mailbox_read=read)
    return [
        (n.action.kind.value, n.action.unit)
        for n in worker.outbox.notices()
        if n.state == "planned"
    ]


def letters(worker: Program) -> list[EmailMessage]:
    keys = dict.fromkeys(d.key for d in worker.outbox.open_deliveries())
    return [
        message_from_bytes(worker.vault.open(key), policy=default)
        for key in keys
    ]


def test_what_falls_due_to_one_unit_together_is_one_mail(folder: Path) -> None:
    worker = at(folder, "2015-10-01 09:00")
    arrived(
        worker,
        form_mail(
            "jia@example.cn", "甲县", "2015年9月10日", 100, "2015-09-10 10:00"
        ),
        "2015-09-10 10:00",
    )
    planned(worker)
    of_jia = [
        n
        for n in worker.outbox.notices()
        if n.action.to == ("jia@example.cn",) and n.state == "planned"
    ]
    reminders = {
        n.action.kind: n.message_id
        for n in of_jia
        if n.action.unit and n.action.kind is not K.RECEIPT
    }
    assert set(reminders) == {K.OVERDUE_REMINDER, K.LAG_NOTICE}
    assert len(set(reminders.values())) == 1


def test_bundles_join_a_units_letters_and_nothing_else() -> None:
    def action(kind: NoticeKind, unit: str | None, n: int) -> Action:
        return Action(
            kind, f"{kind}:{n}", moment("2015-09-11 09:00"), unit=unit
        )

    jia = [
        action(K.LAG_NOTICE, "甲县", 1),
        action(K.OVERDUE_REMINDER, "甲县", 2),
    ]
    yi = [action(K.OVERDUE_REMINDER, "乙县", 3)]
    alone = [
        action(K.RECEIPT, "甲县", 4),
        action(K.RECEIPT, "甲县", 5),
        action(K.PERIOD_DIGEST, None, 6),
    ]
    found = {
        tuple(a.key for a in together)
        for together in bundles([*jia, *alone, *yi])
    }
    assert found == {
        tuple(a.key for a in jia),
        *((a.key,) for a in (*alone, *yi)),
    }


def test_before_the_mailbox_was_read_only_answers_are_written(
    folder: Path,
) -> None:
    worker = at(folder, "2015-09-11 09:30")
    arrived(
        worker,
        form_mail(
            "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
        ),
        "2015-09-10 10:00",
    )
    assert {kind for kind, _ in planned(worker, read=False)} == {"receipt"}
    assert {kind for kind, _ in planned(worker)} >= {
        "receipt",
        "overdue_reminder",
        "period_digest",
    }


def test_a_disk_that_fails_at_one_letter_keeps_those_before_it(
    folder: Path,
) -> None:
    """Letters are kept and planned together, and each kept by itself where that fails."""
    worker = at(folder, "2015-09-11 09:30")
    kept = []

    def third_fails(write: Callable[[], None], raws: list[bytes]) -> None:
        if len(kept) + len(raws) > 2:
            raise OSError(28, "no space")
        kept.extend(raws)
        write()

    install(FaultPoint.KEEP_BYTES, third_fails)
    try:
        with pytest.raises(StorageFailed):
            planned(worker)
    finally:
        remove(FaultPoint.KEEP_BYTES)
    assert [letter.as_bytes() for letter in letters(worker)] == [
        message_from_bytes(raw, policy=default).as_bytes() for raw in kept
    ]
    before = {n.action.key for n in worker.outbox.notices()}
    planned(worker)
    assert len(before) < len(worker.outbox.notices())
    mails = [d.mail_id for d in worker.outbox.open_deliveries()]
    assert len(mails) == len(set(mails))


def test_planning_again_plans_nothing(folder: Path) -> None:
    worker = at(folder, "2015-10-01 15:00")
    first = planned(worker)
    while (more := planned(worker)) != first:
        first = more
    assert (
        notify(worker.clock.now(), worker.desk(), mailbox_read=True).frozen == 0
    )
    # Each guidance group has a digest of its own beside the staff's.
    others = [one for one in first if one[0] != "period_digest"]
    assert len(others) == len(set(others))


def test_a_receipt_answers_the_senders_own_mail(folder: Path) -> None:
    worker = at(folder, "2015-09-10 18:05")
    raw = form_mail(
        "jia@example.cn",
        "甲县",
        "2015年9月10日",
        300,
        "2015-09-10 10:00",
        identity="own-id",
    )
    arrived(worker, raw, "2015-09-10 10:00")
    planned(worker)
    (receipt,) = letters(worker)
    assert (receipt["To"], receipt["In-Reply-To"]) == (
        "jia@example.cn",
        "<own-id@example.cn>",
    )
    assert str(receipt["Auto-Submitted"]).startswith("auto-")
    body = receipt.get_body(("plain",))
    assert body is not None
    assert "300" in body.get_content()


@pytest.mark.parametrize(
    "sender", ["stranger@example.cn", "staff@example.cn", "group@example.cn"]
)
def test_nobody_outside_the_units_gets_an_answer(
    folder: Path, sender: str
) -> None:
    worker = at(folder, "2015-09-10 18:05")
    arrived(
        worker, mail(sender, "报送旬报", "2015-09-10 10:00"), "2015-09-10 10:00"
    )
    assert planned(worker) == []


def test_everything_written_goes_to_the_roster_and_the_staff_alone(
    folder: Path,
) -> None:
    worker = at(folder, "2015-10-03 15:00")
    arrived(
        worker,
        form_mail(
            "stranger@example.cn",
            "乙县",
            "2015年9月30日",
            9,
            "2015-09-30 10:00",
        ),
        "2015-09-30 10:00",
    )
    planned(worker)
    recipients = {d.recipient for d in worker.outbox.open_deliveries()}
    assert recipients
    assert recipients <= worker.campaign.roster.addresses


@pytest.mark.parametrize(
    ("later", "goes"),
    [(0, False), (2, False), (59, False), (60, True), (24 * 60, True)],
)
def test_an_alert_goes_at_most_hourly_for_each_cause(
    folder: Path, later: int, goes: bool
) -> None:
    """Counted from the one before, not by the hours of the clock: 18:59 and 19:01 are not an hour apart."""
    worker = at(folder, "2015-09-10 18:59")
    desk, now = worker.desk(), worker.clock.now()
    assert alert(UNREAD, now, desk)
    all_sent(worker)
    assert alert(UNREAD, now + timedelta(minutes=later), desk) is goes
    full = Complaint(AlarmCause.DISK_LOW)
    assert alert(full, now + timedelta(minutes=later), desk)
    assert {d.recipient for d in worker.outbox.open_deliveries()} == {
        "staff@example.cn"
    }


def all_sent(worker: Program) -> None:
    for copy in worker.outbox.open_deliveries():
        worker.outbox.record(
            DeliveryEvent(copy.id, worker.clock.now(), DeliveryState.SENT)
        )


def test_an_alert_that_could_not_be_sent_is_not_followed_by_another(
    folder: Path,
) -> None:
    """After three days without a mail server, admins find one letter of each cause, not seventy."""
    worker = at(folder, "2015-09-10 18:59")
    desk, now = worker.desk(), worker.clock.now()
    assert alert(UNREAD, now, desk)
    later = now + timedelta(days=3)
    assert not alert(UNREAD, later, desk)
    all_sent(worker)
    assert alert(UNREAD, later, desk), "control: sent, it may be followed"
