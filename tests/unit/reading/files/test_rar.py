"""Rar of several versions, as WinRAR wrote them: each member by its checksum, and what stays shut says why."""

import pytest
from neighbour import DATA

from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.limits import UnreadableError
from pipeline.reading.files import rar
from pipeline.reading.files.rar import ONE_OF_A_SERIES, unpack_rar

FOLDER = DATA / "rar"
# The lines 000 to 511: what the archives' makers packed as stest1.txt and stest2.txt.
NUMBERS = "".join(f"{n:03}\n" for n in range(512)).encode()


def members(name: str) -> dict[str, bytes]:
    return dict(unpack_rar(name, (FOLDER / name).read_bytes()))


def trouble(name: str) -> UnreadableError:
    with pytest.raises(UnreadableError) as caught:
        members(name)
    return caught.value


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("rar3-solid.rar", ["stest1.txt", "stest2.txt"]),
        ("rar5-solid.rar", ["stest1.txt", "stest2.txt"]),
        ("rar5-blake.rar", ["stest1.txt", "stest2.txt"]),
        ("rar3-gbk-name.rar", ["旬报11.txt", "stest2.txt"]),
        ("rar5-hlink.rar", ["stest1.txt"]),
        ("rar5-dups.rar", ["stest1.txt"]),
    ],
)
def test_every_member_with_bytes_of_its_own_comes_out(
    name: str, names: list[str]
) -> None:
    found = members(name)
    assert list(found) == names
    assert set(found.values()) == {NUMBERS}


def test_the_oldest_version_and_folders_are_read() -> None:
    assert {n: len(c) for n, c in members("rar15-comment.rar").items()} == {
        "FILE1.TXT": 7,
        "FILE2.TXT": 8,
    }
    assert "sub\\üȵĩöḋè\\file.txt" in members("rar3-subdirs.rar")
    assert list(members("rar5-symlink-unix.rar")) == ["data.txt"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("rar5-psw.rar", TroubleCode.ENCRYPTED),
        ("rar5-hpsw.rar", TroubleCode.ENCRYPTED),
        ("rar3-comment-psw.rar", TroubleCode.ENCRYPTED),
        ("rar5-vols.part1.rar", TroubleCode.UNSUPPORTED),
    ],
)
def test_what_stays_shut_says_why(name: str, code: TroubleCode) -> None:
    found = trouble(name).trouble
    assert found.code is code
    assert (found.advice == ONE_OF_A_SERIES) is (
        code is TroubleCode.UNSUPPORTED
    )


def test_a_member_over_the_limit_is_a_bomb(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rar, "MEMBER_LIMIT", len(NUMBERS) - 1)
    assert trouble("rar5-solid.rar").trouble.code is TroubleCode.BOMB


@pytest.mark.parametrize("name", ["rar3-solid.rar", "rar5-solid.rar"])
def test_no_byte_flipped_gives_other_content(name: str) -> None:
    """A checksum stands over each header and each member."""
    whole, flipped = (FOLDER / name).read_bytes(), 0
    for at in range(len(whole)):
        raw = bytearray(whole)
        raw[at] ^= 0x10
        try:
            found = dict(unpack_rar(name, bytes(raw)))
        except UnreadableError:
            flipped += 1
            continue
        assert set(found.values()) <= {NUMBERS}
    assert flipped > len(whole) / 2


def test_a_damaged_end_is_named_so() -> None:
    raw = (FOLDER / "rar5-solid.rar").read_bytes()
    with pytest.raises(UnreadableError) as caught:
        list(unpack_rar("x.rar", raw[: len(raw) // 2]))
    assert caught.value.trouble.code in (
        TroubleCode.CORRUPT,
        TroubleCode.UNSUPPORTED,
    )
