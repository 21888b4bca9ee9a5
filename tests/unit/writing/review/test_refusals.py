"""Every refusal has its one sentence, which names all that the decision says of it."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from pipeline.model.report import ReportState
from pipeline.model.review.refusal import CannotDecide, Fact, Refusal
from pipeline.writing.review.refusals import refusal_sentence

JUDGING = Path(__file__).parents[4] / "pipeline" / "judging"
FACTS: dict[str, Fact] = {
    "by": "first@example.cn",
    "state": ReportState.REJECTED,
    "unit": "甲县",
    "other": "乙县",
    "name": "甲县县",
    "near": ("甲县",),
    "report": "ab12cd34",
    "period": date(2015, 9, 21),
    "nearest": date(2015, 9, 20),
    "was": 365,
    "completed": 356,
    "address": "a@example.cn",
    "month": "2015-09",
    "why": "甲县的数已核实",
    "figure": "办理入会",
    "figures": ("入会",),
    "value": 12,
    "of": "累计完成数",
    "bound": 10,
    "numbers": ("1044", "1057"),
}


def raised() -> list[tuple[Refusal, set[str]]]:
    """Each refusal that judging makes, with the names of the facts that it brings."""
    found = []
    for path in JUDGING.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            if ast.unparse(node.func) != "CannotDecide":
                continue
            code = Refusal[ast.unparse(node.args[0]).removeprefix("Refusal.")]
            found.append((code, {k.arg or "" for k in node.keywords}))
    return found


def test_every_refusal_is_made_somewhere_and_no_other() -> None:
    assert {code for code, _ in raised()} == set(Refusal)


@pytest.mark.parametrize(("refusal", "names"), raised())
def test_a_sentence_names_what_the_decision_says(
    refusal: Refusal, names: set[str]
) -> None:
    told = {name: FACTS[name] for name in names}
    sentence = refusal_sentence(CannotDecide(refusal, **told))
    assert re.search("[\u4e00-\u9fff]", sentence)
    assert "{" not in sentence
    for name in names - {"state"}:
        fact = FACTS[name]
        if isinstance(fact, tuple):
            assert all(part in sentence for part in fact)
        else:
            assert str(fact) in sentence


def test_what_is_not_there_is_said_in_words() -> None:
    nothing = CannotDecide(Refusal.OTHER_FIGURE, was=365, completed=None)
    assert "这份报表上没有读出数字" in refusal_sentence(nothing)
    strange = CannotDecide(Refusal.UNKNOWN_UNIT, name="某某", near=())
    assert refusal_sentence(strange) == "名单里没有单位“某某”"
    gone = CannotDecide(
        Refusal.DECIDED_ALREADY, by="a", state=ReportState.REJECTED
    )
    assert "已退回或作废" in refusal_sentence(gone)
