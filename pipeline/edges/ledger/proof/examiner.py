"""Has the ledger examined, remembers how far, and notes the chain's end outside the
database, where cutting it off shows.

The note (ledger.head) is written over only while what it says still stands in the
chain: a ledger that went back keeps its witness.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from pipeline.edges.files.disk import write_whole
from pipeline.edges.files.vault import Vault
from pipeline.edges.ledger.proof.integrity import examine, examine_part
from pipeline.edges.ledger.tables import ExaminationRow, JournalRow
from pipeline.model.operation.advance import Advance, unseen
from pipeline.model.operation.errors import EdgeError
from pipeline.model.operation.journal_entry import FIRST, Examined, Noted
from pipeline.model.wording.campaign_words import PLAIN_WORDS, CampaignWords

NOTE = "ledger.head"


class Examiner:
    """`words`: how the campaign calls what its journal tells of."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        directory: Path,
        words: CampaignWords = PLAIN_WORDS,
    ) -> None:
        self._engine = engine
        self._vault = vault
        self._words = words
        self._note = directory / NOTE

    def examine(
        self, noted: Iterable[Noted] = (), advance: Advance = unseen
    ) -> Examined:
        """Everything, against the note and all earlier examinations; writes nothing.
        `advance` is told of the mails' files, which take longest."""
        known = (*self._known(), *noted)
        return examine(
            engine=self._engine,
            vault=self._vault,
            noted=known,
            advance=advance,
            words=self._words,
        )

    def last_examined(self) -> datetime | None:
        last = self._last()
        if last:
            return last.at
        return None

    def examine_daily(self, at: datetime, share: int) -> Examined:
        """What is new since the last time and the `share`th part of what is old;
        records that it was done."""
        last = self._last()
        if last:
            start = Noted(last.seq, last.link)
        else:
            start = Noted(0, FIRST)
        found = examine_part(
            engine=self._engine,
            vault=self._vault,
            last=start,
            share=share,
            noted=self._known(),
            words=self._words,
        )
        end = found.end or start
        row = ExaminationRow(
            at=at,
            seq=end.seq,
            link=end.link,
            entries=found.entries,
            rows=found.rows,
            files=found.files,
            damages=[damage.sentence for damage in found.damages],
        )
        with Session(self._engine) as session:
            session.add(row)
            session.commit()
        return found

    def note_end(self) -> None:
        """Notes the chain's newest entry. Without the note nothing is lost but a
        witness: no error stops a worker."""
        noted = self._noted()
        with Session(self._engine) as session:
            if (
                noted is not None
                and self._link(session, noted.seq) != noted.link
            ):
                return
            newest = (
                select(JournalRow).order_by(col(JournalRow.seq).desc()).limit(1)
            )
            end = session.exec(newest).first()
        if end is not None and end.link != (noted.link if noted else ""):
            note = json.dumps({"seq": end.seq, "link": end.link})
            with suppress(OSError):
                write_whole(self._note, note.encode("ascii"))

    @staticmethod
    def _link(session: Session, seq: int) -> str | None:
        return session.exec(
            select(JournalRow.link).where(JournalRow.seq == seq)
        ).first()

    def _last(self) -> ExaminationRow | None:
        with Session(self._engine) as session:
            return session.exec(
                select(ExaminationRow)
                .order_by(col(ExaminationRow.id).desc())
                .limit(1)
            ).first()

    def _known(self) -> tuple[Noted, ...]:
        """The ends that were noted down: in the file, and by each examination (as far
        as the database can read them)."""
        found: set[Noted] = set()
        with (
            suppress(SQLAlchemyError, EdgeError),
            Session(self._engine) as session,
        ):
            rows = session.exec(
                select(ExaminationRow.seq, ExaminationRow.link)
            ).all()
            found = set()
            for seq, link in rows:
                if seq:
                    found.add(Noted(seq, link))
        noted = self._noted()
        return tuple(found | ({noted} if noted else set()))

    def _noted(self) -> Noted | None:
        try:
            note = json.loads(self._note.read_text(encoding="ascii"))
            return Noted(int(note["seq"]), str(note["link"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
