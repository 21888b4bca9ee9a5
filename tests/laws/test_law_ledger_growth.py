"""Laws of what the ledger is held in: whatever grew piece by piece gives the answers of the plain one that was made at once."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from operator import attrgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging_makers import CALENDAR, at, report, seen
from ledger_answers import answers

from pipeline.edges.ledger.loader import no_mails
from pipeline.judging.progress import latest_figures as latest_module
from pipeline.judging.progress.latest_figures import (
    completed_of,
    latest_completed,
    latest_figures,
)
from pipeline.judging.progress.unit_states import silent_units, unit_states
from pipeline.model.arrival import Outcome
from pipeline.model.ledger import Ledger, MailSeen, supersede
from pipeline.model.memory import layered as layered_module
from pipeline.model.memory import place_index as places_module
from pipeline.model.memory import settled_keys as settled_module
from pipeline.model.memory.layered import layered
from pipeline.model.memory.newest import blocks_since, newest_of_blocks
from pipeline.model.memory.packed import Packed
from pipeline.model.memory.place_index import Places
from pipeline.model.memory.records import Chosen, fields_at, overlaid
from pipeline.model.memory.runs import Runs
from pipeline.model.memory.settled_keys import SettledKeys
from pipeline.model.report import DecisionRule, Report, ReportState
from pipeline.model.roster import Roster, Unit

UNITS = ("甲县", "乙县", None)
DECIDED = datetime(2015, 9, 9, 8, tzinfo=UTC)
FEW = st.integers(0, 5)


@pytest.fixture(autouse=True, scope="module")
def short_layers() -> Iterator[None]:
    """So that a few steps make the short layers one with the long ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layered_module, "_SHORT", 3)
        patch.setattr(places_module, "_SHORT", 3)
        patch.setattr(settled_module, "_SHORT", 3)
        yield


@given(st.lists(st.dictionaries(FEW, FEW, max_size=3), max_size=12))
def test_layers_are_one_dict(steps: list[dict[int, int]]) -> None:
    plain: dict[int, int] = {}
    grown = layered({}, {})
    for step in steps:
        before, was = grown, dict(plain)
        grown = layered(grown, step)
        plain.update(step)
        assert before == was
    assert grown == plain
    assert sorted(grown) == sorted(plain)
    assert len(grown) == len(plain)
    for key in range(6):
        assert (key in grown) == (key in plain)
        assert grown.get(key, "none") == plain.get(key, "none")


@given(st.lists(st.lists(st.tuples(FEW, FEW), max_size=3), max_size=12))
def test_places_give_all_that_were_told_of_a_key_in_order(
    steps: list[list[tuple[int, int]]],
) -> None:
    told: list[tuple[int, int]] = []
    grown = Places()
    for step in steps:
        before, known = grown, list(told)
        grown = grown.having(step)
        told += step
        for key in range(6):
            assert before.of(key) == sorted({p for k, p in known if k == key})
    for key in range(6):
        wanted = sorted({p for k, p in told if k == key})
        assert grown.of(key) == Places(told).of(key) == wanted


@given(
    st.lists(st.tuples(FEW, st.integers(0, 20)), max_size=20),
    st.lists(st.tuples(FEW, st.integers(0, 20)), max_size=3),
    st.sets(FEW),
)
def test_the_places_of_several_keys_are_those_of_each(
    known: list[tuple[int, int]], more: list[tuple[int, int]], keys: set[int]
) -> None:
    wanted = sorted({place for key, place in (*known, *more) if key in keys})
    grown = Places(known).having(more)
    assert grown.of_all(keys) == wanted
    # Few keys among many are looked for one by one
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places_module, "_MANY", 0)
        assert grown.of_all(keys) == wanted


KEYS = st.builds(
    "{}:{}".format,
    st.sampled_from(["receipt", "lag_notice", "bulletin_draft", "round", "x"]),
    FEW,
)


