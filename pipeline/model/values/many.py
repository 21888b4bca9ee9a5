"""Values of which a wake makes one for each unit: a hundred thousand rows, notices, gaps.

For `@dataclass(frozen=True)` where there are so many: its `__init__` goes through
`object.__setattr__` once a field, which costs three times as much as the fields
themselves. Here the type checker alone forbids to change one, as it forbids so much else;
fields, equality, hash, `replace` and `repr` are the same. Never for what outside code
gets hold of.
"""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def one_of_many(cls: type[T]) -> type[T]:
    """A dataclass of slots that nobody may change once it is made."""
    return dataclass(slots=True, unsafe_hash=True)(cls)
