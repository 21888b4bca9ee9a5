"""A mail's own words against the form that it brings: they hold it; a correction that says
what was wrong before, and a mail that names the same total, hold nothing."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from form_makers import SPEC
from one_value_forms import docx, run

from pipeline.model.form import FileReading, Form, Hold
from pipeline.reading.files.read_file import read_body, read_file
from pipeline.reading.mail.message import parse
from pipeline.reading.understand import understand

RECEIVED = datetime(2015, 9, 10, 2, 0, tzinfo=UTC)


class _Reader:
    def file(self, name: str, content: bytes) -> tuple[FileReading, ...]:
        return read_file(name, content, SPEC)

    def body(self, text: str, html: str) -> FileReading:
        return read_body(text, html, SPEC)


def _form(
    text: str,
    subject: str = "旬报",
    name: str = "旬报.docx",
    figure: str = "356",
) -> Form:
    mail = EmailMessage()
    mail["From"] = "jia@example.cn"
    mail["Subject"] = subject
    mail.set_content(text)
    mail.add_attachment(
        docx(run(figure)),
        maintype="application",
        subtype="octet-stream",
        filename=name,
    )
    arrival = understand(parse(mail.as_bytes(), RECEIVED), _Reader())
    (form,) = (f for r in arrival.readings for f in r.reading.forms)
    return form


@pytest.mark.parametrize(
    "text",
    [
        "表中数字写错了，应为357。",
        "附件里的累计数有误，以本邮件为准。",
        "请以357为准",
        "附件作废，稍后重发",
        "请忽略附件，数字不对",
        "附件为预计数",
        "附件上报的数据有误",
        "附件是去年的表",
        "累计完成357名，请查收附件。",
        "本旬无新增，累计357",
    ],
)
def test_words_against_the_file_hold_it_and_are_shown(text: str) -> None:
    figure = _form(text).figure
    assert Hold.FIGURE_UNCLEAR in figure.holds
    assert text in figure.unexplained


@pytest.mark.parametrize(
    "text",
    [
        "请查收。",
        "累计完成356名，请查收附件。",
        "上次报的数字有误，应为356，现更正。",
        "原表作废，以此件为准。",
        "附件如有误请告知。",
        "前一份数据有误，以此件为准，谢谢。",
        "本旬新增农民工会员45名，占目标的98%。",
        "联系电话2441234，目标5437名。",
    ],
)
def test_words_that_say_nothing_against_it_hold_nothing(text: str) -> None:
    assert _form(text).figure.holds == ()


@pytest.mark.parametrize(
    ("subject", "name", "holds"),
    [
        ("作废：旬报", "旬报.docx", True),
        ("旬报", "旬报（作废）.docx", True),
        ("旬报（原表作废）", "旬报.docx", False),
        ("旬报（更正）", "旬报357.docx", False),
    ],
)
def test_a_mail_or_file_that_calls_itself_void(
    subject: str, name: str, holds: bool
) -> None:
    figure = _form("请查收。", subject, name).figure
    assert (Hold.FIGURE_UNCLEAR in figure.holds) is holds
