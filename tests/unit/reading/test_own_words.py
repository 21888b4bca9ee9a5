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
        "以下数据待核实",
        "上期报表如下，供参考",
        "附上期报表：",
        "附上一旬报表：",
        "附件是上月报表",
        "这是上期的，本期稍后报",
        "上次报送内容如下：",
        "样表如下",
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
        "附件数据未经审核，请知悉。",
        "请查收。数据还不全，城关镇未报。",
        "附件是上期的表",
        "发错了，请以下一封为准",
        "先发一份，数据待核实",
        "请先不要用这个数",
        "这个数不对，我再核实一下",
        "数据有误，稍后重报",
        "附件里有一个乡镇没统计进来",
        "本表只统计了县直单位",
        "表里填的是本旬数",
        "这是上个月的数据",
        "此为草稿",
        "应该是365，不是356",
        "正确的数是365",
        "数字先按上期报的，后面再改",
        "该数为会员总数",
        "附件中人数为全部职工数",
        "数据包含去年",
        "附件表中的单位是百人",
        "数据未经领导审定",
        "暂报，待核",
        "先报这个数，明天再更正",
        "含上年结转200人",
        "其中农民工300人",
    ],
)
def test_words_against_the_file_hold_it_and_are_shown(text: str) -> None:
    figure = _form(text).figure
    assert Hold.FIGURE_UNCLEAR in figure.holds
    assert text in figure.unexplained


@pytest.mark.parametrize(
    "text",
    [
        "附上期报表，本期报表见附件",
        "附上旬报表",
        "附上月报表",
        "附上旬报表，请查收",
        "上旬报表如下：",
        "上期报表已报",
        "与上期相同的表",
        "上期",
        "附件已经过病毒扫描，可能存在风险，请谨慎打开",
        "附件为更正后的报表，以此为准",
        "附件表格请查收，数据如有出入请告知",
        "此表已经主要领导签字",
        "附件有两个文件，一个是报表一个是照片",
        "表中数据为累计数",
        "报表数据已审核无误",
        "请问表中“已完成目标任务数”是填累计数还是本旬数？",
        "我县农民工主要从事建筑业，流动性大",
        "数据与上期相比增加24人",
        "人数较上次有增加",
        "数据已更正，以此件为准",
        "上次数据有误，这次改过来了",
        "附件数据是重新核对过的",
        "附件是修改后的表，之前的作废",
        "盖章件稍后传真",
        "先报送电子版，盖章件后寄",
        "含乡镇和街道",
        "其中女职工30人",
        "名册待完善后再报",
        "所附表格请审阅",
        "若数据有误请退回重报",
        "不知道填得对不对，请指正",
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


BODY = (
    "{above}\n\n报送单位：甲县总工会\n报送时间：2015年9月10日\n已完成目标任务数（新增 名农民工入会）：356\n"
    "主要工作举措：\n1.深入工地摸底。\n2.集中办理入会。\n{below}"
)


@pytest.mark.parametrize(
    ("above", "below", "holds"),
    [
        ("上期报表如下：", "", True),
        ("请以纸质为准", "", True),
        ("这是上期的，本期稍后报", "", True),
        ("本期报表如下：", "", False),
        ("上期报表已报，现报本期：", "", False),
        ("请查收。", "3.上期", False),
    ],
)
def test_words_above_a_form_in_the_text(
    above: str, below: str, holds: bool
) -> None:
    """What stands below it may be its measures'."""
    mail = EmailMessage()
    mail["From"] = "jia@example.cn"
    mail["Subject"] = "旬报"
    mail.set_content(BODY.format(above=above, below=below))
    arrival = understand(parse(mail.as_bytes(), RECEIVED), _Reader())
    (form,) = (f for r in arrival.readings for f in r.reading.forms)
    assert (Hold.FIGURE_UNCLEAR in form.figure.holds) is holds


def test_a_list_of_what_is_enclosed_takes_nothing_back() -> None:
    mail = EmailMessage()
    mail["From"] = "jia@example.cn"
    mail["Subject"] = "旬报"
    mail.set_content("附件：\n1.旬报表\n2.上期报表\n")
    for name, figure in (("旬报.docx", "356"), ("上期.docx", "300")):
        mail.add_attachment(
            docx(run(figure)),
            maintype="application",
            subtype="octet-stream",
            filename=name,
        )
    arrival = understand(parse(mail.as_bytes(), RECEIVED), _Reader())
    forms = [f for r in arrival.readings for f in r.reading.forms]
    assert [form.figure.holds for form in forms] == [(), ()]
