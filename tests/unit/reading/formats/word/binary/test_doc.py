"""Binary Word files put together by hand, piece by piece: what no converter writes and old Word does.

A file here is a FIB, a piece table and two property pages; offsets are those of MS-DOC 2.5.
"""

import struct

import pytest

from pipeline.model.document import Doubt
from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.limits import UnreadableError
from pipeline.reading.formats.word.binary.doc_borders import crossed_cells
from pipeline.reading.formats.word.binary.doc_fields import (
    read_fields,
    without_field_codes,
)
from pipeline.reading.formats.word.binary.doc_file import DocFile
from pipeline.reading.formats.word.binary.doc_sprm import properties

TEXT_AT = 0x800
DELETED, HIDDEN = struct.pack("<HB", 0x0800, 1), struct.pack("<HB", 0x083C, 1)


def word_file(
    pieces: list[tuple[str, bool]],
    runs: list[tuple[int, int, bytes]] = (),
    flags: int = 0,
    cut: int = 0,
) -> DocFile:  # type: ignore[assignment]
    """A file of `pieces` (text, narrow), laid down in reverse order as a fast save does; `runs` are (first byte, last
    byte, grpprl) of character properties, counted from the first byte of text; `cut` bytes are missing at the end."""
    word = bytearray(TEXT_AT)
    struct.pack_into("<HH6xH", word, 0, 0xA5EC, 0xC1, flags | 0x0200)
    offsets = {}
    for index, (text, narrow) in reversed(list(enumerate(pieces))):
        offsets[index] = len(word)
        word += text.encode("cp1252" if narrow else "utf-16-le")
    places = [
        sum(len(t) for t, _ in pieces[:i]) for i in range(len(pieces) + 1)
    ]
    struct.pack_into("<L", word, 0x4C, places[-1])
    table = struct.pack(f"<{len(places)}L", *places)
    for index, (_, narrow) in enumerate(pieces):
        fc = offsets[index] * 2 | 0x40000000 if narrow else offsets[index]
        table += struct.pack("<HLH", 0, fc, 0)
    clx = b"\x02" + struct.pack("<L", len(table)) + table
    chpx = bin_table(word, runs) if runs else b""
    stream = clx + chpx
    struct.pack_into("<2L", word, 0x9A + 8 * 33, 0, len(clx))
    struct.pack_into("<2L", word, 0x9A + 8 * 12, len(clx), len(chpx))
    return DocFile(bytes(word[: len(word) - cut]), {"1Table": stream})


def bin_table(word: bytearray, runs: list[tuple[int, int, bytes]]) -> bytes:
    word += bytes(-len(word) % 512)
    number = len(word) // 512
    page = bytearray(512)
    page[511] = len(runs)
    edges = [TEXT_AT + first for first, _, _ in runs] + [TEXT_AT + runs[-1][1]]
    struct.pack_into(f"<{len(edges)}L", page, 0, *edges)
    at = 500
    for index, (_, _, grpprl) in enumerate(runs):
        at -= len(grpprl) + 1 + (len(grpprl) + 1) % 2
        page[at : at + 1 + len(grpprl)] = bytes((len(grpprl),)) + grpprl
        page[4 * len(edges) + index] = at // 2
    word += page
    return struct.pack("<3L", edges[0], edges[-1], number)


def looks(file: DocFile) -> list[tuple[int, int]]:
    """The places of the runs that are hidden or deleted."""
    runs = file.runs(0, len(file.text), 0)
    return [(run.first, run.last) for run in runs if run.format.hidden]


def test_pieces_of_both_widths_come_in_their_order() -> None:
    file = word_file(
        [("报送单位", False), (" 2015/9/10 ", True), ("样例县\r", False)]
    )
    assert file.text == "报送单位 2015/9/10 样例县\r"


def test_hidden_and_deleted_runs_are_named_by_their_places() -> None:
    file = word_file(
        [("120135\r", True)],
        [
            (0, 1, b""),
            (1, 3, HIDDEN),
            (3, 4, b""),
            (4, 5, DELETED),
            (5, 7, b""),
        ],
    )
    assert looks(file) == [(1, 3), (4, 5)]


def test_a_run_is_found_in_the_piece_that_shows_it() -> None:
    """The second piece lies before the first in the file."""
    file = word_file(
        [("ab", True), ("cd\r", True)], [(0, 1, DELETED), (1, 5, b"")]
    )
    assert [file.text[first:last] for first, last in looks(file)] == ["c"]


RUNS = [(0, 1, b""), (1, 3, HIDDEN), (3, 7, b"")]


def test_a_page_of_properties_that_is_cut_off_is_an_error() -> None:
    """What it says to be hidden would be read: 120135 for 135."""
    with pytest.raises(IndexError):
        word_file([("120135\r", True)], RUNS, cut=1)


@pytest.mark.parametrize(
    "page", [bytes(512), bytes(range(256)) * 2], ids=["empty", "something else"]
)
def test_a_page_that_is_none_of_properties_is_an_error(page: bytes) -> None:
    whole = word_file([("120135\r", True)], RUNS)
    assert looks(whole) == [(1, 3)]
    with pytest.raises((IndexError, struct.error)):
        DocFile(whole.word[:-512] + page, {"1Table": whole.table})


