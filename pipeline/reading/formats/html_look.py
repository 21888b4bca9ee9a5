"""How the elements of a web page look: attributes and style sheets, inherited as browsers
inherit them, to the Look of their text.

For: the html reader. Trusts nothing but what the page itself says. Where a browser may
or may not show something, the look carries a doubt.
"""

import re
from dataclasses import replace

from lxml import etree

from pipeline.model.document import Doubt
from pipeline.model.values.frozen import frozen
from pipeline.reading.formats import excel_page
from pipeline.reading.formats.css import Applied, Declarations, StyleSheet
from pipeline.reading.formats.css_values import alpha, colour, pixels, points
from pipeline.reading.formats.seen import Colour, Look

Element = etree._Element

# Set this much closer, digits lie over one another
_OVERLAPPING_PX = 6.0
# Less than an ordinary digit is high
_DIGIT_PX = 14.0
# Looks that are kept of one page
_MOST_KNOWN = 5_000
# Moved or indented this far out of its place, text is off the page
_FAR_PX = 400.0
# Where a page says nothing: 16 px
_ORDINARY_POINTS = 12.0
_HTML_SIZES = {
    "1": 7.5,
    "2": 10.0,
    "3": 12.0,
    "4": 13.5,
    "5": 18.0,
    "6": 24.0,
    "7": 36.0,
}
_FONT_SIZE = re.compile(
    r"(?:^|\s)(\d{1,4}(?:\.\d{1,4})?(?:px|pt|em|rem|%)|0(?=/|\s))"
)
# Values that are computed elsewhere, of which nobody knows what they say
# here, and colours in ways of writing that css_values does not know
_COMPUTED = re.compile(
    r"(?:var|calc|env|attr|clamp|min|max|hwb|lab|lch|color|-mix|-dark)\("
)
# what repaints, moves or enlarges text, and the values under which it does not
_CHANGING = (
    "transform",
    "filter",
    "scale",
    "translate",
    "rotate",
    "zoom",
    "mask",
    "mask-image",
    "-webkit-mask-image",
    "mix-blend-mode",
    "font-size-adjust",
    "font-variant-position",
    "-webkit-text-security",
)
# Properties that leave nothing to be seen where they are zero
_SHRINKING = ("scale", "zoom", "font-size-adjust")
# Aligned so, what is smaller than its line stands above or below its neighbours
_EDGES = ("top", "text-top", "bottom", "text-bottom")
# Painted under the text, and maybe through it
_PAINTED = re.compile(r"gradient\(|url\(")
# OpenType features that raise, lower or stack digits
_RAISING_FEATURES = re.compile(r"sups|subs|sinf|ordn|frac|numr|dnom")
_UNCHANGED = ("", "none", "normal", "1", "100%", "0", "0px", "0deg")
_TELLING = (
    "display",
    "visibility",
    "opacity",
    "color",
    "font-size",
    "font",
    "content",
    "text-decoration",
    "text-decoration-line",
)
# Values of display under which an element's own text stands nowhere
_UNPAINTED = ("none", "table-column", "table-column-group")
_OVERFLOWS = ("overflow", "overflow-x", "overflow-y")
_CUTTING = frozenset({"hidden", "clip"})
_SIZES = (
    "width",
    "height",
    "max-width",
    "max-height",
    "inline-size",
    "block-size",
    "max-inline-size",
    "max-block-size",
)
# Values of display (CSS Display 3) that keep a line for themselves
_OWN_LINE = ("block", "flex", "grid", "table", "list-item", "flow-root")
_RAISING_TAGS = ("sup", "sub")
_STRIKING_TAGS = ("s", "strike", "del")
_TABLE_TAGS = ("td", "th", "tr", "thead", "tbody", "tfoot", "table", "col")


