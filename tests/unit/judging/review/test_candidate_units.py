"""Whose a report may be: what speaks for each unit, and in which order they are offered."""

from judging_makers import RULEBOOK, SEP10, SEP20, ledger, report

from pipeline.judging.review.candidate_units import candidate_units
from pipeline.model.form import Hold
from pipeline.model.letters.reviews import SpeaksFor

BEFORE = (
    report("甲县", SEP10, 300, "09-10 09:00"),
    report("乙县", SEP10, 900, "09-10 09:00"),
)


def offered(named: str, text: str, sender=(), completed: int = 340, more=()):
    one = report(
        None, SEP20, completed, "09-20 09:00", holds=(Hold.UNIT_UNCLEAR,)
    )
    known = ledger(*BEFORE, *more, one)
    return candidate_units(one, named, (text,), sender, RULEBOOK, known)


def test_the_place_that_a_mail_names_is_offered_with_what_fits() -> None:
    (first, *_) = offered("", "现报送甲县9月中旬情况")
    assert first.unit == "甲县"
    assert set(first.speaks) == {
        SpeaksFor.PLACE,
        SpeaksFor.FIGURE,
        SpeaksFor.MISSING,
    }
    assert first.last == 300


def test_of_two_that_are_named_the_one_whose_figure_goes_on_comes_first() -> (
    None
):
    assert [c.unit for c in offered("", "甲县、乙县")][:2] == ["甲县", "乙县"]
    found = offered("", "甲县、乙县", completed=950)
    assert [c.unit for c in found][:2] == ["乙县", "甲县"]


def test_who_has_reported_already_comes_behind_who_is_missing() -> None:
    more = (report("甲县", SEP20, 340, "09-20 08:00"),)
    found = {c.unit: c.speaks for c in offered("", "甲县", more=more)}
    assert SpeaksFor.MISSING not in found["甲县"]


def test_a_unit_of_which_nothing_speaks_is_not_offered() -> None:
    assert offered("", "会议材料") == ()


def test_the_senders_own_unit_is_offered() -> None:
    assert [c.unit for c in offered("", "", ("乙县",))] == ["乙县"]
