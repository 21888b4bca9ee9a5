"""How far a long job has come: so many of so many are done. For people who wait."""

from collections.abc import Callable

Advance = Callable[[int, int], None]


def unseen(done: int, total: int) -> None:
    """Nobody watches."""