@frozen
class PageLook:
    """What an element's text inherits. `gone`: nothing inside is painted, whatever it
    says itself; `invisible` may be taken back by an element inside."""

    gone: bool = False
    invisible: bool = False
    struck: bool = False
    raised: bool = False
    turned: bool = False
    unsure: bool = False
    points: float | None = None
    ink: Colour | None = None
    ground: Colour | None = None
    opacity: float = 1.0
    font: str | None = None
    in_cell: bool = False
    # In a cell, and out of the order of its text
    placed: bool = False
    # Begins and ends a line by its style; the walk takes it back inside
    own_line: bool = False
    # What Excel paints the cell's number by; "" where the page says nothing
    number_format: str = ""

    def look(self) -> Look:
        doubts = set()
        if self.turned:
            doubts.add(Doubt.REORDERED)
        if self.unsure or self.placed:
            doubts.add(Doubt.UNTOLD)
        return Look(
            hidden=self.gone or self.invisible,
            struck=self.struck,
            raised=self.raised,
            points=self.points,
            ink=self.ink,
            ground=self.ground,
            opacity=self.opacity,
            doubts=frozenset(doubts),
        )


PAGE = PageLook()


class Looks:
    """The looks of a page's elements, by its style sheets."""

    def __init__(self, sheet: StyleSheet) -> None:
        self._sheet = sheet
        # what an element looked like, since pages say the same thousands of times
        self._known: dict[tuple[object, ...], PageLook] = {}

    def of(self, element: Element, outer: PageLook) -> PageLook:
        """How `element` looks inside of what looks like `outer`."""
        if not element.attrib and not self._sheet and element.tag not in _TAGS:
            return outer
        key = (element.tag, tuple(element.attrib.items()), outer)
        known = self._known.get(key)
        if known is not None:
            return known
        look = _by_tag(element, outer)
        applied = self._sheet.of(element)
        if applied.declarations or applied.unsure:
            look = _by_style(applied, str(element.tag), look)
        if (
            not self._sheet.looks_around(element)
            and len(self._known) < _MOST_KNOWN
        ):
            self._known[key] = look
        return look


_TAGS = (*_RAISING_TAGS, *_STRIKING_TAGS, "font", "bdo")


def _by_tag(element: Element, outer: PageLook) -> PageLook:
    """What HTML's own elements and attributes say."""
    look = outer
    tag = str(element.tag)
    if tag in _RAISING_TAGS:
        look = replace(look, raised=True)
    elif tag in _STRIKING_TAGS:
        look = replace(look, struck=True)
    if not element.attrib:
        return look
    if "hidden" in element.attrib:
        look = replace(look, gone=True)
    if (element.get("dir") or "").lower() in ("rtl", "auto") and tag not in (
        "html",
        "body",
    ):
        look = replace(look, turned=True)
    ground = colour(element.get("bgcolor"))
    if ground is not None:
        look = replace(look, ground=ground)
    if tag == "tr" and pixels(element.get("height")) == 0:
        look = replace(look, unsure=True)
    if tag == "font":
        return _by_font(element, look)
    return look


def _by_font(element: Element, look: PageLook) -> PageLook:
    ink = colour(element.get("color")) or look.ink
    points = _HTML_SIZES.get(element.get("size") or "", look.points)
    face = (element.get("face") or "").split(",")[0].strip("\"' ")
    return replace(
        look,
        ink=ink,
        points=points,
        font=face or look.font,
    )


def _by_style(applied: Applied, tag: str, look: PageLook) -> PageLook:
    style = applied.declarations
    look = replace(
        look,
        gone=look.gone or _is_gone(style),
        invisible=_is_invisible(style, look.invisible),
        struck=look.struck or _strikes(style),
        raised=look.raised or _raises(style, tag),
        turned=look.turned or _turns(style, tag),
        unsure=look.unsure
        or applied.unsure
        or _is_unsure(style)
        or (_is_cut(style) and not _is_clipped(style))
        or _is_flat(style, tag)
        or _is_edged(style, tag, look.points)
        or (look.in_cell and _is_painted(style)),
        placed=look.placed or (look.in_cell and _is_placed(style)),
        own_line=_value(style, "display") in _OWN_LINE,
        points=_points(style, look.points),
        opacity=look.opacity * _opacity(style),
        font=_font(style, look.font),
        number_format=_number_format(style, look.number_format),
    )
    return _coloured(style, look)


