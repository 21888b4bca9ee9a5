"""No report unheard: whatever headers, seals or wrappings a registered sender's form comes in, it counts, is held, or its
sender is answered."""

import pytest
from mails.judge import figure, judged, says
from mails.makers import (
    UNIT,
    b64,
    container,
    file_part,
    form_file,
    mail,
    part,
    reported,
    said,
    text_part,
)

HEADERS = (
    "Precedence: junk", "Precedence: list\r\nList-Id: <a.example.cn>", "X-Auto-Response-Suppress: All", "Auto-Submitted: auto-generated",
    "Auto-Submitted: auto-replied", "Auto-Submitted: auto-forwarded", "X-Autoreply: false", "X-Autorespond: yes", "X-Xunbao: due_reminder",
    "List-Unsubscribe: <mailto:x@example.cn>", "X-Mailer: vacation", "Return-Path: <>", "X-Spam-Flag: YES", "X-QQ-mid: autoreplyx", "Feedback-ID: x",
    f"Disposition-Notification-To: <{UNIT}>", "X-Loop: lsszghzxb@126.com", "X-Failed-Recipients: a@b.example", "Precedence: auto_reply",
    "X-MS-Exchange-Inbox-Rules-Loop: lsszghzxb@126.com", "Delivered-To: lsszghzxb@126.com", "X-MS-Exchange-Message-Is-Ndr:", "X-Priority: 5",
    "X-Auto-Reply: yes", "X-Vacation: yes", "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent", "X-Notes-Item: OutOfOffice",
)  # fmt: skip


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_hides_no_form(header: str) -> None:
    assert says(reported(headers=header.split("\r\n"))) in ("accepted", "held")


PAGE = (
    "<table><tr><td>报送单位</td><td>市中区</td><td>报送时间</td><td>2015年9月10日</td></tr><tr><td>已完成目标任务数</td>"
    "<td colspan=3>1200名</td></tr><tr><td>主要工作举措</td><td colspan=3>一、开展宣传。二、加强督导。</td></tr></table>"
)


def test_a_header_hides_no_form_in_the_text() -> None:
    raw = mail(text_part(PAGE, "html"), "Precedence: bulk")
    assert says(raw) in ("accepted", "held")


LINKS = {
    "QQ": "http://mail.qq.com/cgi-bin/ftnExs_download?k=11&code=22 峨眉山景区9.10.docx",
    "Weiyun": "文件“市中区9月.docx” https://share.weiyun.com/5abcDEF",
    "NetEase": "http://u.163.com/abcd 市中区.docx 过期时间：2015年10月1日",
    "Baidu": "链接: https://pan.baidu.com/s/1abcdefg 提取码: ab12",
    "Baidu share": "https://pan.baidu.com/share/link?shareid=1&uk=2",
    "Aliyun drive": "https://www.aliyundrive.com/s/abcdEFGH",
    "Tencent docs": "https://docs.qq.com/sheet/DUHabc",
    "WPS": "https://kdocs.cn/l/cabcdefg",
    "WPS www": "https://www.kdocs.cn/view/l/cabcdefg",
    "Feishu": "https://abc.feishu.cn/file/boxcnabc",
    "DingTalk": "https://alidocs.dingtalk.com/i/nodes/abc",
    "WeCom": "https://drive.weixin.qq.com/s?k=AAAA",
    "WeTransfer": "https://we.tl/t-abcdef",
    "OneDrive": "https://1drv.ms/x/s!Abcd",
    "SharePoint": "https://abc-my.sharepoint.com/:x:/g/personal/a/Eabc",
    "Google": "https://docs.google.com/spreadsheets/d/1abc/edit",
    "Sina": "http://vdisk.weibo.com/s/abcd",
    "139": "https://caiyun.139.com/m/i?abc",
    "189": "https://cloud.189.cn/t/abc",
    "Lanzou": "https://wwa.lanzoui.com/iabc",
    "360": "http://yunpan.360.cn/surl_abc",
    "Dropbox": "https://www.dropbox.com/s/abc/a.docx?dl=0",
    "Coremail": "http://mail.example.gov.cn/coremail/common/nf/download?id=1 附件 市中区.docx",
    "Exmail": "https://exmail.qq.com/cgi-bin/ftnExs_download?k=a&t=exs_ftn_download",
    "UC": "https://drive.uc.cn/s/abc",
    "sohu": "https://pan.sohu.com/f/abc",
}  # fmt: skip


