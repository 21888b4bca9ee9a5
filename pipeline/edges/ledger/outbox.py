"""The outbox: mails frozen with their notices in one transaction, and every step of
each recipient's copy.

The unique key of a notice is what keeps it from going twice; `sending` is committed
before MAIL FROM. Never sends.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import compress
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, func
from sqlalchemy import select as sql_select
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from pipeline.edges.fault_points import FaultPoint, reach
from pipeline.edges.ledger import rows
from pipeline.edges.ledger.append_only import (
    steps_written_once,
    written_once,
)
from pipeline.edges.ledger.new_row import NewRow
from pipeline.edges.ledger.proof.told_writing import write
from pipeline.edges.ledger.tables import (
    DeliveryEventRow,
    DeliveryRow,
    MailRow,
    MessageRow,
    NoticeRow,
    RoundRow,
)
from pipeline.model.ledger import renamed_of
from pipeline.model.mail import BounceReport
from pipeline.model.notice import Action, NoticeState
from pipeline.model.notice_key import Key, parse_keys
from pipeline.model.operation.post import Verdict
from pipeline.model.outgoing import (
    Delivery,
    DeliveryEvent,
    DeliveryState,
    FrozenMail,
    NoticeLine,
)

_ABOUT_THE_MAIL = (Verdict.TRANSIENT.value, Verdict.UNKNOWN.value)
# Keys in one statement: SQLite takes 999 in its oldest builds
_MOST_ASKED = 500
_OPEN = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.TRANSIENT)

# Where hundreds of rows are read, their columns: an instance of each takes as long again
_NOTICES = SQLModel.metadata.tables["notice"]
_EVENTS = SQLModel.metadata.tables["delivery_event"]
_OF_A_COPY: tuple[Any, ...] = (
    DeliveryRow.id,
    DeliveryRow.mail_id,
    DeliveryRow.recipient,
    DeliveryRow.key,
    col(MailRow.key).label("mail_key"),
    MailRow.once_only,
    MailRow.subject,
    MailRow.frozen_at,
)

# Asked with each look into the ledger, and so made once
_REFUSED = (
    sql_select(col(DeliveryRow.recipient), col(DeliveryEventRow.at))
    .join(
        DeliveryEventRow,
        col(DeliveryEventRow.delivery_id) == col(DeliveryRow.id),
    )
    .where(col(DeliveryEventRow.verdict) == Verdict.REFUSED_RECIPIENT.value)
)


class Outbox:
    """`renames` maps a unit's earlier name to its present one, by which notices name
    it."""

    def __init__(
        self, engine: Engine, renames: Mapping[str, str] | None = None
    ) -> None:
        self.engine = engine
        self._renames = dict(renames or {})
        # Copies with lower numbers have come to an end, for good
        self._ended_below = 0
        # What a round of sending is recorded by
        self._line: Connection | None = None

    def plan(self, mail: FrozenMail, at: datetime) -> bool:
        """A mail, its notices and its recipients in one transaction; False where one of
        the notices was planned before."""
        return bool(self.plan_all([mail], at))

    def plan_all(
        self, mails: Sequence[FrozenMail], at: datetime
    ) -> list[FrozenMail]:
        """The same for many mails, all in one transaction; those that were new. Where
        one of them was planned before, each goes by itself."""
        steps = []
        for mail in mails:
            steps.append(_planned_rows(mail, at))
        written = steps_written_once(self.engine, steps)
        return list(compress(mails, written))

    def settle(
        self, actions: Iterable[Action], rounds: Iterable[str], at: datetime
    ) -> None:
        """Notices that go no more, each with its reason, and rounds that were asked;
        what is settled already stays."""
        notices = {}
        for a in actions:
            notices[a.key] = a
        asked = dict.fromkeys(rounds)
        while not self._settled(notices, asked, at):
            # Another writer settled one of them in between: what is left is
            # asked again
            pass

    def _settled(
        self, notices: dict[str, Action], asked: dict[str, None], at: datetime
    ) -> bool:
        """Writes what is not settled yet, in one transaction; False where another
        writer was quicker with one of them."""
        if not notices and not asked:
            return True
        with Session(self.engine) as session:
            for key in self._known(session, col(NoticeRow.key), list(notices)):
                del notices[key]
            for key in self._known(session, col(RoundRow.key), list(asked)):
                del asked[key]
            made = []
            for action in notices.values():
                made.append(rows.notice_row(action, None, planned_at=at))
            for key in asked:
                made.append(NewRow(RoundRow, key=key, at=at))
            return written_once(session, made)

    @staticmethod
    def _known(session: Session, column: Any, keys: list[str]) -> list[str]:
        """Which of the keys are in the ledger."""
        found: list[str] = []
        for some in _portions(keys):
            found += session.scalars(select(column).where(column.in_(some)))
        return found

    def open_deliveries(self) -> list[Delivery]:
        """Every copy that has not come to an end, oldest mail first."""
        with Session(self.engine) as session:
            open_ones = _not_ended(self._ended_below)
            newest_copy = (
                session.exec(select(func.max(DeliveryRow.id))).one() or 0
            )
            found = session.execute(open_ones).all()
            if found:
                self._ended_below = found[0].id
            else:
                self._ended_below = newest_copy + 1
            events = self._events(session, [row.id for row in found])
            notices = self._notices(session, {row.mail_id for row in found})
        return [
            _delivery(
                row,
                events.get(row.id, []),
                self._actions(notices.get(row.mail_id, [])),
            )
            for row in found
        ]

    def oldest_open(self) -> datetime | None:
        """When the oldest mail with a copy that has not come to an end was frozen."""
        times = []
        for d in self.open_deliveries():
            if d.frozen_at:
                times.append(d.frozen_at)
        return min(times, default=None)

    @staticmethod
    def _events(
        session: Session, deliveries: list[int]
    ) -> dict[int, list[Row[Any]]]:
        """What happened to each of these copies, oldest first."""
        table: dict[int, list[Row[Any]]] = {}
        query = _EVENTS.select().order_by(_EVENTS.c.id)
        for some in _portions(deliveries):
            about = query.where(_EVENTS.c.delivery_id.in_(some))
            for event in session.execute(about):
                table.setdefault(event.delivery_id, []).append(event)
        return table

    @staticmethod
    def _all_events(session: Session) -> dict[int, list[DeliveryEventRow]]:
        table: dict[int, list[DeliveryEventRow]] = {}
        query = select(DeliveryEventRow).order_by(col(DeliveryEventRow.id))
        for event in session.exec(query):
            table.setdefault(event.delivery_id, []).append(event)
        return table

    @staticmethod
    def _notices(
        session: Session, mails: set[str]
    ) -> dict[str, list[Row[Any]]]:
        """The notices of each of these mails."""
        table: dict[str, list[Row[Any]]] = {}
        query = _NOTICES.select().order_by(_NOTICES.c.id)
        for some in _portions(sorted(mails)):
            about = query.where(_NOTICES.c.mail_id.in_(some))
            for notice in session.execute(about):
                table.setdefault(notice.mail_id, []).append(notice)
        return table

    def keys_of(self, wide: Key) -> tuple[Key, ...]:
        """The keys of all notices that are about this and more: of an alert's cause,
        each alert of it."""
        within = (
            col(NoticeRow.key) >= wide.start,
            col(NoticeRow.key) < f"{wide.start}\U0010ffff",
        )
        with Session(self.engine) as session:
            found = session.exec(select(NoticeRow.key).where(*within))
            return parse_keys(found)

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Inside, all that happens to copies is recorded by one connection: to take one
        from the pool takes as long as two of a record's four statements. A server is
        asked for one each time, which finds out that it was restarted."""
        if self.engine.dialect.name != "sqlite":
            yield
            return
        with self.engine.connect() as connection:
            self._line = connection
            try:
                yield
            finally:
                self._line = None

    def record(self, *events: DeliveryEvent) -> None:
        """What happened to copies, in that order, in one transaction."""
        steps: list[list[NewRow]] = []
        for event in events:
            step = [_event_row(event)]
            reach(FaultPoint.DELIVERY_ROW, partial(steps.append, step), event)
        with self._recording() as connection, connection.begin():
            write(connection, steps)

    def _recording(self) -> AbstractContextManager[Connection]:
        """The round's own connection, else one from the pool."""
        if self._line is not None:
            return nullcontext(self._line)
        return self.engine.connect()

    def bounced(self, report: BounceReport, at: datetime) -> str | None:
        """Records a bounce on the copy it is about, known by our Message-ID or by the
        server's queue id; whose it was.

        Recipient and time alone prove nothing: such a bounce is told to nobody and
        stops no address. A letter that went to one address alone is that copy, whatever
        address it was forwarded to.
        """
        with Session(self.engine) as session:
            query = self._about(report)
            if query is None:
                return None
            sent = list(session.exec(query))
        named = []
        for d in sent:
            if d.recipient == report.recipient:
                named.append(d)
        found = named or sent
        if len(found) != 1:
            return None
        if report.permanent:
            self.record(_returned(found[0], report, at))
        return found[0].recipient

    @staticmethod
    def _about(report: BounceReport) -> "SelectOfScalar[DeliveryRow] | None":
        """The copies that a bounce may be about; None where it names no letter of ours."""
        query = select(DeliveryRow)
        if report.original_message_id:
            return query.where(
                DeliveryRow.mail_id == report.original_message_id
            )
        if report.queue_id:
            ids = select(DeliveryEventRow.delivery_id).where(
                DeliveryEventRow.queue_id == report.queue_id
            )
            return query.where(col(DeliveryRow.id).in_(ids))
        return None

    def undeliverable(self) -> frozenset[str]:
        """Addresses that a server refused for good, unless a mail came from there since."""
        with Session(self.engine) as session:
            refused = session.connection().execute(_REFUSED).all()
            if not refused:
                return frozenset()
            heard: dict[str, datetime] = {}
            newest = select(MessageRow.sender, func.max(MessageRow.received_at))
            for some in _portions(sorted({who for who, _ in refused})):
                wrote = newest.where(col(MessageRow.sender).in_(some))
                heard.update(
                    session.exec(wrote.group_by(MessageRow.sender)).all()
                )
            return frozenset(
                who
                for who, at in refused
                if who not in heard or heard[who] <= at
            )

    def notices(self) -> list[NoticeLine]:
        """Every notice with its state, in the order they were planned."""
        with Session(self.engine) as session:
            events = self._all_events(session)
            deliveries: dict[str, list[DeliveryRow]] = {}
            for row in session.exec(select(DeliveryRow)):
                deliveries.setdefault(row.mail_id, []).append(row)
            subjects = {}
            for m in session.exec(select(MailRow)):
                subjects[m.message_id] = m.subject
            found = []
            in_order = select(NoticeRow).order_by(col(NoticeRow.id))
            for notice in session.exec(in_order):
                copies = deliveries.get(notice.mail_id or "", [])
                line = _line(notice, subjects, copies, events)
                action = renamed_of(line.action, self._renames)
                found.append(replace(line, action=action))
            return found

    def mail_of(self, message_id: str) -> tuple[str, list[Action]] | None:
        """The vault's key and the notices of a mail of ours."""
        with Session(self.engine) as session:
            mail = session.get(MailRow, message_id)
            if mail is None:
                return None
            found = session.exec(
                select(NoticeRow).where(NoticeRow.mail_id == message_id)
            )
            return mail.key, list(self._actions(found))

    def _actions(self, notices: Iterable[Any]) -> tuple[Action, ...]:
        """Notices, as rows or their columns, as what was owed, with their units by
        their present names."""
        found = []
        for row in notices:
            found.append(renamed_of(rows.action(row), self._renames))
        return tuple(found)


