"""What 归某单位并记住 teaches: the sender's address, the name on the form, or both; and
what must not be learnt.

Values in, lessons or a code out. Only what was unknown is learnt, only when told,
and never what could mislead: the address of staff, a name that fits several units or
none in particular.
"""

from pipeline.judging.rulebook import Rulebook
from pipeline.model.actor import RULE
from pipeline.model.report import (
    Decision,
    DecisionRule,
    Remember,
    Report,
    Ruling,
)
from pipeline.model.review.refusal import CannotDecide, Refusal
from pipeline.model.roster import Lesson

# Characters of a name on a form that may be remembered
_SHORTEST_NAME = 2
_LONGEST_NAME = 40


def lessons(
    report: Report,
    sender: str,
    ruling: Ruling,
    decision: Decision,
    rulebook: Rulebook,
) -> tuple[Lesson, ...]:
    """What a ruling teaches of the unit that it names. `sender` is the address that the
    report came from. () where nothing of it is unknown: the ruling holds all the same.
    Raises CannotDecide."""
    if ruling.remember is None:
        return ()
    if decision.unit is None or not ruling.unit:
        raise CannotDecide(Refusal.UNIT_TO_REMEMBER)
    made = Lesson(
        decision.unit,
        since=decision.at,
        by=ruling.by,
        case=report.id,
    )
    return (
        *_address(made, sender, ruling, rulebook),
        *_name(made, report, ruling, rulebook),
    )


def would_teach(
    report: Report, sender: str, unit: str, rulebook: Rulebook
) -> bool:
    """Whether 归某单位并记住 would teach anything: only then it is offered."""
    made = Lesson(
        unit,
        since=report.received_at,
        by="",
        case=report.id,
    )
    ruling = Ruling(DecisionRule.ASSIGN, RULE, unit=unit, remember=Remember.ALL)
    return bool(
        _address(made, sender, ruling, rulebook)
        or _name(made, report, ruling, rulebook)
    )


def other_owners(
    sender: str, ruling: Ruling, unit: str | None, rulebook: Rulebook
) -> tuple[str, ...]:
    """The other units whose address it is already, so that 并记住 taught nothing of it;
    () where that is not so."""
    if ruling.remember is not Remember.ALL or unit is None:
        return ()
    owners = []
    for owner in rulebook.book.roster.units_of(sender):
        owners.append(owner.name)
    if unit in owners:
        return ()
    return tuple(owners)


def _address(
    made: Lesson, sender: str, ruling: Ruling, rulebook: Rulebook
) -> tuple[Lesson, ...]:
    """An address that is another unit's already is learnt only by its name (记住邮箱):
    it may have passed on a single form."""
    roster = rulebook.book.roster
    known = set()
    for u in roster.units_of(sender):
        known.add(u.name)
    if ruling.remember is Remember.NAME or made.unit in known:
        return ()
    if known and ruling.remember is Remember.ALL:
        return ()
    inside = (
        {s.email for s in roster.staff}
        | {e for g in roster.groups for e in g.emails}
        | {rulebook.address}
    )
    if sender in inside or not sender:
        if ruling.remember is Remember.ADDRESS:
            raise CannotDecide(
                Refusal.ADDRESS_OF_STAFF, address=sender, unit=made.unit
            )
        return ()
    return (
        Lesson(
            made.unit,
            address=sender,
            since=made.since,
            by=made.by,
            case=made.case,
        ),
    )


def _name(
    made: Lesson, report: Report, ruling: Ruling, rulebook: Rulebook
) -> tuple[Lesson, ...]:
    if report.form:
        text = report.form.unit_text.strip()
    else:
        text = ""
    if (
        ruling.remember is Remember.ADDRESS
        or not text
        or rulebook.book.match(text) == made.unit
    ):
        return ()
    trouble = _misleading(text, made.unit, rulebook)
    if trouble is not None and ruling.remember is Remember.NAME:
        raise trouble
    if trouble is not None:
        return ()
    return (
        Lesson(
            made.unit,
            alias=text,
            since=made.since,
            by=made.by,
            case=made.case,
        ),
    )


def _misleading(
    text: str, unit: str, rulebook: Rulebook
) -> CannotDecide | None:
    """Why a name must not be remembered as the unit's; None where it may."""
    if rulebook.book.is_generic(text):
        return CannotDecide(Refusal.NAME_OF_ANYBODY, name=text, unit=unit)
    if not _SHORTEST_NAME <= len(text) <= _LONGEST_NAME:
        return CannotDecide(Refusal.NAME_OF_WRONG_LENGTH, name=text, unit=unit)
    other = rulebook.book.match(text)
    if other is not None and other != unit:
        return CannotDecide(
            Refusal.NAME_OF_ANOTHER,
            name=text,
            unit=unit,
            other=other,
        )
    return None
