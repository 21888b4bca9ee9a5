"""The ledger as judging sees it: reports, what was said and what staff decided on
talks, in memory, with look-ups.

Built by the store from its append-only tables; holds no connection and changes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import chain, groupby
from operator import attrgetter
from typing import Any, Protocol, TypeVar, cast

from pipeline.model.arrival import FileResult, Outcome, ReplyResult
from pipeline.model.form import FileReading, Note
from pipeline.model.month import Month
from pipeline.model.named import NamedFigures
from pipeline.model.notice import Action
from pipeline.model.notice_key import Key, parse_keys
from pipeline.model.operation.clock_evidence import ClockDoubt
from pipeline.model.report import Report, Reports, ReportState, Timeliness
from pipeline.model.roster import Extension

_W = TypeVar("_W")


@dataclass(frozen=True)
class TalkRecord:
    """A talk proposal (约谈) and its newest decision. `reasons` are sentences; `rules` their codes.

    `state`: proposed, confirmed, dropped. `circulated`: confirmed for the circulation
    list (全市工会通报).
    """

    month: Month
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
    # The case that a reviewer's reply is about
    about: str = ""
    # What that reply came to
    reply: ReplyResult | None = None


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
    """A bulletin that was drawn up: its figures per unit, for "no growth since the last
    bulletin" and for what has to be corrected."""

    month: Month
    snapshot_id: str
    number: int
    completed: NamedFigures
    # Its last one
    period: date | None = None
    # Of pools
    members: NamedFigures = ()
    # What it says of talks: (month, unit, state, circulated).
    talks: tuple[tuple[str, str, str, bool], ...] = ()
    # Sent beside the monthly ones
    adhoc: bool = False


@dataclass(frozen=True)
class Reminded:
    """A reminder or correction that a server took first at that time. `unit` is "" for
    a correction."""

    key: Key
    unit: str
    at: datetime


