"""What a message is and what its reports count for (rules.md 3-6): the decision that
every mail gets exactly once.

Values in, values out: the same arrival against the same ledger gives the same
judgement, whenever it is asked.
"""

from pipeline.judging.intake.candidates import (
    find_candidates,
    make_reports,
    report_id,
    timeliness_of,
    unique,
    without_doubtful_copies,
)
from pipeline.judging.intake.file_outcomes import (
    file_results,
    is_doubtful,
)
from pipeline.judging.intake.purpose import (
    ignored,
    is_registered,
    meant_as_report,
    outside,
    scan_meant_as_report,
    scans_in,
    without_our_own,
)
from pipeline.judging.intake.sender_proof import doubts
from pipeline.judging.intake.settle_period import (
    SettledPeriod,
    answers_correction,
    mentioned,
    says_correction,
    settle_period,
)
from pipeline.judging.intake.settle_unit import settle_unit
from pipeline.judging.rulebook import Rulebook
from pipeline.model.arrival import (
    Arrival,
    FileResult,
    IgnoredReason,
    Judgement,
    NamedReading,
    Outcome,
)
from pipeline.model.form import Hold
from pipeline.model.ledger import Ledger
from pipeline.model.report import Report, ReportState
from pipeline.model.trouble import TroubleCode


def judge(arrival: Arrival, rulebook: Rulebook, ledger: Ledger) -> Judgement:
    """The outcome of a message and its reports. A mail written by a machine is never
    taken for a report."""
    reason = outside(arrival.message, rulebook.calendar) or ignored(
        arrival, rulebook
    )
    if reason is not None:
        return Judgement(Outcome.IGNORED, reason.value)
    arrival = without_our_own(arrival, rulebook)
    message = arrival.message
    candidates = without_doubtful_copies(find_candidates(arrival, rulebook))
    scans = scans_in(arrival, rulebook)
    if candidates:
        reports = make_reports(candidates, arrival, rulebook, ledger)
        compared = not all(is_doubtful(c.form) for c in candidates)
        return Judgement(
            Outcome.REPORTED,
            reports=reports,
            files=tuple(file_results(arrival, compared, rulebook.words.form)),
        )
    if scans and scan_meant_as_report(arrival, rulebook):
        report = _unread_scan(arrival, scans, rulebook, ledger)
        return Judgement(
            Outcome.REPORTED,
            reports=(report,),
            files=tuple(file_results(arrival, False, rulebook.words.form)),
        )
    if is_registered(message, rulebook) and meant_as_report(arrival, rulebook):
        return _unreadable(arrival, rulebook)
    return Judgement(
        Outcome.IGNORED,
        IgnoredReason.NO_FORM.value,
        files=tuple(file_results(arrival, False, rulebook.words.form)),
    )


def _unread_scan(
    arrival: Arrival,
    scans: tuple[NamedReading, ...],
    rulebook: Rulebook,
    ledger: Ledger,
) -> Report:
    """A scan alone is held with its picture (rules.md 3); whose and when, the mail around it says."""
    message = arrival.message
    names = tuple(scan.reading.name for scan in scans)
    answer = settle_unit(
        book=rulebook.book,
        unit_text="",
        sender=message.sender.email,
        subject=message.subject,
        file_name=names[0],
        accept_unknown=rulebook.checks.accept_unknown_sender,
        suspect=bool(doubts(message, rulebook.checks)),
    )
    placed = _placed(
        arrival=arrival,
        scans=scans,
        unit=answer.unit,
        rulebook=rulebook,
        ledger=ledger,
    )
    on_time, delay = timeliness_of(message, placed.period, rulebook)
    return Report(
        id=report_id(message.key, 1, ledger),
        message_key=message.key,
        received_at=message.received_at,
        unit=answer.unit,
        period=placed.period,
        completed=None,
        added=None,
        timeliness=on_time,
        state=ReportState.HELD,
        notes=unique(answer.notes, placed.notes, delay),
        holds=unique(answer.holds, placed.holds, (_why_held(scans[0]),)),
        measures=(),
        form=None,
        files=names,
    )


def _placed(
    arrival: Arrival,
    scans: tuple[NamedReading, ...],
    unit: str | None,
    rulebook: Rulebook,
    ledger: Ledger,
) -> SettledPeriod:
    """The period that the subject, the text and the scans' names speak of."""
    message = arrival.message
    mentions = list(arrival.mentions)
    for scan in scans:
        mentions += scan.mentions
    periods = mentioned(rulebook.calendar, mentions, message.received_at)
    names = (scan.reading.name for scan in scans)
    correction = says_correction(message.subject, message.text, *names)
    reported = frozenset(ledger.counting.of(unit))
    return settle_period(
        calendar=rulebook.calendar,
        periods=periods,
        received_at=message.received_at,
        correction=correction,
        reported=reported,
        in_thread=answers_correction(message.subject),
    )


def _why_held(scan: NamedReading) -> Hold:
    trouble = scan.reading.trouble
    if trouble is not None and trouble.code is TroubleCode.SCAN_UNCERTAIN:
        return Hold.SCAN_UNCERTAIN
    return Hold.SCAN_UNREAD


def _unreadable(arrival: Arrival, rulebook: Rulebook) -> Judgement:
    message = arrival.message
    units = rulebook.book.roster.units_of(message.sender.email)
    periods = mentioned(
        rulebook.calendar, arrival.mentions, message.received_at
    )
    placed = settle_period(
        calendar=rulebook.calendar,
        periods=periods,
        received_at=message.received_at,
        correction=True,
        reported=frozenset(),
    )
    results = tuple(file_results(arrival, False, rulebook.words.form)) or (
        # A mail that is locked or links to its files has said so.
        FileResult("", TroubleCode.NO_ATTACHMENT),
    )
    return Judgement(
        Outcome.UNREADABLE,
        files=results,
        unit=units[0].name if len(units) == 1 else None,
        period=placed.period,
    )
