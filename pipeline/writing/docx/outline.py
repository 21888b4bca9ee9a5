"""Which paragraph of an official document is what, known by what it says: mark, number,
title, addressees, text, signature, date, annexes, closing block.

The file may be anybody's, so every part may be missing. Trusts the measures of
styles.py; judges nothing.
"""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Final

from pipeline.model.values.frozen import frozen
from pipeline.writing.docx.styles import Paragraph

Paragraphs = list[Paragraph]

NUMBER: Final = re.compile(r"(?:不定期)?第\s*\d+\s*期|\S*〔\d{4}〕\d+号")
# A number of the usual kind with the wrong brackets or with zeros before it.
LOOSE_NUMBER: Final = re.compile(
    r"\S{0,12}[\[［【(（]\d{4}[\]］】)）]\s*第?0*\d+号"
)
_DATE: Final = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|[二三][〇○零一二三四五六七八九]{3}年.{2,6}日"
)
_ANNEX: Final = re.compile(r"附件\s*\d*")
# Paragraphs with text before the title: mark, number, secrecy, urgency, signer.
_HEAD_PARAGRAPHS: Final = 8
_BODY_SIZE: Final = 16.0
_RIGHT: Final = frozenset({"right", "end", "center"})


@frozen
class Outline:
    """The parts of one document; lists are empty and paragraphs None where a part is
    missing."""

    paragraphs: tuple[Paragraph, ...]

    @cached_property
    def texts(self) -> Paragraphs:
        """What says something, tables left out."""
        found = []
        for p in self.paragraphs:
            if not p.is_blank and not p.in_table:
                found.append(p)
        return found

    @cached_property
    def head(self) -> Paragraphs:
        return self.texts[:_HEAD_PARAGRAPHS]

    @cached_property
    def mark(self) -> Paragraph | None:
        """发文机关标志."""
        return _first(self.head, lambda p: p.is_red)

    @cached_property
    def number(self) -> Paragraph | None:
        """发文字号 or 期号, well or badly written."""
        well = _first(
            self.head, lambda p: bool(NUMBER.fullmatch(p.text.strip()))
        )
        if well is not None:
            return well
        return _first(
            self.head, lambda p: bool(LOOSE_NUMBER.fullmatch(p.text.strip()))
        )

    @cached_property
    def red_line(self) -> Paragraph | None:
        return _first(self.paragraphs[:20], lambda p: p.red_line)

    @cached_property
    def titles(self) -> Paragraphs:
        """The lines of the title: the biggest black text before the addressees."""
        until = len(self.head)
        if self.addressees is not None:
            until = self.texts.index(self.addressees)
        black = []
        for paragraph in self.texts[:until]:
            if not paragraph.is_red and paragraph is not self.number:
                black.append(paragraph)
        # A title may run over lines; they share the one size that nothing else has.
        biggest = max((max(p.sizes) for p in black), default=0)
        # No title at all: the text itself is no title.
        if biggest <= _BODY_SIZE:
            return []
        return [p for p in black if max(p.sizes) == biggest]

    @cached_property
    def addressees(self) -> Paragraph | None:
        """主送机关: flush left before the text, ending in a colon."""
        return _first(
            self.texts[: _HEAD_PARAGRAPHS + 4],
            lambda p: p.text.strip().endswith("：") and p.first_line == 0,
        )

    @cached_property
    def body(self) -> Paragraphs:
        """The text up to 附件说明 or the signature."""
        body = []
        for paragraph in self.texts[self._text_starts :]:
            # 附件说明 comes before the signature, and either ends the text.
            if paragraph.text.startswith("附件") or paragraph.align in _RIGHT:
                break
            body.append(paragraph)
        return body

    @property
    def _text_starts(self) -> int:
        if self.addressees is not None:
            return self.texts.index(self.addressees) + 1
        if self.titles:
            return self.texts.index(self.titles[-1]) + 1
        return len(self.texts)

    @cached_property
    def date(self) -> Paragraph | None:
        """成文日期: a line of its own after the text."""
        after = self.texts[self._text_starts :]
        return _first(after, lambda p: bool(_DATE.fullmatch(p.text.strip())))

    @cached_property
    def signing(self) -> Paragraphs:
        """From behind the last paragraph of the text to the date, blank ones too; []
        without both."""
        if self.date is None or not self.body:
            return []
        start = self.paragraphs.index(self.body[-1]) + 1
        return list(
            self.paragraphs[start : self.paragraphs.index(self.date) + 1]
        )

    @cached_property
    def annexes(self) -> Paragraphs:
        """The labels that stand over annexes: 附件, 附件1."""
        found = []
        for p in self.texts:
            if _ANNEX.fullmatch(p.text.strip()):
                found.append(p)
        return found

    @cached_property
    def copies(self) -> Paragraph | None:
        """抄送."""
        return _first(
            self.paragraphs[::-1], lambda p: p.text.strip().startswith("抄送")
        )

    @cached_property
    def printed(self) -> Paragraph | None:
        """印发机关和印发日期."""
        return _first(
            self.paragraphs[::-1], lambda p: p.text.strip().endswith("印发")
        )

    def starts_page(self, paragraph: Paragraph) -> bool:
        """By its own break, or by one at the end of the paragraph before it."""
        place = self.paragraphs.index(paragraph)
        before = self.paragraphs[place - 1].breaks_page if place else False
        return paragraph.breaks_page or before

    def blanks_before(self, paragraph: Paragraph) -> int:
        """How many empty paragraphs stand right before one."""
        place = self.paragraphs.index(paragraph)
        count = 0
        while count < place and self.paragraphs[place - count - 1].is_blank:
            count += 1
        return count


def _first(
    paragraphs: tuple[Paragraph, ...] | Paragraphs,
    fits: Callable[[Paragraph], bool],
) -> Paragraph | None:
    return next(filter(fits, paragraphs), None)
