"""The facts of the board: each row through all periods, the open cases, the letters and
what is next.

No figure is computed here: every standing is judging's own, for each period that has
begun. Trusts the ledger as it was loaded. Never reads a file or a clock.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime

from pipeline.judging.progress.agenda import agenda
from pipeline.judging.progress.also_standing import also_standing, reported
from pipeline.judging.progress.silence import unsearched
from pipeline.model.ledger import MailSeen
from pipeline.model.letters.board_content import (
    Board,
    BoardCase,
    BoardEvent,
    BoardGroup,
    BoardLetter,
    BoardPoint,
    BoardRow,
)
from pipeline.model.letters.receipts import ReportLine
from pipeline.model.named import NamedBytes
from pipeline.model.operation.cooldown import Alarm
from pipeline.model.outgoing import NoticeLine
from pipeline.model.report import Report, ReportState
from pipeline.model.standing import Row, Standing
from pipeline.notices.facts import Facts
from pipeline.notices.receipt_facts import report_line
from pipeline.writing.operation.agenda_words import agenda_words
from pipeline.writing.sentences import file_name, file_sentence

# Coming dates
_EVENTS = 10
_OPEN_MAILS = {"unreadable": "unreadable", "set_aside": "set_aside"}


# (caption, PNG)
Pictures = NamedBytes


def no_pictures(report: Report) -> Pictures:
    return ()


def board(
    facts: Facts,
    notices: Iterable[NoticeLine],
    title: str,
    organizer: str,
    *,
    alarms: Iterable[Alarm] = (),
    pictures: Callable[[Report], Pictures] = no_pictures,
) -> Board:
    """`title` and `organizer` are the campaign's own words; `pictures` shows where a
    held report says what is in doubt, () where nothing can be shown."""
    standings = _standings(facts)
    now = facts.local(facts.now)
    return Board(
        title=title,
        organizer=organizer,
        now=now,
        standing=standings[-1],
        periods=facts.campaign.calendar.dues,
        period_names=tuple(
            map(facts.campaign.calendar.name, facts.campaign.calendar.dues)
        ),
        rows=_rows(standings, facts),
        lag_margin=float(facts.campaign.progress.lag_margin),
        groups=_groups(facts),
        cases=tuple(_cases(facts, pictures)),
        letters=_letters(facts, notices),
        upcoming=_upcoming(facts),
        alarms=tuple(alarm.what for alarm in alarms),
        read_until=_local(facts, facts.ledger.read_until),
        words=facts.campaign.words,
    )


def _standings(facts: Facts) -> tuple[Standing, ...]:
    """Of each period up to the current one, in order; at least the first."""
    calendar = facts.campaign.calendar
    # The current period is shown while it is open, so that one sees who has reported.
    newest = calendar.current(facts.now)
    begun = [due for due in calendar.dues if due <= newest]
    standings = []
    for due in begun:
        standing = facts.campaign.standing(due, facts.ledger, facts.now)
        if not facts.ledger.was_searched:
            standing = unsearched(standing)
        standings.append(standing)
    return tuple(standings)


def _rows(
    standings: tuple[Standing, ...], facts: Facts
) -> tuple[BoardRow, ...]:
    newest = standings[-1]
    campaign = facts.campaign
    also = also_standing(newest.period, campaign.roster, facts.ledger)
    told = reported(campaign.rulebook.checks.also, also)
    rows = []
    for row in newest.rows:
        own = also[row.unit]
        beside = tuple((spec.title, own.get(spec.name)) for spec in told)
        rows.append(replace(_row(row, standings, facts), also=beside))
    return tuple(rows)


def _row(row: Row, standings: tuple[Standing, ...], facts: Facts) -> BoardRow:
    found = []
    for standing in standings:
        found.append(_point(row.unit, standing, facts))
    points = tuple(found)
    return BoardRow(
        row=row,
        points=points,
        risen=_risen(points),
        groups=tuple(g.name for g in facts.campaign.roster.groups_of(row.unit)),
        members=tuple(_members(row, standings[-1].period, facts)),
    )


def _point(unit: str, standing: Standing, facts: Facts) -> BoardPoint:
    row = standing.by_unit.get(unit)
    if row is None:
        # It takes part in other periods alone
        return BoardPoint(
            period=standing.period,
            state="",
            completed=None,
            rate=None,
            schedule=standing.schedule,
            rank=None,
            lagging=False,
            closed=standing.closed,
        )
    return BoardPoint(
        period=standing.period,
        state=_state(row),
        completed=row.completed,
        rate=row.rate,
        schedule=standing.schedule,
        rank=row.rank,
        lagging=row.lagging,
        closed=standing.closed,
        came_at=_came_at(unit, standing.period, facts),
    )


def _state(row: Row) -> str:
    if row.state is not None:
        return row.state.value
    if "extended" in row.notes:
        return "extended"
    return ""


def _came_at(unit: str, period: date, facts: Facts) -> datetime | None:
    """When the first report that may count came, for telling by how much it was late."""
    # A first report that was corrected later still came when it came.
    good = (ReportState.ACCEPTED, ReportState.SUPERSEDED)
    reports = facts.ledger.for_period(unit, period)
    times = []
    for r in reports:
        if r.state in good:
            times.append(r.received_at)
    return _local(facts, min(times, default=None))


def _risen(points: tuple[BoardPoint, ...]) -> int | None:
    if len(points) < 2:
        return None
    before = points[-2].rank
    now = points[-1].rank
    if before is None or now is None:
        return None
    return before - now


def _members(
    row: Row, period: date, facts: Facts
) -> Iterator[tuple[str, int | None]]:
    if not row.pool:
        return
    for member in facts.campaign.roster.members(row.unit):
        report = facts.ledger.figure_at(member.name, period)
        yield member.name, report.completed if report else None


def _groups(facts: Facts) -> tuple[BoardGroup, ...]:
    groups = facts.campaign.roster.groups
    found = []
    for g in groups:
        found.append(BoardGroup(g.name, g.department, g.units))
    return tuple(found)


def _cases(
    facts: Facts, pictures: Callable[[Report], Pictures]
) -> Iterator[BoardCase]:
    """Oldest first: what has waited longest."""
    held = [r for r in facts.ledger.reports if r.state is ReportState.HELD]
    for report in sorted(held, key=lambda r: r.received_at):
        yield _held(report, facts, pictures(report))
    for mail in facts.ledger.messages:
        kind = _OPEN_MAILS.get(mail.outcome)
        if kind is not None and not _made_good(mail, facts):
            yield _unread(mail, kind, facts)


def _made_good(mail: MailSeen, facts: Facts) -> bool:
    """Whether the unit has sent a form since that could be read."""
    for report in facts.ledger.reports:
        if report.unit == mail.unit and report.received_at > mail.received_at:
            return True
    return False


def _unread(mail: MailSeen, kind: str, facts: Facts) -> BoardCase:
    return BoardCase(
        kind=kind,
        id="",
        unit=mail.unit or "",
        period=mail.period,
        received_at=facts.local(mail.received_at),
        subject=mail.subject,
        sender=mail.sender,
        figure=None,
        reasons=tuple(_file_reasons(mail, facts)),
    )


def _file_reasons(mail: MailSeen, facts: Facts) -> Iterator[str]:
    """Each file of a mail that could not be read, with what its sender was told."""
    record = facts.records.mail(mail.key)
    if record is None:
        return
    for result in record.files:
        told = (file_name(result), file_sentence(result))
        yield "：".join(filter(None, told))


def _held(report: Report, facts: Facts, pictures: Pictures) -> BoardCase:
    line = report_line(facts, report)
    mail = facts.records.mail(report.message_key)
    return BoardCase(
        kind="held",
        id=report.id,
        unit=report.unit or "",
        period=report.period,
        received_at=facts.local(report.received_at),
        subject=mail.seen.subject if mail else "",
        sender=mail.seen.sender if mail else "",
        figure=report.completed,
        reasons=line.holds,
        pictures=pictures,
        read=tuple(_read(line)),
    )


def _read(line: ReportLine) -> Iterator[tuple[str, str, str]]:
    """Each field of the form with its text and its place."""
    for found in line.fields:
        yield found.label, found.text, f"{found.file} {found.where}".strip()


def _letters(
    facts: Facts, notices: Iterable[NoticeLine]
) -> tuple[BoardLetter, ...]:
    lines = [
        BoardLetter(
            kind=line.action.kind.value,
            units=facts.ledger.units_of(line.action),
            subject=line.subject,
            state=line.state,
            at=facts.local(line.sent_at or line.action.due_at),
        )
        for line in notices
    ]
    lines.sort(key=lambda letter: letter.at, reverse=True)
    return tuple(lines)


def _upcoming(facts: Facts) -> tuple[BoardEvent, ...]:
    coming = sorted(
        (at, what) for at, what in agenda(facts.campaign) if at > facts.now
    )
    has_targets = facts.campaign.roster.has_targets
    events = []
    for at, what in coming[:_EVENTS]:
        said = agenda_words(what, facts.campaign.words, has_targets=has_targets)
        events.append(BoardEvent(facts.local(at), said))
    return tuple(events)


def _local(facts: Facts, moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return facts.local(moment)
