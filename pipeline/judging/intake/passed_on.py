"""Whose a form may be that came in a forwarded mail (rules.md 3): who forwards it is the
sender, and where the form names nobody, that may be another unit than the one it is of.

Values in, values out. Never: takes the writer's unit; a person decides.
"""

from dataclasses import replace

from pipeline.judging.intake.settle_unit import SettledUnit
from pipeline.judging.names import NameBook
from pipeline.model.form import (
    PASSED_ON,
    PASSED_ON_BETWEEN,
    Evidence,
    Form,
    Hold,
)


def writers_of(
    book: NameBook, settled: SettledUnit, unit_text: str, writer: str
) -> tuple[str, ...]:
    """The units whose address is `writer`, who wrote the forwarded mail that a form came
    in, where the form names nobody and may be theirs; () where nothing is in question."""
    if not book.is_generic(unit_text):
        return ()
    names = []
    for unit in book.roster.units_of(writer):
        names.append(unit.name)
    if settled.unit in names:
        return ()
    return tuple(names)


def in_question(settled: SettledUnit) -> SettledUnit:
    """The same of a form that may be the writer's: nobody's until a person says whose."""
    left = [hold for hold in settled.holds if hold is not Hold.SENDER_MISMATCH]
    holds = dict.fromkeys((Hold.UNIT_UNCLEAR, *left))
    return replace(settled, unit=None, holds=tuple(holds))


def with_writers(form: Form, writers: tuple[str, ...], file: str) -> Form:
    """The form with whose forwarded mail its file came in, for who decides."""
    named = Evidence(file, PASSED_ON_BETWEEN.join(writers))
    return replace(form, evidence=(*form.evidence, (PASSED_ON, named)))
