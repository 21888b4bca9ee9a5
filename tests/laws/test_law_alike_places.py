"""Laws of look-ups by what is alike: they find what a look at all would find."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.memory.alike_places import AlikePlaces


@given(st.lists(st.sampled_from("甲乙丙") | st.none()))
def test_those_are_found_that_are_alike(values: list[str | None]) -> None:
    known = AlikePlaces(values)
    for value in (*"甲乙丙丁", None):
        wanted = [at for at, one in enumerate(values) if one == value]
        assert known.of(value) == wanted
    assert known.of("丁") == []
