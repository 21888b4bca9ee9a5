"""The facts of what goes to one unit on its own: reminders and lag notices, those that
fall due together as one letter."""

from collections.abc import Iterable
from datetime import date

from pipeline.judging.calendar import period_name
from pipeline.judging.progress.standings import out_of_reach
from pipeline.model.form_serial import serial_for
from pipeline.model.letters.reminders import LagNotice, Reminder, UnitLetter
from pipeline.model.notice import REMINDERS, Action, NoticeKind
from pipeline.notices.facts import Facts
from pipeline.notices.progress_facts import arrears, of_kind, threshold


def unit_letter(facts: Facts, actions: Iterable[Action]) -> UnitLetter:
    """All that falls due to one unit together, the gravest first."""
    ordered = sorted(actions, key=lambda a: REMINDERS.index(a.kind))
    parts = tuple(
        lag_notice(facts, a) if a.kind is NoticeKind.LAG_NOTICE else reminder(facts, a)
        for a in ordered
    )
    return UnitLetter(ordered[0].unit or "", parts)


def reminder(facts: Facts, action: Action) -> Reminder:
    unit, period = _place(action)
    last = facts.ledger.figure_before(unit, period)
    target = facts.campaign.roster.by_name[unit].on(period).target
    second = action.kind is NoticeKind.SECOND_OVERDUE_REMINDER
    return Reminder(
        kind=action.kind,
        unit=unit,
        period=period,
        period_name=period_name(period),
        deadline=facts.deadline(period),
        target=target,
        last_completed=last.completed if last else None,
        last_period_name=period_name(last.period) if last else "",
        rate=(last.completed or 0) / target if last and target else None,
        groups=facts.campaign.roster.groups_of(unit) if second else (),
        serial=serial_for(facts.campaign.rulebook.campaign, unit, period),
        relayed=out_of_reach(facts.campaign.roster.by_name[unit], facts.ledger),
    )


def lag_notice(facts: Facts, action: Action) -> LagNotice:
    unit, period = _place(action)
    standing = facts.campaign.standing(period, facts.ledger, facts.now)
    row = standing.by_unit[unit]
    behind = arrears(facts, row, period)
    return LagNotice(
        unit=unit,
        period=period,
        period_name=period_name(period),
        completed=behind.completed,
        target=row.target,
        rate=behind.rate,
        schedule=row.schedule,
        threshold=float(threshold(facts, period)),
        gap_to_schedule=behind.gap_to_schedule,
        gap_to_lift=behind.gap_to_lift,
        gap_to_target=max(0, row.target - behind.completed),
        per_period=behind.per_period,
        periods_left=facts.campaign.calendar.left_after(period),
        rank=behind.rank,
        of_kind=of_kind(standing, row),
        kind_name=behind.kind_name,
    )


def _place(action: Action) -> tuple[str, date]:
    if action.unit is None or action.period is None:
        raise LookupError(f"{action.key} names no unit and period")
    return action.unit, action.period
