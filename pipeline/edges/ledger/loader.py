"""Brings the ledger into memory as judging sees it, and keeps it current by what was
added since: every table only ever grows at its end.

Trusts that rows are committed in the order of their numbers, which one writer at a time
warrants: by SQLite's own lock, on PostgreSQL by ours (proof/journal.py). Reads the columns
that judging asks for and no others: what was read out of the forms stays on the disk.
Never writes.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.engine import Row
from sqlmodel import Session, col

from pipeline.edges.ledger import rows
from pipeline.edges.ledger.bulletin_rows import Talkbook
from pipeline.edges.ledger.extensions import Fairness
from pipeline.edges.ledger.proof.journal import End, end_of
from pipeline.edges.ledger.tables import (
    BulletinRow,
    DecisionRow,
    DeliveryEventRow,
    DeliveryRow,
    ExtensionRow,
    JournalRow,
    MessageRow,
    MetaRow,
    NoticeRow,
    PollRow,
    ReportRow,
    RereadMailRow,
    RereadReportRow,
    RoundRow,
    TalkEventRow,
    TalkRow,
)
from pipeline.model.arrival import Outcome
from pipeline.model.ledger import (
    Ledger,
    MailSeen,
    Reached,
    Reminded,
    excused,
    supersede,
)
from pipeline.model.memory.packed import Packed
from pipeline.model.memory.settled_keys import SettledKeys
from pipeline.model.notice import NoticeKind
from pipeline.model.notice_key import parse_key
from pipeline.model.outgoing import DeliveryState
from pipeline.model.report import Report, Reports

_SPACED = (
    NoticeKind.ERRATUM.value,
    NoticeKind.DUE_REMINDER.value,
    NoticeKind.OVERDUE_REMINDER.value,
    NoticeKind.SECOND_OVERDUE_REMINDER.value,
)
# What the newest row of each table is known by: its number where it has one.
_ENDS: dict[str, Any] = {
    "decision": func.max(DecisionRow.id),
    "report": func.max(ReportRow.sequence),
    "message": func.max(MessageRow.id),
    "notice": func.max(NoticeRow.id),
    "round": func.count(col(RoundRow.key)),
    "talk": func.max(TalkRow.id),
    "talk_event": func.max(TalkEventRow.id),
    "bulletin": func.count(col(BulletinRow.snapshot_id)),
    "extension": func.max(ExtensionRow.id),
    "poll": func.max(PollRow.id),
    "reread_report": func.max(RereadReportRow.id),
    "reread_mail": func.max(RereadMailRow.id),
    "delivery_event": func.max(DeliveryEventRow.id),
    "meta": func.count(col(MetaRow.key)),
}
# Of the tables themselves: what is read by the hundred thousand is not made rows of an
# ORM first
_DECIDED: Any = DecisionRow.__table__.c  # type: ignore[attr-defined]
_READ: Any = ReportRow.__table__.c  # type: ignore[attr-defined]
_DECISION: list[Any] = [
    _DECIDED.report_id,
    _DECIDED.at,
    _DECIDED.by,
    _DECIDED.rule,
    _DECIDED.state,
    _DECIDED.unit,
    _DECIDED.period,
    _DECIDED.completed,
    _DECIDED.why,
    _DECIDED.timeliness,
    _DECIDED.holds,
    _DECIDED.also,
    _DECIDED.also_notes,
]
_REPORT: list[Any] = [
    _READ.sequence,
    _READ.id,
    _READ.message_key,
    _READ.received_at,
    _READ.added,
    _READ.timeliness,
    _READ.notes,
    _READ.holds,
    _READ.measures,
    _READ.files,
    # The figures beside the main one alone: a whole form is long, and asked for rarely.
    _READ.form["also"].label("also"),
    _READ.form["texts"].label("texts"),
]
# What hardly two reports, or two mails, have in common (model/memory/packed.py)
_REPORTS_OWN = (
    "id",
    "message_key",
    "received_at",
    "period",
    "completed",
    "added",
    "measures",
    "files",
    "sequence",
    "why",
    "decided_at",
    "read_completed",
    "also",
    "corrected_also",
    "texts",
)
_MAILS_OWN = (
    "key",
    "message_id",
    "received_at",
    "sender",
    "subject",
    "reason",
    "unit",
    "period",
)
# So many reports are asked for by one question, so that few rows stand in memory
_AT_ONCE = 500
_MESSAGE: list[Any] = [
    MessageRow.identity,
    MessageRow.key,
    MessageRow.message_id,
    MessageRow.received_at,
    MessageRow.sender,
    MessageRow.subject,
    MessageRow.outcome,
    MessageRow.reason,
    MessageRow.unit,
    MessageRow.period,
    MessageRow.about,
    MessageRow.reply,
]
# Asked for each mail, and so made once
KNOWN_MAIL = select(*_MESSAGE).where(
    (col(MessageRow.key) == bindparam("key"))
    | (col(MessageRow.fingerprint) == bindparam("fingerprint")),
    col(MessageRow.outcome) != Outcome.SET_ASIDE.value,
)
# The same of a whole batch
KNOWN_MAILS = select(*_MESSAGE, col(MessageRow.fingerprint)).where(
    col(MessageRow.key).in_(bindparam("keys", expanding=True))
    | col(MessageRow.fingerprint).in_(
        bindparam("fingerprints", expanding=True)
    ),
    col(MessageRow.outcome) != Outcome.SET_ASIDE.value,
)
# The first with these bytes; one that was set aside, only where it was never taken in
MAIL_OF_KEY = (
    select(*_MESSAGE)
    .where(col(MessageRow.key) == bindparam("key"))
    .order_by(
        col(MessageRow.outcome) == Outcome.SET_ASIDE.value, col(MessageRow.id)
    )
    .limit(1)
)
Ends = dict[str, int]
# A unit and a period
_Of = tuple[str | None, date]


def no_reports() -> Packed[Report]:
    """None yet; they are kept as the ledger keeps them."""
    return Packed(
        Report,
        own=_REPORTS_OWN,
        times=("received_at", "decided_at"),
        days=("period",),
    )


def no_mails() -> Packed[MailSeen]:
    """None yet; they are kept as the ledger keeps them."""
    return Packed(
        MailSeen,
        own=_MAILS_OWN,
        times=("received_at",),
        days=("period",),
    )


class Loader:
    """`ledger()` is the ledger as it stands; the same value as before where nothing was
    added."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.forget()

    def forget(self) -> None:
        """Lets the memory go; the next `ledger()` reads everything."""
        self._ends: Ends = {}
        self._rested = False
        # The journal's when something was read last
        self._end: End | None = None
        self._reports = no_reports()
        self._messages = no_mails()
        self._settled_keys = SettledKeys()
        empty = Ledger(reports=self._reports, messages=self._messages)
        self._ledger = empty.kept_up()
        # What reports and mails came to when they were read again: a new row in these
        # tables has everything read again, so what stands here stays whole.
        self._reports_reread: dict[str, Any] = {}
        self._mails_reread: dict[str, Any] = {}

    def rest(self) -> None:
        """Between two wakes: lets go of what was worked out for the last one, and keeps
        what was read."""
        self._ledger = self._ledger.knowing()
        self._rested = True

    def ledger(self) -> Ledger:
        with Session(self._engine) as session:
            if self._rested and not self._is_continued(session):
                self.forget()
            self._rested = False
            ends = _ends(session)
            if ends == self._ends:
                return self._ledger
            if self._reread(ends):
                self.forget()
            before = self._ends
            try:
                self._ledger = self._grown(session, before, ends)
                self._end = end_of(session.connection())
            except BaseException:
                # What was read in part is read again
                self.forget()
                raise
            self._ends = ends
            return self._ledger

    def _is_continued(self, session: Session) -> bool:
        """Whether what stands there is what was read, or grew from it: a backup that was
        put in its place while the worker rested has another journal."""
        if self._end is None:
            return False
        seq, link, _ = self._end
        entry = session.get(JournalRow, seq)
        return entry is not None and entry.link == link

    def _reread(self, ends: Ends) -> bool:
        """Whether mails were read again: that changes what stands behind older rows."""
        names = ("reread_report", "reread_mail")
        return any(ends[name] != self._ends.get(name, 0) for name in names)

    def _grown(self, session: Session, before: Ends, ends: Ends) -> Ledger:
        last = self._ledger

        def changed(*names: str) -> bool:
            return any(ends[name] != before.get(name, -1) for name in names)

        if changed("extension"):
            self._take_extensions(session, ends)
        if changed("decision", "report"):
            self._take_reports(session, before, ends)
        if changed("message"):
            self._take_messages(session, before, ends)
        if changed("notice", "round"):
            self._settled_keys = self._settled(session, before, ends)
        bulletins, adhoc = last.bulletins, last.adhoc
        if changed("bulletin"):
            monthly = NoticeKind.MONTHLY_BULLETIN
            bulletins = Talkbook.bulletins_in(session, monthly)
            beside = NoticeKind.ADHOC_BULLETIN
            adhoc = Talkbook.bulletins_in(session, beside)
        born = session.get(MetaRow, "born_at")
        return self._ledger.knowing(
            settled=self._settled_keys,
            talks=Talkbook.talks_in(session)
            if changed("talk", "talk_event")
            else last.talks,
            bulletins=bulletins,
            adhoc=adhoc,
            born_at=datetime.fromisoformat(born.value) if born else None,
            read_until=Fairness.read_until_in(session),
            reminded=_reminded(session)
            if changed("delivery_event")
            else last.reminded,
            reached=_reached(session)
            if changed("delivery_event")
            else last.reached,
        )

    def _take_extensions(self, session: Session, ends: Ends) -> None:
        """What is in force now; the reports that it is about are made of their rows
        again, since it excuses late ones."""
        last = self._ledger.extensions
        now = Fairness.extensions_in(session)
        self._ledger = self._ledger.knowing(extensions=now)
        names = []
        for one in set(last).symmetric_difference(now):
            known = self._ledger.for_period(one.unit, one.period)
            names += [report.id for report in known]
        self._make_again(session, list(dict.fromkeys(names)), ends)

    def _take_reports(self, session: Session, before: Ends, ends: Ends) -> None:
        """What was reported and decided since, and with it the reports that changed."""
        if not before:
            reread = _in_order(session, RereadReportRow)
            self._reports_reread = {r.report_id: r for r in reread}
        known = before.get("report", 0)
        for first in range(known, ends["report"], _AT_ONCE):
            last = min(first + _AT_ONCE, ends["report"])
            self._make(
                session,
                (_READ.sequence > first) & (_READ.sequence <= last),
                ends,
            )
        since = _between(_DECIDED.id, "decision", before, ends)
        self._make_again(session, _since_decided(session, since, known), ends)

    def _make_again(
        self, session: Session, names: list[str], ends: Ends
    ) -> None:
        for at in range(0, len(names), _AT_ONCE):
            self._make(session, _READ.id.in_(names[at : at + _AT_ONCE]), ends)

    def _make(self, session: Session, which: Any, ends: Ends) -> None:
        """Makes these reports of their rows and all decisions on them; the rows are let
        go."""
        told = (
            select(*_DECISION)
            .join(ReportRow, _READ.id == _DECIDED.report_id)
            .where(which, _DECIDED.id <= ends["decision"])
            .order_by(_DECIDED.id)
        )
        decided: dict[str, list[Row[Any]]] = {}
        for decision in _rows(session, told):
            decided.setdefault(decision.report_id, []).append(decision)
        reports = select(*_REPORT).where(which).order_by(_READ.sequence)
        made = []
        for row in _rows(session, reports):
            made.append(
                rows.report(
                    row=row,
                    decisions=decided[row.id],
                    reread=self._reports_reread.get(row.id),
                )
            )
        self._put(excused(tuple(made), self._ledger.extensions))

    def _put(self, made: Reports) -> None:
        """Into the ledger, each at its place, beside those for the same units and
        periods, before and now."""
        changed = {}
        beside: dict[_Of, set[int]] = {}
        end = len(self._reports)
        for report in made:
            place = self._ledger.place_of(report.id)
            if place is None:
                place = end
                end += 1
            else:
                # Whoever it superseded may count again
                self._meet_all(beside, self._reports[place])
                self._meet_all(beside, report)
            self._meet(beside, report, place)
            changed[place] = report
        if changed:
            # Settled before it is packed, so that each is packed once
            changed |= self._superseded(beside, changed)
            self._reports = self._reports.changed(changed)
            self._ledger = self._ledger.taking(self._reports, changed)

    def _meet(
        self, beside: dict[_Of, set[int]], report: Report, place: int
    ) -> None:
        """Of those that were there the one that counts is enough: all others are older
        than it."""
        of = _of(report)
        if of not in beside:
            beside[of] = self._counting_place(*of)
        beside[of].add(place)

    def _counting_place(self, unit: str | None, period: date) -> set[int]:
        place = self._ledger.counting.place(unit, period)
        if place is None:
            return set()
        return {place}

    def _meet_all(self, beside: dict[_Of, set[int]], report: Report) -> None:
        of = _of(report)
        known = self._ledger.placed_for(*of)
        places = beside.setdefault(of, set())
        places.update(known)

    def _superseded(
        self, beside: dict[_Of, set[int]], made: dict[int, Report]
    ) -> dict[int, Report]:
        """What is superseded once these are made, or no longer, by its place."""
        changed = {}
        for of, places in beside.items():
            known = {}
            for place in sorted(places):
                report = made.get(place) or self._reports[place]
                if _of(report) == of:
                    known[place] = report
            settled = supersede(tuple(known.values()))
            for place, now in zip(known, settled, strict=True):
                if now is not known[place]:
                    changed[place] = now
        return changed

    def _take_messages(
        self, session: Session, before: Ends, ends: Ends
    ) -> None:
        if not before:
            reread = _in_order(session, RereadMailRow)
            self._mails_reread = {r.identity: r for r in reread}
        known = before.get("message", 0)
        for first in range(known, ends["message"], _AT_ONCE):
            last = min(first + _AT_ONCE, ends["message"])
            query = select(*_MESSAGE).where(
                col(MessageRow.id) > first, col(MessageRow.id) <= last
            )
            found = []
            for message in _rows(session, query.order_by(col(MessageRow.id))):
                found.append(
                    rows.mail_seen(
                        message, self._mails_reread.get(message.identity)
                    )
                )
            end = len(self._messages)
            self._messages = self._messages.changed(dict(enumerate(found, end)))
            self._ledger = self._ledger.with_mails(self._messages, found)

    def _settled(
        self, session: Session, before: Ends, ends: Ends
    ) -> SettledKeys:
        newest = _between(col(NoticeRow.id), "notice", before, ends)
        come = session.scalars(select(col(NoticeRow.key)).where(newest))
        rounds = session.scalars(select(col(RoundRow.key)))
        return self._settled_keys.having(chain(come, rounds))


