"""The bulletin as an official document (.docx) after GB/T 9704-2012, with the numbers
measured in facts.md.

Red head, issue number, red line, title, addressees, text, signature and date; the
progress table as an annex on a page of its own; the closing block (版记) at the foot of
the last page; page numbers outside. Fonts are named and not shipped. Every sentence is
narrative.py's, every figure the snapshot's; talks stand in it only once confirmed, and
no 发文字号 is made up: the bulletin has its issue number. Trusts the snapshot; never
reads a clock. Import this module late.
"""

import re
from typing import Any, Final

from docx.enum.table import WD_ALIGN_VERTICAL
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Twips

from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.letters.sender import Sender
from pipeline.model.standing import Row
from pipeline.writing.bulletin.narrative import Story, lag_rule, narrate
from pipeline.writing.docx import layout
from pipeline.writing.docx.package import (
    BODY_FONT,
    HEADING_FONT,
    PAGE_NUMBER_FONT,
    SUBHEADING_FONT,
    TITLE_FONT,
)
from pipeline.writing.words import (
    KIND_NAMES,
    full_day,
    listing,
    number,
    ordinal,
    percent,
    plain,
)

LINE: Final = 579  # twips, exact: 22 lines a page
TYPE_WIDTH: Final = 8844  # twips
TIGHTER: Final = -5  # twips a character: 28 characters a line
_RED: Final = "FF0000"
_BODY, _TITLE, _SMALL, _MARK, _CELL = 16, 22, 14, 46, 11
_TITLE_CHARACTERS: Final = 20  # a line of the title holds so many
_PHRASES: Final = re.compile("(?<!^)(?:进展|完成|工作|情况|集中|推进|有关|关于)")
_MOST_ROWS: Final = (
    300  # of the annex: python-docx takes 1.6 ms a row, and nobody reads more on paper
)
_FOOTER_DISTANCE: Final = 1406  # the dash of the page number 7 mm under the type area
_HEAVY_LINE: Final = 8  # 0.35 mm, in eighths of a point; 6 is 0.25 mm
_THIN_LINE: Final = 6
_MARK_BELOW: Final = 1984  # twips: 35 mm under the type area's top
_MARK_LINE: Final = 1000  # not much higher than the mark itself
_RED_LINE: Final = 16
_INNER: Final = 4
_WIDTHS: Final = {
    "类别": 860, "名次": 660, "单位": 2104, "累计新增（名）": 1400, "全年目标（名）": 1400, "完成率": 1120, "备注": 1300,  # noqa: E501
}  # fmt: skip


def bulletin_document(bulletin: Bulletin, sender: Sender) -> bytes:
    """The document's bytes; the same snapshot gives the same bytes."""
    document = layout.blank_document(
        (("xunbao-snapshot", bulletin.snapshot_id),),
        plain(bulletin.title),
        plain(sender.organizer),
    )
    _page(document.sections[0])
    _head(document, bulletin, sender)
    _text(document, bulletin, narrate(bulletin, sender))
    _signature(document, bulletin, sender)
    _annex(document, bulletin, sender)
    _closing(document, bulletin, sender)
    return layout.saved(document, bulletin.as_of)


def _page(section: Any) -> None:
    section.page_width, section.page_height = Twips(11906), Twips(16838)
    section.top_margin, section.bottom_margin = Twips(2098), Twips(1984)
    section.left_margin, section.right_margin = Twips(1588), Twips(1474)
    section.footer_distance = Twips(_FOOTER_DISTANCE)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(LINE))
    section._sectPr.append(grid)
    _page_number(section.footer, "right")
    _page_number(section.even_page_footer, "left")


