"""Archives and forwarded mail: what is in them, how deep, and what stays shut."""

import binascii
import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from email.message import EmailMessage

import py7zr
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ole_makers import Tree, ole

from pipeline.model.mail import Attachment
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.reading.files.open_document import open_document
from pipeline.reading.files.unpack import unpack

FORM = "报送单位：样例县总工会".encode("gb18030")


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return buffer.getvalue()


def sevenzipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    return buffer.getvalue()


def uuencoded(name: str, data: bytes) -> bytes:
    lines = b"".join(
        binascii.b2a_uu(data[i : i + 45]) for i in range(0, len(data), 45)
    )
    return (
        b"hello\r\nbegin 644 "
        + name.encode("gb18030")
        + b"\r\n"
        + lines
        + b"`\nend\n"
    )


def letter(**members: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        "a@example.cn",
        "b@example.cn",
        "旬报",
    )
    mail["Message-ID"] = "<1@example.cn>"
    mail.set_content("见附件")
    for name, data in members.items():
        mail.add_attachment(
            data, maintype="application", subtype="octet-stream", filename=name
        )
    return mail.as_bytes()


def found(content: bytes, name: str = "外.zip") -> list[Attachment]:
    result = unpack(name, content)
    assert isinstance(result, list), result
    return result


def named(content: bytes, name: str = "外.zip") -> dict[str, bytes]:
    return {a.name: a.content for a in found(content, name)}


@pytest.mark.parametrize("pack", [zipped, tarred, sevenzipped])
def test_members_come_out_with_the_way_to_them(pack) -> None:  # type: ignore[no-untyped-def]
    (attachment,) = found(pack(**{"旬报.txt": FORM}))
    assert (attachment.name, attachment.content, attachment.inside) == (
        "旬报.txt",
        FORM,
        ("外.zip",),
    )


@pytest.mark.parametrize(
    ("pack", "ending"),
    [(gzip.compress, "gz"), (bz2.compress, "bz2"), (lzma.compress, "xz")],
)
def test_a_single_compressed_file_or_a_tar_in_it(pack, ending: str) -> None:  # type: ignore[no-untyped-def]
    assert named(pack(FORM), f"旬报.txt.{ending}") == {"旬报.txt": FORM}
    assert named(pack(tarred(**{"甲.txt": FORM})), f"x.tar.{ending}") == {
        "甲.txt": FORM
    }


def test_uuencoded_text() -> None:
    assert named(uuencoded("旬报.txt", FORM * 20), "x.txt") == {
        "旬报.txt": FORM * 20
    }


def test_a_forwarded_mail_gives_its_files_and_its_text() -> None:
    inside = named(letter(**{"旬报.txt": FORM}), "转发.eml")
    assert inside["旬报.txt"] == FORM
    assert "见附件" in inside["邮件正文.txt"].decode()


def test_a_letter_of_ours_that_comes_back_as_a_file_gives_nothing() -> None:
    ours = b"X-Xunbao: receipt\r\n" + letter(**{"旬报.txt": FORM})
    assert not isinstance(unpack("回执.eml", ours), list)


def test_two_levels_are_opened_and_a_third_is_told() -> None:
    third = zipped(**{"深.txt": FORM})
    second = zipped(**{"三.zip": third, "二.txt": FORM})
    attachments = found(zipped(**{"二.zip": second}), "一.zip")
    assert {a.name: a.inside for a in attachments} == {
        "三.zip": ("一.zip", "二.zip"),
        "二.txt": ("一.zip", "二.zip"),
    }
    trouble = open_document("三.zip", third)
    assert isinstance(trouble, Trouble)
    assert trouble.code is TroubleCode.UNSUPPORTED
    assert "层数" in trouble.advice


def test_junk_is_dropped_and_names_are_no_paths() -> None:
    names = [
        "__MACOSX/._旬报.doc",
        ".DS_Store",
        "夹/Thumbs.db",
        "~$旬报.doc",
        "../../etc/旬报.doc",
        "C:\\x\\旬报2.doc",
    ]
    attachments = found(zipped(**dict.fromkeys(names, FORM)))
    assert [a.name for a in attachments] == ["旬报.doc", "旬报2.doc"]


def test_an_archive_of_nothing_is_empty() -> None:
    trouble = unpack("x.zip", zipped(**{".DS_Store": b"x"}))
    assert isinstance(trouble, Trouble)
    assert trouble.code is TroubleCode.EMPTY


