"""Whose a form may be that came in a forwarded mail (rules.md 3): who forwards it is the
sender, and where the form names nobody, that may be another unit than the one it is of.

Values in, values out. Never: takes the writer's unit; a person decides.
"""

from dataclasses import replace

from pipeline.judging.intake.settle_unit import SettledUnit
from pipeline.judging.names import NameBook
from pipeline.model.form import Hold


def passed_on(
    book: NameBook, settled: SettledUnit, unit_text: str, writer: str
) -> SettledUnit:
    """The same of a form that came in a forwarded mail which `writer` wrote: one that
    names nobody may be the writer's, where that is another unit."""
    if not book.is_generic(unit_text):
        return settled
    names = set()
    for unit in book.roster.units_of(writer):
        names.add(unit.name)
    if not names or settled.unit in names:
        return settled
    holds = dict.fromkeys((*settled.holds, Hold.SENDER_MISMATCH))
    return replace(settled, holds=tuple(holds))
