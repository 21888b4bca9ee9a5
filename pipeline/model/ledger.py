"""The ledger as judging sees it: reports, what was said and what staff decided on
talks, in memory, with look-ups.

Built by the store from its append-only tables; holds no connection and changes nothing.
"""

from collections.abc import (
    Callable,
    Collection,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import chain, compress, count
from operator import attrgetter, is_, not_
from typing import Any, Protocol, TypeVar, cast

from pipeline.model.arrival import FileResult, Outcome, ReplyResult
from pipeline.model.form import FileReading, Note
from pipeline.model.memory.counting import Counting, counting
from pipeline.model.memory.growth import (
    are_before_people,
    id_of,
    mail_of,
    now_with_people,
    of_periods,
    read_of,
    renewed,
)
from pipeline.model.memory.newest import blocks_since, newest_of_blocks
from pipeline.model.memory.period_places import (
    ByUnit,
    by_unit,
    moved,
    places_for,
    places_of,
)
from pipeline.model.memory.place_index import Places
from pipeline.model.memory.records import (
    Chosen,
    Remembered,
    fields_at,
    overlaid,
)
from pipeline.model.memory.runs import Runs, runs_by, with_runs
from pipeline.model.memory.settled_keys import are_listed
from pipeline.model.month import Month
from pipeline.model.named import NamedFigures
from pipeline.model.notice import Action
from pipeline.model.notice_key import Key, KeyKind, parse_keys
from pipeline.model.operation.clock_evidence import ClockDoubt
from pipeline.model.report import (
    Report,
    Reports,
    ReportState,
    Timeliness,
)
from pipeline.model.roster import Extension
from pipeline.model.values.frozen import frozen

_W = TypeVar("_W")


@frozen
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


@frozen
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


@frozen
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


@frozen
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


@frozen
class Reminded:
    """A reminder or correction that a server took first at that time. `unit` is "" for
    a correction."""

    key: Key
    unit: str
    at: datetime


@frozen
class Reached:
    """Who had a bulletin: the addresses that a server took it for."""

    key: Key
    addresses: tuple[str, ...]


@frozen
class Ledger:
    """`settled` are the keys of all notices that were planned, sent or dropped;
    `born_at` is the first poll's time.

    `extensions` are those in force. `read_until` is when the mailbox was last read to
    its end, None where mails come as files alone. `clock` is set while this computer's
    clock and the mail server's are known to differ.
    """

    reports: Sequence[Report] = ()
    messages: Sequence[MailSeen] = ()
    settled: Collection[str] = frozenset()
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
    def _where(self) -> ByUnit:
        return by_unit(self.reports)

    @cached_property
    def counting(self) -> Counting:
        """Which report counts for each unit and period (rules.md 6)."""
        return counting(self._where, self.reports)

    @cached_property
    def _outcomes(self) -> Mapping[str, Runs]:
        return runs_by("outcome", self.messages)

    def mails_of(self, outcome: Outcome) -> Sequence[MailSeen]:
        """The mails that came to this, in their order."""
        return self._outcomes.get(outcome.value, Runs()).of(self.messages)

    @cached_property
    def _newest(self) -> Sequence[datetime]:
        times = list(map(attrgetter("received_at"), self.messages))
        return newest_of_blocks((), 0, times)

    @cached_property
    def _made_mails(self) -> Remembered[MailSeen]:
        """Several ask for the newest ones: until the ledger grows each is made once, and
        what waits for an answer once at all."""
        made = Remembered(self.messages)
        for _, still in self._still_open.values():
            made.update(still)
        return made

    def mails_since(self, moment: datetime) -> Iterator[MailSeen]:
        """The mails that came then or later, in their order."""
        places = range(len(self.messages))
        for block in blocks_since(self._newest, moment):
            mails = map(self._made_mails.__getitem__, places[block])
            yield from [m for m in mails if m.received_at >= moment]

    @cached_property
    def _still_open(
        self,
    ) -> dict[tuple[Outcome, str], tuple[int, dict[int, MailSeen]]]:
        """What `unanswered` found last: how many mails there were, and which were open,
        by their places."""
        return {}

    def unanswered(self, outcome: Outcome, start: str) -> Sequence[MailSeen]:
        """The mails that came to this, of which no notice is settled whose key is
        `start` and the mail's own; in their order. Of those that were answered when it
        was asked last none is looked at again: what is settled stays settled."""
        settled = self.settled
        seen, known = self._still_open.get((outcome, start), (0, {}))
        found = {}
        for place, mail in known.items():
            if start + mail.key not in settled:
                found[place] = mail
        # Of most that are new a notice is settled, too: none is made for its key
        runs = self._outcomes.get(outcome.value, Runs())
        new = tuple(chain.from_iterable(runs.since(seen)))
        keys = map(start.__add__, fields_at(self.messages, new, "key"))
        are_open = map(not_, map(settled.__contains__, keys))
        for place in compress(new, are_open):
            found[place] = self._made_mails[place]
        self._still_open[outcome, start] = (len(self.messages), found)
        return tuple(found.values())

    @cached_property
    def _mail_keys(self) -> Places:
        return Places((m.key, at) for at, m in enumerate(self.messages))

    def mails_with(self, keys: Collection[str | None]) -> list[MailSeen]:
        """The mails of these keys, in their order."""
        mails: Iterable[MailSeen] = self.messages
        if "_mail_keys" in vars(self):
            mails = self._mails_at(keys)
        return [mail for mail in mails if mail.key in keys]

    def _mails_at(self, keys: Collection[str | None]) -> Iterator[MailSeen]:
        """The mails that may have these keys."""
        return map(self.messages.__getitem__, self._mail_keys.of_all(keys))

    def sender_of(self, report: Report) -> str:
        """Who sent the mail that brought a report, of several the last; "" where no mail
        is known."""
        sender = ""
        for mail in self._mails_at((report.message_key,)):
            if mail.key == report.message_key:
                sender = mail.sender
        return sender

    @property
    def before_people(self) -> Sequence[Report]:
        """The reports that are held, or that people have decided on."""
        return Chosen(self.reports, self._with_people)

    @cached_property
    def _with_people(self) -> Sequence[int]:
        return list(compress(count(), are_before_people(self.reports)))

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

    def settled_of(self, kind: KeyKind) -> tuple[Key, ...]:
        """What is settled of a kind, as keys that can be asked what they are about; in no
        order. Not of a kind that is settled once a mail, or once a unit and period."""
        assert are_listed(kind)
        return self.once(
            ("settled of", kind), (), lambda: self._settled_of(kind)
        )

    def _settled_of(self, kind: KeyKind) -> tuple[Key, ...]:
        texts = []
        for text in self.settled:
            if text.startswith(kind):
                texts.append(text)
        found = []
        for key in parse_keys(texts):
            if key.kind is kind:
                found.append(key)
        return tuple(found)

    def of_unit(self, unit: str) -> Sequence[Report]:
        """All its reports, in their order."""
        return Chosen(self.reports, self._places_of(unit))

    def told_of_unit(self, unit: str, *names: str) -> Iterator[Any]:
        """The same, these fields of each alone, as attrgetter gives them: no report is
        made for them."""
        return fields_at(self.reports, self._places_of(unit), *names)

    def _places_of(self, unit: str) -> list[int]:
        return places_of(self._where, unit)

    def for_period(self, unit: str, period: date) -> Iterator[Report]:
        """The unit's reports for a period, in their order."""
        return self._at(places_for(self._where, unit, period))

    def placed_for(self, unit: str | None, period: date) -> dict[int, Report]:
        """The same by their places among all; of no unit, those that name none."""
        places = places_for(self._where, unit, period)
        return dict(zip(places, self._at(places), strict=True))

    @cached_property
    def _periods(self) -> Mapping[date, Runs]:
        """They come in long runs."""
        return runs_by("period", self.reports)

    @property
    def periods(self) -> Iterable[date]:
        """Those for which there are reports; in no order."""
        return self._periods.keys()

    def of_period(self, period: date) -> Sequence[Report]:
        """The reports for a period, in their order."""
        return self._periods.get(period, Runs()).of(self.reports)

    def told_of_period(self, period: date, *names: str) -> Iterator[Any]:
        """The same, these fields of each alone, as attrgetter gives them: no report is
        made for them."""
        places = self._periods.get(period, Runs())
        return fields_at(self.reports, tuple(places), *names)

    @cached_property
    def _read_figures(self) -> Places:
        return self._places(read_of)

    def read_alike(
        self, unit: str, read: tuple[int | None, int | None, tuple[str, ...]]
    ) -> Sequence[Report]:
        """The unit's reports of which the same was read (total, part added, measures),
        whatever they count for; in their order."""
        found = []
        for place in self._read_figures.of((unit, *read)):
            if read_of(self.reports[place]) == (unit, *read):
                found.append(place)
        return Chosen(self.reports, found)

    def _at(self, places: Iterable[int]) -> Iterator[Report]:
        return map(self.reports.__getitem__, places)

    def figure_at(self, unit: str, period: date) -> Report | None:
        """The counting report of the latest period up to and with `period`."""
        newest = self.counting.newest(unit)
        if newest is None or newest.period <= period:
            return newest
        of_unit = self.counting.of(unit)
        return _latest(of_unit, [p for p in of_unit if p <= period])

    def figure_before(self, unit: str, period: date) -> Report | None:
        """The counting report of the latest period before `period`."""
        newest = self.counting.newest(unit)
        if newest is None or newest.period < period:
            return newest
        of_unit = self.counting.of(unit)
        return _latest(of_unit, [p for p in of_unit if p < period])

    def figures_around(
        self, unit: str | None, period: date
    ) -> tuple[int | None, int | None]:
        """The figures that count for the nearest period before and after `period`; None
        where none does."""
        counting = self.counting.of(unit)
        earlier = [p for p in counting if p < period]
        later = [p for p in counting if p > period]
        before = counting[max(earlier)].completed if earlier else None
        after = counting[min(later)].completed if later else None
        return before, after

    @cached_property
    def _extensions(self) -> dict[tuple[str, date], Extension]:
        found = {}
        for e in self.extensions:
            found[(e.unit, e.period)] = e
        return found

    def extension(self, unit: str, period: date) -> Extension | None:
        return self._extensions.get((unit, period))

    @cached_property
    def _ids(self) -> Places:
        return self._places(id_of)

    def place_of(self, report_id: str) -> int | None:
        """Where the report of an id stands among all; of several, which no store gives,
        the last."""
        for place in reversed(self._ids.of(report_id)):
            if self.reports[place].id == report_id:
                return place
        return None

    def report(self, report_id: str) -> Report | None:
        place = self.place_of(report_id)
        if place is None:
            return None
        return self.reports[place]

    @cached_property
    def _brought_by(self) -> Places:
        return self._places(mail_of)

    def of_mail(self, key: str) -> Reports:
        """The reports that a mail brought, in their order."""
        found = []
        for report in self._at(self._brought_by.of(key)):
            if report.message_key == key:
                found.append(report)
        return tuple(found)

    def _places(self, key: Callable[[Report], Hashable]) -> Places:
        return Places((key(r), place) for place, r in enumerate(self.reports))

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

    @cached_property
    def _worked_out_of(
        self,
    ) -> dict[tuple[str, date], tuple[tuple[object, ...], Any]]:
        return {}

    def once_of_period(
        self,
        asked: str,
        of: tuple[object, ...],
        period: date,
        work: Callable[[], _W],
    ) -> _W:
        """What is worked out from the reports for a period and `of` alone: it stays true
        of a grown ledger until one of them comes or changes. Of others than it was asked
        last it is worked out again, so that a worker of years holds no old ones."""
        known = self._worked_out_of.get((asked, period))
        if known is None or not all(map(is_, known[0], of)):
            known = (of, work())
            self._worked_out_of[asked, period] = known
        return cast(_W, known[1])

    def with_doubts(
        self, undeliverable: frozenset[str], clock: ClockDoubt | None
    ) -> "Ledger":
        """The same ledger with what is known of dead addresses and of the clock; the
        look-ups stay."""
        if (undeliverable, clock) == (self.undeliverable, self.clock):
            return self
        return self.knowing(undeliverable=undeliverable, clock=clock)

    def knowing(self, **more: Any) -> "Ledger":
        """The same reports and mails with other fields beside them; the look-ups stay."""
        known = replace(self, **more)
        for name in _CARRIED:
            if name in vars(self):
                vars(known)[name] = vars(self)[name]
        # What is found from here on is the new one's own
        vars(known)["_still_open"] = dict(self._still_open)
        return known

    def kept_up(self) -> "Ledger":
        """The same with each look-up made, which from here on grows with it. A ledger
        that is asked once does better to look through its reports."""
        known = self.knowing()
        for name in _CARRIED:
            getattr(known, name)
        return known

    def with_reports(self, reports: Reports) -> "Ledger":
        """The ledger with these reports behind its own.

        Of the older reports only the one that counts is looked at: looking at all of a
        unit for each mail is quadratic in its mails.
        """
        grown = self
        for report in _unit_by_unit(excused(reports, self.extensions)):
            grown = grown._with_one(report)
        return grown

    def _with_one(self, report: Report) -> "Ledger":
        counts = self.counting.report(report.unit, report.period)
        new, older = _beside(report, counts)
        changed = {len(self.reports): new}
        if older is not None and older is not counts:
            place = self.counting.place(older.unit, older.period)
            assert place is not None
            changed[place] = older
        return self.taking(overlaid(self.reports, changed), changed)

    def taking(
        self, reports: Sequence[Report], changed: Mapping[int, Report]
    ) -> "Ledger":
        """The ledger with `reports` for its own. `changed` are those of them, by place,
        that differ from its own or stand behind them.

        The look-ups are carried over, so that it costs the same at any size.
        """
        before = {}
        for place in changed:
            if place < len(self.reports):
                before[place] = self.reports[place]
        where = moved(self._where, before, changed)
        grown = self.knowing(reports=reports)
        vars(grown).update(
            _where=where,
            counting=self.counting.grown(where, reports, before, changed),
            _periods=with_runs(self._periods, *of_periods(before, changed)),
        )
        periods = set()
        for report in chain(before.values(), changed.values()):
            periods.add(report.period)
        still = {}
        for (asked, period), found in self._worked_out_of.items():
            if period not in periods:
                still[asked, period] = found
        vars(grown)["_worked_out_of"] = still
        if "_with_people" in vars(self):
            vars(grown)["_with_people"] = now_with_people(
                self._with_people, changed
            )
        for name, key in _LOOKED_UP.items():
            if name in vars(self):
                news = renewed(key, before, changed)
                vars(grown)[name] = vars(self)[name].having(news)
        return grown

    def with_mails(
        self, messages: Sequence[MailSeen], new: Sequence[MailSeen]
    ) -> "Ledger":
        """The ledger with `messages` for its own: those that it has, and `new` behind
        them."""
        first = len(self.messages)
        come: dict[str, list[int]] = {}
        keys = []
        times = []
        for place, mail in enumerate(new, first):
            come.setdefault(mail.outcome, []).append(place)
            keys.append((mail.key, place))
            times.append(mail.received_at)
        grown = self.knowing(messages=messages)
        vars(grown).update(
            _outcomes=with_runs(self._outcomes, {}, come),
            _newest=newest_of_blocks(self._newest, first, times),
            _mail_keys=self._mail_keys.having(keys),
        )
        return grown


# Reports by what they are looked up by
_LOOKED_UP: dict[str, Callable[[Report], Hashable]] = {
    "_ids": id_of,
    "_brought_by": mail_of,
    "_read_figures": read_of,
}
# What is worked out of the reports and mails alone
_CARRIED = (
    "_where",
    "counting",
    "_with_people",
    "_worked_out_of",
    "_periods",
    "_outcomes",
    "_newest",
    "_mail_keys",
    *_LOOKED_UP,
)


def _latest(
    of_unit: Mapping[date, Report], periods: list[date]
) -> Report | None:
    if periods:
        return of_unit[max(periods)]
    return None


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
