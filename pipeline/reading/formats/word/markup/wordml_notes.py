"""Comments, footnotes and endnotes of WordprocessingML: what each says.

For: docx, which hands them over beside its blocks. Trusts only well-formed XML. Never
gives deleted text, nor the rules that part notes from the page.
"""

from collections.abc import Iterator

from pipeline.reading.formats.word.markup.wordml import (
    Element,
    W,
    attribute,
    is_deletion,
    local,
)

# Kinds of parts by the element in the text that refers to one of theirs
PARTS = {
    b"commentReference": "comments",
    b"footnoteReference": "footnotes",
    b"endnoteReference": "endnotes",
}
_NOTES = frozenset(("comment", "footnote", "endnote"))
# Of Word 2003
_ANNOTATION = "annotation"
_GONE = frozenset(("del", "moveFrom"))
_PARAGRAPH, _TEXT = f"{{{W}}}p", f"{{{W}}}t"


def notes_in(root: Element) -> Iterator[str]:
    """The text of every note of a part, or in a body of Word 2003, its paragraphs as
    lines."""
    for element in root.iter():
        if _is_note(element):
            text = "\n".join(map(_line, element.iter(_PARAGRAPH)))
            if text.strip():
                yield text


def _is_note(element: Element) -> bool:
    name = local(element.tag)
    if name == _ANNOTATION:
        return attribute(element, "type") == "Word.Comment"
    return name in _NOTES


def _line(paragraph: Element) -> str:
    return "".join(t.text or "" for t in paragraph.iter(_TEXT) if _stands(t))


def _stands(text: Element) -> bool:
    """Whether no tracked change takes a text away."""
    for holder in text.iterancestors():
        if _is_note(holder):
            return True
        if local(holder.tag) in _GONE or is_deletion(holder):
            return False
    return True
