"""The ledger's store: what arrived, what was decided, what was said; written once, each
step in one transaction.

Trusts the caller for what is true and the database for what is unique: a key that is
there already is never written again, whoever asks. Never changes or deletes a row (the
lease alone is updated).
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, bindparam, text
from sqlalchemy import select as sql_select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from pipeline.edges.fault_points import FaultPoint, reach
from pipeline.edges.ledger import rows
from pipeline.edges.ledger.arrivals import Mailroom
from pipeline.edges.ledger.new_row import NewRow
from pipeline.edges.ledger.removals import Removals
from pipeline.edges.ledger.reports import Reports, foreseen_in
from pipeline.edges.ledger.server import postgresql
from pipeline.edges.ledger.tables import (
    BulletinRow,
    DecisionRow,
    ExtensionRow,
    HandlingRow,
    MessageRow,
    MetaRow,
    ReportRow,
    RoundRow,
    SightingRow,
    TalkEventRow,
    TalkRow,
)
from pipeline.model.actor import RULE
from pipeline.model.arrival import Arrival, Judgement
from pipeline.model.ledger import Ledger, MailRecord, renamed, renamed_of
from pipeline.model.month import Month
from pipeline.model.notice_key import approval_key
from pipeline.model.operation.errors import EdgeError
from pipeline.model.operation.post import HandledSighting
from pipeline.model.report import Decision, DecisionRule, Report
from pipeline.model.review.talk import TalkEvent

# Asked for each mail, and so made once
_BY_IDENTITY = sql_select(col(MessageRow.id)).where(
    col(MessageRow.identity) == bindparam("identity")
)

# One statement that looks and takes: of two that ask at the same moment one gets it.
_TAKE_LEASE = text("""
INSERT INTO lease (name, holder, until) VALUES ('worker', :holder, :until)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE lease.holder = excluded.holder OR lease.until <= :now
   OR (:alone AND substr(lease.holder, 1, length(:host)) = :host)
