"""Whatever a config calls the fields of its form, the program reads its own form back:
labels drawn from the words of offices, with further figures and fields of words."""

import io
from dataclasses import dataclass, replace
from datetime import date

import docx
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pipeline.model.form import AlsoSpec, Form, FormSpec, TextSpec
from pipeline.model.wording.campaign_words import CampaignWords, FormLabels
from pipeline.reading.files.read_file import read_file
from pipeline.writing.blank_form import blank_form
from pipeline.writing.sample_month import SENDER

DUE = date(2024, 3, 31)
SERIAL = "KDM-QXRTBW"
WHO, WHEN, MAIN, DEEDS = (
    ("单位", "学校", "部门", "乡镇", "企业", "网格", "站所", "科室", "村居"),
    ("时间", "日期", "填报日", "截至日", "统计时点", "上报日"),
    ("数", "人数", "户数", "总数", "数量", "件数", "总量", "任务数"),
    ("措施", "做法", "举措", "情况", "进展", "办法", "经过", "成效"),
)
BEFORE = (
    *("", "填报", "责任", "累计", "本辖区", "主要", "工作", "完成", "排查"),
    *("走访", "整治", "培训", "登记", "上报", "实际", "新建", "辖区", "重点"),
)
BESIDE = ("其中已办结", "已整改", "重大", "困难户", "停业", "在建", "党员")
WORDS = ("填报人", "联系电话", "审核人", "备注", "附注", "分管领导")


@dataclass(frozen=True)
class Labels:
    own: tuple[str, str, str, str]
    also: tuple[str, ...]
    texts: tuple[str, ...]


def label(ends: tuple[str, ...]) -> st.SearchStrategy[str]:
    parts = st.tuples(st.sampled_from(BEFORE), st.sampled_from(ends))
    return parts.map("".join).filter(lambda text: len(text) > 1)


labels = st.builds(
    Labels,
    st.tuples(label(WHO), label(WHEN), label(MAIN), label(DEEDS)),
    st.lists(st.sampled_from(BESIDE), max_size=2, unique=True).map(tuple),
    st.lists(st.sampled_from(WORDS), max_size=3, unique=True).map(tuple),
)


def made(of: Labels, count: str) -> tuple[bytes, FormSpec]:
    words = CampaignWords(
        unit="处", due="每月末", labels=FormLabels(*of.own), verb="排查"
    )
    sender = replace(
        SENDER,
        form_title="清江县工作月报表",
        form_heading="",
        measures_labels=(of.own[3],),
        count=count,
        also_asked=of.also,
        texts_asked=of.texts,
        words=words,
    )
    also = [AlsoSpec(f"also{i}", (x,)) for i, x in enumerate(of.also)]
    texts = [TextSpec(f"text{i}", (x,)) for i, x in enumerate(of.texts)]
    spec = FormSpec(
        sender.form_title,
        *((label,) for label in of.own),
        count=count,
        unit="处",
        verb="排查",
        also=tuple(also),
        texts=tuple(texts),
    )
    content = blank_form(sender, "石桥镇", DUE, 610, 1965, SERIAL, "2月", 35)
    return content, spec


def filled(content: bytes, of: Labels) -> bytes:
    document = docx.Document(io.BytesIO(content))
    table = document.tables[0]
    table.cell(1, 3).text = "1234处"
    for number, _ in enumerate(of.also):
        table.cell(2 + number, 3).text = f"{100 + number}处"
    low = 2 + len(of.also)
    table.cell(
        low, 1
    ).text = "1.逐户走访，建立台账。\n2.召开现场会2次，限期整改。"
    for number, _ in enumerate(of.texts, 1):
        table.cell(low + number, 2).text = f"文字{number}"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def told(form: Form, count: str) -> dict[str, object]:
    figure = form.figure
    return {
        "unit": form.unit_text,
        "day": form.reported_on,
        "figure": figure.completed if count == "cumulative" else figure.added,
        "holds": figure.holds,
        "clauses": len(form.measures),
        "also": [one.value for one in form.also],
        "texts": [one.value for one in form.texts],
        "serial": form.serial,
    }


def right(of: Labels) -> dict[str, object]:
    return {
        "unit": "石桥镇",
        "day": DUE,
        "figure": 1234,
        "holds": (),
        "clauses": 2,
        "also": [100 + number for number, _ in enumerate(of.also)],
        "texts": [f"文字{number}" for number, _ in enumerate(of.texts, 1)],
        "serial": SERIAL,
    }


@given(labels, st.sampled_from(("cumulative", "increment")))
@settings(
    suppress_health_check=[HealthCheck.too_slow],
)
def test_the_program_reads_its_own_form(of: Labels, count: str) -> None:
    everything = (*of.own, *of.also, *of.texts)
    # A config whose labels begin with each other is told of where it is written.
    assume(not any(a != b and a in b for a in everything for b in everything))
    content, spec = made(of, count)
    (reading,) = read_file("月报.docx", filled(content, of), spec)
    (form,) = reading.forms
    assert told(form, count) == right(of)
    (reading,) = read_file("月报.docx", content, spec)
    for form in reading.forms:
        assert form.figure.completed is None
        assert form.figure.added is None
        assert form.measures == ()
        assert {one.value for one in (*form.also, *form.texts)} <= {None, ""}
