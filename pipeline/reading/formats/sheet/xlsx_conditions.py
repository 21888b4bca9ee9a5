"""Conditional formats of SpreadsheetML that may hide or strike what a cell holds.

Beside xlsx. Never works a condition out: a cell that may be hidden is in doubt. Icons
and colours that leave the number to be seen raise none.
"""

from collections.abc import Iterator

from lxml import etree

from pipeline.model.document import Doubt
from pipeline.reading.formats.sheet.grid import Range
from pipeline.reading.formats.sheet.xlsx_ranges import ranges_of
from pipeline.reading.formats.sheet.xlsx_styles import S, Styles, whole

_MOST = 200  # ranges of one sheet; a form has a handful

Element = etree._Element


def conditional_doubts(
    root: Element, styles: Styles
) -> Iterator[tuple[Doubt, Range]]:
    """The ranges whose values a sheet may show to nobody."""
    found = 0
    for formatting in root.iter(f"{S}conditionalFormatting"):
        if not any(
            _hides(rule, styles) for rule in formatting.iter(f"{S}cfRule")
        ):
            continue
        for cells in ranges_of(formatting.get("sqref", "")):
            found += 1
            if found <= _MOST:
                yield Doubt.UNTOLD, cells


def _hides(rule: Element, styles: Styles) -> bool:
    """Whether a rule may hide or strike the value: by its format, or as a bar or an
    icon that stands in the value's place."""
    if any(child.get("showValue") in ("0", "false") for child in rule):
        return True
    return whole(rule.get("dxfId"), -1) in styles.hiding
