"""The promise of open_document: whatever the bytes, a Document or a Trouble whose sentence a clerk can follow."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.model.document import Document
from pipeline.model.trouble import ADVICE, Trouble, TroubleCode
from pipeline.reading.files.open_document import open_document

FILES = sorted((Path(__file__).parents[3] / "golden/files").iterdir())
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(content: bytes) -> Document | Trouble:
    result = open_document("x", content)
    assert isinstance(result, Document | Trouble)
    return result


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
@given(
    st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)),
        max_size=12,
    ),
    st.floats(0.05, 1),
)
@settings(
    max_examples=12, suppress_health_check=[HealthCheck.too_slow], deadline=None
)
def test_damaged_files(
    path: Path, changes: list[tuple[float, int]], kept: float
) -> None:
    content = bytearray(path.read_bytes())
    for place, byte in changes:
        content[int(place * len(content))] = byte
    found = read(bytes(content[: int(kept * len(content))]))
    assert isinstance(found, Document | Trouble)


@given(
    st.sampled_from(
        [
            OLE,
            b"PK\x03\x04",
            b"{\\rtf1",
            b"%PDF-1.4\n",
            b"<html>",
            b"<?xml version='1.0'?><w:wordDocument ",
            b"\t\x08\x10\x00",
            b"",
        ]
    ),
    st.binary(max_size=400),
)
@settings(deadline=None)
def test_noise_under_any_head(head: bytes, noise: bytes) -> None:
    assert isinstance(read(head + noise), Document | Trouble)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", TroubleCode.EMPTY),
        (b"\x00" * 5000, TroubleCode.EMPTY),
        (b"MZ" + b"\x00" * 100, TroubleCode.EXECUTABLE),
        (b"\x89PNG\r\n\x1a\n....", TroubleCode.SCAN_UNREAD),
        (OLE + b"\x00" * 600, TroubleCode.CORRUPT),
        (b"PK\x03\x04 cut off", TroubleCode.CORRUPT),
        (b"%PDF-1.4 cut off", TroubleCode.CORRUPT),
        (bytes(range(256)) * 8, TroubleCode.UNSUPPORTED),
        (b"{\\rtf1" + b"{" * 100_000, TroubleCode.BOMB),
    ],
)
def test_troubles_are_told_apart(content: bytes, code: TroubleCode) -> None:
    trouble = read(content)
    assert isinstance(trouble, Trouble)
    assert trouble.code is code


def test_every_sentence_says_what_to_do() -> None:
    assert len(ADVICE) > 10
    for sentence in ADVICE.values():
        assert sentence.endswith("。")
        assert sentence.count("。") == 1
        # 同时发送原表会更快: of a scan that staff look at nothing more is asked
        assert "请" in sentence or "发送" in sentence


@pytest.mark.parametrize(
    "ids", [("a", "a"), ("1", "2")], ids=["given twice", "no names"]
)
def test_odd_identifiers_make_no_file_unreadable(ids: tuple[str, str]) -> None:
    """ODF tools copy a list with its xml:id; LibreOffice opens the file, so must we."""
    office, text = (
        f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
        for name in ("office", "text")
    )
    lines = "".join(f'<t:p xml:id="{key}">报送单位</t:p>' for key in ids)
    document = open_document(
        "旬报.fodt",
        f'<?xml version="1.0"?><o:document xmlns:o="{office}" xmlns:t="{text}" '
        f'o:mimetype="application/vnd.oasis.opendocument.text"><o:body><o:text>{lines}</o:text></o:body></o:document>'.encode(),
    )
    assert isinstance(document, Document), document
    assert len(document.blocks) == 2
