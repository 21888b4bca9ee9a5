"""What 归某单位并记住 teaches, and what it must never teach."""

from dataclasses import replace

import pytest
from judging_makers import (
    RULEBOOK,
    SEP10,
    SEP20,
    arrival,
    at,
    file,
    form,
    ledger,
    report,
)

from pipeline.judging.intake.judge import judge
from pipeline.judging.review.decide import decide
from pipeline.judging.review.learn import lessons
from pipeline.model.ledger import Ledger
from pipeline.model.report import (
    DecisionRule,
    Remember,
    Report,
    ReportState,
    Ruling,
)
from pipeline.model.review.refusal import CannotDecide, Refusal
from pipeline.model.roster import Lesson

NOW = at("09-11 10:00")
ALL, ADDRESS, NAME = Remember.ALL, Remember.ADDRESS, Remember.NAME


def held(unit_text: str = "甲县") -> Report:
    return replace(
        report("甲县", SEP10, 300, state=ReportState.HELD),
        form=form(unit_text, 300),
    )


def taught(
    one: Report, sender: str, what: Remember = ALL
) -> tuple[Lesson, ...]:
    ruling = Ruling(
        DecisionRule.ASSIGN, "shenhe@example.cn", unit="甲县", remember=what
    )
    decision = decide(one, ruling, RULEBOOK, Ledger(), NOW)
    return lessons(one, sender, ruling, decision, RULEBOOK)


def test_an_unknown_address_is_learnt_with_who_taught_it_and_when() -> None:
    (one,) = taught(held(), "new@example.cn")
    assert (one.unit, one.address, one.alias) == ("甲县", "new@example.cn", "")
    assert (one.since, one.by) == (NOW, "shenhe@example.cn")


def test_an_unknown_name_is_learnt_from_a_known_address() -> None:
    (one,) = taught(held("甲县工运办"), "jia@example.cn")
    assert (one.address, one.alias) == ("", "甲县工运办")


@pytest.mark.parametrize(
    ("text", "sender", "what", "refusal"),
    [
        ("甲县", "staff@example.cn", ADDRESS, Refusal.ADDRESS_OF_STAFF),
        ("甲县", "group1@example.cn", ADDRESS, Refusal.ADDRESS_OF_STAFF),
        ("县总工会", "new@example.cn", NAME, Refusal.NAME_OF_ANYBODY),
        ("乙县", "new@example.cn", NAME, Refusal.NAME_OF_ANOTHER),
        ("山", "new@example.cn", NAME, Refusal.NAME_OF_WRONG_LENGTH),
    ],
)
def test_what_would_mislead_is_not_learnt(
    text: str, sender: str, what: Remember, refusal: Refusal
) -> None:
    with pytest.raises(CannotDecide) as told:
        taught(held(text), sender, what)
    assert told.value.refusal is refusal


def test_what_is_known_already_teaches_nothing_and_refuses_nothing() -> None:
    assert taught(held("甲县"), "jia@example.cn") == ()


def test_an_address_of_another_unit_is_learnt_only_by_its_name() -> None:
    assert [x.alias for x in taught(held("甲县工运办"), "yi@example.cn")] == [
        "甲县工运办"
    ]
    assert [
        x.address for x in taught(held("甲县"), "yi@example.cn", ADDRESS)
    ] == ["yi@example.cn"]


def test_a_lesson_holds_from_its_moment_on_and_not_before() -> None:
    """So that a replay judges an older mail as it was judged."""
    rulebook = RULEBOOK.taught(
        (Lesson("甲县", address="new@example.cn", since=at("09-15 10:00")),)
    )
    outcomes = []
    for when, day in (("09-10 12:00", "9-10"), ("09-20 12:00", "9-20")):
        mail = arrival(
            file(form("甲县", 300, day)), sender="new@example.cn", when=when
        )
        (found,) = judge(
            mail, rulebook.as_of(mail.message.received_at), ledger()
        ).reports
        outcomes.append((found.period, found.state))
    assert outcomes == [
        (SEP10, ReportState.HELD),
        (SEP20, ReportState.ACCEPTED),
    ]


def test_a_learnt_name_is_matched_and_a_learnt_address_is_no_reminders() -> (
    None
):
    rulebook = RULEBOOK.taught(
        (
            Lesson("甲县", alias="甲县工运办"),
            Lesson("甲县", address="new@example.cn"),
        )
    )
    assert rulebook.book.match("甲县工运办") == "甲县"
    assert "new@example.cn" in rulebook.book.roster.addresses
    assert "new@example.cn" not in rulebook.book.roster.by_name["甲县"].emails
