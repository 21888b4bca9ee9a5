"""What a message is and what its reports count for (rules.md 3-6): the decision that every mail gets exactly once.

Values in, values out: the same arrival against the same ledger gives the same judgement, whenever it is asked.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import combinations
from typing import TypeVar

from pipeline.judging.calendar import Calendar
from pipeline.judging.names import NameBook
from pipeline.judging.reasons import trouble_sentence
from pipeline.judging.which_figure import measures_notes, which_figure
from pipeline.judging.which_period import mentioned, says_correction, which_period
from pipeline.judging.whose import whose
from pipeline.model.arrival import Arrival, FileFate, IgnoredReason, Judgement, NamedReading, Outcome
from pipeline.model.form import DateMention, Figure, FileReading, Form, Hold, Note
from pipeline.model.ledger import Ledger
from pipeline.model.mail import MailNature, Message
from pipeline.model.report import Report, ReportState, Timeliness
from pipeline.model.rules import CheckRules
from pipeline.model.serial import parse_serial
from pipeline.model.trouble import TroubleCode

_T = TypeVar("_T")

_MEANT = re.compile(r"旬\s*报|报\s*表")
_SCAN = (TroubleCode.SCAN_UNREAD, TroubleCode.SCAN_UNCERTAIN)
_SCAN_KINDS = frozenset({"jpg", "png", "heic", "tiff", "bmp", "webp", "gif", "scan"})
_MACHINES = {
    MailNature.BOUNCE: IgnoredReason.BOUNCE,
    MailNature.DELAY: IgnoredReason.BOUNCE,
    MailNature.AUTO_REPLY: IgnoredReason.AUTO_REPLY,
    MailNature.READ_RECEIPT: IgnoredReason.AUTO_REPLY,
    MailNature.LIST: IgnoredReason.LIST,
}


@dataclass(frozen=True)
class Office:
    """What judging needs to know of the campaign; built once from the settings. `address` is the reporting mailbox."""

    book: NameBook
    calendar: Calendar
    checks: CheckRules
    address: str
    campaign: str = ""


@dataclass(frozen=True)
class _Candidate:
    """A form found in the mail, with what its surroundings say."""

    form: Form
    file: str
    kind: str
    unit: str | None
    mentions: tuple[DateMention, ...]
    notes: tuple[Note, ...]
    holds: tuple[Hold, ...]


def judge(arrival: Arrival, office: Office, ledger: Ledger) -> Judgement:
    """The outcome of a message and its reports. A mail written by a machine is never taken for a report."""
    message = arrival.message
    reason = _ignored(message, office)
    if reason is not None:
        return Judgement(Outcome.IGNORED, reason.value)
    candidates = _without_doubtful_copies(_candidates(arrival, office))
    scans = _scans(arrival)
    if candidates:
        reports = _reports(candidates, arrival, office, ledger)
        compared = not all(_is_doubtful(c.form) for c in candidates)
        return Judgement(Outcome.REPORTED, reports=reports, files=tuple(_fates(arrival, compared)))
    if scans and _scan_meant(arrival, office):
        report = _unread_scan(arrival, scans, office, ledger)
        return Judgement(Outcome.REPORTED, reports=(report,), files=tuple(_fates(arrival, False)))
    if office.book.roster.units_of(message.sender.email) and _meant(arrival):
        return _unreadable(arrival, office)
    return Judgement(Outcome.IGNORED, IgnoredReason.NO_FORM.value, files=tuple(_fates(arrival, False)))


def _ignored(message: Message, office: Office) -> IgnoredReason | None:
    if message.own or message.sender.email == office.address:
        return IgnoredReason.OWN_MAIL
    return _MACHINES.get(message.nature)


def _meant(arrival: Arrival) -> bool:
    """Whether the mail was meant as a report: its subject, text or a file's name says 旬报 or 报表 (rules.md 3)."""
    message = arrival.message
    names = [r.reading.name for r in arrival.readings] + [link.name for link in message.links]
    return any(_MEANT.search(text) for text in (message.subject, message.text, *names))


