"""Makes the pictures of the docs from the sample facts: `python -m tests.pictures.docs_images`.

Needs LibreOffice, poppler-utils, Chromium and a Chinese font; writes the pictures of docs/images and docs/zh/images.
"""

import tempfile
from pathlib import Path

from PIL import Image, ImageChops

from pipeline.writing.board.pages import pages as board_pages
from pipeline.writing.bulletin.official_document import bulletin_document
from pipeline.writing.sample_month import SENDER
from pipeline.writing.samples import BULLETIN, RECEIPT
from pipeline.writing.templates import Renderer
from tests.pictures.board_sample import sample_board
from tests.pictures.office import converted, pages, screenshot

IMAGES = Path(__file__).parents[2] / "docs" / "images"
MANUAL = Path(__file__).parents[2] / "docs" / "zh" / "images"


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pdf = converted(
            bulletin_document(BULLETIN, SENDER), "docx", "pdf", folder
        )
        _kept(Image.open(pages(pdf, folder, 90)[0]), "bulletin.png")
        receipt = Renderer().render(RECEIPT, SENDER).html
        _kept(
            _trimmed(
                Image.open(screenshot(receipt, folder, "receipt", 700, 1400))
            ),
            "receipt.png",
        )
        board = board_pages(sample_board())["index.html"]
        for sight, width, height in (
            ("board", 1180, 1100),
            ("board-phone", 360, 900),
        ):
            picture = screenshot(board, folder, sight, width, height)
            _kept(Image.open(picture), f"{sight}.png", MANUAL)


def _trimmed(picture: Image.Image) -> Image.Image:
    """Without the empty paper below the mail."""
    whole = picture.convert("RGB")
    empty = Image.new("RGB", whole.size, whole.getpixel((0, whole.height - 1)))
    _, _, _, bottom = ImageChops.difference(whole, empty).getbbox() or (
        0,
        0,
        0,
        whole.height,
    )
    return whole.crop((0, 0, whole.width, min(bottom + 12, whole.height)))


def _kept(picture: Image.Image, name: str, folder: Path = IMAGES) -> None:
    picture.convert("RGB").quantize(64).save(folder / name, optimize=True)


if __name__ == "__main__":
    main()
