"""Figures beside the main one: in its cell, in a cell beside it, in a row of their own, in
a line; and what they never do to the main one."""

from dataclasses import replace

import pytest
from form_makers import COMPLETED, MEASURES, SPEC, grid

from pipeline.model.document import Document, Paragraph
from pipeline.model.form import AlsoSpec, Form
from pipeline.reading.form.extract import extract

REGISTERED = AlsoSpec(
    "registered", ("实名登记人数", "其中实名登记", "实名登记")
)
URGENT = AlsoSpec("urgent", ("其中重大隐患", "重大隐患数"), "处")
WITH_ONE = replace(SPEC, also=(REGISTERED,))
HEAD = ["报送单位：", "犍为县", "报送时间：", "2015年9月10日"]
LAST = [MEASURES, "一、开展集中入会活动，实名登记500人。", "", ""]


def form_of(*rows: list, spec=WITH_ONE) -> Form:
    document = Document("docx", (grid([HEAD, *rows, LAST]),))
    (form,) = extract(document, spec)
    return form


@pytest.mark.parametrize(
    "rows",
    [
        [[COMPLETED, "1234名（其中实名登记1100人）", "", ""]],
        [[COMPLETED, "1234，其中实名登记：1100名", "", ""]],
        [[COMPLETED, "1234名（实名登记人数1100人）", "", ""]],
        [[COMPLETED, "1234", "其中实名登记", "1100"]],
        [[COMPLETED, "1234", "实名登记人数：", 1100]],
        [[COMPLETED, "1234", "", ""], ["实名登记人数", "1,100人", "", ""]],
        [[COMPLETED, 1234, "", ""], ["其中：实名登记（人）", "1100", "", ""]],
        [["实名登记人数：1100人", "", "", ""], [COMPLETED, "1234", "", ""]],
    ],
)
def test_it_is_read_wherever_it_stands_and_the_main_one_too(
    rows: list,
) -> None:
    form = form_of(*rows)
    assert (form.figure.completed, form.figure.holds) == (1234, ())
    assert [(a.name, a.value) for a in form.also] == [("registered", 1100)]
    assert "1100" in dict(form.evidence)["registered"].text.replace(",", "")


def test_it_stands_in_a_line_of_a_mail() -> None:
    lines = (
        "报送单位：犍为县",
        "已完成目标任务数：1234名",
        "实名登记人数：1100名",
        "主要工作举措：一、开展集中入会活动。",
    )
    blocks = tuple(Paragraph(t, f"第{i}段") for i, t in enumerate(lines, 1))
    (form,) = extract(Document("text", blocks), WITH_ONE)
    assert form.figure.completed == 1234
    assert [a.value for a in form.also] == [1100]


@pytest.mark.parametrize(
    "text", ["约1100", "1100、1200", "见附件", "", "1.1万"]
)
def test_what_is_no_one_clear_number_is_not_read(text: str) -> None:
    form = form_of([COMPLETED, "1234", "", ""], ["实名登记人数", text, "", ""])
    assert form.figure.completed == 1234
    if text != "1.1万":
        assert [a.value for a in form.also] == [None]


def test_two_places_that_differ_are_not_read() -> None:
    form = form_of(
        [COMPLETED, "1234（其中实名登记1000人）", "", ""],
        ["实名登记人数", "1100", "", ""],
    )
    assert form.figure.completed == 1234
    assert [a.value for a in form.also] == [None]


def test_measures_are_no_figure() -> None:
    form = form_of([COMPLETED, "1234", "", ""])
    assert form.also == ()
    assert len(form.measures) == 1


def test_a_word_that_the_vocabulary_lacks_is_understood_by_the_config() -> None:
    spec = replace(SPEC, unit="处", also=(URGENT,))
    for text in ("356处，其中重大隐患12处", "356处（其中：重大隐患 12 处）"):
        form = form_of(["已完成目标任务数", text, "", ""], spec=spec)
        assert (form.figure.completed, form.figure.holds) == (356, ())
        assert [a.value for a in form.also] == [12]


def test_without_such_figures_nothing_is_taken_out() -> None:
    rows = [[COMPLETED, "1234", "其中实名登记", "1100"]]
    bare = form_of(*rows, spec=SPEC)
    assert bare.also == ()
    assert bare.figure.completed in (1234, None)


def test_only_the_second_figure_is_no_main_one() -> None:
    form = form_of([COMPLETED, "其中实名登记1100人", "", ""])
    assert form.figure.completed is None
