"""A mail that follows the rules is never changed; one that broke on the way reads as before."""

import base64
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from long_rows import long_rows

from pipeline.model.mail import Message
from pipeline.reading.mail.mend import mended
from pipeline.reading.mail.message import parse
from tests.support.mails.damage import DAMAGES, crlf

RECEIVED = datetime(2015, 9, 10, 2, 0, tzinfo=UTC)
DATA = Path(__file__).parents[3] / "data"
CASES = DATA / "cases/mail"
SAMPLES = {
    path.name: crlf(path.read_bytes())
    for path in sorted(
        [*DATA.glob("mail/clients/*.eml"), *DATA.glob("campaign/mail/*.eml")]
    )
    if b"rfc822_base64" not in path.name.encode()
}


def reading(message: Message) -> dict[str, object]:
    """What a mail says, without the marks of its bytes."""
    return {
        "sender": message.sender,
        "subject": "".join(message.subject.split()),
        "text": message.text.rstrip(),
        "quoted": message.quoted.rstrip(),
        "date": message.written_at,
        "id": message.message_id.removeprefix(f"<{message.key}"),
        "reply": (message.in_reply_to, message.references),
        "nature": message.nature,
        "recipients": message.recipients,
        "files": [
            (a.name, a.content.rstrip(b"\r\n"), a.inside)
            for a in message.attachments
        ],
        "links": message.links,
    }


@cache
def whole(name: str) -> dict[str, object]:
    """What a sample says, for all damages."""
    return reading(parse(SAMPLES[name], RECEIVED))


def test_no_mail_that_follows_the_rules_is_changed() -> None:
    assert SAMPLES
    for name, raw in SAMPLES.items():
        assert mended(raw).raw is raw, name
        assert not mended(raw).mends, name


# Of the samples that can break so: each damage on another twelfth of them
PARTS = 12


@pytest.mark.parametrize(
    "part",
    [0, *long_rows(*range(1, PARTS))],
)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_mail_reads_as_before(damage: str, part: int) -> None:
    broken = {name: DAMAGES[damage](raw) for name, raw in SAMPLES.items()}
    touched = [name for name, damaged in broken.items() if damaged is not None]
    assert touched, "no sample can break so"
    first = (part + list(DAMAGES).index(damage)) % min(PARTS, len(touched))
    for name in touched[first::PARTS]:
        damaged = broken[name]
        assert damaged is not None
        assert reading(parse(damaged, RECEIVED)) == whole(name), name


@given(
    st.sampled_from(sorted(SAMPLES)),
    st.lists(st.sampled_from(sorted(DAMAGES)), max_size=3),
)
@example(
    "09_exchange_utf8.eml", ["Content-Type lost", "junk behind MIME-Version"]
)
@example(
    "0001.eml",
    ["UTF-16 without its mark", "byte order mark, encoded twice"],
)
def test_mending_is_done_once(name: str, damages: list[str]) -> None:
    raw = SAMPLES[name]
    for damage in damages:
        raw = DAMAGES[damage](raw) or raw
    once = mended(raw)
    assert mended(once.raw).raw == once.raw


@settings(max_examples=2 * settings().max_examples)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_bytes_are_taken(head: bytes, body: bytes) -> None:
    middle = b"\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
    found = mended(head + middle + body)
    assert bool(found.mends) == (found.raw != head + middle + body)


FORM = base64.b64encode(b"PK\x03\x04form").decode()
INNER = (
    "From: a@example.cn\r\nSubject: =?utf-8?B?5pes5oql?=\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/mixed; boundary="IN"\r\n\r\n--IN\r\n'
    'Content-Type: application/zip; name="a.docx"\r\n'
    f"Content-Transfer-Encoding: base64\r\n\r\n{FORM}\r\n--IN--\r\n"
).encode()


LINE_ENDS = (
    "CR CR LF",
    "CR CR LF below the header",
    "CR CR LF below the header, posted",
    "CR CR LF in the header, posted",
    "LF CR, posted",
    "CR alone",
    "LF CR",
    "every line end twice",
    "UTF-16 without its mark",
)


def forward(inner: bytes, *header: str) -> bytes:
    head = "\r\n".join(
        [
            "From: b@example.cn",
            "Message-ID: <1@example.cn>",
            'Content-Type: multipart/mixed; boundary="OUT"',
            "",
            "--OUT",
            "Content-Type: message/rfc822",
            *header,
        ]
    )
    return head.encode() + b"\r\n\r\n" + inner + b"\r\n--OUT--\r\n"


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_mail_within_a_mail_reads_as_before(damage: str) -> None:
    damaged = DAMAGES[damage](INNER)
    if damaged is None:
        pytest.skip("the mail has nothing that could break so")
    if damage in LINE_ENDS:
        pytest.skip("line ends and code are those of the whole mail")
    files = parse(forward(damaged), RECEIVED).attachments
    assert [(f.name, f.content) for f in files] == [
        ("a.docx", b"PK\x03\x04form")
    ]


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_a_mail_within_a_mail_may_be_encoded(encoding: str) -> None:
    import quopri

    if encoding == "base64":
        body = base64.encodebytes(INNER)
    else:
        body = quopri.encodestring(INNER)
    mail = forward(crlf(body), f"Content-Transfer-Encoding: {encoding}")
    (file,) = parse(mail, RECEIVED).attachments
    assert (file.name, file.content) == ("a.docx", b"PK\x03\x04form")


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_a_label_that_lies_encodes_nothing(encoding: str) -> None:
    mail = forward(INNER, f"Content-Transfer-Encoding: {encoding}")
    (file,) = parse(mail, RECEIVED).attachments
    assert (file.name, file.content) == ("a.docx", b"PK\x03\x04form")


DAMAGED_CASES = (
    "bom_at_start", "blank_line_first", "header_space_before_colon", "unindented_fold_xheader", "subject_raw_broken_line",
    "content_type_space_before_colon", "part_header_bad_wrap", "ctype_no_semicolon_boundary", "multipart_cte_base64_whole",
    "eml_leading_blank",
)  # fmt: skip


@pytest.mark.parametrize("case", DAMAGED_CASES)
def test_the_damages_of_the_reports(case: str) -> None:
    raw = (CASES / f"{case}.eml").read_bytes()
    message = parse(raw, RECEIVED)
    assert message.sender.email == "shizhongqu@example.cn"
    assert [file.name for file in message.attachments] == ["旬报表.docx"]
    assert message.defects, "a mend is told"


def test_two_mails_with_line_ends_of_cr_alone_are_two() -> None:
    one, other = (
        parse(path.read_bytes(), RECEIVED)
        for path in sorted((CASES / "seq_cr_only_same_id").iterdir())
    )
    assert one.message_id == other.message_id
    assert one.fingerprint != other.fingerprint
