"""What Excel shows of a cell of a page, beside the text that a browser shows.

Excel saves workbooks as pages, and opens pages as workbooks: a cell then shows its number
(x:num, else the text) under its number format (mso-number-format), whatever text stands
there. For: the html reader, which takes the text. Pure; never reads a figure of its own.
"""

import re

from pipeline.reading.formats.sheet import number_format
from pipeline.reading.formats.sheet.cell_value import stored_number

# Of Excel, and of the programs that write pages for it
PROPERTIES = ("mso-number-format", "vnd.ms-excel.numberformat")

_ESCAPED = re.compile(r"\\(.)")
_BLANKS = re.compile(r"[\s\xa0]+")


def code_of(value: str) -> str:
    r"""The number format of a style's value: "0\.00", Percent, \@."""
    written = _ESCAPED.sub(r"\1", value.strip().strip("\"'"))
    return number_format.NAMED.get(written, written)


def shows_otherwise(text: str, stored: str | None, code: str) -> bool:
    """Whether Excel shows another number than the text says, or nothing at all.
    `stored`: the number that the cell carries, "" where that is its text."""
    plain = _BLANKS.sub("", text)
    if not plain:
        return False
    said = stored_number(plain.replace(",", ""))
    number = stored_number(stored) if stored else said
    if number is None:
        return not number_format.shows_text(code)
    painted = number_format.paint(number, code)
    if painted.day is not None and said is None:
        # A day, which programs of other countries write otherwise
        return False
    if painted.number is not None and painted.number == said:
        return False
    return _BLANKS.sub("", painted.text) != plain
