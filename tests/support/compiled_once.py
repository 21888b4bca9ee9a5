"""What SQLAlchemy has compiled, kept for every ledger in a file that a process opens, and so for each process that it forks.

SQLAlchemy keeps the statements of each engine apart, and where tests make a ledger a wake, each wake compiles them anew. Only
engines that are made alike may share: those of ledgers in files are, and those of ledgers on one server.
"""

from collections.abc import Callable, Hashable
from typing import Any

from sqlalchemy import Dialect, Engine, Table

from pipeline.edges.fault_points import FaultPoint, install
from pipeline.edges.ledger.proof import insertion


class CompiledOnce(dict[Any, Any]):
    """By kind of database, whatever engine asks."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), compiled)


def insertions_once() -> Callable[..., Any]:
    """What writes rows keeps its statements by the engine's dialect, of which each engine has its own: kept here by its kind."""
    made = insertion._insertion.__wrapped__
    kept: dict[Hashable, Any] = {}

    def once(table: Table, dialect: Dialect, columns: tuple[str, ...]) -> Any:
        asked = (table, type(dialect), columns)
        if asked not in kept:
            kept[asked] = made(table, dialect, columns)
        return kept[asked]

    return once


def keep_compiled() -> None:
    """From now on in this process."""
    insertion._insertion = insertions_once()
    compiled = CompiledOnce()

    def with_compiled(make: Callable[[], Engine]) -> Engine:
        made = make()
        made.update_execution_options(compiled_cache=compiled)
        return made

    install(FaultPoint.ENGINE, with_compiled)
