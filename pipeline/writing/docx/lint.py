"""Measures any .docx against the numbers of GB/T 9704-2012 for official documents:
paper, margins, grid, fonts, red head, headings, page numbers, closing block.

The file may be anybody's: it is read within bounds and never run, a DTD is refused.
Measures what stands in the XML, so that a font which this machine lacks is judged by
its name. Knows the parts of a document by what they say (第1期, 一、, 附件, 抄送).
Texts inside tables are left alone, but for the closing block. Never changes a file.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from pipeline.writing.docx.styles import Paragraph, Sheet, paragraphs_of, sheet_of

_LIMIT: Final = 30_000_000
_MM: Final = 1440 / 25.4  # twips
_HEADINGS: Final = (
    (re.compile("[一二三四五六七八九十]+、"), ("黑体", "SimHei"), "一级标题"),
    (re.compile("（[一二三四五六七八九十]+）"), ("楷体", "KaiTi"), "二级标题"),
)
_NUMBER: Final = re.compile(r"第\s*\d+\s*期|\S*〔\d{4}〕\d+号")
_LOOSE_NUMBER: Final = re.compile(r"\S{0,12}[\[［【(（]\d{4}[\]］】)）]\s*第?0*\d+号")
_SONG: Final = ("宋体", "SimSun")
_TITLES: Final = ("小标宋",)
_BODY: Final = ("仿宋", "FangSong")


@dataclass(frozen=True)
class Finding:
    """A departure from the standard. `where` is a place a person can find; all four are Chinese."""

    where: str
    rule: str
    expected: str
    found: str


class NotADocument(ValueError):
    """The bytes are no .docx that can be measured; the message is for people."""


def lint(content: bytes) -> list[Finding]:
    """The departures from the standard, in the order of the document. NotADocument for
    what is no .docx."""
    sheet, paragraphs = _opened(content)
    checks: tuple[Callable[[], Iterable[Finding]], ...] = (
        lambda: _paper(sheet),
        lambda: _grid(sheet),
        lambda: _mark(paragraphs),
        lambda: _issue(paragraphs),
        lambda: _title(paragraphs),
        lambda: _body(paragraphs),
        lambda: _headings(paragraphs),
        lambda: _page_numbers(sheet),
        lambda: _closing(paragraphs),
        lambda: _fonts_by_theme(paragraphs),
    )
    return [finding for check in checks for finding in check()]


def _opened(content: bytes) -> tuple[Sheet, list[Paragraph]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = [
                m for m in package.infolist() if m.filename.endswith((".xml", ".rels"))
            ]
            if (
                sum(member.file_size for member in members) > _LIMIT
            ):  # more than it says is never inflated
                raise NotADocument("文件解开后太大，没有检查")
            parts = {member.filename: package.read(member) for member in members}
        return sheet_of(parts), paragraphs_of(parts)
    except (
        zipfile.BadZipFile,
        KeyError,
        etree.XMLSyntaxError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        if isinstance(error, NotADocument):
            raise
        raise NotADocument("不是 .docx 文件，或者文件已损坏") from error


# --- page


def _paper(sheet: Sheet) -> Iterator[Finding]:
    expected = (
        ("纸张宽", "210 mm", sheet.width, 11906, 1.0),
        ("纸张高", "297 mm", sheet.height, 16838, 1.0),
        ("天头", "37 mm±1 mm", sheet.top, 37 * _MM, 1.0),
        ("订口", "28 mm±1 mm", sheet.left, 28 * _MM, 1.0),
        ("版心宽", "156 mm", sheet.width - sheet.left - sheet.right, 156 * _MM, 1.0),
        ("版心高", "225 mm", sheet.height - sheet.top - sheet.bottom, 225 * _MM, 1.0),
    )
    for rule, wanted, measured, twips, tolerance in expected:
        if abs(measured - twips) > tolerance * _MM + 1:
            yield Finding("页面设置", rule, wanted, f"{measured / _MM:.1f} mm")


def _grid(sheet: Sheet) -> Iterator[Finding]:
    if sheet.pitch:
        lines = (sheet.height - sheet.top - sheet.bottom) / sheet.pitch
    else:
        lines = 0
    if round(lines, 1) < 22 or lines >= 23:
        if lines:
            found = f"{lines:.1f}行"
        else:
            found = "没有设行网格"
        yield Finding("页面设置", "每面行数", "22行", found)


def _page_numbers(sheet: Sheet) -> Iterator[Finding]:
    if not sheet.footers:
        yield Finding("页脚", "页码", "— 1 —", "没有页码")
        return
    if not sheet.even_and_odd:
        yield Finding("页脚", "单双页", "单页码居右，双页码居左", "单双页没有分开")
    for kind, side in (("default", "right"), ("even", "left")):
        for paragraph in sheet.footers.get(kind, []):
            if paragraph.has_page_number:
                yield from _page_number(
                    paragraph, "单页" if side == "right" else "双页", side
                )


def _page_number(paragraph: Paragraph, name: str, side: str) -> Iterator[Finding]:
    where = f"{name}页脚"
    if paragraph.align not in {side, {"right": "end", "left": "start"}[side]}:
        yield Finding(
            where,
            "页码位置",
            "居右空一字" if side == "right" else "居左空一字",
            paragraph.align or "未设",
        )
    if paragraph.sizes - {14.0}:
        yield Finding(where, "页码字号", "四号（14磅）", _sizes(paragraph))
    if not paragraph.text.startswith("—") or not paragraph.text.rstrip().endswith("—"):
        yield Finding(where, "页码样式", "数字左右各一条一字线", paragraph.text)
    yield from _font(paragraph, where, "页码字体", _SONG)


# --- head


def _head(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """What stands before the title: up to the number, at most the first eight paragraphs with text."""
    return [p for p in paragraphs if p.text.strip() and not p.in_table][:8]


def _mark(paragraphs: list[Paragraph]) -> Iterator[Finding]:
    red = [p for p in _head(paragraphs) if p.is_red]
    if not red:
        yield Finding(
            "版头", "发文机关标志", "红色，居中，小标宋体", "没有红色的发文机关标志"
        )
        return
    if red[0].align != "center":
        yield Finding(red[0].where, "发文机关标志位置", "居中", red[0].align or "未设")
    yield from _font(red[0], red[0].where, "发文机关标志字体", _TITLES)
    if not any(p.red_line for p in paragraphs[:20]):
        yield Finding(
            "版头", "红色分隔线", "发文字号之下4 mm，与版心等宽", "没有红色分隔线"
        )


def _issue(paragraphs: list[Paragraph]) -> Iterator[Finding]:
    head = _head(paragraphs)
    if any(_NUMBER.fullmatch(p.text.strip()) for p in head):
        return
    loose = next((p for p in head if _LOOSE_NUMBER.fullmatch(p.text.strip())), None)
    if loose:
        yield Finding(
            loose.where,
            "发文字号",
            "年份用六角括号〔〕，序号不编虚位，不加“第”字",
            loose.text.strip(),
        )
    else:
        yield Finding(
            "版头", "发文字号", "乐工发〔2015〕33号，或第1期", "没有发文字号或期号"
        )


def _title(paragraphs: list[Paragraph]) -> Iterator[Finding]:
    titles = _titles(paragraphs)
    if not titles:
        yield Finding("标题", "标题", "二号小标宋体，居中", "没有找到标题")
    for paragraph in titles:
        if paragraph.align != "center":
            yield Finding(
                paragraph.where, "标题位置", "居中", paragraph.align or "未设"
            )
        if paragraph.sizes - {22.0}:
            yield Finding(
                paragraph.where, "标题字号", "二号（22磅）", _sizes(paragraph)
            )
        yield from _font(paragraph, paragraph.where, "标题字体", _TITLES)


def _titles(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """The lines of the title: the biggest black text before the addressees."""
    texts = [p for p in paragraphs if p.text.strip() and not p.in_table]
    until = next((i for i, p in enumerate(texts) if p.text.strip().endswith("：")), 8)
    black = [
        p
        for p in texts[:until]
        if not p.is_red and not _NUMBER.fullmatch(p.text.strip())
    ]
    biggest = max((max(p.sizes) for p in black), default=0)
    return [p for p in black if max(p.sizes) == biggest and biggest > 16]


# --- text


def _body(paragraphs: list[Paragraph]) -> Iterator[Finding]:
    for paragraph in _body_paragraphs(paragraphs):
        where = paragraph.where
        if paragraph.sizes - {16.0}:
            yield Finding(where, "正文字号", "三号（16磅）", _sizes(paragraph))
        if paragraph.line is not None and not 560 <= paragraph.line <= 600:
            yield Finding(
                where,
                "行距",
                "固定值28.95磅（每面22行）",
                f"{paragraph.line / 20:.2f}磅",
            )
        if paragraph.line is None:
            yield Finding(where, "行距", "固定值28.95磅（每面22行）", "不是固定值")
        if paragraph.align != "right" and abs(paragraph.first_line - 640) > 20:
            yield Finding(
                where, "首行缩进", "左空二字", f"{paragraph.first_line / 320:.1f}字"
            )
        if not any(mark.match(paragraph.text) for mark, _, _ in _HEADINGS):
            yield from _font(paragraph, where, "正文字体", _BODY)


def _body_paragraphs(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """What stands between the addressees and the signature, tables and annexes left out."""
    texts = [p for p in paragraphs if p.text.strip() and not p.in_table]
    start = next(
        (i + 1 for i, p in enumerate(texts) if p.text.strip().endswith("：")),
        len(texts),
    )
    body = []
    for paragraph in texts[start:]:
        if paragraph.text.startswith("附件") or paragraph.align in {
            "right",
            "end",
            "center",
        }:
            break
        body.append(paragraph)
    return body


def _headings(paragraphs: list[Paragraph]) -> Iterator[Finding]:
    for paragraph in _body_paragraphs(paragraphs):
        for mark, fonts, name in _HEADINGS:
            if mark.match(paragraph.text) and not paragraph.first_font.startswith(
                fonts
            ):
                yield Finding(
                    paragraph.where, f"{name}字体", fonts[0], paragraph.first_font
                )


def _closing(paragraphs: list[Paragraph]) -> Iterator[Finding]:
    copies = next(
        (p for p in reversed(paragraphs) if p.text.strip().startswith("抄送")), None
    )
    printed = next(
        (p for p in reversed(paragraphs) if p.text.strip().endswith("印发")), None
    )
    if printed is None:
        yield Finding("版记", "印发机关和印发日期", "末页版记中编排", "没有找到")
    for paragraph in (copies, printed):
        if paragraph is not None and paragraph.sizes - {14.0}:
            yield Finding(
                paragraph.where, "版记字号", "四号（14磅）", _sizes(paragraph)
            )
    if copies is not None and not copies.text.rstrip().endswith("。"):
        yield Finding(copies.where, "抄送机关", "最后标句号", copies.text.strip()[-6:])


def _fonts_by_theme(paragraphs: list[Paragraph]) -> Iterator[Finding]:
    themed = [p for p in paragraphs if p.text.strip() and p.themed]
    if themed:
        found = f"{len(themed)}段由主题决定字体，换一台电脑可能变样"
        yield Finding(themed[0].where, "字体设置", "直接写明中文字体", found)


def _font(
    paragraph: Paragraph, where: str, rule: str, wanted: tuple[str, ...]
) -> Iterator[Finding]:
    strangers = sorted(
        f for f in paragraph.fonts if not any(name in f for name in wanted)
    )
    if strangers:
        yield Finding(where, rule, wanted[0], "、".join(f or "未设" for f in strangers))


def _sizes(paragraph: Paragraph) -> str:
    return "、".join(f"{size:g}磅" for size in sorted(paragraph.sizes))
