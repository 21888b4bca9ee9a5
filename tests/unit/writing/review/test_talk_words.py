"""Why a talk is proposed, in the circular's words and blaming nobody."""

from dataclasses import replace

import pytest

from pipeline.model.review.talk import TalkProposal, TalkReason, TalkRule
from pipeline.model.wording.campaign_words import (
    PERIOD_WORDS,
    PLAIN_WORDS,
    PeriodKind,
)
from pipeline.writing.review.talk_words import reason_sentence, talk_record

HOUSEHOLDS = replace(PLAIN_WORDS, unit="户")
QUARTERLY = replace(PLAIN_WORDS, period=PERIOD_WORDS[PeriodKind.QUARTER])
LAST = TalkReason(TalkRule.LAST_PLACE, 0.481, 0.7479, rank=18, ranked=18)
MISSING = TalkReason(
    TalkRule.WEAK_EFFORT, 0.481, 0.7479, missing=2, periods=3, completed=1234
)
STILL = TalkReason(TalkRule.WEAK_EFFORT, 0.481, 0.7479, completed=1234)
NEVER = TalkReason(TalkRule.WEAK_EFFORT, None, 0.7479, missing=3, periods=3)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (
            LAST,
            "完成率48.1%，在同类18个单位中排第18位（末位），低于时序进度74.8%",
        ),
        (
            MISSING,
            "完成率48.1%，进度滞后（时序进度74.8%），本月3期中有2期没有报送",
        ),
        (
            STILL,
            "完成率48.1%，进度滞后（时序进度74.8%），"
            "自上次通报以来没有增长（仍为1,234名）",
        ),
        (NEVER, "至今没有报过数，本月3期中有3期没有报送"),
    ],
)
def test_a_reason_says_its_figures(reason: TalkReason, sentence: str) -> None:
    said = reason_sentence(reason, PLAIN_WORDS)
    assert said == sentence
    assert not any(word in said for word in ("瞒报", "虚报", "拒报"))


def test_where_units_report_by_the_quarter_a_quarter_was_missed() -> None:
    said = reason_sentence(replace(NEVER, missing=1, periods=1), QUARTERLY)
    assert "本季度1期中有1期没有报送" in said


def test_the_ledger_keeps_the_rules_and_the_sentences_of_today() -> None:
    kept = talk_record(
        TalkProposal("2015-09", "甲县", (LAST, STILL)), HOUSEHOLDS
    )
    assert kept.rules == ("last_place", "weak_effort")
    # The rate is told once, by the first of them
    assert kept.reasons[1].startswith("进度滞后")
    assert kept.reasons[1].endswith("（仍为1,234户）")
    assert kept.state == "proposed"