def _event_row(event: DeliveryEvent) -> NewRow:
    return NewRow(
        DeliveryEventRow,
        delivery_id=event.delivery_id,
        at=event.at,
        state=event.state.value,
        code=event.code,
        verdict=event.verdict,
        text=event.text[:500],
        queue_id=event.queue_id,
        retry_at=event.retry_at,
    )


def _planned_rows(mail: FrozenMail, at: datetime) -> list[NewRow]:
    made = [
        NewRow(
            MailRow,
            message_id=mail.message_id,
            key=mail.key,
            subject=mail.subject,
            once_only=mail.once_only,
            frozen_at=at,
        )
    ]
    for action in mail.actions:
        made.append(rows.notice_row(action, mail.message_id, planned_at=at))
    for recipient in mail.recipients:
        own = NewRow(
            DeliveryRow,
            mail_id=mail.message_id,
            recipient=recipient,
            key=mail.copies.get(recipient, ""),
        )
        made.append(own)
    return made


def _portions(keys: list[Any]) -> Iterator[list[Any]]:
    """Lists that one statement may ask for at once."""
    for start in range(0, len(keys), _MOST_ASKED):
        yield keys[start : start + _MOST_ASKED]


def _not_ended(least: int) -> Select[Any]:
    """The copies from number `least` on whose newest event ends nothing, with their mails:
    the columns that `_delivery` takes."""
    newest = (
        select(
            DeliveryEventRow.delivery_id,
            func.max(DeliveryEventRow.id).label("newest"),
        )
        .where(col(DeliveryEventRow.delivery_id) >= least)
        .group_by(col(DeliveryEventRow.delivery_id))
        .subquery()
    )
    state = col(DeliveryEventRow.state)
    return (
        sql_select(*_OF_A_COPY)
        .join(MailRow, col(DeliveryRow.mail_id) == col(MailRow.message_id))
        .outerjoin(newest, newest.c.delivery_id == DeliveryRow.id)
        .outerjoin(
            DeliveryEventRow, col(DeliveryEventRow.id) == newest.c.newest
        )
        .where(
            col(DeliveryRow.id) >= least,
            state.is_(None) | state.in_([one.value for one in _OPEN]),
        )
        .order_by(col(DeliveryRow.id))
    )