@given(st.lists(st.lists(KEYS, max_size=4), max_size=12))
def test_what_was_settled_stays_settled_and_nothing_else(
    steps: list[list[str]],
) -> None:
    plain: set[str] = set()
    grown = SettledKeys()
    for step in steps:
        before, was = grown, set(plain)
        grown = grown.having(step)
        plain.update(step)
        assert {key for key in plain if key in before} == was
        assert len(before) == len(was)
    assert {key for key in plain if key in grown} == plain
    assert len(SettledKeys(plain)) == len(grown) == len(plain)
    assert grown == SettledKeys(plain)
    assert grown == frozenset(plain)
    assert grown != SettledKeys((*plain, "receipt:none"))
    listed = {key for key in plain if not key.startswith(("receipt", "lag"))}
    assert set(grown) == listed
    assert "receipt:none" not in grown


@st.composite
def reports(draw: st.DrawFn) -> Report:
    due = draw(st.sampled_from(CALENDAR.dues[:3]))
    made = report(
        "甲县",
        due,
        draw(FEW),
        f"{due:%m-%d} {draw(st.integers(0, 23)):02}:00",
        state=draw(st.sampled_from(ReportState)),
    )
    return replace(
        made,
        unit=draw(st.sampled_from(UNITS)),
        message_key=f"k{draw(FEW)}",
        read_completed=draw(st.none() | FEW),
        added=draw(st.none() | st.integers()),
        decided_at=draw(st.none() | st.just(DECIDED)),
        rule=draw(st.sampled_from(DecisionRule)),
        files=draw(st.sampled_from([(), ("正文",), ("表.docx", "表.xls")])),
        also=draw(st.sampled_from([(), (("登记", None), ("新建", 3))])),
        texts=draw(st.sampled_from([(), (("备注", "无"),)])),
    )


def packed() -> Packed[Report]:
    return Packed(
        Report,
        own=(
            "id",
            "message_key",
            "received_at",
            "period",
            "decided_at",
            "added",
            "also",
        ),
        times=("received_at", "decided_at"),
        days=("period",),
    )


def utc(one: Report) -> Report:
    """As the ledger gives them."""
    return replace(one, received_at=one.received_at.astimezone(UTC))


FIELDS = [field.name for field in fields(Report)]

# Places to change, and what comes there; those behind the end are added
STEPS = st.lists(
    st.lists(st.tuples(st.integers(0, 8), reports()), max_size=3), max_size=8
)


def change_of(
    known: Sequence[Report], step: list[tuple[int, Report]]
) -> dict[int, Report]:
    changed: dict[int, Report] = {}
    end = len(known)
    for place, one in step:
        at_place = min(place, end)
        end += at_place == end
        changed[at_place] = replace(
            utc(one), id=f"r{at_place}", sequence=at_place
        )
    return changed


def changed_in(
    known: tuple[Report, ...], changed: dict[int, Report]
) -> tuple[Report, ...]:
    plain = [*known, *(one for p, one in changed.items() if p >= len(known))]
    for place, one in changed.items():
        plain[place] = one
    return tuple(plain)


@given(STEPS)
def test_packed_and_overlaid_records_are_those_that_were_put_in(
    steps: list[list[tuple[int, Report]]],
) -> None:
    plain: tuple[Report, ...] = ()
    small: Packed[Report] = packed()
    over: Sequence[Report] = ()
    for step in steps:
        changed = change_of(plain, step)
        before, was = (small, over), plain
        if changed:
            small, over = small.changed(changed), overlaid(over, changed)
        plain = changed_in(plain, changed)
        assert before[0] == was
        assert before[1] == was
    for found in (small, over):
        assert list(found) == list(plain)
        assert len(found) == len(plain)
        assert found == plain
        assert plain == found
        assert found[-3:] == plain[-3:]
        assert list(reversed(found)) == list(reversed(plain))
        for place in range(-len(plain), len(plain)):
            assert found[place] == plain[place]
    for one, same in zip(small, plain, strict=True):
        assert repr(one) == repr(same)


