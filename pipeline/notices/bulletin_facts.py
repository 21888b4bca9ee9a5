"""The facts of a bulletin (通报): the month's standings, their history, growth, praise
and talks, as one frozen value.

No figure is computed here but growth. Never: records anything.
"""

from dataclasses import replace
from datetime import date

from pipeline.judging.progress.standings import schedule_progress
from pipeline.model.canonical import canonical_digest
from pipeline.model.letters.bulletins import (
    Bulletin,
    Excused,
    Praise,
    TalkLine,
    UnitMonth,
)
from pipeline.model.month import Month
from pipeline.model.notice import NoticeKind
from pipeline.model.standing import Row, Standing
from pipeline.notices.also_facts import also_told
from pipeline.notices.facts import Facts
from pipeline.notices.growth_facts import (
    Before,
    before,
    last_published,
    pool_members,
)
from pipeline.notices.praise_facts import praise as proposed_praise
from pipeline.notices.progress_facts import lagging
from pipeline.notices.talk_facts import bulletin_talks


def month_standings(month: Month, facts: Facts) -> tuple[Standing, ...]:
    """The standings of a month's periods that are due by now, in order; at least the first one."""
    dues = facts.campaign.calendar.of_month(month)
    today = facts.local(facts.now).date()
    # In mid-month only what was due; before the first due date its standing of zeros.
    past = [due for due in dues if due <= today] or list(dues[:1])
    return tuple(
        facts.campaign.standing(due, facts.ledger, facts.now) for due in past
    )


def draft(
    month: Month,
    facts: Facts,
    kind: NoticeKind,
    *,
    title: str = "",
    note: str = "",
    praise: tuple[Praise, ...] | None = None,
    document_number: str = "",
    talks: tuple[TalkLine, ...] | None = None,
) -> Bulletin:
    """A bulletin from the standing at this moment, with its snapshot id; nothing is recorded."""
    standings = month_standings(month, facts)
    start = before(month, standings[-1].period, facts)
    if praise is None:
        praise = proposed_praise(standings, start, facts, month)
    if talks is None:
        talks = bulletin_talks(month, facts, {})
    drawn = _drawn(month, standings, start, facts)
    return sealed(
        replace(
            drawn,
            number=_number(month, kind, facts),
            title=title,
            praise=praise,
            talks=talks,
            circulated=_circulated(talks),
            note=note,
            kind=kind,
            document_number=document_number,
        )
    )


def _circulated(talks: tuple[TalkLine, ...]) -> tuple[str, ...]:
    """The units that are circulated, each once."""
    found: dict[str, None] = {}
    for talk in talks:
        if talk.circulated and talk.state == "confirmed":
            found[talk.unit] = None
    return tuple(found)


def _drawn(
    month: Month,
    standings: tuple[Standing, ...],
    start: Before,
    facts: Facts,
) -> Bulletin:
    """All of a bulletin that the standing alone says."""
    calendar = facts.campaign.calendar
    final = standings[-1]
    periods = tuple(s.period for s in standings)
    return Bulletin(
        snapshot_id="",
        number=0,
        month=month,
        title="",
        as_of=facts.local(facts.now),
        issued_on=facts.local(facts.now).date(),
        standing=final,
        before=start.standing if start.ranks else None,
        periods=periods,
        all_periods=tuple(d for d in calendar.dues if d <= final.period),
        months=_months(standings, start, facts),
        groups=facts.campaign.roster.groups,
        lagging=lagging(facts, final),
        praise=(),
        talks=(),
        circulated=(),
        addressees=_addressees(facts, final.rows),
        copies=_copies(facts),
        growth_on_base=_growth_on_base(facts, final.rows),
        periods_left=calendar.left_after(final.period),
        note="",
        excused=excused(facts, periods),
        since=start.since,
        ranks_before=start.ranks,
        members=pool_members(final, start, facts),
        schedules=_schedules(facts, final.period),
        schedule_days=_schedule_days(facts, final.period),
        also=also_told(facts, final),
    )


