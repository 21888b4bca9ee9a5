"""Conditional formats of SpreadsheetML that may hide or strike what a cell holds.

Beside xlsx. Never works a condition out: a cell that may be hidden is in doubt. Icons
and colours that leave the number to be seen raise none.
"""

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from pipeline.model.document import Doubt
from pipeline.reading.formats.sheet.grid import Range
from pipeline.reading.formats.sheet.xlsx_ranges import ranges_of
from pipeline.reading.formats.sheet.xlsx_styles import (
    S,
    Styles,
    can_hide,
    whole,
)

# Ranges of one sheet; a form has a handful
_MOST = 200

_X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
Element = etree._Element


def conditional_doubts(
    root: Element, styles: Styles
) -> Iterator[tuple[Doubt, Range]]:
    """The ranges whose values a sheet may show to nobody."""
    for cells in islice(_hidden_ranges(root, styles), _MOST):
        yield Doubt.UNTOLD, cells


def _hidden_ranges(root: Element, styles: Styles) -> Iterator[Range]:
    for formatting in root.iter(f"{S}conditionalFormatting"):
        rules = formatting.iter(f"{S}cfRule")
        if any(_hides(rule, styles) for rule in rules):
            yield from ranges_of(formatting.get("sqref", ""))
    # what Excel 2010 added stands in an extension, with its formats beside it
    for formatting in root.iter(f"{_X14}conditionalFormatting"):
        rules = formatting.iter(f"{_X14}cfRule")
        if any(_hides_by_own(rule, styles) for rule in rules):
            yield from ranges_of(formatting.findtext(f"{_XM}sqref", ""))


def _hides_by_own(rule: Element, styles: Styles) -> bool:
    if any(child.get("showValue") in ("0", "false") for child in rule):
        return True
    change = rule.find(f"{_X14}dxf")
    return change is not None and can_hide(change, styles.palette)


def _hides(rule: Element, styles: Styles) -> bool:
    """Whether a rule may hide or strike the value: by its format, or as a bar or an
    icon that stands in the value's place."""
    if any(child.get("showValue") in ("0", "false") for child in rule):
        return True
    scale = rule.find(f"{S}colorScale")
    if scale is not None and can_hide(scale, styles.palette):
        return True
    return whole(rule.get("dxfId"), -1) in styles.hiding
