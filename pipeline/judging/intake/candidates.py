"""From the forms of one mail to its reports (rules.md 3-6): one for each unit and
period, judged in the order of the periods."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from fnmatch import fnmatchcase
from itertools import combinations
from typing import TypeVar

from pipeline.judging.calendar import Calendar
from pipeline.judging.intake.file_outcomes import is_doubtful
from pipeline.judging.intake.on_record import period_on_record, put_right
from pipeline.judging.intake.pace import pace
from pipeline.judging.intake.passed_on import (
    in_question,
    with_writers,
    writers,
    writers_of,
)
from pipeline.judging.intake.purpose import is_blank
from pipeline.judging.intake.said_of_another import said_of_another
from pipeline.judging.intake.sender_proof import doubts
from pipeline.judging.intake.settle_figure import (
    SettledFigure,
    also_notes,
    also_values,
    measures_notes,
    settle_figure,
    text_notes,
)
from pipeline.judging.intake.settle_period import (
    answers_correction,
    is_slip,
    mentioned,
    says_correction,
    settle_period,
)
from pipeline.judging.intake.settle_unit import settle_unit
from pipeline.judging.rulebook import Rulebook
from pipeline.model.arrival import Arrival, NamedReading
from pipeline.model.form import (
    SCAN_KINDS,
    DateMention,
    Evidence,
    Figure,
    Form,
    Hold,
    Holds,
    Note,
    Notes,
    Place,
    SeenNumber,
    day_meant,
)
from pipeline.model.form_serial import LABEL, parse_serial
from pipeline.model.ledger import Ledger
from pipeline.model.mail import Message
from pipeline.model.report import Report, ReportState, Timeliness
from pipeline.model.rules import CheckRules
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.vocabulary import BETWEEN_NAMES

_T = TypeVar("_T")


@frozen
class _Candidate:
    """A form found in the mail, with what its surroundings say."""

    form: Form
    file: str
    kind: str
    unit: str | None
    mentions: tuple[DateMention, ...]
    notes: Notes
    holds: Holds


_Candidates = list[_Candidate]


# A form, with the notes and holds of the period that it was put into.
_Placed = tuple[_Candidate, Notes, Holds]

# Where no unit was found, the name as it is written stands for it.
_UnitAndPeriod = tuple[str | None, str, date]


def find_candidates(arrival: Arrival, rulebook: Rulebook) -> _Candidates:
    """The forms that somebody filled in; a blank one is no report (rules.md 6)."""
    found = []
    for named in arrival.readings:
        for form in named.reading.forms:
            if not is_blank(form):
                found.append(_candidate(named, form, arrival, rulebook))
    kept = _without_enclosures(found, arrival, rulebook)
    units = set()
    for candidate in kept:
        units.add(candidate.unit)
    said = said_of_another(rulebook.book, arrival.message.text, units)
    if not said:
        return kept
    doubted = []
    for candidate in kept:
        doubted.append(_doubted(candidate, said, rulebook))
    return doubted


def _doubted(
    candidate: _Candidate, said: str, rulebook: Rulebook
) -> _Candidate:
    """A form that the mail's words call another unit's: nobody's where it names none
    itself, else held with those words."""
    form = candidate.form
    if candidate.unit is None:
        return candidate
    if form.serial or not rulebook.book.is_generic(form.unit_text):
        return replace(candidate, form=form.contradicted(said))
    holds = unique((Hold.UNIT_UNCLEAR,), candidate.holds)
    return replace(candidate, unit=None, holds=holds)


def _without_enclosures(
    candidates: _Candidates, arrival: Arrival, rulebook: Rulebook
) -> _Candidates:
    """Beside a form of a known unit, what only looks like one: a row of a list, with no
    day and no measures, of nobody on the roster; a form from before the campaign."""
    today = rulebook.calendar.local(arrival.message.received_at).date()
    main = [c for c in candidates if c.unit and not _is_old(c, today, rulebook)]
    if not main:
        return candidates
    units = {c.unit for c in main}
    kept = []
    for candidate in candidates:
        old = candidate.unit in units and _is_old(candidate, today, rulebook)
        if not old and not _is_row(candidate):
            kept.append(candidate)
    return kept


def _is_row(candidate: _Candidate) -> bool:
    form = candidate.form
    return candidate.unit is None and not form.mentions and not form.measures


def _is_old(candidate: _Candidate, today: date, rulebook: Rulebook) -> bool:
    """Whether every day on the form lies before the campaign."""
    days = []
    for mention in candidate.form.mentions:
        days.append(day_meant(mention, today))
    return bool(days) and all(
        d is not None and d < rulebook.calendar.begins for d in days
    )


def without_doubtful_copies(candidates: _Candidates) -> _Candidates:
    """A scan whose reading is in doubt, beside a form that was read, is no case of its
    own (rules.md 3).

    It is one where it is another unit's: that report came in no other way.
    """
    units = {c.unit for c in candidates if not is_doubtful(c.form)}
    return [
        c
        for c in candidates
        if not (
            units
            and is_doubtful(c.form)
            and (c.unit is None or c.unit in units)
        )
    ]


def _candidate(
    named: NamedReading, form: Form, arrival: Arrival, rulebook: Rulebook
) -> _Candidate:
    message = arrival.message
    name = named.reading.name
    names = []
    for unit in rulebook.book.roster.units:
        names.append(unit.name)
    if form.serial:
        serial = parse_serial(form.serial, rulebook.campaign, names)
    else:
        serial = None
    answer = settle_unit(
        book=rulebook.book,
        unit_text=form.unit_text,
        sender=message.sender.email,
        subject=message.subject,
        file_name=name,
        accept_unknown=rulebook.checks.accept_unknown_sender,
        by_serial=serial[0] if serial else None,
        suspect=bool(doubts(message, rulebook.checks)),
    )
    if serial is None:
        wrote = writers(rulebook.book, message, named.origin)
        wrote = writers_of(rulebook.book, answer, form.unit_text, wrote)
        if wrote:
            answer = in_question(answer)
            form = with_writers(form, wrote, file=name)
    mentions = (
        *(form.mentions or _as_mention(serial)),
        *arrival.mentions,
        *named.mentions,
    )
    return _Candidate(
        form=form,
        file=name,
        kind=named.reading.kind,
        unit=answer.unit,
        mentions=mentions,
        notes=answer.notes,
        holds=answer.holds,
    )


def _as_mention(serial: tuple[str, date] | None) -> tuple[DateMention, ...]:
    """The period of a pre-filled form, where nobody wrote a date into it."""
    if serial is None:
        return ()
    day = serial[1]
    return (
        DateMention(
            month=day.month,
            day=day.day,
            year=day.year,
            text=LABEL,
        ),
    )


def make_reports(
    candidates: _Candidates,
    arrival: Arrival,
    rulebook: Rulebook,
    ledger: Ledger,
) -> tuple[Report, ...]:
    """One report for each unit and period of the mail, judged in the order of the periods."""
    recorded = _on_record(candidates, arrival, rulebook, ledger)
    groups = _by_unit_and_period(
        candidates, recorded, arrival, rulebook, ledger
    )
    reports: list[Report] = []
    for (_, _, period), members in sorted(
        groups.items(), key=lambda item: item[0][2]
    ):
        # Not behind the last: a ledger is copied for it, and most mails bring one report
        ledger = ledger.with_reports(tuple(reports[-1:]))
        report = _report(
            members=members,
            period=period,
            number=len(reports) + 1,
            arrival=arrival,
            rulebook=rulebook,
            ledger=ledger,
        )
        reports.append(report)
    if recorded:
        ledger = ledger.with_reports(tuple(reports[-1:]))
    for candidate in candidates:
        if id(candidate) in recorded:
            again = _report(
                members=[(candidate, (), ())],
                period=recorded[id(candidate)],
                number=len(reports) + 1,
                arrival=arrival,
                rulebook=rulebook,
                ledger=ledger,
            )
            reports.append(
                replace(again, state=ReportState.DUPLICATE, holds=())
            )
    return tuple(reports)


def _by_unit_and_period(
    candidates: _Candidates,
    recorded: Collection[int],
    arrival: Arrival,
    rulebook: Rulebook,
    ledger: Ledger,
) -> dict[_UnitAndPeriod, list[_Placed]]:
    """The candidates that are not on record, those together that report the same."""
    groups: dict[_UnitAndPeriod, list[_Placed]] = {}
    for candidate in candidates:
        if id(candidate) in recorded:
            continue
        period, notes, holds = _place(
            candidate=candidate,
            candidates=candidates,
            arrival=arrival,
            rulebook=rulebook,
            ledger=ledger,
        )
        name = ""
        if candidate.unit is None:
            name = candidate.form.unit_text
        key = (candidate.unit, name, period)
        groups.setdefault(key, []).append((candidate, notes, holds))
    return groups


def _on_record(
    candidates: _Candidates,
    arrival: Arrival,
    rulebook: Rulebook,
    ledger: Ledger,
) -> dict[int, date]:
    """Which candidates are forms that are on record, and for which period (rules.md 6).
    Where a mail says 更正 and brings nothing else of the unit, its form is meant."""
    message = arrival.message
    found: dict[int, date] = {}
    for candidate in candidates:
        own = mentioned(
            rulebook.calendar, candidate.form.mentions, message.received_at
        )
        period = period_on_record(
            unit=candidate.unit,
            form=candidate.form,
            periods=own,
            message_key=message.key,
            ledger=ledger,
        )
        if period is not None:
            found[id(candidate)] = period
    fresh = set()
    for c in candidates:
        if id(c) not in found:
            fresh.add(c.unit)
    for candidate in candidates:
        if candidate.unit in fresh or id(candidate) not in found:
            continue
        if says_correction(message.subject, message.text, candidate.file):
            del found[id(candidate)]
    return found


def _place(
    candidate: _Candidate,
    candidates: _Candidates,
    arrival: Arrival,
    rulebook: Rulebook,
    ledger: Ledger,
) -> tuple[date, Notes, Holds]:
    """The period of one form. Where a mail holds a unit's forms for several periods (a
    sheet each), each keeps its own."""
    period, notes, holds = _placed(
        candidate=candidate,
        candidates=candidates,
        arrival=arrival,
        rulebook=rulebook,
        ledger=ledger,
    )
    slips = (is_slip(rulebook.calendar, m) for m in candidate.form.mentions)
    if any(slips):
        notes = (*notes, Note.YEAR_CORRECTED)
    return period, notes, holds


def _placed(
    candidate: _Candidate,
    candidates: _Candidates,
    arrival: Arrival,
    rulebook: Rulebook,
    ledger: Ledger,
) -> tuple[date, Notes, Holds]:
    message = arrival.message
    received = message.received_at
    own = mentioned(rulebook.calendar, candidate.form.mentions, received)
    dated = set()
    for c in candidates:
        if c.unit == candidate.unit and (
            days := mentioned(rulebook.calendar, c.form.mentions, received)
        ):
            dated.add(days)
    if len(own) == 1 and len(dated) > 1:
        # Sheets kept from earlier periods are sent again on purpose: their dates are not stale.
        answer = settle_period(
            calendar=rulebook.calendar,
            periods=own,
            received_at=received,
            correction=True,
            reported=frozenset(),
        )
        return answer.period, answer.notes, answer.holds
    correction = says_correction(message.subject, message.text, candidate.file)
    reported = frozenset(ledger.counting.of(candidate.unit))
    periods = mentioned(rulebook.calendar, candidate.mentions, received)
    answer = settle_period(
        calendar=rulebook.calendar,
        periods=periods,
        received_at=received,
        correction=correction,
        reported=reported,
        in_thread=answers_correction(message.subject),
    )
    return answer.period, answer.notes, answer.holds


def _other_kind(
    figure: Figure,
    unit: str | None,
    period: date,
    rulebook: Rulebook,
    ledger: Ledger,
) -> Holds:
    """A number that was taken for this period's part and looks like the total would be
    added to it: it is asked about. The other way round it is less than before, which is
    asked about anyway."""
    alone = figure.completed is None and figure.added is not None
    if not alone or rulebook.checks.count != "increment":
        return ()
    known = pace(unit, period, rulebook.calendar.dues, ledger)
    if known.looks_cumulative(figure.added or 0):
        return (Hold.FIGURE_JUMP,)
    return ()


def _report(
    members: list[_Placed],
    period: date,
    number: int,
    arrival: Arrival,
    rulebook: Rulebook,
    ledger: Ledger,
) -> Report:
    """Several files that hold the same form are one report; where their figures differ it is held."""
    best = max(members, key=_rank)[0]
    form = best.form
    counted = _counted(best, period, rulebook, ledger)
    on_time, delay = timeliness_of(arrival.message, period, rulebook)
    unlike = _other_kind(form.figure, best.unit, period, rulebook, ledger)
    undone = _undone(best, counted, period, arrival, rulebook, ledger)
    holds = _holds(members, counted, unlike, contested=bool(arrival.rivals))
    if undone is not None:
        holds = unique(holds, (Hold.FIGURE_UNCLEAR,))
    sums = _sum_notes(form.figure, best.unit, period, rulebook, ledger)
    report = Report(
        id=report_id(arrival.message.key, number, ledger),
        message_key=arrival.message.key,
        received_at=arrival.message.received_at,
        unit=best.unit,
        period=period,
        completed=counted.completed,
        added=counted.added,
        timeliness=on_time,
        state=ReportState.HELD if holds else ReportState.ACCEPTED,
        notes=unique(_notes(members, counted, sums, rulebook.checks), delay),
        holds=holds,
        measures=form.measures,
        form=_shown(members, undone, arrival, rulebook),
        files=_files(members),
        read_completed=counted.completed,
        also=also_values(form),
        texts=tuple((field.name, field.value) for field in form.texts),
    )
    if _repeats(report, ledger):
        return replace(report, state=ReportState.DUPLICATE)
    return report


def _undone(
    best: _Candidate,
    counted: SettledFigure,
    period: date,
    arrival: Arrival,
    rulebook: Rulebook,
    ledger: Ledger,
) -> int | None:
    """The figure, corrected or ruled on, that a form from before would put another in
    place of (rules.md 6); None where it does not, or where the mail means to."""
    message = arrival.message
    if period >= rulebook.calendar.received_for(message.received_at):
        return None
    if says_correction(message.subject, message.text, best.file):
        return None
    stands = put_right(best.unit, period, ledger)
    if stands is None or stands.completed == counted.completed:
        return None
    return stands.completed


def _counted(
    best: _Candidate, period: date, rulebook: Rulebook, ledger: Ledger
) -> SettledFigure:
    """The figure against what the unit reported before and after the period."""
    unit = rulebook.unit_on(best.unit, period)
    before, after = ledger.figures_around(best.unit, period)
    return settle_figure(
        figure=best.form.figure,
        unit=unit,
        last=before,
        rules=rulebook.checks,
        later=after,
    )


def _figures(members: list[_Placed]) -> list[Figure]:
    return [candidate.form.figure for candidate, _, _ in members]


def _files(members: list[_Placed]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(candidate.file for candidate, _, _ in members))


def _holds(
    members: list[_Placed],
    counted: SettledFigure,
    unlike: Holds,
    contested: bool,
) -> Holds:
    """The doubts of the best file, that the files say different figures, and that the
    mail may be `contested` by another campaign."""
    best, _, period_holds = max(members, key=_rank)
    unclear = () if _agree(_figures(members)) else (Hold.FIGURE_UNCLEAR,)
    rivals = (Hold.CAMPAIGN_UNCLEAR,) if contested else ()
    own = (best.holds, period_holds, counted.holds)
    return unique(*own, unlike, unclear, rivals)


def _notes(
    members: list[_Placed],
    counted: SettledFigure,
    sums: Notes,
    rules: CheckRules,
) -> Notes:
    """What of the best file is told and holds nothing."""
    best, period_notes, _ = max(members, key=_rank)
    beside = _form_notes(best.form, counted.completed, rules)
    return unique(best.notes, period_notes, counted.notes, sums, beside)


def _with_other_files(members: list[_Placed]) -> Form:
    """The best file's form; where the files say different figures, the others' stand
    beside its own for who decides."""
    best = max(members, key=_rank)[0]
    if _agree(_figures(members)):
        return best.form
    seen = list(best.form.figure.seen)
    for candidate, _, _ in members:
        value = candidate.form.figure.completed
        if candidate is best or value is None:
            continue
        place = Place.FILE
        if candidate.file == best.file:
            place = Place.TABLE
        seen.append(SeenNumber(value, place, str(value)))
    figure = replace(best.form.figure, seen=tuple(dict.fromkeys(seen)))
    return replace(best.form, figure=figure)


def _shown(
    members: list[_Placed],
    undone: int | None,
    arrival: Arrival,
    rulebook: Rulebook,
) -> Form:
    """The form with all that speaks against its figure beside it."""
    form = _with_other_files(members)
    if undone is not None:
        stands = SeenNumber(undone, Place.RECORD, str(undone))
        figure = form.figure
        figure = replace(figure, seen=(*figure.seen, stands))
        form = replace(form, figure=figure)
    return _with_rivals(form, arrival, rulebook)


def _with_rivals(form: Form, arrival: Arrival, rulebook: Rulebook) -> Form:
    """The form with the campaigns named that it may belong to, where that is in
    question."""
    if not arrival.rivals:
        return form
    names = BETWEEN_NAMES.join((rulebook.campaign, *arrival.rivals))
    named = ("campaign", Evidence("", names))
    return replace(form, evidence=(*form.evidence, named))


def _form_notes(form: Form, completed: int | None, rules: CheckRules) -> Notes:
    """The notes on what the form holds beside unit, day and figure."""
    return (
        *also_notes(also_values(form), completed, rules),
        *text_notes(form, rules),
        *measures_notes(form.measures, rules),
    )


def _sum_notes(
    figure: Figure,
    unit: str | None,
    period: date,
    rulebook: Rulebook,
    ledger: Ledger,
) -> Notes:
    """Whether the part added and the report of the period before make the total. Where
    that one is missing, nobody can tell."""
    if figure.completed is None or figure.added is None or unit is None:
        return ()
    before = rulebook.calendar.before(period)
    last = ledger.counting.report(unit, before) if before else None
    if last is None or last.completed is None:
        return ()
    if last.completed + figure.added == figure.completed:
        return ()
    return (Note.ADDED_MISMATCH,)


def report_id(key: str, number: int, ledger: Ledger) -> str:
    """Eight digits of the message's key and a number; other eight where another
    message's report has those."""
    for start in range(0, len(key), 8):
        one = f"{key[start : start + 8]}-{number}"
        known = ledger.report(one)
        if known is None or known.message_key == key:
            return one
    raise LookupError(f"no free number for a report of {key}")