@dataclass(frozen=True)
class Reached:
    """Who had a bulletin: the addresses that a server took it for."""

    key: Key
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Ledger:
    """`settled` are the keys of all notices that were planned, sent or dropped;
    `born_at` is the first poll's time.

    `extensions` are those in force. `read_until` is when the mailbox was last read to
    its end, None where mails come as files alone. `clock` is set while this computer's
    clock and the mail server's are known to differ.
    """

    reports: Reports = ()
    messages: tuple[MailSeen, ...] = ()
    settled: frozenset[str] = frozenset()
    talks: tuple[TalkRecord, ...] = ()
    # The monthly ones; `adhoc` are those beside them.
    bulletins: tuple[BulletinRecord, ...] = ()
    adhoc: tuple[BulletinRecord, ...] = ()
    born_at: datetime | None = None
    undeliverable: frozenset[str] = field(default_factory=frozenset)
    extensions: tuple[Extension, ...] = ()
    read_until: datetime | None = None
    clock: ClockDoubt | None = None
    reminded: tuple[Reminded, ...] = ()
    reached: tuple[Reached, ...] = ()

    @cached_property
    def counting(self) -> dict[str, dict[date, Report]]:
        """unit -> period -> the report that counts (rules.md 6)."""
        found: dict[str, dict[date, Report]] = {}
        for report in self.reports:
            if report.state is ReportState.ACCEPTED and report.unit:
                found.setdefault(report.unit, {})[report.period] = report
        return found

    @cached_property
    def _by_outcome(self) -> dict[str, list[MailSeen]]:
        found: defaultdict[str, list[MailSeen]] = defaultdict(list)
        for outcome, run in groupby(self.messages, attrgetter("outcome")):
            found[outcome] += run
        return found

    def mails_of(self, outcome: Outcome) -> Sequence[MailSeen]:
        """The mails that came to this, in their order."""
        return self._by_outcome.get(outcome.value, ())

    @cached_property
    def _senders(self) -> dict[str, str]:
        found = {}
        for mail in self.messages:
            found[mail.key] = mail.sender
        return found

    def sender_of(self, report: Report) -> str:
        """Who sent the mail that brought a report; "" where no mail is known."""
        return self._senders.get(report.message_key, "")

    @cached_property
    def before_people(self) -> Reports:
        """The reports that are held, or that people have decided on."""
        found = []
        for report in self.reports:
            if (
                report.decided_at is not None
                or report.state is ReportState.HELD
            ):
                found.append(report)
        return tuple(found)

    @cached_property
    def unplaced(self) -> tuple[tuple[str, date], ...]:
        """(sender, period) of the held reports whose unit is in question."""
        found = []
        for report in self.before_people:
            if report.unit is None and report.state is ReportState.HELD:
                found.append((self.sender_of(report), report.period))
        return tuple(found)

    @property
    def was_searched(self) -> bool:
        """Whether anything was ever looked at: a mailbox, or mails taken in as files."""
        return self.read_until is not None or bool(self.messages)

    @property
    def only_imported(self) -> bool:
        """Whether all that was ever looked at are mails taken in as files."""
        return self.read_until is None and bool(self.messages)

    def reminded_last(self, unit: str) -> datetime | None:
        return self._last_reminders.get(unit)

    @cached_property
    def _last_reminders(self) -> dict[str, datetime]:
        """Unit -> when it was reminded last."""
        found: dict[str, datetime] = {}
        for sent in self.reminded:
            found[sent.unit] = max(sent.at, found.get(sent.unit, sent.at))
        return found

    @cached_property
    def reminded_at(self) -> dict[Key, datetime]:
        """When each reminder went, by its notice's key."""
        found: dict[Key, datetime] = {}
        for sent in self.reminded:
            found.setdefault(sent.key, sent.at)
        return found

    def had(self, key: Key) -> tuple[str, ...]:
        """The addresses that had the bulletin of a notice's key, or the one that went
        in its place."""
        found: list[str] = []
        for sent in self.reached:
            if sent.key.is_of(key.kind, *key.about):
                found += sent.addresses
        return tuple(dict.fromkeys(found))

    @cached_property
    def settled_keys(self) -> tuple[Key, ...]:
        """What is settled, as keys that can be asked what they are about; in no order."""
        return parse_keys(self.settled)

    @cached_property
    def _by_unit(self) -> dict[str | None, Reports]:
        table: dict[str | None, list[Report]] = {}
        for report in self.reports:
            table.setdefault(report.unit, []).append(report)
        found = {}
        for unit, reports in table.items():
            found[unit] = tuple(reports)
        return found

    def of_unit(self, unit: str) -> Reports:
        return self._by_unit.get(unit, ())

    @cached_property
    def by_period(self) -> Mapping[date, list[Report]]:
        """period -> its reports, in their order. They come in long runs."""
        found: defaultdict[date, list[Report]] = defaultdict(list)
        for period, run in groupby(self.reports, attrgetter("period")):
            found[period] += run
        return dict(found)

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

    def figures_around(
        self, unit: str | None, period: date
    ) -> tuple[int | None, int | None]:
        """The figures that count for the nearest period before and after `period`; None
        where none does."""
        counting = self.counting.get(unit or "", {})
        earlier = [p for p in counting if p < period]
        later = [p for p in counting if p > period]
        before = counting[max(earlier)].completed if earlier else None
        after = counting[min(later)].completed if later else None
        return before, after

    def _latest(self, unit: str, periods: list[date]) -> Report | None:
        if periods:
            return self.counting[unit][max(periods)]
        return None

    @cached_property
    def _extensions(self) -> dict[tuple[str, date], Extension]:
        found = {}
        for e in self.extensions:
            found[(e.unit, e.period)] = e
        return found

    def extension(self, unit: str, period: date) -> Extension | None:
        return self._extensions.get((unit, period))

    @cached_property
    def _by_id(self) -> tuple[dict[str, Report], dict[str, Report]]:
        """id -> report in two layers: as the ledger was loaded, and what has come or
        changed since, which lies over the first."""
        return {report.id: report for report in self.reports}, {}

    def report(self, report_id: str) -> Report | None:
        loaded, since = self._by_id
        return since.get(report_id) or loaded.get(report_id)

    @cached_property
    def _by_mail(self) -> dict[str, Reports]:
        table: dict[str, list[Report]] = {}
        for report in self.reports:
            table.setdefault(report.message_key, []).append(report)
        found = {}
        for key, reports in table.items():
            found[key] = tuple(reports)
        return found

    def of_mail(self, key: str) -> Reports:
        """The reports that a mail brought, in their order."""
        return self._by_mail.get(key, ())

    def units_of(self, action: Action) -> tuple[str, ...]:
        """Whom a notice is about: its own unit, else those whose reports stood in the
        mail that it answers. A receipt goes to a mail, which may bring several units'
        forms, so that it names none itself."""
        if action.unit is not None:
            return (action.unit,)
        # Each once, in their order
        units: dict[str, None] = {}
        for report in self.of_mail(action.message_key or ""):
            if report.unit is not None:
                units[report.unit] = None
        return tuple(units)

    @cached_property
    def _worked_out(
        self,
    ) -> dict[tuple[object, ...], tuple[tuple[object, ...], Any]]:
        return {}

    def once(
        self,
        asked: tuple[object, ...],
        of: tuple[object, ...],
        work: Callable[[], _W],
    ) -> _W:
        """What is worked out from this ledger and `of` (a roster, a calendar, a
        campaign), once, whoever asks: none of them ever changes, so it stays true."""
        key = (*asked, *map(id, of))
        if key not in self._worked_out:
            # They are kept with it, so that no other object gets their ids
            self._worked_out[key] = (of, work())
        return cast(_W, self._worked_out[key][1])

    def with_doubts(
        self, undeliverable: frozenset[str], clock: ClockDoubt | None
    ) -> "Ledger":
        """The same ledger with what is known of dead addresses and of the clock; the
        look-ups stay."""
        if (undeliverable, clock) == (self.undeliverable, self.clock):
            return self
        known = replace(self, undeliverable=undeliverable, clock=clock)
        vars(known).update(
            _by_unit=self._by_unit,
            counting=self.counting,
            _by_id=self._by_id,
        )
        return known

    def with_reports(self, reports: Reports) -> "Ledger":
        """The ledger with these reports behind its own.

        The look-ups are carried over, and of the older reports only the one that counts
        is looked at: looking at all of a unit for each mail is quadratic in its mails.
        """
        if not reports:
            return self
        by_unit = dict(self._by_unit)
        counting = dict(self.counting)
        # Copied twice, whatever is changed in it: it holds all reports there are
        together = list(self.reports)
        loaded, since = self._by_id
        since = dict(since)
        for report in _unit_by_unit(excused(reports, self.extensions)):
            unit = report.unit or ""
            own = by_unit.get(report.unit, ())
            counts = counting.get(unit, {}).get(report.period)
            new, older = _beside(report, counts)
            if older is not None and older is not counts:
                own = _in_place_of_its_own(own, older)
                _put_in_place(together, older)
                since[older.id] = older
            by_unit[new.unit] = (*own, new)
            together.append(new)
            since[new.id] = new
            if unit and new.state is ReportState.ACCEPTED:
                counting[unit] = {**counting.get(unit, {}), new.period: new}
        grown = replace(self, reports=tuple(together))
        vars(grown).update(
            _by_unit=by_unit,
            counting=counting,
            _by_id=(loaded, since),
        )
        return grown


