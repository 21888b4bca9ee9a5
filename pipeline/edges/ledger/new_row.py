"""A row that is not written yet: of which table, and what its columns will hold.

For what a wake writes by the hundred: an instance of the table's own class costs a tenth
of a millisecond and more, most of it for following changes, and no row ever changes.
Trusts the caller for the values' types; the names of columns it checks. Writes nothing:
`edges/ledger/append_only` does.
"""

from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlmodel import SQLModel


class NewRow:
    """One row of the table behind `of`; its columns are its attributes.

    A column that is not given has the table's own default. A value that is itself a
    NewRow stands for the number that row is given when it is written. Raises TypeError
    for a column that the table has not, or one without a default that is not given.
    """

    __slots__ = ("of", "values")

    def __init__(self, of: type[SQLModel], /, **values: Any) -> None:
        needed, defaults = _columns(of)
        given = values.keys()
        if given - defaults.keys() - needed or needed - given:
            raise TypeError(f"{of.__name__} is not made of {sorted(given)}")
        self.of = of
        self.values: dict[str, Any] = {**defaults, **values}

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def __table__(self) -> Table:
        table: Table = self.of.__table__  # type: ignore[attr-defined]
        return table


@cache
def _columns(kind: type[SQLModel]) -> tuple[frozenset[str], dict[str, Any]]:
    """The columns that must be given, and the others with their defaults."""
    needed = set()
    defaults = {}
    for name, field in kind.model_fields.items():
        if field.is_required():
            needed.add(name)
        else:
            defaults[name] = field.get_default()
    return frozenset(needed), defaults