def _rank(
    member: _Placed,
) -> tuple[bool, bool, int]:
    """Which of several files speaks for the form: one with a figure, typed rather than
    scanned, the fullest."""
    candidate = member[0]
    has_figure = _said(candidate.form.figure) != (None, None, None)
    return (
        has_figure,
        candidate.kind not in SCAN_KINDS,
        len("".join(candidate.form.measures)),
    )


def _said(figure: Figure) -> tuple[int | None, int | None, object]:
    return figure.completed, figure.added, figure.nil


def _agree(figures: list[Figure]) -> bool:
    """Whether every two say the same; one may say more (the part added), where it has
    the rest in common."""
    return all(_agrees(one, other) for one, other in combinations(figures, 2))


def _agrees(one: Figure, other: Figure) -> bool:
    if _said(one) == _said(other):
        return True
    both = [
        (mine, its)
        for mine, its in (
            (one.completed, other.completed),
            (one.added, other.added),
        )
        if mine is not None and its is not None
    ]
    return (
        one.nil is other.nil
        and bool(both)
        and all(mine == its for mine, its in both)
    )


def _repeats(report: Report, ledger: Ledger) -> bool:
    """A later report with the same figure and measures is no correction (rules.md 6)."""
    if report.holds or report.unit is None:
        return False
    counting = ledger.counting.report(report.unit, report.period)
    told = (report.completed, report.measures, report.also)
    same = counting is not None and told == (
        counting.completed,
        counting.measures,
        counting.also,
    )
    return (
        same
        and counting is not None
        and counting.message_key != report.message_key
    )