@given(
    st.lists(reports(), min_size=1, max_size=8),
    st.lists(st.sampled_from(FIELDS), min_size=1, max_size=4, unique=True),
    st.data(),
)
def test_fields_of_packed_records_are_those_of_the_records(
    found: list[Report], names: list[str], data: st.DataObject
) -> None:
    plain = [utc(one) for one in found]
    small = packed().changed(dict(enumerate(plain)))
    places = data.draw(st.lists(st.sampled_from(range(len(plain)))))
    wanted = [attrgetter(*names)(plain[place]) for place in places]
    assert list(fields_at(small, places, *names)) == wanted
    assert list(fields_at(plain, places, *names)) == wanted
    over = overlaid(tuple(plain[:2]), dict(enumerate(plain)))
    assert list(fields_at(over, places, *names)) == wanted
    among = Chosen(small, places)
    assert list(fields_at(among, range(len(places)), *names)) == wanted


def told(ledger: Ledger) -> list[object]:
    return answers(ledger, UNITS, CALENDAR.dues[:3])


@settings(max_examples=2 * settings().max_examples)
@given(STEPS, st.booleans())
def test_a_ledger_that_took_changes_answers_as_one_that_was_made_whole(
    steps: list[list[tuple[int, Report]]], asked: bool
) -> None:
    plain: tuple[Report, ...] = ()
    grown = Ledger(reports=packed())
    for step in steps:
        if asked:
            told(grown)
        plain = changed_in(plain, change_of(plain, step))
        settled = supersede(plain)
        differ = {
            place: one
            for place, one in enumerate(settled)
            if place >= len(grown.reports) or grown.reports[place] != one
        }
        plain = settled
        assert isinstance(grown.reports, Packed)
        before, was = grown, told(grown)
        if differ:
            grown = grown.taking(grown.reports.changed(differ), differ)
        assert told(before) == was
    assert told(grown) == told(Ledger(reports=plain))


ROSTERS = (
    Roster((Unit("甲县"), Unit("乙县"))),
    Roster((Unit("甲县"), Unit("丙县"))),
)


def states(ledger: Ledger, roster: Roster) -> list[object]:
    found: list[object] = []
    for due in CALENDAR.dues[:3]:
        found.append(silent_units(due, roster, ledger))
        of = unit_states(due, roster, CALENDAR, ledger)
        found.append([of.of(unit) for unit in roster.units])
    return found


@given(STEPS, st.lists(st.sampled_from(ROSTERS), min_size=8, max_size=8))
def test_who_is_silent_is_known_of_a_grown_ledger_and_of_another_roster(
    steps: list[list[tuple[int, Report]]], asked: list[Roster]
) -> None:
    plain: tuple[Report, ...] = ()
    grown = Ledger(reports=packed())
    found, wanted = [], []
    for step, roster in zip(steps, asked, strict=False):
        changed = change_of(plain, step)
        plain = changed_in(plain, changed)
        assert isinstance(grown.reports, Packed)
        grown = grown.taking(grown.reports.changed(changed), changed)
        found.append(states(grown, roster))
        wanted.append(states(Ledger(reports=plain), roster))
    assert found == wanted


