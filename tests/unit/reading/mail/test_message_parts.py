"""Tables for the pieces of reading mail: quotes, natures, links, dates, parameters, subjects."""

from datetime import UTC, datetime

import pytest

from pipeline.model.mail import MailNature
from pipeline.reading import charsets
from pipeline.reading.mail import headers, quoting, transfer_encoding
from pipeline.reading.mail.message import parse
from pipeline.reading.mail.pages import html_body
from pipeline.reading.mail.subject import strip_prefixes

RECEIVED = datetime(2015, 9, 10, tzinfo=UTC)

QUOTES = [
    ("见附件\n\n------------------ 原始邮件 ------------------\n发件人: 某某\n旧文", "见附件"),
    ("见附件\n-----Original Message-----\nFrom: x\n旧文", "见附件"),
    ("见附件\n在 2015-09-10 09:12:31，\"某县\" <a@example.cn> 写道：\n旧文", "见附件"),
    ("见附件\nAt 2015-09-10 09:12:31, \"某县\" <a@example.cn> wrote:\n旧文", "见附件"),
    ("见附件\nOn Thu, Sep 10, 2015 at 9:12 AM 某县\n<a@example.cn> wrote:\n旧文", "见附件"),
    ("见附件\n________________________________\n发件人: 某某\n发送时间: 2015年9月10日\n收件人: 某某\n主题: 旬报\n旧文", "见附件"),
    ("见附件\n发件人： 某某\n发送时间： 2015-09-10\n收件人： 某某\n主题： 旬报\n旧文", "见附件"),
    ("---- 转发的邮件 ----\n发件人: 某某\n旧文", ""),
    ("On Thu, 某县 <a@example.cn> wrote:\n> 旧文\n新文在下面", "新文在下面"),
    ("> 旧文\n答：已报", "答：已报"),
]  # fmt: skip

OWN = [
    "报送单位：某县\n报送时间：9月10日\n主题：入会\n时间：9月",
    "一、举措\n-------\n二、举措",
    "发件人说的原始邮件没有收到，请重发",
    "| 报送单位 | 某县 |",
    "会上，主任写道：同意",
]


@pytest.mark.parametrize(("text", "own"), QUOTES)
def test_what_is_quoted(text: str, own: str) -> None:
    written, quoted = quoting.split(text)
    assert written == own
    assert "旧文" in quoted


@pytest.mark.parametrize("text", OWN)
def test_what_is_not_quoted(text: str) -> None:
    assert quoting.split(text) == (text, "")


PAGES = [
    "<p>新文</p><blockquote id='isReplyContent'>旧文</blockquote>",
    "<p>新文</p><div class='gmail_quote'><div>On x wrote:</div><blockquote>旧文</blockquote></div>",
    "<p>新文</p><hr><div id='divRplyFwdMsg'><b>发件人:</b> 某某</div><p>旧文</p>",
    "<div>新文</div><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div>旧文</div>",
    "<div>新文</div><div style='border:none;border-top:solid #E1E1E1 1pt'><p><b>发件人:</b> 某某<br><b>发送时间:</b> 9月<br><b>收件人:</b> 某某"
    "<br><b>主题:</b> 旬报</p></div><p>旧文</p>",
    "<div>新文</div><includetail><div>旧文</div></includetail>",
    "<p>新文</p><blockquote type='cite'>旧文</blockquote>",
    "<div>新文</div><div><br>在 2015-09-10 09:12:31，某县 &lt;a@example.cn&gt; 写道：<br></div><blockquote>旧文</blockquote>",
]  # fmt: skip


@pytest.mark.parametrize("source", PAGES)
def test_quotes_are_cut_out_of_pages(source: str) -> None:
    page = html_body.read(f"<html><body>{source}</body></html>")
    assert page.text == "新文"
    assert "旧文" in page.quoted
    assert "旧文" not in page.html
    assert "新文" in page.html


def test_a_page_reads_as_it_is_seen() -> None:
    page = html_body.read(
        "<style>p{}</style><script>1</script><p style='display:none'>藏</p>正文<br>二<table><tr><td>报送单位</td><td>某县</td></tr>"
        "<tr><td>数</td><td>1&nbsp;234</td></tr></table><blockquote>缩进的话</blockquote>"
    )
    lines = [line for line in page.text.split("\n") if line]
    assert lines == ["正文", "二", "报送单位\t某县", "数\t1 234", "缩进的话"]
    assert page.quoted == ""


