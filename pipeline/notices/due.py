"""What is owed now (rules.md 9): from the calendar and the ledger alone, so that a
worker that slept catches up once.

Every action has a key that it goes out once per. An action whose key is settled is
never owed again; one that is too late, or was overtaken by a graver one, is settled
without being sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from pipeline.judging.operation.answer_limits import unanswered
from pipeline.judging.progress.agenda import bulletin_time
from pipeline.judging.progress.campaign import Campaign
from pipeline.judging.progress.silence import step_of, waits
from pipeline.judging.progress.standings import out_of_reach
from pipeline.judging.progress.unit_states import is_silent
from pipeline.model.arrival import Outcome, ReplyResult
from pipeline.model.ledger import Ledger, MailSeen
from pipeline.model.notice import (
    REMINDERS,
    Action,
    DropReason,
    NoticeKind,
    approval_key,
    bulletin_key,
)
from pipeline.model.reply_token import draft_case
from pipeline.model.report import DecisionRule, ReportState
from pipeline.model.roster import Roster, Unit
from pipeline.model.rules import NoticeRules
from pipeline.notices.talk_facts import draft_is_stale

_OWED_HOWEVER_LATE = (
    NoticeKind.MONTHLY_BULLETIN,
    NoticeKind.BULLETIN_DRAFT,
    NoticeKind.TALK_PROPOSAL,
)

# Reminders proper: between two of them to one unit a time must pass (rules.md 9).
_SPACED = (
    NoticeKind.DUE_REMINDER,
    NoticeKind.OVERDUE_REMINDER,
    NoticeKind.SECOND_OVERDUE_REMINDER,
)


@dataclass(frozen=True)
class Plan:
    """What is owed, and the rounds that were judged: a round is asked once, whoever
    comes to fit it later."""

    actions: tuple[Action, ...]
    rounds: tuple[str, ...] = ()


def due_actions(now: datetime, campaign: Campaign, ledger: Ledger) -> Plan:
    """All notices owed at `now` that the ledger has not settled, in the order of their due times."""
    answers = (
        *_receipts(campaign, ledger),
        *_review_requests(campaign, ledger),
        *_review_answers(campaign, ledger),
        *_returns(campaign, ledger),
        *_settlements(campaign, ledger),
    )
    timed: list[Action] = []
    rounds: list[str] = []
    for due in campaign.calendar.dues:
        if campaign.calendar.step(due, campaign.notices.due_reminder) > now:
            break
        timed += _due_reminders(due, now, campaign, ledger)
        if now >= campaign.calendar.deadline(due):
            timed += _after_close(due, now, campaign, ledger)
            rounds += _rounds(due, now, campaign, ledger)
    timed += _bulletins(now, campaign, ledger)
    timed += _talk_proposals(campaign, ledger)
    timed += _talk_withdrawals(now, campaign, ledger)
    current = _for_open_periods(ledger, campaign)
    beyond = unanswered(
        ledger.messages,
        campaign.roster.addresses,
        campaign.notices.answers,
        campaign.calendar.local,
    )
    actions = [_aged(a, now, campaign.notices) for a in timed] + [
        _calmed(_historic(a, ledger, campaign, current), beyond) for a in answers
    ]
    owed = []
    for action in actions:
        too_soon = _is_too_soon(action, now, campaign.notices, ledger)
        if action.key not in ledger.settled and not too_soon:
            owed.append(_addressed(action, ledger))
    return Plan(tuple(sorted(owed, key=lambda a: (a.due_at, a.key))), tuple(rounds))


def _receipts(campaign: Campaign, ledger: Ledger) -> Iterator[Action]:
    kinds = {
        Outcome.REPORTED: NoticeKind.RECEIPT,
        Outcome.UNREADABLE: NoticeKind.UNREADABLE,
    }
    for mail in ledger.messages:
        kind = kinds.get(Outcome(mail.outcome))
        if kind is None or not campaign.roster.units_of(mail.sender):
            continue
        yield _answer(kind, mail, f"{kind}:{mail.key}", (mail.sender,))


def _answer(kind: NoticeKind, mail: MailSeen, key: str, to: tuple[str, ...]) -> Action:
    return Action(
        kind,
        key,
        mail.received_at,
        unit=mail.unit,
        period=mail.period,
        message_key=mail.key,
        to=to,
    )


def _review_requests(campaign: Campaign, ledger: Ledger) -> Iterator[Action]:
    reviewers = tuple(s.email for s in campaign.roster.staff_with("review"))
    for report in ledger.reports:
        if report.state is ReportState.HELD:
            yield Action(
                NoticeKind.REVIEW_REQUEST,
                f"{NoticeKind.REVIEW_REQUEST}:{report.id}",
                report.received_at,
                unit=report.unit,
                period=report.period,
                message_key=report.message_key,
                report_id=report.id,
                to=reviewers,
            )


def _review_answers(campaign: Campaign, ledger: Ledger) -> Iterator[Action]:
    """What a reviewer's reply did goes to all reviewers, so that nobody does it twice
    and each can undo it; where it did nothing, to her alone."""
    reviewers = tuple(s.email for s in campaign.roster.staff_with("review"))
    for mail in ledger.messages:
        if mail.outcome == Outcome.COMMAND:
            alone = mail.reply is ReplyResult.NOTHING_DONE
            to = reviewers
            if alone and mail.sender in reviewers:
                to = (mail.sender,)
            yield _answer(
                NoticeKind.REVIEW_ANSWER,
                mail,
                f"{NoticeKind.REVIEW_ANSWER}:{mail.key}",
                to,
            )


def _returns(campaign: Campaign, ledger: Ledger) -> Iterator[Action]:
    """退回 writes to whoever sent the report, where he is registered, else to its unit:
    once for each time it is given back."""
    senders = {mail.key: mail.sender for mail in ledger.messages}
    for report in ledger.reports:
        if report.rule is not DecisionRule.REJECT or report.decided_at is None:
            continue
        sender = senders.get(report.message_key, "")
        unit = campaign.roster.by_name.get(report.unit or "")
        if campaign.roster.units_of(sender):
            to: tuple[str, ...] = (sender,)
        else:
            to = unit.emails if unit else ()
        yield Action(
            NoticeKind.RETURNED,
            f"{NoticeKind.RETURNED}:{report.id}:{report.version}",
            report.decided_at,
            unit=report.unit,
            period=report.period,
            message_key=report.message_key,
            report_id=report.id,
            to=to,
        )


# What staff may decide that the unit is told of by 核实结果; 退回 has its own letter, 作废
# and 撤销 have none.
_SETTLING = (DecisionRule.ACCEPT, DecisionRule.CORRECT, DecisionRule.ASSIGN)


def _settlements(campaign: Campaign, ledger: Ledger) -> Iterator[Action]:
    """核实结果, once for each decision, to the sender where he is registered and to the
    unit."""
    senders = {mail.key: mail.sender for mail in ledger.messages}
    for report in ledger.reports:
        decided = report.rule in _SETTLING and report.decided_at is not None
        if not decided or report.state is ReportState.HELD:
            continue
        sender = senders.get(report.message_key, "")
        unit = campaign.roster.by_name.get(report.unit or "")
        to = [sender] if campaign.roster.units_of(sender) else []
        to += unit.emails if unit else ()
        yield Action(
            NoticeKind.SETTLED,
            f"{NoticeKind.SETTLED}:{report.id}:{report.version}",
            report.decided_at or report.received_at,
            unit=report.unit,
            period=report.period,
            message_key=report.message_key,
            report_id=report.id,
            to=tuple(dict.fromkeys(to)),
        )


def expected_units(roster: Roster) -> Iterator[Unit]:
    """Who is reminded: the rows with a mailbox, and members of a pool that are expected
    to report on their own."""
    return (u for u in roster.units if not u.pool and u.expects_report)


def _unit_action(
    kind: NoticeKind,
    unit: Unit,
    due: date,
    at: datetime,
    drop: DropReason | None = None,
) -> Action:
    return Action(
        kind,
        f"{kind}:{unit.first_name}:{due}",
        at,
        unit=unit.name,
        period=due,
        to=unit.emails,
        drop_reason=drop,
    )


def _due_reminders(
    due: date, now: datetime, campaign: Campaign, ledger: Ledger
) -> Iterator[Action]:
    """报送提醒, to units with nothing yet; once the deadline has passed, the 催报 takes its place."""
    at = campaign.calendar.step(due, campaign.notices.due_reminder)
    passed = now >= campaign.calendar.deadline(due)
    for unit in expected_units(campaign.roster.on(due)):
        silent = _is_silent(unit.name, due, campaign, ledger)
        if silent and (passed or not _extended(unit.name, due, now, ledger)):
            if passed:
                drop = DropReason.OVERTAKEN
            else:
                drop = None
            yield from _reminded(
                _unit_action(NoticeKind.DUE_REMINDER, unit, due, at, drop),
                unit,
                campaign,
                ledger,
            )


def _extended(unit: str, due: date, now: datetime, ledger: Ledger) -> bool:
    """准予延期: until then the unit is not reminded."""
    given = ledger.extension(unit, due)
    return given is not None and now < given.until


def _reminded(
    action: Action, unit: Unit, campaign: Campaign, ledger: Ledger
) -> Iterator[Action]:
    """A reminder; where every address of the unit is dead, the same letter once to all
    its guidance groups."""
    yield action
    if out_of_reach(unit, ledger) and not action.drop_reason:
        emails: list[str] = []
        for group in campaign.roster.groups_of(unit.name):
            emails += group.emails
        to = tuple(dict.fromkeys(emails))
        yield replace(action, key=f"{action.key}>groups", to=to, cc=())


def _after_close(
    due: date, now: datetime, campaign: Campaign, ledger: Ledger
) -> Iterator[Action]:
    """The reminders, lag notices and the digest of a period whose deadline has passed."""
    steps = campaign.notices
    at_lag, at_digest = (
        campaign.calendar.step(due, step)
        for step in (steps.overdue_reminder, steps.period_digest)
    )
    for unit in expected_units(campaign.roster.on(due)):
        if is_missing(unit.name, due, now, campaign, ledger):
            yield from _overdue_reminders(unit, due, now, campaign, ledger)
    if now >= at_lag:
        yield from _lag_notices(due, at_lag, now, campaign, ledger)
    if now >= at_digest:
        staff = tuple(s.email for s in campaign.roster.staff_with("digest"))
        yield Action(
            NoticeKind.PERIOD_DIGEST,
            f"{NoticeKind.PERIOD_DIGEST}:{due}",
            at_digest,
            period=due,
            to=staff,
        )
        yield from _group_digests(due, at_digest, campaign)


def _group_digests(due: date, at: datetime, campaign: Campaign) -> Iterator[Action]:
    """Each guidance group gets its own units' digest with the staff's."""
    kind = NoticeKind.PERIOD_DIGEST
    for group in campaign.roster.groups:
        if group.emails:
            yield Action(
                kind,
                f"{kind}:{due}:{group.name}",
                at,
                period=due,
                group=group.name,
                to=group.emails,
            )


def is_missing(
    unit: str, due: date, now: datetime, campaign: Campaign, ledger: Ledger
) -> bool:
    """Nothing has come that could be read, and nothing keeps that from being said."""
    silent = _is_silent(unit, due, campaign, ledger)
    return silent and waits(unit, due, campaign.calendar, ledger, now) is None


def _is_silent(unit: str, due: date, campaign: Campaign, ledger: Ledger) -> bool:
    known = campaign.roster.by_name[unit]
    return is_silent(known, due, campaign.roster, campaign.calendar, ledger)


def _overdue_reminders(
    unit: Unit, due: date, now: datetime, campaign: Campaign, ledger: Ledger
) -> Iterator[Action]:
    """The 催报 whose hours have come; an extension that has run out moves them."""
    steps, calendar = campaign.notices, campaign.calendar
    at_first, at_second = (
        step_of(unit.name, due, step, calendar, ledger)
        for step in (steps.overdue_reminder, steps.second_overdue_reminder)
    )
    if now >= at_first:
        if now >= at_second:
            drop = DropReason.OVERTAKEN
        else:
            drop = None
        first = _unit_action(NoticeKind.OVERDUE_REMINDER, unit, due, at_first, drop)
        yield from _reminded(first, unit, campaign, ledger)
    if now >= at_second:
        yield from _reminded(
            _second_reminder(unit, due, at_second, campaign.roster),
            unit,
            campaign,
            ledger,
        )


def _second_reminder(unit: Unit, due: date, at: datetime, roster: Roster) -> Action:
    groups = tuple(
        dict.fromkeys(
            email for group in roster.groups_of(unit.name) for email in group.emails
        )
    )
    return replace(
        _unit_action(NoticeKind.SECOND_OVERDUE_REMINDER, unit, due, at), cc=groups
    )


def lag_round(due: date) -> str:
    return f"round:{NoticeKind.LAG_NOTICE}:{due}"


def _lag_notices(
    due: date, at: datetime, now: datetime, campaign: Campaign, ledger: Ledger
) -> Iterator[Action]:
    if lag_round(due) in ledger.settled:
        return
    for row in campaign.standing(due, ledger, now).rows:
        if row.lagging:
            yield _unit_action(
                NoticeKind.LAG_NOTICE, campaign.roster.by_name[row.unit], due, at
            )


def _rounds(due: date, now: datetime, campaign: Campaign, ledger: Ledger) -> list[str]:
    """Lag notices go by the standing at their hour: who comes to lag by a later report
    is told with the next period."""
    asked = now >= campaign.calendar.step(due, campaign.notices.overdue_reminder)
    if asked and lag_round(due) not in ledger.settled:
        return [lag_round(due)]
    return []


def _bulletins(now: datetime, campaign: Campaign, ledger: Ledger) -> Iterator[Action]:
    """A bulletin stays owed however late the worker is, unless the month was over
    before the program began."""
    for month in campaign.calendar.months:
        at = bulletin_time(month, campaign)
        born = ledger.born_at
        if at > now or (born is not None and at < born - campaign.notices.drop_after):
            continue
        if waits_for_held(month, campaign, ledger):
            continue
        if (
            campaign.notices.bulletin_needs_approval
            and approval_key(month) not in ledger.settled
        ):
            if bulletin_key(month) not in ledger.settled:
                yield _draft_for_approval(month, at, campaign, ledger)
            continue
        yield Action(
            NoticeKind.MONTHLY_BULLETIN,
            bulletin_key(month),
            at,
            month=month,
            to=bulletin_addresses(
                campaign.roster.on(campaign.calendar.of_month(month)[-1]),
                campaign.notices.bulletin_to_units,
            ),
        )


def waits_for_held(month: str, campaign: Campaign, ledger: Ledger) -> bool:
    """Whether the month's bulletin waits until staff have ruled on its held reports, as
    the config may say."""
    if not campaign.notices.bulletin_waits_for_held:
        return False
    dues = campaign.calendar.of_month(month)
    held = (r for r in ledger.reports if r.state is ReportState.HELD)
    return any(report.period in dues for report in held)


def _draft_for_approval(
    month: str, at: datetime, campaign: Campaign, ledger: Ledger
) -> Action:
    """送审稿, once for each time that the bulletin has to be drawn up."""
    reviewers = tuple(s.email for s in campaign.roster.staff_with("review"))
    key = f"{NoticeKind.BULLETIN_DRAFT}:{month}"
    drawn = [record for record in ledger.bulletins if record.month == month]
    if draft_is_stale(month, ledger):
        key = f"{key}:{len(drawn) + 1}"
    orders = 0
    for mail in ledger.messages:
        done = mail.reply is ReplyResult.DONE
        orders += done and mail.about == draft_case(month)
    if orders:
        key = f"{key}:{orders}"
    return Action(NoticeKind.BULLETIN_DRAFT, key, at, month=month, to=reviewers)


def talks_round(month: str) -> str:
    """Settled once the month's talk proposals were looked for."""
    return f"round:{NoticeKind.TALK_PROPOSAL}:{month}"


