"""The signs of Word's 插入符号 as Unicode: what a code means in a font that draws signs
instead of letters.

For: the readers of word files, whose text holds only a code and the font's name. Pure
tables (Unicode's own mapping of Wingdings, L2/12-368; ADOBE's of Symbol), as far as
forms use them: ticks and boxes, which say what was chosen, numbers in circles, bullets,
arrows, signs of arithmetic. Never gives a letter or digit for a sign that is not known:
that is a bullet, and the caller doubts it.
"""

from pipeline.model.document import Doubt

# A bullet, and a mark of no width (U+FE0E) that parts it from the bullets that are known;
# formats/seen.py takes the mark away.
UNKNOWN = "•\ufe0e"
_FONTS = (
    "wingdings",
    "wingdings 2",
    "wingdings 3",
    "webdings",
    "symbol",
    # Without a table here: each of their signs is UNKNOWN
    "marlett",
    "mt extra",
    "zapfdingbats",
    "zapf dingbats",
    "itc zapf dingbats",
    "monotype sorts",
    "ms outlook",
    "bookshelf symbol 7",
    "ms reference specialty",
)
# Word stores a sign of such a font at its code, or at U+F000 plus its code.
_PRIVATE = 0xF000


def _numbered(first: int, zero: str, start: int) -> dict[int, str]:
    """A circled zero and the circled numbers 1 to 10 behind it."""
    found = {first: zero}
    for number in range(10):
        found[first + 1 + number] = chr(start + number)
    return found


_WINGDINGS = {
    **_numbered(0x80, "⓪", 0x2460),
    **_numbered(0x8B, "⓿", 0x2776),
    **dict(zip(range(0x6C, 0x79), "●○■□□□□◆◆◆❖◆☒", strict=True)),
    **dict(zip(range(0x9E, 0xA3), "·•●○○", strict=True)),
    **dict(zip(range(0xA3, 0xA9), "○◉◎▪▪□", strict=True)),
    **dict(zip(range(0xDF, 0xE7), "←→↑↓↖↗↙↘", strict=True)),
    **dict(zip(range(0xFB, 0xFF), "✗✓☒☑", strict=True)),
    0x20: " ",
    0x22: "✂",
    0x28: "☎",
    0x2A: "✉",
    0x45: "☜",
    0x46: "☞",
    0x47: "☝",
    0x48: "☟",
    0x4A: "☺",
    0xAB: "★",
    0xAC: "✶",
    0xB2: "✧",
    0xD8: "➢",
    0xE8: "➔",
    0xF0: "⇨",
}
_WINGDINGS_2 = {
    **_numbered(0x69, "⓪", 0x2460),
    **_numbered(0x74, "⓿", 0x2776),
    **dict(zip(range(0x4F, 0x55), "✗✓☒☑☒☒", strict=True)),
    **dict(zip(range(0x95, 0x9C), "•●●●○○○", strict=True)),
    **dict(zip(range(0x9E, 0xA6), "▪▪■■■□□□", strict=True)),
    0x20: " ",
}
_WEBDINGS = {
    0x20: " ",
    0x34: "▶",
    0x3C: "■",
    0x61: "✓",
    0x63: "□",
    0x67: "■",
    0x6E: "●",
    0x72: "✗",
}
_GREEK_CAPITALS = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
_GREEK_SMALL = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"
_ASCII_SIGNS = " !#%&()+,./0123456789:;<=>?[]_{|}"
_SYMBOL = {
    **{ord(sign): sign for sign in _ASCII_SIGNS},
    **dict(zip(range(0x41, 0x5B), _GREEK_CAPITALS, strict=True)),
    **dict(zip(range(0x61, 0x7B), _GREEK_SMALL, strict=True)),
    **dict(zip(range(0xA3, 0xA6), "≤⁄∞", strict=True)),
    **dict(zip(range(0xA7, 0xAF), "♣♦♥♠↔←↑→", strict=True)),
    **dict(zip(range(0xAF, 0xBD), "↓°±″≥×∝∂•÷≠≡≈…", strict=True)),
    0x2A: "∗",
    0x2D: "−",
    0x40: "≅",
    0x7E: "∼",
    0xA2: "′",
    0xD6: "√",
    0xD7: "⋅",
}
_TABLES: dict[str, dict[int, str]] = {
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "webdings": _WEBDINGS,
    "symbol": _SYMBOL,
}


def draws_signs(font: str | None) -> bool:
    """Whether a font shows signs in the place of letters."""
    return font is not None and font.lower() in _FONTS


def doubts_of_font(font: str | None) -> frozenset[Doubt]:
    """What is doubtful of digits in a font: one that draws signs for them shows no
    number. Symbol's digits are digits."""
    if draws_signs(font) and font is not None and font.lower() != "symbol":
        return frozenset((Doubt.UNTOLD,))
    return frozenset()


def sign_of(font: str | None, code: int) -> str:
    """The sign that a font shows for a code, 0-255 or that plus U+F000; UNKNOWN where
    no table has it. A code of such fonts under another font's name is taken for one of
    Wingdings, from which nine of ten come."""
    table = _TABLES.get((font or "").lower(), {})
    if code >= _PRIVATE:
        code -= _PRIVATE
        if not draws_signs(font):
            table = _WINGDINGS
    return table.get(code, UNKNOWN)


def in_font(font: str | None, text: str) -> str:
    """A text as a font of signs shows it. Only what stands at the codes of such a font
    is drawn by it: Chinese in the same run takes its own font."""
    found = []
    for character in text:
        code = ord(character)
        if 0x20 <= code <= 0xFF or _PRIVATE <= code <= _PRIVATE + 0xFF:
            found.append(sign_of(font, code))
        else:
            found.append(character)
    return "".join(found)