def _of(report: Report) -> _Of:
    return report.unit, report.period


# Asked in each wake, and so made once: making one takes longer than to ask it
_REMINDED = (
    select(
        col(NoticeRow.key),
        col(NoticeRow.unit),
        func.min(DeliveryEventRow.at),
    )
    .join(DeliveryRow, col(DeliveryRow.mail_id) == col(NoticeRow.mail_id))
    .join(
        DeliveryEventRow,
        col(DeliveryEventRow.delivery_id) == col(DeliveryRow.id),
    )
    .where(col(NoticeRow.kind).in_(_SPACED))
    .where(col(DeliveryEventRow.state) == DeliveryState.SENT.value)
    .group_by(col(NoticeRow.key), col(NoticeRow.unit))
)


def _reminded(session: Session) -> tuple[Reminded, ...]:
    """The reminders and corrections that a server took for at least one address, and
    when first."""
    found = []
    for text, unit, at in session.connection().execute(_REMINDED):
        key = parse_key(text)
        if key is None:
            continue
        found.append(
            Reminded(
                key=key,
                unit=unit or "",
                at=at.replace(tzinfo=at.tzinfo or UTC),
            )
        )
    return tuple(found)


_BULLETINS = (
    NoticeKind.MONTHLY_BULLETIN.value,
    NoticeKind.ADHOC_BULLETIN.value,
)
# A copy in doubt may have come: whoever had it is told of a correction, too.
_MAY_HAVE_COME = (DeliveryState.SENT.value, DeliveryState.UNKNOWN.value)


