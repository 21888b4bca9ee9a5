"""What every part of the store shares: an engine, rows that are written once whoever
asks, and writing several steps in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from pipeline.model.operation.errors import StorageFailed


class AppendOnly:
    """Rows by one engine; a unique key that is there already is never written again."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._shared: Session | None = None

    def add_once(self, row: Any) -> bool:
        with Session(self.engine) as session:
            session.add(row)
            return commit_once(session)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is recorded inside is one transaction: all of it or, where it is broken
        off, nothing. Raises StorageFailed where another worker recorded the same."""
        with Session(self.engine) as session:
            self._shared = session
            try:
                yield
                session.commit()
            except IntegrityError as error:
                advice = "另一个旬报程序同时在写这个台账；本次没有记录，下次会重新处理。"
                raise StorageFailed(
                    "ledger_raced", advice, str(error)
                ) from error
            finally:
                self._shared = None

    @contextmanager
    def opened(self) -> Iterator[Session]:
        """The session of the transaction that is open, else one of its own."""
        if self._shared is not None:
            yield self._shared
            return
        with Session(self.engine) as session:
            yield session

    def written(self, session: Session) -> bool:
        """Commits what was added; False where a unique key says that it was written
        before. Inside `together` it is only handed to the database."""
        if session is self._shared:
            session.flush()
            return True
        return commit_once(session)


def commit_once(session: Session) -> bool:
    """Commits; False where a unique key says that it was written before."""
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        return False
    return True
