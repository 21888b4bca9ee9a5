"""What is owed for a month: its bulletin or the draft of it, talk proposals, and what is
taken back of them.

Trusts the ledger for what was drawn up and decided. Never: asks whether it went already
(notices/due).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from pipeline.judging.progress.agenda import bulletin_time
from pipeline.judging.progress.campaign import Campaign
from pipeline.judging.progress.printed import (
    corrected_last,
    erratum_key,
    is_released,
    is_told,
    is_told_of,
    issued,
    notice_key,
    printed_changes,
)
from pipeline.model.arrival import ReplyResult
from pipeline.model.ledger import BulletinRecord, Ledger
from pipeline.model.letters.errata import PrintedChange
from pipeline.model.month import Month
from pipeline.model.notice import (
    Action,
    NoticeKind,
)
from pipeline.model.notice_key import (
    Key,
    Mark,
    approval_key,
    bulletin_key,
    once_per,
    parse_key,
    postponements,
    talk_key,
    talks_round,
    undone_talk_key,
)
from pipeline.model.report import ReportState
from pipeline.model.review.reply_token import draft_case
from pipeline.model.roster import Roster
from pipeline.notices.talk_facts import redrawn_for_talks


def bulletins(
    now: datetime, campaign: Campaign, ledger: Ledger
) -> Iterator[Action]:
    """A bulletin stays owed however late the worker is, unless the month was over
    before the program began. It says who was missing, so it waits for a clock that can
    be trusted."""
    if ledger.clock is not None:
        return
    for month in campaign.calendar.months:
        at = bulletin_time(month, campaign)
        born = ledger.born_at
        if at > now or (
            born is not None and at < born - campaign.notices.drop_after
        ):
            continue
        # A draft that staff have seen already is not taken back by a case that came
        # later.
        if waits_for_held(month, campaign, ledger):
            if bulletin_key(month) not in ledger.settled:
                yield _told_to_wait(month, at, campaign)
            continue
        if (
            campaign.notices.bulletin_needs_approval
            and approval_key(month) not in ledger.settled
        ):
            if bulletin_key(month) not in ledger.settled:
                yield _draft_for_approval(
                    month=month,
                    at=at,
                    now=now,
                    campaign=campaign,
                    ledger=ledger,
                )
            continue
        yield Action(
            kind=NoticeKind.MONTHLY_BULLETIN,
            key=bulletin_key(month),
            due_at=at,
            month=month,
            to=bulletin_addresses(
                campaign.roster.on(campaign.calendar.of_month(month)[-1]),
                campaign.notices.bulletin_to_units,
            ),
        )


def _told_to_wait(month: Month, at: datetime, campaign: Campaign) -> Action:
    """At the bulletin's hour reviewers are told which cases keep it back."""
    return Action(
        kind=NoticeKind.BULLETIN_WAITS,
        key=once_per(NoticeKind.BULLETIN_WAITS, month),
        due_at=at,
        month=month,
        to=campaign.roster.staff_emails("review"),
    )


def errata(
    now: datetime, campaign: Campaign, ledger: Ledger
) -> Iterator[Action]:
    """更正 of what bulletins printed, to exactly those who had them, once for each state
    of the figures. Where bulletins need a release so do corrections; where they need
    none, a corrected figure goes at once. One that a late report only added to is put
    before staff in their digest and stands in the next bulletin, or is told, too, as
    the config says; to an ad-hoc bulletin, which no other follows, only a person adds."""
    for record in issued(ledger):
        had = ledger.had(notice_key(record))
        changes = printed_changes(record, campaign.roster, ledger)
        key = erratum_key(record, changes, campaign.roster)
        if not had or key.text in ledger.settled:
            continue
        corrected = any(c.corrected for c in changes)
        if not _worth_telling(record, changes, corrected, ledger):
            continue
        # The key is of this state of the figures: a release of an older one releases
        # nothing.
        release = is_released(key, ledger)
        told = _erratum(record, key, now, had)
        if campaign.notices.bulletin_needs_approval and not release:
            yield _erratum_draft(told, key, campaign)
            continue
        added = _tells_of_additions(now, record.month, campaign, ledger)
        # Without changes the figures are back at what was printed, and what was told of
        # them has to be taken back.
        if release or corrected or added or not changes:
            yield told


def _worth_telling(
    record: BulletinRecord,
    changes: tuple[PrintedChange, ...],
    corrected: bool,
    ledger: Ledger,
) -> bool:
    """Whether there is anything to say of the bulletin without being asked."""
    if not changes:
        return is_told(record, ledger)
    return corrected or not record.adhoc


def _erratum(
    record: BulletinRecord, key: Key, now: datetime, had: tuple[str, ...]
) -> Action:
    told = Action(
        kind=NoticeKind.ERRATUM,
        key=key.text,
        due_at=now,
        month=record.month,
        to=had,
    )
    if record.adhoc:
        return replace(told, snapshot=record.snapshot_id)
    return told


def _erratum_draft(told: Action, key: Key, campaign: Campaign) -> Action:
    """The correction as it would go, for the reviewers."""
    return replace(
        told,
        kind=NoticeKind.ERRATUM_DRAFT,
        key=replace(key, kind=NoticeKind.ERRATUM_DRAFT).text,
        to=campaign.roster.staff_emails("review"),
    )


