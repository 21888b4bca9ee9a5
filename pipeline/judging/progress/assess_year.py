"""The year's assessment (rules.md 10): completion, timeliness and measures, each with
its weight, as exact fractions.

score = completion x min(rate, 1) + timeliness x on-time share + measures x share of
reports with long enough measures.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from pipeline.judging.intake.settle_figure import measures_chars
from pipeline.judging.progress.also_standing import also_of, counted_units
from pipeline.judging.progress.campaign import Campaign
from pipeline.judging.progress.unread_mails import unread_mail
from pipeline.model.assessment import Assessed, AssessedPeriod
from pipeline.model.ledger import Ledger, MailSeen
from pipeline.model.report import Report
from pipeline.model.roster import Unit
from pipeline.model.rules import AssessmentRules
from pipeline.model.standing import Row, Standing, State


def assess(
    campaign: Campaign, ledger: Ledger, rules: AssessmentRules, now: datetime
) -> tuple[Assessed, ...]:
    """Every row, over the periods closed by `now`, in the config's order; () before the first close."""
    calendar = campaign.calendar
    closed = []
    for p in calendar.periods:
        if p.deadline <= now:
            closed.append(p.due)
    standings = []
    for due in closed:
        standings.append(campaign.standing(due, ledger, now))
    if not standings:
        return ()
    found = []
    for unit in campaign.roster.rows:
        # Only the periods between its dates: one that left is assessed up to then.
        own = []
        for s in standings:
            if unit.name in s.by_unit:
                own.append(s)
        if own:
            final = own[-1].by_unit[unit.name]
            found.append(
                _assessed(
                    unit=unit,
                    final=final,
                    standings=own,
                    campaign=campaign,
                    ledger=ledger,
                    rules=rules,
                )
            )
    scores = [score for row, score in found if not row.pool]
    return tuple(
        row if row.pool else replace(row, rank=_rank(score, scores))
        for row, score in found
    )


def _rank(score: Fraction, scores: list[Fraction]) -> int:
    return 1 + sum(other > score for other in scores)


def _assessed(
    unit: Unit,
    final: Row,
    standings: list[Standing],
    campaign: Campaign,
    ledger: Ledger,
    rules: AssessmentRules,
) -> tuple[Assessed, Fraction]:
    """The row without its rank, and its score before it became a float."""
    units = counted_units(unit.name, campaign.roster)
    periods = _periods(
        unit=unit,
        units=units,
        standings=standings,
        campaign=campaign,
        ledger=ledger,
    )
    states = [p.state for p in periods]
    counting = _counting(units, standings, ledger)
    minimum = campaign.rulebook.checks.measures_min_chars
    itemised = sum(measures_chars(r.measures) >= minimum for r in counting)
    score = _score(
        rules, final, states, measures=_share(itemised, len(counting))
    )
    row = Assessed(
        unit=unit.name,
        kind=unit.kind,
        pool=unit.pool,
        completed=final.completed,
        target=final.target,
        rate=final.rate,
        on_time=states.count(State.ON_TIME),
        late=states.count(State.LATE),
        held=states.count(State.HELD),
        missing=states.count(State.MISSING),
        unreadable=states.count(State.UNREADABLE),
        counted=len(counting),
        itemised=itemised,
        talks=_talks(unit.name, ledger),
        score=float(score),
        periods=periods,
        also=tuple(_also(units, campaign, ledger, standings[-1].period)),
    )
    return row, score


def _periods(
    unit: Unit,
    units: list[str],
    standings: list[Standing],
    campaign: Campaign,
    ledger: Ledger,
) -> tuple[AssessedPeriod, ...]:
    """Its periods, with the reports of it and, of a pool, of its members."""
    periods = []
    for s in standings:
        period = AssessedPeriod(
            period=s.period,
            state=s.by_unit[unit.name].state,
            reports=_reports(units, s.period, ledger),
            unread=_unread(unit, s.period, campaign, ledger),
        )
        periods.append(period)
    return tuple(periods)


def _counting(
    units: list[str], standings: list[Standing], ledger: Ledger
) -> list[Report]:
    """What counts for the units in the periods that are closed."""
    closed = {s.period for s in standings}
    found = []
    for name in units:
        for due, report in ledger.counting.of(name).items():
            if due in closed:
                found.append(report)
    return found


def _talks(unit: str, ledger: Ledger) -> int:
    return sum(t.unit == unit and t.state == "confirmed" for t in ledger.talks)


def _also(
    units: list[str], campaign: Campaign, ledger: Ledger, until: date
) -> Iterator[tuple[str, int]]:
    """The figures beside the main one, of a pool its members' together."""
    sums = also_of(units, until, ledger)
    for spec in campaign.rulebook.checks.also:
        if spec.name in sums:
            yield spec.title, sums[spec.name]


def _score(
    rules: AssessmentRules,
    final: Row,
    states: list[State | None],
    *,
    measures: Fraction,
) -> Fraction:
    """The weighted sum of completion, timeliness and itemised measures (rules.md 10);
    a period in which nothing was expected counts neither way. Without targets there is
    no completion, and its weight is 0."""
    completion = min(
        _share(final.completed or 0, final.target or 0), Fraction(1)
    )
    expected = sum(state is not None for state in states)
    timeliness = _share(states.count(State.ON_TIME), expected)
    return (
        rules.completion * completion
        + rules.timeliness * timeliness
        + rules.measures * measures
    )


def _unread(
    unit: Unit, period: date, campaign: Campaign, ledger: Ledger
) -> MailSeen | None:
    return unread_mail(
        unit=unit,
        period=period,
        roster=campaign.roster,
        calendar=campaign.calendar,
        ledger=ledger,
    )


def _reports(
    units: list[str], period: date, ledger: Ledger
) -> tuple[Report, ...]:
    found = (r for name in units for r in ledger.for_period(name, period))
    return tuple(sorted(found, key=lambda r: (r.received_at, r.sequence)))


def _share(part: int, whole: int) -> Fraction:
    if whole:
        return Fraction(part, whole)
    return Fraction(0)
