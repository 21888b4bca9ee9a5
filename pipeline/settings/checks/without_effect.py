"""What stands in a config and does nothing, or not what it seems to: a reminder in the
quiet hours, a pause outside the campaign, a unit that takes part in no period.

For: leftovers.py. Values in, sentences out; refuses nothing.
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from pipeline.model.rules import nominal_days
from pipeline.settings.schema import Settings, UnitPart

# Letters whose hour an admin chooses
_TIMED = (
    "due_reminder",
    "overdue_reminder",
    "second_overdue_reminder",
    "period_digest",
    "monthly_bulletin",
)


def without_effect(settings: Settings) -> Iterator[str]:
    """One Chinese sentence each."""
    yield from _late_polls(settings)
    yield from _quiet_letters(settings)
    yield from _days(settings)
    yield from _early_reminders(settings)
    for unit in settings.unit:
        yield from _unit(unit, settings)
    for group in settings.group:
        if not group.units:
            yield f"[[group]] {group.name} 没有写 units，不会抄送给它什么"


def _late_polls(settings: Settings) -> Iterator[str]:
    plan = settings.schedule
    last = max(plan.poll)
    if plan.poll_after_days and last <= plan.deadline:
        yield (
            f"schedule.poll 里没有一次晚于截止时刻 {plan.deadline:%H:%M}："
            "压线报来的表，要等到判定时或第二天才读到，宜加一个稍晚的时刻"
        )


def _quiet_letters(settings: Settings) -> Iterator[str]:
    quiet = settings.notice_rules.quiet
    for name in _TIMED:
        step = getattr(settings.schedule, name)
        if quiet.covers(step.at):
            yield (
                f"schedule.{name} 的 {step.at:%H:%M} 在 quiet_hours 里，"
                f"信要等到 {quiet.end:%H:%M} 才发"
            )


def _days(settings: Settings) -> Iterator[str]:
    part = settings.campaign
    dues = tuple(nominal_days(settings.calendar_rules))
    last = dues[-1]
    if part.last_due != last:
        yield f"last_due = {part.last_due} 不是报送日，最后一期是 {last} 那一期"
    for pause in settings.schedule.pause:
        before = pause.end < part.first_due
        after = pause.start > part.last_due
        if before or after:
            yield f"pause 的 {pause.start} 至 {pause.end} 不在报送期内，不起作用"


def _early_reminders(settings: Settings) -> Iterator[str]:
    """A reminder that goes before the period before it is over."""
    shortest = None
    for due, following in pairwise(nominal_days(settings.calendar_rules)):
        gap = (following - due).days
        if shortest is None or gap < shortest:
            shortest = gap
    ahead = settings.schedule.due_reminder.days_before
    if shortest is not None and ahead >= shortest:
        yield (
            f"due_reminder 提前 {ahead} 天，不比两期之间的 {shortest} 天短："
            "上一期没报完就提醒下一期"
        )


def _unit(unit: UnitPart, settings: Settings) -> Iterator[str]:
    first = settings.campaign.first_due
    last = settings.campaign.last_due
    begins: date = first
    if unit.joined:
        begins = max(first, unit.joined)
    if begins > last:
        yield f"单位 {unit.name} 的 joined = {unit.joined} 晚于最后一期，它一期也不用报"
    if unit.left and unit.left < first:
        yield f"单位 {unit.name} 的 left = {unit.left} 早于第一期，它一期也不用报"
    stands = unit.target_from
    if stands and stands > begins:
        yield (
            f"单位 {unit.name} 的 target 从 {stands} 才开始，之前各期也按第一个数算；"
            f"另有目标的请补上 {{ from = {begins}, value = … }}"
        )
