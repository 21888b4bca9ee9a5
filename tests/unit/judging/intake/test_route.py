"""Whose mail it is: each kind of evidence by itself, the stronger before the weaker, and
laws that hold whatever the campaigns."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging_makers import RULEBOOK, arrival, file, form

from pipeline.judging.calendar import Calendar
from pipeline.judging.intake.route import Claimant, Routed, route
from pipeline.judging.rulebook import Rulebook
from pipeline.model.form import Evidence, Form
from pipeline.model.form_serial import serial_for
from pipeline.model.rules import CalendarRules

DUE = RULEBOOK.calendar.dues[0]
FIELDS = ("unit", "date", "completed", "measures")
NAMES = ("春季行动", "秋季行动")


def book(name: str, *, over: bool = False) -> Rulebook:
    """The campaign of the rulebook under another name; `over`: a year before."""
    calendar = RULEBOOK.calendar
    if over:
        first = calendar.dues[0].replace(year=2014)
        rules = CalendarRules(calendar.rules.zone, first, first)
        calendar = Calendar(rules)
    return replace(RULEBOOK, campaign=name, calendar=calendar)


def read(fields: int = 4, **more: object) -> Form:
    found = tuple((name, Evidence("", "")) for name in FIELDS[:fields])
    return replace(form("甲县", 300), evidence=found, **more)


def claimant(
    name: str,
    *forms: Form,
    file_name: str = "报表.docx",
    subject: str = "报送",
    sender: str = "jia@example.cn",
    over: bool = False,
    wrote: bool = False,
) -> Claimant:
    files = [file(*forms, name=file_name)] if forms else []
    mail = arrival(*files, subject=subject, sender=sender)
    return Claimant(book(name, over=over), f"{name}旬报表", mail, wrote)


SPRING, AUTUMN = NAMES


@pytest.mark.parametrize(
    ("spring", "autumn"),
    [
        # By the number of a pre-filled form, whatever its title
        (
            claimant(SPRING, read(serial=serial_for(SPRING, "甲县", DUE))),
            claimant(
                AUTUMN,
                read(serial=serial_for(SPRING, "甲县", DUE), titled=True),
            ),
        ),
        (claimant(SPRING, read(titled=True)), claimant(AUTUMN, read())),
        (
            claimant(SPRING, read(), file_name=f"{SPRING}旬报表.docx"),
            claimant(AUTUMN, read(), file_name=f"{SPRING}旬报表.docx"),
        ),
        # Its labels find more of the form, or all of it
        (claimant(SPRING, read(4)), claimant(AUTUMN, read(3), wrote=True)),
        (claimant(SPRING, read()), claimant(AUTUMN, wrote=True)),
        (claimant(SPRING, read(), wrote=True), claimant(AUTUMN, read())),
        (claimant(SPRING, read()), claimant(AUTUMN, read(), over=True)),
        (
            claimant(SPRING, read(), subject=f"报送{SPRING}表"),
            claimant(AUTUMN, read(), subject=f"报送{SPRING}表"),
        ),
        # Without a form
        (claimant(SPRING, wrote=True), claimant(AUTUMN)),
        (claimant(SPRING), claimant(AUTUMN, over=True)),
    ],
)
def test_one_kind_of_evidence_tells_whose_it_is(
    spring: Claimant, autumn: Claimant
) -> None:
    assert route([spring, autumn]) == Routed((0,))
    assert route([autumn, spring]) == Routed((1,))


def test_a_title_that_holds_another_is_the_longer_one() -> None:
    short = replace(claimant("行动", read(titled=True)), title="行动旬报表")
    long = replace(claimant("春季", read(titled=True)), title="春季行动旬报表")
    assert route([short, long]) == Routed((1,))


def test_two_that_nothing_tells_apart_both_have_it() -> None:
    both = [claimant(name, read()) for name in NAMES]
    assert route(both) == Routed((0, 1), contested=True)


def test_a_mail_without_a_form_is_nobodys_twice() -> None:
    assert route([claimant(name) for name in NAMES]) == Routed((0,))


def two_files(title: str, first: bool, second: bool) -> Claimant:
    """A mail with both campaigns' forms: which of them this campaign's labels read."""
    files = []
    for name, reads in zip(NAMES, (first, second), strict=True):
        forms = [read(titled=name == title)] if reads else []
        files.append(file(*forms, name=f"{name[:2]}.docx"))
    return Claimant(book(title), f"{title}旬报表", arrival(*files))


def test_a_mail_with_both_forms_is_both_campaigns() -> None:
    mine = two_files(SPRING, True, False)
    its = two_files(AUTUMN, False, True)
    assert route([mine, its]) == Routed((0, 1))


def test_where_one_would_count_the_others_form_too_people_decide() -> None:
    mine = two_files(SPRING, True, True)
    its = two_files(AUTUMN, False, True)
    assert route([mine, its]) == Routed((0, 1), contested=True)


claims = st.builds(
    claimant,
    st.sampled_from((*NAMES, "冬季行动")),
    st.builds(read, st.integers(1, 4), titled=st.booleans()),
    over=st.booleans(),
    wrote=st.booleans(),
    sender=st.sampled_from(("jia@example.cn", "x@example.com")),
)


@given(st.lists(claims, min_size=1, max_size=3))
def test_whose_it_is_never_hangs_on_the_order_of_the_campaigns(
    claimants: list[Claimant],
) -> None:
    first = route(claimants)
    assert first.owners
    assert first.contested == (len(first.owners) > 1)
    whose = {id(claimants[place]) for place in first.owners}
    for order in permutations(claimants):
        routed = route(order)
        assert {id(order[place]) for place in routed.owners} == whose
