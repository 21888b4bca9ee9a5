"""A form typed or pasted into a mail that is passed on as a part of its own (message/rfc822): read as that of an .eml file is, whoever's it is."""

from pathlib import Path

import pytest
from mails.judge import figure, judged, says
from mails.makers import (
    CRLF,
    OURS,
    container,
    file_part,
    mail,
    mail_part,
    said,
    text_part,
    word,
)
from mails.programs import Mailroom
from test_mail_beside import LINES, PAGE

from pipeline.model.form import Hold

AGAIN = "转发：旬报表"


def pasted(page: str = PAGE, sender: str = "shizhongqu@example.cn") -> bytes:
    return mail(text_part(page, "html"), subject="旬报表", sender=sender)


def passed_on(*letters: bytes, text: str = "请查收") -> bytes:
    return said(text, AGAIN, files=[mail_part(letter) for letter in letters])


def ours(*marks: str) -> bytes:
    head = [f"From: {word('组宣部')} <{OURS}>", "Subject: x", *marks]
    return "\r\n".join(head).encode() + CRLF + text_part(PAGE, "html")


READ = {
    "pasted": passed_on(pasted()),
    "typed": passed_on(said(LINES, "旬报表")),
    "naming nobody, by itself": passed_on(pasted(PAGE.replace("市中区", ""))),
    "two mails deep": passed_on(passed_on(pasted())),
    "beside the same as a file": passed_on(mail(container([text_part(PAGE, "html"), file_part()]))),
}  # fmt: skip


@pytest.mark.parametrize("way", READ)
def test_it_is_read(way: str) -> None:
    assert figure(READ[way]) == 1200


QUOTED = f"收到\r\n\r\n----- 原始邮件 -----\r\n发件人：a\r\n{LINES}"
UNREAD = {
    "in our letter": passed_on(ours("X-Xunbao: receipt"), text="收到，谢谢"),
    "in our letter, its mark lost": passed_on(ours(), text="收到，谢谢"),
    "in what it quotes": passed_on(said(QUOTED, "旬报表"), text="收到，谢谢"),
}


@pytest.mark.parametrize("way", UNREAD)
def test_it_is_no_report(way: str) -> None:
    assert says(UNREAD[way]) == "ignored"


def test_a_list_of_towns_in_it_is_no_case() -> None:
    towns = "".join(f"<tr><td>第{n}镇</td><td>{n}0</td></tr>" for n in range(9))
    listed = (
        f"<table><tr><td>单位名称</td><td>完成任务数</td></tr>{towns}</table>"
    )
    files = [file_part(), mail_part(pasted(listed))]
    assert figure(said("请查收", AGAIN, files=files)) == 1200


@pytest.mark.parametrize(
    ("letter", "holds"),
    [
        (pasted(PAGE.replace("市中区", "五通桥区")), (Hold.SENDER_MISMATCH,)),
        (
            pasted(PAGE.replace("市中区", ""), sender="wutongqiao@example.cn"),
            (Hold.UNIT_UNCLEAR,),
        ),
    ],
)
def test_that_of_another_unit_is_held(
    letter: bytes, holds: tuple[Hold, ...]
) -> None:
    (report,) = judged(passed_on(letter)).reports
    assert report.holds == holds


def test_the_mails_own_words_speak_of_it() -> None:
    assert says(passed_on(pasted(), text="附上期报表")) == "held"


def test_an_old_mail_that_lies_in_thanks_undoes_nothing(tmp_path: Path) -> None:
    room = Mailroom(tmp_path)
    room.take(pasted(), "2015-09-10 10:00")
    corrected = mail(
        text_part(PAGE.replace("1200", "1300"), "html"), subject="更正：旬报表"
    )
    room.take(corrected, "2015-09-10 11:00")
    room.take(passed_on(pasted(), text="收到，谢谢"), "2015-09-19 09:00")
    counting = room.program.store.ledger().counting["市中区"]
    assert [one.completed for one in counting.values()] == [1300]
