"""Mails as offices send them, one by one: what came back of ours, what is no report, and the report in whatever shape, each
with the answer that rules.md gives, stated before the program was asked."""

import io
import re
import zipfile

import pytest
from mails.judge import figure, says
from mails.makers import (
    OURS,
    UNIT,
    b64,
    container,
    file_part,
    form_file,
    mail,
    mail_part,
    our_letter,
    part,
    prefilled,
    reported,
    said,
    text_part,
)

REMINDER = "【报送提醒】市中区 9月10日旬报表"
REPLY, FORWARD = f"回复：{REMINDER}", f"转发：{REMINDER}"
OCTETS = "application/octet-stream"
ROWS = (
    "<tr><td>报送单位</td><td>市中区</td><td>报送时间</td><td>2015年9月10日</td></tr><tr><td>已完成目标任务数</td>"
    "<td colspan=3>1200名</td></tr><tr><td>主要工作举措</td><td colspan=3>一、开展宣传。二、加强督导。</td></tr>"
)
PAGE = f"<table border=1>{ROWS}</table>"
LINES = "报送单位：市中区\r\n报送时间：2015年9月10日\r\n已完成目标任务数：\r\n1200名\r\n主要工作举措：\r\n一、开展宣传。\r\n二、加强督导。\r\n"


def page(source: str, *headers: str, subject: str = "市中区旬报表") -> bytes:
    return mail(text_part(source, "html"), *headers, subject=subject)


