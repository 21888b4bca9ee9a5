"""The bytes that go: headers that no auto-responder answers, addresses, texts and enclosures as given."""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.notice import Enclosure, Outgoing
from pipeline.writing import envelope
from pipeline.writing.envelope import freeze, message_id

AT = datetime(2015, 9, 11, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SENDER = "示范市总工会组宣部 <tongji@example.cn>"


def opened(**more: object) -> EmailMessage:
    facts = {
        "subject": "【回执】甲县",
        "text": "正文\n",
        "html": "<p>正文</p>",
        "to": ("jia@example.cn",),
    } | more
    raw = freeze(Outgoing(**facts), SENDER, "<1@example.cn>", ["receipt"], AT)  # type: ignore[arg-type]
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_headers() -> None:
    mail = opened(cc=("group@example.cn",), in_reply_to="<unit@example.cn>")
    assert mail["Subject"] == "【回执】甲县"
    assert mail["From"].addresses[0].display_name == "示范市总工会组宣部"
    assert (mail["To"], mail["Cc"]) == ("jia@example.cn", "group@example.cn")
    assert mail["Auto-Submitted"] == "auto-replied"
    assert (mail["In-Reply-To"], mail["References"]) == (
        "<unit@example.cn>",
        "<unit@example.cn>",
    )
    assert mail["Date"].datetime == AT
    assert mail["X-Xunbao"] == "receipt"


def test_a_mail_to_many_shows_no_list_of_addresses() -> None:
    mail = opened(to=tuple(f"u{n}@example.cn" for n in range(5)))
    assert "u1@example.cn" not in str(mail["To"])
    assert mail["Cc"] is None


def test_texts_and_enclosures_come_back_as_given() -> None:
    content = bytes(range(256))
    mail = opened(
        enclosures=(
            Enclosure("甲县旬报表.docx", "application/octet-stream", content),
        )
    )
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None and html is not None
    assert (
        text.get_content().splitlines(),
        html.get_content().splitlines(),
    ) == (
        ["正文"],
        ["<p>正文</p>"],
    )
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content()) == (
        "甲县旬报表.docx",
        content,
    )


def test_no_line_is_over_what_servers_take() -> None:
    facts = {
        "subject": "长" * 300,
        "text": "长" * 5000,
        "html": "x" * 9000,
        "to": ("jia@example.cn",),
    }
    raw = freeze(Outgoing(**facts), SENDER, "<1@example.cn>", ["receipt"], AT)  # type: ignore[arg-type]
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()


def test_a_subject_with_a_line_end_is_refused() -> None:
    with pytest.raises(ValueError, match=r"linefeed|header"):
        opened(subject="一\r\nBcc: x@example.cn")


def test_the_message_id_is_the_same_for_the_same_notices_and_no_other() -> None:
    one = message_id(["a", "b"], SENDER, b"secret")
    assert one == message_id(["b", "a"], SENDER, b"secret")
    assert one.endswith("@example.cn>")
    assert (
        len(
            {
                one,
                message_id(["a"], SENDER, b"secret"),
                message_id(["a", "b"], SENDER, b"other"),
            }
        )
        == 3
    )


def test_identifiers_are_never_encoded_words() -> None:
    """RFC 2047 5; Outlook finds no thread by =?utf-8?q?...?=."""
    long = f"<{'A' * 120}@{'b' * 60}.example.cn>"
    letter = Outgoing(
        to=("jia@example.cn",),
        cc=(),
        subject="回执",
        text="正文",
        html="<p>正文</p>",
        in_reply_to=long,
        references=("<1@example.cn>", long),
    )
    raw = freeze(
        letter,
        "演示 <zxb@example.cn>",
        "<x.xunbao@example.cn>",
        ["receipt"],
        AT,
    )
    head = raw.split(b"\r\n\r\n", 1)[0]
    assert f"In-Reply-To: {long}\r\n".encode() in raw
    assert f"References: <1@example.cn>\r\n {long}\r\n".encode() in raw
    assert (
        b"=?" not in head.split(b"In-Reply-To")[1].split(b"Auto-Submitted")[0]
    )


