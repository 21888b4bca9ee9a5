"""Writes into the ledger what a replay read again: new rows behind the old ones, which
stay as they were.

Trusts the plan for what may be changed. One transaction; never sends, never reads a mail.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from pipeline.edges.ledger.tables import (
    DecisionRow,
    MessageRow,
    ReportRow,
    RereadMailRow,
    RereadReportRow,
)
from pipeline.model.actor import RULE
from pipeline.model.arrival import Outcome
from pipeline.model.report import DecisionRule

_MAIL = ("outcome", "reason", "unit", "period")
_READ = {"files", "readings"}
_REPORT = {"added", "timeliness", "notes", "holds", "measures", "files", "form"}


class Rereadings:
    """`made` is the ledger that the replay rebuilt."""

    def __init__(self, ledger: Engine, made: Engine) -> None:
        self._ledger = ledger
        self._made = made

    def apply(self, reports: Mapping[str, str], at: datetime) -> int:
        """The reports of these ids as they were read now, each with why; with them what
        became of their mails. How many."""
        with Session(self._ledger) as new, Session(self._made) as made:
            mails = set()
            for row in made.exec(
                select(ReportRow).where(col(ReportRow.id).in_(reports))
            ):
                self._report(
                    row=row,
                    why=reports[row.id],
                    new=new,
                    made=made,
                    at=at,
                )
                mails.add(row.message_key)
            for mail in made.exec(
                select(MessageRow).where(col(MessageRow.key).in_(mails))
            ):
                self._mail(mail, new, at)
            new.commit()
        return len(reports)

    @staticmethod
    def _report(
        row: ReportRow, why: str, new: Session, made: Session, at: datetime
    ) -> None:
        if (
            new.exec(select(ReportRow).where(ReportRow.id == row.id)).first()
            is None
        ):
            new.add(ReportRow(**row.model_dump(exclude={"sequence"})))
            new.flush()
        else:
            new.add(
                RereadReportRow(
                    report_id=row.id, at=at, **row.model_dump(include=_REPORT)
                )
            )
        query = (
            select(DecisionRow)
            .where(DecisionRow.report_id == row.id)
            .order_by(col(DecisionRow.id).desc())
        )
        decided = made.exec(query).first()
        if decided is not None:
            said = decided.model_dump(exclude={"id"}) | {
                "at": at,
                "by": RULE,
                "rule": DecisionRule.REPLAYED.value,
                "why": why,
            }
            new.add(DecisionRow(**said))

    @staticmethod
    def _mail(mail: MessageRow, new: Session, at: datetime) -> None:
        known = new.exec(
            select(MessageRow).where(MessageRow.identity == mail.identity)
        ).first()
        if known is None or Outcome.COMMAND.value in (
            known.outcome,
            mail.outcome,
        ):
            return
        new.add(
            RereadMailRow(
                identity=mail.identity,
                at=at,
                **mail.model_dump(include={*_MAIL, *_READ}),
            )
        )
