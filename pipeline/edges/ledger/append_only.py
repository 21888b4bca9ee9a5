"""What every part of the store shares: an engine, rows that are written once whoever
asks, and writing several steps in one transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from pipeline.edges.ledger.new_row import NewRow
from pipeline.edges.ledger.proof.told_writing import write
from pipeline.model.operation.errors import StorageFailed


class AppendOnly:
    """Rows by one engine; a unique key that is there already is never written again."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._shared: Session | None = None
        # Within `together`: what its end will write, step by step, and by table
        self._steps: list[Sequence[NewRow]] = []
        self._awaited: dict[type[SQLModel], list[NewRow]] = {}

    def append(self, rows: Sequence[NewRow]) -> None:
        """Writes rows in a transaction of their own."""
        with self.engine.begin() as connection:
            write(connection, [rows])

    def append_once(self, rows: Sequence[NewRow]) -> bool:
        """The same; False, and nothing, where a unique key says that one of them was
        written before."""
        (written,) = steps_written_once(self.engine, [rows])
        return written

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is recorded inside is one transaction: all of it or, where it is broken
        off, nothing. Raises StorageFailed where another worker recorded the same."""
        with Session(self.engine) as session:
            self._shared = session
            try:
                yield
                write(session.connection(), self._steps)
                session.commit()
            except IntegrityError as error:
                advice = "另一个旬报程序同时在写这个台账；本次没有记录，下次会重新处理。"
                raise StorageFailed(
                    "ledger_raced", advice, str(error)
                ) from error
            finally:
                self._shared = None
                self._steps = []
                self._awaited = {}

    @contextmanager
    def opened(self) -> Iterator[Session]:
        """The session of the transaction that is open, else one of its own."""
        if self._shared is not None:
            yield self._shared
            return
        with Session(self.engine) as session:
            yield session

    def add(self, session: Session, rows: Sequence[NewRow]) -> None:
        """Writes rows in the transaction that is open; inside `together` its end does.
        Raises IntegrityError where a unique key is there already."""
        if session is self._shared:
            self._await(rows)
        else:
            write(session.connection(), [rows])

    def written(self, session: Session, rows: Sequence[NewRow]) -> bool:
        """Writes and commits; False where a unique key says that it was written before.
        Inside `together` its end does both."""
        if session is self._shared:
            self._await(rows)
            return True
        return written_once(session, rows)

    def _await(self, rows: Sequence[NewRow]) -> None:
        self._steps.append(rows)
        for row in rows:
            self._awaited.setdefault(row.of, []).append(row)

    def waiting(self, kind: type[SQLModel]) -> Sequence[NewRow]:
        """The rows of a table that the end of `together` will write: no question to the
        database finds them."""
        return self._awaited.get(kind, ())


def written_once(session: Session, rows: Sequence[NewRow]) -> bool:
    """Writes rows and commits; False, and nothing, where a unique key says that one of
    them was written before."""
    try:
        write(session.connection(), [rows])
        session.commit()
    except IntegrityError:
        session.rollback()
        return False
    return True


def steps_written_once(
    engine: Engine, steps: Sequence[Sequence[NewRow]]
) -> list[bool]:
    """The same of several steps, those of one step made at one time: all in one
    transaction; where one of them was written before, each in one of its own."""
    if not steps:
        return []
    if _committed(engine, steps):
        return [True] * len(steps)
    if len(steps) == 1:
        return [False]
    found = []
    for step in steps:
        found += steps_written_once(engine, [step])
    return found


def _committed(engine: Engine, steps: Sequence[Sequence[NewRow]]) -> bool:
    """By a connection: a session, which follows objects, takes as long to make and to
    close as two rows."""
    try:
        with engine.begin() as connection:
            write(connection, steps)
    except IntegrityError:
        return False
    return True
