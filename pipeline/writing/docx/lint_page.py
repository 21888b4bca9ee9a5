"""The checks of an official document's page: paper, margins, grid of lines, page
numbers. Trusts the measures of styles.py."""

from typing import Final

from pipeline.writing.docx.lint_findings import (
    UNSAID,
    Finding,
    Findings,
    font_findings,
    size_findings,
)
from pipeline.writing.docx.styles import Paragraph, Sheet

# Twips.
_MM: Final = 1440 / 25.4
_TOLERANCE: Final = _MM + 1
_WHERE: Final = "页面设置"
_SONG: Final = ("宋体", "SimSun")
# Odd pages carry the number at the right, even ones at the left; "start" and "end" are
# the newer words for them.
_SIDES: Final = {
    "default": ("单页", "居右空一字", ("right", "end")),
    "even": ("双页", "居左空一字", ("left", "start")),
}


def page_findings(sheet: Sheet) -> Findings:
    """Departures of the page itself from GB/T 9704-2012, 5 and 7.5."""
    yield from _paper(sheet)
    yield from _grid(sheet)
    yield from _page_numbers(sheet)


def _paper(sheet: Sheet) -> Findings:
    width = sheet.width - sheet.left - sheet.right
    height = sheet.height - sheet.top - sheet.bottom
    measures = (
        ("纸张宽", "210 mm", sheet.width, 210),
        ("纸张高", "297 mm", sheet.height, 297),
        ("天头", "37 mm±1 mm", sheet.top, 37),
        ("订口", "28 mm±1 mm", sheet.left, 28),
        ("版心宽", "156 mm", width, 156),
        ("版心高", "225 mm", height, 225),
    )
    for rule, wanted, measured, millimetres in measures:
        if abs(measured - millimetres * _MM) > _TOLERANCE:
            yield Finding(
                where=_WHERE,
                rule=rule,
                expected=wanted,
                found=f"{measured / _MM:.1f} mm",
            )


def _grid(sheet: Sheet) -> Findings:
    if not sheet.pitch:
        yield Finding(
            where=_WHERE,
            rule="每面行数",
            expected="22行",
            found="没有设行网格",
        )
        return
    lines = (sheet.height - sheet.top - sheet.bottom) / sheet.pitch
    # Rounded, since the pitch is in whole twips and 22 lines come out as 21.98.
    if round(lines, 1) < 22 or lines >= 23:
        yield Finding(
            where=_WHERE,
            rule="每面行数",
            expected="22行",
            found=f"{lines:.1f}行",
        )


def _page_numbers(sheet: Sheet) -> Findings:
    numbered = False
    for kind, (name, _, _) in _SIDES.items():
        for paragraph in sheet.footers.get(kind, []):
            if paragraph.has_page_number:
                numbered = True
                yield from _page_number(paragraph, kind, f"{name}页脚")
    if not numbered:
        yield Finding(
            where="页脚",
            rule="页码",
            expected="— 1 —，用页码域",
            found="没有页码",
        )
    elif not sheet.even_and_odd:
        yield Finding(
            where="页脚",
            rule="单双页",
            expected="单页码居右，双页码居左",
            found="单双页没有分开",
        )


def _page_number(paragraph: Paragraph, kind: str, where: str) -> Findings:
    _, place, sides = _SIDES[kind]
    text = paragraph.text.strip()
    if paragraph.align not in sides:
        yield Finding(
            where=where,
            rule="页码位置",
            expected=place,
            found=paragraph.align or UNSAID,
        )
    yield from size_findings(
        paragraph=paragraph,
        where=where,
        rule="页码字号",
        points=14.0,
        name="四号",
    )
    if not text.startswith("—") or not text.endswith("—"):
        yield Finding(
            where=where,
            rule="页码样式",
            expected="数字左右各一条一字线",
            found=paragraph.text,
        )
    yield from font_findings(paragraph, where, "页码字体", _SONG)
    # The digits have a font of their own, the Western one, which programs set to Times.
    strangers = sorted(paragraph.digit_fonts - set(_SONG))
    if strangers:
        found = "、".join(font or UNSAID for font in strangers)
        yield Finding(
            where=where,
            rule="页码数字字体",
            expected="宋体",
            found=found,
        )