""")


class Store(Mailroom, Reports, Removals):
    """One ledger. Methods that write say what they promise; those that read give values
    of the model, with units by their present names: `renames` maps an earlier one to it.
    """

    def __init__(
        self, engine: Engine, renames: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(engine)
        self._renames = dict(renames or {})
        # Written once, and asked for with each letter
        self._secret: bytes | None = None
        # On PostgreSQL: what holds the worker's advisory lock while it works
        self._working: Connection | None = None

    def ledger(self) -> Ledger:
        return renamed(super().ledger(), self._renames)

    def report(self, report_id: str) -> Report | None:
        found = super().report(report_id)
        return found and renamed_of(found, self._renames)

    def mail(self, key: str) -> MailRecord | None:
        found = super().mail(key)
        return found and replace(
            found, seen=renamed_of(found.seen, self._renames)
        )

    def mails(self) -> list[MailRecord]:
        found = []
        for mail in super().mails():
            found.append(
                replace(mail, seen=renamed_of(mail.seen, self._renames))
            )
        return found

    def decision_before(self, report_id: str) -> Decision | None:
        found = super().decision_before(report_id)
        return found and renamed_of(found, self._renames)

    def talk_events(self, month: Month) -> tuple[TalkEvent, ...]:
        events = super().talk_events(month)
        found = []
        for event in events:
            found.append(renamed_of(event, self._renames))
        return tuple(found)

    def born(self, now: datetime) -> datetime:
        """The time of the first poll, which the first call fixes."""
        with Session(self.engine) as session:
            row = session.get(MetaRow, "born_at")
            if row is None:
                row = MetaRow(key="born_at", value=now.isoformat())
                session.add(row)
                session.commit()
            return datetime.fromisoformat(row.value)

    def is_begun(self) -> bool:
        """Whether a mailbox was ever polled, or any mail recorded; no table is gone
        through for it."""
        with Session(self.engine) as session:
            if session.get(MetaRow, "born_at") is not None:
                return True
            first = select(MessageRow.id).limit(1)
            return session.exec(first).first() is not None

    def close_campaign(self, at: datetime) -> None:
        """Marks the campaign as ended: from then on the ledger is only read."""
        self.append_once(
            [NewRow(MetaRow, key="closed_at", value=at.isoformat())]
        )

    def closed_at(self) -> datetime | None:
        """When the campaign was ended; None while it goes on."""
        with Session(self.engine) as session:
            row = session.get(MetaRow, "closed_at")
        if row is None:
            return None
        return datetime.fromisoformat(row.value)

    def secret(self) -> bytes:
        """The ledger's own secret, made with its first use: what the codes of held
        cases are made with."""
        if self._secret is None:
            self._secret = self._kept_secret()
        return self._secret

    def _kept_secret(self) -> bytes:
        with Session(self.engine) as session:
            row = session.get(MetaRow, "secret")
        if row is not None:
            return bytes.fromhex(row.value)
        made = NewRow(MetaRow, key="secret", value=secrets.token_hex(32))
        self.append_once([made])
        return self._kept_secret()

    def adopt(self, other: "Store") -> None:
        """Makes a fresh ledger the twin of another in what no mail says again: its
        birth and secret, bulletins, talks, extensions."""
        with Session(other.engine) as old, Session(self.engine) as new:
            for table in (
                MetaRow,
                BulletinRow,
                TalkRow,
                TalkEventRow,
                ExtensionRow,
            ):
                new.add_all(
                    table(**row.model_dump()) for row in old.exec(select(table))
                )
            new.commit()

    def take_over(self, other: "Store", mail: HandledSighting) -> None:
        """Makes a fresh ledger hold a mail whose original is gone as another ledger
        holds it: what was read and judged."""
        seen = mail.sighting
        query = select(SightingRow).where(
            SightingRow.folder == seen.folder,
            SightingRow.uidvalidity == seen.uidvalidity,
            SightingRow.uid == seen.uid,
        )
        with Session(other.engine) as old, Session(self.engine) as new:
            row = old.exec(query).one()
            handling = old.exec(
                select(HandlingRow).where(HandlingRow.sighting_id == row.id)
            ).one()
            if handling.message_id:
                message = old.get(MessageRow, handling.message_id)
            else:
                message = None
            sighting = SightingRow(**row.model_dump(exclude={"id"}))
            if message is not None:
                copy = self._take_over_message(message, old, new)
            else:
                copy = None
            new.add(sighting)
            new.flush()
            new.add(
                HandlingRow(
                    sighting_id=sighting.id or 0,
                    message_id=copy,
                    at=handling.at,
                )
            )
            new.commit()

    @staticmethod
    def _take_over_message(
        message: MessageRow, old: Session, new: Session
    ) -> int | None:
        known = new.exec(
            select(MessageRow.id).where(MessageRow.identity == message.identity)
        ).first()
        if known is not None:
            return known
        copy = MessageRow(**message.model_dump(exclude={"id"}))
        new.add(copy)
        for report in old.exec(
            select(ReportRow).where(ReportRow.message_key == message.key)
        ):
            new.add(ReportRow(**report.model_dump(exclude={"sequence"})))
            new.flush()
            judged = select(DecisionRow).where(
                DecisionRow.report_id == report.id,
                DecisionRow.rule == DecisionRule.JUDGED.value,
            )
            new.add_all(
                DecisionRow(**d.model_dump(exclude={"id"}))
                for d in old.exec(judged)
            )
        new.flush()
        return copy.id

    def record(
        self,
        sighting_id: int,
        identity: str,
        arrival: Arrival,
        judgement: Judgement,
        ledger: Ledger,
        at: datetime,
    ) -> None:
        """One message, its reports and their first decisions, in one transaction;
        nothing if it was recorded before."""
        given = identity, judgement
        identity, judgement = reach(FaultPoint.RECORDED_AS, lambda: given)
        with self.opened() as session:
            known = self._recorded_as(session, identity)
            if known is None:
                added = self._message_rows(
                    session=session,
                    identity=identity,
                    arrival=arrival,
                    judgement=judgement,
                    ledger=ledger,
                    at=at,
                )
                self.add(session, added)
                known = added[0]
            handled = NewRow(
                HandlingRow, sighting_id=sighting_id, message_id=known, at=at
            )
            self.written(session, [handled])

    def _recorded_as(
        self, session: Session, identity: str
    ) -> "int | NewRow | None":
        """The message of an identity: its number, or its row where that is still to be
        written."""
        for row in self.waiting(MessageRow):
            if row.values["identity"] == identity:
                return row
        foreseen = foreseen_in(session)
        if foreseen is not None and identity in foreseen.fingerprints:
            return foreseen.numbers.get(identity)
        found: int | None = (
            session.connection()
            .execute(_BY_IDENTITY, {"identity": identity})
            .scalar()
        )
        return found

    @staticmethod
    def _message_rows(
        session: Session,
        identity: str,
        arrival: Arrival,
        judgement: Judgement,
        ledger: Ledger,
        at: datetime,
    ) -> list[NewRow]:
        """The message, and all that came of it."""
        made = [rows.message_row(arrival, judgement, identity, recorded_at=at)]
        made += map(rows.report_row, judgement.reports)
        for report in judgement.reports:
            made.append(rows.decision_row(_first_decision(report, ledger, at)))
        made += map(rows.decision_row, judgement.decisions)
        made += Store.talk_rows(session, judgement.talks)
        keys = [approval_key(month) for month in judgement.approvals]
        for key in dict.fromkeys((*keys, *judgement.settles)):
            if session.get(RoundRow, key) is None:
                made.append(NewRow(RoundRow, key=key, at=at))
        return made

    def decide(self, decision: Decision) -> None:
        self.append([rows.decision_row(decision)])

    def take_lease(
        self, holder: str, now: datetime, seconds: int, *, alone: bool
    ) -> bool:
        """Takes or renews the worker's lease. `alone`: the lock file proves that no
        other worker of this host lives."""
        alone = alone and self.works_alone()
        values = {
            "holder": holder,
            "host": f"{holder.split('/', 1)[0]}/",
            "alone": alone,
            "now": _stored(now),
            "until": _stored(now + timedelta(seconds=seconds)),
        }
        with self.engine.begin() as connection:
            return connection.execute(_TAKE_LEASE, values).rowcount == 1

    def works_alone(self) -> bool:
        """Whether no other worker is connected to the database: two hosts of one name
        that share a storage are told apart by the server alone."""
        if self.engine.dialect.name != "postgresql":
            return True
        if self._working is not None and not self._still_connected():
            self.end_work()
        if self._working is None:
            # Never within a transaction, which the server would end after a while
            self._working = self.engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            )
        return postgresql.wait_for_work(self._working)

    def _still_connected(self) -> bool:
        """The server may have been restarted since the last wake."""
        try:
            return self._working is not None and bool(
                self._working.execute(text("SELECT 1")).scalar()
            )
        except (EdgeError, SQLAlchemyError):
            return False

    def end_work(self) -> None:
        """Lets go of the worker's advisory lock, with its connection."""
        if self._working is not None:
            # A server that is gone has let go already
            with suppress(EdgeError, SQLAlchemyError):
                postgresql.let_go_of_work(self._working)
            self._working.invalidate()
            self._working.close()
            self._working = None

    def end_leases(self) -> None:
        """Nobody works on a ledger that was put back from a backup: the lease in it is
        that of the storage it was copied from. Only under the lock file."""
        with self.engine.begin() as connection:
            connection.execute(text("DELETE FROM lease"))


def _stored(moment: datetime) -> str:
    """A time as the tables hold it, so that one text compares with another."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _first_decision(report: Report, ledger: Ledger, at: datetime) -> Decision:
    counting = ledger.counting.report(report.unit, report.period)
    return Decision(
        report_id=report.id,
        at=at,
        by=RULE,
        rule=DecisionRule.JUDGED,
        state=report.state,
        unit=report.unit,
        period=report.period,
        completed=report.completed,
        why=",".join([*report.holds, *report.notes]),
        supersedes=counting.id
        if counting and report.state == "accepted"
        else "",
    )
