"""Bounces matched with the copies that went: that copy fails, and is told; the address is given up only where it is dead."""

from datetime import timedelta
from pathlib import Path

import pytest
from campaign_maker import moment
from mails.makers import OURS, container, mail, part, text_part
from mails.programs import Mailroom

from pipeline.bootstrap import Program
from pipeline.cli.queries.json_lines import notice_line
from pipeline.flows.notify import notify
from pipeline.model.operation.post import Verdict
from pipeline.model.outgoing import DeliveryEvent, DeliveryState

PLANNED = "2015-09-09 09:00"  # the due reminders: one mail a unit
DIGEST = "2015-09-11 09:30"  # one mail to several of the staff


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    return Mailroom(tmp_path)


def sent(program: Program, when: str) -> dict[str, str]:
    """What was owed is planned and taken by the server: recipient -> Message-ID."""
    notify(moment(when), program.desk(), mailbox_read=True)
    at = moment(when) + timedelta(minutes=1)
    gone = {}
    for copy in program.outbox.open_deliveries():
        event = DeliveryEvent(
            copy.id, at, DeliveryState.SENT, Verdict.SENT.value
        )
        program.outbox.record(event)
        gone[copy.recipient] = copy.mail_id
    return gone


def returned(
    identity: str,
    recipient: str,
    status: str = "5.1.1",
    kind: str = "message/delivery-status",
) -> bytes:
    fields = f"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: {recipient}\r\nAction: failed\r\nStatus: {status}\r\n"
    head = f"From: {OURS}\r\nMessage-ID: {identity}\r\nX-Xunbao: x\r\n\r\n"
    parts = [
        text_part("not delivered"),
        part(kind, fields.encode()),
        part("text/rfc822-headers", head.encode()),
    ]
    body = container(parts, "report")
    body = body.replace(b"report;", b"report; report-type=delivery-status;", 1)
    return mail(body, subject="Undelivered", sender="MAILER-DAEMON@mx.example")


WHO = "shizhongqu@example.cn"
# (who is named, status, content type): a forwarding's address without the original one, RFC 6533, 4.x that failed for good.
FORMS = (
    ("rfc822; zhang@elsewhere.example", "5.1.1", "message/delivery-status"),
    ("utf-8; 张三@elsewhere.example", "5.1.1", "message/global-delivery-status"),
    (f"rfc822; {WHO}", "4.2.2", "message/delivery-status"),
    ("rfc822;zhang@elsewhere.example", "4.4.7", "message/delivery-status"),
)  # fmt: skip


@pytest.mark.parametrize(("named", "status", "kind"), FORMS)
def test_a_bounce_that_names_another_address_fails_our_copy(
    room: Mailroom, named: str, status: str, kind: str
) -> None:
    gone = sent(room.program, PLANNED)
    bounce = returned(gone[WHO], named, status, kind)
    taken = room.take(bounce, "2015-09-09 09:30")
    told = [*taken.bounced, *taken.returned]
    assert len(told) == 1
    assert WHO in told[0]
    assert bool(taken.bounced) == status.startswith("5.1")
    failed = [line for line in room.program.outbox.notices() if line.problems]
    assert [line.action.unit for line in failed] == ["市中区"]
    assert failed[0].state == "failed"


def test_of_several_copies_the_failed_ones_are_counted(room: Mailroom) -> None:
    gone = sent(room.program, DIGEST)
    room.take(
        returned(gone["lingdao@example.cn"], "rfc822; lingdao@example.cn"),
        "2015-09-11 10:00",
    )
    (line,) = (n for n in room.program.outbox.notices() if n.problems)
    shown = notice_line(line, room.program.settings.zone)
    assert (shown["state"], shown["failed"]) == ("sent", 1)
    assert shown["copies"] > 1
    assert "lingdao@example.cn" in line.problems[0]
    assert "5.1.1" in line.problems[0]


def test_a_full_mailbox_is_written_to_again(room: Mailroom) -> None:
    gone = sent(room.program, PLANNED)
    bounce = returned(gone[WHO], f"rfc822; {WHO}", "5.2.2")
    taken = room.take(bounce, "2015-09-09 09:30")
    assert taken.returned
    assert room.program.outbox.undeliverable() == frozenset()
    dead = returned(gone[WHO], f"rfc822; {WHO}", "5.1.1")
    room.take(dead, "2015-09-09 09:40")
    assert room.program.outbox.undeliverable() == {WHO}
