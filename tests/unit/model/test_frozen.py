"""A frozen value behaves as a frozen dataclass of the same fields, but for being cheap to define and to make."""

import ast
import pickle
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.values.frozen import column, frozen, of_columns

ROOT = Path(__file__).parents[3]


@frozen
class Place:
    town: str
    number: int | None = None
    names: tuple[str, ...] = ()
    hidden: bytes = field(default=b"", repr=False)
    kept: frozenset[str] = field(default_factory=frozenset)
    aside: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Model:
    town: str
    number: int | None = None
    names: tuple[str, ...] = ()
    hidden: bytes = field(default=b"", repr=False)
    kept: frozenset[str] = field(default_factory=frozenset)
    aside: int = field(default=0, compare=False)


@frozen
class Other:
    town: str
    number: int | None = None
    names: tuple[str, ...] = ()
    hidden: bytes = b""
    kept: frozenset[str] = frozenset()
    aside: int = 0


@frozen
class Lone:
    town: str


@frozen
class Nothing:
    pass


@frozen
class Longer(Place):
    street: str = ""


# Few of each, so that equal ones are met
ARGUMENTS = st.tuples(
    st.sampled_from(["甲", "乙"]),
    st.sampled_from([None, 0, 1]),
    st.sampled_from([(), ("a",)]),
    st.sampled_from([b"", b"x"]),
    st.sampled_from([frozenset(), frozenset({"b"})]),
    st.sampled_from([0, 1]),
)


@given(ARGUMENTS, ARGUMENTS)
def test_equality_and_hash_are_those_of_a_frozen_dataclass(
    one: tuple[object, ...], other: tuple[object, ...]
) -> None:
    mine, yours = Place(*one), Place(*other)  # type: ignore[arg-type]
    assert (mine == yours) == (Model(*one) == Model(*other))  # type: ignore[arg-type]
    if mine == yours:
        assert hash(mine) == hash(yours)
    assert len({mine, yours}) == len({Model(*one), Model(*other)})  # type: ignore[arg-type]


@given(ARGUMENTS)
def test_it_is_told_as_a_frozen_dataclass_is(one: tuple[object, ...]) -> None:
    told = repr(Place(*one))  # type: ignore[arg-type]
    assert told == repr(Model(*one)).replace("Model", "Place")  # type: ignore[arg-type]


@given(ARGUMENTS)
def test_values_of_two_classes_are_never_equal(one: tuple[object, ...]) -> None:
    place = Place(*one)  # type: ignore[arg-type]
    assert place != Other(*one)  # type: ignore[arg-type]
    assert place != Longer(*one)  # type: ignore[arg-type]


@given(ARGUMENTS)
def test_it_is_copied_with_a_change_and_carried_to_another_process(
    one: tuple[object, ...],
) -> None:
    place = Place(*one)  # type: ignore[arg-type]
    assert pickle.loads(pickle.dumps(place)) == place
    assert replace(place, town="丙").town == "丙"
    assert replace(place, town="丙") != place


def test_classes_of_one_field_and_of_none() -> None:
    assert Lone("甲") == Lone("甲") != Lone("乙")
    assert {Nothing(), Nothing()} == {Nothing()}
    assert Nothing() != Lone("甲")


def test_a_longer_value_counts_its_own_fields_too() -> None:
    assert [part.name for part in fields(Longer)] == [
        *(part.name for part in fields(Place)),
        "street",
    ]
    assert Longer("甲", street="a") != Longer("甲", street="b")


def test_no_value_is_made_in_another_way() -> None:
    found = []
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                decorators = map(ast.unparse, node.decorator_list)
                if any("frozen=True" in text for text in decorators):
                    found.append(f"{path.name}: {node.name}")
    assert not found


ROWS = st.lists(st.tuples(st.text(), st.none() | st.integers(), st.integers()))


@given(ROWS)
def test_values_of_columns_are_those_made_one_by_one(
    rows: list[tuple[str, int | None, int]],
) -> None:
    one_by_one = [Place(town, n, aside=aside) for town, n, aside in rows]
    made = of_columns(
        Place,
        town=[row[0] for row in rows],
        number=column("number", one_by_one),
        kept=[frozenset()] * len(rows),
        aside=(row[2] for row in rows),
    )
    assert list(map(repr, made)) == list(map(repr, one_by_one))
    assert made == one_by_one
    assert [one.aside for one in made] == [row[2] for row in rows]


def test_a_column_that_is_wanted_and_one_of_no_field_are_told() -> None:
    with pytest.raises(TypeError, match="town"):
        of_columns(Place, number=[1], kept=[frozenset()])
    with pytest.raises(TypeError, match="kept"):
        of_columns(Place, town=["甲镇"])
    with pytest.raises(TypeError, match="street"):
        of_columns(Lone, town=["甲镇"], street=["乙路"])
