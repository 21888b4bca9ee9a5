"""Writes the replies as mail programs write them, those that are absent, and `truth.tsv` with what a careful person does on each.

Never overwrites a mail: delete it first, and look at the difference. Run as `python -m tests.golden.replies.make`.
"""

import base64
import html
import tempfile
from collections.abc import Callable, Iterator
from email.header import Header
from pathlib import Path

from tests.golden.replies.case import (
    DECIDED,
    HELD,
    OTHER,
    REVIEWER,
    ids,
    ledger_in,
    token,
)
from tests.golden.replies.wordings import NOTHING, WORDINGS

HERE = Path(__file__).parent
OURS = "演示总工会 <demo@example.cn>"
DATE = "Fri, 11 Sep 2015 09:00:00 +0800"


def letter(code: str) -> str:
    """The letter that is answered, as it stands in a quote: with every word that would decide."""
    return (
        "—— 请在这条线以上写答复 ——\n甲县 9月10日旬报待核：累计324名，请决定是否计入\n待核原因：\n  1. 发件邮箱不在登记名单里。\n"
        "怎样答复：\n  通过　→　按表上的数字计入\n  改为324　→　按这个累计数计入\n  归乙县　→　记为这个单位的\n  退回：原因　→　不予采用\n  作废　→　不计入\n"
        f"待核码 {code}\n--\n本邮件由旬报程序自动发送。报送邮箱：demo@example.cn\n"
    )


def marked(text: str, mark: str = "> ") -> str:
    return "\n".join(mark + line for line in text.splitlines())


def page(text: str) -> str:
    return "<br>".join(html.escape(line) for line in text.split("\n"))


def divs(text: str) -> str:
    return "".join(
        f"<div>{html.escape(line) or '<br>'}</div>" for line in text.split("\n")
    )


HEAD_ZH = "发件人: 演示总工会 <demo@example.cn>\n发送时间: 2015年9月10日 18:05\n收件人: staff@example.cn\n主题: 【待核】甲县 9月10日旬报\n"
HEAD_EN = "From: 演示总工会 <demo@example.cn>\nSent: Thursday, September 10, 2015 6:05 PM\nTo: staff@example.cn\nSubject: 【待核】甲县 9月10日旬报\n"

Body = tuple[str, str]  # text, HTML; either may be empty
Program = Callable[[str, str], Body]


def _html(body: str) -> str:
    return (
        f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'
    )


