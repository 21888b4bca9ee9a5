"""The store's part for reports and messages as they are read back: one, all, or the
whole ledger for judging."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from pipeline.edges.ledger import rows
from pipeline.edges.ledger.bulletin_rows import Talkbook
from pipeline.edges.ledger.tables import (
    DecisionRow,
    MessageRow,
    MetaRow,
    NoticeRow,
    ReportRow,
    RereadMailRow,
    RereadReportRow,
    RoundRow,
)
from pipeline.model.ledger import Ledger, MailRecord, MailSeen, excused, supersede
from pipeline.model.report import Decision, DecisionRule, Report

T = TypeVar("T", bound=SQLModel)


class Reports(Talkbook):
    """Reads; writes nothing."""

    def ledger(self, *, with_forms: bool = False) -> Ledger:
        """Everything that judging looks at, in memory."""
        with Session(self.engine) as session:
            decided = session.exec(
                select(DecisionRow).order_by(col(DecisionRow.id))
            ).all()
            newest: dict[str, DecisionRow] = {d.report_id: d for d in decided}
            versions = Counter(d.report_id for d in decided)
            reread = {r.report_id: r for r in session.exec(_in_order(RereadReportRow))}
            reports = tuple(
                rows.report(
                    r,
                    newest[r.id],
                    versions[r.id],
                    reread.get(r.id),
                    with_form=with_forms,
                )
                for r in session.exec(
                    select(ReportRow).order_by(col(ReportRow.sequence))
                )
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
        ]
        found = session.execute(select_columns(*columns).order_by(col(MessageRow.id)))
        again = Reports._reread(session)
        return tuple(
            _seen(_mail_seen(*row), again.get(identity)) for identity, *row in found
        )

    @staticmethod
    def _reread(session: Session) -> dict[str, RereadMailRow]:
        """identity -> what the mail came to when it was read again last."""
        return {r.identity: r for r in session.exec(_in_order(RereadMailRow))}

    def mail(self, key: str) -> MailRecord | None:
        """The recorded message with these bytes (the first, where it came more than once)."""
        with Session(self.engine) as session:
            query = (
                select(MessageRow)
                .where(MessageRow.key == key)
                .order_by(col(MessageRow.id))
                .limit(1)
            )
            row = session.exec(query).first()
            if row:
                return rows.mail_record(row, self._reread(session).get(row.identity))
            return None

    def mails(self) -> list[MailRecord]:
        """Every recorded message, in the order they were recorded."""
        with Session(self.engine) as session:
            again, found = self._reread(session), session.exec(_in_order(MessageRow))
            return [rows.mail_record(row, again.get(row.identity)) for row in found]

    def report(self, report_id: str) -> Report | None:
        """A report with its form and newest decision, by its id or the beginning of it
        when that is enough."""
        with Session(self.engine) as session:
            query = select(ReportRow).where(
                col(ReportRow.id).startswith(report_id, autoescape=True)
            )
            found = session.exec(query).all()
            exact = [row for row in found if row.id == report_id] or found
            if len(exact) != 1:
                return None
            decided = self.decisions(exact[0].id)
            again = select(RereadReportRow).where(
                RereadReportRow.report_id == exact[0].id
            )
            reread = session.exec(
                again.order_by(col(RereadReportRow.id).desc())
            ).first()
            return rows.report(
                exact[0], decided[-1], len(decided), reread, with_form=True
            )

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
            return [rows.decision(row) for row in session.exec(query)]

    def decision_before(self, report_id: str) -> Decision | None:
        """What held before the newest decision; None where that one is the first."""
        known = self.decisions(report_id)
        if len(known) > 1:
            return rows.decision(known[-2])
        return None

    def decisions_on(self, report_id: str) -> list[Decision]:
        """All that was decided on a report, in order."""
        return [rows.decision(row) for row in self.decisions(report_id)]

    def decisions(self, report_id: str) -> list[DecisionRow]:
        with Session(self.engine) as session:
            query = (
                select(DecisionRow)
                .where(DecisionRow.report_id == report_id)
                .order_by(col(DecisionRow.id))
            )
            return list(session.exec(query))

    def known_mail(self, key: str, fingerprint: str) -> list[MailSeen]:
        """The messages recorded with these bytes, or with this Message-ID and content."""
        with Session(self.engine) as session:
            query = select(MessageRow).where(
                (col(MessageRow.key) == key)
                | (col(MessageRow.fingerprint) == fingerprint)
            )
            return [rows.mail_seen(row) for row in session.exec(query)]


def _in_order(table: type[T]) -> "SelectOfScalar[T]":
    """Every row of a table in the order they were written."""
    return select(table).order_by(col(table.id))  # type: ignore[attr-defined]


def _mail_seen(*row: Any) -> MailSeen:
    return _replied(MailSeen(*row))


def _seen(mail: MailSeen, reread: RereadMailRow | None) -> MailSeen:
    if reread is None:
        return mail
    return _replied(
        replace(
            mail,
            outcome=reread.outcome,
            reason=reread.reason,
            unit=reread.unit,
            period=reread.period,
        )
    )


def _replied(mail: MailSeen) -> MailSeen:
    return replace(mail, reply=rows.reply_of(mail.outcome, mail.reason))