def _coloured(style: Declarations, look: PageLook) -> PageLook:
    ink = style.get("-webkit-text-fill-color") or style.get("color", "")
    opacity = look.opacity * alpha(ink)
    if ink.lower() not in ("inherit", "initial"):
        own_ink = colour(ink)
    else:
        own_ink = None
    ground = look.ground
    for name in ("background", "background-color"):
        if name in style and alpha(style[name]) > 0.5:
            ground = colour(style[name]) or ground
    return replace(
        look,
        ink=own_ink or look.ink,
        ground=ground,
        opacity=opacity,
    )


def _is_gone(style: Declarations) -> bool:
    if _value(style, "display") in _UNPAINTED:
        return True
    if _value(style, "mso-hide") == "all":
        return True
    if _value(style, "content-visibility") == "hidden":
        return True
    return _is_off_page(style) or _is_clipped(style) or _is_shrunk(style)


def _is_off_page(style: Declarations) -> bool:
    if _value(style, "position") in ("absolute", "fixed", "relative"):
        for name in ("left", "top", "right", "bottom"):
            distance = pixels(style.get(name))
            if distance is not None and (
                distance <= -_FAR_PX or distance >= 10 * _FAR_PX
            ):
                return True
    for name in ("margin-left", "margin-top", "text-indent"):
        distance = pixels(style.get(name))
        if distance is not None and distance <= -_FAR_PX:
            return True
    return False


def _is_clipped(style: Declarations) -> bool:
    clip = _value(style, "clip")
    if clip.startswith("rect"):
        edges = [
            pixels(edge) for edge in re.split(r"[\s,]+", clip[5:].strip("() "))
        ]
        if edges and all(edge is not None and edge <= 1 for edge in edges):
            return True
    path = _value(style, "clip-path")
    if path.startswith(
        ("inset(50%", "inset(100%", "circle(0", "polygon(0 0, 0 0")
    ):
        return True
    room = _room(style)
    return room is not None and room <= 1


def _is_cut(style: Declarations) -> bool:
    """Whether a part of what an element holds may be cut off."""
    if _value(style, "clip-path") not in _UNCHANGED:
        return True
    room = _room(style)
    return room is not None and room < _DIGIT_PX


def _room(style: Declarations) -> float | None:
    """How wide or high what an element holds may be, in pixels, the least that it says;
    None where nothing of it is cut off."""
    overflows = set()
    for name in _OVERFLOWS:
        overflows.add(_value(style, name))
    if _CUTTING.isdisjoint(overflows):
        return None
    said = []
    for name in _SIZES:
        size = pixels(style.get(name))
        if size is not None:
            said.append(size)
    return min(said, default=None)


def _is_shrunk(style: Declarations) -> bool:
    transform = _value(style, "transform").replace(" ", "")
    return bool(re.search(r"scale[xy]?\(0(?:\.0\d*)?(?:,|\))", transform))


def _is_invisible(style: Declarations, outer: bool) -> bool:
    visibility = _value(style, "visibility")
    if visibility in ("hidden", "collapse"):
        return True
    if visibility == "visible":
        return False
    return outer


def _strikes(style: Declarations) -> bool:
    """By a line through the text, or from corner to corner of a cell as Excel draws it."""
    for name in ("mso-diagonal-down", "mso-diagonal-up"):
        if _value(style, name) not in ("", "none"):
            return True
    for name in (
        "text-decoration",
        "text-decoration-line",
        "text-line-through",
    ):
        value = _value(style, name)
        if "line-through" in value or (
            name == "text-line-through" and value not in ("", "none")
        ):
            return True
    return False


