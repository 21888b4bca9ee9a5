"""The outbox: mails frozen with their notices in one transaction, and every step of
each recipient's copy.

The unique key of a notice is what keeps it from going twice; `sending` is committed
before MAIL FROM. Never sends.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from pipeline.edges.ledger import rows
from pipeline.edges.ledger.tables import (
    DeliveryEventRow,
    DeliveryRow,
    MailRow,
    MessageRow,
    NoticeRow,
    RoundRow,
)
from pipeline.model.mail import BounceReport
from pipeline.model.notice import Action, NoticeState
from pipeline.model.outgoing import (
    Delivery,
    DeliveryEvent,
    DeliveryState,
    FrozenMail,
    NoticeLine,
)
from pipeline.model.post import Verdict

_ABOUT_THE_MAIL = (Verdict.TRANSIENT.value, Verdict.UNKNOWN.value)
_OPEN = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.TRANSIENT)


class Outbox:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def plan(self, mail: FrozenMail, at: datetime) -> bool:
        """A mail, its notices and its recipients in one transaction; False where one of
        the notices was planned before."""
        with Session(self.engine) as session:
            session.add(
                MailRow(
                    message_id=mail.message_id,
                    key=mail.key,
                    subject=mail.subject,
                    once_only=mail.once_only,
                    frozen_at=at,
                )
            )
            try:
                session.flush()
                for action in mail.actions:
                    session.add(rows.notice_row(action, mail.message_id, planned_at=at))
                for recipient in mail.recipients:
                    own = mail.copies.get(recipient, "")
                    session.add(
                        DeliveryRow(
                            mail_id=mail.message_id, recipient=recipient, key=own
                        )
                    )
                session.commit()
            except IntegrityError:
                session.rollback()
                return False
            return True

    def settle(
        self, actions: Iterable[Action], rounds: Iterable[str], at: datetime
    ) -> None:
        """Notices that go no more, each with its reason, and rounds that were asked;
        what is settled already stays."""
        for row in [rows.notice_row(a, None, planned_at=at) for a in actions] + [
            RoundRow(key=key, at=at) for key in rounds
        ]:
            with Session(self.engine) as session:
                session.add(row)
                try:
                    session.commit()
                except IntegrityError:
                    session.rollback()

    def open_deliveries(self) -> list[Delivery]:
        """Every copy that has not come to an end, oldest mail first."""
        with Session(self.engine) as session:
            newest = (
                select(
                    DeliveryEventRow.delivery_id,
                    func.max(DeliveryEventRow.id).label("newest"),
                )
                .group_by(col(DeliveryEventRow.delivery_id))
                .subquery()
            )
            open_ones = (
                select(DeliveryRow, MailRow)
                .join(MailRow, col(DeliveryRow.mail_id) == col(MailRow.message_id))
                .outerjoin(newest, newest.c.delivery_id == DeliveryRow.id)
                .outerjoin(
                    DeliveryEventRow, col(DeliveryEventRow.id) == newest.c.newest
                )
                .where(
                    col(DeliveryEventRow.state).is_(None)
                    | col(DeliveryEventRow.state).in_([state.value for state in _OPEN])
                )
                .order_by(col(DeliveryRow.id))
            )
            return [
                self._delivery(session, row, mail)
                for row, mail in session.exec(open_ones).all()
            ]

    def oldest_open(self) -> datetime | None:
        """When the oldest mail with a copy that has not come to an end was frozen."""
        waiting = {d.mail_id for d in self.open_deliveries()}
        with Session(self.engine) as session:
            times = [
                m.frozen_at
                for name in waiting
                if (m := session.get(MailRow, name)) is not None
            ]
        return min(times, default=None)

    @staticmethod
    def _delivery(session: Session, row: DeliveryRow, mail: MailRow) -> Delivery:
        events = session.exec(
            select(DeliveryEventRow)
            .where(DeliveryEventRow.delivery_id == row.id)
            .order_by(col(DeliveryEventRow.id))
        ).all()
        notices = session.exec(
            select(NoticeRow).where(NoticeRow.mail_id == row.mail_id)
        ).all()
        if events:
            last = events[-1]
        else:
            last = None
        return Delivery(
            id=row.id or 0,
            mail_id=row.mail_id,
            key=row.key or mail.key,
            recipient=row.recipient,
            state=DeliveryState(last.state) if last else DeliveryState.WAITING,
            once_only=mail.once_only,
            tries=sum(event.verdict in _ABOUT_THE_MAIL for event in events),
            retry_at=last.retry_at if last else None,
            actions=tuple(rows.action(notice) for notice in notices),
            subject=mail.subject,
        )

    @staticmethod
    def _events(session: Session) -> dict[int, list[DeliveryEventRow]]:
        table: dict[int, list[DeliveryEventRow]] = {}
        for event in session.exec(
            select(DeliveryEventRow).order_by(col(DeliveryEventRow.id))
        ):
            table.setdefault(event.delivery_id, []).append(event)
        return table

    def record(self, event: DeliveryEvent) -> None:
        with Session(self.engine) as session:
            session.add(
                DeliveryEventRow(
                    delivery_id=event.delivery_id,
                    at=event.at,
                    state=event.state.value,
                    code=event.code,
                    verdict=event.verdict,
                    text=event.text[:500],
                    queue_id=event.queue_id,
                    retry_at=event.retry_at,
                )
            )
            session.commit()

    def bounced(self, report: BounceReport, at: datetime) -> str | None:
        """Records a bounce on the copy it is about, known by our Message-ID or by the
        server's queue id; whose it was.

        Recipient and time alone prove nothing: such a bounce is told to nobody and stops no address.
        """
        with Session(self.engine) as session:
            query = select(DeliveryRow)
            if report.original_message_id:
                query = query.where(DeliveryRow.mail_id == report.original_message_id)
            elif report.queue_id:
                ids = select(DeliveryEventRow.delivery_id).where(
                    DeliveryEventRow.queue_id == report.queue_id
                )
                query = query.where(col(DeliveryRow.id).in_(ids))
            else:
                return None
            found = [
                d
                for d in session.exec(query)
                if d.recipient == report.recipient or not report.recipient
            ]
            if len(found) != 1:
                return None
            text = f"退信：{report.status or '对方服务器没有收下'}"
            if report.permanent:
                event = DeliveryEvent(
                    found[0].id or 0,
                    at,
                    DeliveryState.FAILED,
                    Verdict.REFUSED_RECIPIENT.value,
                    text=text,
                )
                self.record(event)
            return found[0].recipient

    def undeliverable(self) -> frozenset[str]:
        """Addresses that a server refused for good, unless a mail came from there since."""
        with Session(self.engine) as session:
            refused = session.exec(
                select(DeliveryRow.recipient, DeliveryEventRow.at)
                .join(
                    DeliveryEventRow,
                    col(DeliveryEventRow.delivery_id) == col(DeliveryRow.id),
                )
                .where(DeliveryEventRow.verdict == Verdict.REFUSED_RECIPIENT.value)
            ).all()
            if not refused:
                return frozenset()
            heard = dict(
                session.exec(
                    select(
                        MessageRow.sender, func.max(MessageRow.received_at)
                    ).group_by(MessageRow.sender)
                ).all()
            )
            return frozenset(
                who for who, at in refused if who not in heard or heard[who] <= at
            )

    def notices(self) -> list[NoticeLine]:
        """Every notice with its state, in the order they were planned."""
        with Session(self.engine) as session:
            events = self._events(session)
            deliveries: dict[str, list[DeliveryRow]] = {}
            for row in session.exec(select(DeliveryRow)):
                deliveries.setdefault(row.mail_id, []).append(row)
            subjects = {m.message_id: m.subject for m in session.exec(select(MailRow))}
            return [
                _line(row, subjects, deliveries.get(row.mail_id or "", []), events)
                for row in session.exec(select(NoticeRow).order_by(col(NoticeRow.id)))
            ]

    def mail_of(self, message_id: str) -> tuple[str, list[Action]] | None:
        """The vault's key and the notices of a mail of ours."""
        with Session(self.engine) as session:
            mail = session.get(MailRow, message_id)
            if mail is None:
                return None
            found = session.exec(
                select(NoticeRow).where(NoticeRow.mail_id == message_id)
            )
            return mail.key, [rows.action(row) for row in found]