def proposal_time(month: str, campaign: Campaign) -> datetime:
    """约谈建议 come with the digest of the month's last period (rules.md 8)."""
    last = campaign.calendar.of_month(month)[-1]
    return campaign.calendar.step(last, campaign.notices.period_digest)


def months_to_propose(
    now: datetime, campaign: Campaign, ledger: Ledger
) -> Iterator[str]:
    """The months whose talk proposals are to be looked for now."""
    drawn = {record.month for record in ledger.bulletins}
    born = ledger.born_at
    for month in campaign.calendar.months:
        at = proposal_time(month, campaign)
        if at > now:
            return
        before_us = born is not None and at < born - campaign.notices.drop_after
        asked = talks_round(month) in ledger.settled
        if not before_us and not asked and month not in drawn:
            yield month


def _talk_proposals(campaign: Campaign, ledger: Ledger) -> Iterator[Action]:
    """约谈建议, to reviewers, once somebody is proposed in a month."""
    reviewers = tuple(s.email for s in campaign.roster.staff_with("review"))
    for month in dict.fromkeys(t.month for t in ledger.talks if t.state == "proposed"):
        key = f"{NoticeKind.TALK_PROPOSAL}:{month}"
        yield Action(
            NoticeKind.TALK_PROPOSAL,
            key,
            proposal_time(month, campaign),
            month=month,
            to=reviewers,
        )


