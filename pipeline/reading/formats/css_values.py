"""The values of CSS: colours and lengths, as pages and office programs write them.

For: html_look.py. Pure; what is not understood is None.
"""

import colorsys
import re

from pipeline.reading.formats.seen import Colour
from pipeline.reading.formats.word.run_format import hex_colour

# A pixel of CSS is 1/96 inch
_PIXEL_POINTS = 0.75
_LENGTH = re.compile(
    r"(-?\d{0,7}(?:\.\d{1,6})?)\s*(px|pt|em|rem|ex|in|cm|mm|pc|vw|vh|%|)"
)
_IN_PX = {
    "px": 1.0,
    "": 1.0,
    "pt": 4 / 3,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
    "in": 96.0,
    "cm": 37.8,
    "mm": 3.78,
    "pc": 16.0,
    "vw": 10.0,
    "vh": 8.0,
    "%": 10.0,
}
_NAMES: dict[str, Colour] = {
    "white": (255, 255, 255),
    "window": (255, 255, 255),
    "canvas": (255, 255, 255),
    "field": (255, 255, 255),
    "buttonhighlight": (255, 255, 255),
    "threedhighlight": (255, 255, 255),
    "infobackground": (255, 255, 225),
    "buttonface": (240, 240, 240),
    "threedface": (240, 240, 240),
    "menu": (240, 240, 240),
    "canvastext": (0, 0, 0),
    "fieldtext": (0, 0, 0),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240),
    "whitesmoke": (245, 245, 245),
    "mintcream": (245, 255, 250),
    "azure": (240, 255, 255),
    "aliceblue": (240, 248, 255),
    "seashell": (255, 245, 238),
    "honeydew": (240, 255, 240),
    "lightyellow": (255, 255, 224),
    "lavenderblush": (255, 240, 245),
    "linen": (250, 240, 230),
    "oldlace": (253, 245, 230),
    "gainsboro": (220, 220, 220),
    "lightgrey": (211, 211, 211),
    "lightgray": (211, 211, 211),
    "silver": (192, 192, 192),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "black": (0, 0, 0),
    "windowtext": (0, 0, 0),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "lime": (0, 255, 0),
    "blue": (0, 0, 255),
    "navy": (0, 0, 128),
    "yellow": (255, 255, 0),
    "orange": (255, 165, 0),
    "purple": (128, 0, 128),
    "maroon": (128, 0, 0),
    "olive": (128, 128, 0),
    "teal": (0, 128, 128),
    "aqua": (0, 255, 255),
    "cyan": (0, 255, 255),
    "fuchsia": (255, 0, 255),
    "magenta": (255, 0, 255),
}
_FUNCTION = re.compile(r"(rgba?|hsla?)\(([^)]*)\)")
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|(?:rgb|hsl)a?\([^)]*\)|[a-z]+")


def alpha(text: str) -> float:
    """How much of a colour is painted, 0-1."""
    text = text.strip().lower()
    if text.startswith("transparent"):
        return 0.0
    if re.fullmatch(r"#[0-9a-f]{8}", text):
        return int(text[7:], 16) / 255
    if re.fullmatch(r"#[0-9a-f]{4}", text):
        return int(text[4:], 16) / 15
    match = _FUNCTION.match(text)
    if match is None:
        return 1.0
    parts = re.split(r"[\s,/]+", match[2].strip())
    if len(parts) > 3:
        return _number(parts[3], 1.0)
    return 1.0


def colour(text: str | None) -> Colour | None:
    """A colour as HTML or CSS writes it, the first one of a list; None for none."""
    for match in _COLOUR.finditer((text or "").strip().lower()):
        found = _one_colour(match[0])
        if found is not None:
            return found
    bare = (text or "").strip()
    if re.fullmatch(r"[0-9a-fA-F]{6}", bare):
        return _hex(bare)
    return None


def _one_colour(text: str) -> Colour | None:
    if text in _NAMES:
        return _NAMES[text]
    if text.startswith("#"):
        digits = text[1:]
        if len(digits) in (3, 4):
            digits = "".join(digit * 2 for digit in digits)
        return _hex(digits[:6])
    match = _FUNCTION.fullmatch(text)
    if match is None:
        return None
    parts = re.split(r"[\s,/]+", match[2].strip())
    if len(parts) < 3:
        return None
    if match[1].startswith("hsl"):
        hue = _number(parts[0].removesuffix("deg"), 0) % 360 / 360
        red, green, blue = colorsys.hls_to_rgb(
            hue, _number(parts[2], 0), _number(parts[1], 0)
        )
        return round(255 * red), round(255 * green), round(255 * blue)
    red, green, blue = (_channel(part) for part in parts[:3])
    return round(red), round(green), round(blue)


def _channel(text: str) -> float:
    number = _number(text, 0)
    return min(max(number * 255 if text.endswith("%") else number, 0), 255)


def _hex(digits: str) -> Colour | None:
    found = hex_colour(digits)
    if found is None or found == "auto":
        return None
    return found


def _number(text: str, default: float) -> float:
    """A number; one in percent as a share."""
    try:
        if text.endswith("%"):
            return float(text[:-1]) / 100
        return float(text)
    except ValueError:
        return default


def pixels(length: str | None) -> float | None:
    """CSS pixels (1/96 inch) of a length; None for what is none, auto and % among it."""
    match = _LENGTH.fullmatch((length or "").strip().lower())
    if match is None or match[1] in ("", "-", "."):
        return None
    return float(match[1]) * _IN_PX[match[2]]


def points(size: str, outer: float) -> float | None:
    """A size of type in points; `outer` is what a relative one is taken of."""
    match = _LENGTH.fullmatch(size.strip().lower())
    if match is None or match[1] in ("", "-", "."):
        return None
    number = float(match[1])
    if match[2] == "em":
        return outer * number
    if match[2] == "%":
        return outer * number / 100
    return number * _IN_PX[match[2]] * _PIXEL_POINTS
