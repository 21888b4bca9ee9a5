"""The book of alarms: what stands wrong, from when it was found to when it was found
mended. Never changes a row."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from pipeline.edges.ledger.append_only import AppendOnly
from pipeline.edges.ledger.new_row import NewRow
from pipeline.edges.ledger.tables import AlarmEventRow
from pipeline.model.operation.cooldown import Alarm


class Alarms(AppendOnly):
    def open_alarms(self) -> list[Alarm]:
        """What stands wrong now, the oldest first."""
        with Session(self.engine) as session:
            newest = select(func.max(AlarmEventRow.id)).group_by(
                AlarmEventRow.cause
            )
            query = select(AlarmEventRow).where(
                col(AlarmEventRow.id).in_(newest), AlarmEventRow.open
            )
            found = [
                Alarm(
                    cause=r.cause,
                    since=r.since,
                    what=r.what,
                    cure=tuple(r.cure),
                )
                for r in session.exec(query)
            ]
        return sorted(found, key=lambda alarm: (alarm.since, alarm.cause))

    def raise_alarm(self, alarm: Alarm, at: datetime) -> None:
        """Opens it, or says again what is wrong."""
        self._add([alarm], at, still_open=True)

    def close_alarms(self, alarms: Iterable[Alarm], at: datetime) -> None:
        self._add(alarms, at, still_open=False)

    def _add(
        self, alarms: Iterable[Alarm], at: datetime, *, still_open: bool
    ) -> None:
        made = []
        for alarm in alarms:
            row = NewRow(
                AlarmEventRow,
                cause=alarm.cause,
                at=at,
                since=alarm.since,
                open=still_open,
                what=alarm.what,
                cure=list(alarm.cure),
            )
            made.append(row)
        self.append(made)
