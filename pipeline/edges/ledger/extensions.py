"""The store's part for what is owed to the units: extensions (准予延期), when the
mailbox was read, what shows the time.

Never changes a row: a withdrawal is one more row, and the newest one of a unit and
period holds. Decides nothing.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from pipeline.edges.ledger.append_only import AppendOnly
from pipeline.edges.ledger.new_row import NewRow
from pipeline.edges.ledger.tables import (
    DeliveryEventRow,
    ExtensionRow,
    PollRow,
    SightingRow,
)
from pipeline.judging.operation.clock_skew import named_second
from pipeline.model.operation.clock_evidence import ClockEvidence
from pipeline.model.roster import Extension

# The newest: enough to see a clock that is wrong
_MOST_ARRIVALS = 200


class Fairness(AppendOnly):
    """Extensions and the evidence of clocks."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        # The newest arrivals, and the rows until which they were looked for
        self._arrivals: Arrivals = ((), None)
        self._arrivals_until: tuple[Any, ...] = ()

    def extend(self, given: Extension) -> None:
        self.append([NewRow(ExtensionRow, **vars(given))])

    def withdraw_extension(
        self, unit: str, period: date, why: str, by: str, at: datetime
    ) -> None:
        withdrawn = NewRow(
            ExtensionRow,
            at=at,
            by=by,
            unit=unit,
            period=period,
            until=None,
            why=why,
        )
        self.append([withdrawn])

    @staticmethod
    def extensions_in(session: Session) -> tuple[Extension, ...]:
        """Those in force, in the order of their periods."""
        newest = {
            (row.unit, row.period): row
            for row in session.exec(
                select(ExtensionRow).order_by(col(ExtensionRow.id))
            )
        }
        given = (
            Extension(
                unit=r.unit,
                period=r.period,
                until=r.until,
                why=r.why,
                by=r.by,
                at=r.at,
            )
            for r in newest.values()
            if r.until is not None
        )
        return tuple(sorted(given, key=lambda e: (e.period, e.unit)))

    def polls(self) -> tuple[datetime, ...]:
        """Every time the mailbox was read to its end, in order."""
        with Session(self.engine) as session:
            return tuple(
                session.exec(select(PollRow.at).order_by(col(PollRow.id)))
            )

    @staticmethod
    def read_until_in(session: Session) -> datetime | None:
        return session.exec(
            select(PollRow.at).order_by(col(PollRow.id).desc()).limit(1)
        ).first()

    def clock_evidence(self) -> ClockEvidence:
        """What the newest arrivals and the sending server's newest answer tell of the server's time."""
        with Session(self.engine) as session:
            connection = session.connection()
            newest = tuple(connection.execute(_NEWEST_SEEN).one())
            # Asked with each look into the ledger, while nothing arrives
            if newest != self._arrivals_until:
                self._arrivals = _newest_arrivals(session)
                self._arrivals_until = newest
            answer = connection.execute(_NEWEST_ANSWER).first()
        arrivals, read_before = self._arrivals
        queued = None
        if answer:
            queued = named_second(*answer)
        return ClockEvidence(
            arrivals,
            read_before,
            queued,
        )


Arrivals = tuple[tuple[tuple[datetime, datetime], ...], datetime | None]

# What the arrivals are told by: rows are only ever added
_NEWEST_SEEN = text(
    "SELECT (SELECT max(id) FROM sighting), (SELECT max(id) FROM poll)"
)
_SENT = DeliveryEventRow.state == "sent"
_NEWEST_ANSWER = (
    select(
        DeliveryEventRow.text,
        DeliveryEventRow.at,
    )
    .where(_SENT)
    .order_by(col(DeliveryEventRow.id).desc())
    .limit(1)
)


def _newest_arrivals(session: Session) -> Arrivals:
    """The mails first seen since the poll before the one that brought the newest, and
    when that earlier poll was.

    A mail seen before under another UID, moved or renumbered, has its old time and tells nothing.
    """
    earlier_one = aliased(SightingRow)
    seen_before = select(earlier_one.id).where(
        col(earlier_one.key) == col(SightingRow.key),
        col(earlier_one.id) < col(SightingRow.id),
    )
    query = (
        select(SightingRow.received_at, SightingRow.kept_at)
        .where(SightingRow.folder != "", ~seen_before.exists())
        .order_by(col(SightingRow.id).desc())
        .limit(_MOST_ARRIVALS)
    )
    kept = list(session.exec(query))
    if not kept:
        return (), None
    earlier = (
        select(PollRow.at)
        .where(PollRow.at < kept[0][1])
        .order_by(col(PollRow.at).desc())
        .limit(1)
    )
    before = session.exec(earlier).first()
    return tuple(
        (got, at) for got, at in kept if before is None or at > before
    ), before