def test_pages_of_properties_that_do_not_follow_one_another_are_an_error() -> (
    None
):
    whole = word_file([("120135\r", True)], RUNS)
    word, number = bytearray(whole.word), len(whole.word) // 512 - 1
    twice = struct.pack(
        "<5L", TEXT_AT, TEXT_AT + 7, TEXT_AT + 14, number, number
    )
    struct.pack_into("<2L", word, 0x9A + 8 * 12, len(whole.table), len(twice))
    with pytest.raises(IndexError):
        DocFile(bytes(word), {"1Table": whole.table + twice})


@pytest.mark.parametrize(("flags", "code"), [(0x0100, TroubleCode.ENCRYPTED)])
def test_flags_that_close_the_file(flags: int, code: TroubleCode) -> None:
    with pytest.raises(UnreadableError) as caught:
        word_file([("x\r", True)], flags=flags)
    assert caught.value.trouble.code is code


def test_word_95_is_named_unsupported() -> None:
    with pytest.raises(UnreadableError) as caught:
        DocFile(struct.pack("<H", 0xA5DC) + bytes(4000), {})
    assert caught.value.trouble.code is TroubleCode.UNSUPPORTED


def test_modifiers_of_every_size_are_stepped_over() -> None:
    grpprl = (
        struct.pack("<HB", 0x2416, 1)
        + struct.pack("<HH", 0x4600, 7)
        + struct.pack("<HB3s", 0xC615, 3, b"abc")
    )
    grpprl += struct.pack("<HH4s", 0xD608, 5, b"defg") + struct.pack(
        "<HL", 0x6649, 2
    )
    assert properties(grpprl) == {
        0x2416: b"\x01",
        0x4600: b"\x07\x00",
        0xC615: b"abc",
        0xD608: b"defg",
        0x6649: b"\x02\x00\x00\x00",
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x13 DATE \x149月\x15b", "a9月b"),
        ("a\x13 TOC \x15b", "ab"),
        ("\x13 IF \x13 X \x14code\x15 \x14结果\x15", "结果"),
        ("\x13 A \x14x\x13 B \x14y\x15z\x15", "xyz"),
    ],
)
def test_field_codes_go_and_results_stay_in_place(
    text: str, shown: str
) -> None:
    blanked = without_field_codes(text)
    assert len(blanked) == len(text)
    assert blanked.replace("\x00", "") == shown


@pytest.mark.parametrize(
    ("grpprl", "name"),
    [
        (struct.pack("<HB", 0x0837, 1), "struck"),
        (struct.pack("<HB", 0x2A53, 1), "struck"),
        (struct.pack("<HB", 0x2A48, 1), "raised"),
        (struct.pack("<HB", 0x083C, 0x81), "hidden"),
        # Two lines in one, with the number of their group
        (struct.pack("<HBHL", 0xCA78, 6, 2, 1), "untold"),
    ],
)
def test_a_run_tells_how_it_looks(grpprl: bytes, name: str) -> None:
    file = word_file([("12 15\r", True)], [(0, 2, grpprl), (2, 6, b"")])
    said = [getattr(run.format, name) for run in file.runs(0, 6, 0)]
    assert said == [True, None]


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        ("35\x13 PAGE \x146\x15", {Doubt.UNTOLD}),
        ("35\x13 DATE \\@ d \x146\x15", {Doubt.UNTOLD}),
        ("\x13 HYPERLINK x \x14356\x15", set()),
        ("\x13 MERGEFIELD n \x14356\x15", set()),
    ],
)
def test_a_stored_result_of_the_moment_is_doubted(
    text: str, doubts: set[Doubt]
) -> None:
    file = word_file([(text + "\r", True)])
    shown = read_fields(file, file.text).shown.values()
    assert set().union(*(one.doubts for one in shown)) == doubts


def border(first: int, behind: int, sides: int, kind: int) -> bytes:
    """sprmTSetBrc with its TableBrcOperand."""
    line = struct.pack("<LBBH", 0, 4, kind, 0)
    return struct.pack("<HBBBB", 0xD62F, 11, first, behind, sides) + line


@pytest.mark.parametrize(
    ("modifiers", "crossed"),
    [
        (border(1, 2, 0x10, 1), [1]),
        (border(0, 1, 0x0F, 1) + border(1, 3, 0x20, 1), [1, 2]),
        (border(1, 2, 0x10, 1) + border(0, 1, 0x0F, 1), [1]),
        (border(1, 2, 0x30, 0), []),
        (border(1, 2, 0x30, 0xFF), []),
        (border(1, 2, 0x30, 1)[:-1], []),
    ],
)
def test_cells_with_a_line_from_corner_to_corner(
    modifiers: bytes, crossed: list[int]
) -> None:
    assert list(crossed_cells(properties(modifiers)[0xD62F])) == crossed
