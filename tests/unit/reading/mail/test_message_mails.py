"""Reading whole mails: shapes of real programs, built here, and the sample mails of tests/data."""

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from neighbour import DATA

from pipeline.model.mail import Address, MailNature, Message
from pipeline.reading.child.frames import MESSAGES
from pipeline.reading.mail.message import parse

RECEIVED = datetime(2025, 9, 10, 10, 0, tzinfo=timezone(timedelta(hours=8)))
MAIL = DATA / "mail"
REPORT_NAME = "市中区总工会9月10日农民工入会旬报表"


def sample(pattern: str) -> Message:
    return parse(next(MAIL.glob(pattern)).read_bytes(), RECEIVED)


def mail(*header: str, body: str = "x") -> bytes:
    head = ["From: a@example.cn", "Message-ID: <1@example.cn>", *header]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


def part(content: bytes, *header: str) -> str:
    lines = [
        *header,
        "Content-Transfer-Encoding: base64",
        "",
        base64.b64encode(content).decode(),
    ]
    return "\r\n".join(lines)


def mixed(
    *parts: str, kind: str = "multipart/mixed", mark: str = "B"
) -> tuple[str, str]:
    body = (
        "".join(f"\r\n--{mark}\r\n{one}" for one in parts)
        + f"\r\n--{mark}--\r\n"
    )
    return f'Content-Type: {kind}; boundary="{mark}"', body


# --- the sample mails -------------------------------------------------------------------------------------------------

FILES = {  # repro/NN -> (name, length) of each attachment
    "01": [("a.xlsx", 1028)], "10": [("未命名附件", 1028)], "11": [("未命名附件.jpg", 1028)], "12": [("未命名附件.pdf", 14)],
    "13": [("report.xls", 1028)], "15": [("旬报表.xls", 1028)], "16": [("a.xls", 1028)], "20": [(f"{REPORT_NAME}.xlsx", 1028)],
    "21": [("朱镕基、陶喆、李堃名册.xlsx", 1028)], "22": [(f"{REPORT_NAME}.xlsx", 1028)], "23": [(f"{REPORT_NAME}.xlsx", 1028)],
    "24": [("李堃、陶喆名册.xlsx", 1028)], "25": [(f"{REPORT_NAME}.xlsx", 1028)], "26": [("9月 report v2.xlsx", 1028)],
    "27": [("诚乗乗.xls", 1028)], "28": [(f"{REPORT_NAME}.xlsx", 1028)], "29": [(f"{REPORT_NAME}.xlsx", 1028)],
    "2a": [(f"{REPORT_NAME}.xlsx", 1028)], "2b": [("passwdxslx.exe", 1028)], "2c": [("市中区旬报.xlsx", 1028)],
    "60": [("inner.xls", 1028)], "61": [("inner.xls", 1028)], "62": [("inner.xls", 1028)], "63": [("inner.xls", 1028)],
    "70": [("a.xls", 1028)],
}  # fmt: skip


@pytest.mark.parametrize("number", FILES)
def test_no_attachment_of_the_repro_mails_is_lost(number: str) -> None:
    files = sample(f"repro/{number}_*.eml").attachments
    assert [(file.name, len(file.content)) for file in files] == FILES[number]
    if number != "12":
        assert files[0].content.startswith(b"PK\x03\x04")


def test_a_truncated_attachment_keeps_what_came() -> None:
    (file,) = sample("repro/17_*.eml").attachments
    whole = sample("repro/16_*.eml").attachments[0].content
    assert len(file.content) > 900
    assert whole.startswith(file.content[:-2])


@pytest.mark.parametrize("number", ["30", "31", "32", "33", "34", "35", "36"])
def test_texts_with_lying_labels_are_read(number: str) -> None:
    body = f"各位领导：\n    现报送{REPORT_NAME}，联系人：朱镕、陶喆、李堃。"
    assert sample(f"repro/{number}_*.eml").text == body


def test_four_byte_characters_and_one_bad_byte() -> None:
    assert sample("repro/37_*.eml").text == "𠮷野、㐂、䶮"
    assert sample("repro/38_*.eml").text.startswith(
        f"各位领导：\n    现报送{REPORT_NAME}，联系人：朱镕、陶喆、李堃"
    )


@pytest.mark.parametrize("number", ["40", "41", "42", "43", "47"])
def test_subjects_of_the_repro_mails(number: str) -> None:
    assert (
        sample(f"repro/{number}_*.eml").subject
        == f"转发：{REPORT_NAME}（李堃）"
    )


