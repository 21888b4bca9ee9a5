"""Laws of reading mail: any bytes are read without raising, and every leaf of a mail is accounted for."""

import base64
import quopri
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from neighbour import DATA

from pipeline.model.mail import Message
from pipeline.reading import charsets
from pipeline.reading.mail import (
    cloud_links,
    headers,
    quoting,
    transfer_encoding,
)
from pipeline.reading.mail.message import parse
from pipeline.reading.mail.pages import html_body

RECEIVED = datetime(2015, 9, 10, 2, 0, tzinfo=UTC)
SAMPLES = sorted((DATA / "mail").glob("*/*.eml"))
FEW = settings(suppress_health_check=[HealthCheck.too_slow])

CHINESE = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
    min_size=1,
    max_size=12,
)
NAMES = st.builds(
    lambda stem, end: stem + end,
    CHINESE,
    st.sampled_from([".xls", ".docx", ".pdf", ""]),
)
# what begins like text would be a body, and a part that begins like base64 of a file is decoded: both are tested elsewhere
CONTENTS = st.binary(max_size=300).map(lambda data: b"\xd0\xcf" + data)


def read(raw: bytes) -> Message:
    message = parse(raw, RECEIVED)
    assert not [defect for defect in message.defects if "无法解析" in defect], (
        message.defects
    )
    return message


@st.composite
def leaves(draw: st.DrawFn) -> tuple[bytes, bytes | None]:
    """(MIME part as bytes, the attachment that must come out of it, None for a body or a signature)."""
    kind = draw(
        st.sampled_from(["file", "nameless", "body", "signature", "text file"])
    )
    content = draw(CONTENTS)
    encoding = draw(st.sampled_from(["base64", "quoted-printable"]))
    coded = (
        base64.encodebytes(content)
        if encoding == "base64"
        else quopri.encodestring(content)
    )
    end = f"Content-Transfer-Encoding: {encoding}\r\n\r\n".encode() + coded
    if kind == "body":
        return (
            b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
            + "见附件".encode(),
            None,
        )
    if kind == "signature":
        return (
            b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"
            + end,
            None,
        )
    name = draw(NAMES)
    if kind == "nameless":
        return b"Content-Type: application/octet-stream\r\n" + end, content
    if kind == "text file":
        return b'Content-Type: text/plain; name="' + name.encode(
            "gb18030"
        ) + b'"\r\n' + end, content
    return (
        b'Content-Disposition: inline; filename="'
        + name.encode()
        + b'"\r\n'
        + end,
        content,
    )


def container(
    parts: list[tuple[bytes, list[bytes]]], number: int
) -> tuple[bytes, list[bytes]]:
    mark = (
        f"=_b{number}_{sum(len(part) for part, _ in parts)}".encode()
    )  # longer than any mark inside, so never the same
    body = (
        b"".join(b"\r\n--" + mark + b"\r\n" + part for part, _ in parts)
        + b"\r\n--"
        + mark
        + b"--\r\n"
    )
    head = b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n\r\n'
    return head + body, [
        content for _, contents in parts for content in contents
    ]


def forwarded(part: tuple[bytes, list[bytes]]) -> tuple[bytes, list[bytes]]:
    return (
        b"Content-Type: message/rfc822\r\n\r\nFrom: a@example.cn\r\nSubject: x\r\n"
        + part[0],
        part[1],
    )


SINGLE = leaves().map(
    lambda leaf: (leaf[0], [leaf[1]] if leaf[1] is not None else [])
)
NUMBERS = st.integers(min_value=0, max_value=10**9)
TREES = st.recursive(
    SINGLE,
    lambda below: st.one_of(
        st.builds(container, st.lists(below, min_size=1, max_size=4), NUMBERS),
        st.builds(forwarded, below),
    ),
    max_leaves=8,
)


@FEW
@given(TREES)
def test_every_leaf_that_is_no_body_and_no_signature_is_an_attachment(
    tree: tuple[bytes, list[bytes]],
) -> None:
    raw, contents = tree
    message = read(b"From: a@example.cn\r\nSubject: s\r\n" + raw)
    assert sorted(file.content for file in message.attachments) == sorted(
        contents
    )
    assert sum(part.verdict == "attachment" for part in message.parts) == len(
        contents
    )


@FEW
@given(st.lists(SINGLE, min_size=1, max_size=5), NUMBERS)
def test_a_container_that_names_no_boundary_loses_nothing(
    parts: list[tuple[bytes, list[bytes]]], number: int
) -> None:
    parts = [
        (
            part
            if part.startswith(b"Content-T")
            else b"Content-Type: x/y\r\n" + part,
            files,
        )
        for part, files in parts
    ]
    raw, contents = container(parts, number)
    _, _, body = raw.partition(b"\r\n\r\n")
    message = read(
        b"From: a@example.cn\r\nContent-Type: multipart/mixed\r\n\r\n" + body
    )
    assert sorted(file.content for file in message.attachments) == sorted(
        contents
    )


@FEW
@given(st.binary(max_size=600))
def test_any_bytes_are_read(raw: bytes) -> None:
    message = read(raw)
    assert message.received_at == RECEIVED
    assert len(message.key) == len(message.fingerprint) == 64


