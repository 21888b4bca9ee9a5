"""Scans and photos of known forms: never a wrong figure accepted, and most of the clean ones accepted.

The pictures in `pictures/` are made by scan_makers.py; the rest are samples of ../shared, where it is at hand.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("rapidocr", reason="needs the [ocr] extra")

import cv2
import numpy as np
from form_makers import SPEC as PLAIN
from neighbour import SHARED, needs_shared

from pipeline.edges.processes.sandbox import Reader
from pipeline.model.form import FileReading, Hold
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.reading.files.sniff import sniff
from pipeline.reading.formats.scan.scan_reader import read_scan

pytestmark = pytest.mark.ocr

HERE = Path(__file__).parent / "pictures"
SAMPLES = SHARED / "samples" / "forms"
UNREAD = Trouble(TroubleCode.SCAN_UNREAD, "未能识别。")
SPEC = replace(
    PLAIN,
    unit_names=("甲川县", "乙山区", "丙江市", "丁河自治县", "戊水区", "己岭县"),
)
MADE = json.loads((HERE / "truth.json").read_text("utf-8"))


def read(content: bytes) -> FileReading:
    return read_scan("扫描件", content, sniff(content), SPEC, UNREAD)


def accepted(reading: FileReading) -> list[int | None]:
    return [
        f.figure.completed
        for f in reading.forms
        if Hold.SCAN_UNCERTAIN not in f.figure.holds
    ]


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_made_scan_is_read(name: str) -> None:
    truth = MADE[name]
    (form,) = read((HERE / name).read_bytes()).forms
    assert (form.figure.completed, form.figure.holds) == (truth["figure"], ())
    assert form.unit_text.startswith(truth["unit"])
    assert [(m.month, m.day) for m in form.mentions] == [
        (truth["month"], truth["day"])
    ]
    assert len(form.measures) == 3


def test_a_scan_is_read_by_the_second_child_and_an_archive_keeps_its_order() -> (
    None
):
    name = sorted(MADE)[0]
    with Reader(SPEC) as reader:
        (reading,) = reader.file(name, (HERE / name).read_bytes())
    assert accepted(reading) == [MADE[name]["figure"]]


def _samples() -> dict[str, Any]:
    every = json.loads((SAMPLES / "truth.json").read_text("utf-8"))
    return {
        name: t
        for name, t in every.items()
        if t["kind"] in ("image", "scanpdf")
    }


@needs_shared("samples/forms")
def test_no_sample_is_read_wrongly_and_nearly_all_are_accepted() -> None:
    samples = _samples()
    figures = {
        name: accepted(read((SAMPLES / name).read_bytes())) for name in samples
    }
    truths = {
        name: [f["number"] for f in t["forms"]] for name, t in samples.items()
    }
    assert {
        n: f for n, f in figures.items() if not set(f) <= set(truths[n])
    } == {}
    assert sum(figures[n] == truths[n] for n in samples) >= 0.9 * len(samples)


def _crossed(
    picture: Any, left: int, top: int, right: int, bottom: int
) -> None:
    middle = (left + right) // 2
    cv2.line(
        picture,
        (middle - 6, top - 4),
        (middle + 6, bottom + 4),
        (40, 40, 40),
        5,
    )


def _struck_out(
    picture: Any, left: int, top: int, right: int, bottom: int
) -> None:
    cv2.line(
        picture,
        (left - 4, (top + bottom) // 2),
        (right + 4, (top + bottom) // 2),
        (0, 0, 0),
        2,
    )


def _last_digit_half_gone(
    picture: Any, left: int, top: int, right: int, bottom: int
) -> None:
    picture[
        top - 1 : (top + bottom) // 2, (left + right) // 2 + 1 : right + 2
    ] = 255


def _first_digit_half_gone(
    picture: Any, left: int, top: int, right: int, bottom: int
) -> None:
    picture[top - 1 : (top + bottom) // 2, left - 1 : (left + right) // 2] = 255


def _overwritten(
    picture: Any, left: int, top: int, right: int, bottom: int
) -> None:
    """Another number by hand, over the one that is printed."""
    where = (left - 2, bottom + 3)
    cv2.putText(
        picture,
        "57",
        where,
        cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
        1,
        (90, 20, 20),
        2,
    )


def _corrected_above(
    picture: Any, left: int, top: int, right: int, bottom: int
) -> None:
    """Struck out, and the right number written beside it."""
    _struck_out(picture, left, top, right, bottom)
    where = (right + 14, bottom)
    cv2.putText(
        picture, "57", where, cv2.FONT_HERSHEY_SIMPLEX, 0.9, (30, 30, 30), 2
    )


def _see_attachment(
    picture: Any, left: int, top: int, right: int, bottom: int
) -> None:
    """详见附件3 in the place of the number; its picture is made by hand, since OpenCV has
    no Chinese letters."""
    words = cv2.imread(str(HERE / "see_attachment.png"))
    picture[top - 4 : bottom + 4, left - 4 : right + 4] = 255
    high, wide = words.shape[:2]
    picture[top - 4 : top - 4 + high, left - 40 : left - 40 + wide] = words


@pytest.mark.parametrize(
    "damage",
    [
        _crossed,
        _struck_out,
        _last_digit_half_gone,
        _first_digit_half_gone,
        _overwritten,
        _corrected_above,
        _see_attachment,
    ],
)
def test_a_damaged_figure_is_held_with_its_picture(damage: Any) -> None:
    (name, truth) = next((n, t) for n, t in MADE.items() if t.get("figure_box"))
    picture = cv2.imdecode(
        np.frombuffer((HERE / name).read_bytes(), np.uint8), cv2.IMREAD_COLOR
    )
    damage(picture, *truth["figure_box"])
    reading = read(bytes(cv2.imencode(".png", picture)[1]))
    assert accepted(reading) == []
    assert dict(reading.crops)["completed"].startswith(b"\x89PNG")


@pytest.mark.parametrize("shade", [255, 128])
def test_a_picture_without_a_form_stays_an_unread_scan(shade: int) -> None:
    blank = np.full((900, 700, 3), shade, np.uint8)
    cv2.putText(
        blank, "holiday", (60, 300), cv2.FONT_HERSHEY_SIMPLEX, 3, (0, 0, 0), 8
    )
    reading = read(bytes(cv2.imencode(".png", blank)[1]))
    assert reading.forms == ()
    assert (
        reading.trouble is not None
        and reading.trouble.code is TroubleCode.SCAN_UNREAD
    )


def test_a_broken_picture_is_corrupt() -> None:
    content = (HERE / sorted(MADE)[0]).read_bytes()[:400]
    reading = read(content)
    assert (
        reading.trouble is not None
        and reading.trouble.code is TroubleCode.CORRUPT
    )
