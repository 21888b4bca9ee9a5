"""The older workbooks to Document: .xls and OLE-et, BIFF8 by biff.py, older ones by
old_xls.py.

Trusts nothing; what foreign bytes raise on the way becomes CORRUPT. Hidden sheets, rows
and columns are dropped.
"""

from pipeline.model.document import Document, Grid
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import PARSER_ERRORS, corrupt_on
from pipeline.reading.formats.sheet import grid as sheetgrid
from pipeline.reading.formats.sheet.binary import biff

_OLE = b"\xd0\xcf\x11\xe0"


def read_xls(file: ForeignFile) -> Document:
    """A workbook of Excel 2 to 2003. Raises UnreadableError: ENCRYPTED, CORRUPT, TOO_BIG."""
    with corrupt_on(*PARSER_ERRORS):
        stream = _stream(file)
        if not biff.is_biff8(stream):
            from pipeline.reading.formats.sheet.binary.old_xls import (
                read_old_sheets,
            )

            return Document(file.kind, tuple(read_old_sheets(stream)))
        grids: list[Grid] = []
        notes: list[str] = []
        for sheet in biff.read_sheets(stream):
            notes += sheet.notes
            grid = sheetgrid.build(
                name=sheet.name,
                values=sheet.values,
                merges=sheet.merges,
                hidden=sheet.hidden,
            )
            if grid is not None:
                grids.append(grid)
    return Document(
        kind=file.kind,
        blocks=tuple(grids),
        notes=tuple(notes),
    )


def _stream(file: ForeignFile) -> bytes:
    if not file.content.startswith(_OLE):
        return file.content
    folder = file.folder
    return folder.stream("Workbook" if "Workbook" in folder else "Book")
