"""Whose report it is (rules.md 3): the form's own words first, then the sender, then
subject and file name."""

from pipeline.judging.names import NameBook
from pipeline.model.form import Hold, Note
from pipeline.model.values.frozen import frozen


@frozen
class SettledUnit:
    unit: str | None
    notes: tuple[Note, ...] = ()
    holds: tuple[Hold, ...] = ()


def settle_unit(
    book: NameBook,
    unit_text: str,
    sender: str,
    subject: str,
    file_name: str,
    *,
    accept_unknown: bool = False,
    by_serial: str | None = None,
    suspect: bool = False,
) -> SettledUnit:
    """The unit of one form, and what is doubtful about it.

    A form that names a unit which the roster does not know is nobody's: it is held,
    even where the sender is known, since the sender may have passed on another unit's
    form. Words such as 县总工会 name nobody and count as empty. `by_serial` is the unit
    whose pre-filled form this is: it speaks where the form's unit cell does not.
    `suspect`: the mail may not be from its sender's address (judging/proof).
    """
    found = []
    for u in book.roster.units_of(sender):
        found.append(u.name)
    senders_units = tuple(found)
    unit = _unit(
        book=book,
        unit_text=unit_text,
        by_serial=by_serial,
        senders_units=senders_units,
        names=(subject, file_name),
    )
    if unit is None:
        holds = [Hold.UNIT_UNCLEAR]
    else:
        holds = []
    notes: list[Note] = []
    if not senders_units:
        if accept_unknown:
            notes.append(Note.UNKNOWN_SENDER)
        else:
            holds.append(Hold.UNKNOWN_SENDER)
    elif unit is not None and unit not in senders_units:
        holds.append(Hold.SENDER_MISMATCH)
    if suspect:
        holds.append(Hold.SENDER_UNPROVEN)
    return SettledUnit(unit, tuple(notes), tuple(holds))


def _unit(
    book: NameBook,
    unit_text: str,
    by_serial: str | None,
    senders_units: tuple[str, ...],
    names: tuple[str, str],
) -> str | None:
    if unit_text.strip():
        named = book.match(unit_text)
    else:
        named = None
    if named is not None:
        return _reporting(book, named)
    if not book.is_generic(unit_text):
        return None
    if by_serial is not None:
        return by_serial
    if len(senders_units) == 1:
        return _reporting(book, senders_units[0])
    return next(
        (
            unit
            for text in names
            if (unit := _reporting(book, book.named_in(text)))
        ),
        None,
    )


def _reporting(book: NameBook, unit: str | None) -> str | None:
    """The unit, unless it is a pool: a pool reports through its members alone (rules.md 1)."""
    if unit is None or book.roster.by_name[unit].pool:
        return None
    return unit
