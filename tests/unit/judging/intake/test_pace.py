"""A figure beside the unit's own pace: the usual rise, time away, and a number that looks like the other kind of count (features 21, 25)."""

from dataclasses import replace

import pytest
from judging_makers import (
    CALENDAR,
    OCT10,
    OCT20,
    RULEBOOK,
    SEP10,
    SEP20,
    SEP30,
    arrival,
    file,
    form,
    ledger,
    report,
)

from pipeline.judging.intake.judge import judge
from pipeline.judging.intake.pace import pace
from pipeline.model.form import Hold
from pipeline.model.ledger import Ledger
from pipeline.model.wording.campaign_words import CampaignWords
from pipeline.writing.sentences import pace_words

INCREMENT = replace(
    RULEBOOK, checks=replace(RULEBOOK.checks, count="increment")
)
WORDS = CampaignWords(unit="名")


def history(*figures: int | None) -> Ledger:
    """甲县's figures of 10, 20, 30 September and 10 October; None for none."""
    dues = (SEP10, SEP20, SEP30, OCT10)
    return ledger(
        *(
            report("甲县", due, figure, f"{due:%m-%d} 12:00")
            for due, figure in zip(dues, figures, strict=False)
            if figure is not None
        )
    )


def known(*figures: int | None):
    return pace("甲县", OCT20, CALENDAR.dues, history(*figures))


@pytest.mark.parametrize(
    ("figures", "usual", "rises", "away"),
    [
        ((), None, 0, None),
        ((100,), None, 0, 4),
        ((100, 120, 150), None, 2, 2),
        ((100, 120, 150, 160), 20, 3, 1),
        # one outlier moves no median
        ((100, 120, 400, 420), 20, 3, 1),
        # over two periods it did what it did in both
        ((100, None, 160, 190), None, 2, 1),
    ],
)
def test_the_pace_is_a_median_and_says_when_there_are_too_few_points(
    figures: tuple[int | None, ...],
    usual: float | None,
    rises: int,
    away: int | None,
) -> None:
    found = known(*figures)
    assert (found.usual, found.rises, found.away) == (usual, rises, away)
    told = pace_words(found, report("甲县", OCT20, 200, "10-20 12:00"), WORDS)
    assert ("太少" in told[1]) == (usual is None)


def judged(figure: int, before: Ledger, *, added: bool):
    rulebook = INCREMENT if added else RULEBOOK
    what = (
        form("甲县", None, "10-20", added=figure)
        if added
        else form("甲县", figure, "10-20")
    )
    came = arrival(file(what), when="10-20 12:00")
    (made,) = judge(came, rulebook, before).reports
    return made


@pytest.mark.parametrize(
    ("figure", "asked"),
    [(25, False), (120, False), (160, True), (190, True), (400, False)],
)
def test_an_increment_that_goes_on_from_the_total_is_asked_about(
    figure: int, asked: bool
) -> None:
    before = history(100, 120, 140, 160)
    made = judged(figure, before, added=True)
    assert (Hold.FIGURE_JUMP in made.holds) == asked
    if asked:
        found = pace("甲县", OCT20, CALENDAR.dues, before)
        said = pace_words(found, made, WORDS)[0]
        assert f"改为{figure}" in said


def test_a_cumulative_that_looks_like_an_increment_is_asked_about() -> None:
    before = history(2230, 2290, 2350, 2410)
    made = judged(126, before, added=False)
    assert Hold.FIGURE_DECREASED in made.holds
    found = pace("甲县", OCT20, CALENDAR.dues, before)
    said, usual = pace_words(found, made, WORDS)
    assert "像是" in said
    assert "改为2536" in said
    assert "中位数60名" in usual


def test_a_unit_that_was_away_is_seen_by_what_it_did_a_period() -> None:
    before = history(100)
    made = judged(900, before, added=False)
    assert Hold.FIGURE_JUMP in made.holds
    found = pace("甲县", OCT20, CALENDAR.dues, before)
    said, usual = pace_words(found, made, WORDS)
    assert "距上次报数4期，平均每期200名" in said
    assert "太少" in usual


def test_a_backfill_above_a_later_figure_is_held() -> None:
    before = history(100, None, 140)
    what = form("甲县", 150, "9-20")
    came = arrival(file(what), when="10-01 12:00", subject="补报旬报表")
    (made,) = judge(came, RULEBOOK, before).reports
    assert (made.period, made.holds) == (SEP20, (Hold.FIGURE_DECREASED,))