def _unit_by_unit(reports: Reports) -> Reports:
    """The same reports, those of one unit behind each other."""
    by_unit: dict[str | None, Reports] = {}
    for report in reports:
        by_unit[report.unit] = (*by_unit.get(report.unit, ()), report)
    return tuple(chain.from_iterable(by_unit.values()))


def _beside(
    report: Report, counts: Report | None
) -> tuple[Report, Report | None]:
    """A new report, and the one that counted for its unit and period, as they stand
    beside each other."""
    if counts is None:
        (alone,) = supersede((report,))
        return alone, None
    older, new = supersede((counts, report))
    return new, older


def _in_place_of_its_own(reports: Reports, changed: Report) -> Reports:
    """The reports with one of them changed."""
    found = list(reports)
    _put_in_place(found, changed)
    return tuple(found)


def _put_in_place(reports: list[Report], changed: Report) -> None:
    """Changes the one of that id. It is looked for from the end: what counts came
    late."""
    for at in range(len(reports) - 1, -1, -1):
        if reports[at].id == changed.id:
            reports[at] = changed
            return


class _OfUnit(Protocol):
    """Whatever of the ledger names one unit."""

    @property
    def unit(self) -> str | None: ...


_U = TypeVar("_U", bound=_OfUnit)


def renamed(ledger: Ledger, names: Mapping[str, str]) -> Ledger:
    """The ledger with units by their present names: a rename keeps history and figures
    (rules.md 11). `names`: an earlier name -> the present one."""
    if not names:
        return ledger

    def now(unit: str) -> str:
        return names.get(unit, unit)

    def rename(kept: Iterable[_U]) -> tuple[_U, ...]:
        return tuple(renamed_of(one, names) for one in kept)

    return replace(
        ledger,
        reports=rename(ledger.reports),
        messages=rename(ledger.messages),
        talks=rename(ledger.talks),
        extensions=rename(ledger.extensions),
        bulletins=_renamed_records(ledger.bulletins, now),
        adhoc=_renamed_records(ledger.adhoc, now),
        reminded=tuple(
            replace(sent, unit=now(sent.unit)) for sent in ledger.reminded
        ),
    )


def _renamed_records(
    records: tuple[BulletinRecord, ...], now: Callable[[str], str]
) -> tuple[BulletinRecord, ...]:
    return tuple(_renamed_record(record, now) for record in records)


def _renamed_record(
    record: BulletinRecord, now: Callable[[str], str]
) -> BulletinRecord:
    """What a bulletin printed, under the present names: it is compared with."""
    talks = []
    for month, unit, state, circulated in record.talks:
        talks.append((month, now(unit), state, circulated))
    return replace(
        record,
        completed=tuple((now(unit), done) for unit, done in record.completed),
        members=tuple((now(unit), done) for unit, done in record.members),
        talks=tuple(talks),
    )


def renamed_of(kept: _U, names: Mapping[str, str]) -> _U:
    """One of its entries, with its unit by its present name."""
    if kept.unit is None or kept.unit not in names:
        return kept
    return replace(kept, unit=names[kept.unit])  # type: ignore[type-var]


def supersede(reports: Reports) -> Reports:
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


def excused(reports: Reports, extensions: tuple[Extension, ...]) -> Reports:
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