def test_broken_and_doubled_headers() -> None:
    assert sample("repro/44_*.eml").subject == "first"
    assert sample("repro/46_*.eml").subject == "市中区总工会 x"
    assert sample("repro/48_*.eml").message_id == "<48@126.com>"
    assert sample("repro/45_*.eml").sender == Address("wang@126.com", "王小明")
    comma = sample("repro/49_*.eml")
    assert comma.sender == Address("wang@126.com", "王小明,办公室")
    assert comma.recipients == (
        Address("a@126.com", "总工会"),
        Address("b@126.com"),
    )


@pytest.mark.parametrize("number", ["51", "52", "53", "54"])
def test_dates_without_a_good_zone_are_chinese(number: str) -> None:
    assert sample(f"repro/{number}_*.eml").written_at == datetime(
        2025, 9, 10, 2, 0, tzinfo=UTC
    )


@pytest.mark.parametrize("number", ["02", "03", "71", "72", "73", "74"])
def test_bombs_of_the_repro_mails_are_read_within_bounds(number: str) -> None:
    message = sample(f"repro/{number}_*.eml")
    assert message.sender.email
    assert message.subject
    assert len(message.parts) < 2_100


@pytest.mark.parametrize("number", ["60", "61", "62", "63"])
def test_a_forwarded_mail_gives_its_files_and_no_text_of_the_sender(
    number: str,
) -> None:
    message = sample(f"repro/{number}_*.eml")
    assert message.subject == "outer"
    assert "内层正文" in message.quoted
    assert "内层正文" not in message.text
    assert len(message.attachments[0].inside) == 1


NATURES = {
    "14": MailNature.AUTO_REPLY, "15": MailNature.AUTO_REPLY, "16": MailNature.BOUNCE, "17": MailNature.BOUNCE,
    "18": MailNature.BOUNCE, "19": MailNature.DELAY, "22": MailNature.READ_RECEIPT, "23": MailNature.LIST,
}  # fmt: skip


def test_the_nature_of_every_client_mail() -> None:
    natures = {
        path.name[:2]: parse(path.read_bytes(), RECEIVED).nature
        for path in MAIL.glob("clients/*.eml")
    }
    assert natures == {
        number: NATURES.get(number, MailNature.PERSON) for number in natures
    }


@pytest.mark.parametrize(
    "number", ["01", "02", "10", "11", "12", "20", "25", "26", "29", "30", "31"]
)
def test_subjects_of_the_client_mails(number: str) -> None:
    subject = sample(f"clients/{number}_*.eml").subject
    assert subject.endswith(REPORT_NAME) or (
        number == "11" and subject == "Fw:旬报"
    )


CLIENT_FILES = {
    "01": f"{REPORT_NAME}.xlsx", "02": f"{REPORT_NAME}（李堃）.xlsx", "03": "永安街道农民工入会旬报（9.10）.xlsx", "06": "旬报表.et",
    "07": "IMG_2031.jpeg", "08": "旬报表䶮.xls", "09": "旬报表.xlsx", "10": f"{REPORT_NAME}.xlsx", "11": f"{REPORT_NAME}（李堃）.xlsx",
    "24": "补-lsxsl.exe", "25": f"{REPORT_NAME}.xls", "26": f"{REPORT_NAME}.xls", "27": "李堃、朱镕旬报.xlsx", "28": "book1.xlsx",
    "31": "baobiao.zip", "32": "xunbao.xls",
}  # fmt: skip


@pytest.mark.parametrize("number", CLIENT_FILES)
def test_the_file_of_each_client_mail(number: str) -> None:
    assert [
        file.name for file in sample(f"clients/{number}_*.eml").attachments
    ] == [CLIENT_FILES[number]]


def test_texts_of_client_mails() -> None:
    assert sample("clients/04_*.eml").text == "旬报见附件，请查收。"
    assert sample("clients/08_*.eml").text == "填报人：䶮㛃"
    assert sample("clients/09_*.eml").text == "已填好，见附件。"
    assert sample("clients/13_*.eml").text == "本旬无新增，零报告。"
    assert (
        sample("clients/13_*.eml").in_reply_to == "<remind-20250908-17@126.com>"
    )
    forward = sample("clients/12_*.eml")
    assert forward.text == ""
    assert "见附件" in forward.quoted


def test_the_same_message_twice_has_one_fingerprint_and_a_resend_another() -> (
    None
):
    first, again, resent = (
        sample(f"clients/{number}_*.eml") for number in ("01", "30", "29")
    )
    assert first.fingerprint == again.fingerprint
    assert first.key != again.key
    assert resent.fingerprint != first.fingerprint


