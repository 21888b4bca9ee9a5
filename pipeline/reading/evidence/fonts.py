"""Whether this machine has a font with Chinese glyphs, found by drawing two and comparing."""

import pypdfium2 as pdfium

from pipeline.reading.evidence import pdf_table

# A stroke of one line and a square full of strokes: without a font both are the same box, or nothing.
_THIN = "一"
_FULL = "國"


def draws_chinese() -> bool:
    return _drawn(_THIN) != _drawn(_FULL)


def _drawn(text: str) -> bytes:
    content, _ = pdf_table.table([("", text)])
    document = pdfium.PdfDocument(content)
    try:
        return bytes(document[0].render(scale=2.0).buffer)
    finally:
        document.close()