@pytest.mark.parametrize("service", LINKS)
@pytest.mark.parametrize("as_page", [False, True])
def test_a_file_that_lies_in_a_cloud_is_answered(
    service: str, as_page: bool
) -> None:
    link = LINKS[service]
    raw = said(f"我区材料请下载 {link}", "报送材料")
    if as_page:
        url = next(w for w in link.split() if "://" in w)
        text = link.replace(url, "").strip() or url
        page = f'<div>我区材料</div><a href="{url}">{text}</a>'
        raw = mail(text_part(page, "html"), subject="报送材料")
    assert says(raw) == "unreadable"
    assert "cloud_link" in {f.outcome.value for f in judged(raw).files}


def test_a_file_at_a_service_that_nobody_knows_is_answered() -> None:
    link = "材料请下载：https://files.example.gov.cn/s/abc 市中区.docx"
    assert says(said(link, "报送材料")) == "unreadable"


ORDINARY = (
    "详见 http://www.example.gov.cn/art/2015/9/10/art_1_2.html", "学习强国 https://www.xuexi.cn/lgpage/detail/index.html", "http://weibo.com/abc",
    "电话 0833-1234567 网址 www.example.cn",
)  # fmt: skip


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_link_is_no_file(text: str) -> None:
    assert says(said(text, "工作动态")) == "ignored"


def sealed(kind: str, name: str, content: bytes) -> bytes:
    one = part(
        f'{kind}; name="{name}"',
        b64(content),
        "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment; filename="{name}"',
    )
    return mail(one, subject="9月10日")


def value(tag: int, content: bytes) -> bytes:
    """One ASN.1 value, definite."""
    size = len(content).to_bytes(4, "big")
    return bytes([tag, 0x84]) + size + content


def cms(kind: str, inner: bytes) -> bytes:
    """A ContentInfo of RFC 5652 as far as its reader looks."""
    return value(0x30, value(0x06, bytes.fromhex(kind)) + value(0xA0, inner))


DATA = value(0x06, bytes.fromhex("2a864886f70d010701"))


def signed(entity: bytes) -> bytes:
    inside = value(0x30, DATA + value(0xA0, value(0x04, entity)))
    body = value(0x02, b"\1") + value(0x31, b"") + inside
    return cms("2a864886f70d010702", value(0x30, body))


ENVELOPED = cms("2a864886f70d010703", value(0x30, value(0x02, b"\0")))
ENTITY = container([text_part("请查收"), file_part()], mark="=_IN")
SIGNED = {
    "as RFC 8551": sealed("application/pkcs7-mime; smime-type=signed-data", "smime.p7m", signed(ENTITY)),
    "an older type": sealed("application/x-pkcs7-mime", "smime.p7m", signed(ENTITY)),
    "as a file": sealed("application/octet-stream", "smime.p7m", signed(ENTITY)),
    "in text form": mail(container([text_part("x"), part('application/pkcs7-mime; name="smime.p7m"', b"-----BEGIN PKCS7-----\r\n" + b64(signed(ENTITY)) + b"-----END PKCS7-----\r\n")])),
    "called a signature": sealed("application/x-pkcs7-signature", "smime.p7s", signed(ENTITY)),
    "the file alone": reported(file_part("旬报表.docx.p7m", signed(form_file()), "application/octet-stream")),
    "within a list's container": mail(container([sealed("application/pkcs7-mime", "smime.p7m", signed(ENTITY)).partition(b"MIME-Version: 1.0\r\n")[2], text_part("-- footer")], mark="=_F")),
    "signed twice": sealed("application/pkcs7-mime", "smime.p7m", signed(sealed("application/pkcs7-mime", "smime.p7m", signed(ENTITY)))),
    "beside its signature": mail(container([ENTITY, part('application/pkcs7-signature; name="smime.p7s"', b64(b"0\x82"), "Content-Transfer-Encoding: base64")], "signed")),
    "by PGP": mail(container([ENTITY, part("application/pgp-signature", b"-----BEGIN PGP SIGNATURE-----\r\n")], "signed")),
}  # fmt: skip


