"""Quoted mail in pages, wherever its first line stands: after the reports of mail programs whose quotes were taken for the reply."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from pipeline.reading.mail import quoting
from pipeline.reading.mail.message import parse
from pipeline.reading.mail.pages import html_body

RECEIVED = datetime(2015, 9, 10, tzinfo=UTC)
HEAD = "<b>发件人:</b> 某某<br><b>发送时间:</b> 9月9日<br><b>收件人:</b> 某县<br><b>主题:</b> 旬报"
ATTRIBUTION = '在 2015-09-09 10:00，"某某" &lt;a@example.cn&gt; 写道：'

PAGES = [
    # The line is no element of its own, as RainLoop, Samsung and QQ for phones have it
    "新文<br>-----原始邮件-----<br><table><tr><td>旧文</td></tr></table>",
    f"<div>新文<br><br>{HEAD}<br><table><tr><td>旧文</td></tr></table></div>",
    f"<p>新文<br>{ATTRIBUTION}</p><blockquote>旧文</blockquote>",
    "<table><tr><td>新文<br>-----原始邮件-----<br><table><tr><td>旧文</td></tr></table></td></tr></table>",
    "<div><span>新文</span><span><br>-----原始邮件-----<br></span><p>旧文</p></div>",
    # A plain text that a program put into a page as it was
    "<pre>新文\n\n-----原始邮件-----\n旧文</pre>",
    "<pre>新文\n\n&gt; 一\n&gt; 旧文\n&gt; 二</pre>",
    "<div>新文</div><div>&gt; 一</div><div>&gt; 旧文</div><div>&gt; 二</div>",
    f"新文<br>{ATTRIBUTION}<br>&gt; 一<br>&gt; 旧文<br>&gt; 二<br>",
    # Containers: Outlook for phones and for Mac, Zimbra, 139.com, NetEase for phones
    "<p>新文</p><div id='mail-editor-reference-message-container'><p>旧文</p></div>",
    "<p>新文</p><span id='OLK_SRC_BODY_SECTION'><p>旧文</p></span>",
    "<p>新文</p><hr id='zwchr' data-marker='__DIVIDER__'><div>旧文</div>",
    "<p>新文</p><div id='reply139content'>旧文</div>",
    "<p>新文</p><div class='J-reply ntes-mailmaster-quote'>旧文</div>",
    # A container that holds the header of the mail alone, as lines or as a table
    f"<p>新文</p><blockquote>{HEAD}</blockquote><p>旧文</p>",
    "<p>新文</p><div class='ntes-mailmaster-quote'><div>---- 回复的原邮件 ----</div><table><tr><td>发件人</td><td>某某</td></tr>"
    "<tr><td>日期</td><td>2015年9月9日</td></tr></table></div><p>旧文</p>",
]  # fmt: skip

WHOLE = [
    f"<p>{HEAD}</p><p>旧文</p>",
    f"{HEAD}<br><p>旧文</p>",
    f"<div>{ATTRIBUTION}</div><p>旧文</p>",
    "<div>---------- 转发的邮件 ----------</div><p>旧文</p>",
]


@pytest.mark.parametrize("source", PAGES)
def test_a_quote_is_cut_where_its_first_line_stands(source: str) -> None:
    page = html_body.read(f"<html><body>{source}</body></html>")
    assert page.text == "新文"
    assert "旧文" in page.quoted
    assert "旧文" not in page.html
    assert "新文" in page.html


@pytest.mark.parametrize("source", WHOLE)
def test_a_page_may_be_quoted_as_a_whole(source: str) -> None:
    page = html_body.read(f"<html><body>{source}</body></html>")
    assert page.text == ""
    assert "旧文" in page.quoted
    assert "旧文" not in page.html


@pytest.mark.parametrize(
    "source",
    [
        "<table><tr><td><p>完成数</p></td><td><p>&gt;356</p></td></tr></table>",
        "<blockquote>缩进的话</blockquote>",
        "<p>发件人: 某某</p><p>一</p><p>二</p><p>三</p>",
    ],
)
def test_what_a_page_says_of_its_own_stays(source: str) -> None:
    page = html_body.read(f"<html><body>{source}</body></html>")
    assert page.quoted == ""


@pytest.mark.parametrize(
    "quote", ["<blockquote>{0}</blockquote>", "<div>{0}</div>"]
)
@pytest.mark.parametrize("own", ["收到", ""])
def test_the_plain_alternative_tells_what_of_a_page_is_quoted(
    quote: str, own: str
) -> None:
    """A page that has no mark of its own on the quote."""
    old = "累计新增会员旧文若干名，" * 8
    mail = EmailMessage()
    mail.set_content(f"{own}\n\n> {old}\n")
    mail.add_alternative(
        f"<p>{own}</p>{quote.format(old)}", subtype="html", charset="utf-8"
    )
    message = parse(mail.as_bytes(), RECEIVED)
    assert "旧文" not in message.text
    assert "旧文" in message.quoted


@pytest.mark.parametrize(
    ("lines", "header"),
    [
        (["发件人: 某某", "发送时间: 9月", "主题: 旬报"], True),
        (["-----原始邮件-----", "发件人\t某某", "日期\t9月"], True),
        (["发件人: 某某", "发送时间: 9月", "主题: 旬报", "旧文"], False),
        (["发件人: 某某"], False),
        ([], False),
    ],
)
def test_a_header_and_no_more(lines: list[str], header: bool) -> None:
    assert quoting.is_mail_header(lines) is header


DIVIDERS = [
    "＝＝＝＝原文＝＝＝＝", "── 原始邮件 ──", "━━━━━ 原始邮件 ━━━━━", "…………原始邮件…………", "------ 原始信息 ------", "-----原始郵件-----",
    "----Original Message from x----", "-----Ursprüngliche Nachricht-----", "-----Message d'origine-----", "原始邮件", "Original Message",
    "下面是转发的邮件：", "开始转发的邮件：", "以下是转发邮件：", "附原邮件：", "引用 某某 <a@example.cn>:", "Quoting 某某 <a@example.cn>:",
    "【发件人】某某\n【发送时间】9月9日\n【收件人】某县\n【主题】旬报", "发信人: 某某\n发信时间: 9月9日\n收信人: 某县\n标题: 旬报",
    "发送人：某某\n发送时间：9月9日\n接收人：某县\n主题：旬报", "发件人: 某某\n至: 某县\n已发送邮件: 9月9日\n主题: 旬报",
]  # fmt: skip


@pytest.mark.parametrize("divider", DIVIDERS)
def test_what_programs_write_above_a_quote(divider: str) -> None:
    own, quoted = quoting.split(f"新文\n\n{divider}\n旧文")
    assert own == "新文"
    assert "旧文" in quoted


@pytest.mark.parametrize(
    "line",
    [
        "以下是报送内容：",
        "转发各乡镇后汇总：",
        "原始邮件没有收到，请重发",
        "邮件内容如下：",
        "引用数据：1200",
        "发件人: 某县\n请查收",
    ],
)
def test_what_a_person_writes_is_no_divider(line: str) -> None:
    assert quoting.split(f"新文\n{line}\n正文") == (f"新文\n{line}\n正文", "")


def test_a_day_and_an_address_begin_a_quote() -> None:
    """As Gmail writes it in Japanese and, of old, in Chinese."""
    for line in (
        "2015年9月9日(水) 10:00 某某 <a@example.cn>:",
        "2015-09-09 10:00 GMT+08:00 某某 <a@example.cn>:",
    ):
        assert quoting.split(f"新文\n{line}\n旧文")[0] == "新文"
