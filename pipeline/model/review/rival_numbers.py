"""The numbers of a held report that stand against one another, while nobody has said
which of them counts.

A value read off a report; it decides nothing. Trusts that the report brings its form,
which the ledger's rows leave out.
"""

from typing import Final

from pipeline.model.form import Hold
from pipeline.model.report import Report, ReportState

# Holds that several numbers may be the reason of
_OF_NUMBERS: Final = frozenset({Hold.FIGURE_UNCLEAR, Hold.SECOND_LOOK})


def rival_numbers(report: Report) -> tuple[int, ...]:
    """Each of them once, in reading order; empty where the form shows one alone, or
    staff have decided."""
    if report.form is None or report.state is not ReportState.HELD:
        return ()
    if not _OF_NUMBERS.intersection(report.holds):
        return ()
    values: dict[int, None] = {}
    for number in report.form.figure.rivals:
        values.setdefault(number.value)
    return tuple(values)
