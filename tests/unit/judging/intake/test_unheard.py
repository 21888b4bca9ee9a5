"""Which mails people are shown because they may have brought a report that counts nowhere."""

import pytest
from judging_makers import at, file, form, seen

from pipeline.judging.intake.unheard import set_aside, unheard
from pipeline.model.arrival import Outcome
from pipeline.model.form import Form
from pipeline.model.ledger import MailRecord

BLANK = form(completed=None, measures=())


def record(outcome: Outcome, *forms: Form, key: str = "a1b2") -> MailRecord:
    return MailRecord(
        seen(key, at("09-10 10:00"), "甲县", None, outcome),
        sender_name="",
        text="",
        files=(),
        readings=(file(*forms).reading,),
    )


@pytest.mark.parametrize(
    ("mail", "shown"),
    [
        (record(Outcome.UNREADABLE), True),
        (record(Outcome.SET_ASIDE), True),
        (record(Outcome.IGNORED, form()), True),
        (record(Outcome.IGNORED, BLANK), False),
        (record(Outcome.IGNORED), False),
        (record(Outcome.REPORTED, form()), False),
        (record(Outcome.DUPLICATE, form()), False),
    ],
)
def test_what_may_have_brought_a_report_is_shown(
    mail: MailRecord, shown: bool
) -> None:
    assert list(unheard([mail], ())) == [mail][: int(shown)]


def test_what_was_asked_for_again_is_shown_no_more() -> None:
    aside = record(Outcome.SET_ASIDE)
    unreadable = record(Outcome.UNREADABLE)
    again = {aside.seen.key}
    assert list(unheard([aside, unreadable], again)) == [unreadable]


def test_a_mail_set_aside_is_named_by_how_its_key_begins() -> None:
    mails = [
        record(Outcome.SET_ASIDE, key="a1b2"),
        record(Outcome.SET_ASIDE, key="a1b2"),
        record(Outcome.SET_ASIDE, key="a1c3"),
        record(Outcome.UNREADABLE, key="f0"),
    ]
    assert set_aside(mails, "a1b") == "a1b2"
    assert set_aside(mails, "a1") is None
    assert set_aside(mails, "f0") is None
