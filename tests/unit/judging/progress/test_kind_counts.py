"""Counts of a standing's rows: the same as counting all rows for each row that asks."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.judging.progress.kind_counts import count_kinds
from pipeline.model.standing import Row, State

KINDS = ("county", "municipal")


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    found = []
    for number in range(draw(st.integers(1, 12))):
        completed = draw(st.one_of(st.none(), st.integers(0, 4)))
        pool = draw(st.booleans())
        rate = rank = None
        if completed is not None:
            rate = completed / 4
        if completed is not None and not pool:
            # Which rank does not matter here, only that there is one
            rank = 1
        row = Row(
            unit=f"单位{number}",
            kind=draw(st.sampled_from(KINDS)),
            pool=pool,
            state=draw(st.sampled_from((None, *State))),
            completed=completed,
            target=4,
            base=None,
            rate=rate,
            schedule=0.5,
            lagging=False,
            rank=rank,
            rank_overall=rank,
        )
        found.append(row)
    return found


@given(rows())
def test_counts_are_those_of_all_rows(found: list[Row]) -> None:
    counts = count_kinds(found)
    for kind in ("county", "municipal"):
        alike = [row for row in found if row.kind == kind]
        assert counts.listed[kind] == sum(not row.pool for row in alike)
        ranked = [row for row in alike if row.rank is not None]
        assert counts.ranked[kind] == len(ranked)


def place_by_hand(row: Row, found: list[Row]) -> tuple[int | None, int]:
    among = []
    for other in found:
        told = other.state in (State.ON_TIME, State.LATE)
        if other.kind == row.kind and other.rank is not None and told:
            among.append(other)
    if row not in among:
        return None, len(among)
    above = [one for one in among if (one.rate or 0) > (row.rate or 0)]
    return len(above) + 1, len(among)


@given(rows())
def test_a_place_is_one_more_than_those_above(found: list[Row]) -> None:
    counts = count_kinds(found)
    places = [counts.place(row) for row in found]
    assert places == [place_by_hand(row, found) for row in found]
