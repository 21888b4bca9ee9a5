"""A scanned page that somebody put into a Word file instead of filling the form.

Beside files.py, which asks where no form was found in the text. Trusts no size: the
picture comes out under the bounds of package.py.
"""

from pipeline.model.document import Document, Paragraph
from pipeline.reading.containers.foreign_file import ForeignFile

_PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".heic")
_LEAST_SCAN = 20_000  # bytes: a page at 100 dpi has more, a seal or a logo less
_MOST_BESIDE_A_SCAN = 100  # characters: a heading, a line of greeting


def scan_in(file: ForeignFile, document: Document) -> bytes | None:
    """The scanned picture that stands for a package's text: the largest where it says
    next to nothing itself; None where there is text, or only a small picture such as a
    seal. Raises UnreadableError: a damaged or huge member."""
    said = [
        len(block.text) if isinstance(block, Paragraph) else _MOST_BESIDE_A_SCAN + 1
        for block in document.blocks
    ]
    if sum(said) > _MOST_BESIDE_A_SCAN:
        return None
    package = file.package
    pictures = [
        m
        for m in package.members.values()
        if m.name.lower().endswith(_PICTURES) and m.size >= _LEAST_SCAN
    ]
    if pictures:
        return package.read(max(pictures, key=lambda m: m.size).name)
    return None
