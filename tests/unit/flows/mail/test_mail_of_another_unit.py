"""A mail whose own words call what it brings another unit's form: nobody is given that unit's figure by whose address it came from."""

import io

import openpyxl
import pytest
from mails.judge import judged, says
from mails.makers import file_part, reported, said

from pipeline.model.form import Hold

SAID = (
    "附件是五通桥区的表", "以下是五通桥区的旬报，请收", "附件为五通桥区总工会旬报表，请查收", "代五通桥区报送旬报", "现报送五通桥区9月10日旬报表",
    "您好！\n五通桥区的表见附件", "转五通桥区旬报，请收", "这是五通桥区的旬报表。谢谢", "帮五通桥区发一下旬报", "现将五通桥区9月上旬农民工入会情况报上",
)  # fmt: skip
HARMLESS = (
    "附件是市中区的表", "代市中区总工会报送旬报", "请查收。抄送五通桥区总工会", "参照五通桥区的做法，我区旬报见附件", "我区与五通桥区交界，请查收",
    "附件是我区旬报表，五通桥区的由他们自己报", "和五通桥区的格式一样，请查收", "我们按五通桥区的表填的", "附件是全区的表", "现报送9月上旬旬报表",
    "附件是五通桥区代表名单和旬报", "现将我区与五通桥区联合开展活动的情况报上",
)  # fmt: skip
LINES = "\n报送单位：\n报送时间：2015年9月10日\n已完成目标任务数：356\n主要工作举措：1、深入工地摸底。2、集中办理入会。"


@pytest.mark.parametrize("text", SAID)
def test_a_form_that_names_its_unit_is_held_with_the_words(text: str) -> None:
    (report,) = judged(reported(text=text)).reports
    assert (report.unit, report.holds) == ("市中区", (Hold.FIGURE_UNCLEAR,))
    assert report.form is not None
    (words,) = report.form.figure.unexplained
    assert words in text
    assert "五通桥区" in words


@pytest.mark.parametrize("text", SAID)
def test_a_form_that_names_nobody_is_nobodys(text: str) -> None:
    (report,) = judged(said(text + LINES, "旬报")).reports
    assert (report.unit, report.holds) == (None, (Hold.UNIT_UNCLEAR,))


@pytest.mark.parametrize("text", HARMLESS)
def test_words_that_say_no_such_thing_hold_nothing(text: str) -> None:
    assert says(reported(text=text)) == "accepted"
    assert says(said(text + LINES, "旬报")) == "accepted"


def unnamed(unit: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["报送单位", unit, "报送时间", "2015年9月10日"],
        ["已完成目标任务数（新增   名农民工入会）", 356],
        ["主要工作举措", "1、深入工地摸底。\n2、集中办理入会。"],
    ):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return file_part("旬报表.xlsx", stream.getvalue(), "application/x-et")


WHO = "五通桥区总工会"
AT = "<wutongqiao@example.cn>"
HEADS = {
    "NetEase": f"-------- 转发邮件信息 --------\n发件人：{WHO} {AT}\n发送日期：2015-09-09 09:00\n收件人：a <a@example.cn>\n主题：旬报",
    "NetEase, as a table": f"---- 转发的邮件 ----\n| 发件人 | {WHO}{AT} |\n| 发送日期 | 2015年9月9日 |\n| 收件人 | a |\n| 主题 | 旬报 |",
    "QQ": f'------------------ 原始邮件 ------------------\n发件人: "{WHO}"{AT}\n发送时间: 2015年9月9日\n收件人: "a"<a@example.cn>\n主题: 旬报',
    "Foxmail": f"发件人： {WHO}\n发送时间： 2015-09-09 09:00\n收件人： a\n主题： 旬报",
    "Outlook": f"发件人: {WHO} [mailto:wutongqiao@example.cn]\n发送时间: 2015年9月9日 9:00\n收件人: a\n主题: 旬报",
    "Outlook, in English": f"From: {WHO} {AT}\nSent: Wednesday, September 9, 2015 9:00\nTo: a\nSubject: 旬报",
    "an iPhone": f"开始转发的邮件：\n\n发件人: {WHO} {AT}\n日期: 2015年9月9日 GMT+8 09:00:00\n收件人: a\n主题: 旬报",
    "Gmail": f"---------- Forwarded message ---------\nFrom: {WHO} {AT}\nDate: 2015年9月9日\nSubject: 旬报\nTo: a",
}  # fmt: skip


def forwarded(head: str, file: bytes, subject: str = "转发：旬报") -> bytes:
    return reported(file, subject=subject, text=f"请查收\n\n{head}\n\n请查收")


@pytest.mark.parametrize("program", HEADS)
@pytest.mark.parametrize("subject", ["转发：旬报", "Fw: 旬报", "FWD: 旬报"])
def test_an_unnamed_form_out_of_a_mail_that_is_passed_on_in_the_text(
    program: str, subject: str
) -> None:
    raw = forwarded(HEADS[program], unnamed(), subject)
    (report,) = judged(raw).reports
    assert (report.unit, report.holds) == (None, (Hold.UNIT_UNCLEAR,))
    assert report.form is not None
    assert report.form.writers == ("五通桥区",)


@pytest.mark.parametrize("program", HEADS)
def test_what_is_the_forwarders_own_counts(program: str) -> None:
    head = HEADS[program]
    assert says(forwarded(head, unnamed("市中区"))) == "accepted"
    assert says(forwarded(head, unnamed(), "回复：旬报")) == "accepted"
    own = head.replace("五通桥区", "市中区").replace("wutongqiao", "shizhongqu")
    assert says(forwarded(own, unnamed())) == "accepted"
    strangers = head.replace(WHO, "某镇工会").replace("wutongqiao", "zhen")
    assert says(forwarded(strangers, unnamed())) == "accepted"
