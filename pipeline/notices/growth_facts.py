"""What a bulletin's growth is counted from: the figures that the last bulletin printed,
which are never rewritten (rules.md 7).

No figure is judged here; a figure that was missing then counts 0, so that the rows'
growths add up to that of the whole.
"""

from datetime import date
from fractions import Fraction

from pipeline.judging.progress.printed import published
from pipeline.model.ledger import BulletinRecord, Ledger
from pipeline.model.letters.bulletins import PoolMember, Since
from pipeline.model.month import Month
from pipeline.model.named import NamedFigures
from pipeline.model.roster import Roster
from pipeline.model.standing import Standing
from pipeline.model.values.frozen import frozen
from pipeline.notices.facts import Facts

Figures = dict[str, int | None]


@frozen
class Before:
    """The figures that growth is counted from, and what is known of their period now."""

    figures: Figures
    members: Figures
    ranks: NamedFigures
    # None with the campaign's very first period: there is nothing to count from
    since: Since | None
    standing: Standing

    def growth(self, unit: str, completed: int | None) -> int | None:
        if completed is None or self.since is None:
            return None
        return completed - (self.figures.get(unit) or 0)


def last_published(ledger: Ledger, month: Month) -> BulletinRecord | None:
    """The newest bulletin of an earlier month that went out and was not withdrawn; a
    draft was never printed."""
    found = None
    for record in published(ledger):
        if record.month < month:
            found = record
    return found


def before(month: Month, period: date, facts: Facts) -> Before:
    """What the bulletin of a month, up to a period, compares itself with; in the first
    month the campaign's first period as it stands now, where that is not the
    bulletin's own."""
    campaign = facts.campaign
    ledger = facts.ledger
    published = last_published(ledger, month)
    if published is None:
        return _before_the_first(period, facts)
    figures: Figures = dict(published.completed)
    then = published.period or campaign.calendar.of_month(published.month)[-1]
    now = campaign.standing(then, ledger, facts.now)
    printed = sum(figure or 0 for figure in figures.values())
    since = Since(
        period=then,
        is_bulletin=True,
        printed=printed,
        restated=now.totals.completed,
    )
    members = dict(published.members) or _members_at(now, facts)
    return Before(
        figures=figures,
        members=members,
        ranks=ranks_of(figures, campaign.roster.on(then)),
        since=since,
        standing=now,
    )


def _before_the_first(period: date, facts: Facts) -> Before:
    """Of a first bulletin: the campaign's first period, where it is an earlier one."""
    campaign = facts.campaign
    due = campaign.calendar.dues[0]
    first = campaign.standing(due, facts.ledger, facts.now)
    if period == due:
        return Before(
            figures={},
            members={},
            ranks=(),
            since=None,
            standing=first,
        )
    figures: Figures = {}
    for row in first.rows:
        figures[row.unit] = row.completed
    total = first.totals.completed
    since = Since(
        period=first.period,
        is_bulletin=False,
        printed=total,
        restated=total,
    )
    return Before(
        figures=figures,
        members=_members_at(first, facts),
        ranks=(),
        since=since,
        standing=first,
    )


def pool_members(
    final: Standing, start: Before, facts: Facts
) -> tuple[PoolMember, ...]:
    """The members of pools with their own figures, in the roster's order."""
    roster = facts.campaign.roster.on(final.period)
    found = []
    for pool in (row.unit for row in final.rows if row.pool):
        for member in roster.members(pool):
            completed = _figure(member.name, final, facts)
            growth = None
            if completed is not None and start.since is not None:
                growth = completed - (start.members.get(member.name) or 0)
            found.append(
                PoolMember(
                    pool=pool,
                    unit=member.name,
                    completed=completed,
                    growth=growth,
                )
            )
    return tuple(found)


def _members_at(standing: Standing, facts: Facts) -> Figures:
    figures: Figures = {}
    for row in standing.rows:
        for member in facts.campaign.roster.members(row.unit):
            figures[member.name] = _figure(member.name, standing, facts)
    return figures


def _figure(unit: str, standing: Standing, facts: Facts) -> int | None:
    report = facts.ledger.figure_at(unit, standing.period)
    if report is None:
        return None
    return report.completed


def ranks_of(figures: Figures, roster: Roster) -> NamedFigures:
    """The ranks within each kind that the printed figures gave."""
    rates: dict[str, Fraction] = {}
    for unit in roster.rows:
        figure = figures.get(unit.name)
        if figure is not None and unit.target and not unit.pool:
            rates[unit.name] = Fraction(figure, unit.target)
    ranks: list[tuple[str, int | None]] = []
    for unit in roster.rows:
        rank = None
        if unit.name in rates:
            mine = rates[unit.name]
            field = []
            for u in roster.rows:
                if u.kind == unit.kind:
                    field.append(u.name)
            rank = 1 + sum(rates[n] > mine for n in field if n in rates)
        ranks.append((unit.name, rank))
    return tuple(ranks)