@pytest.mark.parametrize("seal", SIGNED)
def test_a_signed_form_counts(seal: str) -> None:
    assert figure(SIGNED[seal]) == 1200


PGP = (
    b"-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"
)
ENCRYPTED = {
    "S/MIME": sealed("application/pkcs7-mime; smime-type=enveloped-data", "smime.p7m", ENVELOPED),
    "S/MIME as a file": sealed("application/octet-stream", "smime.p7m", ENVELOPED),
    "PGP/MIME": mail(container([part("application/pgp-encrypted", b"Version: 1\r\n"), part("application/octet-stream", PGP)], "encrypted"), subject="9月10日"),
    "PGP in the text": mail(part("text/plain", PGP), subject="9月10日"),
    "a PGP file": mail(container([text_part("请查收"), part('application/octet-stream; name="a.docx.pgp"', PGP)]), subject="9月10日"),
    "Microsoft's message.rpmsg": mail(container([text_part("受保护的邮件"), part('application/x-microsoft-rpmsg-message; name="message.rpmsg"', b64(b"\x76\xe8\x04\x60\xc4\x11\xe3\x86rights"), "Content-Transfer-Encoding: base64")]), subject="9月10日"),
}  # fmt: skip


@pytest.mark.parametrize("header", [b"Precedence: bulk", b"X-Autoreply: yes"])
def test_an_encrypted_mail_is_never_silently_ignored(header: bytes) -> None:
    raw = ENCRYPTED["S/MIME"]
    marked = raw.replace(b"MIME-Version", header + b"\r\nMIME-Version", 1)
    assert says(marked) == "unreadable"


@pytest.mark.parametrize("seal", ENCRYPTED)
def test_an_encrypted_mail_is_answered(seal: str) -> None:
    raw = ENCRYPTED[seal]
    assert says(raw) == "unreadable"
    assert "mail_encrypted" in {f.outcome.value for f in judged(raw).files}


def tnef(name: str, content: bytes) -> bytes:
    """A winmail.dat with one file (MS-OXTNEF 2.1): signature, key, then its attributes."""

    def attribute(level: int, number: int, data: bytes) -> bytes:
        head = bytes([level]) + number.to_bytes(4, "little")
        check = (sum(data) & 0xFFFF).to_bytes(2, "little")
        return head + len(data).to_bytes(4, "little") + data + check

    rendering = attribute(2, 0x00069002, bytes(14))
    title = attribute(2, 0x00018010, name.encode("gbk") + b"\0")
    data = attribute(2, 0x0006800F, content)
    version = attribute(1, 0x00089006, (0x00010000).to_bytes(4, "little"))
    head = (0x223E9F78).to_bytes(4, "little") + b"\1\0"
    return head + version + rendering + title + data


@pytest.mark.parametrize(
    "kind", ["application/ms-tnef", "application/octet-stream"]
)
def test_a_form_in_winmail_dat_counts(kind: str) -> None:
    sheet = tnef("旬报表.docx", form_file())
    assert figure(reported(file_part("winmail.dat", sheet, kind))) == 1200


def test_a_winmail_dat_that_cannot_be_read_is_answered() -> None:
    broken = tnef("旬报表.docx", form_file())[:900]
    raw = reported(file_part("winmail.dat", broken, "application/ms-tnef"))
    assert says(raw) == "unreadable"