def _tells_of_additions(
    now: datetime, month: Month, campaign: Campaign, ledger: Ledger
) -> bool:
    """Whether a figure that was only added to is told by itself: where the config asks
    for it, and as rarely as reminders, so that a morning of late reports is one letter
    to everybody and not twenty."""
    if not campaign.notices.late_reports_corrected:
        return False
    last = corrected_last(month, ledger)
    return last is None or now - last >= campaign.notices.reminder_gap


def erratum_still_true(
    action: Action, campaign: Campaign, ledger: Ledger
) -> bool:
    """Whether a correction that was written says what is so now; a withdrawal goes as
    it is."""
    key = parse_key(action.key)
    if key is None:
        return True
    for record in issued(ledger):
        if is_told_of(record, key):
            changes = printed_changes(record, campaign.roster, ledger)
            return key == erratum_key(record, changes, campaign.roster)
    return True


def waits_for_held(month: Month, campaign: Campaign, ledger: Ledger) -> bool:
    """Whether the month's bulletin waits until staff have ruled on its held reports, as
    the config may say."""
    if not campaign.notices.bulletin_waits_for_held:
        return False
    dues = campaign.calendar.of_month(month)
    held = (r for r in ledger.before_people if r.state is ReportState.HELD)
    return any(report.period in dues for report in held)


def _draft_for_approval(
    month: Month,
    at: datetime,
    now: datetime,
    campaign: Campaign,
    ledger: Ledger,
) -> Action:
    """送审稿, once for each time that the bulletin has to be drawn up, and again on the
    day to which it was put off (暂缓到)."""
    reviewers = campaign.roster.staff_emails("review")
    orders = 0
    for mail in ledger.messages:
        done = mail.reply is ReplyResult.DONE
        orders += done and mail.about == draft_case(month)
    days = postponements(month, ledger.settled_of(Mark.POSTPONED))
    # 暂缓 changes nothing in the draft; its own day brings it again.
    orders -= len(days)
    # Each state of the talks has a draft of its own, too, so that what staff release is
    # what they saw. Both are counted apart: neither may fall on a key of the other's.
    redrawn = redrawn_for_talks(month, ledger)
    state: list[object] = []
    if redrawn:
        state += [redrawn, orders]
    elif orders:
        state.append(orders)
    if days:
        hour = campaign.notices.monthly_bulletin.at
        again = campaign.calendar.at(max(days), hour)
        if again <= now:
            state.append(max(days))
            at = again
    return Action(
        kind=NoticeKind.BULLETIN_DRAFT,
        key=once_per(NoticeKind.BULLETIN_DRAFT, month, *state),
        due_at=at,
        month=month,
        to=reviewers,
    )


def proposal_time(month: Month, campaign: Campaign) -> datetime:
    """约谈建议 come with the digest of the month's last period (rules.md 8)."""
    last = campaign.calendar.of_month(month)[-1]
    return campaign.calendar.step(last, campaign.notices.period_digest)


def months_to_propose(
    now: datetime, campaign: Campaign, ledger: Ledger
) -> Iterator[Month]:
    """The months whose talk proposals are to be looked for now; none while the clock is
    in doubt."""
    if ledger.clock is not None:
        return
    drawn = set()
    for record in ledger.bulletins:
        drawn.add(record.month)
    born = ledger.born_at
    for month in campaign.calendar.months:
        at = proposal_time(month, campaign)
        if at > now:
            return
        # Of months before the program began nobody expects to hear.
        before_us = born is not None and at < born - campaign.notices.drop_after
        asked = talks_round(month) in ledger.settled
        if not before_us and not asked and month not in drawn:
            yield month


def talk_proposals(campaign: Campaign, ledger: Ledger) -> Iterator[Action]:
    """约谈建议, to reviewers, once somebody is proposed in a month."""
    reviewers = campaign.roster.staff_emails("review")
    # In the order in which they were proposed, each once.
    for month in dict.fromkeys(
        t.month for t in ledger.talks if t.state == "proposed"
    ):
        yield Action(
            kind=NoticeKind.TALK_PROPOSAL,
            key=once_per(NoticeKind.TALK_PROPOSAL, month),
            due_at=proposal_time(month, campaign),
            month=month,
            to=reviewers,
        )


def talk_withdrawals(
    now: datetime, campaign: Campaign, ledger: Ledger
) -> Iterator[Action]:
    """A unit that was told of a talk which staff undid is told so, once."""
    for talk in ledger.talks:
        first_name = campaign.roster.first_name_of(talk.unit)
        told = talk_key(first_name, talk.month) in ledger.settled
        unit = campaign.roster.by_name.get(talk.unit)
        if talk.state == "confirmed" or not told or unit is None:
            continue
        groups: list[str] = []
        for group in campaign.roster.groups_of(talk.unit):
            groups += group.emails
        yield Action(
            kind=NoticeKind.TALK_NOTICE,
            key=undone_talk_key(first_name, talk.month),
            due_at=now,
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
    staff = roster.staff_emails("bulletin")
    if to_units:
        groups = [e for g in roster.groups for e in g.emails]
    else:
        groups = []
    return tuple(dict.fromkeys([*units, *staff, *groups]))
