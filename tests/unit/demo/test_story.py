"""The demo's story: every form is there and is used, every mail says what its table says."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from importlib.resources import files
from itertools import pairwise

import pytest

from pipeline.demo import story

FORMS = {entry.name for entry in (files("pipeline.demo") / "forms").iterdir()}
TOLD = {source for mail in story.MAILS for _, source in mail.files}


def test_every_form_is_shipped_and_every_shipped_form_is_used() -> None:
    assert TOLD == FORMS


def test_the_mails_stand_in_the_order_in_which_they_come() -> None:
    assert all(
        one.received_at <= other.received_at
        for one, other in pairwise(story.MAILS)
    )


def test_the_forms_are_of_many_formats() -> None:
    assert {name.rpartition(".")[2] for name in FORMS} >= {"docx", "doc", "wps", "xls", "xlsx", "ods", "odt", "rtf", "pdf"}  # fmt: skip


@pytest.mark.parametrize(
    "mail", story.MAILS, ids=lambda mail: f"{mail.day}-{mail.at}-{mail.sender}"
)
def test_a_mail_holds_what_its_table_says(mail: story.Incoming) -> None:
    made = message_from_bytes(
        story.raw(mail, 1), _class=EmailMessage, policy=default
    )
    body = made.get_body(("plain",))
    assert made["Subject"] == mail.subject
    assert body is not None and body.get_content().split() == mail.text.split()
    assert [part.get_filename() for part in made.iter_attachments()] == [
        name for name, _ in mail.files
    ]
    assert (made["Auto-Submitted"] is not None) is mail.automatic


def test_a_file_goes_as_it_was_saved() -> None:
    mail = next(
        m for m in story.MAILS if m.files and not m.files[0][0].endswith(".zip")
    )
    made = message_from_bytes(
        story.raw(mail, 1), _class=EmailMessage, policy=default
    )
    (part,) = made.iter_attachments()
    assert part.get_payload(decode=True) == story.form(mail.files[0][1])


def test_a_reply_quotes_the_letter_that_it_answers() -> None:
    mail = next(m for m in story.MAILS if m.answers)
    asked = story.Asked("<1@example.cn>", "待核：某县", "第一行\n第二行")
    made = message_from_bytes(
        story.raw(mail, 1, asked), _class=EmailMessage, policy=default
    )
    body = made.get_body(("plain",))
    assert (made["Subject"], made["In-Reply-To"]) == (
        "回复：待核：某县",
        "<1@example.cn>",
    )
    assert body is not None
    assert body.get_content().splitlines()[0] == mail.text
    assert "> 第二行" in body.get_content()
