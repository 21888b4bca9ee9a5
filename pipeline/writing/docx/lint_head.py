"""The checks of an official document's head: mark, number, red line, title,
addressees. Trusts the outline."""

from typing import Final

from pipeline.writing.docx.lint_findings import (
    Finding,
    Findings,
    align_findings,
    font_findings,
    size_findings,
)
from pipeline.writing.docx.outline import NUMBER, Outline

_TITLES: Final = ("小标宋",)
_WHERE: Final = "版头"


def head_findings(outline: Outline) -> Findings:
    """Departures of the head from GB/T 9704-2012, 7.2 and 7.3.1-7.3.2."""
    yield from _mark(outline)
    yield from _number(outline)
    yield from _title(outline)
    yield from _addressees(outline)


def _mark(outline: Outline) -> Findings:
    mark = outline.mark
    if mark is None:
        wanted = "红色，居中，小标宋体"
        yield Finding(
            where=_WHERE,
            rule="发文机关标志",
            expected=wanted,
            found="没有红色的发文机关标志",
        )
        return
    yield from align_findings(mark, "发文机关标志位置", "center")
    yield from font_findings(mark, mark.where, "发文机关标志字体", _TITLES)
    if outline.red_line is None:
        wanted = "发文字号之下4 mm，与版心等宽"
        yield Finding(
            where=_WHERE,
            rule="红色分隔线",
            expected=wanted,
            found="没有红色分隔线",
        )


def _number(outline: Outline) -> Findings:
    number = outline.number
    if number is None:
        wanted = "机关代字〔年份〕序号，如某发〔2024〕40号，或第1期"
        yield Finding(
            where=_WHERE,
            rule="发文字号",
            expected=wanted,
            found="没有发文字号或期号",
        )
        return
    if not NUMBER.fullmatch(number.text.strip()):
        wanted = "年份用六角括号〔〕，序号不编虚位，不加“第”字"
        yield Finding(
            where=number.where,
            rule="发文字号",
            expected=wanted,
            found=number.text.strip(),
        )
    blanks = outline.blanks_before(number)
    # Without a mark there is nothing to keep the distance from.
    if outline.mark is not None and blanks != 2:
        wanted = "发文机关标志下空二行"
        yield Finding(
            where=number.where,
            rule="发文字号位置",
            expected=wanted,
            found=f"空{blanks}行",
        )


def _title(outline: Outline) -> Findings:
    if not outline.titles:
        yield Finding(
            where="标题",
            rule="标题",
            expected="二号小标宋体，居中",
            found="没有找到标题",
        )
        return
    for line in outline.titles:
        yield from align_findings(line, "标题位置", "center")
        yield from size_findings(
            paragraph=line,
            where=line.where,
            rule="标题字号",
            points=22.0,
            name="二号",
        )
        yield from font_findings(line, line.where, "标题字体", _TITLES)
    first = outline.titles[0]
    blanks = outline.blanks_before(first)
    if outline.red_line is not None and blanks != 2:
        wanted = "红色分隔线下空二行"
        yield Finding(
            where=first.where,
            rule="标题位置",
            expected=wanted,
            found=f"空{blanks}行",
        )


def _addressees(outline: Outline) -> Findings:
    addressees = outline.addressees
    if addressees is None:
        wanted = "标题下空一行，顶格，最后标全角冒号"
        yield Finding(
            where="主送机关",
            rule="主送机关",
            expected=wanted,
            found="没有主送机关",
        )
        return
    blanks = outline.blanks_before(addressees)
    if outline.titles and blanks != 1:
        yield Finding(
            where=addressees.where,
            rule="主送机关位置",
            expected="标题下空一行",
            found=f"空{blanks}行",
        )
