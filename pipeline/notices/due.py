"""What is owed now (rules.md 9): from the calendar and the ledger alone, so that a
worker that slept catches up once.

Every action has a key that it goes out once per. An action whose key is settled is
never owed again; one that is too late, or was overtaken by a graver one, is settled
without being sent.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain
from operator import attrgetter

from pipeline.judging.operation.answer_limits import unanswered
from pipeline.judging.progress.campaign import Campaign
from pipeline.judging.progress.silence import step_of
from pipeline.model.ledger import Ledger
from pipeline.model.notice import (
    REMINDERS,
    Action,
    DropReason,
    NoticeKind,
)
from pipeline.model.report import DecisionRule, ReportState
from pipeline.model.rules import NoticeRules
from pipeline.model.values.frozen import frozen
from pipeline.notices.owed_answers import (
    DUE_AT_ARRIVAL,
    SETTLING,
    receipts,
    returns,
    review_answers,
    review_requests,
    settlements,
)
from pipeline.notices.owed_bulletins import (
    bulletins,
    errata,
    erratum_still_true,
    talk_proposals,
    talk_withdrawals,
    waits_for_held,
)
from pipeline.notices.owed_reminders import (
    after_close,
    due_reminders,
    is_extended,
    is_missing,
    lag_rounds,
    sent_nothing,
)

# What people decide on is owed even by a worker that slept for weeks: a bulletin nobody
# drew is still missed, a reminder of last week is not.
_OWED_HOWEVER_LATE = (
    NoticeKind.MONTHLY_BULLETIN,
    NoticeKind.BULLETIN_DRAFT,
    NoticeKind.BULLETIN_WAITS,
    NoticeKind.TALK_PROPOSAL,
)

# Reminders proper: between two of them to one unit a time must pass (rules.md 9).
_SPACED = (
    NoticeKind.DUE_REMINDER,
    NoticeKind.OVERDUE_REMINDER,
    NoticeKind.SECOND_OVERDUE_REMINDER,
)


@frozen
class Plan:
    """What is owed, and the rounds that were judged: a round is asked once, whoever
    comes to fit it later."""

    actions: tuple[Action, ...]
    rounds: tuple[str, ...] = ()


def due_actions(now: datetime, campaign: Campaign, ledger: Ledger) -> Plan:
    """All notices owed at `now` that the ledger has not settled, in the order of their due times."""
    timed, rounds = _timed(now, campaign, ledger)
    actions = _aged(_unsettled(timed, ledger), now, campaign.notices)
    actions += _answers(campaign, ledger)
    # Asked last: what is dropped for another reason must be settled now, not wait.
    owed = _not_too_soon(actions, now, campaign.notices, ledger)
    return Plan(
        _in_order([_addressed(action, ledger) for action in owed]),
        tuple(rounds),
    )


def _unsettled(actions: Iterable[Action], ledger: Ledger) -> list[Action]:
    settled = ledger.settled
    return [action for action in actions if action.key not in settled]


def _in_order(owed: list[Action]) -> tuple[Action, ...]:
    """By their due times, those of one moment by their keys, so that two wakes send in
    the same order: by the key first, since a sort keeps the order of equals."""
    by_key = sorted(owed, key=attrgetter("key"))
    return tuple(sorted(by_key, key=attrgetter("due_at")))


def _timed(
    now: datetime, campaign: Campaign, ledger: Ledger
) -> tuple[list[Action], list[str]]:
    """What the calendar asks for by now, and the rounds that are asked once for all
    units."""
    actions: list[Action] = []
    rounds: list[str] = []
    # Due dates rise: the first one that has no letter yet ends the loop.
    for due in campaign.calendar.dues:
        if campaign.calendar.step(due, campaign.notices.due_reminder) > now:
            break
        actions += due_reminders(due, now, campaign, ledger)
        if now >= campaign.calendar.deadline(due):
            actions += after_close(due, now, campaign, ledger)
            rounds += lag_rounds(due, now, campaign, ledger)
    actions += bulletins(now, campaign, ledger)
    actions += errata(now, campaign, ledger)
    actions += talk_proposals(campaign, ledger)
    actions += talk_withdrawals(now, campaign, ledger)
    return actions, rounds


def _answers(campaign: Campaign, ledger: Ledger) -> list[Action]:
    """What mails that came are answered with."""
    answers = chain(
        receipts(campaign, ledger),
        review_requests(campaign, ledger),
        review_answers(campaign, ledger),
        returns(campaign, ledger),
        settlements(campaign, ledger),
    )
    owed = _unsettled(answers, ledger)
    beyond = _beyond(owed, campaign, ledger)
    return _calmed(_historic(owed, ledger, campaign), beyond)


def _beyond(
    owed: list[Action], campaign: Campaign, ledger: Ledger
) -> frozenset[str]:
    """Of a sender who mails in a loop, an answer would feed the loop. A bound is one of
    a day, so only the days of what is owed are looked at."""
    first = _first_came(owed, ledger)
    if first is None:
        return frozenset()
    return unanswered(
        mails=ledger.mails_since(first - timedelta(days=1)),
        known=campaign.roster.addresses,
        rules=campaign.notices.answers,
        local=campaign.calendar.local,
    )


def _first_came(owed: list[Action], ledger: Ledger) -> datetime | None:
    """When the first of the mails came that are answered; None without one."""
    times = []
    others = set()
    for action in owed:
        if action.kind in DUE_AT_ARRIVAL:
            times.append(action.due_at)
        else:
            others.add(action.message_key)
    if others:
        times += [mail.received_at for mail in ledger.mails_with(others)]
    return min(times, default=None)


def _aged(
    actions: Iterable[Action], now: datetime, rules: NoticeRules
) -> list[Action]:
    oldest = _oldest(now, rules)
    found = []
    for action in actions:
        # Most are new, so that is asked first
        if action.due_at < oldest and _may_be_late(action):
            found.append(replace(action, drop_reason=DropReason.LATE))
        else:
            found.append(action)
    return found


def _may_be_late(action: Action) -> bool:
    return action.kind not in _OWED_HOWEVER_LATE and not action.drop_reason


def _oldest(now: datetime, rules: NoticeRules) -> datetime:
    """Due before it, a notice is too old to go."""
    return now - rules.drop_after


def _historic(
    actions: list[Action], ledger: Ledger, campaign: Campaign
) -> list[Action]:
    """A mailbox that was full when the program began is read and not answered, but for
    reports that came early."""
    born_at = ledger.born_at
    if born_at is None:
        return actions
    first = _oldest(born_at, campaign.notices)
    found = []
    for action in actions:
        early = action.due_at < first
        if early and not _waits(action, born_at, ledger, campaign):
            found.append(replace(action, drop_reason=DropReason.HISTORY))
        else:
            found.append(action)
    return found


def _waits(
    action: Action, born_at: datetime, ledger: Ledger, campaign: Campaign
) -> bool:
    """Whether the sender of a mail that came before the program did still waits for an
    answer."""
    for report in ledger.of_mail(action.message_key or ""):
        if _was_open(report.period, born_at, campaign):
            return True
    return False


def _was_open(period: date, born_at: datetime, campaign: Campaign) -> bool:
    """Whether a period was open when the program began; one that has left the calendar
    is answered by nobody's clock."""
    known = campaign.calendar.by_due.get(period)
    return known is not None and known.deadline > born_at


