"""What a decision did, in one sentence: for the reviewers by mail and for who sits at
the command line.

Trusts the decision. Never: decides anything.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.judging.rulebook import Rulebook
from pipeline.model.ledger import Ledger
from pipeline.model.report import Decision, DecisionRule, Report, ReportState
from pipeline.model.roster import Lesson
from pipeline.model.rules import CheckRules
from pipeline.writing.review.lesson_words import lesson_words
from pipeline.writing.sentences import hold_sentence


def decision_words(
    decision: Decision,
    report: Report,
    rulebook: Rulebook,
    ledger: Ledger,
    learnt: tuple[Lesson, ...] = (),
    *,
    remember: bool = False,
    not_learnt: str = "",
) -> str:
    """What was done, in one sentence: 已计入市中区9月中旬，累计1,234名。 `remember`: it
    was asked that something be learnt; `not_learnt` says why it was not."""
    parts = [
        _outcome(decision, report, rulebook, ledger),
        _superseded(decision, report, ledger, rulebook.words.unit),
    ]
    parts += [f"已记住：{lesson_words(lesson)}" for lesson in learnt]
    if not_learnt:
        parts.append(not_learnt)
    elif remember and not learnt:
        parts.append(
            "没有要记的：表上的写法本来就认得，发件邮箱不能再记给这个单位"
        )
    if decision.rule is DecisionRule.UNDO and _taught(report, rulebook):
        parts.append(
            "记住的内容没有一并撤销，不要了请在 learned.toml 里删去那一段"
        )
    return "；".join(part for part in parts if part)


def _taught(report: Report, rulebook: Rulebook) -> bool:
    """Whether what is remembered was taught on this report."""
    learned = rulebook.book.roster.learned
    return report.id in [lesson.case for lesson in learned]


def _outcome(
    decision: Decision, report: Report, rulebook: Rulebook, ledger: Ledger
) -> str:
    of = rulebook.words.unit
    if decision.rule is DecisionRule.UNDO:
        undone = "已撤销原来的决定："
    else:
        undone = ""
    place = f"{decision.unit or '单位不明'} {rulebook.calendar.name(decision.period)}"
    if decision.state is ReportState.HELD:
        doubts = _doubts(decision, report, rulebook, ledger)
        if undone:
            return f"{undone}回到待核（{place}）"
        beside = "".join(f"{told}；" for told in _beside(decision, rulebook))
        return f"{beside}记为{place}，还不能计入：{doubts}"
    if decision.state is ReportState.REJECTED:
        void = decision.rule is DecisionRule.VOID
        if void:
            return f"{undone}已作废，不计入"
        return f"{undone}已退回，不予采用"
    counted = f"{undone}已计入{place}，累计 {decision.completed} {of}"
    return "，".join((counted, *_beside(decision, rulebook)))


def _beside(decision: Decision, rulebook: Rulebook) -> tuple[str, ...]:
    """The figures beside the main one that people have put right."""
    return tuple(also_titles(decision.also, rulebook.checks))


def also_titles(
    also: Iterable[tuple[str, int | None]], rules: CheckRules
) -> Iterator[str]:
    """Each figure beside the main one as it stands: 实名登记人数 1100."""
    titles = {spec.name: spec.title for spec in rules.also}
    for name, value in also:
        told = "没有读出" if value is None else value
        yield f"{titles.get(name, name)} {told}"


def _doubts(
    decision: Decision, report: Report, rulebook: Rulebook, ledger: Ledger
) -> str:
    """The doubts that are still open, with the figures of the unit that it is taken for now."""
    now = replace(
        report,
        unit=decision.unit,
        period=decision.period,
        completed=decision.completed,
    )
    if decision.unit:
        last = ledger.figure_before(decision.unit, decision.period)
    else:
        last = None
    unit = rulebook.unit_on(decision.unit, decision.period)
    sentences = (
        hold_sentence(
            hold=hold,
            report=now,
            last=last.completed if last else None,
            target=unit.target if unit else None,
            words=rulebook.words,
        )
        for hold in decision.holds or ()
    )
    return "".join(sentences) + "核实无误请答复 情况属实，否则答复 改为正确的数"


def _superseded(
    decision: Decision, report: Report, ledger: Ledger, of: str
) -> str:
    """A later report of the same unit and period counts already: the decision changes
    no figure, and that is said."""
    newer = ledger.counting.report(decision.unit, decision.period)
    if (
        decision.state is not ReportState.ACCEPTED
        or newer is None
        or newer.id == report.id
    ):
        return ""
    if (newer.received_at, newer.sequence) < (
        report.received_at,
        report.sequence,
    ):
        return ""
    return (
        f"但该单位后来又报了一份（累计 {newer.completed} {of}），以后来的为准"
    )