PROGRAMS: dict[str, Program] = {
    "plain": lambda t, q: (f"{t}\n\n{marked(q)}\n", ""),
    "outlook_zh": lambda t, q: (
        f"{t}\n\n-----邮件原件-----\n{HEAD_ZH}\n{q}",
        _html(f'<div class="WordSection1">{divs(t)}<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p>{page(HEAD_ZH)}</p></div>{divs(q)}</div>'),
    ),
    "outlook_en": lambda t, q: (
        f"{t}\n\n-----Original Message-----\n{HEAD_EN}\n{q}",
        _html(f'<div>{divs(t)}</div><div id="divRplyFwdMsg"><p>{page(HEAD_EN)}</p></div><div>{divs(q)}</div>'),
    ),
    "outlook_new": lambda t, q: ("", _html(f'<div>{divs(t)}</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>发件人:</b> {page(HEAD_ZH)}</div>{divs(q)}')),
    "foxmail": lambda t, q: (
        f"{t}\n\n\n\n组宣部\nstaff@example.cn\n \n发件人： 演示总工会\n发送时间： 2015-09-10 18:05\n收件人： staff\n主题： 【待核】甲县\n{q}",
        "",
    ),
    "foxmail_html": lambda t, q: (
        "",
        _html(f'<div>{divs(t)}</div><hr style="width:210px;height:1px"><div><span>组宣部</span></div><blockquote style="margin-top:0px"><div style="border:none;border-top:solid #B5C4DF 1.0pt"><div>'
              f"<b>发件人：</b> 演示总工会</div><div><b>发送时间：</b> 2015-09-10 18:05</div><div><b>收件人：</b> staff</div><div><b>主题：</b> 待核</div></div>{divs(q)}</blockquote>"),
    ),
    "qq": lambda t, q: (
        f"{t}\n\n\n------------------ 原始邮件 ------------------\n发件人: \"演示总工会\";\n发送时间: 2015年9月10日(星期四) 晚上6:05\n收件人: \"staff\";\n\n主题: 【待核】甲县\n\n\n{q}",
        _html(f'{divs(t)}<div><!--emptysign--></div><div style="font-size:12px;font-family:Arial Narrow;padding:2px 0 2px 0;">------------------&nbsp;原始邮件&nbsp;------------------</div>'
              f'<div style="font-size:12px;background:#efefef;padding:8px;"><div><b>发件人:</b>&nbsp;演示总工会</div><div><b>发送时间:</b>&nbsp;2015年9月10日(星期四)</div><div><b>收件人:</b>&nbsp;staff</div><div><b>主题:</b>&nbsp;待核</div></div>{divs(q)}'),
    ),
    "netease_126": lambda t, q: (
        f'{t}\n\n\n\n\n\n在 2015-09-10 18:05:00，"演示总工会" <demo@example.cn> 写道：\n\n{marked(q, ">")}\n',
        _html(f'<div style="line-height:1.7;color:#000000;font-size:14px;font-family:Arial">{divs(t)}<br><br><pre><br>在 2015-09-10 18:05:00，"演示总工会" &lt;demo@example.cn&gt; 写道：<br></pre>'
              f'<blockquote id="isReplyContent" style="PADDING-LEFT: 1ex; MARGIN: 0px 0px 0px 0.8ex; BORDER-LEFT: #ccc 1px solid">{divs(q)}</blockquote></div>'),
    ),
    "netease_en": lambda t, q: (f'{t}\n\n\nAt 2015-09-10 18:05:00, "演示总工会" <demo@example.cn> wrote:\n\n{marked(q, ">")}\n', ""),
    "wps_mail": lambda t, q: (f"{t}\n\n来自WPS邮箱\n\n---原始邮件---\n发件人：演示总工会<demo@example.cn>\n时间：2015年9月10日 18:05\n收件人：staff\n主题：【待核】甲县\n\n{q}", ""),
    "iphone_zh": lambda t, q: (f"{t}\n\n发自我的 iPhone\n\n> 在 2015年9月10日，18:05，演示总工会 <demo@example.cn> 写道：\n> \n{marked(q)}\n", ""),
    "apple_en": lambda t, q: (
        f"{t}\n\nSent from my iPhone\n\n> On Sep 10, 2015, at 6:05 PM, 演示总工会 <demo@example.cn> wrote:\n> \n{marked(q)}\n",
        _html(f'{divs(t)}<br><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On Sep 10, 2015, at 6:05 PM, demo wrote:<br><br></blockquote></div><blockquote type="cite">{divs(q)}</blockquote>'),
    ),
    "apple_mail_zh": lambda t, q: (f"{t}\n\n> 2015年9月10日 下午6:05，演示总工会 <demo@example.cn> 写道：\n> \n{marked(q)}\n", ""),
    "android_qq": lambda t, q: (f"{t}\n\n发自我的小米手机\n\n---原始邮件---\n发件人:\"演示总工会\"<demo@example.cn>\n发送时间:2015年9月10日 18:05\n收件人:\"staff\";\n主题:【待核】甲县\n\n{q}", ""),
    "huawei": lambda t, q: (f"{t}\n\n发自我的华为手机\n\n\n-------- 原始邮件 --------\n主题：【待核】甲县\n发件人：demo@example.cn\n收件人：staff\n抄送：\n\n{q}", ""),
    "gmail_zh": lambda t, q: (
        f"{t}\n\n演示总工会 <demo@example.cn> 于2015年9月10日周四 18:05写道：\n\n{marked(q)}\n",
        _html(f'<div dir="ltr">{divs(t)}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">演示总工会 于2015年9月10日周四 18:05写道：<br></div><blockquote class="gmail_quote">{divs(q)}</blockquote></div>'),
    ),
    "gmail_en": lambda t, q: (f"{t}\n\nOn Thu, Sep 10, 2015 at 6:05 PM 演示总工会 <demo@example.cn>\nwrote:\n\n{marked(q)}\n", ""),
    "thunderbird": lambda t, q: (
        f"{t}\n\n在 2015/9/10 18:05, 演示总工会 写道:\n{marked(q)}\n",
        _html(f'<p>{page(t)}</p><div class="moz-cite-prefix">在 2015/9/10 18:05, 演示总工会 写道:<br></div><blockquote type="cite" cite="mid:x@y">{divs(q)}</blockquote>'),
    ),
    "coremail": lambda t, q: (f"{t}\n\n> -----原始邮件-----\n> 发件人: 演示总工会 <demo@example.cn>\n> 发送时间: 2015-09-10 18:05:00 (星期四)\n> 收件人: staff@example.cn\n> 主题: 【待核】甲县\n> \n{marked(q)}\n", ""),
    "below": lambda t, q: (f"在 2015-09-10 18:05，演示总工会 写道：\n{marked(q)}\n\n{t}\n", ""),
    "below_html": lambda t, q: ("", _html(f'<div class="moz-cite-prefix">On 10/09/2015 18:05, demo wrote:<br></div><blockquote type="cite" cite="mid:x@y">{divs(q)}</blockquote><p>{page(t)}</p>')),
    "no_marks": lambda t, q: (f"{t}\n\n{q}", ""),
    "no_quote": lambda t, q: (t + "\n", ""),
    "html_stub": lambda t, q: ("", _html(f"<table><tr><td>{page(t)}</td></tr></table><hr><div id='mqq-quote'><blockquote>{divs(q)}</blockquote></div>")),
}  # fmt: skip