def _line(
    row: NoticeRow,
    subjects: dict[str, str],
    deliveries: list[DeliveryRow],
    events: dict[int, list[DeliveryEventRow]],
) -> NoticeLine:
    newest = {
        d.recipient: found[-1] if (found := events.get(d.id or 0)) else None
        for d in deliveries
    }
    last = {
        who: DeliveryState(e.state) if e else DeliveryState.WAITING
        for who, e in newest.items()
    }
    sent = [
        e.at for e in newest.values() if e is not None and e.state == DeliveryState.SENT
    ]
    state = _notice_state(row, set(last.values()))
    problems = tuple(
        f"{who}：{event.text}"
        for who, event in newest.items()
        if event is not None
        and event.state in (DeliveryState.FAILED, DeliveryState.UNKNOWN)
    )
    if sent and state is NoticeState.SENT:
        sent_at = max(sent)
    else:
        sent_at = None
    subject = subjects.get(row.mail_id or "", "")
    return NoticeLine(
        rows.action(row), subject, state.value, sent_at, row.mail_id, problems
    )


def _notice_state(row: NoticeRow, states: set[DeliveryState]) -> NoticeState:
    """A notice is sent once every copy has come to an end and at least one went out; a
    copy in doubt proves nothing."""
    if row.mail_id is None or states == {DeliveryState.WITHDRAWN}:
        return NoticeState.DROPPED
    if DeliveryState.SENDING in states or (
        DeliveryState.SENT in states and states & set(_OPEN)
    ):
        return NoticeState.SENDING
    if states & {DeliveryState.WAITING, DeliveryState.TRANSIENT}:
        return NoticeState.PLANNED
    if DeliveryState.SENT in states:
        return NoticeState.SENT
    return NoticeState.FAILED