def talk_notice_key(unit: str, month: str) -> str:
    return f"{NoticeKind.TALK_NOTICE}:{unit}:{month}"


def _talk_withdrawals(
    now: datetime, campaign: Campaign, ledger: Ledger
) -> Iterator[Action]:
    """A unit that was told of a talk which staff undid is told so, once."""
    for talk in ledger.talks:
        key = talk_notice_key(talk.unit, talk.month)
        unit = campaign.roster.by_name.get(talk.unit)
        if talk.state == "confirmed" or key not in ledger.settled or unit is None:
            continue
        groups: list[str] = []
        for group in campaign.roster.groups_of(talk.unit):
            groups += group.emails
        yield Action(
            NoticeKind.TALK_NOTICE,
            f"{key}:withdrawn",
            now,
            unit=talk.unit,
            month=talk.month,
            to=unit.emails,
            cc=tuple(dict.fromkeys(groups)),
        )


def bulletin_addresses(roster: Roster, to_units: bool) -> tuple[str, ...]:
    """All rows of the target table, the staff who read bulletins, the guidance groups (rules.md 9)."""
    if to_units:
        units = [e for u in roster.rows for e in u.emails]
    else:
        units = []
    staff = [s.email for s in roster.staff_with("bulletin")]
    if to_units:
        groups = [e for g in roster.groups for e in g.emails]
    else:
        groups = []
    return tuple(dict.fromkeys([*units, *staff, *groups]))