def test_too_many_members_are_a_bomb() -> None:
    trouble = unpack("x.zip", zipped(**{f"{n}.txt": b"x" for n in range(201)}))
    assert isinstance(trouble, Trouble)
    assert trouble.code is TroubleCode.BOMB


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        bz2.compress,
        lambda d: lzma.compress(d, preset=0),
        lambda d: zipped(零=d),
        lambda d: sevenzipped(零=d),
    ],
)
def test_what_inflates_without_end_is_a_bomb(pack) -> None:  # type: ignore[no-untyped-def]
    trouble = unpack("x", pack(bytes(49 << 20)))
    assert isinstance(trouble, Trouble)
    assert trouble.code is TroubleCode.BOMB


def test_a_bomb_in_an_archive_is_one() -> None:
    trouble = unpack("x.zip", zipped(**{"内.zip": zipped(零=bytes(49 << 20))}))
    assert isinstance(trouble, Trouble)
    assert trouble.code is TroubleCode.BOMB


def test_files_that_are_no_archives_are_none() -> None:
    assert unpack("x.zip", FORM) is None
    assert unpack("x.zip", b"") is None


@example(noise=b"\0\0\2" + bytes(12), head=b"\x78\x9f\x3e\x22")
@given(
    st.binary(max_size=200),
    st.sampled_from(
        [
            b"PK\x03\x04",
            b"\x1f\x8b\x08",
            b"BZh9",
            b"\xfd7zXZ\x00",
            b"7z\xbc\xaf\x27\x1c",
            b"Rar!\x1a\x07\x00",
            b"\x78\x9f\x3e\x22",
        ]
    ),
)
def test_noise_under_any_archive_head_ends_in_a_trouble(
    noise: bytes, head: bytes
) -> None:
    assert isinstance(unpack("x", head + noise), Trouble | list)


def tnef(**members: bytes) -> bytes:
    """A winmail.dat as Outlook writes it: attributes with their level, name, type, length and checksum."""

    def attribute(level: int, name: int, kind: int, data: bytes) -> bytes:
        return (
            struct.pack("<BHHL", level, name, kind, len(data))
            + data
            + struct.pack("<H", sum(data) & 0xFFFF)
        )

    content = struct.pack("<LH", 0x223E9F78, 1) + attribute(
        1, 0x9006, 8, struct.pack("<L", 0x10000)
    )
    for name, data in members.items():
        content += attribute(2, 0x9002, 6, bytes(14)) + attribute(
            2, 0x8010, 1, name.encode("gbk") + b"\x00"
        )
        content += attribute(2, 0x800F, 6, data)
    return content


def test_the_files_in_a_winmail_dat() -> None:
    assert named(
        tnef(**{"旬报.txt": FORM, "b.txt": b"two"}), "winmail.dat"
    ) == {
        "旬报.txt": FORM,
        "b.txt": b"two",
    }


def outlook(name: str, content: "bytes | Tree", text: str = "请查收") -> Tree:
    """A message of Outlook with one attachment, which may be a message itself."""
    held: Tree = (
        {"__substg1.0_3701000D": content}
        if isinstance(content, dict)
        else {"__substg1.0_37010102": content}
    )
    return {
        "__properties_version1.0": bytes(32),
        "__substg1.0_1000001F": text.encode("utf-16-le"),
        "__attach_version1.0_#00000000": {
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            **held,
        },
    }


def test_the_files_in_a_message_of_outlook_and_its_text() -> None:
    message = ole(outlook("旬报.txt", FORM))
    assert named(message, "转发.msg") == {
        "旬报.txt": FORM,
        "邮件正文.txt": "请查收".encode(),
    }


def test_what_a_message_of_outlook_quotes_is_none_of_its_text() -> None:
    message = outlook("旬报.txt", FORM, "新文\n-----原始邮件-----\n旧文")
    assert named(ole(message), "转发.msg")["邮件正文.txt"] == "新文".encode()
    page = "<p>新文</p><div>-----原始邮件-----</div><p>旧文</p>"
    message["__substg1.0_10130102"] = page.encode()
    html = named(ole(message), "转发.msg")["邮件正文.html"].decode()
    assert "新文" in html
    assert "旧文" not in html


def test_a_message_in_a_message_of_outlook() -> None:
    message = ole(
        outlook("转发", outlook("旬报.txt", FORM * 300, text=""), text="")
    )
    assert named(message, "转发.msg") == {"旬报.txt": FORM * 300}


def test_a_torn_message_of_outlook_is_corrupt() -> None:
    message = ole(outlook("旬报.txt", FORM * 300))
    head = bytearray(message)
    first = message.index(FORM * 3) // 512 - 1
    struct.pack_into(
        "<L", head, message.rindex(struct.pack("<L", first + 2)), first
    )
    trouble = unpack("转发.msg", bytes(head))
    assert isinstance(trouble, Trouble)
    assert trouble.code is TroubleCode.CORRUPT
