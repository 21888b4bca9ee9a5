"""What is written aslant over a page: a word of its own (作废, 样表), no part of the cells and
lines that it lies over.

Pure geometry. A figure's cell that has such a character in it is doubted all the same:
nobody knows whether it belongs to the number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import dist

from pipeline.model.document import Doubt
from pipeline.reading.formats.pdf.pdf_page import Glyph

# Of a character's size: the next one of a word is nearer
_NEXT = 2.0


def only_upright(glyphs: Sequence[Glyph]) -> Iterator[Glyph]:
    """The glyphs, in place of each slanted one its doubt."""
    for glyph in glyphs:
        if glyph.slanted:
            doubts = glyph.doubts | {Doubt.UNTOLD}
            yield replace(glyph, text="", doubts=doubts)
        else:
            yield glyph


def slanted_words(glyphs: Sequence[Glyph]) -> list[str]:
    """The words that are set aslant, each as often as it stands on the page."""
    words: list[str] = []
    before: Glyph | None = None
    for glyph in glyphs:
        if not glyph.slanted:
            continue
        if before is not None and _follows(before, glyph):
            words[-1] += glyph.text
        else:
            words.append(glyph.text)
        before = glyph
    return [word for word in words if word]


def _follows(before: Glyph, glyph: Glyph) -> bool:
    apart = dist(before.middle, glyph.middle)
    return apart < _NEXT * max(before.points, glyph.points)
