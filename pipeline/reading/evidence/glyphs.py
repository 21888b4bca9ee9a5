"""Whether this computer can draw Chinese: two characters are drawn and compared.

Trusts the pictures alone, not a list of fonts: where no font has them, both come out as
the same empty box, or as nothing.
"""

from collections.abc import Callable

import pypdfium2 as pdfium

from pipeline.reading.evidence import pdf_table

_CHARACTERS = ("中", "旬")


def draw(text: str) -> bytes:
    """The picture of a text, as a table of ours shows it."""
    content, _ = pdf_table.table([("", text)])
    document = pdfium.PdfDocument(content)
    try:
        bitmap = document[0].render(scale=1.0, grayscale=True)
        return bytes(bitmap.buffer)
    finally:
        document.close()


def draws_chinese(drawn_by: Callable[[str], bytes] = draw) -> bool:
    """Whether two characters are drawn, and drawn differently."""
    drawn = [drawn_by(character) for character in _CHARACTERS]
    return drawn[0] != drawn[1] and drawn_by(" ") not in drawn
