"""Staff decide on a report: what is recorded, learnt and said of it. A reply and a
command call the same.

Trusts that whoever decides may. A reply's decision goes into the ledger with its mail;
that of a command is recorded here.
"""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from pipeline.flows.lessons import Classroom
from pipeline.flows.ports import Cases
from pipeline.judging.review.decide import needs_reason
from pipeline.judging.review.learn import other_owners
from pipeline.judging.review.reply import Case, settle
from pipeline.judging.rulebook import Rulebook
from pipeline.model.ledger import Ledger
from pipeline.model.report import (
    VOUCHED,
    Decision,
    DecisionRule,
    Report,
    ReportState,
    Ruling,
)
from pipeline.model.roster import Lesson
from pipeline.model.values.frozen import frozen
from pipeline.notices.decision_words import decision_words
from pipeline.writing.review.lesson_words import (
    not_learnt_words,
    recorded_reason,
)


@frozen
class Decided:
    """The decision as it is recorded, what it teaches, and the sentence for staff."""

    decision: Decision
    lessons: tuple[Lesson, ...]
    said: str

    @property
    def still_held(self) -> bool:
        """Whether another doubt keeps the report held, though it was to be settled."""
        if self.decision.rule is DecisionRule.UNDO:
            return False
        return self.decision.state is ReportState.HELD


class RulingBook(Cases, Protocol):
    """The store's half for what a command decides."""

    def ledger(self) -> Ledger: ...
    def decide(self, decision: Decision) -> None: ...


def case_of(report: Report, cases: Cases) -> Case:
    """A report with what a ruling on it must know: who sent it, the decision before the
    newest, and whether that was undone."""
    mail = cases.mail(report.message_key)
    sender = ""
    if mail is not None:
        sender = mail.seen.sender
    return Case(
        report=report,
        sender=sender,
        before=cases.decision_before(report.id),
        undone=is_undone(report.id, cases),
    )


def is_undone(report_id: str, cases: Cases) -> bool:
    """Whether what was decided last on a report took a ruling back. To take that back
    in its turn is to rule again: then the ruling stands."""
    in_turn = 0
    for decision in reversed(cases.decisions_on(report_id)):
        if decision.rule is not DecisionRule.UNDO:
            break
        in_turn += 1
    return in_turn % 2 == 1


def decide_and_record(
    ruling: Ruling,
    report: Report,
    book: RulingBook,
    classroom: Classroom,
    now: datetime,
) -> Decided:
    """What a command decides. Raises CannotDecide; then nothing is recorded."""
    made = decide_report(
        ruling=ruling,
        case=case_of(report, book),
        rulebook=classroom.rulebook,
        ledger=book.ledger(),
        now=now,
    )
    # First: a decision that rests on a name must not be on record without it.
    classroom.learn(made.lessons)
    book.decide(made.decision)
    return made


def accepting_reason(report: Report, why: str) -> str:
    """The reason as an acceptance records it: an override says that it is one."""
    if not why.strip():
        return VOUCHED
    if needs_reason(report) and VOUCHED not in why:
        return f"{VOUCHED}：{why}"
    return why


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
