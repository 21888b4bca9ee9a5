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
from pipeline.model.mail import Message
from pipeline.model.wording.whose_form import ADDRESS, FORWARDED, WRITER_LINE

Names = tuple[str, ...]
# Characters in which the header of the quoted mail stands
_HEAD = 2_000


def writers_of(
    book: NameBook, settled: SettledUnit, unit_text: str, writers: Names
) -> Names:
    """Those of the units who wrote the forwarded mail that a form came in, where the form
    names nobody and may be theirs; () where nothing is in question."""
    if not book.is_generic(unit_text) or settled.unit in writers:
        return ()
    return writers


def writers(book: NameBook, message: Message, origin: str) -> Names:
    """The units who wrote the forwarded mail that a file came in: by the address that it
    came in as a part of its own, or by the header that stands in the text."""
    if origin:
        return _units_at(book, origin)
    if not FORWARDED.match(message.subject):
        return ()
    # Of several in one another the newest is passed on
    head = WRITER_LINE.search(message.quoted[:_HEAD])
    if head is None:
        return ()
    address = ADDRESS.search(head["who"])
    if address is not None:
        return _units_at(book, address[0])
    named = book.named_in(head["who"])
    return (named,) if named else ()


def _units_at(book: NameBook, address: str) -> Names:
    names = []
    for unit in book.roster.units_of(address):
        names.append(unit.name)
    return tuple(names)


def in_question(settled: SettledUnit) -> SettledUnit:
    """The same of a form that may be the writer's: nobody's until a person says whose."""
    left = [hold for hold in settled.holds if hold is not Hold.SENDER_MISMATCH]
    holds = dict.fromkeys((Hold.UNIT_UNCLEAR, *left))
    return replace(settled, unit=None, holds=tuple(holds))


def with_writers(form: Form, writers: Names, file: str) -> Form:
    """The form with whose forwarded mail its file came in, for who decides."""
    named = Evidence(file, PASSED_ON_BETWEEN.join(writers))
    return replace(form, evidence=(*form.evidence, (PASSED_ON, named)))
