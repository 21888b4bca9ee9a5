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
from pipeline.model.notice import NoticeKind, adhoc_key, bulletin_key
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
        went = notice_key(record) in ledger.settled
        if went and not is_withdrawn(record, ledger):
            found.append(record)
    return found


def notice_key(record: BulletinRecord) -> str:
    """What the bulletin went out once per."""
    if record.adhoc:
        return adhoc_key(record.snapshot_id)
    return bulletin_key(record.month)


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
    return withdrawal_key(record.month, record.snapshot_id) in ledger.settled


def withdrawal_key(month: Month, snapshot_id: str) -> str:
    """What the ledger settles when a bulletin is withdrawn."""
    return f"{_withdrawal_start(month)}{snapshot_id}"


def is_withdrawal(key: str, month: Month) -> bool:
    """Whether a notice's key is that of a withdrawal of one of the month's bulletins."""
    return key.startswith(_withdrawal_start(month))


def _withdrawal_start(month: Month) -> str:
    return f"{_erratum_start(month)}withdrawn:"


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
    counting = ledger.counting.get(unit, {})
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


def _erratum_start(month: Month) -> str:
    return f"{NoticeKind.ERRATUM}:{month}:"


def erratum_key(
    record: BulletinRecord, changes: PrintedChanges, roster: Roster
) -> str:
    """Once for each state of the figures: what the ledger settles when it was told.
    A unit's new name is no new state."""
    state = [(roster.first_name_of(c.unit), c.now) for c in changes]
    digest = canonical_digest((record.snapshot_id, state))[:10]
    return f"{_told_start(record)}{digest}"


def _told_start(record: BulletinRecord) -> str:
    """That of an ad-hoc bulletin names no month: no monthly one is taken for corrected
    by it."""
    if not record.adhoc:
        return _erratum_start(record.month)
    beside = NoticeKind.ADHOC_BULLETIN
    return f"{NoticeKind.ERRATUM}:{beside}:{record.snapshot_id}:"


def is_told_of(record: BulletinRecord, key: str) -> bool:
    """Whether a notice's key is that of a correction of the bulletin."""
    withdrawal = is_withdrawal(key, record.month)
    return key.startswith(_told_start(record)) and not withdrawal


def erratum_of(record: BulletinRecord) -> str:
    """By what a reply's token names the bulletin that is to be corrected."""
    if record.adhoc:
        return record.snapshot_id.lower()
    return record.month


def erratum_release_key(key: str) -> str:
    """What the ledger settles when a reviewer releases an erratum."""
    return f"approved:{key}"


def erratum_version(key: str) -> int:
    """The number by which a reply's token names the state that it speaks of."""
    return int(key[-10:-7], 16)


def corrected_last(month: Month, ledger: Ledger) -> datetime | None:
    """When the newest correction of the month's bulletin went."""
    return max(ledger.first_sent(_erratum_start(month)), default=None)


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
    decided = (
        key in ledger.settled or erratum_release_key(key) in ledger.settled
    )
    if not changes or decided:
        return None
    return record, changes


def is_told(record: BulletinRecord, ledger: Ledger) -> bool:
    """Whether any correction of the bulletin was settled."""
    return any(is_told_of(record, key) for key in ledger.settled)
