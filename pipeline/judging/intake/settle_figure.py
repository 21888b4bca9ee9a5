"""Which figure counts (rules.md 5): the form's own words against the unit's history and target."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from pipeline.model.form import Figure, Form, Hold, Holds, Nil, Note, Notes
from pipeline.model.named import NamedFigures
from pipeline.model.roster import Unit
from pipeline.model.rules import CheckRules
from pipeline.model.values.frozen import frozen

# The figure of 实名登记: whoever is new should be registered by name (rules.md 12).
REGISTERED = "registered"


@frozen
class SettledFigure:
    """`completed` is cumulative; None where nothing settles it (then a hold says why)."""

    completed: int | None
    added: int | None
    notes: Notes = ()
    holds: Holds = ()


def settle_figure(
    figure: Figure,
    unit: Unit | None,
    last: int | None,
    rules: CheckRules,
    later: int | None = None,
) -> SettledFigure:
    """`last` is the last accepted figure of an earlier period, None before a unit's
    first; `later` the one of the next period that has one; `unit` None while unclear."""
    settled = _settle(figure, last, rules)
    if settled.completed is None or unit is None:
        return settled
    target = 0
    # A member counts towards its pool's; without targets there is none to hold against.
    if unit.target is not None and not unit.member_of:
        target = unit.target
    notes = _rate_notes(figure.rate, settled.completed, target, rules)
    holds = _holds(settled.completed, target, last, rules)
    if later is not None and settled.completed > later:
        # A late report above what was counted since: one of the two is wrong.
        holds = (Hold.FIGURE_DECREASED, *holds)
    return SettledFigure(
        completed=settled.completed,
        added=settled.added,
        notes=settled.notes + notes,
        holds=_once(settled.holds + holds),
    )


def measures_notes(measures: tuple[str, ...], rules: CheckRules) -> Notes:
    """Notes on the measures; never a hold. Characters are counted without blanks and clause marks."""
    if not measures:
        return (Note.MEASURES_MISSING,) if rules.measures_needed else ()
    notes = []
    if measures_chars(measures) < rules.measures_min_chars:
        notes.append(Note.MEASURES_SHORT)
    if len(measures) < 2:
        notes.append(Note.MEASURES_NOT_ITEMISED)
    return tuple(notes)


def also_values(form: Form) -> NamedFigures:
    """The figures beside the main one as the form has them, by name."""
    return tuple((figure.name, figure.value) for figure in form.also)


def also_notes(
    also: Iterable[tuple[str, int | None]],
    completed: int | None,
    rules: CheckRules,
) -> Notes:
    """Notes on the figures beside the main one (rules.md 12); never a hold."""
    values = {"completed": completed, **dict(also)}
    notes = []
    for spec in rules.also:
        value = values.get(spec.name)
        bound = values.get(spec.at_most)
        if value is None:
            if spec.needed:
                notes.append(Note.ALSO_MISSING)
            continue
        if bound is not None and value > bound:
            notes.append(Note.ALSO_ABOVE)
        if spec.name == REGISTERED and value < (completed or 0):
            notes.append(Note.REGISTERED_BELOW)
    return tuple(dict.fromkeys(notes))


def text_notes(form: Form, rules: CheckRules) -> Notes:
    """The note where a field of words that is asked for stands empty."""
    told = {field.name for field in form.texts if field.value}
    for spec in rules.texts:
        if spec.needed and spec.name not in told:
            return (Note.FIELD_MISSING,)
    return ()


def measures_chars(measures: tuple[str, ...]) -> int:
    """How long the clauses are, in characters without blanks (rules.md 5)."""
    return sum(len("".join(clause.split())) for clause in measures)


def _settle(
    figure: Figure, last: int | None, rules: CheckRules
) -> SettledFigure:
    """The cumulative figure: as stated, the last one for a nil report, or the last one
    plus what was added."""
    stated = SettledFigure(
        completed=figure.completed,
        added=figure.added,
        notes=figure.notes,
        holds=figure.holds,
    )
    if figure.nil is not None:
        return _settled_nil(stated, figure.nil, last)
    if figure.completed is not None:
        return stated
    before = 0 if last is None and rules.count == "increment" else last
    if figure.added is not None and before is not None:
        return replace(
            stated,
            completed=before + figure.added,
            notes=(*figure.notes, Note.DERIVED_CUMULATIVE),
        )
    # A first report that gives this period's part alone says nothing of what was done before.
    return replace(stated, holds=figure.holds or (Hold.FIGURE_UNCLEAR,))


def _settled_nil(
    stated: SettledFigure, nil: Nil, last: int | None
) -> SettledFigure:
    """A report of nothing leaves the last figure as it was; without one, a zero is a
    figure and other words are none."""
    if last is not None:
        notes = (*stated.notes, Note.NIL_REPORT)
        return replace(stated, completed=last, notes=notes)
    if nil is Nil.NOUGHT:
        return replace(stated, completed=0)
    holds = _once((*stated.holds, Hold.FIGURE_UNCLEAR))
    return replace(stated, completed=None, holds=holds)


def _rate_notes(
    rate: float | None, completed: int, target: int, rules: CheckRules
) -> Notes:
    if rate is None or not target:
        return ()
    gap = abs(Fraction(str(rate)) - Fraction(completed, target))
    if gap > rules.rate_tolerance:
        return (Note.RATE_MISMATCH,)
    return ()


def _holds(
    completed: int, target: int, last: int | None, rules: CheckRules
) -> Holds:
    holds = []
    if last is not None and completed < last:
        holds.append(Hold.FIGURE_DECREASED)
    if target >= rules.small_target:
        over = completed > rules.over_target * target
        rise = last is not None and completed - last > rules.jump * target
        if over or rise:
            holds.append(Hold.FIGURE_JUMP)
    return tuple(holds)


def _once(holds: Holds) -> Holds:
    return tuple(dict.fromkeys(holds))