def _calmed(actions: list[Action], beyond: frozenset[str]) -> list[Action]:
    """A storm's mails are recorded like any other and answered no more; a case they
    hold waits in the list."""
    if not beyond:
        return actions
    found = []
    for action in actions:
        if action.message_key in beyond and not action.drop_reason:
            found.append(replace(action, drop_reason=DropReason.STORM))
        else:
            found.append(action)
    return found


def _not_too_soon(
    actions: list[Action], now: datetime, rules: NoticeRules, ledger: Ledger
) -> list[Action]:
    """Those that go now: a reminder that would follow the last one too closely waits
    for a later wake."""
    # By what a server took, not by what was planned: a letter that never went is no
    # reminder.
    if not ledger.reminded:
        return actions
    found = []
    for action in actions:
        if not _is_too_soon(action, now, rules, ledger):
            found.append(action)
    return found


def _is_too_soon(
    action: Action, now: datetime, rules: NoticeRules, ledger: Ledger
) -> bool:
    if action.drop_reason or action.kind not in _SPACED:
        return False
    last = ledger.reminded_last(action.unit or "")
    return last is not None and now - last < rules.reminder_gap


def _addressed(action: Action, ledger: Ledger) -> Action:
    """Nothing is written to an address that a server has refused for good."""
    if len(action.to) == 1 and not action.cc and not ledger.undeliverable:
        return action
    dead = ledger.undeliverable
    alive = dead.isdisjoint((*action.to, *action.cc))
    if action.to and alive and set(action.to).isdisjoint(action.cc):
        return action
    to = tuple(a for a in action.to if a not in dead)
    cc = tuple(a for a in action.cc if a not in dead and a not in to)
    drop = action.drop_reason
    if drop is None and not to:
        drop = DropReason.NO_ADDRESS
    return replace(
        action,
        to=to,
        cc=cc,
        drop_reason=drop,
    )