def _aged(action: Action, now: datetime, rules: NoticeRules) -> Action:
    if action.kind in _OWED_HOWEVER_LATE or action.drop_reason:
        return action
    if _too_old(action, now, rules):
        return replace(action, drop_reason=DropReason.LATE)
    return action


def _too_old(action: Action, now: datetime, rules: NoticeRules) -> bool:
    return now - action.due_at > rules.drop_after


def _for_open_periods(ledger: Ledger, campaign: Campaign) -> frozenset[str]:
    """The messages that bring a report for a period which was still open when the program began."""
    open_for = campaign.calendar.by_due
    born = ledger.born_at
    return frozenset(
        r.message_key
        for r in ledger.reports
        if born is not None
        and r.period in open_for
        and open_for[r.period].deadline > born
    )


def _historic(
    action: Action, ledger: Ledger, campaign: Campaign, current: frozenset[str]
) -> Action:
    """A mailbox that was full when the program began is read and not answered, but for
    reports that came early."""
    if (
        ledger.born_at is None
        or action.due_at >= ledger.born_at - campaign.notices.drop_after
    ):
        return action
    if action.message_key in current:
        return action
    return replace(action, drop_reason=DropReason.HISTORY)


def _calmed(action: Action, beyond: frozenset[str]) -> Action:
    """A storm's mails are recorded like any other and answered no more; a case they
    hold waits in the list."""
    if action.drop_reason or action.message_key not in beyond:
        return action
    return replace(action, drop_reason=DropReason.STORM)


