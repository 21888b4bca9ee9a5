"""Staff decide on a report: what is recorded, learnt and said of it. A reply and a
command call the same.

Trusts that whoever decides may. Records nothing itself: a reply's decision goes into
the ledger with its mail.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.judging.review.learn import other_owners
from pipeline.judging.review.reply import Case, settle
from pipeline.judging.rulebook import Rulebook
from pipeline.model.ledger import Ledger
from pipeline.model.report import Decision, Ruling
from pipeline.model.roster import Lesson
from pipeline.notices.decision_words import decision_words
from pipeline.writing.review.lesson_words import (
    not_learnt_words,
    recorded_reason,
)


@dataclass(frozen=True)
class Decided:
    """The decision as it is recorded, what it teaches, and the sentence for staff."""

    decision: Decision
    lessons: tuple[Lesson, ...]
    said: str


def decide_report(
    ruling: Ruling,
    case: Case,
    rulebook: Rulebook,
    ledger: Ledger,
    now: datetime,
) -> Decided:
    """Raises CannotDecide; then nothing is to be recorded."""
    decision, learnt = settle(
        ruling=ruling,
        case=case,
        rulebook=rulebook,
        ledger=ledger,
        now=now,
    )
    not_learnt = ""
    if not learnt:
        owners = other_owners(case.sender, ruling, decision.unit, rulebook)
        not_learnt = not_learnt_words(case.sender, owners, decision.unit or "")
    said = decision_words(
        decision=decision,
        report=case.report,
        rulebook=rulebook,
        ledger=ledger,
        learnt=learnt,
        remember=ruling.remember is not None,
        not_learnt=not_learnt,
    )
    why = recorded_reason(decision.why, learnt, not_learnt)
    return Decided(replace(decision, why=why), learnt, said)
