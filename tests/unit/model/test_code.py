"""The code of a held case: genuine ones are found wherever a reply carries them, invented ones never."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.code import case_in, code_for, draft_case

SECRET = b"one ledger's secret"
CASES = st.one_of(
    st.builds("{:08x}-{}".format, st.integers(0, 2**32 - 1), st.integers(1, 99)),
    st.builds(lambda y, m: draft_case(f"{y}-{m:02}"), st.integers(2015, 2099), st.integers(1, 12)),
)


@given(CASES, st.text(max_size=50), st.text(max_size=50))
def test_a_code_is_found_in_any_text(case: str, before: str, after: str) -> None:
    assert case_in(SECRET, f"{before} {code_for(SECRET, case)} {after}") == case


@given(CASES)
def test_another_ledgers_code_is_none(case: str) -> None:
    assert case_in(SECRET, code_for(b"another", case)) is None


def test_a_changed_letter_is_none_and_two_cases_are_none() -> None:
    code = code_for(SECRET, "3fa9c1d2-1")
    assert case_in(SECRET, code.replace("3fa9c1d2-1", "3fa9c1d2-2")) is None
    assert case_in(SECRET, code, code_for(SECRET, "3fa9c1d2-2")) is None
    assert case_in(SECRET, code, f"再说一遍 {code}") == "3fa9c1d2-1"