def mail(
    body: Body,
    code: str,
    *,
    sender: str = REVIEWER,
    subject: str = "回复: 【待核】甲县 9月10日旬报",
    head: str = "",
    charset: str = "utf-8",
) -> bytes:
    """A whole mail; the token stands in subject and References, as our letters carry it."""
    text, web = body
    full = f"{subject} [{code}]" if code else subject
    lines = [
        f"Received: from mail.example.cn by mx.example.cn; {DATE}", f"From: {sender}", "To: demo@example.cn",
        f"Subject: {Header(full, 'utf-8').encode()}", f"Date: {DATE}", "Message-ID: <reply-@@@@example.cn>", "MIME-Version: 1.0",
    ]  # fmt: skip
    if code:
        lines.append(
            f"References: <{code}.xunbao@example.cn> <0123456789abcdef.xunbao@example.cn>"
        )
    lines += [line for line in head.split("\n") if line]
    return "\r\n".join([*lines, *_parts(text, web, charset)]).encode()


def _parts(text: str, web: str, charset: str) -> Iterator[str]:
    parts = [
        (kind, said)
        for kind, said in (("plain", text), ("html", web))
        if said or (kind == "plain" and not web)
    ]
    if len(parts) == 1:
        yield from _part(*parts[0], charset)
        return
    yield from ('Content-Type: multipart/alternative; boundary="==b=="', "")
    for kind, said in parts:
        yield from ("--==b==", *_part(kind, said, charset))
    yield from ("--==b==--", "")


def _part(kind: str, said: str, charset: str) -> Iterator[str]:
    yield from (
        f'Content-Type: text/{kind}; charset="{charset}"',
        "Content-Transfer-Encoding: base64",
        "",
    )
    yield from (
        base64.encodebytes(
            said.replace("\n", "\r\n").encode(charset, "xmlcharrefreplace")
        )
        .decode()
        .splitlines()
    )
    yield ""


def replies(held: str, decided: str) -> Iterator[tuple[str, str, bytes]]:
    """(name, what a careful person does, the mail)."""
    code = token(held)
    turn = list(PROGRAMS)
    for number, (does, words, program) in enumerate(WORDINGS):
        name = program or turn[number % len(turn)]
        charset = "gb18030" if number % 5 == 3 else "utf-8"
        yield (
            f"{number + 1:03}-{name}",
            does,
            mail(PROGRAMS[name](words, letter(code)), code, charset=charset),
        )
    for number, (name, does, raw) in enumerate(_around(held, decided), 401):
        yield f"{number}-{name}", does, raw


