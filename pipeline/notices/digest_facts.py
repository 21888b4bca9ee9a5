"""The facts of the period's digest for staff: who reported, was late, is missing, held or lagging."""

from datetime import date

from pipeline.judging.calendar import period_name
from pipeline.judging.operation.clock_skew import clock_sentence
from pipeline.judging.progress.absence import absence, absence_sentence
from pipeline.judging.progress.silence import Waits
from pipeline.model.form import Note
from pipeline.model.letters.digests import Delay, Digest
from pipeline.model.notice import Action
from pipeline.model.report import ReportState, Timeliness
from pipeline.model.standing import UNREACHABLE, Row, Standing, State
from pipeline.notices.bulletin_facts import excused
from pipeline.notices.facts import Facts
from pipeline.notices.progress_facts import lagging
from pipeline.notices.review_facts import held_case


def digest(facts: Facts, action: Action) -> Digest:
    period = action.period
    if period is None:
        raise LookupError(f"{action.key} names no period")
    standing = facts.campaign.standing(period, facts.ledger, facts.now)
    before = facts.campaign.calendar.before(period)
    if before:
        earlier = facts.campaign.standing(before, facts.ledger, facts.now)
    else:
        earlier = None
    return Digest(
        period=period,
        period_name=period_name(period),
        deadline=facts.deadline(period),
        standing=standing,
        rank_before=tuple(
            (r.unit, r.rank if earlier else None) for r in (earlier or standing).rows
        ),
        completed_before=tuple(
            (r.unit, r.completed if earlier else None)
            for r in (earlier or standing).rows
        ),
        late=_delays(facts, standing),
        missing=tuple(r.unit for r in standing.rows if r.state is State.MISSING),
        held=tuple(
            held_case(facts, r)
            for r in facts.ledger.reports
            if r.state is ReportState.HELD and r.period <= period
        ),
        lagging=lagging(facts, standing),
        groups=facts.campaign.roster.groups,
        periods_left=facts.campaign.calendar.left_after(period),
        excused=excused(facts, (period,)),
        undecided=_undecided(facts, standing),
        searched=tuple(
            (r.unit, searched(facts, r.unit, period))
            for r in standing.rows
            if r.state is State.MISSING and not r.pool
        ),
        unreachable=tuple(r.unit for r in standing.rows if UNREACHABLE in r.notes),
        delayed=tuple(r.unit for r in standing.rows if Note.PROVIDER_DELAY in r.notes),
    )


def searched(facts: Facts, unit: str, period: date) -> str:
    """What 漏报 rests on, in one sentence."""
    found = absence(
        unit, period, facts.campaign, facts.ledger, facts.records.polls(), facts.now
    )
    return absence_sentence(found, facts.campaign.calendar)


def _undecided(
    facts: Facts, standing: Standing
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Why nothing is said of silent rows, and of which."""
    doubt = facts.ledger.clock
    words = {
        Waits.UNREAD: "截止后未能收信，暂不判定",
        Waits.CLOCK: f"{clock_sentence(doubt)}，暂不判定" if doubt else "",
    }
    found = (
        (why, tuple(r.unit for r in standing.rows if key in r.notes))
        for key, why in words.items()
    )
    return tuple((why, units) for why, units in found if units)


def _delays(facts: Facts, standing: Standing) -> tuple[Delay, ...]:
    late = (r for r in standing.rows if r.state is State.LATE)
    return tuple(d for row in late if (d := _delay(facts, row, standing)) is not None)


def _delay(facts: Facts, row: Row, standing: Standing) -> Delay | None:
    units = [m.name for m in facts.campaign.roster.members(row.unit)] or [row.unit]
    reports = [
        r
        for unit in units
        for r in facts.ledger.for_period(unit, standing.period)
        if r.timeliness is Timeliness.LATE and r.state is not ReportState.REJECTED
    ]
    if not reports:
        return None
    received = min(r.received_at for r in reports)
    hours = (received - standing.deadline).total_seconds() / 3600
    return Delay(row.unit, facts.local(received), hours)
