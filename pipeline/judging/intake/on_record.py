"""Whether a form is already on record for its unit and period (rules.md 6): what lies
about from before never undoes a correction or a ruling, nor becomes the next period's
report.

Trusts the ledger. Never: asked of a mail that says 更正 of the one form it brings.
"""

from collections.abc import Collection
from datetime import date

from pipeline.model.form import Form
from pipeline.model.ledger import Ledger
from pipeline.model.report import BY_RULE, Report, ReportState

_STATES = (ReportState.ACCEPTED, ReportState.SUPERSEDED, ReportState.REJECTED)


def period_on_record(
    unit: str | None,
    form: Form,
    periods: Collection[date],
    message_key: str,
    ledger: Ledger,
) -> date | None:
    """The period for which this form of `unit` was counted, superseded or ruled on, in
    another mail. `periods` are those that the form's own dates mean; a form that names
    none is taken for nobody's earlier one."""
    if unit is None or form.figure.completed is None:
        return None
    # By what was read, not by what it counts for: a reviewer may have changed that
    read = (form.figure.completed, form.figure.added, form.measures)
    for report in reversed(ledger.read_alike(unit, read)):
        if report.message_key == message_key or report.period not in periods:
            continue
        if _is_ruled_on(report):
            return report.period
    return None


def put_right(
    unit: str | None,
    period: date,
    ledger: Ledger,
) -> Report | None:
    """The report that counts for a period where it stands there since it corrected an
    earlier one, or since a person ruled on it; None for any other."""
    counting = ledger.counting.report(unit, period)
    if unit is None or counting is None:
        return None
    if counting.rule not in BY_RULE:
        return counting
    for report in ledger.for_period(unit, period):
        if report.state is ReportState.SUPERSEDED:
            return counting
    return None


def _is_ruled_on(report: Report) -> bool:
    return report.state in _STATES or report.rule not in BY_RULE