def test_bounces_name_the_mail_that_came_back() -> None:
    dsn, page, qq, delay = (
        sample(f"clients/{number}_*.eml").bounce
        for number in ("16", "17", "18", "19")
    )
    assert dsn and page and qq and delay
    assert (dsn.recipient, dsn.status, dsn.permanent) == (
        "nobody@126.com",
        "5.1.1",
        True,
    )
    assert (
        dsn.original_message_id
        == qq.original_message_id
        == delay.original_message_id
        == "<remind-20250908-17@126.com>"
    )
    assert (page.recipient, page.queue_id) == (
        "nobody@126.com",
        "D8CowABXRAHFeUpcvx3dAg--.43886S2.B22940",
    )
    assert (page.permanent, page.dead) == (True, False), (
        "the letter failed, not the address"
    )
    assert (dsn.dead, qq.dead, delay.dead) == (True, True, False)
    assert (qq.recipient, qq.status) == ("12345@qq.com", "5.5.0")
    assert (delay.recipient, delay.permanent) == ("lzr@szq.gov.cn", False)


def test_big_attachments_are_links() -> None:
    (netease,), (qq,) = (
        sample("clients/20_*.eml").links,
        sample("clients/21_*.eml").links,
    )
    assert (netease.name, netease.size, netease.expires) == (
        "旬报表及佐证材料.zip",
        "80.96M",
        "2025年9月25日 0:49",
    )
    assert netease.url.startswith(
        "https://mail.163.com/large-attachment-download/"
    )
    assert (qq.name, qq.size, qq.expires) == (
        "旬报.rar",
        "52.3MB",
        "2025年10月10日 10:00",
    )


# --- shapes of our own ------------------------------------------------------------------------------------------------


def test_identity_and_times() -> None:
    message = parse(
        mail(
            "Subject: s",
            "Date: Thu, 10 Sep 2015 9:05:03 +0800",
            "X-Xunbao: receipt",
        ),
        RECEIVED,
    )
    assert message.received_at == datetime(2025, 9, 10, 2, 0, tzinfo=UTC)
    assert message.written_at == datetime(2015, 9, 10, 1, 5, 3, tzinfo=UTC)
    assert message.message_id == "<1@example.cn>"
    assert message.own


def test_a_mail_without_message_id_is_named_by_its_bytes() -> None:
    message = parse(b"From: a@example.cn\n\nx", RECEIVED)
    assert message.message_id == f"<{message.key}@no-message-id>"
    assert message.fingerprint == message.key


def test_a_text_that_is_a_file_is_an_attachment() -> None:
    content = b"PK\x03\x04" + bytes(40)
    kind, body = mixed(
        "Content-Type: text/plain\r\n\r\n见附件",
        part(content, "Content-Type: text/plain"),
    )
    message = parse(mail(kind, body=body), RECEIVED)
    assert message.text == "见附件"
    assert [file.content for file in message.attachments] == [content]


def test_a_file_whose_encoding_label_was_lost_is_decoded() -> None:
    content = b"PK\x03\x04" + bytes(range(200))
    raw = mail(
        'Content-Type: application/octet-stream; name="a.xlsx"',
        body=base64.encodebytes(content).decode(),
    )
    assert parse(raw, RECEIVED).attachments[0].content == content


def test_a_nested_container_that_reuses_the_outer_mark_loses_nothing() -> None:
    _, inner_body = mixed(part(b"one", "Content-Type: x/y"), mark="B")
    inner = f'Content-Type: multipart/related; boundary="B"\r\n\r\n{inner_body}'
    kind, body = mixed(inner, part(b"two", "Content-Type: x/y"), mark="B")
    assert {
        file.content
        for file in parse(mail(kind, body=body), RECEIVED).attachments
    } == {b"one", b"two"}


def test_a_mark_of_the_outermost_container_used_again_further_in_loses_nothing() -> (
    None
):
    kind, innermost = mixed("Content-Type: text/plain\r\n\r\nx", mark="outer")
    kind, middle = mixed(
        f"{kind}\r\n\r\n{innermost}",
        part(b"two", "Content-Type: x/y"),
        mark="middle",
    )
    kind, body = mixed(
        part(b"one", "Content-Type: x/y"),
        f"{kind}\r\n\r\n{middle}",
        mark="outer",
    )
    assert {
        file.content
        for file in parse(mail(kind, body=body), RECEIVED).attachments
    } == {b"one", b"two"}


