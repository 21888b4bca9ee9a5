"""The ledger as judging sees it: reports, what was said and what staff decided on
talks, in memory, with look-ups.

Built by the store from its append-only tables; holds no connection and changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from pipeline.model.arrival import FileResult, ReplyResult
from pipeline.model.clock_evidence import ClockDoubt
from pipeline.model.form import FileReading, Note
from pipeline.model.report import Report, ReportState, Timeliness
from pipeline.model.roster import Extension


@dataclass(frozen=True)
class TalkRecord:
    """A talk proposal (约谈) and its newest decision. `reasons` are sentences; `rules` their codes.

    `state`: proposed, confirmed, dropped. `circulated`: confirmed for the circulation
    list (全市工会通报).
    """

    month: str
    unit: str
    reasons: tuple[str, ...]
    rules: tuple[str, ...] = ()
    state: str = "proposed"
    circulated: bool = False


@dataclass(frozen=True)
class MailSeen:
    """A message that was recorded: enough to answer it."""

    key: str
    message_id: str
    received_at: datetime
    sender: str
    subject: str
    outcome: str
    reason: str | None = None
    unit: str | None = None
    period: date | None = None
    about: str = ""  # the case that a reviewer's reply is about
    reply: ReplyResult | None = None  # what that reply came to


@dataclass(frozen=True)
class MailRecord:
    """A recorded message in full: what the letters about it quote. `readings` are
    without pictures and bytes."""

    seen: MailSeen
    sender_name: str
    text: str
    files: tuple[FileResult, ...]
    readings: tuple[FileReading, ...]
    in_reply_to: str = ""
    quoted: str = ""


@dataclass(frozen=True)
class BulletinRecord:
    """A monthly bulletin that was drawn up: its figures per unit, for "no growth since
    the last bulletin"."""

    month: str
    snapshot_id: str
    number: int
    completed: tuple[tuple[str, int | None], ...]
    period: date | None = None  # its last one
    members: tuple[tuple[str, int | None], ...] = ()  # of pools


@dataclass(frozen=True)
class Ledger:
    """`settled` are the keys of all notices that were planned, sent or dropped;
    `born_at` is the first poll's time.

    `extensions` are those in force. `read_until` is when the mailbox was last read to
    its end, None where mails come as files alone. `clock` is set while this computer's
    clock and the mail server's are known to differ.
    """

    reports: tuple[Report, ...] = ()
    messages: tuple[MailSeen, ...] = ()
    settled: frozenset[str] = frozenset()
    talks: tuple[TalkRecord, ...] = ()
    bulletins: tuple[BulletinRecord, ...] = ()
    born_at: datetime | None = None
    undeliverable: frozenset[str] = field(default_factory=frozenset)
    extensions: tuple[Extension, ...] = ()
    read_until: datetime | None = None
    clock: ClockDoubt | None = None

    @cached_property
    def counting(self) -> dict[str, dict[date, Report]]:
        """unit -> period -> the report that counts (rules.md 6)."""
        table: dict[str, dict[date, Report]] = {}
        for report in self.reports:
            if report.unit and report.state is ReportState.ACCEPTED:
                table.setdefault(report.unit, {})[report.period] = report
        return table

    @cached_property
    def _by_unit(self) -> dict[str | None, tuple[Report, ...]]:
        table: dict[str | None, list[Report]] = {}
        for report in self.reports:
            table.setdefault(report.unit, []).append(report)
        return {unit: tuple(reports) for unit, reports in table.items()}

    def of_unit(self, unit: str) -> tuple[Report, ...]:
        return self._by_unit.get(unit, ())

    def for_period(self, unit: str, period: date) -> Iterator[Report]:
        return (r for r in self.of_unit(unit) if r.period == period)

    def figure_at(self, unit: str, period: date) -> Report | None:
        """The counting report of the latest period up to and with `period`."""
        return self._latest(
            unit, [p for p in self.counting.get(unit, {}) if p <= period]
        )

    def figure_before(self, unit: str, period: date) -> Report | None:
        """The counting report of the latest period before `period`."""
        return self._latest(
            unit, [p for p in self.counting.get(unit, {}) if p < period]
        )

    def _latest(self, unit: str, periods: list[date]) -> Report | None:
        if periods:
            return self.counting[unit][max(periods)]
        return None

    @cached_property
    def _extensions(self) -> dict[tuple[str, date], Extension]:
        return {(e.unit, e.period): e for e in self.extensions}

    def extension(self, unit: str, period: date) -> Extension | None:
        return self._extensions.get((unit, period))

    def report(self, report_id: str) -> Report | None:
        return next((r for r in self.reports if r.id == report_id), None)

    def with_reports(self, reports: tuple[Report, ...]) -> "Ledger":
        return replace(
            self, reports=excused(supersede(self.reports + reports), self.extensions)
        )


def supersede(reports: tuple[Report, ...]) -> tuple[Report, ...]:
    """Of several accepted reports for a unit and period the newest received counts; the
    others are superseded."""
    newest: dict[tuple[str, date], Report] = {}
    live = (ReportState.ACCEPTED, ReportState.SUPERSEDED)
    for report in reports:
        if report.unit and report.state in live:
            held = newest.get((report.unit, report.period))
            if held is None or (report.received_at, report.sequence) >= (
                held.received_at,
                held.sequence,
            ):
                newest[report.unit, report.period] = report
    counts = {r.id for r in newest.values()}

    def settled(report: Report) -> Report:
        if report.state not in live or not report.unit:
            return report
        if report.id in counts:
            state = ReportState.ACCEPTED
        else:
            state = ReportState.SUPERSEDED
        if state is report.state:
            return report
        return replace(report, state=state)

    return tuple(settled(r) for r in reports)


def excused(
    reports: tuple[Report, ...], extensions: tuple[Extension, ...]
) -> tuple[Report, ...]:
    """A late report that came within its unit's extension is on time, and says so; the
    row it was written as stays."""
    until = {(e.unit, e.period): e.until for e in extensions}

    def judged(report: Report) -> Report:
        end = until.get((report.unit or "", report.period))
        if (
            end is None
            or report.timeliness is not Timeliness.LATE
            or report.received_at > end
        ):
            return report
        notes = tuple(dict.fromkeys((*report.notes, Note.EXTENDED)))
        return replace(report, timeliness=Timeliness.ON_TIME, notes=notes)

    if until:
        return tuple(map(judged, reports))
    return reports
