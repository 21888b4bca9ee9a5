"""What is answered no more: by address, by side, by the day of the campaign's zone; and that order alone decides."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging_makers import CALENDAR, at

from pipeline.judging.operation.answer_limits import unanswered
from pipeline.model.arrival import Outcome
from pipeline.model.ledger import MailSeen
from pipeline.model.rules import AnswerRules

KNOWN = frozenset({"jia@example.cn", "yi@example.cn", "reviewer@example.cn"})


def mails(
    sender: str, *when: str, outcome: str = Outcome.UNREADABLE
) -> list[MailSeen]:
    return [
        MailSeen(f"{sender} {n} {time}", "", at(time), sender, "", outcome)
        for n, time in enumerate(when)
    ]


def beyond(
    found: Iterable[MailSeen], per_address: int = 2, per_day: int = 100
) -> set[str]:
    return set(
        unanswered(
            found, KNOWN, AnswerRules(per_address, per_day), CALENDAR.local
        )
    )


def test_an_address_is_answered_so_often_a_day() -> None:
    found = mails(
        "jia@example.cn",
        "09-10 08:00",
        "09-10 09:00",
        "09-10 10:00",
        "09-11 08:00",
    )
    assert beyond(found) == {found[2].key}


def test_the_day_is_that_of_the_campaigns_zone() -> None:
    found = mails(
        "jia@example.cn",
        "09-10 23:10",
        "09-10 23:30",
        "09-11 00:10",
        "09-11 07:00",
    )
    assert beyond(found) == set(), "in UTC all four are of one day"


def test_the_order_of_the_records_does_not_matter() -> None:
    found = mails(
        "jia@example.cn",
        "09-10 08:00",
        "09-10 09:00",
        "09-10 10:00",
        "09-10 11:00",
    )
    assert beyond(found) == beyond(found[::-1]) == {found[2].key, found[3].key}


def test_one_address_costs_no_other() -> None:
    loop = mails("jia@example.cn", *["09-10 08:00"] * 50)
    other = mails("yi@example.cn", "09-10 09:00", "09-10 10:00")
    assert {m.key for m in other} & beyond([*loop, *other], per_day=5) == set()


def test_strangers_have_a_bound_of_their_own() -> None:
    strangers = [
        m
        for n in range(9)
        for m in mails(f"s{n}@evil.example", f"09-10 08:0{n}")
    ]
    units = mails("jia@example.cn", "09-10 12:00") + mails(
        "yi@example.cn", "09-10 12:00"
    )
    assert beyond([*strangers, *units], per_day=4) == {
        m.key for m in strangers[4:]
    }


def test_the_registered_ones_together_have_a_bound_too() -> None:
    units = mails("jia@example.cn", "09-10 08:00") + mails(
        "yi@example.cn", "09-10 12:00"
    )
    assert beyond(units, per_day=1) == {units[1].key}


def test_a_reviewer_at_work_is_answered_longer() -> None:
    found = mails(
        "reviewer@example.cn", *["09-10 08:00"] * 11, outcome=Outcome.COMMAND
    )
    assert beyond(found) == {found[10].key}


@pytest.mark.parametrize(
    "outcome", [Outcome.IGNORED, Outcome.DUPLICATE, Outcome.SET_ASIDE]
)
def test_what_is_never_answered_uses_nothing_up(outcome: Outcome) -> None:
    ignored = mails("jia@example.cn", *["09-10 08:00"] * 9, outcome=outcome)
    assert beyond([*ignored, *mails("jia@example.cn", "09-10 09:00")]) == set()


def test_nought_is_no_bound() -> None:
    assert (
        beyond(
            mails("jia@example.cn", *["09-10 08:00"] * 999),
            per_address=0,
            per_day=0,
        )
        == set()
    )


HOURS = [f"09-{day} {hour:02}:00" for day in (9, 10) for hour in range(24)]


@given(
    came=st.lists(
        st.tuples(st.sampled_from(sorted(KNOWN)), st.sampled_from(HOURS)),
        max_size=12,
    ),
    bound=st.integers(0, 3),
)
def test_of_each_address_and_day_all_but_the_first_are_beyond(
    came: list[tuple[str, str]], bound: int
) -> None:
    by_day: defaultdict[tuple[str, str], list[MailSeen]] = defaultdict(list)
    for number, (sender, when) in enumerate(came):
        (mail,) = mails(sender, when)
        mail = replace(mail, key=str(number))
        by_day[sender, when[:5]].append(mail)
    found = [mail for of_day in by_day.values() for mail in of_day]
    expected = set()
    for of_day in by_day.values():
        in_order = sorted(of_day, key=attrgetter("received_at"))
        if bound:
            expected |= {mail.key for mail in in_order[bound:]}
    assert beyond(found, per_address=bound, per_day=0) == expected
