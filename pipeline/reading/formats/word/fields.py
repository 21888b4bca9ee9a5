"""What a field shows that stores no result: signs, enclosed characters, pinyin above a
character, what was chosen in a form's drop-down.

For: the readers of docx, doc and rtf, which hand over the field's instruction. Trusts
nothing of it. Never computes: what a field would show only after computing is doubted.
"""

import re

from pipeline.model.document import Doubt
from pipeline.model.values.frozen import frozen
from pipeline.reading.formats import list_numbers
from pipeline.reading.formats.symbol_fonts import UNKNOWN, draws_signs, sign_of

_NAME = re.compile(r"\s*(\\\*\s*)?([A-Za-z=]+)")
_SYMBOL = re.compile(
    r"\s*SYMBOL\s+(0x[0-9A-Fa-f]{1,4}|\d{1,5})(.*)", re.IGNORECASE | re.DOTALL
)
_FONT = re.compile(r"\\f\s*(?:\"([^\"]*)\"|(\S+))", re.IGNORECASE)
# EQ \o\ac(○,1): a character in a ring; EQ \* jc2 ... \o\ad(\s\up 9(pinyin),字): pinyin
_OVERSTRIKE = re.compile(
    r"\\o\s*(?:\\a[clrd]\s*)?\((.*)\)", re.IGNORECASE | re.DOTALL
)
_ABOVE = re.compile(
    r"\\s\s*\\(?:up|do|ai|di)\s*\d{0,3}\s*\([^()]*\)", re.IGNORECASE
)
_RINGS = "○〇◯⭕"
_FRAMES = _RINGS + "□△◇▢"
_SEPARATORS = re.compile("[,;，；]")
# Fields whose number the program counts when it paints them: no result is stored.
_COUNTED = ("AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "LISTNUM")
# What a drawing, a linked picture or another program's object stands for
_DRAWN = ("SHAPE", "EMBED", "LINK", "INCLUDEPICTURE")
# A text to be clicked, which stands in the instruction itself
_BUTTONS = ("MACROBUTTON", "GOTOBUTTON")
# What follows it, over or away from what stands before
_MOVES = ("ADVANCE",)
# Fields whose stored result is that of another page, day or count than the one shown.
_OF_THE_MOMENT = frozenset(
    (
        "PAGE",
        "NUMPAGES",
        "SECTION",
        "SECTIONPAGES",
        "SEQ",
        "PAGEREF",
        "NUMWORDS",
        "NUMCHARS",
        "FILESIZE",
        "REVNUM",
        "EDITTIME",
        "DATE",
        "TIME",
        "CREATEDATE",
        "SAVEDATE",
        "PRINTDATE",
    )
)
# Without a result they are filled in, or move what follows, when the page is painted
_FILLED_IN = _OF_THE_MOMENT.union(_COUNTED, _MOVES)
# Fields that keep their result for others and show nothing themselves
_KEPT = frozenset(("ASK", "SET"))
# Marks for an index and the like: Word paints no result of theirs
_MARKS = frozenset(("XE", "TC", "TA", "RD", "PRIVATE"))
# Fields that hold what was typed, and never compute it
_TYPED = frozenset(("FORMTEXT", "FORMDROPDOWN", "FORMCHECKBOX", "HYPERLINK"))


@frozen
class Shown:
    """What stands on the page for a field, and what is doubtful of it."""

    text: str = ""
    doubts: frozenset[Doubt] = frozenset()


_NOTHING = Shown()


def shown_of(instruction: str) -> Shown:
    """What a field without a stored result shows. Index marks and the like show nothing."""
    name = _name_of(instruction)
    if name == "EQ":
        return _equation(instruction)
    if name == "SYMBOL":
        return _symbol(instruction)
    if name in _DRAWN:
        return Shown(doubts=frozenset((Doubt.PICTURED,)))
    if name in _BUTTONS:
        return Shown(doubts=frozenset((Doubt.UNFILLED,)))
    if name in _FILLED_IN:
        return Shown(doubts=frozenset((Doubt.UNTOLD,)))
    return _NOTHING


def doubts_of_result(instruction: str) -> frozenset[Doubt]:
    """What is doubtful of a field's stored result."""
    if _name_of(instruction) in _OF_THE_MOMENT | _KEPT | _MARKS:
        return frozenset((Doubt.UNTOLD,))
    return frozenset()


def is_computed(instruction: str) -> bool:
    """Whether a program that updates fields may put another result in its place."""
    return _name_of(instruction) not in _TYPED


def _name_of(instruction: str) -> str:
    match = _NAME.match(instruction)
    if match:
        return match[2].upper()
    return ""


def _equation(instruction: str) -> Shown:
    """The base characters of an overstrike; any other equation is a picture."""
    whole = _OVERSTRIKE.search(instruction)
    if whole is None:
        return Shown(doubts=frozenset((Doubt.PICTURED,)))
    parts = []
    for part in _SEPARATORS.split(_ABOVE.sub("", whole[1])):
        if part.strip():
            parts.append(part.strip())
    drawn = [part for part in parts if part not in _FRAMES]
    base = "".join(drawn)
    if "\\" in base or len(drawn) > 1:
        # Two texts on one another are neither of them
        return Shown(doubts=frozenset((Doubt.PICTURED,)))
    if base.isdecimal():
        return Shown(_in_ring(base, any(part in _RINGS for part in parts)))
    return Shown(base)


def _in_ring(number: str, ring: bool) -> str:
    if ring:
        circled = list_numbers.paint("decimalEnclosedCircle", int(number[:3]))
        if not circled.isascii():
            return circled
    return f"({number})"


def _symbol(instruction: str) -> Shown:
    match = _SYMBOL.match(instruction)
    if match is None:
        return Shown(doubts=frozenset((Doubt.UNTOLD,)))
    code = int(match[1], 0)
    named = _FONT.search(match[2])
    if named:
        font = named[1] or named[2]
    else:
        font = "Symbol"
    if draws_signs(font) or code > 0xFF:
        if draws_signs(font):
            text = sign_of(font, code)
        else:
            text = chr(code)
    else:
        text = bytes((code,)).decode("cp1252", "replace")
    if text == UNKNOWN:
        return Shown(text, frozenset((Doubt.UNTOLD,)))
    return Shown(text)


def chosen(entries: list[str], result: int | None, default: int | None) -> str:
    """What a form's drop-down shows: the entry chosen, else the default, else the first."""
    for index in (result, default, 0):
        if index is not None and 0 <= index < len(entries):
            return entries[index]
    return ""
