"""Workbooks of Excel 5 and of programs that write bare records, put together by hand from [MS-XLS]'s ancestors."""

import struct
from datetime import date

import pytest

from pipeline.model.document import Cell, Document, Grid
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.reading.files.open_document import open_document


def record(code: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", code, len(data)) + data


def bof(version: int, kind: int) -> bytes:
    return record(
        0x0809,
        struct.pack("<HHHH", version, kind, 0, 1997)
        + (bytes(8) if version == 0x0600 else b""),
    )


def workbook(
    version: int,
    globals_: bytes,
    sheet: bytes,
    name: bytes,
    state: int = 0,
    kind: int = 0,
) -> bytes:
    """A stream of one sheet; `name` with its length in front, as the version writes it."""
    head = bof(version, 5) + globals_
    end = record(0x000A)
    size = 4 + 6 + len(name)
    offset = len(head) + size + len(end)
    return (
        head
        + record(0x0085, struct.pack("<LBB", offset, state, kind) + name)
        + end
        + bof(version, 0x10)
        + sheet
        + end
    )


def cells(content: bytes) -> dict[str, Cell]:
    document = open_document("x.xls", content)
    assert isinstance(document, Document), document
    return {
        c.where: c
        for block in document.blocks
        if isinstance(block, Grid)
        for c in block.cells
    }


def wide(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


NAME8 = bytes((2, 1)) + "旬报".encode("utf-16-le")
FONT = record(
    0x0031,
    struct.pack("<HHHHHBBBB", 200, 0, 0, 400, 0, 0, 0, 134, 0) + b"\x04Song",
)
XF5 = record(0x00E0, struct.pack("<HH", 0, 0) + bytes(12))


def test_excel_5_by_its_code_page() -> None:
    name = "旬报".encode("gbk")
    globals_ = record(0x0042, struct.pack("<H", 936)) + FONT + XF5
    unit = "样例县总工会".encode("gbk")
    sheet = record(
        0x0204, struct.pack("<HHHH", 0, 0, 0, len(unit)) + unit
    ) + record(0x0203, struct.pack("<HHHd", 1, 1, 0, 1234))
    found = cells(workbook(0x0500, globals_, sheet, bytes((len(name),)) + name))
    assert found["旬报!A1"].text == "样例县总工会"
    assert (found["旬报!B2"].text, found["旬报!B2"].number) == ("1234", 1234)
    assert found["旬报!B2"].doubts == set()


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (1234 << 2 | 2, 1234),
        (123450 << 2 | 3, 1234.5),
        (0x40934800, 1234),
        ((-5 << 2 | 2) & 0xFFFFFFFF, -5),
    ],
)
def test_packed_numbers(raw: int, number: float) -> None:
    xf = record(0x00E0, bytes(20))
    row = record(0x00BD, struct.pack("<HHHLHLH", 0, 0, 0, raw, 0, raw, 1))
    found = cells(
        workbook(
            0x0600,
            xf,
            record(0x027E, struct.pack("<HHHL", 1, 0, 0, raw)) + row,
            NAME8,
        )
    )
    assert [found[w].number for w in ("旬报!A1", "旬报!B1", "旬报!A2")] == [
        number
    ] * 3


def test_a_string_that_runs_over_into_the_next_record() -> None:
    """The second part begins with a flag of its own, and may be narrow where the first was wide."""
    sst = record(
        0x00FC,
        struct.pack("<LL", 2, 2)
        + wide("甲")
        + struct.pack("<HB", 5, 1)
        + "犍为".encode("utf-16-le"),
    )
    sst += record(0x003C, b"\x00abc")
    sheet = record(0x00FD, struct.pack("<HHHL", 0, 0, 0, 1))
    assert (
        cells(workbook(0x0600, sst, sheet, NAME8))["旬报!A1"].text == "犍为abc"
    )


def test_dates_formulas_and_errors() -> None:
    formats = record(
        0x041E, struct.pack("<H", 200) + wide('yyyy"年"m"月"d"日"')
    )
    xfs = record(0x00E0, bytes(20)) + record(
        0x00E0, struct.pack("<HH", 0, 200) + bytes(16)
    )
    text_result = (
        struct.pack("<HHH", 0, 1, 0) + b"\x00" * 6 + b"\xff\xff" + bytes(6)
    )
    error_result = (
        struct.pack("<HHH", 0, 2, 0)
        + b"\x02\x00\x0f"
        + b"\x00" * 3
        + b"\xff\xff"
        + bytes(6)
    )
    sheet = (
        record(0x0203, struct.pack("<HHHd", 0, 0, 1, 42257))
        + record(0x0006, text_result)
        + record(0x0207, wide("算出"))
    )
    found = cells(
        workbook(
            0x0600, formats + xfs, sheet + record(0x0006, error_result), NAME8
        )
    )
    assert (found["旬报!A1"].text, found["旬报!A1"].day) == (
        "2015年9月10日",
        date(2015, 9, 10),
    )
    assert found["旬报!B1"].text == "算出"
    assert found["旬报!C1"].text == "#VALUE!"


@pytest.mark.parametrize(("state", "kind"), [(1, 0), (2, 0), (0, 2)])
def test_hidden_sheets_and_charts_are_dropped(state: int, kind: int) -> None:
    sheet = record(0x0204, struct.pack("<HHH", 0, 0, 0) + wide("旧"))
    assert cells(workbook(0x0600, b"", sheet, NAME8, state, kind)) == {}


def test_a_locked_book_is_named_so() -> None:
    trouble = open_document(
        "x", workbook(0x0600, record(0x002F, bytes(54)), b"", NAME8)
    )
    assert isinstance(trouble, Trouble)
    assert trouble.code is TroubleCode.ENCRYPTED


def test_what_continues_another_record_is_neither_a_string_nor_a_format() -> (
    None
):
    general, day = (
        record(0x00E0, struct.pack("<HH", 0, form) + bytes(16))
        for form in (0, 14)
    )
    more = record(0x003C, bytes(20))
    text = "甲县".encode("utf-16-le")
    sst = record(0x00FC, struct.pack("<LLHB", 1, 1, 2, 1) + text)
    other = record(0x00EB, bytes(8)) + record(0x003C, b"\x01" + text)
    sheet = record(0x0203, struct.pack("<HHHd", 0, 0, 1, 42257.0)) + record(
        0x00FD, struct.pack("<HHHL", 0, 1, 0, 0)
    )
    found = cells(
        workbook(
            0x0600, general + more + day + sst + other + more, sheet, NAME8
        )
    )
    assert found["旬报!A1"].day == date(2015, 9, 10)
    assert found["旬报!B1"].text == "甲县"


def test_a_book_without_its_end_is_corrupt_and_not_read_in_part() -> None:
    whole = workbook(
        0x0600, b"", record(0x0203, struct.pack("<HHHd", 0, 0, 0, 7)), NAME8
    )
    assert cells(whole)["旬报!A1"].number == 7
    astray = whole.replace(
        struct.pack("<L", whole.rindex(bof(0x0600, 0x10))),
        struct.pack("<L", 9),
        1,
    )
    assert astray != whole
    for torn in (whole[:-4], whole[:-10], astray):
        trouble = open_document("x", torn)
        assert isinstance(trouble, Trouble)
        assert trouble.code is TroubleCode.CORRUPT
