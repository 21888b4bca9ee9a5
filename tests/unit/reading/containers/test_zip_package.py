"""Zips as they come: names in GBK, sizes that lie, members that are damaged."""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.limits import UnreadableError
from pipeline.reading.containers.zip_package import Package


def zipped(
    members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def refused(
    content: bytes, name: str = "a.xml", limit: int = 1000
) -> TroubleCode:
    with pytest.raises(UnreadableError) as caught:
        Package(content).read(name, limit)
    return caught.value.trouble.code


@given(
    st.dictionaries(
        st.text("abc县/.", min_size=1, max_size=8).filter(
            lambda n: not n.endswith("/")
        ),
        st.binary(max_size=300),
    ),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
    st.binary(max_size=40),
)
def test_what_zipfile_wrote_comes_back(
    members: dict[str, bytes], method: int, before: bytes
) -> None:
    """Also with bytes put before the zip, as in a self-extracting one."""
    package = Package(before.replace(b"PK", b"") + zipped(members, method))
    assert {name: package.read(name) for name in package.members} == members


def renamed(content: bytes, name: bytes, new: bytes) -> bytes:
    return content.replace(name, new)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("旬报.doc".encode("gbk"), "旬报.doc"),
        ("旬报".encode(), "旬报"),
        (b"x\\y.doc", "x/y.doc"),
    ],
)
def test_names_are_read_as_their_writer_meant_them(
    raw: bytes, name: str
) -> None:
    plain = "n" * len(raw)
    content = renamed(zipped({plain: b"1"}), plain.encode(), raw)
    assert list(Package(content).members) == [name]


def test_a_member_over_the_limit_is_a_bomb_where_it_is_dense_and_too_big_where_not() -> (
    None
):
    assert (
        refused(zipped({"a.xml": bytes(2000)}), limit=1000) is TroubleCode.BOMB
    )
    assert (
        refused(zipped({"a.xml": bytes(range(256)) * 8}, zipfile.ZIP_STORED))
        is TroubleCode.TOO_BIG
    )


def test_a_directory_that_understates_its_member_is_a_bomb() -> None:
    content = bytearray(zipped({"a.xml": bytes(range(250)) * 40}))
    entry = content.index(b"PK\x01\x02")
    struct.pack_into("<L", content, entry + 24, 10)
    assert refused(bytes(content)) is TroubleCode.BOMB


def test_a_changed_byte_is_noticed() -> None:
    """A figure with another digit would still be well-formed XML."""
    content = zipped({"a.xml": b"<v>356</v>"}, zipfile.ZIP_STORED).replace(
        b"356", b"756"
    )
    assert refused(content) is TroubleCode.CORRUPT


def test_a_locked_member_is_named_so() -> None:
    content = bytearray(zipped({"a.xml": b"1"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(content)) is TroubleCode.ENCRYPTED


@given(st.binary(max_size=200))
def test_noise_is_corrupt_and_nothing_else(noise: bytes) -> None:
    try:
        Package(b"PK\x03\x04" + noise)
    except UnreadableError as error:
        assert error.trouble.code is TroubleCode.CORRUPT


def test_absent_members_read_as_nothing_where_that_is_asked() -> None:
    assert Package(zipped({"a.xml": b"1"})).get("b.xml") == b""
    assert refused(zipped({"a.xml": b"1"}), "b.xml") is TroubleCode.CORRUPT
