"""The facts of what is said after a bulletin went, or while it waits: which printed
figures are others now, and which cases keep it back.

Trusts the bulletin's frozen snapshot for what was printed. No figure is judged here.
"""

from dataclasses import replace

from pipeline.judging.progress.printed import as_record, printed_changes
from pipeline.model.ledger import BulletinRecord
from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.letters.errata import (
    BulletinWaits,
    Erratum,
    ErratumLine,
    PrintedChange,
    WaitingCase,
)
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.report import ReportState
from pipeline.notices.facts import Facts
from pipeline.notices.growth_facts import Figures, ranks_of
from pipeline.writing.bulletin.title import issue_name


def withdrawal(bulletin: Bulletin, why: str) -> Erratum:
    """What is said of a bulletin that is withdrawn."""
    return replace(_nothing_moved(bulletin, why), withdrawn=True)


def erratum(facts: Facts, bulletin: Bulletin, *, why: str = "") -> Erratum:
    """What is to be corrected of a bulletin that went out; `bulletin` is its
    snapshot."""
    record = as_record(bulletin)
    changes = printed_changes(record, facts.campaign.roster, facts.ledger)
    rows = [change for change in changes if not change.pool]
    moved = sum((c.now or 0) - (c.printed or 0) for c in rows)
    unmoved = _nothing_moved(bulletin, why)
    return replace(
        unmoved,
        lines=_lines(facts, record, changes),
        total_now=unmoved.total_printed + moved,
    )


def _nothing_moved(bulletin: Bulletin, why: str) -> Erratum:
    """Which bulletin is spoken of, and its totals as they were printed."""
    printed = bulletin.standing.totals.completed
    return Erratum(
        month=bulletin.month,
        title=bulletin.title,
        issue=issue_name(bulletin),
        issued_on=bulletin.issued_on,
        period=bulletin.standing.period,
        lines=(),
        total_printed=printed,
        total_now=printed,
        target=bulletin.standing.totals.target,
        why=why,
        adhoc=bulletin.kind is NoticeKind.ADHOC_BULLETIN,
    )


def _lines(
    facts: Facts, record: BulletinRecord, changes: tuple[PrintedChange, ...]
) -> tuple[ErratumLine, ...]:
    period = record.period
    roster = (
        facts.campaign.roster.on(period) if period else facts.campaign.roster
    )
    printed: Figures = dict(record.completed)
    now = dict(printed)
    for change in changes:
        if not change.pool:
            now[change.unit] = change.now
    before = dict(ranks_of(printed, roster))
    after = dict(ranks_of(now, roster))
    lines = []
    for change in changes:
        row = None if change.pool else roster.by_name.get(change.unit)
        target = row.target if row is not None else None
        lines.append(
            ErratumLine(
                unit=change.unit,
                printed=change.printed,
                now=change.now,
                corrected=change.corrected,
                rate_printed=_share(change.printed, target),
                rate_now=_share(change.now, target),
                rank_printed=None if row is None else before.get(change.unit),
                rank_now=None if row is None else after.get(change.unit),
            )
        )
    return tuple(lines)


def _share(figure: int | None, target: int | None) -> float | None:
    if figure is None or not target:
        return None
    return figure / target


def bulletin_waits(facts: Facts, action: Action) -> BulletinWaits:
    """The reports of the month that are still held, for which its bulletin waits."""
    month = action.of_month
    dues = facts.campaign.calendar.of_month(month)
    cases = []
    for report in facts.ledger.reports:
        if report.state is ReportState.HELD and report.period in dues:
            cases.append(
                WaitingCase(
                    unit=report.unit or "",
                    period_name=facts.campaign.calendar.name(report.period),
                    report_id=report.id,
                    received_at=facts.local(report.received_at),
                )
            )
    return BulletinWaits(month, tuple(cases))
