"""The checks of an official document's text and end: lines, headings, signature, annex,
closing block (版记). Trusts the outline."""

import re
from typing import Final

from pipeline.writing.docx.lint_findings import (
    Finding,
    Findings,
    align_findings,
    font_findings,
    size_findings,
)
from pipeline.writing.docx.outline import Outline
from pipeline.writing.docx.styles import Paragraph

_HEADINGS: Final = (
    (re.compile("[一二三四五六七八九十]+、"), ("黑体", "SimHei"), "一级标题"),
    (re.compile("（[一二三四五六七八九十]+）"), ("楷体", "KaiTi"), "二级标题"),
)
_BODY: Final = ("仿宋", "FangSong")
_TITLES: Final = ("小标宋",)
_HEI: Final = ("黑体", "SimHei")
# Twips: 22 lines in 225 mm are 28.95 points each; programs round to whole points.
_LINES: Final = range(560, 601)
_TWO_CHARACTERS: Final = 640
_CLOSE: Final = 20


def text_findings(outline: Outline) -> Findings:
    """Departures of the text and what follows it from GB/T 9704-2012, 7.3.3-7.4."""
    for paragraph in outline.body:
        yield from _body(paragraph)
        yield from _heading(paragraph)
    yield from _signature(outline)
    yield from _annexes(outline)
    yield from _closing(outline)
    yield from _fonts_by_theme(outline)


def _body(paragraph: Paragraph) -> Findings:
    where = paragraph.where
    yield from size_findings(
        paragraph=paragraph,
        where=where,
        rule="正文字号",
        points=16.0,
        name="三号",
    )
    if paragraph.line not in _LINES:
        if paragraph.line is None:
            found = "不是固定值"
        else:
            found = f"{paragraph.line / 20:.2f}磅"
        yield Finding(
            where=where,
            rule="行距",
            expected="固定值28.95磅（每面22行）",
            found=found,
        )
    if abs(paragraph.first_line - _TWO_CHARACTERS) > _CLOSE:
        found = f"{paragraph.first_line / 320:.1f}字"
        yield Finding(
            where=where,
            rule="首行缩进",
            expected="左空二字",
            found=found,
        )
    # Headings have fonts of their own.
    if not any(mark.match(paragraph.text) for mark, _, _ in _HEADINGS):
        yield from font_findings(paragraph, where, "正文字体", _BODY)


def _heading(paragraph: Paragraph) -> Findings:
    for mark, fonts, name in _HEADINGS:
        wrong = not paragraph.first_font.startswith(fonts)
        if mark.match(paragraph.text) and wrong:
            yield Finding(
                where=paragraph.where,
                rule=f"{name}字体",
                expected=fonts[0],
                found=paragraph.first_font,
            )


def _signature(outline: Outline) -> Findings:
    date = outline.date
    if date is None:
        wanted = "2015年10月1日，右空四字"
        yield Finding(
            where="落款",
            rule="成文日期",
            expected=wanted,
            found="没有成文日期",
        )
        return
    # The text's last paragraph holds on to the signature, each paragraph between them
    # to its next: else a page could hold the signature alone.
    chain = [*outline.body[-1:], *outline.signing[:-1]]
    if any(not p.keep_next or p.breaks_page for p in chain):
        wanted = "与正文同处一面（正文最后一段起设“与下段同页”）"
        yield Finding(
            where=date.where,
            rule="落款位置",
            expected=wanted,
            found="可能独占一面",
        )


def _annexes(outline: Outline) -> Findings:
    for label in outline.annexes:
        if not any(font.startswith(_HEI) for font in label.fonts):
            yield Finding(
                where=label.where,
                rule="附件字体",
                expected="黑体",
                found=label.first_font,
            )
        if not outline.starts_page(label):
            yield Finding(
                where=label.where,
                rule="附件位置",
                expected="另面编排，左上角第一行",
                found="没有另起一面",
            )
        place = outline.texts.index(label)
        # The next line, if there is one.
        for title in outline.texts[place + 1 : place + 2]:
            yield from _annex_title(outline, title)


def _annex_title(outline: Outline, title: Paragraph) -> Findings:
    blanks = outline.blanks_before(title)
    if blanks != 1:
        found = f"在第{blanks + 2}行"
        yield Finding(
            where=title.where,
            rule="附件标题位置",
            expected="版心第三行",
            found=found,
        )
    yield from align_findings(title, "附件标题位置", "center")
    yield from font_findings(title, title.where, "附件标题字体", _TITLES)


def _closing(outline: Outline) -> Findings:
    copies = outline.copies
    printed = outline.printed
    if printed is None:
        yield Finding(
            where="版记",
            rule="印发机关和印发日期",
            expected="末页版记中编排",
            found="没有找到",
        )
    for paragraph in (copies, printed):
        if paragraph is not None:
            yield from size_findings(
                paragraph=paragraph,
                where=paragraph.where,
                rule="版记字号",
                points=14.0,
                name="四号",
            )
            if not paragraph.at_foot:
                wanted = "末页版心底部"
                yield Finding(
                    where=paragraph.where,
                    rule="版记位置",
                    expected=wanted,
                    found="没有固定在页末",
                )
    if copies is None:
        return
    if not copies.text.rstrip().endswith("。"):
        yield Finding(
            where=copies.where,
            rule="抄送机关",
            expected="最后标句号",
            found=copies.text.strip()[-6:],
        )
    if not copies.hanging:
        wanted = "回行与冒号后的首字对齐（悬挂缩进）"
        yield Finding(
            where=copies.where,
            rule="抄送机关",
            expected=wanted,
            found="没有悬挂缩进",
        )


def _fonts_by_theme(outline: Outline) -> Findings:
    themed = []
    for p in outline.paragraphs:
        if p.themed and not p.is_blank:
            themed.append(p)
    if themed:
        found = f"{len(themed)}段由主题决定字体，换一台电脑可能变样"
        yield Finding(
            where=themed[0].where,
            rule="字体设置",
            expected="直接写明中文字体",
            found=found,
        )
