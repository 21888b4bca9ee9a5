"""What of a run of text a person sees, decided in one place for all formats (rules.md 5).

For: readers, which tell how a run of characters looks and get back the text that counts
and the doubts that go with it. Trusts nothing of a file but what its reader found out.
Never guesses: what is surely not seen is left out, what is seen and proves nothing
raises a doubt, and what a reader cannot tell raises a doubt too.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from pipeline.model.document import Block, Cell, Doubt, Grid, Paragraph
from pipeline.model.values.frozen import frozen

# A person reads 5 pt with effort; office programs hide text at 1 pt.
_READABLE_POINTS = 4.0
# WCAG calls 3:1 the least for large text. Printed pale grey (1.6) is still read, white
# on the palest fill (1.1) is not.
_SURE_CONTRAST = 1.5
_NO_CONTRAST = 1.1
# How many are remembered; each run asks, and a file has a dozen
_COLOUR_PAIRS = _LOOKS = 1024
# Of 255: more is another colour
_SAME_HUE = 60
_SURE_OPACITY = 0.35
_NO_OPACITY = 0.05
Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)

# UAX 9: what makes text run from right to left. Marks and overrides to the right (the
# rule) are no doubt: they come with every path that Windows copies.
_TURNING = "\u200f\u061c\u202b\u202e\u2067\u2068"
_WIDTHLESS = "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u061c\ufe0e\ufe0f\ufeff\u00ad"
_RAISED = "²³¹\u2070-\u209c"
# Combining strokes: 1̶2̶ is how a program without formats strikes text.
_STROKES = "\u0335-\u0338\u20d2\u20d3\u20e5\u20e6\u20eb"
_SPECIAL = re.compile(f"[{_WIDTHLESS}{_RAISED}{_STROKES}]")
# M² stays
_SPECIAL_BUT_UNITS = re.compile(
    f"[{_WIDTHLESS}{_STROKES}]|(?<![A-Za-z])[{_RAISED}]"
)
_RAISED_CHARACTER = re.compile(f"[{_RAISED}]")
_STROKE = re.compile(f"[{_STROKES}]")
# «人数», {{num}}, ${num}, <<num>>, <%= num %>: what a template or a mail merge left.
_UNFILLED = re.compile(
    r"«[^«»\n]*»|\[\[[^\[\]\n]*\]\]|\{\{[^{}\n]*\}\}|[$#]\{[^{}\n]*\}|<<[^<>\n]*>>|<%[^\n]*%>"
)


class Rule(StrEnum):
    """What a reader obeys of how a text looks. All of them always count; one can be left
    out to prove that the second look finds what the readers then miss."""

    # Struck text holds
    STRUCK = "struck"
    # Super- and subscripts are no digits
    RAISED = "raised"
    # Hidden, white, tiny or transparent text is not there
    UNSEEN = "unseen"
    # A sheet's number is what its format shows
    FORMATS = "formats"
    # A row of no height, a column too narrow
    FLAT = "flat"
    NARROW = "narrow"


_left_out: ContextVar[frozenset[Rule]] = ContextVar(
    "rules left out", default=frozenset()
)


@contextmanager
def without(*rules: Rule) -> Iterator[None]:
    """Reads inside of the block as if these rules were not there. For tests alone: the
    program never does."""
    before = _left_out.set(frozenset(rules))
    try:
        yield
    finally:
        _left_out.reset(before)


def counts(rule: Rule) -> bool:
    """Whether a rule is obeyed."""
    return rule not in _left_out.get()


@frozen
class Look:
    """How a run is shown. `points` is its size (None: ordinary), `ink` and `ground` are its
    colours as red, green, blue 0-255 (None: the format's own, which is readable),
    `opacity` 0-1."""

    hidden: bool = False
    struck: bool = False
    # Super- or subscript
    raised: bool = False
    points: float | None = None
    ink: Colour | None = None
    ground: Colour | None = None
    opacity: float = 1.0
    # What only the reader knows of this run
    doubts: frozenset[Doubt] = frozenset()


PLAIN = Look()


@dataclass
class Seen:
    """The runs of one cell or line, joined to what a person sees of them."""

    parts: list[str] = field(default_factory=list)
    doubts: set[Doubt] = field(default_factory=set)

    def add(self, text: str, look: Look = PLAIN) -> None:
        """Takes a run in reading order; what is not seen of it is dropped."""
        if _SPECIAL.search(text):
            text = self._without_special(text, look)
        if look is PLAIN or _is_ordinary(look):
            self.parts.append(text)
            return
        if not text.strip():
            if not look.hidden:
                self.parts.append(text)
            return
        if not is_seen(look):
            self.doubts |= _doubts_of_unseen(look)
            return
        told = look.doubts
        if Doubt.REORDERED in told and not _has_digit(text):
            # Words read the same in any order of numbers
            told -= {Doubt.REORDERED}
        self.doubts |= told | _doubts_of_seen(text, look)
        raised = look.raised and counts(Rule.RAISED)
        if not raised or not _has_digit(text) or self._ends_in_a_letter():
            self.parts.append(text)

    def add_seen(self, other: "Seen") -> None:
        """Takes what was seen elsewhere, such as a line of the cell."""
        self.parts += other.parts
        self.doubts |= other.doubts

    def _ends_in_a_letter(self) -> bool:
        """Whether what stands raised now belongs to a unit, as in m2."""
        last = self.text[-1:]
        return last.isascii() and last.isalpha()

    def _without_special(self, text: str, look: Look) -> str:
        """The text without the characters that have no width, stand above the line or
        strike the one before them."""
        if is_seen(look):
            if any(c in _TURNING for c in text):
                self.doubts.add(Doubt.REORDERED)
            if _RAISED_CHARACTER.search(text):
                self.doubts.add(Doubt.RAISED)
            if _STROKE.search(text):
                self.doubts.add(Doubt.STRUCK)
        return _SPECIAL_BUT_UNITS.sub("", text)

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def told(self) -> frozenset[Doubt]:
        """All that is doubtful of the whole, once it is complete."""
        if _UNFILLED.search(self.text):
            return frozenset((*self.doubts, Doubt.UNFILLED))
        return frozenset(self.doubts)


def seen_text(text: str) -> Seen:
    """A text that came without any format."""
    seen = Seen()
    seen.add(text)
    return seen


def joined(lines: Iterable[Seen], separator: str = "\n") -> Seen:
    """The lines of a cell as one, stripped of blanks around them."""
    whole = Seen()
    texts = []
    for line in lines:
        texts.append(line.text)
        whole.doubts |= line.doubts
    whole.parts = [separator.join(texts).strip()]
    return whole


def doubted(blocks: Sequence[Block], doubt: Doubt) -> tuple[Block, ...]:
    """The blocks with a doubt about all that they say."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            found.append(replace(block, doubts=block.doubts | {doubt}))
            continue
        cells: list[Cell] = []
        for cell in block.cells:
            cells.append(replace(cell, doubts=cell.doubts | {doubt}))
        found.append(Grid(block.name, tuple(cells)))
    return tuple(found)


def is_seen(look: Look) -> bool:
    """Whether a person surely or perhaps sees a run that looks so."""
    if not counts(Rule.UNSEEN):
        return True
    if look.hidden or look.opacity < _NO_OPACITY:
        return False
    if look.points is not None and look.points < _READABLE_POINTS:
        return False
    return _contrast_of(look) >= _NO_CONTRAST or not _is_same_hue(look)


@lru_cache(_LOOKS)
def _is_ordinary(look: Look) -> bool:
    """Whether a run that looks so is surely seen and proves nothing by it, whatever its
    text is and whichever rules count: what most runs are."""
    return not (
        look.hidden
        or look.struck
        or look.raised
        or look.doubts
        or look.opacity < _SURE_OPACITY
        or (look.points is not None and look.points < _READABLE_POINTS)
        or _contrast_of(look) < _SURE_CONTRAST
    )


@lru_cache(_COLOUR_PAIRS)
def contrast(ink: Colour, ground: Colour) -> float:
    """The WCAG 2 contrast ratio, 1 (the same) to 21 (black on white)."""
    light, dark = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _doubts_of_unseen(look: Look) -> set[Doubt]:
    """A hidden run is simply not there; one that is only painted so that nobody sees it
    may be seen elsewhere (on another fill, in a preview): a person must look."""
    if look.hidden:
        return set()
    return {Doubt.BARELY_SEEN}


def _doubts_of_seen(text: str, look: Look) -> set[Doubt]:
    found = set()
    if look.struck and counts(Rule.STRUCK):
        found.add(Doubt.STRUCK)
    if look.raised and counts(Rule.RAISED) and _has_digit(text):
        found.add(Doubt.RAISED)
    if not counts(Rule.UNSEEN):
        return found
    if _contrast_of(look) < _SURE_CONTRAST or look.opacity < _SURE_OPACITY:
        found.add(Doubt.BARELY_SEEN)
    return found


def _contrast_of(look: Look) -> float:
    if look.ink is None and look.ground is None:
        return 21.0
    return contrast(look.ink or BLACK, look.ground or WHITE)


def _is_same_hue(look: Look) -> bool:
    """Whether ink and ground differ in brightness alone: yellow is seen on white, which
    it hardly contrasts with."""
    pairs = zip(look.ink or BLACK, look.ground or WHITE, strict=True)
    return max(abs(one - other) for one, other in pairs) <= _SAME_HUE


def _has_digit(text: str) -> bool:
    return any(c.isdigit() or c in "一二三四五六七八九十百千万零" for c in text)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    if part <= 0.03928:
        return part / 12.92
    return float(((part + 0.055) / 1.055) ** 2.4)
