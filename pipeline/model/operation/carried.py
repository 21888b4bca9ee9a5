"""Errors that go from one process to another: a reader may stand on another machine, and
pickle makes an exception again by calling its class with what was its text."""

from typing import Any


class Carried(Exception):
    """An error that arrives as what it holds, whatever its class is made of."""

    def __reduce__(self) -> Any:
        return _as_it_was, (type(self), self.args, vars(self))


def _as_it_was(
    kind: type[Carried], args: tuple[Any, ...], held: dict[str, Any]
) -> Carried:
    error = kind.__new__(kind, *args)
    vars(error).update(held)
    return error
