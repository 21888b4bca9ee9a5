"""More than 200 awkward replies as mail programs write them, against what a careful person does on each: no wrong action, and none missed."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from campaign_maker import moment

from pipeline.flows.review.replies import Replies
from pipeline.model.arrival import Judgement
from pipeline.model.report import DecisionRule
from pipeline.reading.mail.message import parse
from tests.golden.replies.case import DECIDED, HELD, ledger_in
from tests.golden.replies.wordings import NOTHING

HERE = Path(__file__).parent
RECEIVED = moment("2015-09-11 09:00")
TRUTH = dict(
    line.split("\t")
    for line in (HERE / "truth.tsv").read_text(encoding="utf-8").splitlines()
)
WORDS = {
    DecisionRule.ACCEPT: "通过",
    DecisionRule.REJECT: "退回",
    DecisionRule.VOID: "作废",
    DecisionRule.UNDO: "撤销",
}


def done(judged: Judgement | None) -> str:
    """What was done, in the words of the truth; 无 for nothing."""
    return (
        " ".join(_done(judged))
        if judged and (judged.decisions or judged.lessons)
        else NOTHING
    )


def _done(judged: Judgement) -> Iterator[str]:
    (decision,) = judged.decisions
    rule, known = (
        decision.rule,
        (
            HELD[0],
            DECIDED[0] if decision.rule is DecisionRule.UNDO else HELD[0],
        ),
    )
    moved = f"{decision.period:%m-%d}" != "09-10"
    if decision.unit not in known or (
        rule is DecisionRule.ASSIGN and not moved
    ):
        yield f"归{decision.unit}"
    if moved:
        yield f"算{decision.period.month}月{decision.period.day}日"
    if rule is DecisionRule.CORRECT:
        yield f"改为{decision.completed}"
    elif rule in WORDS:
        sure = rule is DecisionRule.ACCEPT and decision.why.startswith(
            "情况属实"
        )
        yield "属实" if sure else WORDS[rule]
    if judged.lessons:
        yield "并记住"


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the program does on each, none being recorded: every reply meets the same ledger."""
    worker = ledger_in(tmp_path_factory.mktemp("replies"))
    replies = Replies(
        worker.store, worker.campaign.rulebook, worker.store.ledger(), RECEIVED
    )
    return {
        path.stem: done(replies.judge(parse(path.read_bytes(), RECEIVED)))
        for path in sorted(HERE.glob("*.eml"))
    }


def test_no_action_but_that_of_a_careful_person(
    answers: dict[str, str],
) -> None:
    assert {
        name: did
        for name, did in answers.items()
        if did not in (TRUTH[name], NOTHING)
    } == {}


def test_nothing_that_is_plain_to_her_is_asked_again(
    answers: dict[str, str],
) -> None:
    assert {
        name: TRUTH[name] for name, did in answers.items() if did != TRUTH[name]
    } == {}


def test_there_are_two_hundred_and_more_of_all_kinds(
    answers: dict[str, str],
) -> None:
    assert set(answers) == set(TRUTH)
    assert len(answers) >= 200
    assert sum(did == NOTHING for did in TRUTH.values()) > 80
    assert len({name.split("-", 1)[1] for name in answers}) > 40


def test_the_careful_person_is_needed(answers: dict[str, str]) -> None:
    """The control: who takes the first word that decides, as a careless reader does, acts wrongly on many of these."""
    careless = {
        name: next(
            (
                w
                for w in ("通过", "同意", "改为", "退回", "作废", "撤销")
                if w in _text(name)
            ),
            NOTHING,
        )
        for name in TRUTH
    }
    assert sum(TRUTH[name] == NOTHING != careless[name] for name in TRUTH) > 50


@cache
def _text(name: str) -> str:
    return parse((HERE / f"{name}.eml").read_bytes(), RECEIVED).text.split(
        "请在这条线以上"
    )[0]