def _raises(style: Declarations, tag: str) -> bool:
    align = _value(style, "vertical-align")
    if align in ("super", "sub") and tag not in _TABLE_TAGS:
        return True
    raise_ = pixels(style.get("mso-text-raise"))
    if raise_ is not None and abs(raise_) >= 4:
        return True
    if tag in _TABLE_TAGS:
        return False
    moves = [pixels(align)]
    if _value(style, "position") == "relative":
        moves += [pixels(style.get("top")), pixels(style.get("bottom"))]
    return any(move is not None and abs(move) >= 3 for move in moves)


def _turns(style: Declarations, tag: str) -> bool:
    if _value(style, "unicode-bidi").endswith("override"):
        return _value(style, "direction") == "rtl"
    return _value(style, "direction") == "rtl" and tag not in ("html", "body")


def _is_placed(style: Declarations) -> bool:
    """Whether something stands elsewhere than where the text goes on."""
    if _value(style, "position") in ("absolute", "fixed"):
        return True
    if _value(style, "position") == "relative":
        sideways = [pixels(style.get("left")), pixels(style.get("right"))]
        if any(move is not None and abs(move) >= 3 for move in sideways):
            return True
    if _value(style, "float") in ("right", "left"):
        return True
    if _value(style, "order") not in ("", "0"):
        return True
    return "reverse" in _value(style, "flex-direction")


def _is_unsure(style: Declarations) -> bool:
    """What changes how text is seen in ways that are not followed here."""
    for name in _TELLING:
        value = _value(style, name)
        if _COMPUTED.search(value):
            return True
    for name in _CHANGING:
        value = _value(style, name)
        shrinks = name in _SHRINKING and value.startswith("0")
        if value not in _UNCHANGED or shrinks:
            return True
    if _RAISING_FEATURES.search(_value(style, "font-feature-settings")):
        return True
    display = _value(style, "display")
    if display.startswith("ruby"):
        return True
    if display == "inline-block" and pixels(style.get("width")) == 0:
        # What it holds flows out over its neighbour
        return True
    spacing = pixels(style.get("letter-spacing"))
    if spacing is not None and spacing <= -_OVERLAPPING_PX:
        return True
    line = style.get("line-height")
    return line is not None and pixels(line) == 0


def _is_flat(style: Declarations, tag: str) -> bool:
    """A row of no height: Excel, which writes pages too, hides it; a browser does not."""
    return tag == "tr" and pixels(style.get("height")) == 0


def _is_edged(style: Declarations, tag: str, outer: float | None) -> bool:
    """Smaller text on an edge of its line may be a note's mark."""
    if tag in _TABLE_TAGS or _value(style, "vertical-align") not in _EDGES:
        return False
    size = _points(style, outer)
    return size is not None and size < (outer or _ORDINARY_POINTS)


def _is_painted(style: Declarations) -> bool:
    """A picture or a stripe under the text of a cell may strike it or be a number."""
    background = _value(style, "background")
    image = _value(style, "background-image")
    return _PAINTED.search(f"{background} {image}") is not None


def _points(style: Declarations, outer: float | None) -> float | None:
    size = style.get("font-size")
    if size is None:
        match = _FONT_SIZE.search(style.get("font", ""))
        if match is None:
            return outer
        size = match[1]
    found = points(size, outer or _ORDINARY_POINTS)
    if found is None:
        return outer
    return found


def _font(style: Declarations, outer: str | None) -> str | None:
    family = style.get("font-family") or style.get("mso-symbol-font-family")
    if family is None and "font" in style:
        family = _FONT_SIZE.split(style["font"])[-1].strip()
    if not family:
        return outer
    return family.split(",")[0].strip("\"' ")


def _number_format(style: Declarations, outer: str) -> str:
    for name in excel_page.PROPERTIES:
        if name in style:
            return excel_page.code_of(style[name])
    return outer


def _opacity(style: Declarations) -> float:
    value = _value(style, "opacity")
    try:
        if value:
            number = float(value.removesuffix("%"))
        else:
            number = 1.0
    except ValueError:
        return 1.0
    if value.endswith("%"):
        return number / 100
    return number


def _value(style: Declarations, name: str) -> str:
    return style.get(name, "").strip().lower()