def _scan_meant(arrival: Arrival, office: Office) -> bool:
    """Whether a scan alone is a case: meant as a report, or from a registered sender who calls it a form (表) at all.

    A unit's photo of a meeting is no report; a photo called 表 may be one, and is not thrown away unseen.
    """
    message = arrival.message
    registered = bool(office.book.roster.units_of(message.sender.email))
    names = (message.subject, *(r.reading.name for r in arrival.readings))
    return _meant(arrival) or (registered and any("表" in name for name in names))


def _scans(arrival: Arrival) -> tuple[NamedReading, ...]:
    """Scans and photos that were not read, or not surely. A picture within the text is one only in a mail meant as a report."""
    return tuple(
        r
        for r in arrival.readings
        if r.reading.trouble and r.reading.trouble.code in _SCAN and not (r.inline and not _meant(arrival))
    )


def _candidates(arrival: Arrival, office: Office) -> list[_Candidate]:
    found = [(named, form) for named in arrival.readings for form in named.reading.forms]
    filled = [pair for pair in found if not _blank(pair[1])]
    return [_candidate(named, form, arrival, office) for named, form in (filled or found)]


def _without_doubtful_copies(candidates: list[_Candidate]) -> list[_Candidate]:
    """A scan whose reading is in doubt, beside a form that was read, is no case of its own (rules.md 3).

    It is one where it is another unit's: that report came in no other way.
    """
    units = {c.unit for c in candidates if not _is_doubtful(c.form)}
    return [
        c for c in candidates if not (units and _is_doubtful(c.form) and (c.unit is None or c.unit in units))
    ]


def _is_doubtful(form: Form) -> bool:
    return Hold.SCAN_UNCERTAIN in form.figure.holds


def _blank(form: Form) -> bool:
    """A form that nobody has filled in, such as the blank one that a clerk sends back along with her own."""
    figure = form.figure
    said = figure.completed is not None or figure.added is not None or figure.nil is not None
    return not said and not form.measures and not form.unit_text.strip()


def _candidate(named: NamedReading, form: Form, arrival: Arrival, office: Office) -> _Candidate:
    message = arrival.message
    name = named.reading.name
    names = [unit.name for unit in office.book.roster.units]
    serial = parse_serial(form.serial, office.campaign, names) if form.serial else None
    answer = whose(
        office.book,
        form.unit_text,
        message.sender.email,
        message.subject,
        name,
        accept_unknown=office.checks.accept_unknown_sender,
        by_serial=serial[0] if serial else None,
    )
    mentions = (*(form.mentions or _as_mention(serial)), *arrival.mentions, *named.mentions)
    return _Candidate(form, name, named.reading.kind, answer.unit, mentions, answer.notes, answer.holds)


def _as_mention(serial: tuple[str, date] | None) -> tuple[DateMention, ...]:
    """The period of a pre-filled form, where nobody wrote a date into it."""
    if serial is None:
        return ()
    day = serial[1]
    return (DateMention(day.month, day.day, day.year, "报表编号"),)


def _reports(
    candidates: list[_Candidate], arrival: Arrival, office: Office, ledger: Ledger
) -> tuple[Report, ...]:
    """One report for each unit and period of the mail, judged in the order of the periods."""
    placed = [
        (candidate, *_place(candidate, candidates, arrival, office, ledger)) for candidate in candidates
    ]
    groups: dict[
        tuple[str | None, str, date], list[tuple[_Candidate, tuple[Note, ...], tuple[Hold, ...]]]
    ] = {}
    for candidate, period, notes, holds in placed:
        key = (candidate.unit, candidate.form.unit_text if candidate.unit is None else "", period)
        groups.setdefault(key, []).append((candidate, notes, holds))
    reports: list[Report] = []
    for (_, _, period), members in sorted(groups.items(), key=lambda item: item[0][2]):
        report = _report(members, period, len(reports) + 1, arrival, office, ledger)
        reports.append(report)
        ledger = ledger.with_reports((report,))
    return tuple(reports)


