"""Comments, footnotes and endnotes of OpenDocument: what each says.

For: odt and ods, which hand them over beside their blocks. Trusts only well-formed XML.
Never gives who wrote one and when.
"""

from collections.abc import Iterator

from pipeline.reading.formats.word.odf_styles import OFFICE, TEXT, Element

_NOTES = (f"{OFFICE}annotation", f"{TEXT}note-body")
_LINES = (f"{TEXT}p", f"{TEXT}h")


def notes_in(root: Element) -> Iterator[str]:
    """The text of every note below an element, its paragraphs as lines."""
    for note in root.iter(*_NOTES):
        lines = []
        for line in note.iter(*_LINES):
            lines.append("".join(map(str, line.itertext())))
        yield "\n".join(lines)
