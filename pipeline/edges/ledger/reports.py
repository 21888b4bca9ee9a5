"""The store's part for reports and messages as they are read back: one, all, or the
whole ledger for judging."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import Engine, bindparam
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from pipeline.edges.fault_points import FaultPoint, reach
from pipeline.edges.ledger import rows
from pipeline.edges.ledger.bulletin_rows import Talkbook
from pipeline.edges.ledger.loader import KNOWN_MAIL, MAIL_OF_KEY, Loader
from pipeline.edges.ledger.tables import (
    DecisionRow,
    MessageRow,
    ReportRow,
    RereadMailRow,
    RereadReportRow,
)
from pipeline.model.arrival import Outcome
from pipeline.model.ledger import Ledger, MailRecord, MailSeen
from pipeline.model.report import Decision, DecisionRule, Report

T = TypeVar("T", bound=SQLModel)

# Asked once a letter: building a statement costs more than running it
_MAIL = (
    select(MessageRow)
    .where(col(MessageRow.key) == bindparam("key"))
    .order_by(
        col(MessageRow.outcome) == Outcome.SET_ASIDE.value,
        col(MessageRow.id),
    )
    .limit(1)
)
_MAIL_READ_AGAIN = (
    select(RereadMailRow)
    .where(col(RereadMailRow.identity) == bindparam("identity"))
    .order_by(col(RereadMailRow.id).desc())
    .limit(1)
)
# A range of the index: LIKE would look through the whole table.
_REPORT = select(ReportRow).where(
    col(ReportRow.id) >= bindparam("start"),
    col(ReportRow.id) < bindparam("end"),
)
_REPORT_READ_AGAIN = (
    select(RereadReportRow)
    .where(col(RereadReportRow.report_id) == bindparam("report_id"))
    .order_by(col(RereadReportRow.id).desc())
    .limit(1)
)
_DECISIONS = (
    select(DecisionRow)
    .where(col(DecisionRow.report_id) == bindparam("report_id"))
    .order_by(col(DecisionRow.id))
)


class Reports(Talkbook):
    """Reads; writes nothing."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._loader = Loader(engine)

    def ledger(self) -> Ledger:
        """Everything that judging looks at, in memory, as it stands now."""
        return self._loader.ledger()

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
        with Session(self.engine) as session:
            row = session.exec(_MAIL, params={"key": key}).first()
            if row is None:
                return None
            again = session.exec(
                _MAIL_READ_AGAIN, params={"identity": row.identity}
            )
            return rows.mail_record(row, again.first())

    def mail_seen(self, key: str) -> MailSeen | None:
        """The same without what it says, as it was read first."""
        with Session(self.engine) as session:
            row = session.execute(MAIL_OF_KEY, {"key": key}).first()
        if row is None:
            return None
        return rows.mail_seen(row)

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
        with Session(self.engine) as session:
            begins = {"start": report_id, "end": f"{report_id}\U0010ffff"}
            found = session.exec(_REPORT, params=begins).all()
            exact = [row for row in found if row.id == report_id] or found
            if len(exact) != 1:
                return None
            about = {"report_id": exact[0].id}
            decided = session.exec(_DECISIONS, params=about).all()
            reread = session.exec(_REPORT_READ_AGAIN, params=about).first()
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

    def decisions(self, report_id: str) -> list[DecisionRow]:
        with Session(self.engine) as session:
            about = {"report_id": report_id}
            return list(session.exec(_DECISIONS, params=about))

    def known_keys(self, keys: Sequence[str]) -> frozenset[str]:
        """Which of these bytes a recorded message has."""
        with self.opened() as session:
            query = select(MessageRow.key).where(col(MessageRow.key).in_(keys))
            return frozenset(session.exec(query))

    def known_mail(self, key: str, fingerprint: str) -> list[MailSeen]:
        """The messages recorded with these bytes, or with this Message-ID and content;
        what was set aside is known by nobody, and may be taken in once more."""
        return reach(
            FaultPoint.KNOWN_MAIL, lambda: self._known_mail(key, fingerprint)
        )

    def _known_mail(self, key: str, fingerprint: str) -> list[MailSeen]:
        asked = {"key": key, "fingerprint": fingerprint}
        found = []
        with self.opened() as session:
            # Past the session's own execute, which costs as much as the question
            connection = session.connection()
            for row in connection.execute(KNOWN_MAIL, asked):
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


def _in_order(table: type[T]) -> "SelectOfScalar[T]":
    """Every row of a table in the order they were written."""
    return select(table).order_by(col(table.id))  # type: ignore[attr-defined]
