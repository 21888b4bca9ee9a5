"""Which counted report a reply to a period's digest speaks of: the one that the rule
counted for that unit and period, and that nobody has decided on since.

Values in, a Report or a code saying why there is none. What people decided is
changed under the letter that told of it alone, so that no one overrules what he has
not seen.
"""

from datetime import date

from pipeline.judging.review.decide import is_by_rule, named_unit
from pipeline.judging.rulebook import Rulebook
from pipeline.model.ledger import Ledger
from pipeline.model.report import Report, ReportState
from pipeline.model.review.refusal import CannotDecide, Refusal


def counted_by_rule(
    name: str, period: date, rulebook: Rulebook, ledger: Ledger
) -> Report:
    """The report, as the ledger knows it (without its form). Raises CannotDecide."""
    unit = named_unit(name, rulebook)
    report = ledger.counting.report(unit, period)
    if report is not None and is_by_rule(report):
        return report
    if report is not None:
        raise CannotDecide(
            Refusal.DECIDED_BY_STAFF, unit=unit, by=report.decided_by
        )
    for held in ledger.for_period(unit, period):
        if held.state is ReportState.HELD:
            raise CannotDecide(Refusal.STILL_HELD, unit=unit, report=held.id)
    raise CannotDecide(Refusal.NONE_COUNTED, unit=unit)
