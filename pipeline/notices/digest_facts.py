"""The facts of the period's digest for staff: who reported, was late, is missing, held or lagging."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from operator import attrgetter

from pipeline.judging.intake.purpose import aside_in
from pipeline.judging.operation.complaints import unkept_polls
from pipeline.judging.progress.absence import Search
from pipeline.judging.progress.agenda import poll_times
from pipeline.judging.progress.printed import untold
from pipeline.judging.progress.silence import Waits
from pipeline.judging.progress.standings import NOTHING_PLACED
from pipeline.judging.progress.unread_mails import unread_mail
from pipeline.model.arrival import IgnoredReason, Outcome
from pipeline.model.form import Note
from pipeline.model.ledger import MailSeen
from pipeline.model.letters.digests import Delay, Digest
from pipeline.model.letters.errata import Erratum
from pipeline.model.letters.group_digest import for_group
from pipeline.model.letters.reviews import HeldCase
from pipeline.model.month import month_of
from pipeline.model.named import FigureByName, NamedTexts
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.report import ReportState, Timeliness
from pipeline.model.review.reply_token import DIGEST_VERSION, digest_case
from pipeline.model.rules import Step
from pipeline.model.standing import UNREACHABLE, Row, Standing, State
from pipeline.notices.bulletin_facts import excused
from pipeline.notices.erratum_facts import erratum
from pipeline.notices.facts import Facts
from pipeline.notices.owed_bulletins import waits_for_held
from pipeline.notices.progress_facts import lagging
from pipeline.notices.review_facts import DIGEST_ANSWERS, held_case
from pipeline.writing.absence_words import absence_sentence
from pipeline.writing.operation.clock_words import clock_sentence
from pipeline.writing.sentences import aside_sentence

_UNIT = attrgetter("unit")


def digest(facts: Facts, action: Action) -> Digest:
    """The staff's digest of all units, or one guidance group's of its own."""
    if action.group is not None:
        return _group_digest(facts, action)
    whole = _whole_digest(facts, action)
    # The staff's digest alone can be answered; a group's leader decides on no figure.
    token = facts.token(digest_case(whole.period), DIGEST_VERSION)
    return replace(whole, answers=DIGEST_ANSWERS, token=token)


def _whole_digest(facts: Facts, action: Action) -> Digest:
    """The same for all letters of a period: it is gathered once, however many groups
    get their part of it."""
    period = action.period
    if period is None:
        raise LookupError(f"{action.key} names no period")
    if period not in facts.digests:
        facts.digests[period] = _gathered(facts, period)
    return facts.digests[period]


def _gathered(facts: Facts, period: date) -> Digest:
    calendar = facts.campaign.calendar
    standing = facts.campaign.standing(period, facts.ledger, facts.now)
    # Ranks move from one period to the next, not from the last bulletin.
    before = calendar.before(period)
    earlier = NOTHING_PLACED
    if before:
        earlier = facts.campaign.placed(before, facts.ledger)
    noted = [row for row in standing.rows if row.notes]
    missing = [row for row in standing.rows if row.state is State.MISSING]
    return Digest(
        period=period,
        period_name=calendar.name(period),
        deadline=facts.deadline(period),
        standing=standing,
        # None where a unit took no part then
        rank_before=_told_of(standing.rows, earlier.ranks),
        completed_before=_told_of(standing.rows, earlier.completed),
        late=_delays(facts, standing),
        missing=tuple(r.unit for r in missing),
        held=_held(facts, period),
        lagging=lagging(facts, standing),
        groups=facts.campaign.roster.groups,
        periods_left=calendar.left_after(period),
        excused=excused(facts, (period,)),
        undecided=_undecided(facts, noted),
        searched=_searched(facts, missing, period),
        unreachable=_noted(noted, UNREACHABLE),
        delayed=_noted(noted, Note.PROVIDER_DELAY),
        unread=_unread(facts, standing),
        asides=_asides(facts, before),
        bulletin_waits=_bulletin_waits(facts, period),
        slept=_slept(facts, period),
        moved=_moved(facts),
    )


def _held(facts: Facts, period: date) -> tuple[HeldCase, ...]:
    """Cases of earlier periods too: they stay in every digest until someone decides on
    them."""
    found = []
    for report in facts.ledger.before_people:
        if report.state is ReportState.HELD and report.period <= period:
            found.append(held_case(facts, report))
    return tuple(found)


def _told_of(rows: Iterable[Row], figures: FigureByName) -> FigureByName:
    """The figures, and None for each row that has none."""
    return {**dict.fromkeys(map(_UNIT, rows)), **figures}


def _noted(rows: Iterable[Row], note: str) -> tuple[str, ...]:
    return tuple(row.unit for row in rows if note in row.notes)


def _moved(facts: Facts) -> Erratum | None:
    """The correction that staff may release, of figures that were only added to; where
    corrections have drafts of their own, those ask."""
    # Where staff approve every bulletin, they get a draft of the correction instead.
    if facts.campaign.notices.bulletin_needs_approval:
        return None
    found = untold(facts.campaign.roster, facts.ledger)
    if found is None:
        return None
    record, changes = found
    bulletin = facts.records.bulletin(record.month, NoticeKind.MONTHLY_BULLETIN)
    # A figure that was put right goes out by itself; one that was only added to waits
    # for staff.
    told = any(c.corrected for c in changes)
    if bulletin is None or told:
        return None
    return erratum(facts, bulletin)


def _slept(facts: Facts, period: date) -> tuple[datetime, ...]:
    """The polls of this period that the program missed, being off or without a network."""
    calendar = facts.campaign.calendar
    born = facts.ledger.born_at or facts.now
    # From the day before the due date on: that is when units write.
    begin = max(born, calendar.step(period, Step(-1, time())))
    times = []
    for at in poll_times(facts.campaign):
        if begin < at <= facts.now:
            times.append(at)
    missed = unkept_polls(facts.now, sorted(times), facts.records.polls())
    return tuple(map(facts.local, missed))


def _bulletin_waits(facts: Facts, period: date) -> bool:
    """Told with the month's last digest, when there is still time to rule."""
    month = month_of(period)
    # The bulletin is drawn at the month's last period; before it nothing waits.
    if facts.campaign.calendar.of_month(month)[-1] != period:
        return False
    return waits_for_held(month, facts.campaign, facts.ledger)


