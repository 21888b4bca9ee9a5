"""The file `lull` in the storage: until when `once` need only look whether anything came
(model/operation/lull.py).

Trusts nothing of the file: one that was cut off, or is another version's, is as none. A
disk that takes it not costs the next `once` its shortcut, and nothing else.
"""

from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter

from pipeline.model.operation.lull import Lull

NAME = "lull"


def leave(directory: Path, lull: Lull) -> None:
    with suppress(OSError):
        (directory / NAME).write_bytes(TypeAdapter(Lull).dump_json(lull))


def last(directory: Path) -> Lull | None:
    """None where there is none that can be read."""
    with suppress(OSError, ValueError):
        return TypeAdapter(Lull).validate_json((directory / NAME).read_bytes())
    return None