def test_a_logo_is_marked_as_standing_in_the_text() -> None:
    kind, body = mixed(
        'Content-Type: text/html\r\n\r\n<p>x</p><img src="cid:1">',
        part(b"\x89PNGx", "Content-Type: image/png", "Content-ID: <1>"),
        kind="multipart/related",
    )
    (logo,) = parse(mail(kind, body=body), RECEIVED).attachments
    assert logo.inline
    assert logo.name == "未命名附件.png"


def test_the_plain_alternative_is_the_text_unless_it_says_nothing() -> None:
    page = f"Content-Type: text/html; charset=utf-8\r\n\r\n<table><tr><td>报送单位<td>某县{'，情况如下' * 9}</table>"
    for plain, expected in (
        ("报送单位：某县，一切照旧，见下表，请查收为盼", "报送单位：某县"),
        ("请用网页格式查看", "报送单位\t某县"),
    ):
        kind, body = mixed(
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{plain}",
            page,
            kind="multipart/alternative",
        )
        assert (
            parse(mail(kind, body=body), RECEIVED)
            .text.splitlines()[-1]
            .startswith(expected)
        )


def test_every_part_has_a_verdict() -> None:
    kind, body = mixed(
        "Content-Type: text/plain\r\n\r\nx",
        part(b"form", "Content-Type: application/msword; name=a.doc"),
        part(
            b"sign", "Content-Type: application/pkcs7-signature; name=smime.p7s"
        ),
    )
    verdicts = [
        (one.where, one.verdict)
        for one in parse(mail(kind, body=body), RECEIVED).parts
    ]
    assert verdicts == [
        ("0", "container"),
        ("1", "body"),
        ("2", "attachment"),
        ("3", "signature"),
    ]


def test_forwarding_without_end_is_bounded_and_said() -> None:
    raw = (
        mail(body="").rstrip()
        + b"\r\n"
        + b"Content-Type: message/rfc822\r\n\r\nSubject: s\r\n" * 40
    )
    message = parse(raw, RECEIVED)
    assert any("转发层数过多" in defect for defect in message.defects)
    assert any(one.verdict == "skipped: 转发层数过多" for one in message.parts)


@pytest.mark.parametrize("depth", [90, 900, 3000])
def test_a_file_below_many_containers_is_found(depth: int) -> None:
    head = "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n'
        for n in range(depth)
    )
    raw = (
        mail()[:-5]
        + b"\r\n"
        + head.encode()
        + part(b"form", "Content-Type: x/y; name=a.xls").encode()
    )
    names = [file.name for file in parse(raw, RECEIVED).attachments]
    assert names == ["a.xls"]


@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_raw_octets_in_identifiers_and_addresses_are_read(charset: str) -> None:
    """Desktop mail programs put the computer's name into the Message-ID, in whatever bytes Windows has for it."""
    raw = (
        "From: jia@example.cn\r\nTo: 报送@example.cn\r\nMessage-ID: <1$2@办公室电脑>\r\n"
        "In-Reply-To: <3@财务电脑>\r\nReferences: <4@财务电脑>\r\nSubject: x\r\n\r\nx"
    ).encode(charset)
    message = parse(raw, RECEIVED)
    assert message.message_id == "<1$2@办公室电脑>"
    assert (message.in_reply_to, message.references) == (
        "<3@财务电脑>",
        ("<4@财务电脑>",),
    )
    assert MESSAGES.validate_json(MESSAGES.dump_json((message,))) == (message,)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            "Received: from smtp.example.cn (unknown [192.0.2.7])\r\n\tby mx31 (Coremail) with SMTP id x;\r\n\tThu, 10 Sep 2015 17:58:00 +0800 (CST)\r\n"
            "Received: by forged; Wed, 09 Sep 2015 10:00:00 +0800\r\n",
            ("mx31", "2015-09-10T09:58:00+00:00"),
        ),
        (
            "Received: by MX2.example.cn with LMTP id 7; Thu, 10 Sep 2015 09:58:00 +0000\r\n",
            ("mx2.example.cn", "2015-09-10T09:58:00+00:00"),
        ),
        ("Received: from a by b\r\n", None),
        ("Received: nothing; nonsense\r\n", None),
        ("", None),
    ],
)
def test_the_topmost_received_says_who_took_it_in_and_when(
    lines: str, expected: tuple[str, str] | None
) -> None:
    raw = f"{lines}From: jia@example.cn\r\nSubject: x\r\n\r\nx\r\n".encode()
    taken = parse(raw, datetime(2015, 9, 10, 11, tzinfo=UTC)).handed_over
    assert (taken and (taken.server, taken.at.isoformat())) == expected
