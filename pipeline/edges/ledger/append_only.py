"""What every part of the store shares: an engine, and rows that are written once whoever asks."""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session


class AppendOnly:
    """Rows by one engine; a unique key that is there already is never written again."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add_once(self, row: Any) -> bool:
        with Session(self.engine) as session:
            session.add(row)
            return commit_once(session)


def commit_once(session: Session) -> bool:
    """Commits; False where a unique key says that it was written before."""
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        return False
    return True
