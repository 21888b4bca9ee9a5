"""`xunbao bulletin`: by name, with its own numbers, made again, withdrawn, and never before
the mailbox is read."""

from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import pytest
from campaign_maker import form_mail, moment
from test_commands import OCTOBER, Program, posting, servers, taken_in, xunbao

from pipeline.cli.app import DONE, PERSON, UNREACHABLE, USAGE
from pipeline.demo.servers import DemoServers

__all__ = ["posting", "servers", "taken_in", "xunbao"]
ORDER = ("bulletin", "--month", "2015-09")


def subject(raw: bytes) -> str:
    return str(make_header(decode_header(message_from_bytes(raw)["Subject"])))


def snapshot(said: str) -> str:
    return said.partition("快照编号 ")[2].partition("，")[0]


def test_ad_hoc_ones_go_by_name_and_have_their_own_numbers(
    posting: Program, servers: DemoServers
) -> None:
    for names in (("甲县",), ("第一组",)):
        wanted = [word for name in names for word in ("--to", name)]
        posting(*ORDER, "--send", *wanted, now=OCTOBER)
    to = [mail.recipients for mail in servers.collected]
    assert to == [("jia@example.cn",), ("group@example.cn",)]
    numbers = [subject(m.raw) for m in servers.collected]
    assert "不定期" in numbers[0]
    assert "第1期" in numbers[0] and "第2期" in numbers[1]
    # The month's own is still to come, and is the first of its kind.
    posting(*ORDER, "--send", now=OCTOBER)
    assert "第1期" in subject(servers.collected[-1].raw)


def test_a_name_that_nobody_knows_sends_nothing(
    posting: Program, servers: DemoServers
) -> None:
    said = posting(
        *ORDER, "--send", "--to", "某某单位", status=USAGE, now=OCTOBER
    )
    assert "不在名单里，不能发：某某单位" in said
    assert not servers.collected


POOL = """
[[unit]]
name = "其他"
kind = "municipal"
target = 50
pool = true

[[unit]]
name = "丁公司"
member_of = "其他"
email = ["ding@example.cn"]
"""


def test_to_a_pool_means_to_its_members(
    posting: Program, servers: DemoServers
) -> None:
    text = posting.config.read_text(encoding="utf-8")
    more = text.replace("target = 1900", "target = 1950") + POOL
    posting.config.write_text(more, encoding="utf-8")
    posting(*ORDER, "--send", "--to", "其他", now=OCTOBER)
    (letter,) = servers.collected
    assert letter.recipients == ("ding@example.cn",)
    assert "不定期" in subject(letter.raw)


def test_to_a_name_without_an_address_is_not_to_everybody(
    posting: Program, servers: DemoServers
) -> None:
    """A group may have none: without anybody named, an order is the month's, to all."""
    text = posting.config.read_text(encoding="utf-8")
    assert 'email = ["group@example.cn"]\n' in text
    bare = text.replace('email = ["group@example.cn"]\n', "")
    posting.config.write_text(bare, encoding="utf-8")
    send = (*ORDER, "--send", "--to", "第一组")
    said = posting(*send, status=USAGE, now=OCTOBER)
    assert "这些没有登记邮箱，不能发：第一组" in said
    assert not servers.collected
    assert posting.json("notices", now=OCTOBER) == []


def test_an_ad_hoc_one_is_made_again_byte_for_byte(
    posting: Program, servers: DemoServers, tmp_path: Path
) -> None:
    first = snapshot(
        posting(
            *ORDER, "--send", "--to", "甲县", "--note", "请抓紧。", now=OCTOBER
        )
    )
    posting(*ORDER, "--send", "--to", "乙县", now=OCTOBER)
    folder = tmp_path / "again"
    again = ("--rebuild", str(folder), "--snapshot", first)
    assert "逐字节相同" in posting(*ORDER, *again, now=OCTOBER)
    assert (folder / "通报.eml").read_bytes() == servers.collected[0].raw


def test_one_sent_in_mid_month_does_not_take_the_months_place(
    posting: Program, servers: DemoServers
) -> None:
    early = "2015-09-21T10:00:00+08:00"
    posting(*ORDER, "--send", now=early)
    before = len(servers.collected)
    assert before > 1
    posting(*ORDER, "--send", now=OCTOBER)
    assert len(servers.collected) == 2 * before


