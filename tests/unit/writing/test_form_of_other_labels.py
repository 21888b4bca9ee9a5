"""The pre-filled form of another campaign: whatever its labels, the program reads its own
form, unfilled and filled."""

import io
from dataclasses import replace
from datetime import date

import docx
import pytest

from pipeline.model.form import FormSpec
from pipeline.model.wording.campaign_words import CampaignWords, FormLabels
from pipeline.reading.files.read_file import read_file
from pipeline.writing.blank_form import blank_form
from pipeline.writing.sample_month import SENDER

PERIOD = date(2024, 3, 31)
LABELS = [
    ("报送单位", "报送时间", "已完成目标任务数", "主要工作举措"),
    ("填报单位（公章）", "填表日期", "累计排查隐患数", "主要做法"),
    ("学校", "日期", "入校人数", "工作情况"),
    ("单位", "时间", "任务", "措施"),
    ("乡镇（街道）", "上报日期", "全年任务", "上次所报"),
    ("责任单位", "截至日期", "累计数", "说明"),
    ("部门名称", "填报日", "报送方式", "工作举措300字左右"),
    ("企业全称", "月份", "销售额", "存在问题及下步打算"),
    ("单 位 名 称", "报 送 日 期", "完 成 数", "工 作 举 措"),
]


def made(labels: tuple[str, ...], count: str, unit: str):
    words = CampaignWords(
        unit=unit, due="每月末", labels=FormLabels(*labels), verb="排查"
    )
    sender = replace(
        SENDER,
        form_title="清江县工作月报表",
        form_heading="",
        measures_labels=(labels[3],),
        count=count,
        words=words,
    )
    spec = FormSpec(
        sender.form_title,
        *((label,) for label in labels),
        count=count,
        unit=unit,
        verb="排查",
    )
    content = blank_form(
        sender, "石桥镇", PERIOD, 610, 1965, "KDM-QXRTBW", "2月", 35
    )
    return content, spec


def filled(content: bytes, figure: str) -> bytes:
    document = docx.Document(io.BytesIO(content))
    table = document.tables[0]
    table.cell(1, 2).paragraphs[0].add_run(figure)
    table.cell(2, 1).paragraphs[0].add_run("1.逐户走访，建立台账。")
    table.cell(2, 1).add_paragraph("2.召开现场会2次，限期整改。")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("count", ["cumulative", "increment"])
@pytest.mark.parametrize("labels", LABELS, ids=lambda labels: labels[2])
def test_the_program_reads_its_own_form(
    labels: tuple[str, ...], count: str
) -> None:
    content, spec = made(labels, count, "处")
    (reading,) = read_file("月报.docx", content, spec)
    for form in reading.forms:
        figure = form.figure
        assert (figure.completed, figure.added, figure.nil) == (None,) * 3
        assert form.measures == ()
    (reading,) = read_file("月报.docx", filled(content, "1234处"), spec)
    (form,) = reading.forms
    figure = form.figure
    said = figure.completed if count == "cumulative" else figure.added
    assert (said, figure.holds) == (1234, ())
    assert (form.unit_text, form.reported_on) == ("石桥镇", PERIOD)
    assert len(form.measures) == 2
    assert form.serial == "KDM-QXRTBW"
