"""The facts of what goes to one unit on its own: reminders and lag notices, those that
fall due together as one letter."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from pipeline.judging.progress.silence import limit
from pipeline.judging.progress.standings import (
    out_of_reach,
)
from pipeline.judging.progress.unread_mails import unread_mail
from pipeline.model.form_serial import serial_for
from pipeline.model.ledger import MailRecord
from pipeline.model.letters.reminders import LagNotice, Reminder, UnitLetter
from pipeline.model.notice import REMINDERS, Action, NoticeKind
from pipeline.model.notice_key import Key, key_of
from pipeline.model.report import DecisionRule
from pipeline.notices.facts import Facts
from pipeline.notices.progress_facts import (
    arrears,
    form_gap,
    lifted_at,
    of_kind,
    threshold,
)
from pipeline.writing.sentences import file_name, file_sentence


def unit_letter(facts: Facts, actions: Iterable[Action]) -> UnitLetter:
    """All that falls due to one unit together, or that is relayed of several to the same
    groups, the gravest first."""
    # One letter, which says the worst first.
    ordered = sorted(actions, key=lambda a: REMINDERS.index(a.kind))
    parts = tuple(
        lag_notice(facts, a)
        if a.kind is NoticeKind.LAG_NOTICE
        else reminder(facts, a)
        for a in ordered
    )
    return UnitLetter(ordered[0].unit or "", parts)


def reminder(facts: Facts, action: Action) -> Reminder:
    unit, period = _place(action)
    last = facts.ledger.figure_before(unit, period)
    target = facts.campaign.roster.by_name[unit].on(period).target
    second = action.kind is NoticeKind.SECOND_OVERDUE_REMINDER
    # The deadline as extended for this unit: never one that holds no longer.
    end = limit(unit, period, facts.campaign.calendar, facts.ledger)
    # 此前已催报 is said only where the first one went.
    first_key = key_of(NoticeKind.OVERDUE_REMINDER, unit, period)
    # 没有收到 would be untrue of a unit whose mail came and could not be read.
    unread = _unread(facts, unit, period)
    return Reminder(
        kind=action.kind,
        unit=unit,
        period=period,
        period_name=facts.campaign.calendar.name(period),
        deadline=facts.local(end),
        target=target,
        last_completed=last.completed if last else None,
        last_period_name=facts.campaign.calendar.name(last.period)
        if last
        else "",
        rate=(last.completed or 0) / target if last and target else None,
        groups=facts.campaign.roster.groups_of(unit) if second else (),
        serial=serial_for(facts.campaign.rulebook.campaign, unit, period),
        relayed=out_of_reach(facts.campaign.roster.by_name[unit], facts.ledger),
        unread_at=facts.local(unread.seen.received_at) if unread else None,
        unread_why=_why_unread(unread, facts.campaign.words.form),
        returned_at=_returned_at(facts, unit, period),
        reminded_at=_sent_at(facts, first_key),
        extended=facts.local(end) != facts.deadline(period),
        gap_to_schedule=form_gap(facts, unit, period),
        late_why=_why_late(facts, action),
    )


def _unread(facts: Facts, unit: str, period: date) -> MailRecord | None:
    campaign = facts.campaign
    known = campaign.roster.by_name[unit]
    seen = unread_mail(
        unit=known,
        period=period,
        roster=campaign.roster,
        calendar=campaign.calendar,
        ledger=facts.ledger,
    )
    if seen is None:
        return None
    return facts.records.mail(seen.key)


def _returned_at(facts: Facts, unit: str, period: date) -> datetime | None:
    """When the newest report for the period came that staff sent back.

    The unit was told so: that nothing came would be untrue.
    """
    newest = None
    for report in facts.ledger.for_period(unit, period):
        # 作废 is another rule: of that nobody is told.
        if report.rule is DecisionRule.REJECT:
            newest = report
    if newest is None:
        return None
    return facts.local(newest.received_at)


def _why_unread(mail: MailRecord | None, form_name: str) -> str:
    if mail is None or not mail.files:
        return ""
    # The first is enough: the receipt told of all.
    file = mail.files[0]
    name = f"{file_name(file)}：" if file.name else ""
    return f"{name}{file_sentence(file, form_name)}".rstrip("。")


def _sent_at(facts: Facts, key: Key) -> datetime | None:
    at = facts.ledger.reminded_at.get(key)
    if at is None:
        return None
    return facts.local(at)


# Between the hour of a letter and a wake that nobody would call late.
_PUNCTUAL = timedelta(hours=3)


def _why_late(facts: Facts, action: Action) -> str:
    """A worker that was off at the hour catches up, and its letter says so."""
    if facts.now - action.due_at < _PUNCTUAL:
        return ""
    due_at = facts.local(action.due_at)
    return f"本提醒原定{due_at.month}月{due_at.day}日{due_at:%H:%M}发出，因程序当时没有运行，现在补发"


def lag_notice(facts: Facts, action: Action) -> LagNotice:
    """Shares as 0.52, gaps in people; the threshold is that of the day on which the lag
    could be lifted, not of the day it was found."""
    unit, period = _place(action)
    standing = facts.campaign.standing(period, facts.ledger, facts.now)
    row = standing.by_unit[unit]
    behind = arrears(facts, row, period)
    return LagNotice(
        unit=unit,
        period=period,
        period_name=facts.campaign.calendar.name(period),
        completed=behind.completed,
        target=behind.target,
        rate=behind.rate,
        schedule=row.schedule or 0.0,
        threshold=float(threshold(facts, lifted_at(facts, period))),
        gap_to_schedule=behind.gap_to_schedule,
        gap_to_lift=behind.gap_to_lift,
        gap_to_target=max(0, behind.target - behind.completed),
        per_period=behind.per_period,
        periods_left=facts.campaign.calendar.left_after(period),
        rank=behind.rank,
        of_kind=of_kind(facts, standing, row),
        kind_name=behind.kind_name,
        lifted_at=lifted_at(facts, period),
    )


def _place(action: Action) -> tuple[str, date]:
    if action.unit is None or action.period is None:
        raise LookupError(f"{action.key} names no unit and period")
    return action.unit, action.period