def mail(
    subject: str,
    *header: str,
    sender: str = "a@example.cn",
    body: str = "\r\n见附件",
) -> bytes:
    return "\r\n".join(
        [f"From: {sender}", f"Subject: {subject}", *header, body]
    ).encode()


FORM = 'Content-Type: application/msword; name="旬报表.doc"'
P, A, B, D, R, L = (
    MailNature.PERSON, MailNature.AUTO_REPLY, MailNature.BOUNCE, MailNature.DELAY, MailNature.READ_RECEIPT, MailNature.LIST,
)  # fmt: skip
WRITERS = [
    (A, mail("自动回复：旬报提醒")), (A, mail("自动答复: 提醒")), (A, mail("Out of Office: x")), (A, mail("Automatic reply: x")),
    (A, mail("x", "Auto-Submitted: auto-replied")), (A, mail("x", "Precedence: auto_reply")), (A, mail("x", "X-Autoreply: yes")),
    (A, mail("x", "X-CM-AUTOREPLY: 1")), (A, mail("x", "X-NETEASE-AUTO-REPLY: yes")), (A, mail("x", "X-Auto-Reply: 1")), (A, mail("x", "X-Vacation: 1")),
    (P, mail("x", "X-CM-AUTOREPLY: 0")), (P, mail("x", "X-Autoreply-Settings: none")),
    (A, mail("x", "Auto-Submitted: auto-replied", "Precedence: bulk")),
    (A, mail("Re: x", body="\r\n这是来自QQ邮箱的假期自动回复邮件。")),
    (P, mail("x", "Auto-Submitted: no")), (P, mail("回复：自动回复：提醒")), (P, mail("关于自动回复设置的旬报")),
    (P, mail("自动回复设置情况旬报")), (P, mail("自动回复：旬报", FORM)), (P, mail("x", "X-Auto-Response-Suppress: All")),
    (L, mail("x", "List-Id: <n.example.com>")), (L, mail("x", "Precedence: bulk")), (L, mail("x", "Precedence: list", FORM)),
    (P, mail("x", "List-Id: <n.example.com>", FORM)), (P, mail("x", "List-Unsubscribe: <mailto:a@example.com>")),
    (B, mail("系统退信", sender="Postmaster@example.com")), (B, mail("Undelivered Mail Returned to Sender", "Return-Path: <>")),
    (B, mail("failure notice", sender="MAILER-DAEMON@example.com")), (B, mail("x", "Return-Path: <>", "X-Failed-Recipients: b@example.cn")),
    (P, mail("上次系统退信，重新报送")), (P, mail("退信后重发旬报", "Return-Path: <>", FORM)), (P, mail("旬报", FORM, sender="postmaster@example.cn")),
    (D, mail("Warning: message delayed 4 hours", sender="mailer-daemon@example.com")),
    (R, mail("已读: 提醒")), (R, mail("Read: x")), (P, mail("已读：提醒", FORM)), (P, mail("已读通知，现报送旬报")),
]  # fmt: skip


@pytest.mark.parametrize(("nature", "raw"), WRITERS)
def test_who_wrote_it(nature: MailNature, raw: bytes) -> None:
    assert parse(raw, RECEIVED).nature == nature


PAGE = "Content-Type: text/html; charset=utf-8"
LINKS = [
    ("<div>超大附件</div><a href='https://mail.example.com/large-attachment-download/?f=1'>旬报表.doc</a> (25.3M, 2015年12月31日 23:59 到期)",
     [("旬报表.doc", "25.3M", "2015年12月31日 23:59")]),
    ("<p>旬报表.rar 12.5MB 过期时间：2015-10-10 <a href='https://wx.mail.qq.com/ftn/download?k=1'>进入下载页面</a></p>", [("旬报表.rar", "12.5MB", "2015-10-10")]),
    ("<p>见网站 <a href='https://www.example.cn/a.html'>通知公告</a></p>", []),
    ("<p>从邮箱发来的超大附件 <a href='http://u.163.com/x?spm=big'>推荐客户端极速下载</a></p>", []),
    ("https://pan.baidu.com/s/1abc 提取码 x9y8<br>文件：旬报表.zip（3.5MB）", [("旬报表.zip", "3.5MB", "")]),
]  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), LINKS)
def test_files_behind_links(
    page: str, expected: list[tuple[str, str, str]]
) -> None:
    links = parse(mail("x", PAGE, body=f"\r\n{page}"), RECEIVED).links
    assert [(link.name, link.size, link.expires) for link in links] == expected


