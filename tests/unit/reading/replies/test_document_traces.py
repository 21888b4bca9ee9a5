"""What a .docx tells of its editors is taken out, on files that office programs and other
libraries wrote; no word of them changes."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from long_rows import long_rows
from neighbour import DATA

from pipeline.reading.replies.document_traces import marks_in, without_traces

_FORMS = DATA / "cases" / "forms"
_TRACES = re.compile(
    rb"<(?:dc:creator|cp:lastModifiedBy|Company|Manager|Template|TotalTime)\b"
    rb"| w:rsid\w*=|<w:rsids>|<w:attachedTemplate"
)


# Of the documents: a sixth in every run
PARTS = 6


def documents() -> Iterator[Path]:
    for path in sorted(_FORMS.glob("*.docx")):
        try:
            Document(str(path))
        # Some of the cases are no package, or one that python-docx refuses.
        except Exception:  # noqa: BLE001
            continue
        yield path


def parts(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as package:
        names = [n for n in package.namelist() if not n.endswith("/")]
        return {name: package.read(name) for name in names}


def words(content: bytes) -> list[str]:
    body = Document(BytesIO(content)).element.body
    return [node.text or "" for node in body.iter(qn("w:t"))]


@pytest.mark.parametrize(
    "part",
    [0, *long_rows(*range(1, PARTS))],
)
def test_the_words_stay_and_the_traces_go(part: int) -> None:
    tried = list(documents())[part::PARTS]
    assert len(tried) > 5
    for path in tried:
        content = path.read_bytes()
        clean = without_traces(content)
        assert words(clean) == words(content), path.name
        assert set(parts(clean)) == set(parts(content)), path.name
        left = [n for n, c in parts(clean).items() if _TRACES.search(c)]
        assert left == [], path.name
        assert without_traces(clean) == clean, path.name


def test_the_control_has_traces() -> None:
    found = [
        path.name
        for path in documents()
        if any(_TRACES.search(c) for c in parts(path.read_bytes()).values())
    ]
    assert len(found) > 10


def marked(element: str, where: str) -> bytes:
    document = Document()
    document.add_paragraph("正文")
    place = document.element.body
    if where == "footer":
        place = document.sections[0].footer.paragraphs[0]._p
    place.insert(0, OxmlElement(element))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("where", ["body", "footer"])
@pytest.mark.parametrize(
    ("element", "tracked", "commented"),
    [
        ("w:ins", True, False),
        ("w:del", True, False),
        ("w:moveTo", True, False),
        ("w:rPrChange", True, False),
        ("w:commentRangeStart", False, True),
        ("w:commentReference", False, True),
        ("w:instrText", False, False),
    ],
)
def test_marks_are_found_wherever_they_stand(
    element, tracked, commented, where
) -> None:
    found = marks_in(marked(element, where))
    assert (found.tracked, found.commented) == (tracked, commented)


def test_what_is_no_package_has_no_marks() -> None:
    assert not marks_in(b"PK nothing").tracked