_COPIES_OF_BULLETINS = (
    select(
        col(NoticeRow.key),
        col(DeliveryRow.recipient),
        col(DeliveryEventRow.state),
    )
    .join(DeliveryRow, col(DeliveryRow.mail_id) == col(NoticeRow.mail_id))
    .join(
        DeliveryEventRow,
        col(DeliveryEventRow.delivery_id) == col(DeliveryRow.id),
    )
    .where(col(NoticeRow.kind).in_(_BULLETINS))
    .order_by(col(DeliveryEventRow.id))
)


def _reached(session: Session) -> tuple[Reached, ...]:
    """The addresses that each bulletin came to, in the order of its copies."""
    newest: dict[tuple[str, str], str] = {}
    copies = session.connection().execute(_COPIES_OF_BULLETINS)
    for key, recipient, state in copies:
        newest[key, recipient] = state
    found: dict[str, list[str]] = {}
    for (key, recipient), state in newest.items():
        if state in _MAY_HAVE_COME:
            found.setdefault(key, []).append(recipient)
    reached = []
    for text, addresses in found.items():
        sent = parse_key(text)
        if sent is not None:
            reached.append(Reached(sent, tuple(addresses)))
    return tuple(reached)


_NEWEST = select(
    *[select(end).scalar_subquery().label(name) for name, end in _ENDS.items()]
)


def _ends(session: Session) -> Ends:
    found = session.connection().execute(_NEWEST).one()
    return {name: end or 0 for name, end in found._mapping.items()}


def _between(number: Any, table: str, before: Ends, ends: Ends) -> Any:
    """The rows behind those that are known, up to the end that was looked up with the
    other tables': what another process adds meanwhile waits for the next look."""
    return (number > before.get(table, 0)) & (number <= ends[table])


def _rows(session: Session, query: Any) -> Iterable[Row[Any]]:
    """Rows of columns, without an ORM's object for each."""
    return session.connection().execute(query).all()


def _since_decided(session: Session, since: Any, known: int) -> list[str]:
    """The reports up to that number on which something was decided since."""
    query = (
        select(_DECIDED.report_id)
        .join(ReportRow, _READ.id == _DECIDED.report_id)
        .where(since, _READ.sequence <= known)
    )
    return list(dict.fromkeys(session.scalars(query)))


def _in_order(session: Session, table: Any) -> Iterable[Any]:
    """Every row of a table that few mails ever come to stand in, oldest first."""
    return session.scalars(select(table).order_by(table.id))
