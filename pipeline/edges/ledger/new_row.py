"""A row that is not written yet: of which table, and what its columns will hold.

For what a wake writes by the hundred: an instance of the table's own class costs a tenth
of a millisecond and more, most of it for following changes, and no row ever changes.
Trusts the caller for the values' types; the names of columns it checks. Writes nothing:
`edges/ledger/append_only` does.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table
from sqlmodel import SQLModel


class NewRow:
    """One row of the table behind `of`; its columns are its attributes.

    A column that is not given has the table's own default. A value that is itself a
    NewRow stands for the number that row is given when it is written. Raises TypeError
    for a column that the table has not, or one without a default that is not given.
    """

    # Its attributes are its columns alone: each is asked for several times
    __slots__ = ("__dict__", "of")

    def __init__(self, of: type[SQLModel], /, **values: Any) -> None:
        needed, defaults = _columns(of)
        given = values.keys()
        if given - defaults.keys() - needed or needed - given:
            raise TypeError(f"{of.__name__} is not made of {sorted(given)}")
        self.of = of
        self.__dict__ = {**defaults, **values}

    @property
    def values(self) -> dict[str, Any]:
        return self.__dict__

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

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
