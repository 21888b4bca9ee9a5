"""How a value of the model is made a class: a dataclass that nobody changes once it is made.

Of `@dataclass(frozen=True)` it differs in what costs: that one compiles six functions for
each class when the program starts, and its `__init__` goes through `object.__setattr__`
once a field, which takes three times as long as the fields themselves. Here `__init__`
alone is compiled, and the type checker alone forbids to change a value, as it forbids so
much else. Fields, equality, hash, `replace` and `repr` are the same. Never orders values.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, Field, dataclass, field, fields
from itertools import repeat
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """A dataclass with the equality and the hash of its fields, in their order."""
    made = dataclass(eq=False, repr=False)(cls)
    parts: tuple[Field[Any], ...] = fields(made)  # type: ignore[arg-type]
    own = vars(made)
    if "__eq__" not in own:
        _compared(made, [part.name for part in parts if part.compare])
    if "__repr__" not in own:
        _told(made, [part.name for part in parts if part.repr])
    return made


def _compared(made: type[T], names: list[str]) -> None:
    values: Callable[[T], object] = attrgetter(*names) if names else _none

    def equal(self: T, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return values(self) == values(other)

    def hashed(self: T) -> int:
        return hash(values(self))

    made.__eq__ = equal  # type: ignore[assignment]
    made.__hash__ = hashed  # type: ignore[method-assign, assignment]


def _none(_: object) -> tuple[()]:
    return ()


def _told(made: type[T], names: list[str]) -> None:
    def told(self: T) -> str:
        values = (f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({', '.join(values)})"

    made.__repr__ = told  # type: ignore[method-assign, assignment]


def of_columns(made: type[T], /, **columns: Iterable[Any]) -> list[T]:
    """Values of a class whose fields lie in columns, as many as the shortest has; where
    a column is left out, the field has its default in all.

    Sixteen fields by name take longer than the value itself each time: here they are
    named once for a hundred thousand.
    """
    in_order = []
    for part in fields(made):  # type: ignore[arg-type]
        if part.name not in columns and part.default is MISSING:
            raise TypeError(f"{made.__name__} wants {part.name}")
        in_order.append(columns.pop(part.name, repeat(part.default)))
    if columns:
        raise TypeError(f"{made.__name__} has no {', '.join(columns)}")
    return list(map(made, *in_order))


def column(name: str, values: Iterable[Any]) -> Iterator[Any]:
    """A field of each of these values."""
    return map(attrgetter(name), values)