def sealed(bulletin: Bulletin) -> Bulletin:
    """The snapshot with its id, which is a hash of all that stands in it."""
    digest = canonical_digest(replace(bulletin, snapshot_id=""))[:12].upper()
    return replace(bulletin, snapshot_id=digest)


def _schedules(facts: Facts, until: date) -> tuple[float, ...]:
    dues = [due for due in facts.campaign.calendar.dues if due <= until]
    rules = facts.campaign.progress
    return tuple(float(schedule_progress(due, rules)) for due in dues)


def _schedule_days(facts: Facts, period: date) -> tuple[int, ...]:
    """The two numbers whose quotient the schedule progress is."""
    rules = facts.campaign.progress
    # A schedule given by hand is no quotient of days.
    if rules.milestones:
        return ()
    # Both the first and the last day count.
    day = min(max(period, rules.start), rules.end)
    elapsed = (day - rules.start).days + 1
    return (elapsed, (rules.end - rules.start).days + 1)


def _number(month: Month, kind: NoticeKind, facts: Facts) -> int:
    """第N期: monthly ones count those that went out before; ad-hoc ones count their own."""
    ledger = facts.ledger
    if kind is NoticeKind.ADHOC_BULLETIN:
        # By settled keys: one that was drawn and never sent keeps its number, too.
        return 1 + len(ledger.settled_of(kind))
    last = last_published(ledger, month)
    if last is None:
        return 1
    return last.number + 1


def excused(facts: Facts, periods: tuple[date, ...]) -> tuple[Excused, ...]:
    """准予延期, in the order of the periods."""
    given = (e for e in facts.ledger.extensions if e.period in periods)
    return tuple(
        Excused(
            unit=e.unit,
            period=e.period,
            until=facts.local(e.until),
            why=e.why,
        )
        for e in given
    )


def _months(
    standings: tuple[Standing, ...], start: Before, facts: Facts
) -> tuple[UnitMonth, ...]:
    final = standings[-1]
    past = []
    for due in facts.campaign.calendar.dues:
        if due <= final.period:
            past.append(
                facts.campaign.standing(due, facts.ledger, facts.now).by_unit
            )
    months = []
    for row in final.rows:
        month = UnitMonth(
            unit=row.unit,
            states=tuple(_state(s.by_unit.get(row.unit)) for s in standings),
            history=tuple(_completed(rows.get(row.unit)) for rows in past),
            growth=start.growth(row.unit, row.completed),
        )
        months.append(month)
    return tuple(months)


def _completed(row: Row | None) -> int | None:
    """None, too, where the unit took no part yet."""
    return None if row is None else row.completed


def _state(row: Row | None) -> str | None:
    if row is None:
        return None
    # 准予延期 is shown in place of a state, since the period is open for this unit alone.
    if row.state is None and "extended" in row.notes:
        return "extended"
    if row.state:
        return row.state.value
    return None


def _addressees(facts: Facts, rows: tuple[Row, ...]) -> tuple[str, ...]:
    # The config's own list, word for word, else the kinds that take part.
    if facts.campaign.notices.bulletin_addressees:
        return facts.campaign.notices.bulletin_addressees
    kinds = set()
    for row in rows:
        kinds.add(row.kind)
    return tuple(
        kind.addressee
        for kind in facts.campaign.words.kinds
        if kind.id in kinds
    )


def _copies(facts: Facts) -> tuple[str, ...]:
    if facts.campaign.notices.bulletin_copies:
        return facts.campaign.notices.bulletin_copies
    groups = facts.campaign.roster.groups
    found = []
    for group in groups:
        found.append(f"{group.name}{facts.campaign.words.guides}")
    return tuple(found)


def _growth_on_base(facts: Facts, rows: tuple[Row, ...]) -> float | None:
    """Growth is shown for the kinds alone whose units have a base of their own
    (rules.md 1)."""
    # The base that stands in one municipal row is that of the whole block.
    growing = {kind.id for kind in facts.campaign.words.growing}
    grown = [r for r in rows if r.kind in growing and r.base]
    base = sum(r.base or 0 for r in grown)
    if base:
        return sum(r.completed or 0 for r in grown) / base
    return None
