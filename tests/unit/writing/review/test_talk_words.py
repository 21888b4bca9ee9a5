"""Why a talk is proposed, in the circular's words and blaming nobody."""

import pytest

from pipeline.model.review.talk import TalkProposal, TalkReason, TalkRule
from pipeline.writing.review.talk_words import reason_sentence, talk_record

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
    said = reason_sentence(reason, "名")
    assert said == sentence
    assert not any(word in said for word in ("瞒报", "虚报", "拒报"))


def test_the_ledger_keeps_the_rules_and_the_sentences_of_today() -> None:
    kept = talk_record(TalkProposal("2015-09", "甲县", (LAST, STILL)), "户")
    assert kept.rules == ("last_place", "weak_effort")
    # The rate is told once, by the first of them
    assert kept.reasons[1].startswith("进度滞后")
    assert kept.reasons[1].endswith("（仍为1,234户）")
    assert kept.state == "proposed"
