"""Files and mails made to hurt, through the real child: each ends at once, with a sentence, and the child goes on.

The slow ones (bombs of many megabytes) are run by `scripts/fuzz/fuzz.py --own`; these are its fast ones.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from form_makers import SPEC
from fuzz import hostile

from pipeline.edges.processes.sandbox import Reader
from pipeline.model.trouble import TroubleCode

C = TroubleCode
WANTED = {
    "empty.docx": C.EMPTY,
    "program.doc": C.EXECUTABLE,
    "script.doc": C.EXECUTABLE,
    "archives in archives.zip": C.UNSUPPORTED,
    "many members.zip": C.BOMB,
    "deeper tables.docx": C.CORRUPT,
    "laughs.docx": C.BOMB,
    "file entity.docx": C.BOMB,
    "late entity.docx": C.BOMB,
    "macros.docm": C.NO_FORM,
    "styles in a circle.docx": C.NO_FORM,
    "far cells.xlsx": C.NO_FORM,
    "one merge.xlsx": C.NO_FORM,
    "deep formula.xlsx": C.NO_FORM,
    "formulas in a circle.xlsx": C.NO_FORM,
    "formulas that double.xlsx": C.NO_FORM,
    "deep.html": C.NO_FORM,
    "deep.rtf": C.BOMB,
    "pages.pdf": C.TOO_BIG,
    "pages in a circle.pdf": C.CORRUPT,
    "WordDocument in a circle.doc": C.CORRUPT,
    "WordDocument in itself.doc": C.CORRUPT,
    "Workbook in a circle.doc": C.CORRUPT,
    "Workbook in itself.doc": C.CORRUPT,
    "directory in a circle.doc": C.CORRUPT,
    "table in a circle.doc": C.CORRUPT,
}


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(SPEC, seconds=20) as made:
        yield made


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return dict(hostile.small())


@pytest.mark.parametrize("name", WANTED)
def test_a_hostile_file_ends_as_its_trouble(
    name: str, files: dict[str, bytes], reader: Reader
) -> None:
    readings = reader.file(name, files[name])
    assert [r.trouble and r.trouble.code for r in readings] == [WANTED[name]]
    assert all(r.trouble and r.trouble.advice.endswith("。") for r in readings)


# Half of the time of all
DEAR = {"many headers.eml", "quotes.eml"}


@pytest.mark.parametrize(
    "dear", [False, pytest.param(True, marks=pytest.mark.long)]
)
def test_hostile_mails_are_decoded(
    files: dict[str, bytes], reader: Reader, dear: bool
) -> None:
    mails = {name: raw for name, raw in files.items() if name.endswith(".eml")}
    assert mails.keys() > DEAR
    assert len(mails) > 5 + len(DEAR)
    for name, raw in mails.items():
        if (name in DEAR) is not dear:
            continue
        assert reader.message(raw, datetime(2015, 9, 10, tzinfo=UTC)).key
