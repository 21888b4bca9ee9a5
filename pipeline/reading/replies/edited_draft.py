"""The document of a bulletin's draft as a reviewer sent it back: its lines of text, and
which of a reply's files it is.

Trusts nothing: runs in the child process like every reading of a foreign file. Never
judges what was changed (judging/review/edited_figures).
"""

from pipeline.model.document import Document, Grid
from pipeline.model.letters.bulletins import EditedDraft
from pipeline.model.mail import Attachment, Message
from pipeline.reading.files.open_document import open_document
from pipeline.reading.replies.document_traces import marks_in


def documents_of(message: Message) -> tuple[Attachment, ...]:
    """The files of a reply that may be an edited draft: Word documents by their name,
    none that only stands in the text."""
    found = []
    for file in message.attachments:
        if not file.inline and file.name.lower().endswith(
            (".docx", ".doc", ".wps")
        ):
            found.append(file)
    return tuple(found)


def read_edited_draft(content: bytes) -> EditedDraft:
    """What a person reads in the document, line by line; a row of a table is one line.
    `kind` is "" where it cannot be opened."""
    opened = open_document("", content)
    if not isinstance(opened, Document):
        return EditedDraft("", ())
    lines: list[str] = []
    for block in opened.blocks:
        if isinstance(block, Grid):
            lines += _rows(block)
        else:
            lines += block.text.splitlines()
    shown = [line.strip() for line in lines if line.strip()]
    marks = marks_in(content)
    return EditedDraft(
        kind=opened.kind,
        lines=tuple(shown),
        marked=marks.tracked,
        commented=marks.commented,
    )


def _rows(grid: Grid) -> list[str]:
    rows: dict[int, list[str]] = {}
    for cell in grid.cells:
        rows.setdefault(cell.row, []).append(cell.text.replace("\n", ""))
    return ["　".join(cells) for _, cells in sorted(rows.items())]
