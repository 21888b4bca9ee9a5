"""A unit that was told of a talk is told, once, that staff have undone it; one that was not
told hears nothing."""

from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from test_commands import OCTOBER, Program, posting, servers, taken_in, xunbao

from pipeline.demo.servers import DemoServers

__all__ = ["posting", "servers", "taken_in", "xunbao"]
UNDO = ("talks", "undo", "--month", "2015-09")


def told(servers: DemoServers) -> list[tuple[str, tuple[str, ...]]]:
    """(what, to whom) of the letters on talks."""
    found = []
    for mail in servers.collected:
        subject = str(
            make_header(decode_header(message_from_bytes(mail.raw)["Subject"]))
        )
        if subject.startswith("【约谈通知】") or "撤销" in subject:
            found.append(
                ("撤销" if "撤销" in subject else "通知", mail.recipients)
            )
    return sorted(found)


@pytest.mark.parametrize(
    "words", [UNDO, ("talks", "drop", "乙县", "--month", "2015-09")]
)
def test_the_unit_hears_once_that_its_talk_is_undone(
    posting: Program, servers: DemoServers, words
) -> None:
    posting("once", now=OCTOBER)
    confirm = ("talks", "confirm", "乙县", "--month", "2015-09")
    posting(*confirm, "--notify", "10月8日上午9:00", now=OCTOBER)
    posting("once", now="2015-10-01T15:40:00+08:00")
    heard = told(servers)
    assert heard == [("通知", ("yi@example.cn",))]
    posting(*words, now="2015-10-01T16:00:00+08:00")
    for hour in ("16:10", "16:20"):
        posting("once", now=f"2015-10-01T{hour}:00+08:00")
    assert sorted(told(servers)) == sorted([*heard, ("撤销", heard[0][1])])


def test_a_unit_that_was_not_told_hears_nothing(
    posting: Program, servers: DemoServers
) -> None:
    posting("once", now=OCTOBER)
    posting("talks", "confirm", "乙县", "--month", "2015-09", now=OCTOBER)
    posting(*UNDO, now="2015-10-01T16:00:00+08:00")
    posting("once", now="2015-10-01T16:10:00+08:00")
    assert told(servers) == []