def zipped(*files: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


def passed_on(inner: bytes, mark: str, text: str = "请查收") -> bytes:
    """`inner` as a file of another mail, in a container of its own."""
    body = container([text_part(text), mail_part(inner)], mark=mark)
    return mail(body, subject="转发：市中区旬报表")


def sent_by(writer: str | None, *headers: str) -> bytes:
    """A report whose From is that, or is not there."""
    named = b"" if writer is None else f"From: {writer}\r\n".encode()
    raw = re.sub(rb"(?m)^From: [^\r]*\r\n", named, reported(), count=1)
    more = "".join(f"{header}\r\n" for header in headers).encode()
    return raw.replace(b"To: ", more + b"To: ", 1)


FILLED_INSIDE = mail_part(our_letter(files=[file_part()]))
OURS_AGAIN = {
    "noted, our letter attached": said("已阅", REPLY, files=[mail_part(our_letter())]),
    "passed on to us by mistake": said("请办公室办理", FORWARD, files=[mail_part(our_letter())]),
    "sent anew as it was": our_letter().replace(OURS.encode(), UNIT.encode(), 1),
    "in an archive": said("收到", files=[file_part("提醒.zip", zipped(("提醒.eml", our_letter())), "application/zip")]),
    "our form in an archive": said("收到，谢谢", files=[file_part("a.zip", zipped(("旬报表-市中区.docx", prefilled())), "application/zip")]),
    "with a filled form in it": said("收到", files=[FILLED_INSIDE]),
    "two mails deep": said("收到", files=[mail_part(mail(container([text_part("x"), FILLED_INSIDE], mark="=_U1"), subject="转发"))]),
    "stopped by a gateway": mail(container([text_part(f"邮件已被拦截。\r\n主题：{REMINDER}"), file_part("旬报表-市中区.docx", prefilled())]), subject="邮件拦截通知", sender="gw@example.cn"),
    "in a digest of what is held": said(f"您有1封隔离邮件：{REMINDER} 发件人 {OURS}", "[隔离区]每日摘要", sender="spam@gov.example.cn"),
    "complained of": said("This is an abuse report", "complaint about message from 1.2.3.4", sender="staff@isp.example", files=[FILLED_INSIDE]),
    "kept by an archive": mail(container([text_part("监察归档"), mail_part(our_letter())]), subject="归档 旬报表", sender="archive@gov.example.cn"),
}  # fmt: skip


@pytest.mark.parametrize("way", OURS_AGAIN)
def test_our_own_letter_is_no_report_however_it_comes_back(way: str) -> None:
    assert says(OURS_AGAIN[way]) == "ignored"


def test_our_form_alone_that_nobody_filled_in_is_answered() -> None:
    empty = reported(file_part("旬报表-市中区.docx", prefilled()))
    assert says(empty) == "unreadable"


AWAY = "<p>您好！我于9月8日至9月15日外出培训，期间无法及时回复邮件，紧急事项请联系办公室。</p>"
CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
PHOTO = part('image/jpeg; name="IMG_1.jpg"', b64(b"\xff\xd8\xff\xe0" + b"x" * 99), "Content-Transfer-Encoding: base64", 'Content-Disposition: attachment; filename="IMG_1.jpg"')  # fmt: skip
NO_REPORTS = {
    "🙏🙏": said("🙏🙏", REPLY), "[OK]": said("[OK]", REPLY), "OK👌": said("OK👌", REPLY), "in one breath": said("好的收到谢谢", REPLY),
    "signed like a letter": said("收到，我们将按要求于9月10日18:00前报送旬报表。\r\n\r\n市中区总工会\r\n2015年9月9日", REPLY),
    "waits for a signature": said("好的，张主任外出开会，旬报表他回来签字后报", REPLY), "waits for approval": said("收到，待主席审定后报", REPLY),
    "was without power": said("不好意思，昨天停电，旬报表今天上午补报", REPLY), "another fax number": said("收到。 另：我办传真号改为 0833-2345678", REPLY),
    "will look again": said("收到回执，感谢。数据我们再核一下", f"回复：【回执】{REMINDER[6:]}"), "from a telephone": said("收到，谢谢！\r\n____________\r\n发自 Outlook for Android", REPLY),
    "away, in HTML": page(AWAY, subject=REPLY), "away, by its subject": page(AWAY, subject="Automatic reply: 旬报表"),
    "away, in English": said("Thank you for your email. I am on annual leave until 20 September and will respond upon my return.", f"Re: {REMINDER}"),
    "an invitation": mail(container([text_part("请参加旬报表工作会"), part("text/calendar; method=REQUEST", CALENDAR)], "alternative"), subject="旬报表工作布置会"),
    "an invitation as a file": said("请参加", "旬报表工作布置会邀请", files=[file_part("invite.ics", CALENDAR, "application/ics")]),
    "a recall of Exchange": mail(part("application/ms-tnef", b"x"), subject="撤回: 市中区旬报表"), "a recall of NetEase": said("发件人已撤回该邮件", "【撤回通知】市中区旬报表"),
    "a card": said("这是我的名片", "名片", files=[part('text/x-vcard; name="a.vcf"', b"BEGIN:VCARD\r\nEND:VCARD", "Content-Disposition: attachment")]),
    "a photograph": said("感谢关心", "活动照片", files=[PHOTO]), "nothing at all": mail(text_part(""), subject=""),
    "a receipt by QQ": said("您的邮件“旬报表”已于2015-9-10 9:10被阅读", f"已读：{REMINDER}"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_REPORTS)
def test_no_report_makes_no_case_and_is_not_answered(kind: str) -> None:
    assert says(NO_REPORTS[kind]) == "ignored"


QUOTED = {
    "NetEase": f"<div>收到</div><div id='isReplyContent'>在 2015-09-09 09:00:00，a@example.cn 写道：<br><blockquote id='isReplyContent'>{PAGE}</blockquote></div>",
    "QQ": f"<div>收到</div><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b>&nbsp;a</div><div><b>主题:</b>x</div>{PAGE}",
    "Outlook": f"<div>收到</div><div style='border-top:solid #E1E1E1'><p><b>发件人:</b> 市中区<br><b>发送时间:</b> 2015年9月9日<br><b>收件人:</b> x<br><b>主题:</b> x</p></div>{PAGE}",
    "Foxmail": f"<div>收到</div><blockquote><div><div><b>发件人：</b>a</div><div><b>发送时间：</b>2015-09-09</div><div><b>收件人：</b>b</div><div><b>主题：</b>x</div></div>{PAGE}</blockquote>",
    "Gmail": f"<div>收到</div><div class='gmail_quote'>On Wed wrote:<blockquote class='gmail_quote'>{PAGE}</blockquote></div>",
    "by hand": f"<div>收到</div><div>在 2015-09-09 09:00，市中区 &lt;a@example.cn&gt; 写道：</div><blockquote>{PAGE}</blockquote>",
    "nothing marks it": f"<p>收到，谢谢</p><div><blockquote><div>{PAGE}</div></blockquote></div><p>已阅</p>",
    "a line beside it": f"<p>知道了</p><blockquote style='border-left: 2px solid #ccc; padding-left: 8px'>{PAGE}</blockquote>",
}  # fmt: skip
INDENTED = {
    "announced": f"<p>报送如下</p><blockquote>{PAGE}</blockquote>", "behind a colon": f"<p>各位领导：</p><blockquote>{PAGE}</blockquote>",
    "alone": f"<blockquote>{PAGE}</blockquote>", "by a browser": f"<p>旬报</p><blockquote style='margin: 0 0 0 40px; border: none; padding: 0px;'>{PAGE}</blockquote>",
}  # fmt: skip


@pytest.mark.parametrize("way", INDENTED)
def test_a_form_that_its_sender_indented_counts(way: str) -> None:
    assert says(page(INDENTED[way])) == "accepted"


@pytest.mark.parametrize("program", QUOTED)
def test_a_form_in_quoted_mail_is_no_report(program: str) -> None:
    quoting = page(QUOTED[program], subject="回复：旬报表")
    assert says(quoting) in ("ignored", "unreadable")


UNSEEN = {
    "a comment": f"<!--{PAGE}-->", "a comment beside a text": f"见附件<!--{PAGE}-->", "a template": f"见附件<template>{PAGE}</template>",
    "not displayed": f"<div style='display:none'>{PAGE}</div>见附件", "not displayed by a rule": f"<style>.h{{display:none}}</style>见附件<div class='h'>{PAGE}</div>",
    "white": f"见附件<div style='color:#ffffff'>{PAGE}</div>",
}  # fmt: skip


@pytest.mark.parametrize("way", UNSEEN)
def test_a_form_that_nobody_sees_counts_for_nothing(way: str) -> None:
    assert says(page(UNSEEN[way])) in ("unreadable", "held")


@pytest.mark.parametrize(
    "shown", ["<s>1200</s>名", "120<sup>0</sup>名", "<del>1200</del>1300名"]
)
def test_a_doubtful_figure_in_the_mail_itself_is_held(shown: str) -> None:
    assert says(page(PAGE.replace("1200名", shown))) == "held"


CLOUD = {
    "QQ": "https://wx.mail.qq.com/ftn/download?func=3&k=1 市中区.docx", "NetEase": "超大附件 https://dashi.163.com/html/cloud-attachment-download/?key=a 市中区.docx",
    "Aliyun": "https://www.alipan.com/s/abc", "DingTalk's disk": "https://space.dingtalk.com/s/abc", "Yuque": "https://www.yuque.com/abc/def", "Shimo": "https://shimo.im/docs/abc",
    "Jianguoyun": "https://www.jianguoyun.com/p/abc", "123": "https://www.123pan.com/s/abc", "Quark": "https://pan.quark.cn/s/abc", "Xunlei": "https://pan.xunlei.com/s/abc",
    "iCloud": "https://www.icloud.com.cn/iclouddrive/abc", "WPS 365": "https://365.kdocs.cn/l/cabc", "Youdao": "https://note.youdao.com/s/abc",
}  # fmt: skip


@pytest.mark.parametrize("service", CLOUD)
def test_a_file_left_in_a_cloud_is_asked_for(service: str) -> None:
    assert says(said(f"材料 {CLOUD[service]}", "报送材料")) == "unreadable"


RETURNED = mail(container([text_part("undelivered"), part("message/delivery-status", b"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@example.cn\r\nAction: failed\r\nStatus: 5.0.0\r\n"), mail_part(reported())], "report", "=_U2"), subject="Undelivered", sender="MAILER-DAEMON@mx.example.cn")  # fmt: skip
EXCEL = '<table x:str>' + re.sub(r"<td", "<td class=xl65", ROWS).replace("1200名", "1200") + "</table>"  # fmt: skip
WORD = "<table class=MsoTableGrid>" + ROWS.replace("1200名", "<p class=MsoNormal><span lang=EN-US>12</span><span lang=EN-US>00</span>名<o:p></o:p></p>") + "</table>"  # fmt: skip
REPORTS = {
    "four mails deep": passed_on(passed_on(passed_on(passed_on(reported(), "=_U3"), "=_U4"), "=_U5"), "=_U6"),
    "in its own bounce, passed on": passed_on(RETURNED, "=_U7", "上次被退回，见内"),
    "pasted from Excel": page(EXCEL), "pasted from Word": page(WORD), "typed in lines": said(LINES, "市中区旬报表"),
    "above the quoted reminder": page(f"{PAGE}<div>------------------ 原始邮件 ------------------</div><div>发件人: x</div>", subject=REPLY),
    "as a file and in the mail": mail(container([text_part(PAGE, "html"), file_part()])),
    "called .doc": reported(file_part("旬报表.doc", kind="application/msword")), "called .zip": reported(file_part("旬报表.zip", kind="application/zip")),
    "called .txt": reported(file_part("旬报表.txt", kind="text/plain")), "called .jpg": reported(file_part("旬报表.jpg", kind="image/jpeg")),
    "without an ending": reported(file_part("旬报表", kind=OCTETS)), "in an archive in an archive": reported(file_part("a.zip", zipped(("b.zip", zipped(("c.docx", form_file())))), "application/zip")),
    "related to the page": mail(container([text_part("<p>x</p>", "html"), file_part()], "related")), "an alternative, in the wrong order": mail(container([file_part(), text_part("x")], "alternative")),
    "signed by PGP": mail(container([container([text_part("请查收"), file_part()], mark="=_U8"), part("application/pgp-signature", b"-----BEGIN PGP SIGNATURE-----\r\n")], "signed")),
    "by way of a forward of our reminder": reported(subject=FORWARD), "with an expiry": reported(headers=["Expires: Thu, 10 Sep 2015 10:00:00 +0800", "Importance: high"]),
    "answers go elsewhere": sent_by(UNIT, "Reply-To: x@other.example"), "a colleague's hand": sent_by(UNIT, "Sender: bangong@example.cn"),
    "to nobody named": reported().replace(f"To: {OURS}".encode(), b"To: undisclosed-recipients:;"),
}  # fmt: skip


@pytest.mark.parametrize("shape", REPORTS)
def test_a_report_counts_in_whatever_shape_it_comes(shape: str) -> None:
    assert figure(REPORTS[shape]) == 1200


HEARD = {
    "no From, a Sender": sent_by(None, f"Sender: {UNIT}"), "an empty From": sent_by(""), "From <> with a return path": sent_by("<>", f"Return-Path: <{UNIT}>"),
    "another's Sender": sent_by(UNIT, "Sender: x@other.example"), "another's mail, resent by the unit": sent_by("x@other.example", f"Resent-From: {UNIT}"),
    "resent by a colleague": sent_by(UNIT, "Resent-From: zxb@example.cn"), "a group address": sent_by(f"市中区:{UNIT};"),
    "by way of a list": sent_by("市中区 via list <list@x.example>", f"Reply-To: {UNIT}", "List-Id: <x.example>"),
    "forwarded by a rule": sent_by(UNIT, "Auto-Submitted: auto-forwarded", "X-Forwarded-For: a b"), "in the mail, marked as bulk": page(PAGE, "Precedence: junk"),
    "by the office system": reported(subject="[OA] 您有一封新公文：旬报表", headers=["X-Mailer: OA", "Auto-Submitted: auto-generated"]),
    "beside a delivery report": mail(container([text_part("上次退回，重发"), file_part()], "report"), subject="转发: 系统退信"),
}  # fmt: skip


@pytest.mark.parametrize("header", HEARD)
def test_whoever_sent_it_a_report_is_heard(header: str) -> None:
    assert says(HEARD[header]) in ("accepted", "held")


ASKED_AGAIN = {
    "locked, the password in the text": reported(file_part("a.zip", b"PK\x03\x04\x14\0\x09\0\x08\0" + bytes(30), "application/zip"), text="解压密码123456"),
    "a slide show": reported(file_part("旬报表.pptx", b"PK\x03\x04x", "application/vnd.ms-powerpoint")), "a broken 7z": reported(file_part("旬报表.7z", b"7z\xbc\xaf\x27\x1c" + b"0" * 40, OCTETS)),
    "half a file": reported(file_part(content=form_file()[: len(form_file()) // 2])), "nothing under a good subject": mail(text_part(""), subject="市中区9月10日旬报表"),
    "encrypted by PGP": mail(container([part("application/pgp-encrypted", b"Version: 1\r\n"), part(OCTETS, b"-----BEGIN PGP MESSAGE-----\r\nx\r\n-----END PGP MESSAGE-----\r\n")], "encrypted"), subject="9月10日"),
    "PGP in the text": said("-----BEGIN PGP MESSAGE-----\r\nhQ==\r\n-----END PGP MESSAGE-----", "9月10日"), "a figure under our subject": said("累计1200名，表见附件", FORWARD),
}  # fmt: skip


@pytest.mark.parametrize("kind", ASKED_AGAIN)
def test_what_was_meant_and_cannot_be_read_is_answered(kind: str) -> None:
    assert says(ASKED_AGAIN[kind]) == "unreadable"