DATES = [
    ("Wed, 09 Sep 2015 18:00:00 +0800", 10), ("9 Sep 2015 18:00 CST", 10), ("2015-09-09 18:00:00", 10), ("2015年9月9日 18:00", 10),
    ("Wed, 9 Sep 2015 18:00:00 GMT+08:00", 10), ("Wed, 9 Sep 2015 10:00:00 GMT", 10), ("2015-09-09T18:00:00+08:00", 10),
    ("Wed, 9 Sep 2015 18:00:00 +0800 (中国标准时间)", 10), ("Wed, 9 Sep 2015 05:00:00 -0500", 10),
]  # fmt: skip


@pytest.mark.parametrize(("written", "hour"), DATES)
def test_dates(written: str, hour: int) -> None:
    assert headers.date(written) == datetime(2015, 9, 9, hour, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "昨天",
        "Wed, 32 Foo 2015",
        "0000-00-00 00:00",
        "Wed, 9 Sep 2015 18:00:00 +9999",
    ],
)
def test_dates_that_say_nothing(written: str) -> None:
    assert headers.date(written) is None


NAMES = [
    ("attachment; filename=a b.xls", "a b.xls"),
    ("attachment; filename*=UTF-8''%E6%97%AC%E6%8A%A5.xls; filename=x.xls", "旬报.xls"),
    ("attachment; filename*0=旬; filename*1=\"报.xls\"", "旬报.xls"),
    ("attachment; filename*0*=gbk''%D1; filename*1*=%AE%B1%A8.xls", "旬报.xls"),
    ('attachment; filename="a;b.xls"; size=3', "a;b.xls"),
    ('attachment; filename="a\\"b.xls"', 'a"b.xls'),
    ("attachment; size=3", ""),
]  # fmt: skip


@pytest.mark.parametrize(("value", "name"), NAMES)
def test_file_names(value: str, name: str) -> None:
    assert headers.parameters(value).get("filename", "") == name


SUBJECTS = [
    ("Re: Fw:回复：转发： 旬报", "旬报"), ("答复: 旬报", "旬报"), ("RE[2]: 旬报", "旬报"), ("Fwd：旬报", "旬报"), ("回复(3)：旬报", "旬报"),
    ("[转发]：旬报", "旬报"), ("旬报 回复：x", "旬报 回复：x"), ("Report: x", "Report: x"), ("", ""), ("回复", "回复"),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "bare"), SUBJECTS)
def test_prefixes_of_subjects(subject: str, bare: str) -> None:
    assert strip_prefixes(subject) == bare


@pytest.mark.parametrize(
    ("raw", "label", "text"),
    [
        ("naïve café".encode("latin-1"), "iso-8859-1", "naïve café"),
        ("旬报".encode("utf-16"), "", "旬报"),
        ("旬報表".encode("big5"), "big5", "旬報表"),
        (b"~{<:Ky2;S{~}", "hz-gb-2312", "己所不欲"),
        (b"", "gb2312", ""),
    ],
)
def test_other_charsets(raw: bytes, label: str, text: str) -> None:
    assert charsets.decode(raw, label) == text


def test_base64_that_is_damaged() -> None:
    assert transfer_encoding.decoded(b"YWJj\r\nZGVm", "base64") == b"abcdef"
    assert transfer_encoding.decoded(b"YWJjZ", "base64") == b"abc"
    assert transfer_encoding.decoded(b"YWI", "base64") == b"ab"
    assert transfer_encoding.decoded(b"YWI=\r\n--\r\nfooter", "base64") == b"ab"
    assert (
        transfer_encoding.decoded("旬报".encode(), "base64") == "旬报".encode()
    )


@pytest.mark.parametrize(
    "kind", ["text/html", "text/plain", "message/delivery-status"]
)
def test_a_charset_that_is_none_costs_nobody_the_mail(kind: str) -> None:
    """Found by scripts/fuzz/coverage_guided.py: the stdlib raises over a NUL in a charset's name where octets stand under it."""
    head = f'From: jia@example.cn\r\nSubject: x\r\nContent-Type: {kind}; charset="\x01\x00utf"\r\n\r\n'
    for content in ("旬报".encode(), "旬报".encode("gb18030")):
        found = parse(
            head.encode() + content + b"\r\n", datetime(2015, 9, 10, tzinfo=UTC)
        )
        assert found.sender.email == "jia@example.cn"
        assert not any("无法解析" in defect for defect in found.defects)
