"""The facts of a bulletin (通报): the month's standings, their history, growth, praise
and talks, as one frozen value.

No figure is computed here but growth. Never: records anything.
"""

import hashlib
from dataclasses import replace
from datetime import date

from pipeline.judging.calendar import period_name
from pipeline.model.letters.bulletins import Bulletin, Excused, Praise, UnitMonth
from pipeline.model.notice import NoticeKind
from pipeline.model.standing import Row, Standing
from pipeline.notices.facts import Facts
from pipeline.notices.progress_facts import lagging
from pipeline.notices.talk_facts import talk_lines
from pipeline.writing.bulletin.praise import Candidate, pick


def month_standings(month: str, facts: Facts) -> tuple[Standing, ...]:
    """The standings of a month's periods that are due by now, in order; at least the first one."""
    dues = facts.campaign.calendar.of_month(month)
    today = facts.local(facts.now).date()
    past = [due for due in dues if due <= today] or list(dues[:1])
    return tuple(facts.campaign.standing(due, facts.ledger, facts.now) for due in past)


def draft(
    month: str,
    facts: Facts,
    kind: NoticeKind,
    *,
    title: str = "",
    note: str = "",
    praise: tuple[Praise, ...] | None = None,
) -> Bulletin:
    """A bulletin from the standing at this moment, with its snapshot id; nothing is recorded."""
    calendar, ledger = facts.campaign.calendar, facts.ledger
    standings = month_standings(month, facts)
    final = standings[-1]
    earlier = [b for b in ledger.bulletins if b.month < month]
    if earlier:
        before = facts.campaign.standing(
            calendar.of_month(earlier[-1].month)[-1], ledger, facts.now
        )
    else:
        before = None
    bulletin = Bulletin(
        snapshot_id="",
        number=len({b.month for b in earlier}) + 1,
        month=month,
        title=title
        or f"关于{int(month[:4])}年{int(month[5:])}月农民工入会集中行动进展情况的通报",
        as_of=facts.local(facts.now),
        issued_on=facts.local(facts.now).date(),
        standing=final,
        before=before,
        periods=tuple(s.period for s in standings),
        all_periods=tuple(d for d in calendar.dues if d <= final.period),
        months=_months(standings, before, facts),
        groups=facts.campaign.roster.groups,
        lagging=lagging(facts, final),
        praise=_praise(standings, before, facts) if praise is None else praise,
        talks=talk_lines(ledger.talks, month),
        circulated=tuple(
            t.unit for t in ledger.talks if t.month == month and t.circulated
        ),
        addressees=_addressees(final.rows),
        copies=_copies(facts),
        growth_on_base=_growth_on_base(final.rows),
        periods_left=calendar.left_after(final.period),
        note=note,
        excused=excused(facts, tuple(s.period for s in standings)),
        kind=kind,
    )
    digest = hashlib.sha256(repr(bulletin).encode()).hexdigest()[:12].upper()
    return replace(bulletin, snapshot_id=digest)


def excused(facts: Facts, periods: tuple[date, ...]) -> tuple[Excused, ...]:
    """准予延期, in the order of the periods."""
    given = (e for e in facts.ledger.extensions if e.period in periods)
    return tuple(Excused(e.unit, e.period, facts.local(e.until), e.why) for e in given)


def _months(
    standings: tuple[Standing, ...], before: Standing | None, facts: Facts
) -> tuple[UnitMonth, ...]:
    dues = [d for d in facts.campaign.calendar.dues if d <= standings[-1].period]
    history = {
        d: facts.campaign.standing(d, facts.ledger, facts.now).by_unit for d in dues
    }
    return tuple(
        UnitMonth(
            unit=row.unit,
            states=tuple(_state(s.by_unit[row.unit]) for s in standings),
            history=tuple(history[d][row.unit].completed for d in dues),
            growth=_growth(row, before, history, dues),
        )
        for row in standings[-1].rows
    )


def _state(row: Row) -> str | None:
    if row.state is None and "extended" in row.notes:
        return "extended"
    if row.state:
        return row.state.value
    return None


def _growth(
    row: Row,
    before: Standing | None,
    history: dict[date, dict[str, Row]],
    dues: list[date],
) -> int | None:
    """The month's growth: since the last bulletin, in the first month since the
    campaign's first period."""
    if before:
        start = before.by_unit[row.unit].completed
    else:
        start = history[dues[0]][row.unit].completed
    if row.completed is not None and start is not None:
        return row.completed - start
    return None


def _addressees(rows: tuple[Row, ...]) -> tuple[str, ...]:
    kinds = {row.kind for row in rows}
    names = []
    if "county" in kinds:
        names.append("各县（市、区）总工会")
    if "municipal" in kinds:
        names.append("市级各有关单位工会")
    return tuple(names)


def _copies(facts: Facts) -> tuple[str, ...]:
    return tuple(
        f"{group.name}督促指导推进组" for group in facts.campaign.roster.groups
    )


def _growth_on_base(rows: tuple[Row, ...]) -> float | None:
    """Growth is shown for counties only: municipal units have no base of their own (rules.md 1)."""
    counties = [r for r in rows if r.kind == "county" and r.base]
    base = sum(r.base or 0 for r in counties)
    if base:
        return sum(r.completed or 0 for r in counties) / base
    return None


def _praise(
    standings: tuple[Standing, ...], before: Standing | None, facts: Facts
) -> tuple[Praise, ...]:
    """Proposes 先进典型 from the clauses of the month's counting reports."""
    dues = {s.period for s in standings}
    candidates = []
    for row in standings[-1].rows:
        start = (
            before.by_unit[row.unit].completed
            if before
            else standings[0].by_unit[row.unit].completed
        ) or 0
        if row.target:
            rise = ((row.completed or 0) - start) / row.target
        else:
            rise = 0.0
        by_period = facts.ledger.counting.get(row.unit, {})
        earlier = tuple(
            c for due, r in by_period.items() if due not in dues for c in r.measures
        )
        for due in sorted(dues & set(by_period)):
            report = by_period[due]
            mail = facts.records.mail(report.message_key)
            if mail:
                identity = mail.seen.message_id
            else:
                identity = ""
            candidates += [
                Candidate(row.unit, clause, period_name(due), identity, rise, earlier)
                for clause in report.measures
            ]
    return pick(candidates)