def _around(held: str, decided: str) -> Iterator[tuple[str, str, bytes]]:
    """Not the words but what stands around them."""
    code, quoted = token(held), letter(token(held))
    plain = PROGRAMS["plain"]
    consent = marked(f"同意\n\n{quoted}")
    yield (
        "consent_in_the_quote_alone",
        NOTHING,
        mail((f"\n\n{consent}", ""), code),
    )
    yield (
        "consent_in_an_older_quote",
        NOTHING,
        mail((f"请看他的意见\n\n{consent}", ""), code),
    )
    for name in (
        "qq",
        "outlook_zh",
        "netease_126",
        "gmail_zh",
        "iphone_zh",
        "no_marks",
        "html_stub",
    ):
        yield f"empty_{name}", NOTHING, mail(PROGRAMS[name]("", quoted), code)
    yield (
        "inline_answer",
        "改为320",
        mail((f"> 待核原因：约数\n\n改为320\n\n> 待核码 {code}\n", ""), code),
    )
    yield (
        "by_a_stranger",
        NOTHING,
        mail(plain("通过", quoted), code, sender="zhang@example.cn"),
    )
    yield (
        "by_a_unit",
        NOTHING,
        mail(plain("改为320", quoted), code, sender="jia@example.cn"),
    )
    yield (
        "anothers_token",
        NOTHING,
        mail(
            plain("通过", letter(token(held, reviewer=OTHER))),
            token(held, reviewer=OTHER),
        ),
    )
    yield (
        "both_reviewers_tokens",
        "通过",
        mail(plain("通过", letter(token(held, reviewer=OTHER))), code),
    )
    yield (
        "older_version",
        NOTHING,
        mail(plain("通过", letter(token(held, 0))), token(held, 0)),
    )
    yield (
        "decided_already",
        NOTHING,
        mail(plain("改为120", letter(token(decided))), token(decided)),
    )
    yield (
        "decided_and_asked_again",
        NOTHING,
        mail(plain("通过", letter(token(decided, 2))), token(decided, 2)),
    )
    yield (
        "undone",
        "撤销",
        mail(plain("撤销", letter(token(decided, 2))), token(decided, 2)),
    )
    yield (
        "undone_in_words",
        "撤销",
        mail(
            plain("请撤销上次的决定", letter(token(decided, 2))),
            token(decided, 2),
        ),
    )
    yield (
        "undone_thread_with_both",
        "撤销",
        mail(
            plain("撤销", letter(token(decided, 2)) + letter(token(decided))),
            token(decided, 2),
        ),
    )
    yield (
        "undone_by_the_old_letter",
        NOTHING,
        mail(plain("撤销", letter(token(decided))), token(decided)),
    )
    yield (
        "two_cases",
        NOTHING,
        mail(plain("通过", quoted + letter(token(decided, 2))), code),
    )
    yield (
        "token_in_references_alone",
        "改为320",
        mail(
            ("改为320\n", ""),
            "",
            head=f"References: <{code}.xunbao@example.cn>",
            subject="答复",
        ),
    )
    yield (
        "token_in_the_quote_alone",
        "改为320",
        mail(plain("改为320", quoted), "", subject="答复"),
    )
    yield "token_torn", NOTHING, mail(("通过\n", ""), code[:-3], subject="答复")
    yield "no_token", NOTHING, mail(("通过\n", ""), "", subject="关于甲县旬报")
    yield (
        "vacation",
        NOTHING,
        mail(
            plain("通过", quoted),
            code,
            subject="自动回复: 【待核】甲县",
            head="Auto-Submitted: auto-replied",
        ),
    )
    yield (
        "vacation_of_qq",
        NOTHING,
        mail(
            (
                "这是来自QQ邮箱的假期自动回复邮件。\n您好，我最近正在休假，同意的事由同事办理。\n",
                "",
            ),
            code,
            subject="自动回复:【待核】甲县",
        ),
    )
    yield (
        "failed_spf",
        NOTHING,
        mail(
            plain("通过", quoted),
            code,
            head="Authentication-Results: mx.example.cn; spf=fail smtp.mailfrom=staff@example.cn",
        ),
    )
    yield (
        "passed_spf",
        "通过",
        mail(
            plain("通过", quoted),
            code,
            head="Authentication-Results: mx.example.cn; spf=pass smtp.mailfrom=staff@example.cn",
        ),
    )
    yield (
        "name_only",
        NOTHING,
        mail(
            plain("通过", quoted),
            code,
            sender='"staff@example.cn" <evil@example.com>',
        ),
    )
    yield "subject_alone", NOTHING, mail(("\n", ""), code, subject="通过")
    yield (
        "hidden_words",
        NOTHING,
        mail(
            (
                "",
                _html(
                    f'<div style="display:none">通过</div><div><br></div><blockquote type="cite">{divs(quoted)}</blockquote>'
                ),
            ),
            code,
        ),
    )
    yield (
        "struck_by_a_later_line",
        NOTHING,
        mail(plain("通过\n\n\n更正：先不通过，等电话", quoted), code),
    )
    yield (
        "long_signature",
        "通过",
        mail(
            plain(
                "通过\n\n演示总工会组宣部\n电话：0833-2134567 转 320\n手机：13900000000\n不忘初心，牢记使命",
                quoted,
            ),
            code,
        ),
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        known = ids(ledger_in(Path(folder)))
    truth = []
    for name, does, raw in replies(known[HELD[0]], known[DECIDED[0]]):
        path = HERE / f"{name}.eml"
        if not path.exists():
            path.write_bytes(
                raw.replace(b"reply-@@@@", f"reply-{name}@".encode())
            )
        truth.append(f"{name}\t{does}\n")
    (HERE / "truth.tsv").write_text(
        "".join(truth), encoding="utf-8", newline="\n"
    )


if __name__ == "__main__":
    main()
