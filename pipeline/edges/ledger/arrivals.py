"""The store's part for the mailbox: what was seen, what could not be fetched, what was
tried, when it was polled.

Trusts UIDs only within their folder and UIDVALIDITY. Never changes a row.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from pipeline.edges.fault_points import FaultPoint, reach
from pipeline.edges.ledger.append_only import AppendOnly, steps_written_once
from pipeline.edges.ledger.new_row import NewRow
from pipeline.edges.ledger.tables import (
    AttemptRow,
    FailureRow,
    HandlingRow,
    PollRow,
    RenumberingRow,
    SightingRow,
)
from pipeline.model.operation.post import (
    RETAKEN,
    HandledSighting,
    KeptSighting,
    Sighting,
)

# Keys in one statement: SQLite takes 999 in its oldest builds
_MOST_ASKED = 500

# And a sighting's number: people ask for that message again
_AGAIN = "again:"


class Mailroom(AppendOnly):
    """Sightings and tries. Methods that write say what they promise."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        # Sightings with lower numbers were handled, for good
        self._handled_below = 0

    def highest_uid(self, folder: str, uidvalidity: int) -> int:
        """The highest UID whose bytes are kept, 0 for none."""
        with Session(self.engine) as session:
            query = select(func.max(SightingRow.uid)).where(
                SightingRow.folder == folder,
                SightingRow.uidvalidity == uidvalidity,
            )
            return session.exec(query).one() or 0

    def known(
        self, folder: str, uidvalidity: int, since: int
    ) -> dict[int, Sighting]:
        """What needs no fetching, by UID from `since` on: kept, or given up."""
        with Session(self.engine) as session:
            query = select(
                SightingRow.uid, SightingRow.received_at, SightingRow.size
            ).where(
                SightingRow.folder == folder,
                SightingRow.uidvalidity == uidvalidity,
                SightingRow.uid >= since,
            )
            found = {}
            for uid, at, size in session.exec(query):
                found[uid] = Sighting(
                    uidvalidity=uidvalidity,
                    uid=uid,
                    received_at=at,
                    size=size,
                    folder=folder,
                )
            return found

    def newest_keys(self, number: int) -> list[str]:
        """The bytes of the messages that were kept last, the newest first."""
        with Session(self.engine) as session:
            query = select(SightingRow.key).order_by(col(SightingRow.id).desc())
            return list(session.exec(query.limit(number)))

    def numbering(self, folder: str, uidvalidity: int) -> int:
        """What stands for the UIDVALIDITY in the ledger: another number each time the
        UIDs were found to mean others."""
        with Session(self.engine) as session:
            query = select(func.count()).where(
                col(RenumberingRow.folder) == folder,
                col(RenumberingRow.uidvalidity) == uidvalidity,
            )
            # A UIDVALIDITY has 32 bits (RFC 3501)
            return uidvalidity + (session.exec(query).one() << 32)

    def renumber(self, folder: str, uidvalidity: int, at: datetime) -> None:
        """The folder's UIDs mean other messages from now on."""
        renumbered = NewRow(
            RenumberingRow, folder=folder, uidvalidity=uidvalidity, at=at
        )
        self.append_once([renumbered])

    def record_poll(self, at: datetime, *, whole: bool) -> None:
        """That the mailbox was read to its end."""
        self.append([NewRow(PollRow, at=at, whole=whole)])

    def last_poll(self, *, whole: bool = False) -> datetime | None:
        """When the mailbox was last read to its end; with `whole`, when its whole list was compared."""
        with Session(self.engine) as session:
            query = select(PollRow.at).order_by(col(PollRow.id).desc()).limit(1)
            return session.exec(
                query.where(PollRow.whole) if whole else query
            ).first()

    def keep_sighting(
        self,
        sighting: Sighting,
        key: str,
        at: datetime,
        *,
        too_big: bool = False,
    ) -> None:
        """Records that a message's bytes are in the vault; nothing where it is recorded already."""
        self.keep_sightings([KeptSighting(sighting, key, at, too_big)])

    def keep_sightings(self, kept: Sequence[KeptSighting]) -> None:
        """The same of several in one transaction."""
        steps = []
        for one in kept:
            steps.append([_sighting_row(one)])
        reach(
            FaultPoint.SIGHTING_ROW,
            lambda: steps_written_once(self.engine, steps),
        )

    def failures(
        self, folder: str, uidvalidity: int
    ) -> dict[int, tuple[int, datetime]]:
        """How often each UID could not be fetched, and when for the first time."""
        with Session(self.engine) as session:
            query = (
                select(FailureRow.uid, func.count(), func.min(FailureRow.at))
                .where(
                    FailureRow.folder == folder,
                    FailureRow.uidvalidity == uidvalidity,
                )
                .group_by(col(FailureRow.uid))
            )
            found = {}
            for uid, count, first in session.exec(query):
                found[uid] = (count, first)
            return found

    def count_failure(self, sighting: Sighting, why: str, at: datetime) -> int:
        """Records a try that did not fetch a message; how many there were."""
        failed = NewRow(
            FailureRow,
            folder=sighting.folder,
            uidvalidity=sighting.uidvalidity,
            uid=sighting.uid,
            at=at,
            why=why,
        )
        self.append([failed])
        with Session(self.engine) as session:
            query = select(func.count()).where(
                col(FailureRow.folder) == sighting.folder,
                col(FailureRow.uidvalidity) == sighting.uidvalidity,
                col(FailureRow.uid) == sighting.uid,
            )
            return session.exec(query).one()

    def ask_again(self, key: str, at: datetime, *, kept: bool) -> bool:
        """That people want a message taken in once more that was set aside: `kept`, from
        the vault, else from the mailbox with the next poll. False where none has that
        key."""
        with Session(self.engine) as session:
            query = select(SightingRow).where(SightingRow.key == key)
            row = session.exec(
                query.order_by(col(SightingRow.id).desc())
            ).first()
        if row is None:
            return False
        if kept:
            self.keep_sighting(_retaken(row), key, at)
        else:
            self.append([_attempt(f"{_AGAIN}{row.id}", at)])
        return True

    def asked_again(self, folder: str, uidvalidity: int) -> list[Sighting]:
        """What people asked for again and did not get yet, as it is to be kept."""
        with Session(self.engine) as session:
            asked = select(AttemptRow.key).where(
                col(AttemptRow.key) >= _AGAIN,
                col(AttemptRow.key) < f"{_AGAIN}\U0010ffff",
            )
            numbers = []
            for key in session.exec(asked):
                numbers.append(int(key.removeprefix(_AGAIN)))
            found = []
            for number in dict.fromkeys(numbers):
                row = session.get(SightingRow, number)
                if row is None or row.folder != folder:
                    continue
                if row.uidvalidity % RETAKEN != uidvalidity:
                    continue
                again = _retaken(row)
                if not self._is_kept(session, again):
                    found.append(again)
            return found

    @staticmethod
    def _is_kept(session: Session, sighting: Sighting) -> bool:
        query = select(SightingRow.id).where(
            SightingRow.folder == sighting.folder,
            SightingRow.uidvalidity == sighting.uidvalidity,
            SightingRow.uid == sighting.uid,
        )
        return session.exec(query).first() is not None

    def taken_again(self) -> frozenset[str]:
        """The keys of what was set aside and then taken in a second time."""
        with Session(self.engine) as session:
            rows = session.exec(select(SightingRow)).all()
        places = {}
        for row in rows:
            places[row.folder, row.uidvalidity, row.uid] = row.key
        found = set()
        for row in rows:
            again = _retaken(row)
            if (again.folder, again.uidvalidity, again.uid) in places:
                found.add(row.key)
        return frozenset(found)

    def unhandled(self) -> list[tuple[int, Sighting, str, bool]]:
        """(id, sighting, key, too_big) of every message kept and not yet handled, in
        the order of reception, those of one second in the order that the mailbox
        numbered them: the later one corrects the earlier."""
        with Session(self.engine) as session:
            done = select(HandlingRow.sighting_id).where(
                col(HandlingRow.sighting_id) == col(SightingRow.id)
            )
            newest = session.exec(select(func.max(SightingRow.id))).one() or 0
            query = (
                select(SightingRow)
                .where(
                    col(SightingRow.id) >= self._handled_below, ~done.exists()
                )
                .order_by(col(SightingRow.received_at), col(SightingRow.id))
            )
            found = session.exec(query).all()
            self._handled_below = min(
                (r.id or 0 for r in found), default=newest + 1
            )
            return [
                (
                    r.id or 0,
                    _sighting(r),
                    r.key,
                    r.too_big,
                )
                for r in found
            ]

    def shared(self) -> list[tuple[Sighting, str, bool]]:
        """(sighting, key, too_big) of the mails that another campaign has too."""
        with Session(self.engine) as session:
            query = select(SightingRow).where(
                col(SightingRow.shared_with).is_not(None)
            )
            found = session.exec(query).all()
        return [(_sighting(row), row.key, row.too_big) for row in found]

    def handled(self) -> list[HandledSighting]:
        """Every sighting that was handled, in the order it was."""
        with Session(self.engine) as session:
            query = (
                select(SightingRow, HandlingRow.at)
                .join(
                    HandlingRow,
                    col(HandlingRow.sighting_id) == col(SightingRow.id),
                )
                .order_by(
                    col(HandlingRow.at),
                    col(SightingRow.received_at),
                    col(SightingRow.id),
                )
            )
            found = []
            for r, at in session.exec(query):
                found.append(
                    HandledSighting(
                        at=at,
                        sighting=_sighting(r),
                        key=r.key,
                        too_big=r.too_big,
                    )
                )
            return found

    def count_attempt(self, key: str, at: datetime) -> int:
        """Records that what `key` names is about to be read; how often it was tried,
        this time included."""
        self.append([_attempt(key, at)])
        with Session(self.engine) as session:
            return (
                session.exec(
                    select(func.sum(AttemptRow.weight)).where(
                        AttemptRow.key == key
                    )
                ).one()
                or 0
            )

    def tried(self, keys: Sequence[str]) -> frozenset[str]:
        """Which of these have a try behind them that was not taken back."""
        found: set[str] = set()
        with Session(self.engine) as session:
            for start in range(0, len(keys), _MOST_ASKED):
                some = keys[start : start + _MOST_ASKED]
                query = (
                    select(AttemptRow.key)
                    .where(col(AttemptRow.key).in_(some))
                    .group_by(AttemptRow.key)
                    .having(func.sum(AttemptRow.weight) > 0)
                )
                found.update(session.exec(query))
        return frozenset(found)

    def count_attempts(self, keys: Sequence[str], at: datetime) -> None:
        """Records that all of these are about to be read, in one transaction."""
        self.append([_attempt(key, at) for key in keys])

    def pardon_attempts(self, keys: Sequence[str], at: datetime) -> None:
        """Takes back one try each of what was not read after all."""
        self.append([_attempt(key, at, weight=-1) for key in keys])

    def pardon_attempt(self, key: str, at: datetime) -> None:
        """Takes one try back that failed for a reason outside the message: a full disk,
        a broken installation."""
        self.append([_attempt(key, at, weight=-1)])

    def record_known(self, sighting_id: int, at: datetime) -> None:
        """That a sighting is a mail already known under another UID: nothing at all (rules.md 6)."""
        with self.opened() as session:
            known = NewRow(HandlingRow, sighting_id=sighting_id, at=at)
            self.written(session, [known])


def _attempt(key: str, at: datetime, weight: int = 1) -> NewRow:
    return NewRow(AttemptRow, key=key, at=at, weight=weight)


def _sighting_row(kept: KeptSighting) -> NewRow:
    sighting = kept.sighting
    return NewRow(
        SightingRow,
        folder=sighting.folder,
        uidvalidity=sighting.uidvalidity,
        uid=sighting.uid,
        key=kept.key,
        received_at=sighting.received_at,
        size=sighting.size,
        too_big=kept.too_big,
        shared_with=list(sighting.shared_with) or None,
        contested=sighting.contested or None,
        kept_at=kept.at,
    )


def _sighting(row: SightingRow) -> Sighting:
    return Sighting(
        uidvalidity=row.uidvalidity,
        uid=row.uid,
        received_at=row.received_at,
        size=row.size,
        folder=row.folder,
        shared_with=tuple(row.shared_with or ()),
        contested=bool(row.contested),
    )


def _retaken(row: SightingRow) -> Sighting:
    """The same message, as it stands where it is taken once more."""
    return replace(_sighting(row), uidvalidity=row.uidvalidity + RETAKEN)
