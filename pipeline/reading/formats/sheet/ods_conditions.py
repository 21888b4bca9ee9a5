"""Conditional formats of an OpenDocument sheet, as LibreOffice writes them, that may hide
or strike what a cell holds.

Beside ods. Never works a condition out: a cell that may be hidden is in doubt. Bars and
icons that leave the number to be seen raise none.
"""

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from pipeline.reading.formats.seen import Look, is_seen
from pipeline.reading.formats.sheet import palette
from pipeline.reading.formats.sheet.grid import Range
from pipeline.reading.formats.sheet.ods_styles import CellStyles
from pipeline.reading.formats.sheet.xlsx_ranges import ranges_of

CALCEXT = (
    "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
)
# Formats of one sheet; a form has a handful
_MOST = 200
Element = etree._Element


def hidden_on_condition(table: Element, styles: CellStyles) -> Iterator[Range]:
    """The ranges of a table whose values may be shown to nobody."""
    formats = table.iter(f"{CALCEXT}conditional-format")
    for one in islice(formats, _MOST):
        if any(_hides(rule, styles) for rule in one.iter()):
            yield from _ranges_of(one)


def _hides(rule: Element, styles: CellStyles) -> bool:
    if rule.get(f"{CALCEXT}show-value") == "false":
        return True
    fill = rule.get(f"{CALCEXT}color")
    if rule.tag == f"{CALCEXT}color-scale-entry" and fill:
        return not is_seen(Look(ground=palette.from_hex(fill)))
    name = rule.get(f"{CALCEXT}apply-style-name")
    return name is not None and styles.hides(name)


def _ranges_of(one: Element) -> Iterator[Range]:
    """The cells that a format is for: 旬报.B3:旬报.B4, names of sheets left out."""
    for area in one.get(f"{CALCEXT}target-range-address", "").split():
        corners = [corner.rpartition(".")[2] for corner in area.split(":")]
        yield from ranges_of(":".join(corners))
