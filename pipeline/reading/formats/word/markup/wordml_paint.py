"""The colours and the font of WordprocessingML's runs, and what fills their places.

Beside wordml_styles.py. Pure; trusts only well-formed XML. Never guesses a colour that
programs take differently: that is untold.
"""

import re
from collections.abc import Callable

from pipeline.reading.formats.seen import WHITE
from pipeline.reading.formats.word.markup.wordml import (
    VAL,
    Element,
    attribute,
    local,
    whole,
)
from pipeline.reading.formats.word.run_format import (
    AUTO,
    Ink,
    hex_colour,
    is_odd_colour,
    mixed,
)

# ST_HighlightColor
_HIGHLIGHTS: dict[str, Ink] = {
    "black": (0, 0, 0),
    "blue": (0, 0, 255),
    "cyan": (0, 255, 255),
    "green": (0, 255, 0),
    "magenta": (255, 0, 255),
    "red": (255, 0, 0),
    "yellow": (255, 255, 0),
    "white": (255, 255, 255),
    "darkBlue": (0, 0, 128),
    "darkCyan": (0, 128, 128),
    "darkGreen": (0, 128, 0),
    "darkMagenta": (128, 0, 128),
    "darkRed": (128, 0, 0),
    "darkYellow": (128, 128, 0),
    "darkGray": (128, 128, 128),
    "lightGray": (192, 192, 192),
    "none": AUTO,
}
# The theme's colour of the page, which counts before the one that was saved beside it.
_PAPER = ("background1", "light1")
_PAPER_SHORT = ("bg1", "lt1")
# In 1/1000 %: how transparent, how much lighter, how much of it is left in white; less
# than a fifth is hardly seen of any colour. -1 is what is not understood.
_PALING: dict[str, Callable[[int], bool]] = {
    "alpha": lambda clear: not 0 <= clear <= 65_000,
    "lumOff": lambda lighter: not 0 <= lighter < 80_000,
    "tint": lambda left: left <= 20_000,
}
_PATTERN = re.compile(r"pct(\d{1,2})")


def take_paint(
    said: dict[str, object], name: str, child: Element, value: str
) -> None:
    """Colours and the font."""
    if name == "color":
        said["ink"] = hex_colour(value)
        paper = attribute(child, "themeColor") in _PAPER
        if paper and not attribute(child, "themeShade"):
            said["ink"] = WHITE
        elif is_odd_colour(value):
            said["untold"] = True
    elif name == "highlight":
        said["ground"] = _HIGHLIGHTS.get(value)
    elif name == "shd" and said.get("ground") is None:
        said["ground"] = shading(child)
        front, behind = attribute(child, "color"), attribute(child, "fill")
        if is_odd_colour(front) or is_odd_colour(behind):
            said["untold"] = True
    elif name == "rFonts":
        said["font"] = (
            attribute(child, "ascii") or attribute(child, "hAnsi") or None
        )
        said["complex_font"] = attribute(child, "cs") or None
    elif name == "textFill":
        _take_fill(said, child)


def _take_fill(said: dict[str, object], fill: Element) -> None:
    """w14:textFill, which paints over w:color."""
    for child in fill.iter():
        name = local(child.tag)
        if name == "noFill":
            said["unpainted"] = True
        elif name == "srgbClr":
            said["ink"] = hex_colour(_any_val(child))
            if said["ink"] is None:
                said["untold"] = True
        elif name == "schemeClr" and _any_val(child) in _PAPER_SHORT:
            said["ink"] = WHITE
        elif name in _PALING and _PALING[name](whole(_any_val(child), -1)):
            said["untold"] = True
        elif name.endswith("Clr") and name != "schemeClr":
            # No colour that w14 knows; "window" is as white as the page
            said["untold"] = True


def _any_val(element: Element) -> str:
    for name, value in element.attrib.items():
        if local(name) == "val":
            return str(value)
    return ""


def shading(element: Element | None) -> Ink | None:
    """The colour that a w:shd fills its place with."""
    if element is None:
        return None
    pattern = element.get(VAL, "")
    front = hex_colour(attribute(element, "color"))
    behind = hex_colour(attribute(element, "fill"))
    if pattern == "solid":
        return mixed(front, behind, 1.0)
    grain = _PATTERN.fullmatch(pattern)
    if grain is None:
        return behind
    return mixed(front, behind, int(grain[1]) / 100)
