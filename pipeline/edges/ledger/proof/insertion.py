"""Many rows of one table by one statement, handed to the driver as it takes them.

SQLAlchemy's own way binds each value of each row by its name, which costs more than the
database's part; here a table's statement and what turns its values into the database's
are made once. Trusts the caller for the values' types. Commits nothing.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert

from pipeline.edges.ledger.proof.driver import write_rows
from pipeline.model.values.frozen import frozen

# A ledger has some thirty tables
_STATEMENTS = 64

_Converts = Callable[[Any], Any]


def insert_rows(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]]
) -> None:
    """Writes rows, at least one, which all name the same columns.

    Raises IntegrityError where a unique key is there already.
    """
    columns = tuple(rows[0])
    insertion = _insertion(table, connection.dialect, columns)
    parameters = [insertion.parameters(row) for row in rows]
    write_rows(connection, insertion.text, parameters)


@frozen
class _Insertion:
    """`names` are the columns in the statement's order; `converts` are what makes the
    value of each the database's, None where it is that already."""

    text: str
    names: tuple[str, ...]
    converts: tuple[tuple[str, _Converts | None], ...]
    positional: bool

    def parameters(self, row: dict[str, Any]) -> Any:
        """By place or by name, as the driver wants them."""
        if self.positional:
            return tuple(self._values(row))
        return dict(zip(self.names, self._values(row), strict=True))

    def _values(self, row: dict[str, Any]) -> list[Any]:
        values = []
        for name, converts in self.converts:
            value = row[name]
            if converts is not None:
                value = converts(value)
            values.append(value)
        return values


@lru_cache(_STATEMENTS)
def _insertion(
    table: Table, dialect: Dialect, columns: tuple[str, ...]
) -> _Insertion:
    statement = insert(table).inline()
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    converts = []
    names = tuple(compiled.positiontup or columns)
    for name in names:
        kind = table.c[name].type.dialect_impl(dialect)
        converts.append((name, kind.bind_processor(dialect)))
    return _Insertion(
        text=str(compiled),
        names=names,
        converts=tuple(converts),
        positional=compiled.positional,
    )
