"""What stands in the mail beside its file, and below what its sender wrote: a form typed into the mail counts or speaks
against the file, a quoted one is nobody's, whichever program quotes it. The answers were stated before the program was asked."""

import pytest
from mails.judge import figure, judged, says
from mails.makers import (
    b64,
    container,
    file_part,
    mail,
    part,
    prefilled,
    reported,
    said,
    text_part,
)
from test_mail_damages import in_iso_2022_cn

REPLY = "回复：【报送提醒】市中区 9月10日旬报表"
LINES = (
    "报送单位：市中区\r\n报送时间：2015年9月10日\r\n已完成目标任务数：\r\n1200名\r\n"
    "主要工作举措：\r\n一、开展宣传。\r\n二、加强督导。\r\n"
)
ANOTHER = LINES.replace("1200", "1300")
ROWS = (
    "<tr><td>报送单位</td><td>市中区</td><td>报送时间</td><td>2015年9月10日</td></tr>"
    "<tr><td>已完成目标任务数</td><td colspan=3>1200名</td></tr>"
    "<tr><td>主要工作举措</td><td colspan=3>一、开展宣传。二、加强督导。</td></tr>"
)
PAGE = f"<table border=1>{ROWS}</table>"


def beside_the_file(page: str) -> bytes:
    return mail(container([text_part(page, "html"), file_part()]))


TOWNS = "".join(f"<tr><td>第{n}镇</td><td>{n}0</td></tr>" for n in range(1, 9))
# Each with a file that says 1200
AGREES = {
    "typed as well": reported(text=LINES),
    "pasted as well": beside_the_file(PAGE),
    "typed, the measures left to the file": reported(text=LINES.split("主要", maxsplit=1)[0] + "主要工作举措：见附件\r\n"),
    "in words": reported(text="截至9月10日，我区新增农民工入会1200名，占目标任务的22%。旬报表见附件。"),
    "this period's part in words": reported(text="截至9月10日，本旬新增45名，累计1200名，表见附件。"),
    "with what else was done": reported(text="截至9月10日已走访企业130户、职工1300人次，旬报表见附件。"),
    "a list of towns": beside_the_file(f"<p>请查收，各镇情况：</p><table><tr><td>单位名称</td><td>完成任务数</td></tr>{TOWNS}</table>"),
    "the total in the subject": reported(subject="市中区旬报（累计1200名）"),
    "an earlier one in a thread's subject": reported(subject="回复：市中区旬报（累计1100名）"),
    "up to its own day": reported(text="附件数据截至9月9日，请查收"), "with a month in the talk": reported(text="8月底我区召开动员会，附件请查收"),
    "corrected": reported(text="数字已改，见附件"),
    "numbers in the signature": reported(text="请查收。\r\n-- \r\n电话 0833-2431300\r\n邮编 614000"),
    "another one quoted": reported(text=f"请查收\r\n\r\n----- 原始邮件 -----\r\n发件人：a\r\n{ANOTHER}"),
}  # fmt: skip
DISAGREES = {
    "typed": reported(text=ANOTHER), "pasted": beside_the_file(PAGE.replace("1200", "1300")), "in short": reported(text="单位：市中区\r\n累计：1300\r\n"),
    "in words": reported(text="截至9月10日，我区新增农民工入会1300名。旬报表见附件。"),
    "in the subject": reported(subject="市中区旬报（累计1300名）"), "in a subject of its own": reported(subject="旬报：累计完成1300人"),
    "by its day": reported(text="附件数据截至8月31日，请查收"), "by its month": reported(text="请查收，数据为截至8月底"),
    "by the day of the total": reported(text="截至8月31日，我区累计发展1200名"), "by the day behind 统计至": reported(text="表中数据统计至8月31日。"),
}  # fmt: skip


@pytest.mark.parametrize("way", AGREES)
def test_a_mail_that_agrees_with_its_file_is_one_report(way: str) -> None:
    assert figure(AGREES[way]) == 1200


@pytest.mark.parametrize("way", DISAGREES)
def test_a_mail_that_says_another_figure_than_its_file_is_held(
    way: str,
) -> None:
    assert says(DISAGREES[way]) == "held"


def test_a_form_typed_below_words_that_it_was_corrected_counts() -> None:
    assert figure(said(f"数字已改，见下\r\n{LINES}", REPLY)) == 1200


def test_a_form_typed_above_our_blank_one_counts() -> None:
    blank = file_part("旬报表-市中区.docx", prefilled())
    assert figure(said(LINES, REPLY, files=[blank])) == 1200


def test_a_form_typed_for_another_unit_is_not_lost() -> None:
    of_another = LINES.replace("市中区", "沙湾区")
    found = [one.unit for one in judged(reported(text=of_another)).reports]
    assert found == ["市中区", "沙湾区"]


