"""What is owed for a period: reminders before and after its deadline, lag notices,
digests.

Trusts the ledger for who has reported. Never: asks whether it went already (notices/due).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from pipeline.judging.progress.campaign import Campaign
from pipeline.judging.progress.silence import step_of, waits
from pipeline.judging.progress.standings import out_of_reach
from pipeline.judging.progress.unit_states import silent_units
from pipeline.model.ledger import Ledger
from pipeline.model.notice import (
    Action,
    DropReason,
    NoticeKind,
)
from pipeline.model.notice_key import (
    again_key,
    keys_of_period,
    lag_round,
    once_per,
    relayed_key,
)
from pipeline.model.roster import Roster, Unit


def _is_expected(unit: Unit) -> bool:
    """Who is reminded: the rows with a mailbox, and members of a pool that are expected
    to report on their own."""
    return unit.expects_report and not unit.pool


def _unit_action(
    kind: NoticeKind,
    unit: Unit,
    due: date,
    at: datetime,
    drop: DropReason | None = None,
    cc: tuple[str, ...] = (),
) -> Action:
    key_of = keys_of_period(kind, due)
    return Action(
        kind=kind,
        key=key_of(unit.first_name),
        due_at=at,
        unit=unit.name,
        period=due,
        to=unit.emails,
        cc=cc,
        drop_reason=drop,
    )


def due_reminders(
    due: date, now: datetime, campaign: Campaign, ledger: Ledger
) -> Iterator[Action]:
    """报送提醒, to units with nothing yet; once the deadline has passed, the 催报 takes its place."""
    at = campaign.calendar.step(due, campaign.notices.due_reminder)
    passed = now >= campaign.calendar.deadline(due)
    # Whether the deadline has passed is just what is in doubt.
    if passed and ledger.clock is not None:
        return
    drop = None
    if passed:
        drop = DropReason.OVERTAKEN
    kinds = (NoticeKind.DUE_REMINDER,)
    for unit in _unsettled(kinds, due, campaign, ledger):
        if passed or not is_extended(unit.name, due, now, ledger):
            yield from _reminded(
                _unit_action(
                    kind=NoticeKind.DUE_REMINDER,
                    unit=unit,
                    due=due,
                    at=at,
                    drop=drop,
                ),
                unit,
                campaign,
                ledger,
            )


def _silent(due: date, campaign: Campaign, ledger: Ledger) -> list[Unit]:
    """Who is expected to report and has sent nothing: asked before the deadline and
    behind it."""
    return ledger.once(
        ("silent and expected", due),
        (campaign,),
        lambda: _silent_and_expected(due, campaign, ledger),
    )


def _silent_and_expected(
    due: date, campaign: Campaign, ledger: Ledger
) -> list[Unit]:
    known = campaign.roster.on(due).by_name
    found = []
    for name in sorted(_silent_names(due, campaign, ledger)):
        if _is_expected(known[name]):
            found.append(known[name])
    return found


def _unsettled(
    kinds: tuple[NoticeKind, ...],
    due: date,
    campaign: Campaign,
    ledger: Ledger,
) -> Iterator[Unit]:
    """Of the silent ones those whose reminders of these kinds are not all settled: of
    periods long past nearly all are. One that is out of reach has its groups' letters,
    too."""
    settled = ledger.settled
    of_kinds = []
    for kind in kinds:
        of_kinds.append(keys_of_period(kind, due))
    for unit in _silent(due, campaign, ledger):
        name = unit.first_name
        keys = [key_of(name) for key_of in of_kinds]
        are_settled = all(map(settled.__contains__, keys))
        if not are_settled or out_of_reach(unit, ledger):
            yield unit


def is_extended(unit: str, due: date, now: datetime, ledger: Ledger) -> bool:
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
        # A unit may stand in two groups that one person leads.
        to = tuple(dict.fromkeys(emails))
        key = relayed_key(action.key)
        yield replace(
            action,
            key=key,
            to=to,
            cc=(),
            relayed=True,
        )


def after_close(
    due: date, now: datetime, campaign: Campaign, ledger: Ledger
) -> Iterator[Action]:
    """The reminders, lag notices and the digest of a period whose deadline has passed."""
    steps = campaign.notices
    at_lag, at_digest = (
        campaign.calendar.step(due, step)
        for step in (steps.overdue_reminder, steps.period_digest)
    )
    reminders: list[Action] = []
    kinds = (
        NoticeKind.OVERDUE_REMINDER,
        NoticeKind.SECOND_OVERDUE_REMINDER,
    )
    for unit in _unsettled(kinds, due, campaign, ledger):
        if _may_be_missing(unit.name, due, now, campaign, ledger):
            reminders += _overdue_reminders(
                unit=unit,
                due=due,
                now=now,
                campaign=campaign,
                ledger=ledger,
            )
    yield from _copied_once(reminders, due, campaign, ledger)
    if now >= at_lag and ledger.clock is None:
        yield from _lag_notices(
            due=due,
            at=at_lag,
            now=now,
            campaign=campaign,
            ledger=ledger,
        )
    if now >= at_digest:
        # The digest goes however the clock stands: it is where staff read that it is
        # wrong.
        staff = campaign.roster.staff_emails("digest")
        yield Action(
            kind=NoticeKind.PERIOD_DIGEST,
            key=once_per(NoticeKind.PERIOD_DIGEST, due),
            due_at=at_digest,
            period=due,
            to=staff,
        )
        yield from _group_digests(due, at_digest, campaign)


def _copied_once(
    reminders: list[Action], due: date, campaign: Campaign, ledger: Ledger
) -> Iterator[Action]:
    """The reminders; a group that would get copies of several second ones gets one mail
    that names their units in place of them."""
    owed: dict[str, Action] = {}
    by_address: dict[str, list[Action]] = {}
    for action in reminders:
        second = action.kind is NoticeKind.SECOND_OVERDUE_REMINDER
        if second and action.key not in ledger.settled:
            owed[action.key] = action
            for address in (*action.to, *action.cc):
                by_address.setdefault(address, []).append(action)
    told: set[str] = set()
    for group in campaign.roster.groups:
        copied: list[Action] = []
        for address in group.emails:
            copied += by_address.get(address, ())
        units = {a.unit for a in copied}
        key = again_key(due, group.name)
        # One unit's reminder is its own mail, with the group in copy.
        if len(units) < 2 or not group.emails or key in ledger.settled:
            continue
        told |= set(group.emails)
        yield Action(
            kind=NoticeKind.PERIOD_DIGEST,
            key=key,
            due_at=max(a.due_at for a in copied),
            period=due,
            group=group.name,
            to=group.emails,
            again=True,
        )
    for action in reminders:
        if action.key in owed:
            yield from _without_copies(action, told)
        else:
            yield action


def _without_copies(action: Action, told: set[str]) -> Iterator[Action]:
    """A second reminder that the groups which were told by one mail get no copy of; one
    that was relayed to them alone falls away."""
    if told.isdisjoint((*action.to, *action.cc)):
        yield action
        return
    cc = tuple(a for a in action.cc if a not in told)
    to = tuple(a for a in action.to if a not in told)
    if to or not action.to:
        yield replace(action, to=to, cc=cc)


def _group_digests(
    due: date, at: datetime, campaign: Campaign
) -> Iterator[Action]:
    """Each guidance group gets its own units' digest with the staff's."""
    kind = NoticeKind.PERIOD_DIGEST
    for group in campaign.roster.groups:
        if group.emails:
            yield Action(
                kind=kind,
                key=once_per(kind, due, group.name),
                due_at=at,
                period=due,
                group=group.name,
                to=group.emails,
            )


def is_missing(
    unit: str, due: date, now: datetime, campaign: Campaign, ledger: Ledger
) -> bool:
    """Nothing has come that could be read, and nothing keeps that from being said."""
    silent = sent_nothing(unit, due, campaign, ledger)
    return silent and _may_be_missing(unit, due, now, campaign, ledger)


def _may_be_missing(
    unit: str, due: date, now: datetime, campaign: Campaign, ledger: Ledger
) -> bool:
    """Whether nothing keeps from being said that a silent unit is missing."""
    why = waits(
        unit=unit,
        period=due,
        calendar=campaign.calendar,
        ledger=ledger,
        as_of=now,
    )
    return why is None


def sent_nothing(
    unit: str, due: date, campaign: Campaign, ledger: Ledger
) -> bool:
    """Whether a unit, by its name, has sent nothing for a period; of one that does not
    take part then nothing is expected."""
    return unit in _silent_names(due, campaign, ledger)


def _silent_names(
    due: date, campaign: Campaign, ledger: Ledger
) -> frozenset[str]:
    return silent_units(due, campaign.roster, ledger)


def _overdue_reminders(
    unit: Unit, due: date, now: datetime, campaign: Campaign, ledger: Ledger
) -> Iterator[Action]:
    """The 催报 whose hours have come; an extension that has run out moves them."""
    steps = campaign.notices
    calendar = campaign.calendar
    at_first, at_second = (
        step_of(
            unit=unit.name,
            period=due,
            step=step,
            calendar=calendar,
            ledger=ledger,
        )
        for step in (steps.overdue_reminder, steps.second_overdue_reminder)
    )
    if now >= at_first:
        if now >= at_second:
            drop = DropReason.OVERTAKEN
        else:
            drop = None
        first = _unit_action(
            kind=NoticeKind.OVERDUE_REMINDER,
            unit=unit,
            due=due,
            at=at_first,
            drop=drop,
        )
        yield from _reminded(first, unit, campaign, ledger)
    if now >= at_second:
        yield from _reminded(
            _second_reminder(unit, due, at_second, campaign.roster),
            unit,
            campaign,
            ledger,
        )


def _second_reminder(
    unit: Unit, due: date, at: datetime, roster: Roster
) -> Action:
    emails: list[str] = []
    for group in roster.groups_of(unit.name):
        emails += group.emails
    return _unit_action(
        kind=NoticeKind.SECOND_OVERDUE_REMINDER,
        unit=unit,
        due=due,
        at=at,
        cc=tuple(dict.fromkeys(emails)),
    )


def _lag_notices(
    due: date, at: datetime, now: datetime, campaign: Campaign, ledger: Ledger
) -> Iterator[Action]:
    # Asked once, at the hour; what is learnt later belongs to the next period.
    if lag_round(due) in ledger.settled:
        return
    known = campaign.roster.by_name
    for row in campaign.standing(due, ledger, now).rows:
        if row.lagging:
            unit = known[row.unit]
            yield _unit_action(
                kind=NoticeKind.LAG_NOTICE,
                unit=unit,
                due=due,
                at=at,
            )


def lag_rounds(
    due: date, now: datetime, campaign: Campaign, ledger: Ledger
) -> list[str]:
    """Lag notices go by the standing at their hour: who comes to lag by a later report
    is told with the next period."""
    asked = now >= campaign.calendar.step(
        due, campaign.notices.overdue_reminder
    )
    if ledger.clock is None and asked and lag_round(due) not in ledger.settled:
        return [lag_round(due)]
    return []
