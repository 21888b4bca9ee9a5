"""Pictures of every letter and of every page of the bulletin's files, to be looked at:
`python -m tests.pictures.letters_gallery FOLDER [STORAGE]`.

Letters come from the sample facts, at a phone's width and at a desktop's; documents and
workbooks from the samples and, with STORAGE, from the bulletins that lie in its `out`.
Needs LibreOffice, poppler-utils, Chromium and a Chinese font.
"""

import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

from pipeline.model.letters.bulletins import Bulletin, BulletinDraft
from pipeline.writing.bulletin.official_document import bulletin_document
from pipeline.writing.bulletin.workbook import bulletin_workbook
from pipeline.writing.sample_month import SENDER
from pipeline.writing.samples import BULLETIN, LETTERS
from pipeline.writing.templates import Renderer
from tests.pictures.office import converted, pages, screenshot

# CSS pixels: a phone of 2015 to now, and a mail program's reading pane.
WIDTHS = {"phone": 390, "desktop": 720}
_TALLEST = 6000
_DPI = 55


def main(folder: Path, storage: Path | None) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    made = _letters(folder)
    made += _documents(
        folder, "sample", bulletin_document(BULLETIN, SENDER), "docx"
    )
    made += _documents(
        folder, "sample", bulletin_workbook(BULLETIN, SENDER), "xlsx"
    )
    for file in sorted((storage / "out").rglob("*")) if storage else []:
        kind = file.suffix.removeprefix(".")
        if kind in {"docx", "xlsx"}:
            made += _documents(
                folder, file.parent.name, file.read_bytes(), kind
            )
    return made


def _letters(folder: Path) -> list[Path]:
    renderer, made = Renderer(), []
    with tempfile.TemporaryDirectory() as name:
        for letter_name, letter in LETTERS:
            html = renderer.render(letter, SENDER).html
            long = isinstance(letter, Bulletin | BulletinDraft)
            for screen, width in WIDTHS.items():
                shot = screenshot(
                    html,
                    Path(name),
                    letter_name,
                    width,
                    _TALLEST if long else 3600,
                )
                target = folder / f"{letter_name}-{screen}.png"
                trimmed(Image.open(shot)).save(target, optimize=True)
                made.append(target)
    return made


def trimmed(picture: Image.Image) -> Image.Image:
    """Without the empty paper below the mail."""
    whole = picture.convert("RGB")
    paper = whole.getpixel((0, whole.height - 1))
    empty = Image.new("RGB", whole.size, paper)
    box = ImageChops.difference(whole, empty).getbbox() or (
        0,
        0,
        0,
        whole.height,
    )
    return whole.crop((0, 0, whole.width, min(box[3] + 12, whole.height)))


def _documents(
    folder: Path, name: str, content: bytes, kind: str
) -> list[Path]:
    """All pages of one file side by side."""
    with tempfile.TemporaryDirectory() as work:
        pdf = converted(content, kind, "pdf", Path(work))
        sheets = [Image.open(page) for page in pages(pdf, Path(work), _DPI)]
        width = max(sheet.width for sheet in sheets)
        height = max(sheet.height for sheet in sheets)
        columns = min(4, len(sheets))
        rows = -(-len(sheets) // columns)
        whole = Image.new("RGB", (width * columns, height * rows), "grey")
        for index, sheet in enumerate(sheets):
            row, column = divmod(index, columns)
            whole.paste(sheet, (column * width, row * height))
    target = folder / f"{name}-{kind}.png"
    whole.save(target, optimize=True)
    return [target]


if __name__ == "__main__":
    given = [Path(word) for word in sys.argv[1:]]
    for picture in main(given[0], given[1] if len(given) > 1 else None):
        print(picture)