def still_true(
    action: Action, now: datetime, campaign: Campaign, ledger: Ledger
) -> bool:
    """Whether a letter that was written earlier may still go: its reason must stand at this moment."""
    if action.kind in _OF_REPORTS:
        return _report_stands(action, ledger)
    if action.kind is NoticeKind.BULLETIN_WAITS:
        return waits_for_held(action.of_month, campaign, ledger)
    if action.kind is NoticeKind.ERRATUM:
        return erratum_still_true(action, campaign, ledger)
    if (
        action.unit is None
        or action.period is None
        or action.kind not in REMINDERS
    ):
        return True
    too_old = action.due_at < _oldest(now, campaign.notices)
    if too_old or _overtaken(action, now, campaign, ledger):
        return False
    # The unit may have reported since, or a correction may have lifted it.
    if action.kind is NoticeKind.LAG_NOTICE:
        row = campaign.standing(action.period, ledger, now).by_unit.get(
            action.unit
        )
        return row is not None and row.lagging
    if action.kind is NoticeKind.DUE_REMINDER:
        silent = sent_nothing(action.unit, action.period, campaign, ledger)
        return silent and not is_extended(
            action.unit, action.period, now, ledger
        )
    return is_missing(
        unit=action.unit,
        due=action.period,
        now=now,
        campaign=campaign,
        ledger=ledger,
    )


_OF_REPORTS = (
    NoticeKind.REVIEW_REQUEST,
    NoticeKind.SETTLED,
    NoticeKind.RETURNED,
)


def _report_stands(action: Action, ledger: Ledger) -> bool:
    """Whether what a letter says of a report is so still."""
    report = ledger.report(action.report_id or "")
    if report is None:
        return False
    if action.kind is NoticeKind.REVIEW_REQUEST:
        return report.state is ReportState.HELD
    if action.kind is NoticeKind.SETTLED:
        return report.rule in SETTLING
    return report.rule is DecisionRule.REJECT


def _overtaken(
    action: Action, now: datetime, campaign: Campaign, ledger: Ledger
) -> bool:
    """The deadline takes the place of the 报送提醒, the second 催报 that of the first."""
    unit = action.unit or ""
    due = action.period
    if due is None:
        return False
    if action.kind is NoticeKind.DUE_REMINDER:
        return now >= campaign.calendar.deadline(due)
    # At the second 催报's hour the first would only repeat it.
    second = step_of(
        unit=unit,
        period=due,
        step=campaign.notices.second_overdue_reminder,
        calendar=campaign.calendar,
        ledger=ledger,
    )
    return action.kind is NoticeKind.OVERDUE_REMINDER and now >= second
