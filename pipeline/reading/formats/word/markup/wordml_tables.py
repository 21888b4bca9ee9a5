"""How a table style of WordprocessingML shows the cells of a table: its parts (first row,
bands, ...), and which of them a table uses.

Beside docx_walk.py. Trusts only well-formed XML.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.model.values.frozen import frozen
from pipeline.reading.formats.seen import Colour
from pipeline.reading.formats.word.markup.wordml import (
    VAL,
    Element,
    attribute,
    child_of,
)
from pipeline.reading.formats.word.run_format import (
    NOTHING_SAID,
    Ink,
    RunFormat,
    as_ground,
)


@dataclass
class TablePart:
    """How one part of a table style (its first row, say) shows what stands in it."""

    run: RunFormat = NOTHING_SAID
    ground: Ink | None = None


@dataclass
class TableStyle:
    """The conditional formats of a table style by their names (ST_TblStyleOverrideType);
    `wholeTable` holds what is said of every cell."""

    parts: dict[str, TablePart] = field(default_factory=dict)

    def of_cell(self, names: Iterator[str], ground: Colour | None) -> TablePart:
        """The parts that apply to a cell, later ones on top of earlier ones."""
        found = TablePart(ground=ground)
        for name in names:
            part = self.parts.get(name)
            if part is not None:
                found.run = part.run.over(found.run)
                found.ground = as_ground(
                    part.ground, as_ground(found.ground, None)
                )
        return found


@frozen
class TableLook:
    """Which parts of its style a table uses (w:tblLook)."""

    first_row: bool = True
    last_row: bool = False
    first_column: bool = True
    last_column: bool = False
    row_bands: bool = True
    column_bands: bool = False

    @classmethod
    def of(cls, properties: Element | None) -> "TableLook":
        if properties is not None:
            look = child_of(properties, "tblLook")
        else:
            look = None
        if look is None:
            return cls(
                first_row=False,
                first_column=False,
                row_bands=False,
            )
        try:
            bits = int(look.get(VAL) or "0", 16)
        except ValueError:
            bits = 0

        def says(name: str, bit: int) -> bool:
            said = attribute(look, name)
            if not said:
                return bool(bits & bit)
            return said in ("1", "true", "on")

        return cls(
            first_row=says("firstRow", 0x20),
            last_row=says("lastRow", 0x40),
            first_column=says("firstColumn", 0x80),
            last_column=says("lastColumn", 0x100),
            row_bands=not says("noHBand", 0x200),
            column_bands=not says("noVBand", 0x400),
        )

    def parts_at(
        self, row: int, last_row: bool, column: int, last: bool
    ) -> Iterator[str]:
        """The names of the parts that a cell stands in, the more particular later."""
        yield "wholeTable"
        if self.column_bands:
            yield (
                "band2Vert" if (column - self.first_column) % 2 else "band1Vert"
            )
        if self.row_bands:
            yield "band2Horz" if (row - self.first_row) % 2 else "band1Horz"
        if self.first_column and column == 0:
            yield "firstCol"
        if self.last_column and last:
            yield "lastCol"
        if self.first_row and row == 0:
            yield "firstRow"
        if self.last_row and last_row:
            yield "lastRow"
