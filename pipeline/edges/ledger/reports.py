"""The store's part for reports and messages as they are read back: one, all, or the
whole ledger for judging."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    Connection,
    Engine,
    Select,
    Table,
    bindparam,
)
from sqlalchemy import select as sql_select
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from pipeline.edges.fault_points import FaultPoint, reach
from pipeline.edges.ledger import rows
from pipeline.edges.ledger.bulletin_rows import Talkbook
from pipeline.edges.ledger.loader import (
    KNOWN_MAIL,
    KNOWN_MAILS,
    MAIL_OF_KEY,
    Loader,
)
from pipeline.edges.ledger.tables import (
    DecisionRow,
    MessageRow,
    RereadMailRow,
)
from pipeline.model.arrival import Outcome
from pipeline.model.ledger import Ledger, MailRecord, MailSeen
from pipeline.model.report import Decision, DecisionRule, Report
from pipeline.model.values.frozen import frozen

T = TypeVar("T", bound=SQLModel)

_TABLES = SQLModel.metadata.tables
_MESSAGE = _TABLES["message"]
_REREAD_MAIL = _TABLES["reread_mail"]
_REPORT_TABLE = _TABLES["report"]
_REREAD_REPORT = _TABLES["reread_report"]
_DECISION = _TABLES["decision"]
# Asked once a letter: building a statement costs more than running it, and making
# objects of the rows, which a session would watch for changes, as much again
_MAIL = (
    _MESSAGE.select()
    .where(_MESSAGE.c.key == bindparam("key"))
    .order_by(
        _MESSAGE.c.outcome == Outcome.SET_ASIDE.value,
        _MESSAGE.c.id,
    )
    .limit(1)
)
_MAIL_READ_AGAIN = (
    _REREAD_MAIL.select()
    .where(_REREAD_MAIL.c.identity == bindparam("identity"))
    .order_by(_REREAD_MAIL.c.id.desc())
    .limit(1)
)
# A range of the index: LIKE would look through the whole table.
_REPORT = _REPORT_TABLE.select().where(
    _REPORT_TABLE.c.id >= bindparam("start"),
    _REPORT_TABLE.c.id < bindparam("end"),
)
_REPORT_READ_AGAIN = (
    _REREAD_REPORT.select()
    .where(_REREAD_REPORT.c.report_id == bindparam("report_id"))
    .order_by(_REREAD_REPORT.c.id.desc())
    .limit(1)
)
_DECISIONS = (
    _DECISION.select()
    .where(_DECISION.c.report_id == bindparam("report_id"))
    .order_by(_DECISION.c.id)
)


def _about(table: Table, name: str, of: Select[Any]) -> Select[Any]:
    """The rows of a table on what another question finds, in the order they came."""
    return table.select().where(table.c[name].in_(of)).order_by(table.c.id)


# The same of a batch of letters, by the keys of the mails that they answer. Beyond so
# many reports each is asked for by itself: a mail may bring hundreds, forms and all
_MOST_QUOTED = 200
_OF_THESE: BindParameter[Any] = bindparam("keys", expanding=True)
_MAILS = (
    _MESSAGE.select()
    .where(_MESSAGE.c.key.in_(_OF_THESE))
    .order_by(_MESSAGE.c.outcome == Outcome.SET_ASIDE.value, _MESSAGE.c.id)
)
_IDENTITIES = sql_select(_MESSAGE.c.identity).where(
    _MESSAGE.c.key.in_(_OF_THESE)
)
_MAILS_READ_AGAIN = _about(_REREAD_MAIL, "identity", _IDENTITIES)
_REPORTS = (
    _REPORT_TABLE.select()
    .where(_REPORT_TABLE.c.message_key.in_(_OF_THESE))
    .order_by(_REPORT_TABLE.c.sequence)
    .limit(_MOST_QUOTED)
)
_IDS = sql_select(_REPORT_TABLE.c.id).where(
    _REPORT_TABLE.c.message_key.in_(_OF_THESE)
)
_REPORTS_READ_AGAIN = _about(_REREAD_REPORT, "report_id", _IDS)
_DECISIONS_ON_THEM = _about(_DECISION, "report_id", _IDS)


# Under which a transaction's session holds what was asked at once
_FORESEEN = "foreseen"
_NUMBERS = sql_select(col(MessageRow.identity), col(MessageRow.id)).where(
    col(MessageRow.identity).in_(bindparam("identities", expanding=True))
)


@frozen
class Foreseen:
    """What the ledger knew of a batch's mails when its transaction began; what the
    transaction itself adds waits beside it (`AppendOnly.waiting`)."""

    keys: frozenset[str]
    fingerprints: frozenset[str]
    # The messages recorded with one of these keys or fingerprints
    seen: tuple[Any, ...]
    # The messages whose identity is one of the fingerprints, by it
    numbers: dict[str, int | None]

    def covers(self, key: str, fingerprint: str) -> bool:
        return key in self.keys and fingerprint in self.fingerprints

    def known(self, key: str, fingerprint: str) -> Iterator[Any]:
        """The rows that KNOWN_MAIL would give."""
        for row in self.seen:
            if row.key == key or row.fingerprint == fingerprint:
                yield row


@frozen
class Quoted:
    """Some mails and what they brought, by key and id, as the ledger held them when they
    were asked for at once."""

    mails: dict[str, MailRecord] = field(default_factory=dict)
    seen: dict[str, MailSeen] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)


class Reports(Talkbook):
    """Reads; writes nothing."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._loader = Loader(engine)
        self._quoted = Quoted()

    def ledger(self) -> Ledger:
        """Everything that judging looks at, in memory, as it stands now."""
        return self._loader.ledger()

    def rest(self) -> None:
        """Keeps the ledger from one wake to the next, which reads what has come since."""
        self._loader.rest()

    def forget(self) -> None:
        """Lets go of the memory that the ledger takes."""
        self._loader.forget()

    @staticmethod
    def _reread(session: Session) -> dict[str, RereadMailRow]:
        """identity -> what the mail came to when it was read again last."""
        found = {}
        for r in session.exec(_in_order(RereadMailRow)):
            found[r.identity] = r
        return found

    def mail(self, key: str) -> MailRecord | None:
        """The recorded message with these bytes (the first, where it came more than once;
        one that was set aside, only where it was never taken in)."""
        if key in self._quoted.mails:
            return self._quoted.mails[key]
        with self.engine.connect() as connection:
            row = connection.execute(_MAIL, {"key": key}).first()
            if row is None:
                return None
            about = {"identity": row.identity}
            again = connection.execute(_MAIL_READ_AGAIN, about).first()
        return rows.mail_record(row, again)

    def mail_seen(self, key: str) -> MailSeen | None:
        """The same without what it says, as it was read first."""
        if key in self._quoted.seen:
            return self._quoted.seen[key]
        with self.engine.connect() as connection:
            row = connection.execute(MAIL_OF_KEY, {"key": key}).first()
        if row is None:
            return None
        return rows.mail_seen(row)

    @contextmanager
    def quoting(self, keys: Collection[str]) -> Iterator[None]:
        """Inside, `mail`, `mail_seen` and `report` answer for the mails of these keys
        what stood in the ledger at the beginning: a letter that answers a mail asks six
        questions, and a wake may have hundreds to write."""
        if keys:
            self._quoted = self._asked_at_once({"keys": list(keys)})
        try:
            yield
        finally:
            self._quoted = Quoted()

    def _asked_at_once(self, asked: dict[str, list[str]]) -> Quoted:
        quoted = Quoted()
        with self.engine.connect() as connection:
            for row, again in _mails_of(connection, asked):
                # The first of a key is the one that `mail` gives
                quoted.mails.setdefault(row.key, rows.mail_record(row, again))
                quoted.seen.setdefault(row.key, rows.mail_seen(row))
            for report in _reports_of(connection, asked):
                quoted.reports[report.id] = report
        return quoted

    def mails(self) -> list[MailRecord]:
        """Every recorded message, in the order they were recorded."""
        with Session(self.engine) as session:
            again = self._reread(session)
            found = session.exec(_in_order(MessageRow))
            made = []
            for row in found:
                made.append(rows.mail_record(row, again.get(row.identity)))
            return made

    def report(self, report_id: str) -> Report | None:
        """A report with its form and newest decision, by its id or the beginning of it
        when that is enough."""
        if report_id in self._quoted.reports:
            return self._quoted.reports[report_id]
        with self.engine.connect() as connection:
            begins = {"start": report_id, "end": f"{report_id}\U0010ffff"}
            found = connection.execute(_REPORT, begins).all()
            exact = [row for row in found if row.id == report_id] or found
            if len(exact) != 1:
                return None
            about = {"report_id": exact[0].id}
            decided = connection.execute(_DECISIONS, about).all()
            reread = connection.execute(_REPORT_READ_AGAIN, about).first()
        return rows.report(exact[0], decided, reread, with_form=True)

    def peoples_decisions(self) -> list[Decision]:
        """All that people decided, in order."""
        with Session(self.engine) as session:
            query = (
                select(DecisionRow)
                .where(
                    col(DecisionRow.rule).not_in(
                        (DecisionRule.JUDGED.value, DecisionRule.REPLAYED.value)
                    )
                )
                .order_by(col(DecisionRow.id))
            )
            found = []
            for row in session.exec(query):
                found.append(rows.decision(row))
            return found

    def decision_before(self, report_id: str) -> Decision | None:
        """What held before the newest decision; None where that one is the first."""
        known = self.decisions(report_id)
        if len(known) > 1:
            return rows.decision(known[-2])
        return None

    def decisions_on(self, report_id: str) -> list[Decision]:
        """All that was decided on a report, in order."""
        found = []
        for row in self.decisions(report_id):
            found.append(rows.decision(row))
        return found

    def decisions(self, report_id: str) -> Sequence[Any]:
        with self.engine.connect() as connection:
            about = {"report_id": report_id}
            return connection.execute(_DECISIONS, about).all()

    def known_keys(self, keys: Sequence[str]) -> frozenset[str]:
        """Which of these bytes a recorded message has."""
        with self.opened() as session:
            query = select(MessageRow.key).where(col(MessageRow.key).in_(keys))
            return frozenset(session.exec(query))

    def foresee(self, mails: Sequence[tuple[str, str]]) -> None:
        """Within `together`, before its first mail: asks at once what `known_mail` and
        `record` would ask of each. `mails` are their keys and fingerprints."""
        keys: list[str] = []
        fingerprints: list[str] = []
        for key, fingerprint in mails:
            keys.append(key)
            fingerprints.append(fingerprint)
        with self.opened() as session:
            connection = session.connection()
            seen = connection.execute(
                KNOWN_MAILS, {"keys": keys, "fingerprints": fingerprints}
            )
            found = connection.execute(_NUMBERS, {"identities": fingerprints})
            numbers: dict[str, int | None] = {}
            for identity, number in found:
                numbers[identity] = number
            session.info[_FORESEEN] = Foreseen(
                keys=frozenset(keys),
                fingerprints=frozenset(fingerprints),
                seen=tuple(seen),
                numbers=numbers,
            )

    def known_mail(self, key: str, fingerprint: str) -> list[MailSeen]:
        """The messages recorded with these bytes, or with this Message-ID and content;
        what was set aside is known by nobody, and may be taken in once more."""
        return reach(
            FaultPoint.KNOWN_MAIL, lambda: self._known_mail(key, fingerprint)
        )

    def _known_mail(self, key: str, fingerprint: str) -> list[MailSeen]:
        found = []
        with self.opened() as session:
            for row in _known_rows(session, key, fingerprint):
                seen = rows.mail_seen(row)
                found.append(seen)
        for new in self.waiting(MessageRow):
            # Not by attribute: each mail of a batch asks of all before it
            said = new.values
            if key != said["key"] and fingerprint != said["fingerprint"]:
                continue
            if new.outcome != Outcome.SET_ASIDE.value:
                seen = rows.mail_seen(new)
                found.append(seen)
        return found


