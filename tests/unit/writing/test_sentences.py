"""Every code has its sentence, and none blames anybody (rules.md 8)."""

from dataclasses import replace
from fractions import Fraction

import pytest
from judging_makers import SEP20, report

from pipeline.model.document import Doubt
from pipeline.model.form import (
    AlsoSpec,
    Figure,
    Form,
    Hold,
    Note,
    Place,
    SeenNumber,
    TextSpec,
)
from pipeline.model.rules import CheckRules
from pipeline.model.trouble import TroubleCode
from pipeline.model.wording.campaign_words import PLAIN_WORDS
from pipeline.writing.sentences import (
    codes_in_words,
    hold_sentence,
    note_sentence,
    trouble_sentence,
)

SENTENCES = [
    *(note_sentence(note) for note in Note),
    *(note_sentence(note, CheckRules()) for note in Note),
    *(trouble_sentence(code) for code in TroubleCode),
    *(hold_sentence(hold, report(completed=250), 300, 1000) for hold in Hold),
    *(hold_sentence(hold, report(completed=None), None, None) for hold in Hold),
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_is_chinese_ends_and_blames_nobody(sentence: str) -> None:
    assert sentence.endswith("。")
    assert not any(
        word in sentence for word in ("瞒报", "虚报", "拒报", "None")
    )


def test_a_decrease_is_said_in_numbers() -> None:
    words = hold_sentence(
        Hold.FIGURE_DECREASED, report("甲县", SEP20, 250), 300, 1000
    )
    assert all(number in words for number in ("250", "300", "50"))


def test_a_jump_is_said_against_the_target() -> None:
    words = hold_sentence(
        Hold.FIGURE_JUMP, report("甲县", SEP20, 1900), 300, 1000
    )
    assert all(number in words for number in ("1900", "300", "1000"))


def test_an_unclear_figure_says_what_was_not_understood_and_every_number() -> (
    None
):
    figure = Figure(
        holds=(Hold.FIGURE_UNCLEAR,),
        unexplained=("预计",),
        doubts=(Doubt.STRUCK,),
        seen=(
            SeenNumber(1044, Place.LABEL, "1044"),
            SeenNumber(1057, Place.VALUE, "1057"),
        ),
    )
    held = report(completed=None)
    form = Form("犍为县总工会", (), None, figure, ())
    said = hold_sentence(
        Hold.FIGURE_UNCLEAR, replace(held, form=form), None, None
    )
    for part in ("预计", "删除线", "标题空白处写的是1044", "填数处写的是1057"):
        assert part in said


@pytest.mark.parametrize(
    ("seen", "said_so"),
    [((SeenNumber(150, Place.VALUE, "150"),), True), ((), False)],
)
def test_a_number_that_is_seen_is_not_said_to_be_left_out(
    seen: tuple[SeenNumber, ...], said_so: bool
) -> None:
    figure = Figure(holds=(Hold.FIGURE_UNCLEAR,), seen=seen)
    form = Form("", (), None, figure, ())
    held = replace(report(completed=None), form=form)
    said = hold_sentence(Hold.FIGURE_UNCLEAR, held, None, None)
    assert ("填数处写的是150" in said) == said_so
    assert ("没有填写" in said) != said_so


def test_every_doubt_has_words() -> None:
    assert len(Doubt) > 0
    for doubt in Doubt:
        figure = Figure(holds=(Hold.FIGURE_UNCLEAR,), doubts=(doubt,))
        form = Form("", (), None, figure, ())
        held = replace(report(completed=None), form=form)
        said = hold_sentence(Hold.FIGURE_UNCLEAR, held, None, None)
        assert said.startswith("完成数不明确：")


def test_a_note_takes_its_threshold_from_the_rules() -> None:
    rules = CheckRules(rate_tolerance=Fraction(25, 1000), measures_min_chars=80)
    assert "2.5个百分点" in note_sentence(Note.RATE_MISMATCH, rules)
    assert "80字" in note_sentence(Note.MEASURES_SHORT, rules)


@pytest.mark.parametrize("note", [Note.ALSO_MISSING, Note.FIELD_MISSING])
@pytest.mark.parametrize(
    "needed", [("整改到位数",), ("整改到位数", "重大隐患数"), ()]
)
def test_what_is_missing_is_named_as_the_form_names_it(
    note: Note, needed: tuple[str, ...]
) -> None:
    titles = ("整改到位数", "重大隐患数")
    also = [AlsoSpec(t, (t,), needed=t in needed) for t in titles]
    texts = [TextSpec(t, (t,), needed=t in needed) for t in titles]
    rules = CheckRules(also=tuple(also), texts=tuple(texts))
    said = note_sentence(note, rules)
    assert [t for t in titles if t in said] == list(needed)


def test_what_the_ledger_keeps_is_told_by_the_heads_of_the_campaigns_form() -> (
    None
):
    labels = replace(PLAIN_WORDS.labels, measures="本周走访情况")
    words = replace(PLAIN_WORDS, labels=labels)
    kept = f"{Note.MEASURES_MISSING.value},{Note.MEASURES_SHORT.value}"
    said = codes_in_words(kept, CheckRules(), words)
    assert said.count("本周走访情况") == 2
    assert "举措" not in said
    assert codes_in_words("电话核实过") == "电话核实过"
