"""The book of pauses: until when each mail server is left alone, so that the next run
of the program knows it, too.

Holds no secret: a fingerprint tells one account and password from another, and nothing
of either. Never changes a row.
"""

import hmac
from hashlib import sha256

from sqlmodel import Session, col, select

from pipeline.edges.ledger.append_only import AppendOnly
from pipeline.edges.ledger.new_row import NewRow
from pipeline.edges.ledger.tables import PauseRow
from pipeline.model.operation.cooldown import Pause


class Pauses(AppendOnly):
    def newest_pause(self, server: str) -> Pause | None:
        with Session(self.engine) as session:
            query = (
                select(PauseRow)
                .where(PauseRow.server == server)
                .order_by(col(PauseRow.id).desc())
            )
            row = session.exec(query.limit(1)).first()
            if row is None:
                return None
            return Pause(
                at=row.at,
                cause=row.cause,
                until=row.until,
                fingerprint=row.fingerprint,
                times=row.times,
            )

    def record_pause(self, server: str, pause: Pause) -> None:
        self.append([NewRow(PauseRow, server=server, **vars(pause))])


def fingerprint(secret: bytes, *parts: object) -> str:
    """Of an account and its password, under the ledger's own secret: without it, nobody
    can try passwords on it."""
    return hmac.new(secret, repr(parts).encode(), sha256).hexdigest()[:16]
