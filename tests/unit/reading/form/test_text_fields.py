"""Fields of words: beside their label, below it, behind it; and what is never taken for one."""

from dataclasses import replace

import pytest
from form_makers import COMPLETED, MEASURES, SPEC, grid

from pipeline.judging.intake.settle_figure import measures_notes, text_notes
from pipeline.model.document import Document, Paragraph
from pipeline.model.form import AlsoSpec, Form, Note, TextSpec
from pipeline.model.rules import CheckRules
from pipeline.reading.form.extract import extract

WHO = TextSpec("filled_by", ("填报人", "填表人"), needed=True)
PHONE = TextSpec("telephone", ("联系电话", "电话"))
REMARK = TextSpec("remark", ("备注",))
ASKED = replace(SPEC, texts=(WHO, PHONE, REMARK))
HEAD = ["报送单位：", "犍为县", "报送时间：", "2015年9月10日"]
FIGURE = [COMPLETED, "1234", "", ""]
LAST = [MEASURES, "1.开展集中入会活动，新增会员80人。2.开展宣讲。", "", ""]


def form_of(*rows: list, lines: tuple[str, ...] = (), spec=ASKED) -> Form:
    below = tuple(Paragraph(t, f"第{i}段") for i, t in enumerate(lines, 1))
    document = Document("docx", (grid([HEAD, FIGURE, *rows, LAST]), *below))
    (form,) = extract(document, spec)
    return form


def told(form: Form) -> dict[str, str]:
    return {field.name: field.value for field in form.texts}


BOTH = {"filled_by": "张三", "telephone": "0833-2130000"}


@pytest.mark.parametrize(
    "form",
    [
        form_of(["填报人", "张三", "联系电话", "0833-2130000"]),
        form_of(["填报人：张三", "", "电　话：0833-2130000", ""]),
        form_of(["填报人：张三  电话：0833-2130000", "", "", ""]),
        form_of(
            ["填表人（签字）", "电话", "", ""], ["张三", "0833-2130000", "", ""]
        ),
        form_of(lines=("填报人：张三　　联系电话：0833-2130000",)),
        form_of(lines=("填报人：张三，电话：0833-2130000",)),
        form_of(lines=("填报人： 张三", "电话：0833-2130000")),
    ],
)
def test_they_are_read_wherever_they_stand(form: Form) -> None:
    assert told(form) == BOTH
    assert (form.figure.completed, form.figure.holds) == (1234, ())
    assert form.unit_text == "犍为县"
    assert len(form.measures) == 2
    assert {"filled_by", "telephone"} <= set(dict(form.evidence))


def test_a_telephone_number_that_is_typed_as_a_number_is_told_in_full() -> None:
    form = form_of(["填报人", "张三", "电话", 13800001234])
    assert told(form)["telephone"] == "13800001234"


def test_an_empty_one_is_told_as_empty() -> None:
    form = form_of(["填报人", "", "电话", ""], ["备注：____", "", "", ""])
    assert told(form) == {"filled_by": "", "telephone": "", "remark": ""}


def test_another_label_is_no_value() -> None:
    form = form_of(["填报人", "电话", "备注", "无"])
    assert told(form) == {"filled_by": "", "telephone": "", "remark": "无"}


def test_a_number_in_a_remark_is_not_the_figure() -> None:
    form = form_of(["备注", "另有300人正在办理", "", ""])
    assert form.figure.completed == 1234
    assert told(form) == {"remark": "另有300人正在办理"}


@pytest.mark.parametrize(
    "line", ["由填报人张三核实", "本表备注栏：不填", "请写明填报人"]
)
def test_a_sentence_that_speaks_of_it_is_no_field(line: str) -> None:
    assert told(form_of(lines=(line,))) == {}


def test_a_form_whose_config_asks_for_none_is_read_as_before() -> None:
    form = form_of(["填报人", "张三", "电话", "123"], spec=SPEC)
    assert form.texts == ()
    assert form.figure.completed == 1234


def test_of_two_forms_nobody_can_tell_whose_it_is() -> None:
    one = grid([HEAD, FIGURE, LAST])
    other = grid(
        [["报送单位：", "沐川县", "报送时间：", "2015年9月10日"], FIGURE, LAST]
    )
    lines = (Paragraph("填报人：张三", "第1段"),)
    forms = extract(Document("docx", (one, other, *lines)), ASKED)
    assert [form.texts for form in forms] == [(), ()]


def test_what_is_needed_and_empty_is_noted() -> None:
    rules = CheckRules(texts=(WHO, PHONE))
    empty = form_of(["填报人", "", "电话", "123"])
    assert text_notes(empty, rules) == (Note.FIELD_MISSING,)
    assert text_notes(form_of(["填报人", "张三", "", ""]), rules) == ()


def test_measures_that_are_not_needed_are_not_missed() -> None:
    assert measures_notes((), CheckRules(measures_needed=False)) == ()
    assert measures_notes((), CheckRules()) == (Note.MEASURES_MISSING,)


def test_of_forms_in_tables_of_their_own_each_has_its_own() -> None:
    """What stands in a form's own table is that form's; a line below them is nobody's."""
    spec = replace(
        ASKED, also=(AlsoSpec("registered", ("实名登记人数",), "实名登记"),)
    )
    tables = []
    people = (("犍为县", "张三", "90"), ("夹江县", "李四", "80"))
    for number, (unit, who, registered) in enumerate(people, 1):
        head = ["报送单位：", unit, "报送时间：", "2015年9月10日"]
        rows = [head, FIGURE, ["填报人", who, "实名登记人数", registered], LAST]
        tables.append(grid(rows, f"表格{number}"))
    line = Paragraph("电话：0833-2130000", "第1段")
    forms = extract(Document("docx", (*tables, line)), spec)
    assert [(form.unit_text, told(form)) for form in forms] == [
        ("犍为县", {"filled_by": "张三"}),
        ("夹江县", {"filled_by": "李四"}),
    ]
    assert [form.also[0].value for form in forms] == [90, 80]
