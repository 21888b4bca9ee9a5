"""Every code has its sentence, and none blames anybody (rules.md 8)."""

import pytest
from judging_makers import SEP20, report

from pipeline.judging.reasons import hold_sentence, note_sentence, trouble_sentence
from pipeline.model.form import Hold, Note
from pipeline.model.trouble import TroubleCode

SENTENCES = [
    *(note_sentence(note) for note in Note),
    *(trouble_sentence(code) for code in TroubleCode),
    *(hold_sentence(hold, report(completed=250), 300, 1000) for hold in Hold),
    *(hold_sentence(hold, report(completed=None), None, None) for hold in Hold),
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_is_chinese_ends_and_blames_nobody(sentence: str) -> None:
    assert sentence.endswith("。")
    assert not any(word in sentence for word in ("瞒报", "虚报", "拒报", "None"))


def test_a_decrease_is_said_in_numbers() -> None:
    words = hold_sentence(Hold.FIGURE_DECREASED, report("甲县", SEP20, 250), 300, 1000)
    assert all(number in words for number in ("250", "300", "50"))


def test_a_jump_is_said_against_the_target() -> None:
    words = hold_sentence(Hold.FIGURE_JUMP, report("甲县", SEP20, 1900), 300, 1000)
    assert all(number in words for number in ("1900", "300", "1000"))