def _group_digest(facts: Facts, action: Action) -> Digest:
    """The digest of one guidance group's own units."""
    whole = _whole_digest(facts, action)
    group = next(g for g in whole.groups if g.name == action.group)
    return replace(for_group(whole, group), again=action.again)


_BESIDE = (IgnoredReason.AUTO_REPLY.value, IgnoredReason.NO_FORM.value)


def _asides(facts: Facts, before: date | None) -> NamedTexts:
    """What mails since the digest before say to people beside the reports."""
    mails: Iterable[MailSeen] = facts.ledger.messages
    if before:
        mails = facts.ledger.mails_since(facts.deadline(before))
    report = facts.campaign.rulebook.words.report
    told: dict[tuple[str, str], None] = {}
    for seen in mails:
        unread = seen.outcome == Outcome.UNREADABLE
        if not unread and seen.reason not in _BESIDE:
            continue
        mail = facts.records.mail(seen.key)
        units = facts.campaign.roster.units_of(seen.sender)
        if mail is None or not units:
            continue
        automatic = seen.reason == IgnoredReason.AUTO_REPLY.value
        aside = aside_in(seen.subject, mail.text, automatic=automatic)
        if aside is not None:
            names = "、".join(unit.name for unit in units)
            told[names, aside_sentence(aside, report)] = None
    return tuple(told)


def _unread(facts: Facts, standing: Standing) -> NamedTexts:
    """What came from units whose state is 来件未能读取."""
    told = []
    campaign = facts.campaign
    for row in standing.rows:
        if row.state is not State.UNREADABLE:
            continue
        own = campaign.roster.by_name[row.unit]
        for unit in campaign.roster.members(row.unit) or (own,):
            mail = unread_mail(
                unit=unit,
                period=standing.period,
                roster=campaign.roster,
                calendar=campaign.calendar,
                ledger=facts.ledger,
            )
            if mail is not None:
                at = facts.local(mail.received_at)
                when = f"{at.month}月{at.day}日{at:%H:%M}"
                told.append(
                    (
                        row.unit,
                        f"{when}《{mail.subject or '（无主题）'}》，已退请重报",
                    )
                )
    return tuple(told)


def _searched(facts: Facts, missing: list[Row], period: date) -> NamedTexts:
    """What 漏报 rests on, in one sentence for each unit."""
    search = Search(
        period=period,
        campaign=facts.campaign,
        ledger=facts.ledger,
        polls=facts.records.polls(),
        now=facts.now,
    )
    found = []
    for row in missing:
        if not row.pool:
            words = absence_sentence(
                search.of(row.unit), facts.campaign.calendar.local
            )
            found.append((row.unit, words))
    return tuple(found)


def _undecided(
    facts: Facts, noted: Iterable[Row]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Why nothing is said of silent rows, and of which."""
    doubt = facts.ledger.clock
    words = {
        Waits.UNREAD: "截止后未能收信，暂不判定",
        Waits.CLOCK: f"{clock_sentence(doubt)}，暂不判定" if doubt else "",
    }
    found = []
    for key, why in words.items():
        units = _noted(noted, key)
        if units:
            found.append((why, units))
    return tuple(found)


def _delays(facts: Facts, standing: Standing) -> tuple[Delay, ...]:
    found = []
    for row in standing.rows:
        if row.state is not State.LATE:
            continue
        if (d := _delay(facts, row, standing)) is not None:
            found.append(d)
    return tuple(found)


def _delay(facts: Facts, row: Row, standing: Standing) -> Delay | None:
    units = [m.name for m in facts.campaign.roster.members(row.unit)] or [
        row.unit
    ]
    reports = [
        r
        for unit in units
        for r in facts.ledger.for_period(unit, standing.period)
        if r.timeliness is Timeliness.LATE
        and r.state is not ReportState.REJECTED
    ]
    if not reports:
        return None
    received = min(r.received_at for r in reports)
    hours = (received - standing.deadline).total_seconds() / 3600
    return Delay(row.unit, facts.local(received), hours)
