"""A document as a person sees it: paragraphs and grids in reading order, every cell
knowing where it stands.

The neutral shape between the file formats (one reader each) and the form (one
extractor). Readers drop what a reader of the printed page would not see: hidden text,
hidden sheets, deleted revisions. Comments and footnotes stand apart from the blocks, so
that nothing is taken from one.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from pipeline.model.named import NamedTexts
from pipeline.model.values.frozen import frozen


class Doubt(StrEnum):
    """Why what a cell or line shows proves no figure: a person must look (rules.md 5)."""

    # A part of it is struck through
    STRUCK = "struck"
    # Digits in super- or subscript, left out of the text
    RAISED = "raised"
    # Painted so that a person may or may not see it
    BARELY_SEEN = "barely_seen"
    # The reader cannot tell whether it is seen, or what is
    UNTOLD = "untold"
    # A formula whose result its program did not compute
    UNCOMPUTED = "uncomputed"
    # An error, a date or a truth value where a number is meant
    NOT_A_NUMBER = "not_a_number"
    # Bidirectional overrides: shown in another order than stored
    REORDERED = "reordered"
    # An equation or a picture stands in it
    PICTURED = "pictured"
    # A prompt, a template's variable or a merge code
    UNFILLED = "unfilled"


@frozen
class Paragraph:
    """A line of text outside any grid. `where` is a place a person can find: 第3段, 第1页."""

    text: str
    where: str
    doubts: frozenset[Doubt] = frozenset()


@frozen
class Cell:
    """One cell; `row` and `column` count from 0, spans from 1; a merged cell stands
    once, at its top left.

    `text` keeps line breaks as \\n and is what is displayed. `number` and `day` are set
    where the file holds a typed number or date, whatever its format shows. `where`:
    表格1 第2行第2列, Sheet1!B3.
    """

    text: str
    row: int
    column: int
    where: str
    row_span: int = 1
    column_span: int = 1
    number: float | None = None
    day: date | None = None
    doubts: frozenset[Doubt] = frozenset()


def place_in_table(table: str, row: int, column: int) -> str:
    """Where a cell stands, as people count: 表格1 第2行第2列. `row` and `column` from 0."""
    return f"{table} 第{row + 1}行第{column + 1}列"


@frozen
class Grid:
    """A table or a sheet. A table nested in a cell is a Grid of its own, following its parent."""

    name: str
    cells: tuple[Cell, ...]


Cells = list[Cell]


Block = Paragraph | Grid

Blocks = list[Block]


@frozen
class Document:
    """`kind` is the format by content: docx, doc, xls, ...; `properties` are the custom
    document properties. No figure, unit or day is read from `notes`."""

    kind: str
    blocks: tuple[Block, ...]
    properties: NamedTexts = ()
    # What its comments, footnotes and endnotes say
    notes: tuple[str, ...] = ()

    def texts(self) -> Iterator[str]:
        """What every line and every cell says, in reading order; notes are no part."""
        for block in self.blocks:
            if isinstance(block, Grid):
                for cell in block.cells:
                    yield cell.text
            else:
                yield block.text

    def lines_of_notes(self) -> Iterator[str]:
        """What every note says, line by line."""
        for note in self.notes:
            for line in note.split("\n"):
                if line.strip():
                    yield line.strip()