def _page_number(footer: Any, side: str) -> None:
    """— 1 — in 14 point, one character in from the outer edge."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.style = None
    inward = _SMALL * 20
    layout.layout(
        paragraph,
        align=side,
        left=inward if side == "left" else 0,
        right=inward if side == "right" else 0,
    )
    layout.write(paragraph, "— ", PAGE_NUMBER_FONT, _SMALL)
    layout.field(paragraph, "PAGE", PAGE_NUMBER_FONT, _SMALL)
    layout.write(paragraph, " —", PAGE_NUMBER_FONT, _SMALL)


# --- head


def _head(document: Any, bulletin: Bulletin, sender: Sender) -> None:
    mark = layout.layout(
        document.add_paragraph(),
        line=_MARK_LINE,
        before=_MARK_BELOW,
        align="center",
        gridless=True,
    )
    layout.write(mark, plain(sender.organizer), TITLE_FONT, _MARK, color=_RED)
    _blank(document)
    issue = layout.layout(document.add_paragraph(), line=LINE, align="center")
    layout.write(issue, f"第{bulletin.number}期", BODY_FONT, _BODY, spacing=TIGHTER)
    layout.borders(issue, _RED, space=11, bottom=_RED_LINE)  # 4 mm
    _blank(document, 2)
    for line in title_lines(plain(bulletin.title)):
        title = layout.layout(
            document.add_paragraph(), line=LINE, align="center", gridless=True
        )
        layout.write(title, line, TITLE_FONT, _TITLE)
    _blank(document)
    addressees = layout.layout(document.add_paragraph(), line=LINE, align="both")
    _body_run(addressees, f"{listing(bulletin.addressees)}：")


def title_lines(title: str) -> list[str]:
    """A long title in lines of much the same length, broken where a phrase begins and
    never inside 2015年9月."""
    if len(title) <= _TITLE_CHARACTERS:
        return [title]
    places = [m.start() for m in _PHRASES.finditer(title)] or list(range(1, len(title)))
    cut = min(places, key=lambda place: abs(place - len(title) / 2 - 1))
    return [*title_lines(title[:cut]), *title_lines(title[cut:])]


def _blank(document: Any, lines: int = 1) -> None:
    for _ in range(lines):
        layout.layout(document.add_paragraph(), line=LINE)


# --- text


def _text(document: Any, bulletin: Bulletin, story: Story) -> None:
    if bulletin.note:
        _body(document, bulletin.note)
    sections: list[tuple[str, list[tuple[str, str]]]] = [
        ("总体情况", [("", text) for text in story.overall]),
        (
            "先进典型",
            [(f"（{ordinal(i)}）", text) for i, text in enumerate(story.praise, 1)],
        ),
        ("存在问题", _problem_lines(story)),
        ("约谈和通报", [("", text) for text in story.talks]),
        ("下步要求", [_led(ordinal(i), text) for i, text in enumerate(story.steps, 1)]),
    ]
    for index, (heading, lines) in enumerate([s for s in sections if s[1]], 1):
        _heading(document, f"{ordinal(index)}、{heading}")
        for lead, text in lines:
            _body(document, text, lead)


def _problem_lines(story: Story) -> list[tuple[str, str]]:
    if not story.problems:
        return [("", "各单位均按时报送，没有进度滞后单位。")]
    return [
        (f"（{ordinal(i)}）{p.heading}", p.text)
        for i, p in enumerate(story.problems, 1)
    ]


def _led(count: str, text: str) -> tuple[str, str]:
    """The first sentence of a demand is its heading, in the second level's font."""
    head, _, rest = text.partition("。")
    return (f"（{count}）{head}。", rest)


def _heading(document: Any, text: str) -> None:
    paragraph = layout.layout(
        document.add_paragraph(), line=LINE, indent_chars=2, size=_BODY, keep=True
    )
    layout.write(paragraph, text, HEADING_FONT, _BODY, spacing=TIGHTER)


def _body(document: Any, text: str, lead: str = "") -> None:
    paragraph = layout.layout(
        document.add_paragraph(), line=LINE, indent_chars=2, size=_BODY, align="both"
    )
    if lead:
        layout.write(paragraph, lead, SUBHEADING_FONT, _BODY, spacing=TIGHTER)
    _body_run(paragraph, plain(text))


def _body_run(paragraph: Any, text: str) -> None:
    layout.write(paragraph, text, BODY_FONT, _BODY, spacing=TIGHTER)


# --- signature


def _signature(document: Any, bulletin: Bulletin, sender: Sender) -> None:
    """附件说明, then the signature centred over the date, whose end is four characters
    in from the right."""
    _blank(document)
    _body(document, f"附件：{_annex_title(bulletin)}")
    _blank(document, 2)
    name, issued = plain(sender.organizer), full_day(bulletin.issued_on)
    date_width = len(issued) * 0.75
    name_indent = 4 + max(0.0, (date_width - len(name)) / 2)
    for text, characters in ((name, name_indent), (issued, 4.0)):
        paragraph = layout.layout(
            document.add_paragraph(),
            line=LINE,
            align="right",
            right=round(characters * _BODY * 20),
        )
        _body_run(paragraph, text)


def _annex_title(bulletin: Bulletin) -> str:
    return f"农民工入会进度表（截至{full_day(bulletin.standing.period)}）"


# --- annex


