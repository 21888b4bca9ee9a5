"""From bytes to what came of a file: real documents, archives of them, and a mail's own text."""

import io
import random
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from docx import Document as WordDocument
from form_makers import COMPLETED, FOOTER, MEASURES, SPEC, plain_rows
from PIL import Image

from pipeline.model.letters.letter_sender import Sender
from pipeline.model.trouble import TroubleCode
from pipeline.reading.files.read_file import read_body, read_file
from pipeline.writing.blank_form import blank_form

UNIT = "甲县总工会"
SENDER = Sender(
    "农民工入会",
    "33号",
    "市总工会",
    "组织部",
    SPEC.title,
    "report@example.cn",
    0.1,
)
CLAUSES = ("深入工地摸底。", "集中办理入会。")


def docx(unit: str = UNIT, figure: str = "356") -> bytes:
    word = WordDocument()
    rows = plain_rows(unit, figure=figure)
    table = word.add_table(rows=len(rows), cols=4)
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value is not None:
                table.cell(row, column).text = str(value)
    return saved(word)


def saved(word: object) -> bytes:
    stream = io.BytesIO()
    word.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def zipped(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_a_document() -> None:
    (reading,) = read_file("旬报.docx", docx(), SPEC)
    (form,) = reading.forms
    assert (reading.name, reading.kind, reading.trouble) == (
        "旬报.docx",
        "docx",
        None,
    )
    assert (form.unit_text, form.figure.completed, form.measures) == (
        UNIT,
        356,
        CLAUSES,
    )
    assert {e.file for _, e in form.evidence} == {"旬报.docx"}


def pictured(side: int, text: str) -> bytes:
    """A document with a picture of some 3 x side x side bytes and a line of text."""
    picture = io.BytesIO()
    Image.frombytes(
        "RGB", (side, side), random.Random(1).randbytes(3 * side * side)
    ).save(picture, "png")
    word = WordDocument()
    word.add_picture(picture)
    word.add_paragraph(text)
    return saved(word)


@pytest.mark.parametrize(
    ("side", "text", "code"),
    [
        (500, "", TroubleCode.SCAN_UNREAD),
        (500, "旬报表见下图", TroubleCode.SCAN_UNREAD),
        (500, "现将本单位旬报表报上，请查收。" * 20, TroubleCode.SCAN_UNREAD),
        (200, "", TroubleCode.NO_FORM),
    ],
    ids=[
        "a scan alone",
        "under a heading",
        "behind a covering letter",
        "a seal",
    ],
)
def test_a_scan_put_into_a_document_is_a_scan(
    side: int, text: str, code: TroubleCode
) -> None:
    (reading,) = read_file("旬报.docx", pictured(side, text), SPEC)
    assert reading.trouble is not None
    assert reading.trouble.code is code


def test_an_archive_gives_a_reading_a_member() -> None:
    inner = zipped(**{"乙县.docx": docx("乙县", "3")})
    outer = zipped(
        **{
            "甲县.docx": docx(),
            "通知.txt": "请查收".encode(),
            "更多.zip": inner,
        }
    )
    readings = read_file("旬报.zip", outer, SPEC)
    assert [(r.name, [f.unit_text for f in r.forms]) for r in readings] == [
        ("旬报.zip/甲县.docx", [UNIT]),
        ("旬报.zip/通知.txt", []),
        ("旬报.zip/更多.zip/乙县.docx", ["乙县"]),
    ]
    assert readings[1].trouble is not None
    assert readings[1].trouble.code is TroubleCode.NO_FORM


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", TroubleCode.EMPTY),
        (docx()[:2000], TroubleCode.CORRUPT),
        (b"MZ" + bytes(200), TroubleCode.EXECUTABLE),
        (saved(WordDocument()), TroubleCode.NO_FORM),
        (blank_form(SENDER), TroubleCode.NO_FORM),
    ],
    ids=[
        "empty",
        "cut off",
        "program",
        "another document",
        "nothing filled in",
    ],
)
def test_troubles(content: bytes, code: TroubleCode) -> None:
    (reading,) = read_file("旬报.docx", content, SPEC)
    assert reading.trouble is not None
    assert reading.trouble.code is code
    assert reading.trouble.advice.endswith("。")


def test_the_blank_form_comes_back_filled() -> None:
    content = blank_form(
        SENDER,
        UNIT,
        date(2015, 9, 20),
        4813,
        9400,
        "KDM-QXRTBW",
        date(2015, 9, 10),
    )
    (unfilled,) = read_file("旬报.docx", content, SPEC)[0].forms
    assert (unfilled.unit_text, unfilled.reported_on) == (
        UNIT,
        date(2015, 9, 20),
    )
    assert unfilled.figure.completed is None
    word = WordDocument(io.BytesIO(content))
    word.tables[0].cell(1, 3).text = "4937"
    word.tables[0].cell(2, 1).text = "一、摸底；二、宣传。"
    (form,) = read_file("旬报.docx", saved(word), SPEC)[0].forms
    assert (form.figure.completed, form.figure.holds, form.measures) == (
        4937,
        (),
        ("摸底；", "宣传。"),
    )
    assert form.serial == "KDM-QXRTBW"


