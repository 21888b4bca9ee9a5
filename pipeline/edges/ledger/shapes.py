"""The shapes in which values of the model are kept as JSON, each with its version: what
was kept by an older program is brought to today's shape when it is read.

Trusts that a row is what some version of this program wrote. A change of a kept
dataclass that an older row cannot be read by needs a new number here, a step from the
number before, and stays true for the rows of tests/data/ledger.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from pipeline.model.form import FileReading, Form
from pipeline.model.letters.bulletins import Bulletin

# The key under which JSON says which shape it is
SHAPE = "shape"
# What was kept before shapes had numbers
_UNMARKED = 1

# Today's number of each kind of value.
NEWEST: dict[type, int] = {Bulletin: 2, FileReading: 2, Form: 2}

Step = Callable[[dict[str, Any]], dict[str, Any]]


def _same(raw: dict[str, Any]) -> dict[str, Any]:
    return raw


# From each number to the next. 1 -> 2: nothing but that the number is said.
_STEPS: dict[tuple[type, int], Step] = {
    (Bulletin, 1): _same,
    (FileReading, 1): _same,
    (Form, 1): _same,
}


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def kept(kind: type, value: Any) -> dict[str, Any]:
    """A value as JSON's types, with the number of its shape."""
    plain: dict[str, Any] = _adapter(kind).dump_python(value, mode="json")
    return {SHAPE: NEWEST[kind], **plain}


def restored(kind: type, raw: dict[str, Any]) -> Any:
    """The value that was kept. Raises ValueError for a shape newer than this program."""
    shape = raw.get(SHAPE, _UNMARKED)
    if shape > NEWEST[kind]:
        raise ValueError(
            f"{kind.__name__} of shape {shape}: made by a newer program"
        )
    value = {}
    for name, part in raw.items():
        if name != SHAPE:
            value[name] = part
    for number in range(shape, NEWEST[kind]):
        value = _STEPS[kind, number](value)
    return _adapter(kind).validate_python(value)
