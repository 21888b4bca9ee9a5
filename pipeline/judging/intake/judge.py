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
    missing,
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
    name = scans[0].reading.name
    answer = settle_unit(
        rulebook.book,
        "",
        message.sender.email,
        message.subject,
        name,
        accept_unknown=rulebook.checks.accept_unknown_sender,
        suspect=bool(doubts(message, rulebook.checks)),
    )
    mentions = (
        *arrival.mentions,
        *(m for scan in scans for m in scan.mentions),
    )
    periods = mentioned(rulebook.calendar, mentions, message.received_at)
    correction = says_correction(
        message.subject, message.text, *(scan.reading.name for scan in scans)
    )
    reported = frozenset(ledger.counting.get(answer.unit or "", {}))
    placed = settle_period(
        rulebook.calendar, periods, message.received_at, correction, reported
    )
    trouble = scans[0].reading.trouble
    uncertain = (
        trouble is not None and trouble.code is TroubleCode.SCAN_UNCERTAIN
    )
    if uncertain:
        hold = Hold.SCAN_UNCERTAIN
    else:
        hold = Hold.SCAN_UNREAD
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
        holds=unique(answer.holds, placed.holds, (hold,)),
        measures=(),
        form=None,
        files=tuple(scan.reading.name for scan in scans),
    )


def _unreadable(arrival: Arrival, rulebook: Rulebook) -> Judgement:
    message = arrival.message
    units = rulebook.book.roster.units_of(message.sender.email)
    periods = mentioned(
        rulebook.calendar, arrival.mentions, message.received_at
    )
    placed = settle_period(
        rulebook.calendar, periods, message.received_at, True, frozenset()
    )
    results = tuple(file_results(arrival, False, rulebook.words.form)) or (
        FileResult("", missing(message)),
    )
    return Judgement(
        Outcome.UNREADABLE,
        files=results,
        unit=units[0].name if len(units) == 1 else None,
        period=placed.period,
    )
