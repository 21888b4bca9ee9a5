"""The token of a case: genuine ones are found wherever a reply carries them; altered, invented and other people's never."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.review.reply_token import (
    Token,
    code_for,
    draft_case,
    looks_like_code,
    talks_case,
    tokens_in,
)

SECRET = b"one ledger's secret"
MINE, HERS = "shenhe@example.cn", "fuhe@example.cn"
CASES = st.one_of(
    st.builds(
        "{:08x}-{}".format, st.integers(0, 2**32 - 1), st.integers(1, 99)
    ),
    st.builds(
        lambda y, m: draft_case(f"{y}-{m:02}"),
        st.integers(2015, 2099),
        st.integers(1, 12),
    ),
    st.builds(
        lambda y, m: talks_case(f"{y}-{m:02}"),
        st.integers(2015, 2099),
        st.integers(1, 12),
    ),
)
TOKENS = st.builds(
    Token,
    CASES,
    st.integers(1, 999),
    st.dates(date(2015, 1, 1), date(2099, 12, 31)),
)
ONE = Token("3fa9c1d2-1", 1, date(2015, 10, 20))


@given(TOKENS, st.text(max_size=50), st.text(max_size=50))
def test_a_token_is_found_in_any_text(
    token: Token, before: str, after: str
) -> None:
    assert tokens_in(
        SECRET, MINE, f"{before} {code_for(SECRET, token, MINE)} {after}"
    ) == (token,)


@given(TOKENS)
def test_anothers_is_none_and_so_is_another_ledgers(token: Token) -> None:
    assert tokens_in(SECRET, MINE, code_for(SECRET, token, HERS)) == ()
    assert tokens_in(SECRET, MINE, code_for(b"another", token, MINE)) == ()
    assert looks_like_code(code_for(b"another", token, MINE))


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("3fa9c1d2-1", "3fa9c1d2-2"),
        ("-v1-", "-v2-"),
        ("-151020-", "-991020-"),
        ("-151020-", "-151399-"),
    ],
)
def test_no_part_can_be_altered(part: str, instead: str) -> None:
    code = code_for(SECRET, ONE, MINE)
    assert part in code
    assert tokens_in(SECRET, MINE, code.replace(part, instead)) == ()
    assert tokens_in(SECRET, MINE, code) == (ONE,)


def test_a_thread_brings_several_and_each_counts_once() -> None:
    later = Token("3fa9c1d2-1", 2, date(2015, 10, 21))
    texts = (
        code_for(SECRET, later, MINE),
        f"> {code_for(SECRET, ONE, MINE)}",
        code_for(SECRET, ONE, MINE),
    )
    assert tokens_in(SECRET, MINE, *texts) == (later, ONE)
