"""The office's own form: unit and day go into its places, whatever drew it, and the
program reads it back."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
from campaign_maker import made
from typer.testing import CliRunner

from pipeline.cli.root import app
from pipeline.model.form import FormSpec
from pipeline.reading.files.read_file import read_file
from pipeline.writing.blank_form import blank_form
from pipeline.writing.office_form import NoForm, office_form
from pipeline.writing.sample_month import SENDER

DUE = date(2024, 3, 31)
LABELS = (("填报单位", "单位"), ("填表日期",), ("累计排查数",), ("主要做法",))
SPEC = FormSpec("清江县月报表", *LABELS, unit="处", verb="排查")


def bytes_of(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def table_form(*rows: list[str], before: str = "清江县月报表") -> bytes:
    document = docx.Document()
    document.add_paragraph(before)
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    table.style = "Table Grid"
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    return bytes_of(document)


FIGURE = ["累计排查数", "", "", ""]
DEEDS = ["主要做法", "", "", ""]


def sender(template: bytes):
    return replace(
        SENDER,
        form_title="清江县月报表",
        form_template=template,
        unit_labels=LABELS[0],
        date_labels=LABELS[1],
        measures_labels=LABELS[3],
    )


def with_figure(content: bytes) -> bytes:
    """The form with a figure and two clauses, as a clerk fills it in."""
    document = docx.Document(io.BytesIO(content))
    for row in document.tables[0].rows:
        if row.cells[0].text == "累计排查数":
            row.cells[1].text = "1234处"
        if row.cells[0].text == "主要做法":
            row.cells[1].text = "1.逐户走访，建立台账。\n2.召开现场会2次。"
    return bytes_of(document)


FORMS = {
    "cells beside": table_form(["填报单位", "", "填表日期", ""], FIGURE, DEEDS),
    "colons, prompts": table_form(
        ["填报单位：", "____", "填表日期：", "  年  月  日"], FIGURE, DEEDS
    ),
    "in the label's own cell": table_form(
        ["填报单位：", "填表日期：    年  月  日", "", ""], FIGURE, DEEDS
    ),
    "a bracket, spaced": table_form(
        ["填 报 单 位（公章）", "", "填表日期", ""], FIGURE, DEEDS
    ),
    "a line above": table_form(
        FIGURE, DEEDS, before="填报单位：________　　填表日期：________"
    ),
}


@pytest.mark.parametrize("template", FORMS.values(), ids=FORMS)
def test_unit_and_day_are_filled_in_and_read_back(template: bytes) -> None:
    content = blank_form(
        sender(template), "石桥镇", DUE, 610, 1965, "KDM-QXRTBW", "2月", 35
    )
    (reading,) = read_file("月报.docx", with_figure(content), SPEC)
    (form,) = reading.forms
    assert (form.unit_text, form.reported_on) == ("石桥镇", DUE)
    assert (form.figure.completed, form.figure.holds) == (1234, ())
    assert len(form.measures) == 2
    assert form.serial == "KDM-QXRTBW"


def test_unfilled_it_says_no_figure() -> None:
    content = blank_form(
        sender(FORMS["cells beside"]), "石桥镇", DUE, 610, 1965
    )
    (reading,) = read_file("月报.docx", content, SPEC)
    said = [(f.figure.completed, f.measures) for f in reading.forms]
    assert set(said) <= {(None, ())}


def test_the_look_of_the_label_is_kept() -> None:
    document = docx.Document(io.BytesIO(FORMS["cells beside"]))
    run = document.tables[0].cell(0, 0).paragraphs[0].runs[0]
    run.font.name, run.font.size = "仿宋", 177800
    content = blank_form(sender(bytes_of(document)), "石桥镇", DUE)
    written = docx.Document(io.BytesIO(content)).tables[0].cell(0, 1)
    (run,) = written.paragraphs[0].runs
    assert (run.text, run.font.name, run.font.size.pt) == ("石桥镇", "仿宋", 14)


def test_the_same_bytes_for_the_same_letter() -> None:
    one = sender(FORMS["cells beside"])
    assert blank_form(one, "石桥镇", DUE) == blank_form(one, "石桥镇", DUE)


def test_a_place_that_is_missing_is_named() -> None:
    with pytest.raises(NoForm) as told:
        office_form(sender(table_form(FIGURE, DEEDS)), "石桥镇", DUE)
    assert told.value.missing == ("填报单位", "填表日期")
    with pytest.raises(NoForm) as told:
        office_form(sender(b"no zip"), "石桥镇", DUE)
    assert told.value.missing == ()


def test_without_its_places_the_programs_own_form_goes() -> None:
    content = blank_form(sender(table_form(FIGURE, DEEDS)), "石桥镇", DUE)
    assert (
        "石桥镇" in docx.Document(io.BytesIO(content)).tables[0].cell(0, 2).text
    )


LEADING = ["报送单位", "", "报送时间", ""]


@pytest.mark.parametrize(
    ("template", "status", "said"),
    [
        (
            table_form(
                LEADING,
                ["已完成目标任务数", "", "", ""],
                ["主要工作举措", "", "", ""],
            ),
            0,
            "填得进，读得出",
        ),
        (table_form(FIGURE, DEEDS), 2, "没有找到“报送单位、报送时间”的空格"),
        (table_form(LEADING, DEEDS), 2, "没有找到“已完成目标任务数”的空格"),
        (b"no zip", 2, "另存为 .docx"),
        (None, 2, "读不了 [form] template"),
    ],
)
def test_check_says_whether_it_serves(
    tmp_path: Path, template: bytes | None, status: int, said: str
) -> None:
    config = made(tmp_path)
    text = config.read_text("utf-8") + '\n[form]\ntemplate = "表.docx"\n'
    config.write_text(text, "utf-8")
    if template is not None:
        (tmp_path / "表.docx").write_bytes(template)
    done = CliRunner().invoke(app, ["check", "--config", str(config)])
    assert done.exit_code == status, done.output
    assert said in done.output


NOTED = table_form(
    LEADING,
    ["已完成目标任务数", "", "", ""],
    ["主要工作举措", "", "", ""],
    ["注：数据按丙类填列", "", "", ""],
)


@pytest.mark.parametrize(
    ("note", "status", "said"),
    [
        ("", 2, "表上印的“注：数据按丙类填列”会使每一份表待核"),
        ("数据按丙类填列。", 0, "填得进，读得出"),
    ],
)
def test_check_names_a_printed_note_that_would_hold_every_form(
    tmp_path: Path, note: str, status: int, said: str
) -> None:
    config = made(tmp_path)
    form = f'\n[form]\ntemplate = "表.docx"\nnote = "{note}"\n'
    config.write_text(config.read_text("utf-8") + form, "utf-8")
    (tmp_path / "表.docx").write_bytes(NOTED)
    done = CliRunner().invoke(app, ["check", "--config", str(config)])
    assert said in done.output
    assert done.exit_code == status, done.output
