"""What SQLAlchemy has compiled, kept for every ledger in a file that a process opens, and so for each process that it forks.

SQLAlchemy keeps the statements of each engine apart, and where tests make a ledger a wake, each wake compiles them anew. Only
engines that are made alike may share: those of ledgers in files are, and those of ledgers on one server.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from pipeline.edges.fault_points import FaultPoint, install


class CompiledOnce(dict[Any, Any]):
    """By kind of database, whatever engine asks."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), compiled)


def keep_compiled() -> None:
    """From now on in this process."""
    compiled = CompiledOnce()

    def with_compiled(make: Callable[[], Engine]) -> Engine:
        made = make()
        made.update_execution_options(compiled_cache=compiled)
        return made

    install(FaultPoint.ENGINE, with_compiled)