def _place(
    candidate: _Candidate,
    candidates: list[_Candidate],
    arrival: Arrival,
    office: Office,
    ledger: Ledger,
) -> tuple[date, tuple[Note, ...], tuple[Hold, ...]]:
    """The period of one form. Where a mail holds a unit's forms for several periods (a sheet each), each keeps its own."""
    message = arrival.message
    received = message.received_at
    own = mentioned(office.calendar, candidate.form.mentions, received)
    dated = {
        days
        for c in candidates
        if c.unit == candidate.unit and (days := mentioned(office.calendar, c.form.mentions, received))
    }
    if len(own) == 1 and len(dated) > 1:
        # Sheets kept from earlier periods are sent again on purpose: their dates are not stale.
        answer = which_period(office.calendar, own, received, True, frozenset())
        return answer.period, answer.notes, answer.holds
    correction = says_correction(message.subject, message.text, candidate.file)
    reported = frozenset(ledger.counting.get(candidate.unit or "", {}))
    periods = mentioned(office.calendar, candidate.mentions, received)
    answer = which_period(office.calendar, periods, received, correction, reported)
    return answer.period, answer.notes, answer.holds


def _report(
    members: list[tuple[_Candidate, tuple[Note, ...], tuple[Hold, ...]]],
    period: date,
    number: int,
    arrival: Arrival,
    office: Office,
    ledger: Ledger,
) -> Report:
    """Several files that hold the same form are one report; where their figures differ it is held."""
    best, period_notes, period_holds = max(members, key=_rank)
    form = best.form
    unit = office.book.roster.by_name.get(best.unit or "")
    last = ledger.figure_before(best.unit, period) if best.unit else None
    counted = which_figure(form.figure, unit, last.completed if last else None, office.checks)
    disagree = not _agree([candidate.form.figure for candidate, _, _ in members])
    holds = _unique(best.holds, period_holds, counted.holds, (Hold.FIGURE_UNCLEAR,) if disagree else ())
    notes = _unique(best.notes, period_notes, counted.notes, measures_notes(form.measures, office.checks))
    report = Report(
        id=_report_id(arrival.message.key, number, ledger),
        message_key=arrival.message.key,
        received_at=arrival.message.received_at,
        unit=best.unit,
        period=period,
        completed=counted.completed,
        added=counted.added,
        timeliness=timeliness(arrival.message.received_at, period, office.calendar),
        state=ReportState.HELD if holds else ReportState.ACCEPTED,
        notes=notes,
        holds=holds,
        measures=form.measures,
        form=form,
        files=tuple(dict.fromkeys(candidate.file for candidate, _, _ in members)),
    )
    return replace(report, state=ReportState.DUPLICATE) if _repeats(report, ledger) else report


def _report_id(key: str, number: int, ledger: Ledger) -> str:
    """Eight digits of the message's key and a number; other eight where another message's report has those."""
    taken = {r.id for r in ledger.reports if r.message_key != key}
    ids = (f"{key[start : start + 8]}-{number}" for start in range(0, len(key), 8))
    return next(one for one in ids if one not in taken)


def _rank(member: tuple[_Candidate, tuple[Note, ...], tuple[Hold, ...]]) -> tuple[bool, bool, int]:
    """Which of several files speaks for the form: one with a figure, typed rather than scanned, the fullest."""
    candidate = member[0]
    has_figure = _said(candidate.form.figure) != (None, None, None)
    return has_figure, candidate.kind not in _SCAN_KINDS, len("".join(candidate.form.measures))


def _said(figure: Figure) -> tuple[int | None, int | None, object]:
    return figure.completed, figure.added, figure.nil


def _agree(figures: list[Figure]) -> bool:
    """Whether every two say the same; one may say more (the part added), where it has the rest in common."""
    return all(_agrees(one, other) for one, other in combinations(figures, 2))


def _agrees(one: Figure, other: Figure) -> bool:
    if _said(one) == _said(other):
        return True
    both = [
        (mine, its)
        for mine, its in ((one.completed, other.completed), (one.added, other.added))
        if mine is not None and its is not None
    ]
    return one.nil is other.nil and bool(both) and all(mine == its for mine, its in both)


