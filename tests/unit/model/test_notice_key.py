"""Keys keep the text that every ledger holds, and say what they are about."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.month import Month
from pipeline.model.notice import NoticeKind
from pipeline.model.notice_key import (
    Key,
    Mark,
    adhoc_key,
    again_key,
    approval_key,
    asked_in,
    bulletin_key,
    edited_key,
    instead_key,
    is_withdrawal,
    key_of,
    keys_of_period,
    lag_round,
    once_per,
    parse_key,
    parse_keys,
    postponed_key,
    postponements,
    relayed_key,
    release_of,
    released_by,
    talk_key,
    talks_round,
    undone_talk_key,
    withdrawal_key,
)

SEPTEMBER = Month("2015-09")
SEP10 = date(2015, 9, 10)
CORRECTION = key_of(NoticeKind.ERRATUM, SEPTEMBER, "0123456789")

# What stands in ledgers since the first version: a changed text would be sent again.
KEPT = [
    (bulletin_key(SEPTEMBER), "monthly_bulletin:2015-09"),
    (instead_key(SEPTEMBER, "FC25"), "monthly_bulletin:2015-09:FC25"),
    (adhoc_key("FC25"), "adhoc_bulletin:FC25"),
    (approval_key(SEPTEMBER), "approved:2015-09"),
    (release_of(CORRECTION).text, "approved:erratum:2015-09:0123456789"),
    (edited_key(SEPTEMBER, "abc"), "edited:2015-09:abc"),
    (
        postponed_key(SEPTEMBER, date(2015, 10, 9), "0123456789abcdef"),
        "postponed:2015-09:2015-10-09:0123456789ab",
    ),
    (
        withdrawal_key(SEPTEMBER, "FC25").text,
        "erratum:2015-09:withdrawn:FC25",
    ),
    (talk_key("甲县", SEPTEMBER), "talk_notice:甲县:2015-09"),
    (undone_talk_key("甲县", SEPTEMBER), "talk_notice:甲县:2015-09:withdrawn"),
    (lag_round(SEP10), "round:lag_notice:2015-09-10"),
    (talks_round(SEPTEMBER), "round:talk_proposal:2015-09"),
    (again_key(SEP10, "第一组"), "period_digest:2015-09-10:第一组:again"),
]


@pytest.mark.parametrize(("composed", "kept"), KEPT)
def test_a_key_has_the_text_of_every_older_ledger(
    composed: str, kept: str
) -> None:
    assert composed == kept


@pytest.mark.parametrize("text", [kept for _, kept in KEPT])
def test_a_key_that_was_read_has_the_same_text(text: str) -> None:
    key = parse_key(text)
    assert key is not None
    assert key.text == text


@given(
    st.sampled_from([*NoticeKind, *Mark]),
    st.lists(st.text(st.characters(exclude_characters=":")), min_size=1),
)
def test_whatever_is_composed_is_read_as_it_was(
    kind: NoticeKind | Mark, about: list[str]
) -> None:
    key = Key(kind, tuple(about))
    assert parse_key(key.text) == key


def test_a_text_of_no_kind_is_no_key() -> None:
    assert parse_key("whatever:2015-09") is None
    assert parse_keys(["", "x", "alert:disk_low:201509101805"]) == (
        key_of(NoticeKind.ALERT, "disk_low", "201509101805"),
    )


def test_what_only_begins_alike_is_not_meant() -> None:
    key = key_of(NoticeKind.ERRATUM, SEPTEMBER, "0123456789")
    assert key.is_of(NoticeKind.ERRATUM, "2015-09")
    assert not key.is_of(NoticeKind.ERRATUM, "2015-0")
    assert not key.is_of(NoticeKind.ERRATUM_DRAFT, "2015-09")


def test_a_withdrawal_is_told_from_a_correction_of_its_month() -> None:
    withdrawn = withdrawal_key(SEPTEMBER, "FC25")
    assert is_withdrawal(withdrawn, SEPTEMBER)
    assert not is_withdrawal(withdrawn, Month("2015-10"))
    assert not is_withdrawal(CORRECTION, SEPTEMBER)


def test_a_release_says_what_it_releases() -> None:
    assert released_by(approval_key(SEPTEMBER)) == SEPTEMBER
    assert released_by(release_of(CORRECTION).text) == CORRECTION.text
    assert released_by(lag_round(SEP10)) == ""


def test_a_round_says_what_was_asked() -> None:
    key = parse_key(lag_round(SEP10))
    assert key is not None
    assert asked_in(key) == key_of(NoticeKind.LAG_NOTICE, SEP10)


def test_each_day_that_a_draft_was_put_off_to_is_found() -> None:
    settled = parse_keys(
        [
            postponed_key(SEPTEMBER, date(2015, 10, 9), "first"),
            postponed_key(SEPTEMBER, date(2015, 10, 12), "second"),
            postponed_key(Month("2015-10"), date(2015, 11, 9), "third"),
            approval_key(SEPTEMBER),
        ]
    )
    assert postponements(SEPTEMBER, settled) == [
        date(2015, 10, 9),
        date(2015, 10, 12),
    ]


def test_a_relayed_notice_is_another_than_its_own() -> None:
    own = key_of(NoticeKind.DUE_REMINDER, "甲县", SEP10)
    relayed = parse_key(relayed_key(own.text))
    assert relayed is not None
    assert relayed.is_of(NoticeKind.DUE_REMINDER, "甲县")
    assert relayed != own


@given(st.sampled_from(NoticeKind), st.text(), st.dates())
def test_keys_of_many_units_are_those_of_each(
    kind: NoticeKind, first_name: str, period: date
) -> None:
    key_of_unit = keys_of_period(kind, period)
    assert key_of_unit(first_name) == once_per(kind, first_name, period)
