"""Whose a report may be whose unit is in doubt: the units ranked by what speaks for each,
for the reviewer to choose from. Never takes one.

What speaks for a unit: that the form or the mail names its place, that the sender is
registered for it, that its name is like the one that was written, that nothing has come
from it for the period, and that the figure goes on from its last one.
"""

from collections.abc import Collection, Iterable

from pipeline.judging.intake.settle_figure import settle_figure
from pipeline.judging.rulebook import Rulebook
from pipeline.model.form import Figure, Hold
from pipeline.model.ledger import Ledger
from pipeline.model.letters.reviews import Candidate, SpeaksFor
from pipeline.model.report import Report
from pipeline.model.roster import Unit
from pipeline.model.wording.vocabulary import PLACE_TYPES

# How much each weighs: who is named before what merely fits.
_WEIGHTS = {
    SpeaksFor.TAKEN: 8,
    SpeaksFor.NAME: 5,
    SpeaksFor.WRITER: 5,
    SpeaksFor.PLACE: 4,
    SpeaksFor.SENDER: 4,
    SpeaksFor.FIGURE: 2,
    SpeaksFor.MISSING: 1,
}
_NAMES = (
    SpeaksFor.TAKEN,
    SpeaksFor.NAME,
    SpeaksFor.WRITER,
    SpeaksFor.PLACE,
    SpeaksFor.SENDER,
)
# Of the nearest names
_LIKE = 3
# Characters of a place's name
_SHORTEST = 2


def candidate_units(
    report: Report,
    named: str,
    texts: Iterable[str],
    sender: Iterable[str],
    rulebook: Rulebook,
    ledger: Ledger,
    writers: Collection[str] = (),
) -> tuple[Candidate, ...]:
    """The units for which anything of the mail speaks, best first. `named` is what the
    form says, `texts` are the mail's and the measures', `sender` the units that its
    address is registered for, `writers` those whose forwarded mail the form came in."""
    near = rulebook.book.nearest(named, _LIKE) if named else ()
    said = "".join(texts)
    registered = set(sender)
    found = []
    for unit in rulebook.book.roster.units:
        if unit.pool:
            continue
        speaks = []
        if unit.name == report.unit:
            speaks.append(SpeaksFor.TAKEN)
        if unit.name in near:
            speaks.append(SpeaksFor.NAME)
        if unit.name in writers:
            speaks.append(SpeaksFor.WRITER)
        if _is_named(unit, rulebook, said):
            speaks.append(SpeaksFor.PLACE)
        if unit.name in registered:
            speaks.append(SpeaksFor.SENDER)
        last = ledger.figure_before(unit.name, report.period)
        if _goes_on(report, unit, rulebook, ledger):
            speaks.append(SpeaksFor.FIGURE)
        if _is_missing(unit, report, ledger):
            speaks.append(SpeaksFor.MISSING)
        if set(speaks) & set(_NAMES):
            figure = None if last is None else last.completed
            found.append(Candidate(unit.name, tuple(speaks), figure))
    return tuple(sorted(found, key=_weight, reverse=True))


def _weight(candidate: Candidate) -> int:
    return sum(_WEIGHTS[reason] for reason in candidate.speaks)


def _is_named(unit: Unit, rulebook: Rulebook, said: str) -> bool:
    for name in rulebook.book.roster.names_of(unit):
        short = name.rstrip(PLACE_TYPES)
        spoken = short if len(short) >= _SHORTEST else name
        if len(spoken) >= _SHORTEST and spoken in said:
            return True
    return False


def _is_missing(unit: Unit, report: Report, ledger: Ledger) -> bool:
    """Whether nothing of the unit is on record for the period."""
    return not any(
        r.id != report.id for r in ledger.for_period(unit.name, report.period)
    )


def _goes_on(
    report: Report, unit: Unit, rulebook: Rulebook, ledger: Ledger
) -> bool:
    """Whether the figure is one that the unit's own would have passed the checks with."""
    before, after = ledger.figures_around(unit.name, report.period)
    if report.completed is None or before is None:
        return False
    figure = Figure(report.completed, None)
    known = rulebook.unit_on(unit.name, report.period)
    counted = settle_figure(
        figure=figure,
        unit=known,
        last=before,
        rules=rulebook.checks,
        later=after,
    )
    doubts = {Hold.FIGURE_DECREASED, Hold.FIGURE_JUMP}
    return not doubts & set(counted.holds)
