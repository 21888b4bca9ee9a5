"""The bulletin as an official document (.docx) after GB/T 9704-2012, with the numbers
measured in facts.md.

Red head, number, red line, title, addressees, text, signature and date; each annex on a
page of its own; the closing block (版记) at the foot of the last page; page numbers
outside. Fonts are named and not shipped. Every sentence is narrative.py's, every figure
the snapshot's; talks stand in it only once confirmed, and no 发文字号 is made up: the
bulletin has its issue number until staff give it one. Trusts the snapshot; never reads a
clock. Import this module late.
"""

from typing import Any, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Twips

from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.letters.letter_sender import Sender
from pipeline.writing.bulletin.annexes import Annex, add_annex, annexes_of
from pipeline.writing.bulletin.narrative import Story, narrate
from pipeline.writing.bulletin.title import (
    bulletin_title,
    issue_name,
    subject,
    title_lines,
)
from pipeline.writing.docx import layout
from pipeline.writing.docx.package import (
    BODY_FONT,
    HEADING_FONT,
    PAGE_NUMBER_FONT,
    SUBHEADING_FONT,
    TITLE_FONT,
)
from pipeline.writing.words import full_day, listing, ordinal, plain

# Twips, exact: 22 lines a page
LINE: Final = 579
# Twips
TYPE_WIDTH: Final = 8844
# Twips: 28 mm
_LEFT_MARGIN: Final = 1588
# Twips a character: 28 characters a line
TIGHTER: Final = -5
_RED: Final = "FF0000"
# Points
_BODY, _TITLE, _SMALL, _MARK = 16, 22, 14, 46
# The dash of the page number 7 mm under the type area
_FOOTER_DISTANCE: Final = 1406
# 0.35 mm, in eighths of a point; 6 is 0.25 mm
_HEAVY_LINE: Final = 8
_THIN_LINE: Final = 6
# Twips: 35 mm under the type area's top
_MARK_BELOW: Final = 1984
# Not much higher than the mark itself
_MARK_LINE: Final = 1000
# Twips: a mark wider than the type area gets smaller letters
_MARK_WIDTH: Final = 8500
_RED_LINE: Final = 16
# Characters: 抄送：
_COPIES_HANG: Final = 3
# Characters from the left to an annex's title: two, 附件：, and the count's one.
_NOTE_TITLE: Final = 6
_NOTE_HANG: Final = 4
_COUNT_HANG: Final = 1
# Characters from the right to the end of the date
_SIGNATURE_INDENT: Final = 4.0


def bulletin_document(bulletin: Bulletin, sender: Sender) -> bytes:
    """The document's bytes; the same snapshot gives the same bytes."""
    document = layout.blank_document(
        (("xunbao-snapshot", bulletin.snapshot_id),),
        bulletin_title(bulletin, sender),
        plain(sender.organizer),
    )
    annexes = annexes_of(bulletin, sender)
    _page(document.sections[0])
    _head(document, bulletin, sender)
    _text(document, narrate(bulletin, sender))
    _annex_note(document, annexes)
    _signature(document, bulletin, sender)
    for index, annex in enumerate(annexes, 1):
        add_annex(document, annex, index if len(annexes) > 1 else 0)
    _closing(document, bulletin, sender)
    return layout.saved(document, bulletin.as_of)


def _page(section: Any) -> None:
    section.page_width, section.page_height = Twips(11906), Twips(16838)
    section.top_margin, section.bottom_margin = Twips(2098), Twips(1984)
    section.left_margin, section.right_margin = Twips(_LEFT_MARGIN), Twips(1474)
    section.footer_distance = Twips(_FOOTER_DISTANCE)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(LINE))
    section._sectPr.append(grid)
    _page_number(section.footer, "right")
    _page_number(section.even_page_footer, "left")


