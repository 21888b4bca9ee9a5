"""Every form of the sample set, read through the public face: what a person reads there stands in cells of its own."""

import json
import re
from pathlib import Path

import pytest

from pipeline.model.document import Document, Grid
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.reading.open import open_document

SAMPLES = Path(__file__).parents[3] / "shared/samples/forms"
TRUTH = json.loads((SAMPLES / "truth.json").read_text("utf-8")) if SAMPLES.exists() else {}
READ = {"docx", "xlsx", "doc", "xls"}
ARCHIVES = {"zip", "7z", "rar"}

pytestmark = pytest.mark.skipif(not TRUTH, reason="the sample set is not beside the checkout")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def pieces(document: Document) -> list[tuple[str, float | None, str]]:
    """(text, number, day) of every cell and paragraph."""
    found: list[tuple[str, float | None, str]] = []
    for block in document.blocks:
        if isinstance(block, Grid):
            found += [(squeezed(c.text), c.number, str(c.day or "")) for c in block.cells]
        else:
            found.append((squeezed(block.text), None, ""))
    return found


def readable() -> list[str]:
    return [name for name, truth in TRUTH.items() if truth["kind"] in READ]


@pytest.mark.parametrize("name", readable())
def test_every_field_stands_in_the_document(name: str) -> None:
    document = open_document(name, (SAMPLES / name).read_bytes())
    assert isinstance(document, Document), document
    assert document.kind == TRUTH[name]["kind"]
    found = pieces(document)
    for form in TRUTH[name]["forms"]:
        number = squeezed(form["number_raw"])
        assert any(squeezed(form["unit"]) in text for text, _, _ in found)
        assert any(n == form["number"] for _, n, _ in found) or any(
            re.search(rf"(?<![\d.,]){re.escape(number)}(?![\d.])", text) and len(text) < 60
            for text, _, _ in found
        )
        assert any(squeezed(form["date_raw"]) in text or form["date_raw"] == day for text, _, day in found)
        for measure in form["measures"]:
            assert any(squeezed(measure) in text for text, _, _ in found), measure


@pytest.mark.parametrize("name", readable())
def test_unit_number_and_measures_stand_apart(name: str) -> None:
    """No cell holds two fields, unless the form itself writes them into one."""
    document = open_document(name, (SAMPLES / name).read_bytes())
    assert isinstance(document, Document)
    for form in TRUTH[name]["forms"]:
        for text, _, _ in pieces(document):
            if squeezed(form["unit"]) in text:
                assert squeezed(form["measures"][0]) not in text
                assert "已完成" not in text


@pytest.mark.parametrize(
    "name", [n for n, t in TRUTH.items() if t["kind"] == "bomb" and not n.endswith(".zip")]
)
def test_bombs_are_refused(name: str) -> None:
    trouble = open_document(name, (SAMPLES / name).read_bytes())
    assert isinstance(trouble, Trouble)
    assert trouble.code is TroubleCode.BOMB


@pytest.mark.parametrize("name", [n for n in ("e01_pw.docx",) if (SAMPLES / n).exists()])
def test_encrypted_files_are_named_so(name: str) -> None:
    trouble = open_document(name, (SAMPLES / name).read_bytes())
    assert isinstance(trouble, Trouble)
    assert trouble.code is TroubleCode.ENCRYPTED
    assert "密码" in trouble.advice