def _delivery(
    row: Row[Any],
    events: Sequence[Row[Any]],
    actions: tuple[Action, ...],
) -> Delivery:
    if events:
        last = events[-1]
        state = DeliveryState(last.state)
        retry_at = last.retry_at
    else:
        state = DeliveryState.WAITING
        retry_at = None
    return Delivery(
        id=row.id,
        mail_id=row.mail_id,
        key=row.key or row.mail_key,
        recipient=row.recipient,
        state=state,
        once_only=row.once_only,
        tries=sum(event.verdict in _ABOUT_THE_MAIL for event in events),
        retry_at=retry_at,
        actions=actions,
        subject=row.subject,
        frozen_at=row.frozen_at,
    )


def _line(
    row: NoticeRow,
    subjects: dict[str, str],
    deliveries: list[DeliveryRow],
    events: dict[int, list[DeliveryEventRow]],
) -> NoticeLine:
    newest = {}
    for d in deliveries:
        newest[d.recipient] = (
            found[-1] if (found := events.get(d.id or 0)) else None
        )
    last = {
        who: DeliveryState(e.state) if e else DeliveryState.WAITING
        for who, e in newest.items()
    }
    sent = [
        e.at
        for e in newest.values()
        if e is not None and e.state == DeliveryState.SENT
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
        action=rows.action(row),
        subject=subject,
        state=state.value,
        sent_at=sent_at,
        message_id=row.mail_id,
        problems=problems,
        copies=len(deliveries),
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


def _returned(
    copy: DeliveryRow, report: BounceReport, at: datetime
) -> DeliveryEvent:
    """That a copy came back: its address is given up only where it is no more."""
    if report.dead:
        verdict = Verdict.REFUSED_RECIPIENT
    else:
        verdict = Verdict.REFUSED_TEXT
    text = f"退信：{report.status or '对方服务器没有收下'}"
    return DeliveryEvent(
        delivery_id=copy.id or 0,
        at=at,
        state=DeliveryState.FAILED,
        verdict=verdict.value,
        text=text,
    )
