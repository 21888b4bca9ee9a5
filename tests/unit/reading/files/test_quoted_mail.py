"""A reply that was saved or printed into a file: the form above what it quotes counts, last time's below it does not."""

import io

import docx
import pytest
from form_makers import SPEC, plain_rows

from pipeline.model.form import Form, Hold
from pipeline.reading.files.read_file import read_file

BANNER = "------------------ 原始邮件 ------------------"
HEAD = (
    "发件人: 甲县总工会",
    "发送时间: 2015年9月9日",
    "收件人: 组宣部",
    "主题: 旬报",
)
THANKS = "收到，谢谢"
NEW, OLD = "366", "356"


def typed(figure: str) -> list[str]:
    return [
        "报送单位：甲县总工会",
        "报送时间：2015年9月10日",
        f"已完成目标任务数：{figure}",
        "主要工作举措：1、深入工地摸底。2、集中办理入会。",
    ]


def as_text(*parts: str) -> bytes:
    """Each part a line; a number for the form with it."""
    lines: list[str] = []
    for part in parts:
        lines += typed(part) if part.isdigit() else [part]
    return "\r\n".join(lines).encode()


def as_page(*parts: str) -> bytes:
    shown = ""
    for part in parts:
        if not part.isdigit():
            shown += f"<p>{part}</p>"
            continue
        rows = ""
        for row in plain_rows(figure=part):
            cells = (cell for cell in row if cell is not None)
            rows += f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        shown += f"<table>{rows}</table>"
    return f"<html><body>{shown}</body></html>".encode()


def as_docx(*parts: str) -> bytes:
    document = docx.Document()
    for part in parts:
        if not part.isdigit():
            document.add_paragraph(part)
            continue
        table = document.add_table(0, 4)
        for row in plain_rows(figure=part):
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = str(text or "")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


MADE = {"txt": as_text, "html": as_page, "docx": as_docx}


def forms(kind: str, *parts: str) -> tuple[Form, ...]:
    (reading,) = read_file(f"回复.{kind}", MADE[kind](*parts), SPEC)
    return reading.forms


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("begin", [(BANNER, *HEAD), HEAD, ("原文如下：",)])
def test_a_form_above_the_quote_is_the_only_one(
    kind: str, begin: tuple[str, ...]
) -> None:
    (form,) = forms(kind, "改好的见下", NEW, *begin, OLD)
    assert form.figure.completed == int(NEW)
    assert form.figure.holds == ()


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("top", [(), HEAD])
def test_a_form_that_is_quoted_alone_is_held_with_the_line(
    kind: str, top: tuple[str, ...]
) -> None:
    (form,) = forms(kind, *top, THANKS, BANNER, *HEAD, OLD)
    assert Hold.FIGURE_UNCLEAR in form.figure.holds
    assert BANNER in form.figure.unexplained


OWN = {
    "by itself": (OLD,),
    "a mail that was saved whole": (*HEAD, OLD),
    "who sent it, above": ("联系人：办公室", "发件人：甲县总工会", OLD),
    "who sent it, below": (OLD, "发件人：甲县总工会", "邮件主题请写明单位"),
}


@pytest.mark.parametrize("way", OWN)
@pytest.mark.parametrize("kind", MADE)
def test_what_quotes_nothing_counts(kind: str, way: str) -> None:
    (form,) = forms(kind, *OWN[way])
    assert form.figure.completed == int(OLD)
    assert form.figure.holds == ()