QUOTES = {
    "NetEase": "---- 回复的原邮件 ----\r\n| 发件人 | a |\r\n| 发送日期 | 2015年9月9日 |\r\n| 收件人 | b |\r\n| 主题 | x |",
    "NetEase, in English": "---- Replied Message ----\r\n| From | a |\r\n| Date | 09/09/2015 |\r\n| To | b |\r\n| Subject | x |",
    "NetEase, its banner cut": "| 发件人 | a |\r\n| 发送日期 | 2015年9月9日 |\r\n| 收件人 | b |\r\n| 主题 | x |",
    "Notes": "a/office 写于 2015-09-09 09:00:00：", "The Bat": "2015年9月9日, 9:00:00, 您写道：",
    "Foxmail 5": "======= 2015-09-09 09:00:00 您在来信中写道： =======", "Thunderbird": "-------- 转发的消息 --------\r\n主题: x",
    "a banner": "---------- 已转发邮件 ----------", "whose": "----- 转发自 a 的邮件 -----", "原文": "--- 原文 ---", "原文如下": "原文如下：",
    "in a sentence": "以下为原邮件：", "in brackets": "【原邮件】", "回复原文": "----------回复原文----------",
    "in one line": "发件人：a 发送时间：2015-09-09 09:00 收件人：b 主题：x", "写到": "在 2015-09-09 09:00:00，a 写到：",
    "wrote on": "a wrote on 2015/9/9 09:00:", "wrote": "Zhang San wrote:", "引用": "引用 a@example.cn 的邮件：",
    "German": "Am 09.09.2015 um 09:00 schrieb a:", "French": "Le 9 sept. 2015 à 09:00, a a écrit :",
    "Spanish": "El 9/9/2015 a las 9:00, a escribió:", "Japanese": "2015/09/09 9:00、a のメール：", "spaced": "------ 原 始 邮 件 ------\r\n发 件 人: a",
    "hashes": "##### 原始邮件 #####", "no marks": "原始邮件：", "来自": "来自：a\r\n时间：2015-09-09\r\n主题：x", "Mail Original": "-----Mail Original-----",
    "Proton": "------- Original Message -------\r\nOn Wednesday, September 9th, 2015 at 09:00, a <a@example.cn> wrote:", "Original": "------- Original -------\r\n发件人：a",
}  # fmt: skip


@pytest.mark.parametrize("program", QUOTES)
def test_a_quoted_form_is_nobodys(program: str) -> None:
    quoting = said(f"收到，谢谢\r\n\r\n{QUOTES[program]}\r\n\r\n{LINES}", REPLY)
    assert says(quoting) == "ignored"


@pytest.mark.parametrize("program", QUOTES)
def test_a_form_above_a_quoted_one_counts(program: str) -> None:
    typed = said(f"{ANOTHER}\r\n\r\n{QUOTES[program]}\r\n\r\n{LINES}", REPLY)
    assert figure(typed) == 1300


@pytest.mark.parametrize("button", ["同意", "批准", "Approve", "Yes"])
def test_a_vote_is_no_report(button: str) -> None:
    assert says(said("", f"{button}: 【报送提醒】市中区 9月10日旬报表")) == "ignored"  # fmt: skip


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("unicode-1-1-utf-7", "utf-7"), ("utf-16le", "utf-16-le"), ("UTF8MB4", "utf-8"), ("csgb2312", "gb18030"), ("ms936", "gb18030"),
        ("default", "gb18030"), ("_autodetect_all", "gb18030"), ("windows-1252", "utf-8"), ("shift_jis", "gb18030"), ("0", "gb18030"),
        ("'gbk'", "gb18030"), ("GB2312;", "gb18030"),
    ],
)  # fmt: skip
def test_a_typed_form_is_read_whatever_its_label(
    label: str, codec: str
) -> None:
    body = part(
        f"text/plain; charset={label}",
        b64(LINES.encode(codec)),
        "Content-Transfer-Encoding: base64",
    )
    assert figure(mail(body)) == 1200


# In ISO-2022-CN: a character of CNS 11643, which no table here knows
CNS = b"\x1b$*H\x1bN\x21\x21"


@pytest.mark.parametrize(("within", "read"), [(b"", 1200), (CNS, None)])
def test_a_character_of_cns_11643_never_makes_a_figure(
    within: bytes, read: int | None
) -> None:
    """It may have been a digit, or a word that takes the figure back."""
    typed = in_iso_2022_cn(LINES)
    assert b"1200" in typed
    typed = typed.replace(b"1200", b"1200" + within)
    raw = mail(part("text/plain; charset=iso-2022-cn", typed))
    assert figure(raw) == read
    assert says(raw) == ("accepted" if read else "held")


MARKS = {
    "UTF-8's": b"\xef\xbb\xbf", "its own, twice": b"\xff\xfe", "an empty line": b"\r\n", "a blank": b" ",
    "an empty line of its own": "\r\n".encode("utf-16-le"),
}  # fmt: skip


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_mark_before_a_mail_in_utf_16_costs_nothing(
    codec: str, mark: str
) -> None:
    whole = reported().decode("ascii").encode(codec)
    assert figure(MARKS[mark] + whole) == 1200