def _mails_of(
    connection: Connection, asked: dict[str, list[str]]
) -> Iterator[tuple[Any, Any]]:
    """Each message with the row of its last reading again, None where there was none."""
    again = {}
    for row in connection.execute(_MAILS_READ_AGAIN, asked):
        again[row.identity] = row
    for row in connection.execute(_MAILS, asked):
        yield row, again.get(row.identity)


def _reports_of(
    connection: Connection, asked: dict[str, list[str]]
) -> Iterator[Report]:
    """What the mails brought, each report as it is given by itself."""
    again = {}
    for row in connection.execute(_REPORTS_READ_AGAIN, asked):
        again[row.report_id] = row
    # Looked up before the decisions: none of these is without its first one then
    reports = connection.execute(_REPORTS, asked).all()
    decided: dict[str, list[Any]] = {}
    for row in connection.execute(_DECISIONS_ON_THEM, asked):
        decided.setdefault(row.report_id, []).append(row)
    for row in reports:
        yield rows.report(
            row=row,
            decisions=decided[row.id],
            reread=again.get(row.id),
            with_form=True,
        )


def foreseen_in(session: Session) -> Foreseen | None:
    """What was asked at once in a transaction, None where nothing was."""
    foreseen: Foreseen | None = session.info.get(_FORESEEN)
    return foreseen


def _known_rows(session: Session, key: str, fingerprint: str) -> Iterable[Any]:
    foreseen = foreseen_in(session)
    if foreseen is not None and foreseen.covers(key, fingerprint):
        return foreseen.known(key, fingerprint)
    # Past the session's own execute, which costs as much as the question
    asked = {"key": key, "fingerprint": fingerprint}
    return session.connection().execute(KNOWN_MAIL, asked)


def _in_order(table: type[T]) -> "SelectOfScalar[T]":
    """Every row of a table in the order they were written."""
    return select(table).order_by(col(table.id))  # type: ignore[attr-defined]
