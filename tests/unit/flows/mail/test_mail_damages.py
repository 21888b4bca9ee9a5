"""Reports that broke on the way, or that a program wrote in a way of its own: read as they were meant."""

import base64
import binascii
import io
import re
import zipfile

import pytest
from mails.judge import figure, says
from mails.makers import (
    DOCX,
    b64,
    container,
    file_part,
    form_file,
    mail,
    mail_part,
    part,
    reported,
    text_part,
    word,
)

FORM = reported()
PAGE = (
    "<table><tr><td>报送单位</td><td>市中区</td><td>报送时间</td><td>2015年9月10日</td></tr>"
    "<tr><td>已完成目标任务数</td><td colspan=3>1200名</td></tr>"
    "<tr><td>主要工作举措</td><td colspan=3>一、开展宣传。二、加强督导。</td></tr></table>"
)
NAME = word("旬报表.docx").encode()
HEAD, _, BODY = FORM.partition(b"\r\n\r\n")
MARK = b'boundary="=_B1"'
ENCODING = b"Content-Transfer-Encoding: base64"
DISPOSITION = b"\r\nContent-Disposition"


def encoded(encoding: str, body: bytes) -> bytes:
    """A report whose file is written in that encoding, without a name of its own."""
    one = part(
        f'{DOCX}; name="a.docx"', body, f"Content-Transfer-Encoding: {encoding}"
    )
    return mail(container([text_part("请查收"), one]))


def unlabelled(label: bytes) -> bytes:
    """The file in base64, under another label, or none."""
    return FORM.replace(ENCODING + DISPOSITION, label + DISPOSITION)


def uuencoded(name: str, content: bytes) -> bytes:
    lines = [f"begin 644 {name}".encode()]
    for at in range(0, len(content), 45):
        lines.append(binascii.b2a_uu(content[at : at + 45]).rstrip(b"\n"))
    return b"\r\n".join([*lines, b"`", b"end", b""])


def yencoded(name: str, content: bytes) -> bytes:
    """As yenc.org 1.3 has it: octets moved by 42, the critical ones escaped."""
    code = b""
    for octet in content:
        moved = (octet + 42) % 256
        if moved in b"\0\n\r=":
            code += b"=" + bytes([(moved + 64) % 256])
        else:
            code += bytes([moved])
    # No line may end between an escape and what it escapes
    lines = re.findall(rb"(?s)(?:=.|[^=]){1,128}", code)
    size = len(content)
    begin = f"=ybegin line=128 size={size} name={name}".encode()
    return b"\r\n".join([begin, *lines, f"=yend size={size}".encode(), b""])


def in_iso_2022_cn(text: str) -> bytes:
    """RFC 1922: the set named, shifted out for Chinese and in again for the rest."""
    found = b""
    for run in re.findall(r"[\x00-\x7f]+|[^\x00-\x7f]+", text):
        if run.isascii():
            found += run.encode()
        else:
            octets = run.encode("gb2312")
            seven = bytes(octet & 0x7F for octet in octets)
            found += b"\x1b$)A\x0e" + seven + b"\x0f"
    return found


