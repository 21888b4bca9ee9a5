"""The campaign's form as .docx, empty or with unit and date filled in, to go with
reminders and returns.

The cells to fill are tinted and empty. What helps to fill them (last figure, target)
stands under the table, in words that no label of the form shares, so that it can never
be read as the new figure. The number 报表编号 stands in a custom document property and
in a printed line: it survives another name, another program, and conversion
(model/serial.py). Trusts its arguments; never reads a clock. Import this module late:
python-docx takes its time.
"""

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final

from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE
from docx.oxml import OxmlElement
from docx.shared import Twips
from docx.text.paragraph import Paragraph

from pipeline.model.form_serial import LABEL, PROPERTY
from pipeline.model.letters.letter_sender import Sender
from pipeline.writing.docx import layout
from pipeline.writing.docx.cut_document import (
    CutDocument,
    cut_document,
    mark,
    xml_of,
)
from pipeline.writing.docx.package import (
    BODY_FONT,
    CUSTOM_PROPERTIES,
    HEADING_FONT,
    PAGE_NUMBER_FONT,
    TITLE_FONT,
    custom_properties,
)
from pipeline.writing.office_form import NoForm, office_form
from pipeline.writing.words import full_day, number, plain

_TINT: Final = "FFF6D6"
# Twips. The first column is as narrow as three characters, so that the label of the
# measures runs down it as in the circular's 附件3.
_WIDTHS: Final = (1160, 580, 2620, 1740, 2720)
# Points, of what stands in the cells
_SIZE: Final = 14
# A date in the package would make each file other bytes.
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


def blank_form(
    sender: Sender,
    unit: str = "",
    period: date | None = None,
    last_completed: int | None = None,
    target: int | None = None,
    serial: str = "",
    last_period_name: str = "",
    gap: int = 0,
) -> bytes:
    """The form as .docx bytes; the same arguments give the same bytes. The office's own
    where the config names one that has the places to fill in (`check` says where it
    has not)."""
    hints = _hints(
        sender=sender,
        last_completed=last_completed,
        target=target,
        last_period_name=last_period_name,
        serial=serial,
        gap=gap,
    )
    if sender.form_template:
        with suppress(NoForm):
            # Nothing of the office's own is tinted: the first hint speaks of that.
            filled = office_form(sender, unit, period, hints[1:])
            return layout.saved(filled, _LONG_AGO)
    own = {"unit": "", "day": ""}
    if unit:
        own["unit"] = _in_a_cell(plain(unit))
    if period is not None:
        own["day"] = _in_a_cell(full_day(period))
    own["hints"] = "".join(map(_under_the_table, hints))
    properties = ((PROPERTY, serial),) if serial else ()
    others = {CUSTOM_PROPERTIES: custom_properties(properties)}
    return _pattern(sender, bool(unit), period is not None).filled(own, others)


# A campaign's with and without unit and date, and that of a config that was changed
@lru_cache(maxsize=16)
def _pattern(sender: Sender, named: bool, dated: bool) -> CutDocument:
    """The form before what is one unit's alone is written into it. Drawing the table
    takes ten times as long, and a round of reminders needs hundreds."""
    document = layout.blank_document((), sender.form_title, sender.organizer)
    _page(document)
    if sender.form_heading:
        label = layout.layout(document.add_paragraph(), line=420)
        layout.write(label, sender.form_heading, HEADING_FONT, 14)
    _title(document, sender)
    _table(document, sender, named=named, dated=dated)
    row = document.tables[0].rows[0]._tr.tc_lst
    # 单位 | its name | 时间 | the day
    row[1].p_lst[0].append(mark("unit"))
    row[3].p_lst[0].append(mark("day"))
    document.element.body.sectPr.addprevious(mark("hints"))
    return cut_document(document, _LONG_AGO)


# Units come again each period, and the day in all forms of it
@lru_cache(maxsize=1024)
def _in_a_cell(text: str) -> str:
    """The runs of a cell that is laid out already."""
    paragraph = Paragraph(OxmlElement("w:p"), None)
    layout.write(paragraph, text, BODY_FONT, _SIZE)
    return "".join(map(xml_of, paragraph._p))


# A figure or a number of a form: what lines of different units differ in. No mark of
# East Asian text is in it, which would have a font of its own.
_FIGURE = re.compile("[0-9A-Z]+")
# In its place; of private use, so that no line has one
_PLACE: Final = "\ue000"


def _under_the_table(line: str) -> str:
    """Drawn once for all lines of the same words: drawing one takes a quarter of a
    millisecond, and each unit has two of its own."""
    if _PLACE in line:
        return _drawn_line(line)
    drawn = _drawn_line(_FIGURE.sub(_PLACE, line))
    for figure in _FIGURE.findall(line):
        drawn = drawn.replace(_PLACE, figure, 1)
    return drawn


# Periods have names, and what is known of a unit differs
@lru_cache(maxsize=256)
def _drawn_line(line: str) -> str:
    paragraph = Paragraph(OxmlElement("w:p"), None)
    layout.layout(paragraph, line=360)
    layout.write(paragraph, line, PAGE_NUMBER_FONT, 10.5, color="595959")
    return xml_of(paragraph._p)


