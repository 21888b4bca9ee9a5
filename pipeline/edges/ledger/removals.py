"""What was removed because its time was over: recorded before it is done, so that
nobody takes a removal for a loss.

Names only what may go: a mail that was handled and whose case is closed, a mail of ours
that has come to an end. Never removes a row.
"""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from pipeline.edges.ledger.append_only import AppendOnly
from pipeline.edges.ledger.new_row import NewRow
from pipeline.edges.ledger.tables import (
    DecisionRow,
    DeliveryEventRow,
    DeliveryRow,
    HandlingRow,
    MailRow,
    MessageRow,
    RemovalRow,
    ReportRow,
    SightingRow,
)
from pipeline.model.arrival import Outcome
from pipeline.model.outgoing import DeliveryState
from pipeline.model.report import ReportState

RAW, LOG = "raw", "log"
_OPEN = [
    s.value
    for s in (
        DeliveryState.WAITING,
        DeliveryState.SENDING,
        DeliveryState.TRANSIENT,
    )
]


class Removals(AppendOnly):
    def raw_before(self, moment: datetime) -> list[str]:
        """Keys of originals that were last received, or frozen, before `moment` and
        that nothing waits for; in order."""
        with Session(self.engine) as session:
            seen = select(SightingRow.key).group_by(col(SightingRow.key))
            received = set(
                session.exec(
                    seen.having(func.max(SightingRow.received_at) < moment)
                )
            )
            frozen = set(
                session.exec(
                    select(MailRow.key).where(col(MailRow.frozen_at) < moment)
                )
            )
            copies = select(DeliveryRow.key).join(
                MailRow, col(DeliveryRow.mail_id) == col(MailRow.message_id)
            )
            frozen |= set(
                session.exec(
                    copies.where(
                        DeliveryRow.key != "", col(MailRow.frozen_at) < moment
                    )
                )
            )
            needed = self._waiting(session) | self._unfinished(session)
            still_seen = set(
                session.exec(
                    seen.having(func.max(SightingRow.received_at) >= moment)
                )
            )
        return sorted((received | frozen) - needed - still_seen)

    @staticmethod
    def _waiting(session: Session) -> set[str]:
        """Mails that were not handled yet, whose case is held, or that are a reviewer's answer."""
        handled = select(HandlingRow.sighting_id)
        unread = session.exec(
            select(SightingRow.key).where(col(SightingRow.id).not_in(handled))
        )
        newest = select(func.max(DecisionRow.id)).group_by(
            col(DecisionRow.report_id)
        )
        held = session.exec(
            select(ReportRow.message_key)
            .join(DecisionRow, col(DecisionRow.report_id) == col(ReportRow.id))
            .where(
                col(DecisionRow.id).in_(newest),
                DecisionRow.state == ReportState.HELD.value,
            )
        )
        answers = session.exec(
            select(MessageRow.key).where(
                MessageRow.outcome == Outcome.COMMAND.value
            )
        )
        return {*unread, *held, *answers}

    @staticmethod
    def _unfinished(session: Session) -> set[str]:
        """Mails of ours with a copy that has not come to an end."""
        newest = select(func.max(DeliveryEventRow.id)).group_by(
            col(DeliveryEventRow.delivery_id)
        )
        ended = select(DeliveryEventRow.delivery_id).where(
            col(DeliveryEventRow.id).in_(newest),
            col(DeliveryEventRow.state).not_in(_OPEN),
        )
        query = (
            select(MailRow.key, DeliveryRow.key)
            .join(
                DeliveryRow, col(DeliveryRow.mail_id) == col(MailRow.message_id)
            )
            .where(col(DeliveryRow.id).not_in(ended))
        )
        return {key for keys in session.exec(query) for key in keys if key}

    def record_removal(
        self, what: str, name: str, at: datetime, why: str
    ) -> None:
        """That `name` is about to be removed: RAW and a key of the vault, or LOG and a file."""
        self.append([NewRow(RemovalRow, what=what, name=name, at=at, why=why)])

    def removed_raw(self) -> dict[str, datetime]:
        """Every original whose removal was recorded, and when last."""
        with Session(self.engine) as session:
            query = select(RemovalRow.name, RemovalRow.at).where(
                RemovalRow.what == RAW
            )
            return dict(session.exec(query.order_by(col(RemovalRow.id))).all())
