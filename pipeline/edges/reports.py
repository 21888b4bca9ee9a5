"""The store's part for reports and messages as they are read back: one, all, or the whole ledger for judging."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from pipeline.edges import rows
from pipeline.edges.tables import (
    DecisionRow,
    MessageRow,
    MetaRow,
    NoticeRow,
    ReportRow,
    RoundRow,
)
from pipeline.edges.talkbook import Talkbook
from pipeline.model.ledger import Ledger, MailRecord, MailSeen, excused, supersede
from pipeline.model.report import Decision, DecisionRule, Report


class Reports(Talkbook):
    """Reads; writes nothing."""

    def ledger(self, *, with_forms: bool = False) -> Ledger:
        """Everything that judging looks at, in memory."""
        with Session(self.engine) as session:
            decided = session.exec(select(DecisionRow).order_by(col(DecisionRow.id))).all()
            newest: dict[str, DecisionRow] = {d.report_id: d for d in decided}
            versions = Counter(d.report_id for d in decided)
            reports = tuple(
                rows.report(r, newest[r.id], versions[r.id], with_form=with_forms)
                for r in session.exec(select(ReportRow).order_by(col(ReportRow.sequence)))
            )
            settled = frozenset(session.exec(select(NoticeRow.key))) | frozenset(
                session.exec(select(RoundRow.key))
            )
            born = session.get(MetaRow, "born_at")
            extensions = self.extensions_in(session)
            return Ledger(
                reports=excused(supersede(reports), extensions),
                messages=self._messages(session),
                settled=settled,
                talks=self.talks_in(session),
                bulletins=self.bulletins_in(session),
                born_at=datetime.fromisoformat(born.value) if born else None,
                extensions=extensions,
                read_until=self.read_until_in(session),
            )

    @staticmethod
    def _messages(session: Session) -> tuple[MailSeen, ...]:
        """Without the texts and readings, which judging does not look at."""
        columns: list[Any] = [
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
        ]
        found = session.execute(select_columns(*columns).order_by(col(MessageRow.id)))
        return tuple(MailSeen(*row) for row in found)

    def mail(self, key: str) -> MailRecord | None:
        """The recorded message with these bytes (the first, where it came more than once)."""
        with Session(self.engine) as session:
            query = select(MessageRow).where(MessageRow.key == key).order_by(col(MessageRow.id)).limit(1)
            row = session.exec(query).first()
            return rows.mail_record(row) if row else None

    def mails(self) -> list[MailRecord]:
        """Every recorded message, in the order they were recorded."""
        with Session(self.engine) as session:
            return [
                rows.mail_record(row) for row in session.exec(select(MessageRow).order_by(col(MessageRow.id)))
            ]

    def report(self, report_id: str) -> Report | None:
        """A report with its form and newest decision, by its id or the beginning of it when that is enough."""
        with Session(self.engine) as session:
            query = select(ReportRow).where(col(ReportRow.id).startswith(report_id, autoescape=True))
            found = session.exec(query).all()
            exact = [row for row in found if row.id == report_id] or found
            if len(exact) != 1:
                return None
            decided = self.decisions(exact[0].id)
            return rows.report(exact[0], decided[-1], len(decided), with_form=True)

    def peoples_decisions(self) -> list[Decision]:
        """All that people decided, in order."""
        with Session(self.engine) as session:
            query = (
                select(DecisionRow)
                .where(DecisionRow.rule != DecisionRule.JUDGED.value)
                .order_by(col(DecisionRow.id))
            )
            return [rows.decision(row) for row in session.exec(query)]

    def decision_before(self, report_id: str) -> Decision | None:
        """What held before the newest decision; None where that one is the first."""
        known = self.decisions(report_id)
        return rows.decision(known[-2]) if len(known) > 1 else None

    def decisions_on(self, report_id: str) -> list[Decision]:
        """All that was decided on a report, in order."""
        return [rows.decision(row) for row in self.decisions(report_id)]

    def decisions(self, report_id: str) -> list[DecisionRow]:
        with Session(self.engine) as session:
            query = (
                select(DecisionRow).where(DecisionRow.report_id == report_id).order_by(col(DecisionRow.id))
            )
            return list(session.exec(query))

    def known_mail(self, key: str, fingerprint: str) -> list[MailSeen]:
        """The messages recorded with these bytes, or with this Message-ID and content."""
        with Session(self.engine) as session:
            query = select(MessageRow).where(
                (col(MessageRow.key) == key) | (col(MessageRow.fingerprint) == fingerprint)
            )
            return [rows.mail_seen(row) for row in session.exec(query)]