def _page_number(footer: Any, side: str) -> None:
    """— 1 — in 14 point, one character in from the outer edge, digits in 宋体 too."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.style = None
    inward = _SMALL * 20
    if side == "left":
        layout.layout(paragraph, align=side, left=inward)
    else:
        layout.layout(paragraph, align=side, right=inward)
    font = PAGE_NUMBER_FONT
    layout.write(paragraph, "— ", font, _SMALL, latin=font)
    layout.field(paragraph, "PAGE", font, _SMALL)
    layout.write(paragraph, " —", font, _SMALL, latin=font)


# --- head


def _head(document: Any, bulletin: Bulletin, sender: Sender) -> None:
    _mark_line(document, plain(sender.masthead or sender.organizer))
    _blank(document, 2)
    issue = layout.layout(document.add_paragraph(), line=LINE, align="center")
    _body_run(issue, issue_name(bulletin))
    # 4 mm
    layout.borders(issue, _RED, space=11, bottom=_RED_LINE)
    _blank(document, 2)
    names = (plain(sender.organizer), subject(sender))
    for line in title_lines(bulletin_title(bulletin, sender), names):
        title = layout.layout(
            document.add_paragraph(),
            line=LINE,
            align="center",
            gridless=True,
        )
        layout.write(title, line, TITLE_FONT, _TITLE)
    _blank(document)
    addressees = layout.layout(
        document.add_paragraph(), line=LINE, align="both"
    )
    _body_run(addressees, f"{listing(bulletin.addressees)}：")


def _mark_line(document: Any, mark: str) -> None:
    paragraph = layout.layout(
        document.add_paragraph(),
        line=_MARK_LINE,
        before=_MARK_BELOW,
        align="center",
        gridless=True,
    )
    size = min(_MARK, _MARK_WIDTH // (20 * max(len(mark), 1)))
    layout.write(paragraph, mark, TITLE_FONT, size, color=_RED)


def _blank(document: Any, lines: int = 1, *, keep: bool = False) -> None:
    for _ in range(lines):
        layout.layout(document.add_paragraph(), line=LINE, keep=keep)


# --- text


def _text(document: Any, story: Story) -> None:
    _body(document, story.opening)
    sections = []
    for section in _sections(story):
        if section[1]:
            sections.append(section)
    for index, (heading, lines) in enumerate(sections, 1):
        _heading(document, f"{ordinal(index)}、{heading}")
        for lead, text in lines:
            # The last paragraph holds on to the signature, which never stands alone.
            last = index == len(sections) and (lead, text) == lines[-1]
            _body(document, text, lead, keep=last)


def _sections(story: Story) -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings with their paragraphs, each a numbered lead and a text."""
    return [
        ("总体情况", [("", text) for text in story.overall]),
        ("先进典型", _numbered(story.praise)),
        ("存在问题", _problem_lines(story)),
        ("约谈和通报", [("", text) for text in story.talks]),
        ("下步要求", _demands(story)),
    ]


def _numbered(texts: tuple[str, ...]) -> list[tuple[str, str]]:
    """Several texts numbered （一）（二）; one alone without a number."""
    if len(texts) == 1:
        return [("", texts[0])]
    found = []
    for i, text in enumerate(texts, 1):
        found.append((f"（{ordinal(i)}）", text))
    return found


def _problem_lines(story: Story) -> list[tuple[str, str]]:
    if story.problems_struck:
        return []
    if not story.problems:
        return [("", story.faultless)]
    if len(story.problems) == 1:
        return [("", f"{story.problems[0].heading}{story.problems[0].text}")]
    lines = []
    for index, problem in enumerate(story.problems, 1):
        lines.append((f"（{ordinal(index)}）{problem.heading}", problem.text))
    return lines


def _demands(story: Story) -> list[tuple[str, str]]:
    """The first sentence of a demand is its heading, in the second level's font."""
    if len(story.steps) == 1:
        return [("", story.steps[0])]
    lines = []
    for index, text in enumerate(story.steps, 1):
        head, _, rest = text.partition("。")
        lines.append((f"（{ordinal(index)}）{head}。", rest))
    return lines


def _heading(document: Any, text: str) -> None:
    paragraph = layout.layout(
        document.add_paragraph(),
        line=LINE,
        indent_chars=2,
        size=_BODY,
        keep=True,
    )
    layout.write(paragraph, text, HEADING_FONT, _BODY, spacing=TIGHTER)


def _body(
    document: Any, text: str, lead: str = "", *, keep: bool = False
) -> None:
    paragraph = layout.layout(
        document.add_paragraph(),
        line=LINE,
        indent_chars=2,
        size=_BODY,
        align="both",
        keep=keep,
    )
    if lead:
        layout.write(paragraph, lead, SUBHEADING_FONT, _BODY, spacing=TIGHTER)
    _body_run(paragraph, plain(text))