def zipped(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def lines_of(content: bytes, front: bytes, joint: bytes) -> bytes:
    return joint.join(front + line for line in b64(content).split(b"\r\n"))


DAMAGED = {
    "no closing delimiter": FORM.replace(b"--=_B1--\r\n", b""),
    "blanks behind delimiters": FORM.replace(b"--=_B1\r\n", b"--=_B1  \r\n"),
    "no boundary named": FORM.replace(b"; " + MARK, b""),
    "another boundary named": FORM.replace(MARK, b'boundary="=_XX"'),
    "boundary without quotes": FORM.replace(MARK, b"boundary==_B1"),
    "boundary with one quote": FORM.replace(MARK, b'boundary="=_B1'),
    "boundary in single quotes": FORM.replace(MARK, b"boundary='=_B1'"),
    "container's type lost": FORM.replace(b"Content-Type: multipart/mixed; " + MARK + b"\r\n", b""),
    "a second type first": FORM.replace(b"Content-Type: multipart", b"Content-Type: text/plain\r\nContent-Type: multipart"),
    "a second type last": FORM.replace(MARK + b"\r\n", MARK + b"\r\nContent-Type: text/plain\r\n", 1),
    "fold by a vertical tab": FORM.replace(b"; " + MARK, b";\r\n\x0b" + MARK),
    "LF alone": FORM.replace(b"\r\n", b"\n"),
    "line ends mixed": FORM.replace(b"\r\n\r\n", b"\n\n", 1),
    "line ends doubled": FORM.replace(b"\r\n", b"\n\n"),
    "CR CR LF below the header": HEAD + b"\r\n\r\n" + BODY.replace(b"\r\n", b"\r\r\n"),
    "a NUL in the header": FORM.replace(b"MIME-Version", b"X-Nul: a\0b\r\nMIME-Version"),
    "a NUL in the subject": FORM.replace(b"Subject: ", b"Subject: \0"),
    "subject in raw GBK": FORM.replace(word("市中区旬报表").encode(), "市中区旬报表".encode("gb18030")),
    "file name in raw GBK": FORM.replace(NAME, "旬报表.docx".encode("gb18030")),
    "a banner first": b"<!-- scanned by gw -->\r\n" + FORM,
    "an SMTP answer first": b"250 OK\r\n" + FORM,
    "a POP answer first": b"+OK 12345 octets\r\n" + FORM,
    "Return-Path cut off": b"Return-Path: <shizhongqu@example.cn>\r\n\r\n" + FORM,
    "a dot at the end": FORM + b".\r\n",
    "BOM, empty line, mbox line": b"\xef\xbb\xbf\r\n>From x@y Thu Sep 10 09:30:00 2015\r\n" + FORM,
    "UTF-16": FORM.decode("latin1").encode("utf-16"),
    "no blank line before the file": FORM.replace(b'filename="' + NAME + b'"\r\n\r\n', b'filename="' + NAME + b'"\r\n'),
    "encoding Base-64": FORM.replace(ENCODING, b"Content-Transfer-Encoding: Base-64"),
    "encoding base64;": FORM.replace(ENCODING, ENCODING + b";"),
    "encoding with a comment": FORM.replace(ENCODING, ENCODING + b" (encoded)"),
    "no encoding named": unlabelled(b"X-None: 1"),
    "8bit named": unlabelled(b"Content-Transfer-Encoding: 8bit"),
    "quoted-printable named": unlabelled(b"Content-Transfer-Encoding: quoted-printable"),
    "base64 with empty lines": encoded("base64", b64(form_file()).replace(b"\r\n", b"\r\n\r\n")),
    "base64 in one line": encoded("base64", base64.b64encode(form_file())),
    "base64 without its end": encoded("base64", b64(form_file()).rstrip(b"\r\n=")),
    "base64 with blanks and a footer": encoded("base64", lines_of(form_file(), b"", b"   ") + b"\r\n\r\n-- \r\nfooter"),
    "base64 in the alphabet of the web": encoded("base64", base64.urlsafe_b64encode(form_file())),
    "base64 in two pieces, each padded": encoded("base64", base64.b64encode(form_file()[:1000]) + b"\r\n" + base64.b64encode(form_file()[1000:])),
    "base64 twice": encoded("base64", b64(b64(form_file()))),
    "base64 within quoted-printable": encoded("quoted-printable", b64(form_file()).replace(b"=", b"=3D")),
    "uuencode called base64": encoded("base64", uuencoded("a.docx", form_file())),
    "a page in base64, not labelled": mail(part("text/html; charset=utf-8", b64(PAGE.encode()))),
    "a page with blanks behind its lines": mail(part("text/html; charset=utf-8", binascii.b2a_qp(PAGE.encode()).replace(b"=\n", b"=  \r\n"), "Content-Transfer-Encoding: quoted-printable")),
    "one boundary for two containers": mail(container([container([text_part("x"), text_part("<p>x</p>", "html")], "alternative"), file_part()])),
    "a boundary that begins another": mail(container([container([text_part("x"), text_part("<p>x</p>", "html")], "alternative", "=_B1x"), file_part()])),
    "type mixed": FORM.replace(b"multipart/mixed", b"mixed"),
    "base64 quoted": encoded("base64", lines_of(form_file(), b"> ", b"\r\n")),
    "quoted-printable": encoded("quoted-printable", binascii.b2a_qp(form_file(), istext=False).replace(b"\n", b"\r\n")),
    "binary": encoded("binary", form_file()),
    "uuencode": encoded("x-uuencode", uuencoded("a.docx", form_file())),
    "uuencode in a text": mail(part("text/plain", b"see\r\n\r\n" + uuencoded("report.docx", form_file()))),
    "called a text": reported(file_part(kind="text/plain")),
    "without a name": reported(part("application/octet-stream", b64(form_file()), ENCODING.decode())),
    "without a name, inline": reported(part("application/octet-stream", b64(form_file()), ENCODING.decode(), "Content-Disposition: inline")),
    "a name in pieces": reported(part("application/msword; name*0*=utf-8''%E6%97%AC; name*1*=.docx", b64(form_file()), ENCODING.decode())),
    "the mail is the file": mail(part(f'{DOCX}; name="a.docx"', b64(form_file()), ENCODING.decode())),
    "an alternative": mail(container([text_part("请查收"), file_part()], "alternative")),
    "related to a page": mail(container([text_part("<p>请查收</p>", "html"), file_part(disposition="inline")], "related")),
    "of a Mac": mail(container([text_part("请查收"), container([part("application/applefile", b64(b"\0\5\x16\7" + bytes(40)), ENCODING.decode()), file_part()], "appledouble", "=_AD")])),
    "base64 as a page shows it": encoded("base64", b64(form_file()).replace(b"\r\n", b"<br>\r\n")),
    "base64 as an address": encoded("base64", b"data:application/octet-stream;base64," + b64(form_file())),
    "base64 under its own header once more": encoded("base64", b"Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(form_file())),
    "base64 with blanks for plus signs": encoded("base64", b64(form_file()).replace(b"+", b" ")),
    "a page behind a gateway's own": mail(text_part(f"<html><body>外部邮件，请注意</body></html>\r\n<!DOCTYPE html><html><head><title>x</title></head><body>{PAGE}</body></html>", "html")),
    "a page's form behind its end": mail(text_part(f"<html><body>请查收</body></html>{PAGE}", "html")),
    "a file with its form behind its end": reported(file_part("旬报.html", f"<html><body>x</body></html>{PAGE}".encode(), "text/html")),
    "yEnc": encoded("x-yenc", yencoded("a.docx", form_file())),
    "yEnc in a text": mail(part("text/plain; charset=iso-8859-1", b"see\r\n" + yencoded("report.docx", form_file()), "Content-Transfer-Encoding: 8bit")),
    "a page in ISO-2022-CN": mail(part("text/html; charset=iso-2022-cn", in_iso_2022_cn(PAGE))),
    "a page in ISO-2022-CN, not labelled": mail(part("text/html", in_iso_2022_cn(PAGE))),
    "a page in HZ, not labelled": mail(part("text/html", PAGE.encode("hz"))),
    "a page in UTF-8, encoded once more": mail(part("text/html; charset=utf-8", PAGE.encode().decode("latin-1").encode(), "Content-Transfer-Encoding: 8bit")),
    "a saved page called what it is inside": reported(file_part("旬报.mht", mail(container([text_part(PAGE, "html")], "related")), "multipart/related")),
    "the whole body in base64": mail(b"Content-Type: multipart/mixed; " + MARK + b"\r\n" + ENCODING + b"\r\n\r\n" + b64(BODY)),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_report_counts(damage: str) -> None:
    assert figure(DAMAGED[damage]) == 1200


SENDERS = (
    b'"shi <shizhongqu@example.cn>', "市中区＜shizhongqu＠example.cn＞".encode(), b"<shizhongqu@example.cn.>", b"<shizhongqu@example.cn",
    b"=?utf-8?B?" + base64.b64encode("市中区 <shizhongqu@example.cn>".encode()) + b"?=", b"<mailto:shizhongqu@example.cn>",
    b"<'shizhongqu@example.cn'>", b"=?utf-8?B?5biC5Lit5Yy6?=shizhongqu@example.cn", b"SHIZHONGQU@EXAMPLE.CN (Zhang)",
)  # fmt: skip


@pytest.mark.parametrize("sender", SENDERS)
def test_a_sender_that_is_plain_is_understood(sender: bytes) -> None:
    written = re.sub(rb"(?m)^From: [^\r]*", b"From: " + sender, FORM)
    assert figure(written) == 1200


def forwarded(inner: bytes, *headers: str) -> bytes:
    parts = [text_part("转发，请查收"), part("message/rfc822", inner, *headers)]
    return mail(container(parts), subject="转发: 市中区旬报表")


def kept_as(name: str, content: bytes, kind: str) -> bytes:
    return reported(file_part(name, content, kind))


OCTETS = "application/octet-stream"
NESTED = {
    "BOM": forwarded(b"\xef\xbb\xbf" + FORM),
    "base64": forwarded(b64(FORM), ENCODING.decode()),
    "in a mail in a mail": forwarded(forwarded(forwarded(FORM))),
    "a file": kept_as("转发.eml", FORM, OCTETS),
    "a file with BOM and empty line": kept_as("转发.eml", b"\xef\xbb\xbf\r\n" + FORM, OCTETS),
    "a text with CR CR LF": kept_as("转发.eml", FORM.replace(b"\r\n", b"\r\r\n"), "text/plain"),
    "a mailbox line first": kept_as("转发.eml", b"From a@b Thu Sep 10 09:30:00 2015\r\n" + FORM, "message/rfc822"),
    "in UTF-16": kept_as("转发.eml", FORM.decode("latin1").encode("utf-16"), OCTETS),
    "blanks before colons": kept_as("转发.eml", FORM.replace(b"Content-Type:", b"Content-Type :"), OCTETS),
    "no name that says so": kept_as("ATT00001.dat", FORM, OCTETS),
    "in an archive": kept_as("mail.zip", zipped("a.eml", FORM), "application/zip"),
    "a digest": mail(container([mail_part(FORM)], "digest")),
}  # fmt: skip


@pytest.mark.parametrize("shape", NESTED)
def test_a_report_in_a_mail_in_the_mail_counts(shape: str) -> None:
    assert figure(NESTED[shape]) == 1200


TOLD = {
    "a part of a mail that was split": mail(part('message/partial; id="x@y"; number=1; total=2', FORM[:3000])),
    "a file that lies elsewhere": mail(part('message/external-body; access-type=URL; URL="http://files.example.cn/a.docx"', b"Content-Type: application/msword\r\n\r\n")),
}  # fmt: skip


@pytest.mark.parametrize("shape", TOLD)
def test_what_did_not_come_whole_is_answered(shape: str) -> None:
    assert says(TOLD[shape]) in ("unreadable", "held")