def _repeats(report: Report, ledger: Ledger) -> bool:
    """A later report with the same figure and measures is no correction (rules.md 6)."""
    if report.holds or report.unit is None:
        return False
    counting = ledger.counting.get(report.unit, {}).get(report.period)
    same = counting is not None and (counting.completed, counting.measures) == (
        report.completed,
        report.measures,
    )
    return same and counting is not None and counting.message_key != report.message_key


def timeliness(received_at: datetime, period: date, calendar: Calendar) -> Timeliness:
    """A report received at the very deadline is on time (rules.md 7)."""
    return Timeliness.ON_TIME if received_at <= calendar.by_due[period].deadline else Timeliness.LATE


def _unread_scan(arrival: Arrival, scans: tuple[NamedReading, ...], office: Office, ledger: Ledger) -> Report:
    """A scan alone is held with its picture (rules.md 3); whose and when, the mail around it says."""
    message = arrival.message
    name = scans[0].reading.name
    answer = whose(
        office.book,
        "",
        message.sender.email,
        message.subject,
        name,
        accept_unknown=office.checks.accept_unknown_sender,
    )
    mentions = (*arrival.mentions, *(m for scan in scans for m in scan.mentions))
    periods = mentioned(office.calendar, mentions, message.received_at)
    correction = says_correction(message.subject, message.text, *(scan.reading.name for scan in scans))
    reported = frozenset(ledger.counting.get(answer.unit or "", {}))
    placed = which_period(office.calendar, periods, message.received_at, correction, reported)
    trouble = scans[0].reading.trouble
    uncertain = trouble is not None and trouble.code is TroubleCode.SCAN_UNCERTAIN
    hold = Hold.SCAN_UNCERTAIN if uncertain else Hold.SCAN_UNREAD
    return Report(
        id=_report_id(message.key, 1, ledger),
        message_key=message.key,
        received_at=message.received_at,
        unit=answer.unit,
        period=placed.period,
        completed=None,
        added=None,
        timeliness=timeliness(message.received_at, placed.period, office.calendar),
        state=ReportState.HELD,
        notes=_unique(answer.notes, placed.notes),
        holds=_unique(answer.holds, placed.holds, (hold,)),
        measures=(),
        form=None,
        files=tuple(scan.reading.name for scan in scans),
    )


def _unreadable(arrival: Arrival, office: Office) -> Judgement:
    message = arrival.message
    units = office.book.roster.units_of(message.sender.email)
    periods = mentioned(office.calendar, arrival.mentions, message.received_at)
    placed = which_period(office.calendar, periods, message.received_at, True, frozenset())
    fates = tuple(_fates(arrival, False)) or (FileFate("", trouble_sentence(_missing(message))),)
    return Judgement(
        Outcome.UNREADABLE,
        files=fates,
        unit=units[0].name if len(units) == 1 else None,
        period=placed.period,
    )


def _missing(message: Message) -> TroubleCode:
    return TroubleCode.CLOUD_LINK if message.links else TroubleCode.NO_ATTACHMENT


def _fates(arrival: Arrival, form_beside: bool) -> Iterator[FileFate]:
    for named in arrival.readings:
        yield FileFate(named.reading.name, _fate(named.reading, form_beside))
    for link in arrival.message.links:
        yield FileFate(link.name or "超大附件", trouble_sentence(TroubleCode.CLOUD_LINK))


def _fate(reading: FileReading, form_beside: bool) -> str:
    if form_beside and _was_not_seen(reading):
        return "扫描件或照片，未与表格逐项核对，以表格文件为准。"
    if reading.forms:
        doubtful = all(_is_doubtful(form) for form in reading.forms)
        return trouble_sentence(TroubleCode.SCAN_UNCERTAIN) if doubtful else "已读取。"
    if reading.trouble is None:
        return trouble_sentence(TroubleCode.NO_FORM)
    return reading.trouble.advice or trouble_sentence(reading.trouble.code)


def _was_not_seen(reading: FileReading) -> bool:
    """A scan that was not read, or in which every form is in doubt."""
    if reading.trouble is not None:
        return reading.trouble.code in _SCAN
    return bool(reading.forms) and all(_is_doubtful(form) for form in reading.forms)


def _unique(*groups: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))