def test_the_mailbox_is_read_before_a_bulletin_is_sent(
    posting: Program, servers: DemoServers
) -> None:
    servers.append(
        form_mail(
            "jia@example.cn", "甲县", "2015年9月30日", 777, "2015-09-30 10:00"
        ),
        moment("2015-09-30 10:00"),
    )
    posting(*ORDER, "--send", "--to", "甲县", now=OCTOBER)
    text = message_from_bytes(servers.collected[-1].raw)
    assert any(
        "777"
        in (part.get_payload(decode=True) or b"").decode("utf-8", "replace")
        for part in text.walk()
        if part.get_content_type() == "text/plain"
    )


def test_a_mailbox_that_cannot_be_read_keeps_a_bulletin_back(
    posting: Program, servers: DemoServers
) -> None:
    posting(*ORDER, "--send", "--to", "甲县", now=OCTOBER)
    sent = len(servers.collected)
    text = posting.config.read_text(encoding="utf-8")
    port = f"port = {servers.imap_port}"
    assert port in text
    posting.config.write_text(text.replace(port, "port = 1"), encoding="utf-8")
    said = posting(
        *ORDER, "--send", "--to", "乙县", status=UNREACHABLE, now=OCTOBER
    )
    assert "先不发" in said
    assert len(servers.collected) == sent


def test_a_withdrawn_bulletin_is_drawn_and_sent_again(
    posting: Program, servers: DemoServers
) -> None:
    posting(*ORDER, "--send", now=OCTOBER)
    had = [mail.recipients for mail in servers.collected]
    assert "原因" in posting(*ORDER, "--withdraw", status=USAGE, now=OCTOBER)
    posting(*ORDER, "--withdraw", "--why", "附件有误", now=OCTOBER)
    withdrawn = servers.collected[len(had) :]
    assert [mail.recipients for mail in withdrawn] == had
    assert all("【撤回】" in subject(mail.raw) for mail in withdrawn)
    posting(
        *ORDER,
        "--withdraw",
        "--why",
        "附件有误",
        status=PERSON,
        now=OCTOBER,
    )
    later = "2015-10-01T16:30:00+08:00"
    posting(*ORDER, "--send", status=DONE, now=later)
    again = servers.collected[2 * len(had) :]
    assert [mail.recipients for mail in again] == had
    assert "第1期" in subject(again[0].raw)
    posting(*ORDER, "--send", status=PERSON, now=later)


def test_an_ad_hoc_one_is_corrected_to_exactly_those_who_had_it(
    posting: Program, servers: DemoServers
) -> None:
    first = snapshot(posting(*ORDER, "--send", "--to", "甲县", now=OCTOBER))
    posting(*ORDER, "--send", "--to", "乙县", now=OCTOBER)
    correct = (*ORDER, "--correct", "--snapshot", first)
    said = posting(*correct, status=PERSON, now=OCTOBER)
    assert "没有要更正的" in said
    before = len(servers.collected)
    later = "2015-10-02T10:00:00+08:00"
    servers.append(
        form_mail(
            "jia@example.cn", "甲县", "2015年9月30日", 777, "2015-10-02 09:00"
        ),
        moment("2015-10-02 09:00"),
    )
    posting(*correct, "--why", "补报", now=later)
    posting(*correct, status=PERSON, now=later)
    corrections = [
        (mail.recipients, subject(mail.raw))
        for mail in servers.collected[before:]
        if "【更正】" in subject(mail.raw)
    ]
    ((to, words),) = corrections
    assert to == ("jia@example.cn",)
    assert words.startswith("【更正】2015年9月不定期通报：甲县累计由")
    assert words.endswith("更正为777名")


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ((), "发出时共5封，每分钟至多2封，约需3分钟"),
        (("--to", "甲县"), "发出时共1封，每分钟至多2封，约需1分钟"),
    ],
)
def test_a_preview_says_how_many_letters_go_in_how_many_minutes(
    posting: Program, tmp_path: Path, to, said
) -> None:
    """To the three units, the staff and the group; to those who are named."""
    text = posting.config.read_text(encoding="utf-8")
    assert "per_minute = 6000" in text
    slow = text.replace("per_minute = 6000", "per_minute = 2")
    posting.config.write_text(slow, encoding="utf-8")
    preview = ("--preview", str(tmp_path / "look"))
    assert said in posting(*ORDER, *preview, *to, now=OCTOBER)


@pytest.mark.parametrize("words", [(), ("--send", "--withdraw")])
def test_one_thing_is_asked_for_at_a_time(posting: Program, words) -> None:
    assert "五选一" in posting(*ORDER, *words, status=USAGE, now=OCTOBER)
