"""Whether this computer can draw Chinese: two characters are drawn and compared.

Trusts the pictures alone, not a list of fonts: where no font has them, both come out as
the same empty box, or as nothing.
"""

import pypdfium2 as pdfium

from pipeline.reading.evidence import pdf_table

_CHARACTERS = ("中", "旬")


def draws_chinese() -> bool:
    """Whether two characters are drawn, and drawn differently."""
    drawn = [_drawn(character) for character in _CHARACTERS]
    return drawn[0] != drawn[1] and _drawn(" ") not in drawn


def _drawn(text: str) -> bytes:
    content, _ = pdf_table.table([("", text)])
    document = pdfium.PdfDocument(content)
    try:
        bitmap = document[0].render(scale=1.0, grayscale=True)
        return bytes(bitmap.buffer)
    finally:
        document.close()