def frozen(outgoing: Outgoing) -> bytes:
    return freeze(outgoing, SENDER, "<1@example.cn>", ["receipt"], AT)


def as_the_library_writes_it(outgoing: Outgoing) -> bytes:
    """The same mail put together by the email package, header by header and part by part."""
    mine = message_from_bytes(frozen(outgoing), policy=envelope._POLICY)
    mail = EmailMessage(policy=envelope._POLICY)
    for name, value in mine.items():
        if name.lower() not in ("content-type", "mime-version"):
            mail[name] = str(value)
    mail.set_content(outgoing.text, charset="utf-8", cte="base64")
    mail.add_alternative(
        outgoing.html, subtype="html", charset="utf-8", cte="base64"
    )
    page = mail.get_body(("html",))
    assert page is not None
    for one in outgoing.enclosures:
        kind, _, subtype = one.media_type.partition("/")
        if one.shown:
            page.add_related(
                one.content, maintype=kind, subtype=subtype,
                cid=f"<{one.shown}>", disposition="inline", filename=one.name,
            )  # fmt: skip
    for one in outgoing.enclosures:
        kind, _, subtype = one.media_type.partition("/")
        mail.add_attachment(
            one.content, maintype=kind, subtype=subtype, filename=one.name
        )
    boundaries = [
        part.get_boundary() for part in mine.walk() if part.is_multipart()
    ]
    for part, boundary in zip(
        (p for p in mail.walk() if p.is_multipart()), boundaries, strict=True
    ):
        part.set_boundary(str(boundary))
    return mail.as_bytes()


FILES = (
    Enclosure(
        "甲县旬报表（9月10日）.docx", "application/x-docx", b"abc" * 1000
    ),
    Enclosure(
        "证据-完成数.png",
        "image/png",
        b"png" * 30,
        "evidence-completed",
        "完成数",
    ),
    Enclosure('b "q".png', "image/png", b"", "evidence-unit", "单位"),
)


@given(
    text=st.text(max_size=200),
    html=st.text(max_size=200),
    files=st.sets(st.sampled_from(FILES)),
)
def test_it_is_what_the_email_package_would_write(
    text: str, html: str, files: set[Enclosure]
) -> None:
    outgoing = Outgoing(
        "【催报】甲县：还没有报送",
        text,
        html,
        ("a@example.cn",),
        enclosures=tuple(files),
    )
    assert frozen(outgoing) == as_the_library_writes_it(outgoing)


@settings(max_examples=2 * settings().max_examples)
@given(
    name=st.text("甲县旬报表é𠮷（）ab19 .-_()", min_size=1, max_size=70),
    to=st.from_regex(r"[a-z0-9._-]{1,40}@[a-z0-9]{1,40}\.cn", fullmatch=True),
)
def test_names_and_addresses_stand_as_the_email_package_folds_them(
    name: str, to: str
) -> None:
    file = Enclosure(name, "application/x-docx", b"abc")
    headers = envelope._file_headers(file.media_type, name, "attachment", "")
    by_the_library = EmailMessage(policy=envelope._POLICY)
    by_the_library.set_content(
        file.content,
        maintype="application",
        subtype="x-docx",
        disposition="attachment",
        filename=name,
    )
    library_folds = envelope._POLICY.fold_binary
    written = [library_folds(*one) for one in by_the_library.raw_items()]
    assert headers == b"".join(written)
    header = envelope._POLICY.header_store_parse("To", to)
    assert envelope._folded("To", to) == library_folds(*header)


@settings(max_examples=3 * settings().max_examples)
@given(
    subject=st.one_of(
        st.text("【催报】甲县é𠮷：（），、第1:0期", min_size=1, max_size=120),
        st.text("【甲1a_ =?-)：", min_size=1, max_size=90),
        st.text("【甲县：完成率1.5%，é", min_size=1, max_size=90),
    )
)
def test_a_subject_stands_as_the_email_package_folds_it(subject: str) -> None:
    header = envelope._POLICY.header_store_parse("Subject", subject)
    by_the_library = envelope._POLICY.fold_binary(*header)
    assert envelope._folded("Subject", subject) == by_the_library