PIECES = st.sampled_from(
    [b"From: ", b"Subject: =?gb2312?B?", b"?=", b"Content-Type: ", b"multipart/mixed", b"; boundary=", b'"', b"B", b"\r\n--B\r\n",
     b"--B--", b"\r\n", b"\n\n", b"message/rfc822", b"text/html", b"; charset=", b"gb2312", b"utf-7", b"Content-Transfer-Encoding: ",
     b"base64", b"x-uuencode", b"quoted-printable", b"begin 644 a.xls\n", b"end\n", b"<table><td>", b"<blockquote type=cite>", b"\xb9\xab",
     b"\x00", b"filename*0*=", b"utf-8''%E5", b";", b"<a href=http://pan.baidu.com/x>", b"message/delivery-status", b"multipart/report",
     b"\r\n ", b"Date: ", b"Wed, 32 Foo 99999 25:61:61 +9999", b"-----\xe5\x8e\x9f\xe5\xa7\x8b\xe9\x82\xae\xe4\xbb\xb6-----\n"]
)  # fmt: skip


@settings(max_examples=2 * settings().max_examples)
@given(st.lists(PIECES, max_size=40).map(b"".join))
def test_mails_of_broken_pieces_are_read(raw: bytes) -> None:
    assert read(raw).received_at == RECEIVED


@given(st.data())
def test_damaged_samples_are_read(data: st.DataObject) -> None:
    raw = bytearray(
        data.draw(st.sampled_from(SAMPLES), label="sample").read_bytes()[
            :20_000
        ]
    )
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(
            st.one_of(st.binary(max_size=8), PIECES)
        )
    assert read(bytes(raw)).received_at == RECEIVED


@given(
    CHINESE,
    st.sampled_from(
        [
            "gb2312",
            "gbk",
            "GB18030",
            "x-gbk",
            "cp936",
            "us-ascii",
            "",
            "utf-8",
            "nonsense",
        ]
    ),
)
def test_everyday_chinese_is_read_whatever_its_label(
    word: str, label: str
) -> None:
    sentence = f"现报送农民工入会旬报表，请查收。{word}"
    assert charsets.decode(sentence.encode("gb18030"), label) == sentence
    assert charsets.decode(sentence.encode("utf-8"), label) == sentence


@given(CHINESE, st.integers(1, 30), st.sampled_from(["gb18030", "utf-8"]))
def test_encoded_words_may_be_cut_anywhere(
    word: str, size: int, charset: str
) -> None:
    data = word.encode(charset)
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    coded = "\r\n ".join(
        f"=?{charset}?B?{base64.b64encode(chunk).decode()}?="
        for chunk in chunks
    )
    assert headers.words(coded) == charsets.decode(data, charset)


@given(st.text(max_size=80))
def test_a_shown_name_is_one_line_and_no_path(name: str) -> None:
    shown = headers.safe_name(name)
    assert not set(shown) & set("/\\\r\n\t\x00\u202e\u200b")
    assert shown not in (".", "..")
    assert headers.safe_name(shown) == shown


@given(
    st.binary(max_size=400).filter(bool),
    st.sampled_from([b"", "各位领导：\n".encode()]),
)
def test_a_uuencoded_file_comes_out_and_the_text_stays(
    content: bytes, text: bytes
) -> None:
    import binascii

    lines = b"".join(
        binascii.b2a_uu(content[at : at + 45])
        for at in range(0, len(content), 45)
    )
    left, files = transfer_encoding.split_uuencoded(
        text + b"begin 644 a.xls\n" + lines + b"`\nend\n"
    )
    assert [file.content for file in files] == [content]
    assert left == text


LINES = st.lists(
    st.one_of(
        st.sampled_from(["-----原始邮件-----", "发件人: a", "主题: b", "发送时间: c", "> x", "在 2015-09-10，某某写道：", "", "On 1 Sep, a wrote:"]),
        st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12),
        CHINESE,
    ),
    max_size=14,
)  # fmt: skip


@given(LINES)
def test_every_line_is_own_or_quoted(lines: list[str]) -> None:
    own, quoted = quoting.split("\n".join(lines))
    assert sorted(
        line for line in f"{own}\n{quoted}".split("\n") if line
    ) == sorted(line for line in lines if line)


@given(st.text(max_size=300))
def test_any_page_and_any_text_with_links_is_read(source: str) -> None:
    page = html_body.read(
        f"<div>{source}<a href='https://pan.baidu.com/{source[:9]}'>旬报.doc</a>{source}"
    )
    found = cloud_links.cloud_links(page.links, (page.text, source))
    assert all(link.url.startswith("http") for link in found)


def test_the_same_mail_by_another_way_has_the_same_fingerprint() -> None:
    body = b"Message-ID: <1@example.cn>\r\nFrom: a@example.cn\r\n\r\nx\r\n"
    one, two = (
        parse(b"Received: from a\r\n" + body, RECEIVED),
        parse(body.replace(b"\r\n", b"\n"), RECEIVED),
    )
    assert one.fingerprint == two.fingerprint
    assert one.key != two.key
    assert (
        parse(body.replace(b"<1@", b"<2@"), RECEIVED).fingerprint
        != one.fingerprint
    )