def _annex(document: Any, bulletin: Bulletin, sender: Sender) -> None:
    label = layout.layout(document.add_paragraph(), line=LINE)
    label.paragraph_format.page_break_before = True
    layout.write(label, "附件", HEADING_FONT, _BODY, spacing=TIGHTER)
    title = layout.layout(document.add_paragraph(), line=LINE, align="center")
    layout.write(title, _annex_title(bulletin), TITLE_FONT, 18)
    rule = f"时序进度{percent(bulletin.standing.schedule)}；{lag_rule(sender)}。"
    remark = layout.layout(
        document.add_paragraph(), line=360, after=60, align="center", gridless=True
    )
    layout.write(remark, rule, BODY_FONT, _CELL)
    _annex_table(document, bulletin)
    source = layout.layout(document.add_paragraph(), line=360, before=60, gridless=True)
    layout.write(source, f"数据编号：{bulletin.snapshot_id}", BODY_FONT, _CELL)


def _annex_table(document: Any, bulletin: Bulletin) -> None:
    lines = [
        [name, *cells]
        for kind, name in KIND_NAMES.items()
        for cells in _kind_lines([r for r in bulletin.standing.rows if r.kind == kind])
    ]
    totals = bulletin.standing.totals
    if len(lines) > _MOST_ROWS:
        lines = [
            *lines[:_MOST_ROWS],
            ["", "", f"其余{len(lines) - _MOST_ROWS}个单位见进度表", "", "", "", ""],
        ]
    sums = [
        "合计",
        "",
        "",
        number(totals.completed),
        number(totals.target),
        percent(totals.rate),
        "",
    ]
    table = document.add_table(rows=2 + len(lines), cols=len(_WIDTHS))
    layout.fixed_widths(table, tuple(_WIDTHS.values()))
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    layout.grid_lines(table, **dict.fromkeys(sides, _INNER))
    layout.cell_margins(table, 60)
    for row, cells in zip(table.rows, [list(_WIDTHS), *lines, sums], strict=True):
        row.height = Twips(340)
        layout.unbroken(row)
        _fill(row, cells, heading=cells is sums or cells[0] == "类别")
    layout.repeat_head(table.rows[0])
    layout.joined_down(table, 0)


def _kind_lines(rows: list[Row]) -> list[list[str]]:
    ranked = sorted(rows, key=lambda row: (row.rank is None, row.rank or 0))
    return [
        [
            number(row.rank),
            row.unit,
            number(row.completed),
            number(row.target),
            percent(row.rate),
            _remark(row),
        ]
        for row in ranked
    ]


def _remark(row: Row) -> str:
    if row.completed is None:
        return "尚无数据"
    if row.pool:
        return "不参加排名"
    if row.lagging:
        return "进度滞后"
    return ""


def _fill(row: Any, cells: list[str], *, heading: bool) -> None:
    if heading:
        aligns = ["center"] * 7
    else:
        aligns = ["center", "center", "left", "right", "right", "right", "center"]
    for cell, text, align in zip(row.cells, cells, aligns, strict=True):
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        paragraph = layout.layout(
            cell.paragraphs[0], line=300, align=align, gridless=True
        )
        layout.write(
            paragraph, plain(text), HEADING_FONT if heading else BODY_FONT, _CELL
        )


# --- closing block


def _closing(document: Any, bulletin: Bulletin, sender: Sender) -> None:
    """版记: copies, who printed it and when, between lines, at the foot of the last page.

    A floating table: LibreOffice up to 7.5 shows one as wide as the page where it stands in the text.
    """
    printed = f"{plain(sender.organizer)}{plain(sender.department)}\t{full_day(bulletin.issued_on)}印发"
    if bulletin.copies:
        lines = [f"抄送：{listing(bulletin.copies)}。", printed]
    else:
        lines = [printed]
    table = document.add_table(rows=len(lines), cols=1)
    layout.fixed_widths(table, (TYPE_WIDTH,))
    layout.at_the_foot(table)
    layout.grid_lines(table, top=_HEAVY_LINE, bottom=_HEAVY_LINE, insideH=_THIN_LINE)
    layout.cell_margins(table, _SMALL * 20)
    for row, text in zip(table.rows, lines, strict=True):
        paragraph = layout.layout(
            row.cells[0].paragraphs[0], line=500, keep=True, gridless=True
        )
        layout.right_tab(paragraph, TYPE_WIDTH - 2 * _SMALL * 20)
        layout.write(paragraph, text, BODY_FONT, _SMALL)
    layout.layout(
        document.add_paragraph(), line=20, gridless=True
    )  # a table needs a paragraph after it