def timeliness(
    received_at: datetime, period: date, calendar: Calendar
) -> Timeliness:
    """A report received at the very deadline is on time (rules.md 7)."""
    if received_at <= calendar.deadline(period):
        return Timeliness.ON_TIME
    return Timeliness.LATE


def timeliness_of(
    message: Message, period: date, rulebook: Rulebook
) -> tuple[Timeliness, Notes]:
    """On time or late by INTERNALDATE (rules.md 4), and the note where it is late by
    the provider's doing alone: then it is on time."""
    if _provider_delay(message, period, rulebook):
        return Timeliness.ON_TIME, (Note.PROVIDER_DELAY,)
    return timeliness(message.received_at, period, rulebook.calendar), ()


def _provider_delay(message: Message, period: date, rulebook: Rulebook) -> bool:
    """A server of the provider's own, known by a name in `[mailbox] authserv`, took the
    mail in by the deadline, and it was put into the mailbox after it. Without such
    names nothing is firm enough: a server on the sender's side may write what it
    likes."""
    taken = message.handed_over
    deadline = rulebook.calendar.deadline(period)
    if taken is None or not taken.at <= deadline < message.received_at:
        return False
    return any(
        fnmatchcase(taken.server, name) for name in rulebook.checks.authserv
    )


def unique(*groups: Iterable[_T]) -> tuple[_T, ...]:
    """All items of the groups in their order, each once."""
    return tuple(dict.fromkeys(item for group in groups for item in group))