TYPED = f"""各位领导：
    现将我县情况报上。
{SPEC.title}
报送单位：甲县总工会
报送时间：2015年9月10日
已完成目标任务数（新增 356 名农民工入会）：
{MEASURES}：
1.深入工地摸底。
2.集中办理入会。
{FOOTER}
"""


def test_a_form_typed_into_the_mail() -> None:
    reading = read_body(TYPED, "", SPEC)
    (form,) = reading.forms
    assert (reading.name, reading.trouble) == ("正文", None)
    assert (form.unit_text, form.reported_on, form.figure.completed) == (
        UNIT,
        date(2015, 9, 10),
        356,
    )
    assert form.measures == CLAUSES
    assert dict(form.evidence)["unit"].where == "正文第4行"


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        # Longer than what a clerk says on a phone, and cut nowhere
        ("累计培训人数：1234人（其中取得证书的有人数125人）", None),
        ("累计培训人数：1234人", 1234),
        ("本期累计390名。", 390),
        ("累计培训390人，其中外地87人", None),
    ],
)
def test_a_label_that_begins_as_people_speak_is_a_label(
    line: str, completed: int | None
) -> None:
    spec = replace(SPEC, completed_labels=("累计培训人数",), unit="人")
    text = f"报送单位：甲县\n报送时间：2015年9月10日\n{line}\n"
    (form,) = read_body(text, "", spec).forms
    assert form.figure.completed == completed
    seen = {one.value for one in form.figure.seen}
    assert not seen & {12, 5}


PASTED = (
    "<html><body><p>请查收</p><table><tr><td>报送单位：</td><td>甲县总工会</td><td>报送时间：</td><td>2015-09-10</td></tr>"
    f"<tr><td>{COMPLETED}</td><td colspan=3>356名</td></tr>"
    "<tr><td>主要工作举措</td><td colspan=3>1.深入工地摸底。<br>2.集中办理入会。</td></tr></table></body></html>"
)
PASTED_AS_TEXT = f"请查收\n报送单位：\t甲县总工会\t报送时间：\t2015-09-10\n{COMPLETED}\t356名\n主要工作举措\t1.深入工地摸底。\n2.集中办理入会。"


@pytest.mark.parametrize("html", [PASTED, ""])
def test_a_form_pasted_into_the_mail(html: str) -> None:
    (form,) = read_body(PASTED_AS_TEXT, html, SPEC).forms
    assert (form.unit_text, form.figure.completed, form.measures) == (
        UNIT,
        356,
        CLAUSES,
    )


def test_a_form_in_quoted_html_is_not_read() -> None:
    """`text` is without quoted mail; the HTML may still carry it."""
    assert read_body("已阅，谢谢。", PASTED, SPEC).forms == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "旬报表见附件，请查收。",
        "我县已完成目标任务数的80%，报送单位请注意报送时间。",
        "请各单位按时报送：报送单位、报送时间、已完成目标任务数、主要工作举措都要填写。",
        "报送单位：\n报送时间：\n已完成目标任务数（新增   名农民工入会）：\n主要工作举措：",
        "报送单位：甲县\n报送时间：9月10日",
    ],
)
def test_no_form_in_the_body(text: str) -> None:
    reading = read_body(text, "", SPEC)
    assert reading.forms == ()
    assert reading.trouble is not None
    assert reading.trouble.code is TroubleCode.NO_FORM


@pytest.mark.parametrize(
    ("painted", "text", "held"),
    [
        ("356名", "356名", False),
        ("<s>12</s>356名", "12356名", True),
        ("356<sup>1</sup>", "3561", True),
        ('<b class="x">1</b>356', "1356", True),
        ('<font color="white">1</font>356', "1356", True),
    ],
)
def test_a_typed_figure_counts_as_the_page_paints_it(
    painted: str, text: str, held: bool
) -> None:
    """A mail's text says nothing of what is struck, raised or hidden on its page."""
    rest = f"报送单位：{UNIT}\n报送时间：2015年9月10日\n"
    page = "".join(f"<p>{line}</p>" for line in rest.splitlines())
    sheet = "<style>.x{display:none}</style>"
    html = f"{sheet}{page}<p>{COMPLETED}：{painted}</p>"
    reading = read_body(f"{rest}{COMPLETED}：{text}", html, SPEC)
    assert bool(reading.forms[0].figure.holds) is held
