"""Scans and photos of forms with known figures: a document by python-docx, its pages by LibreOffice, then bad weather.

`forms` is the truth. All randomness comes from the seed.
"""

import random
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Pt

Picture = Any

UNITS = ("甲川县", "乙山区", "丙江市", "丁河自治县", "戊水区", "己岭县")
FONTS = ("Noto Serif CJK SC", "Noto Sans CJK SC")
CLAUSES = (
    "1.深入建筑工地、物流园区摸底，新建工会组织{n}家。",
    "2.推广扫码入会，举办集中入会仪式{m}场，发放手册800余份。",
    "3.开展慰问和免费体检，惠及农民工1200人次，投入15.6万元。",
)


@dataclass(frozen=True)
class Filled:
    """What one form says; `layout` is plain, blank (the number in the label's blank) or inline (label and value in one cell)."""

    unit: str
    month: int
    day: int
    figure: int
    layout: str
    font: str


def forms(count: int, seed: int = 1) -> list[Filled]:
    """Forms with figures of one to five digits, every layout and font in turn."""
    chance = random.Random(seed)
    layouts = ("plain", "plain", "blank", "inline")
    return [
        Filled(
            chance.choice(UNITS),
            chance.choice((9, 10, 11, 12)),
            chance.choice((10, 20, 30)),
            chance.randrange(10 ** (digits - 1), 10**digits),
            layouts[n % len(layouts)],
            FONTS[n // 2 % len(FONTS)],
        )
        for n in range(count)
        for digits in (n % 5 + 1,)
    ]


def write_forms(filled: list[Filled], path: Path) -> None:
    """One document, a page for each form."""
    document = Document()
    for number, form in enumerate(filled):
        if number:
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        _add_form(document, form)
    document.save(str(path))


def _add_form(document: Any, form: Filled) -> None:
    _set(
        document.add_paragraph(),
        "乐山市农民工入会集中行动旬报表",
        form.font,
        18,
    )
    day = f"2015年{form.month}月{form.day}日"
    blank = f"{form.figure}" if form.layout == "blank" else "   "
    label = f"已完成目标任务数（新增 {blank} 名农民工入会）"
    value = "" if form.layout == "blank" else str(form.figure)
    measures = "\n".join(
        c.format(n=form.figure % 40 + 2, m=form.day % 7 + 2) for c in CLAUSES
    )
    if form.layout == "inline":
        rows = [
            [f"报送单位：{form.unit}总工会", f"报送时间：{day}"],
            [label, value],
            ["主要工作举措", measures],
        ]
    else:
        rows = [
            ["报送单位：", f"{form.unit}总工会", "报送时间：", day],
            [label, None, value, None],
            ["主要工作举措（300字左右）", measures, None, None],
        ]
    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text is not None:
                spans = [
                    i
                    for i in range(c + 1, len(row))
                    if all(x is None for x in row[c + 1 : i + 1])
                ]
                cell = table.cell(r, c)
                _set(
                    (
                        cell.merge(table.cell(r, spans[-1])) if spans else cell
                    ).paragraphs[0],
                    text,
                    form.font,
                    14,
                )


def _set(paragraph: Any, text: str, font: str, size: int) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), font
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def printed(document: Path, work: Path) -> Path:
    """The document as a PDF, by LibreOffice."""
    profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(work),
        str(document),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return work / f"{document.stem}.pdf"


def pages(pdf: Path, dpi: int) -> Iterator[Picture]:
    document = pdfium.PdfDocument(str(pdf))
    for index in range(len(document)):
        yield document[index].render(scale=dpi / 72).to_numpy()[:, :, :3].copy()


def clean(picture: Picture, chance: Any) -> bytes:
    return _png(picture)


def noisy(picture: Picture, chance: Any) -> bytes:
    """An old office scanner: grey paper, half a degree to two of skew, grain, JPEG."""
    sign = chance.choice((-1, 1))
    turned = _rotated(picture, sign * chance.uniform(0.5, 2.0))
    grey = turned.astype(np.float32) * chance.uniform(
        0.75, 0.92
    ) + chance.uniform(5, 20)
    return _jpeg(
        grey + chance.normal(0, 8, grey.shape), int(chance.integers(50, 80))
    )


def stamped(picture: Picture, chance: Any) -> bytes:
    """A red seal over the border of the figure's cell and some of its text."""
    height, width = picture.shape[:2]
    seal = picture.copy()
    middle = (
        int(width * chance.uniform(0.35, 0.65)),
        int(height * chance.uniform(0.12, 0.2)),
    )
    radius = int(width * 0.11)
    cv2.circle(
        seal, middle, radius, (50, 40, 210), max(radius // 18, 2), cv2.LINE_AA
    )
    cv2.drawMarker(
        seal,
        middle,
        (50, 40, 210),
        cv2.MARKER_STAR,
        radius // 2,
        max(radius // 12, 2),
    )
    inked = cv2.addWeighted(
        np.minimum(picture, seal), 0.7, seal, 0.3, 0
    )  # print shows through ink
    over = np.where((seal != picture).any(2, keepdims=True), inked, picture)
    return _jpeg(_rotated(over, chance.uniform(-1, 1)), 75)


def photographed(picture: Picture, chance: Any) -> bytes:
    """By phone: on a table, from one side, with shade and grain."""
    height, width = picture.shape[:2]
    bend = lambda: chance.uniform(0.02, 0.1)  # noqa: E731
    target = np.array(
        [
            [width * bend(), height * bend()],
            [width * (1 - bend()), height * bend()],
            [width * (1 - bend()), height * (1 - bend())],
            [width * bend(), height * (1 - bend())],
        ],
        np.float32,
    )
    source = np.array(
        [[0, 0], [width, 0], [width, height], [0, height]], np.float32
    )
    matrix = cv2.getPerspectiveTransform(source, target)
    seen = cv2.warpPerspective(
        picture, matrix, (width, height), borderValue=(70, 90, 100)
    )
    shade = np.linspace(1.0, chance.uniform(0.55, 0.8), width)[None, :, None]
    return _jpeg(
        seen * shade + chance.normal(0, 6, seen.shape),
        int(chance.integers(50, 75)),
    )


def turned(picture: Picture, chance: Any) -> bytes:
    """On its side or head."""
    return _jpeg(
        _rotated(
            np.rot90(picture, int(chance.integers(1, 4))).copy(),
            chance.uniform(-1, 1),
        ),
        70,
    )


WEATHER: dict[str, tuple[int, Callable[[Picture, Any], bytes]]] = {
    "clean150": (150, clean),
    "clean200": (200, clean),
    "noisy150": (150, noisy),
    "stamp150": (150, stamped),
    "phone200": (200, photographed),
    "turned150": (150, turned),
}


def _rotated(picture: Picture, degrees: float) -> Picture:
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(
        picture,
        matrix,
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderValue=(255, 255, 255),
    )


def _png(picture: Picture) -> bytes:
    return bytes(cv2.imencode(".png", picture)[1])


def _jpeg(picture: Picture, quality: int) -> bytes:
    shown = np.clip(picture, 0, 255).astype(np.uint8)
    return bytes(
        cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    )