def _page(document: Any) -> None:
    section = document.sections[0]
    section.top_margin, section.bottom_margin = Twips(1701), Twips(1134)
    section.left_margin = section.right_margin = Twips(1531)


def _title(document: Any, sender: Sender) -> None:
    paragraph = layout.layout(
        document.add_paragraph(),
        line=640,
        after=240,
        align="center",
    )
    layout.write(paragraph, sender.form_title, TITLE_FONT, 20)


def _table(document: Any, sender: Sender, *, named: bool, dated: bool) -> None:
    """Unit and day, the figures, the measures, the fields of words, how to fill it in."""
    also = sender.also_asked
    texts = sender.texts_asked
    table = document.add_table(rows=4 + len(also) + len(texts), cols=5)
    layout.fixed_widths(table, _WIDTHS)
    layout.grid_lines(
        table,
        top=6,
        left=6,
        bottom=6,
        right=6,
        insideH=6,
        insideV=6,
    )
    labels = sender.words.labels
    _head(table, sender, named=named, dated=dated)
    asked = f"{labels.completed}（填{_asked(sender)}）"
    for row, title in enumerate((asked, *also), 1):
        _fill(table.cell(row, 0).merge(table.cell(row, 2)), title)
        _fill(table.cell(row, 3).merge(table.cell(row, 4)), "", tint=True)
    low = 2 + len(also)
    _fill(table.cell(low, 0), labels.measures)
    measures = table.cell(low, 1).merge(table.cell(low, 4))
    _fill(measures, "", tint=True, top=True)
    for row, title in enumerate(texts, low + 1):
        _fill(table.cell(row, 0).merge(table.cell(row, 1)), title)
        _fill(table.cell(row, 2).merge(table.cell(row, 4)), "", tint=True)
    last = low + len(texts) + 1
    _fill(
        table.cell(last, 0).merge(table.cell(last, 4)),
        *_explanation(sender),
        size=12,
        top=True,
    )
    beside = (780,) * len(also)
    below = (620,) * len(texts)
    measures = 7000 - sum(beside) - sum(below)
    heights = (680, 780, *beside, max(measures, 2000), *below, 1100)
    for row, height in zip(table.rows, heights, strict=True):
        _height(row, height)


def _head(table: Any, sender: Sender, *, named: bool, dated: bool) -> None:
    """The row of who reports, and for which day. What is filled in for the unit is left
    without a tint, which asks to be filled."""
    labels = sender.words.labels
    unit = table.cell(0, 0).merge(table.cell(0, 1))
    _fill(unit, f"{labels.unit}：")
    _fill(table.cell(0, 2), "", tint=not named)
    _fill(table.cell(0, 3), f"{labels.date}：")
    _fill(table.cell(0, 4), "", tint=not dated)


def _explanation(sender: Sender) -> tuple[str, str]:
    if sender.count == "increment":
        what = f"填{sender.words.added_name}"
    else:
        what = "填截至报送日的累计数"
    parts = [f"{sender.words.due}报送"] if sender.words.due else []
    parts.append(what)
    if sender.form_note:
        parts.append(sender.form_note)
    return (
        f"说明：{'，'.join(parts).rstrip('。')}。",
        f"报送方式：直接发送至{sender.mailbox}。",
    )


def _asked(sender: Sender) -> str:
    """What number the form asks for."""
    if sender.count == "increment":
        return sender.words.added_name
    return "累计数"


def _fill(
    cell: Any,
    *lines: str,
    tint: bool = False,
    top: bool = False,
    size: float = _SIZE,
) -> None:
    if top:
        cell.vertical_alignment = WD_ALIGN_VERTICAL.TOP
    else:
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    if tint:
        layout.shade(cell, _TINT)
    for index, line in enumerate(lines or ("",)):
        if index == 0:
            paragraph = cell.paragraphs[0]
        else:
            paragraph = cell.add_paragraph()
        layout.layout(paragraph, line=420)
        layout.write(paragraph, line, BODY_FONT, size)


def _height(row: Any, twips: int) -> None:
    row.height, row.height_rule = Twips(twips), WD_ROW_HEIGHT_RULE.AT_LEAST


def _hints(
    sender: Sender,
    last_completed: int | None,
    target: int | None,
    last_period_name: str,
    serial: str,
    gap: int,
) -> list[str]:
    """The lines under the table. None of them shares a label with the form, and each
    figure stands behind its own words."""
    lines = [
        "请在有底色的格内填写，其余不用改动；填好后保存，作为邮件附件发送，不要设密码。"
    ]
    # Words that no label of the form shares: a figure here is never read as the new
    # one.
    past = []
    if last_completed is not None:
        if last_period_name:
            when = f"，{last_period_name}"
        else:
            when = ""
        past.append(f"上次所报{when}：{number(last_completed)}")
    if target is not None:
        past.append(f"{sender.words.term}任务：{number(target)}")
    if gap > 0:
        past.append(f"按时间进度到本期还差：{number(gap)}")
    if past:
        lines.append(f"供对照，不用填写——{'；'.join(past)}。")
    if serial:
        lines.append(f"{LABEL}：{serial}")
    return lines