def _body_run(paragraph: Any, text: str) -> None:
    layout.write(paragraph, text, BODY_FONT, _BODY, spacing=TIGHTER)


# --- end


def _annex_note(document: Any, annexes: list[Annex]) -> None:
    """附件说明: one line under the text, two characters in, titles one under another."""
    _blank(document, keep=True)
    if len(annexes) == 1:
        _note_line(document, f"附件：{annexes[0].title}", first=True)
        return
    for index, annex in enumerate(annexes, 1):
        label = "附件：" if index == 1 else ""
        _note_line(document, f"{label}{index}.{annex.title}", bool(label))


def _note_line(document: Any, text: str, first: bool) -> None:
    """附件： stands two characters in; titles stand under one another, their second
    lines too."""
    hang = _NOTE_HANG if first else _COUNT_HANG
    paragraph = layout.layout(
        document.add_paragraph(),
        line=LINE,
        left=(_NOTE_TITLE - hang) * _BODY * 20,
        hanging_chars=hang,
        size=_BODY,
        keep=True,
    )
    _body_run(paragraph, text)


def _signature(document: Any, bulletin: Bulletin, sender: Sender) -> None:
    """The organizer centred over the date, whose end is four characters in from the
    right: the place of a seal (7.3.5.1)."""
    _blank(document, 2, keep=True)
    name = plain(sender.organizer)
    issued = full_day(bulletin.issued_on)
    # Digits are half as wide as characters.
    date_width = len(issued) * 0.75
    name_indent = _SIGNATURE_INDENT + max(0.0, (date_width - len(name)) / 2)
    _signed(document, name, name_indent, keep=True)
    _signed(document, issued, _SIGNATURE_INDENT, keep=False)


def _signed(document: Any, text: str, characters: float, *, keep: bool) -> None:
    paragraph = layout.layout(
        document.add_paragraph(),
        line=LINE,
        align="right",
        right=round(characters * _BODY * 20),
        keep=keep,
    )
    _body_run(paragraph, text)


def _printed_by(sender: Sender, day: str) -> str:
    """印发机关 and 印发日期, which stand on one line: without the department where the
    office's name leaves no room for it."""
    office = plain(sender.organizer)
    both = f"{office}{plain(sender.department)}"
    # One character is kept free at each end, one between the two, and one for fonts
    # whose digits are wider.
    room = TYPE_WIDTH / (_SMALL * 20) - 4
    if _characters(both) + _characters(day) > room:
        return f"{office}\t{day}"
    return f"{both}\t{day}"


def _characters(text: str) -> float:
    """How wide a line is, in Chinese characters; a digit takes half of one."""
    return sum(0.5 if char.isascii() else 1 for char in text)


def _closing(document: Any, bulletin: Bulletin, sender: Sender) -> None:
    """版记: copies, who printed it and when, between lines, at the foot of the last page."""
    lines = [_printed_by(sender, f"{full_day(bulletin.issued_on)}印发")]
    if bulletin.copies:
        lines.insert(0, f"抄送：{listing(bulletin.copies)}。")
    table = document.add_table(rows=len(lines), cols=1)
    layout.fixed_widths(table, (TYPE_WIDTH,))
    layout.at_the_foot(table, _LEFT_MARGIN)
    layout.grid_lines(
        table,
        top=_HEAVY_LINE,
        bottom=_HEAVY_LINE,
        insideH=_THIN_LINE,
    )
    layout.cell_margins(table, 0)
    inset = _SMALL * 20
    for row, text in zip(table.rows, lines, strict=True):
        hang = _COPIES_HANG if text.startswith("抄送：") else 0
        paragraph = layout.layout(
            row.cells[0].paragraphs[0],
            line=500,
            left=inset,
            right=inset,
            keep=True,
            gridless=True,
            hanging_chars=hang,
            size=_SMALL,
        )
        layout.right_tab(paragraph, TYPE_WIDTH - inset)
        layout.write(paragraph, text, BODY_FONT, _SMALL)
    # A table needs a paragraph after it.
    layout.layout(document.add_paragraph(), line=20, gridless=True)