def _is_too_soon(
    action: Action, now: datetime, rules: NoticeRules, ledger: Ledger
) -> bool:
    """A reminder that would follow the last one too closely waits for a later wake."""
    if action.drop_reason or action.kind not in _SPACED:
        return False
    last = ledger.reminded_last(action.unit or "")
    return last is not None and now - last < rules.reminder_gap


def _addressed(action: Action, ledger: Ledger) -> Action:
    """Nothing is written to an address that a server has refused for good."""
    to = tuple(a for a in action.to if a not in ledger.undeliverable)
    cc = tuple(a for a in action.cc if a not in ledger.undeliverable and a not in to)
    drop = action.drop_reason
    if drop is None and not to:
        drop = DropReason.NO_ADDRESS
    return replace(action, to=to, cc=cc, drop_reason=drop)


def still_true(
    action: Action, now: datetime, campaign: Campaign, ledger: Ledger
) -> bool:
    """Whether a letter that was written earlier may still go: its reason must stand at this moment."""
    if action.kind is NoticeKind.REVIEW_REQUEST:
        report = ledger.report(action.report_id or "")
        return report is not None and report.state is ReportState.HELD
    if action.kind is NoticeKind.SETTLED:
        report = ledger.report(action.report_id or "")
        return report is not None and report.rule in _SETTLING
    if action.kind is NoticeKind.RETURNED:
        report = ledger.report(action.report_id or "")
        return report is not None and report.rule is DecisionRule.REJECT
    if action.unit is None or action.period is None or action.kind not in REMINDERS:
        return True
    if _overtaken(action, now, campaign, ledger) or _too_old(
        action, now, campaign.notices
    ):
        return False
    if action.kind is NoticeKind.LAG_NOTICE:
        row = campaign.standing(action.period, ledger, now).by_unit.get(action.unit)
        return row is not None and row.lagging
    if action.kind is NoticeKind.DUE_REMINDER:
        silent = _is_silent(action.unit, action.period, campaign, ledger)
        return silent and not _extended(action.unit, action.period, now, ledger)
    return is_missing(action.unit, action.period, now, campaign, ledger)


def _overtaken(
    action: Action, now: datetime, campaign: Campaign, ledger: Ledger
) -> bool:
    """The deadline takes the place of the 报送提醒, the second 催报 that of the first."""
    unit, due = action.unit or "", action.period
    if due is None:
        return False
    if action.kind is NoticeKind.DUE_REMINDER:
        return now >= campaign.calendar.deadline(due)
    second = step_of(
        unit, due, campaign.notices.second_overdue_reminder, campaign.calendar, ledger
    )
    return action.kind is NoticeKind.OVERDUE_REMINDER and now >= second
