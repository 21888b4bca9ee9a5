"""What later reports and corrections have moved of the figures that a bulletin printed:
whether there is anything to correct, and under which name a state is told once.

Values in, values out. Never decides whether a correction is sent.
"""

from datetime import datetime

from pipeline.model.canonical import canonical_digest
from pipeline.model.ledger import BulletinRecord, Ledger
from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.letters.errata import PrintedChange
from pipeline.model.month import Month
from pipeline.model.notice import NoticeKind
from pipeline.model.notice_key import (
    Key,
    bulletin_key,
    is_withdrawal,
    key_of,
    release_of,
    withdrawal_key,
)
from pipeline.model.roster import Roster

PrintedChanges = tuple[PrintedChange, ...]


def published(ledger: Ledger) -> list[BulletinRecord]:
    """The months' bulletins that went out and were not withdrawn, in order; of several
    drafts of a month the last."""
    newest: dict[str, BulletinRecord] = {}
    for record in ledger.bulletins:
        if bulletin_key(record.month) in ledger.settled:
            newest[record.month] = record
    found = []
    for record in newest.values():
        if not is_withdrawn(record, ledger):
            found.append(record)
    return found


def issued(ledger: Ledger) -> list[BulletinRecord]:
    """The months' bulletins and those beside them that went out and were not withdrawn."""
    found = published(ledger)
    for record in ledger.adhoc:
        went = notice_key(record).text in ledger.settled
        if went and not is_withdrawn(record, ledger):
            found.append(record)
    return found


def notice_key(record: BulletinRecord) -> Key:
    """What the bulletin went out once per."""
    if record.adhoc:
        return key_of(NoticeKind.ADHOC_BULLETIN, record.snapshot_id)
    return key_of(NoticeKind.MONTHLY_BULLETIN, record.month)


def as_record(bulletin: Bulletin) -> BulletinRecord:
    """What a snapshot printed, whatever its kind."""
    rows = bulletin.standing.rows
    return BulletinRecord(
        month=bulletin.month,
        snapshot_id=bulletin.snapshot_id,
        number=bulletin.number,
        completed=tuple((row.unit, row.completed) for row in rows),
        period=bulletin.standing.period,
        members=tuple((m.unit, m.completed) for m in bulletin.members),
        adhoc=bulletin.kind is NoticeKind.ADHOC_BULLETIN,
    )


def is_withdrawn(record: BulletinRecord, ledger: Ledger) -> bool:
    """Whether this draft of the bulletin was taken back after it went."""
    key = withdrawal_key(record.month, record.snapshot_id)
    return key.text in ledger.settled


def printed_changes(
    record: BulletinRecord, roster: Roster, ledger: Ledger
) -> PrintedChanges:
    """The rows, then the pools' members, whose figure of the bulletin's period is
    another today; a pool's own row is the sum of its members'."""
    if record.period is None:
        return ()
    members = dict(record.members)
    changed_members = []
    for unit, figure in record.members:
        pool = _pool_of(unit, roster)
        changed_members += _changed(
            unit=unit,
            printed=figure,
            pool=pool,
            record=record,
            ledger=ledger,
        )
    changed: list[PrintedChange] = []
    for unit, figure in record.completed:
        own = [c for c in changed_members if c.pool == unit]
        if own:
            now = figure or 0
            for member in own:
                now += member.now or 0
                now -= members.get(member.unit) or 0
            corrected = any(c.corrected for c in own)
            changed.append(
                PrintedChange(
                    unit=unit,
                    printed=figure,
                    now=now,
                    corrected=corrected,
                )
            )
        elif unit in roster.by_name and not roster.by_name[unit].pool:
            changed += _changed(
                unit=unit,
                printed=figure,
                pool="",
                record=record,
                ledger=ledger,
            )
    return (*changed, *changed_members)


def _changed(
    unit: str,
    printed: int | None,
    pool: str,
    record: BulletinRecord,
    ledger: Ledger,
) -> list[PrintedChange]:
    assert record.period is not None
    report = ledger.figure_at(unit, record.period)
    now = None if report is None else report.completed
    if now == printed:
        return []
    counting = ledger.counting.of(unit)
    standing = {r.completed for p, r in counting.items() if p <= record.period}
    # What was printed still counts for an earlier period: only more has come.
    corrected = printed is not None and printed not in standing
    return [
        PrintedChange(
            unit=unit,
            printed=printed,
            now=now,
            corrected=corrected,
            pool=pool,
        )
    ]


def _pool_of(unit: str, roster: Roster) -> str:
    known = roster.by_name.get(unit)
    if known is None:
        return ""
    return known.member_of or ""


def erratum_key(
    record: BulletinRecord, changes: PrintedChanges, roster: Roster
) -> Key:
    """Once for each state of the figures: what the ledger settles when it was told.
    A unit's new name is no new state."""
    state = [(roster.first_name_of(c.unit), c.now) for c in changes]
    digest = canonical_digest((record.snapshot_id, state))[:10]
    return key_of(NoticeKind.ERRATUM, *_corrected(record), digest)


def _corrected(record: BulletinRecord) -> tuple[str, ...]:
    """What the keys of a bulletin's corrections are about. That of an ad-hoc one names
    no month: no monthly one is taken for corrected by it."""
    if not record.adhoc:
        return (record.month,)
    return (NoticeKind.ADHOC_BULLETIN, record.snapshot_id)


def is_told_of(record: BulletinRecord, key: Key) -> bool:
    """Whether a notice's key is that of a correction of the bulletin."""
    if is_withdrawal(key, record.month):
        return False
    return key.is_of(NoticeKind.ERRATUM, *_corrected(record))


def erratum_of(record: BulletinRecord) -> str:
    """By what a reply's token names the bulletin that is to be corrected."""
    if record.adhoc:
        return record.snapshot_id.lower()
    return record.month


def erratum_version(key: Key) -> int:
    """The number by which a reply's token names the state that it speaks of."""
    state = key.about[-1]
    return int(state[:3], 16)


def corrected_last(month: Month, ledger: Ledger) -> datetime | None:
    """When the newest correction of the month's bulletin went."""
    times = []
    for sent in ledger.reminded:
        if sent.key.is_of(NoticeKind.ERRATUM, month):
            times.append(sent.at)
    return max(times, default=None)


def untold(
    roster: Roster, ledger: Ledger
) -> tuple[BulletinRecord, PrintedChanges] | None:
    """The newest published bulletin with what has moved of its figures, where nobody
    was told of that state, nor released or withheld it; None where there is nothing to
    tell."""
    records = published(ledger)
    if not records:
        return None
    record = records[-1]
    changes = printed_changes(record, roster, ledger)
    key = erratum_key(record, changes, roster)
    if not changes or is_decided(key, ledger):
        return None
    return record, changes


def is_decided(key: Key, ledger: Ledger) -> bool:
    """Whether a correction was told, withheld or released."""
    if key.text in ledger.settled:
        return True
    return is_released(key, ledger)


def is_released(key: Key, ledger: Ledger) -> bool:
    """Whether staff released what the key names."""
    return release_of(key).text in ledger.settled


def is_told(record: BulletinRecord, ledger: Ledger) -> bool:
    """Whether any correction of the bulletin was settled."""
    told = ledger.settled_of(NoticeKind.ERRATUM)
    return any(is_told_of(record, key) for key in told)