@given(st.lists(reports(), max_size=12), st.booleans())
def test_a_ledger_that_grew_over_a_packed_one_answers_as_a_plain_one(
    found: list[Report], asked: bool
) -> None:
    known = [
        replace(utc(one), id=f"r{n}", sequence=n) for n, one in enumerate(found)
    ]
    half = supersede(tuple(known[: len(known) // 2]))
    grown = Ledger(reports=packed().changed(dict(enumerate(half))))
    plain = Ledger(reports=half)
    for one in known[len(half) :]:
        if asked:
            told(grown)
        grown = grown.with_reports((one,))
        plain = Ledger(reports=plain.with_reports((one,)).reports)
    assert told(grown) == told(plain)


OUTCOMES = st.sampled_from(Outcome)
MAILS = st.lists(
    st.tuples(OUTCOMES, st.integers(1, 28), st.booleans()), max_size=12
)


def mail(number: int, outcome: Outcome, day: int) -> MailSeen:
    made = seen(f"k{number % 5}", at(f"09-{day:02} 07:30"), None, None)
    return replace(
        made,
        received_at=made.received_at.astimezone(UTC),
        outcome=outcome.value,
        sender=f"s{number}@example.cn",
    )


@given(MAILS, st.booleans())
def test_mails_that_came_one_by_one_are_looked_up_as_those_that_came_at_once(
    came: list[tuple[Outcome, int, bool]], asked: bool
) -> None:
    mails = [mail(n, one[0], one[1]) for n, one in enumerate(came)]
    settled = frozenset(
        f"receipt:{one.key}"
        for one, of in zip(mails, came, strict=True)
        if of[2]
    )
    kept = no_mails()
    told_now = SettledKeys()
    grown = Ledger(messages=kept)
    for number, one in enumerate(mails):
        if asked:
            told(grown)
        kept = kept.changed({number: one})
        grown = grown.with_mails(kept, (one,))
        now = {key for key in settled if key <= f"receipt:k{number}"}
        told_now = told_now.having(now)
        grown = grown.knowing(settled=told_now)
    grown = grown.knowing(settled=told_now.having(settled))
    assert told(grown) == told(Ledger(messages=tuple(mails), settled=settled))


@given(st.lists(reports(), max_size=12), MAILS, st.integers(0, 2))
def test_what_is_looked_through_answers_as_what_is_looked_up(
    found: list[Report], came: list[tuple[Outcome, int, bool]], at_due: int
) -> None:
    known = supersede(
        tuple(
            replace(utc(one), id=f"r{n}", sequence=n)
            for n, one in enumerate(found)
        )
    )
    mails = tuple(mail(n, one[0], one[1]) for n, one in enumerate(came))
    plain = Ledger(reports=known, messages=mails)
    kept_up = plain.kept_up()
    units = [unit for unit in UNITS if unit]
    due = CALENDAR.dues[at_due]
    figures = latest_figures(units, due, kept_up)
    assert latest_figures(units, due, plain) == figures
    assert latest_completed(units, due, kept_up) == completed_of(figures)
    # As of more units than are asked for one by one
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(latest_module, "REMEMBERED", 0)
        assert latest_figures(units, due, kept_up) == figures
        assert latest_completed(units, due, plain) == completed_of(figures)
    for unit in units:
        assert figures.get(unit) == plain.figure_at(unit, due)
    for keys in ((), ("k0",), ("k1", "k3", "no such")):
        own = Ledger(reports=known, messages=mails)
        assert own.mails_with(keys) == kept_up.mails_with(keys)


PLACES = st.sets(st.integers(0, 40))


@given(PLACES, PLACES, PLACES, st.integers(0, 41))
def test_runs_are_the_places_that_were_told(
    places: set[int], gone: set[int], come: set[int], begin: int
) -> None:
    records = [f"of {place}" for place in range(41)]
    runs = Runs(sorted(places))
    for found, told in (
        (runs, places),
        (runs.changed(gone, come), (places - gone) | come),
        (runs, places),
    ):
        assert list(found) == sorted(told)
        assert found.of(records) == [records[at] for at in sorted(told)]
        late = [at for run in found.since(begin) for at in run]
        assert late == [at for at in sorted(told) if at >= begin]


TIMES = st.lists(st.integers(0, 9), max_size=400)


@given(TIMES, TIMES, st.integers(0, 9))
def test_no_block_is_passed_over_in_which_something_is_late_enough(
    before: list[int], more: list[int], hour: int
) -> None:
    times = [at(f"09-01 0{one}:00") for one in (*before, *more)]
    asked = at(f"09-01 0{hour}:00")
    known = newest_of_blocks((), 0, times[: len(before)])
    grown = newest_of_blocks(known, len(before), times[len(before) :])
    assert grown == newest_of_blocks((), 0, times)
    late = [
        one
        for block in blocks_since(grown, asked)
        for one in times[block]
        if one >= asked
    ]
    assert late == [one for one in times if one >= asked]
