"""What a file says of how a run of characters looks, layer by layer, until it is a Look.

For: the readers of docx, doc, rtf and odt, whose styles are based on one another in the
same way. Pure. Never decides what is seen: formats/seen.py does.
"""

from dataclasses import fields, replace
from functools import lru_cache
from typing import Literal

from pipeline.model.document import Doubt
from pipeline.model.values.frozen import frozen
from pipeline.reading.formats.seen import (
    BLACK,
    PLAIN,
    WHITE,
    Colour,
    Look,
    contrast,
)

AUTO: Literal["auto"] = "auto"
Ink = Colour | Literal["auto"]

# Half a point of baseline shift is a correction of the type, three are a mark above the
# line.
_RAISED_POINTS = 3.0
# Set this much closer, the digits of ordinary type lie over one another.
OVERLAPPING_POINTS = 5
# Lines and rows that are set exactly so low show nothing that can be read.
CRUSHED_POINTS = 4
# In a point
TWIPS = 20
# As a form's text is set (五号); a Chinese character is as wide as it is high
_CHARACTER_POINTS = 10.5
# Two inches: wider than any margin; and as wide as the text of a page of A4
_BEFORE_PAGE_POINTS, _BEHIND_PAGE_POINTS = -144, 432
# The contrast to white that is read without effort; where the ground is not known, a
# paler ink may be all that is seen or nothing.
_LEAST_SURE = 1.5
# Layers and looks; each run asks, and a document has some dozens
_REMEMBERED = 4096
# A prompt's style, as Word names it in English and Chinese.
_PROMPT_STYLES = ("placeholder text", "placeholdertext", "占位符文本", "占位符")


@frozen
class RunFormat:
    """None where nothing is said. `points`: size; `shift`: points above (below: negative)
    the line; `scale`: width in percent; `ink`, `ground`: colours, AUTO for the program's
    own choice."""

    hidden: bool | None = None
    struck: bool | None = None
    raised: bool | None = None
    shift: float | None = None
    points: float | None = None
    scale: float | None = None
    ink: Ink | None = None
    ground: Ink | None = None
    font: str | None = None
    # Set as Arabic or Thai is, whatever its characters are: in a font and size of its own
    complex_script: bool | None = None
    complex_font: str | None = None
    complex_points: float | None = None
    # Runs from right to left
    turned: bool | None = None
    prompt: bool | None = None
    # Filled with nothing
    unpainted: bool | None = None
    # Embossed or engraved: seen by its shadows
    relief: bool | None = None
    untold: bool | None = None

    @lru_cache(_REMEMBERED)  # noqa: B019 -- values, none of which holds a file
    def over(self, base: "RunFormat") -> "RunFormat":
        """This layer on top of another: what it says counts, the rest is the base's."""
        if self == NOTHING_SAID:
            return base
        if base == NOTHING_SAID:
            return self
        said = {}
        for name in _NAMES:
            own = getattr(self, name)
            if own is None:
                said[name] = getattr(base, name)
            else:
                said[name] = own
        return RunFormat(**said)

    def as_set(self) -> "RunFormat":
        """With the font and the size that its script is set in."""
        if not self.complex_script:
            return self
        return replace(self, font=self.complex_font, points=self.complex_points)

    @lru_cache(_REMEMBERED)  # noqa: B019 -- values, none of which holds a file
    def look(self, ground: Colour | None = None, known: bool = True) -> Look:
        """How the run is shown on a ground that is not its own (None: the page).
        `known` is false where nobody can tell what is behind, as in a drawn shape."""
        if self == NOTHING_SAID:
            return PLAIN
        ink, behind = self._colours(ground)
        doubts = self._doubts()
        if ink is not None and (
            self.relief or not (known or self._has_ground())
        ):
            if contrast(ink, behind or WHITE) < _LEAST_SURE:
                doubts |= {Doubt.UNTOLD}
            ink = behind = None
        return Look(
            hidden=bool(self.hidden),
            struck=bool(self.struck),
            raised=bool(self.raised) or abs(self.shift or 0) >= _RAISED_POINTS,
            points=self._painted_points(),
            ink=ink,
            ground=behind,
            opacity=0.0 if self.unpainted else 1.0,
            doubts=doubts,
        )

    def _has_ground(self) -> bool:
        return self.ground is not None and self.ground != AUTO

    def _colours(
        self, ground: Colour | None
    ) -> tuple[Colour | None, Colour | None]:
        """Ink and ground, None for both where the program chooses an ink that is read."""
        if self.ink is None or self.ink == AUTO:
            return None, None
        if self.ground is None or self.ground == AUTO:
            return self.ink, ground or WHITE
        return self.ink, self.ground

    def _painted_points(self) -> float | None:
        """The size that is left of a run that is made narrow: 1 % of 12 pt is a hair."""
        if self.scale is None or self.scale >= 30:
            return self.points
        return (self.points or 12.0) * self.scale / 100

    def _doubts(self) -> frozenset[Doubt]:
        found = set()
        if self.turned:
            found.add(Doubt.REORDERED)
        if self.prompt:
            found.add(Doubt.UNFILLED)
        if self.untold:
            found.add(Doubt.UNTOLD)
        return frozenset(found)


NOTHING_SAID = RunFormat()
_NAMES = tuple(f.name for f in fields(RunFormat))


def is_prompt_style(name: str | None) -> bool:
    """Whether a character style is that of a content control's prompt."""
    return (name or "").lower() in _PROMPT_STYLES


def hex_colour(text: str | None) -> Ink | None:
    """RRGGBB, with or without #, or "auto"; None for anything else."""
    if not text:
        return None
    if text in (AUTO, "transparent"):
        return AUTO
    digits = text.removeprefix("#")
    if len(digits) != 6:
        return None
    try:
        number = int(digits, 16)
    except ValueError:
        return None
    return number >> 16, number >> 8 & 0xFF, number & 0xFF


def is_odd_colour(text: str | None) -> bool:
    """Whether a colour is said in a way that programs take differently: FFF, white."""
    return bool(text) and hex_colour(text) is None


def is_off_page(left: float, first: float, right: float) -> bool:
    """Whether lines with these indents, in points, begin or end so far away that they lie
    under other text or beyond the paper; `first` is on top of `left`."""
    for indent in (left, left + first, right):
        if not _BEFORE_PAGE_POINTS < indent < _BEHIND_PAGE_POINTS:
            return True
    return False


def indent_points(hundredths: int, points: float) -> float:
    """An indent in points: hundredths of a character count before a length."""
    if hundredths:
        return hundredths / 100 * _CHARACTER_POINTS
    return points


def mixed(front: Ink | None, behind: Ink | None, share: float) -> Ink | None:
    """A pattern of two colours as it is seen from afar; `share` of it, 0-1, is the front
    one. The page is white, and a program's own choice of a pattern's colour black."""
    if front is None or front == AUTO:
        front = BLACK
    if behind is None or behind == AUTO:
        behind = WHITE
    parts = []
    for one, other in zip(front, behind, strict=True):
        parts.append(round(one * share + other * (1 - share)))
    return parts[0], parts[1], parts[2]


def as_ground(ink: Ink | None, behind: Colour | None) -> Colour | None:
    """A fill, or what is behind it where it fills with nothing."""
    if ink is None or ink == AUTO:
        return behind
    return ink
