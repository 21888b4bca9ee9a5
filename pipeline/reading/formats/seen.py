"""What of a run of text a person sees, decided in one place for all formats (rules.md 5).

For: readers, which tell how a run of characters looks and get back the text that counts
and the doubts that go with it. Trusts nothing of a file but what its reader found out.
Never guesses: what is surely not seen is left out, what is seen and proves nothing
raises a doubt, and what a reader cannot tell raises a doubt too.
"""

from dataclasses import dataclass, field

from pipeline.model.document import Doubt

# A person reads 5 pt with effort; office programs hide text at 1 pt.
_READABLE_POINTS = 4.0
# WCAG calls 3:1 the least for large text. Printed pale grey (1.6) is still read, white
# on the palest fill (1.1) is not.
_SURE_CONTRAST = 1.5
_NO_CONTRAST = 1.1
_SURE_OPACITY = 0.35
_NO_OPACITY = 0.05
Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)


@dataclass(frozen=True)
class Look:
    """How a run is shown. `points` is its size (None: ordinary), `ink` and `ground` are its
    colours as red, green, blue 0-255 (None: the format's own, which is readable),
    `opacity` 0-1."""

    hidden: bool = False
    struck: bool = False
    raised: bool = False  # super- or subscript
    points: float | None = None
    ink: Colour | None = None
    ground: Colour | None = None
    opacity: float = 1.0
    doubts: frozenset[Doubt] = frozenset()  # what only the reader knows of this run


PLAIN = Look()


@dataclass
class Seen:
    """The runs of one cell or line, joined to what a person sees of them."""

    parts: list[str] = field(default_factory=list)
    doubts: set[Doubt] = field(default_factory=set)

    def add(self, text: str, look: Look = PLAIN) -> None:
        """Takes a run in reading order; what is not seen of it is dropped."""
        if look == PLAIN:
            self.parts.append(text)
            return
        if not text.strip():
            if not look.hidden:
                self.parts.append(text)
            return
        if not is_seen(look):
            self.doubts |= _doubts_of_unseen(look)
            return
        self.doubts |= look.doubts | _doubts_of_seen(text, look)
        if not (look.raised and _has_digit(text)):
            self.parts.append(text)

    @property
    def text(self) -> str:
        return "".join(self.parts)


def is_seen(look: Look) -> bool:
    """Whether a person surely or perhaps sees a run that looks so."""
    if look.hidden or look.opacity < _NO_OPACITY:
        return False
    if look.points is not None and look.points < _READABLE_POINTS:
        return False
    return _contrast_of(look) >= _NO_CONTRAST


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
    if look.struck:
        found.add(Doubt.STRUCK)
    if look.raised and _has_digit(text):
        found.add(Doubt.RAISED)
    if _contrast_of(look) < _SURE_CONTRAST or look.opacity < _SURE_OPACITY:
        found.add(Doubt.BARELY_SEEN)
    return found


def _contrast_of(look: Look) -> float:
    if look.ink is None and look.ground is None:
        return 21.0
    return contrast(look.ink or BLACK, look.ground or WHITE)


def _has_digit(text: str) -> bool:
    return any(c.isdigit() or c in "一二三四五六七八九十百千万零" for c in text)


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    if part <= 0.03928:
        return part / 12.92
    return float(((part + 0.055) / 1.055) ** 2.4)
