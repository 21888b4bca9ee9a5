"""The store's part for bulletins and talks: frozen snapshots, proposals, and what staff decided.

Never changes a row: a decision is an event, and the newest one holds.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from pipeline.edges.ledger import rows, shapes
from pipeline.edges.ledger.append_only import steps_written_once
from pipeline.edges.ledger.extensions import Fairness
from pipeline.edges.ledger.new_row import NewRow
from pipeline.edges.ledger.proof.told_writing import write
from pipeline.edges.ledger.tables import (
    BulletinRow,
    TalkEventRow,
    TalkRow,
)
from pipeline.model.ledger import BulletinRecord, TalkRecord
from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.month import Month
from pipeline.model.notice import NoticeKind
from pipeline.model.review.talk import TalkEvent, TalkRule


class Talkbook(Fairness):
    """Bulletins and talks."""

    def propose_talks(
        self,
        talks: Iterable[TalkRecord],
        at: datetime,
        *,
        confirmed_by: str = "",
    ) -> None:
        """Records proposals, and in the same transaction that they are confirmed;
        nothing of one that the month has for the unit already: then each of the others
        goes by itself."""
        steps = []
        for talk in talks:
            steps.append(_proposal(talk, at, confirmed_by))
        steps_written_once(self.engine, steps)

    def decide_talks(self, events: Iterable[TalkEvent]) -> None:
        """All of them or none; a talk that nobody had proposed comes with its first event."""
        with Session(self.engine) as session:
            made = self.talk_rows(session, events)
            write(session.connection(), [made])
            session.commit()

    @staticmethod
    def talk_rows(
        session: Session, events: Iterable[TalkEvent]
    ) -> list[NewRow]:
        """The events, each behind its talk where nobody had proposed that."""
        made = []
        proposed = set()
        for event in events:
            known = select(TalkRow.id).where(
                TalkRow.month == event.month, TalkRow.unit == event.unit
            )
            talk = (event.month, event.unit)
            if talk not in proposed and session.exec(known).first() is None:
                reasons = [event.text or "工作人员增加"]
                added = NewRow(
                    TalkRow,
                    month=event.month,
                    unit=event.unit,
                    reasons=reasons,
                    rules=[TalkRule.ADDED.value],
                    proposed_at=event.at,
                )
                made.append(added)
                proposed.add(talk)
            made.append(rows.talk_event_row(event))
        return made

    def talk_events(self, month: Month) -> tuple[TalkEvent, ...]:
        """All that was decided and noted on a month's talks, in order."""
        with Session(self.engine) as session:
            query = (
                select(TalkEventRow)
                .where(TalkEventRow.month == month)
                .order_by(col(TalkEventRow.id))
            )
            found = []
            for row in session.exec(query):
                found.append(rows.talk_event(row))
            return tuple(found)

    def keep_bulletin(self, bulletin: Bulletin, at: datetime) -> None:
        """Freezes a snapshot; nothing where it is frozen already."""
        frozen = NewRow(
            BulletinRow,
            snapshot_id=bulletin.snapshot_id,
            kind=bulletin.kind.value,
            month=bulletin.month,
            number=bulletin.number,
            drawn_at=at,
            snapshot=shapes.kept(Bulletin, bulletin),
        )
        self.append_once([frozen])

    def bulletin(self, month: Month, kind: str) -> Bulletin | None:
        """The month's frozen snapshot, the newest of that kind."""
        with Session(self.engine) as session:
            query = (
                select(BulletinRow)
                .where(BulletinRow.month == month, BulletinRow.kind == kind)
                .order_by(col(BulletinRow.drawn_at).desc())
                .limit(1)
            )
            row = session.exec(query).first()
            return shapes.restored(Bulletin, row.snapshot) if row else None

    def snapshot(self, snapshot_id: str) -> Bulletin | None:
        """A frozen snapshot by its id, of whatever kind."""
        with Session(self.engine) as session:
            row = session.get(BulletinRow, snapshot_id)
            return shapes.restored(Bulletin, row.snapshot) if row else None

    @staticmethod
    def talks_in(session: Session) -> tuple[TalkRecord, ...]:
        talks = {}
        for t in session.exec(
            select(TalkRow).order_by(col(TalkRow.month), col(TalkRow.id))
        ):
            talks[(t.month, t.unit)] = TalkRecord(
                month=Month(t.month),
                unit=t.unit,
                reasons=tuple(t.reasons),
                rules=tuple(t.rules),
            )
        changes: dict[str, dict[str, Any]] = {
            "proposed": {"state": "proposed", "circulated": False},
            "confirmed": {"state": "confirmed"},
            "dropped": {"state": "dropped", "circulated": False},
            "circulated": {"circulated": True},
            "uncirculated": {"circulated": False},
        }
        for event in session.exec(
            select(TalkEventRow).order_by(col(TalkEventRow.id))
        ):
            known = talks.get((event.month, event.unit))
            if known is not None and event.what in changes:
                talks[event.month, event.unit] = replace(
                    known, **changes[event.what]
                )
        return tuple(talks.values())

    @staticmethod
    def bulletins_in(
        session: Session, kind: NoticeKind
    ) -> tuple[BulletinRecord, ...]:
        query = (
            select(BulletinRow)
            .where(BulletinRow.kind == kind.value)
            .order_by(col(BulletinRow.month), col(BulletinRow.drawn_at))
        )
        return tuple(map(_record, session.exec(query)))


def _record(row: BulletinRow) -> BulletinRecord:
    """What later bulletins compare themselves with; snapshots of older programs name no
    members."""
    standing = row.snapshot["standing"]
    figures = []
    for r in standing["rows"]:
        figures.append((r["unit"], r["completed"]))
    members = []
    for m in row.snapshot.get("members", []):
        members.append((m["unit"], m["completed"]))
    talks = []
    for line in row.snapshot["talks"]:
        talks.append(
            (line["month"], line["unit"], line["state"], line["circulated"])
        )
    return BulletinRecord(
        month=Month(row.month),
        snapshot_id=row.snapshot_id,
        number=row.number,
        completed=tuple(figures),
        period=date.fromisoformat(standing["period"]),
        members=tuple(members),
        talks=tuple(talks),
        adhoc=row.kind == NoticeKind.ADHOC_BULLETIN,
    )


def _proposal(
    talk: TalkRecord, at: datetime, confirmed_by: str
) -> list[NewRow]:
    proposed = NewRow(
        TalkRow,
        month=talk.month,
        unit=talk.unit,
        reasons=list(talk.reasons),
        rules=list(talk.rules),
        proposed_at=at,
    )
    if not confirmed_by:
        return [proposed]
    confirmed = NewRow(
        TalkEventRow,
        month=talk.month,
        unit=talk.unit,
        what="confirmed",
        by=confirmed_by,
        at=at,
    )
    return [proposed, confirmed]
