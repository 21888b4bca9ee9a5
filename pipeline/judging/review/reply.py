"""What a ruling of staff does to a report: the one way of deciding, whether it came by
reply or by command.

Values in, a Decision and what it teaches out. Who may, and with which token, is asked
before (flows/review/replies.py).
"""

from datetime import datetime

from pipeline.judging.review.also_decisions import (
    beside_alone,
    gives_also_alone,
    with_also,
)
from pipeline.judging.review.decide import decide, is_open
from pipeline.judging.review.learn import lessons
from pipeline.judging.rulebook import Rulebook
from pipeline.model.ledger import Ledger
from pipeline.model.month import Month
from pipeline.model.report import (
    Decision,
    DecisionRule,
    Report,
    Ruling,
)
from pipeline.model.review.refusal import CannotDecide, Refusal
from pipeline.model.roster import Lesson
from pipeline.model.values.frozen import frozen


@frozen
class Case:
    """A report before a reviewer: the address it came from, what held before its
    newest decision, and whether that one took a ruling back: then it is open again."""

    report: Report
    sender: str = ""
    before: Decision | None = None
    undone: bool = False


def settle(
    ruling: Ruling,
    case: Case,
    rulebook: Rulebook,
    ledger: Ledger,
    now: datetime,
) -> tuple[Decision, tuple[Lesson, ...]]:
    """The decision on a held case, or on a report that nobody but the rule has decided
    on, or whose ruling was taken back; with what it teaches. Raises CannotDecide."""
    report = case.report
    open_to_staff = is_open(report, undone=case.undone)
    if not open_to_staff and ruling.rule is not DecisionRule.UNDO:
        raise CannotDecide(
            Refusal.DECIDED_ALREADY, by=report.decided_by, state=report.state
        )
    if gives_also_alone(ruling):
        decision = beside_alone(report, ruling, now)
    else:
        decision = decide(
            report=report,
            ruling=ruling,
            rulebook=rulebook,
            ledger=ledger,
            now=now,
            before=case.before,
        )
    decision = with_also(decision, report, ruling, rulebook.checks)
    return decision, lessons(
        report=report,
        sender=case.sender,
        ruling=ruling,
        decision=decision,
        rulebook=rulebook,
    )


def draft_version(month: Month, ledger: Ledger) -> int:
    """How often the month's bulletin was drawn up."""
    return sum(bulletin.month == month for bulletin in ledger.bulletins)
