"""The ledger's store: what arrived, what was decided, what was said; written once, each step in one transaction.

Trusts the caller for what is true and the database for what is unique: a key that is there already is never written
again, whoever asks. Never changes or deletes a row (the lease alone is updated).
"""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func
from sqlalchemy import select as select_columns
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from pipeline.edges import rows
from pipeline.edges.tables import (
    AttemptRow,
    BulletinRow,
    DecisionRow,
    FailureRow,
    HandlingRow,
    LeaseRow,
    MessageRow,
    MetaRow,
    NoticeRow,
    PollRow,
    ReportRow,
    RoundRow,
    SightingRow,
    TalkEventRow,
    TalkRow,
)
from pipeline.model.arrival import Arrival, Judgement
from pipeline.model.ledger import BulletinRecord, Ledger, MailRecord, MailSeen, TalkRecord, supersede
from pipeline.model.letter import Bulletin
from pipeline.model.notice import approval_key
from pipeline.model.post import Sighting
from pipeline.model.report import Decision, DecisionRule, Report


class Store:
    """One ledger. Methods that write say what they promise; those that read give values of the model."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def born(self, now: datetime) -> datetime:
        """The time of the first poll, which the first call fixes."""
        with Session(self.engine) as session:
            row = session.get(MetaRow, "born_at")
            if row is None:
                row = MetaRow(key="born_at", value=now.isoformat())
                session.add(row)
                session.commit()
            return datetime.fromisoformat(row.value)

    def secret(self) -> bytes:
        """The ledger's own secret, made with its first use: what the codes of held cases are made with."""
        self._add_once(MetaRow(key="secret", value=secrets.token_hex(32)))
        with Session(self.engine) as session:
            row = session.get(MetaRow, "secret")
            return bytes.fromhex(row.value) if row else b""

    # ------------------------------------------------------------------ the mailbox

    def highest_uid(self, folder: str, uidvalidity: int) -> int:
        """The highest UID whose bytes are kept, 0 for none."""
        with Session(self.engine) as session:
            query = select(func.max(SightingRow.uid)).where(
                SightingRow.folder == folder, SightingRow.uidvalidity == uidvalidity
            )
            return session.exec(query).one() or 0

    def known_uids(self, folder: str, uidvalidity: int, since: int) -> set[int]:
        """UIDs from `since` on that need no fetching: kept, or given up."""
        with Session(self.engine) as session:
            query = select(SightingRow.uid).where(
                SightingRow.folder == folder,
                SightingRow.uidvalidity == uidvalidity,
                SightingRow.uid >= since,
            )
            return set(session.exec(query))

    def record_poll(self, at: datetime, *, whole: bool) -> None:
        """That the mailbox was read to its end."""
        with Session(self.engine) as session:
            session.add(PollRow(at=at, whole=whole))
            session.commit()

    def last_poll(self, *, whole: bool = False) -> datetime | None:
        """When the mailbox was last read to its end; with `whole`, when its whole list was compared."""
        with Session(self.engine) as session:
            query = select(PollRow.at).order_by(col(PollRow.id).desc()).limit(1)
            return session.exec(query.where(PollRow.whole) if whole else query).first()

    def keep_sighting(self, sighting: Sighting, key: str, at: datetime, *, too_big: bool = False) -> None:
        """Records that a message's bytes are in the vault; nothing where it is recorded already."""
        row = SightingRow(
            folder=sighting.folder,
            uidvalidity=sighting.uidvalidity,
            uid=sighting.uid,
            key=key,
            received_at=sighting.received_at,
            size=sighting.size,
            too_big=too_big,
            kept_at=at,
        )
        self._add_once(row)

    def count_failure(self, sighting: Sighting, why: str, at: datetime) -> int:
        """Records a try that did not fetch a message; how many there were."""
        with Session(self.engine) as session:
            session.add(
                FailureRow(
                    folder=sighting.folder, uidvalidity=sighting.uidvalidity, uid=sighting.uid, at=at, why=why
                )
            )
            session.commit()
            query = select(func.count()).where(
                col(FailureRow.folder) == sighting.folder,
                col(FailureRow.uidvalidity) == sighting.uidvalidity,
                col(FailureRow.uid) == sighting.uid,
            )
            return session.exec(query).one()

    def unhandled(self) -> list[tuple[int, Sighting, str, bool]]:
        """(id, sighting, key, too_big) of every message kept and not yet handled, in the order of reception."""
        with Session(self.engine) as session:
            done = select(HandlingRow.sighting_id)
            query = (
                select(SightingRow)
                .where(col(SightingRow.id).not_in(done))
                .order_by(col(SightingRow.received_at), col(SightingRow.id))
            )
            return [
                (r.id or 0, Sighting(r.uidvalidity, r.uid, r.received_at, r.size, r.folder), r.key, r.too_big)
                for r in session.exec(query)
            ]

    def count_attempt(self, key: str, at: datetime) -> int:
        """Records that what `key` names is about to be read; how often it was tried, this time included."""
        with Session(self.engine) as session:
            session.add(AttemptRow(key=key, at=at))
            session.commit()
            return session.exec(select(func.sum(AttemptRow.weight)).where(AttemptRow.key == key)).one() or 0

    def pardon_attempt(self, key: str, at: datetime) -> None:
        """Takes one try back that failed for a reason outside the message: a full disk, a broken installation."""
        with Session(self.engine) as session:
            session.add(AttemptRow(key=key, at=at, weight=-1))
            session.commit()

    def known_mail(self, key: str, fingerprint: str) -> list[MailSeen]:
        """The messages recorded with these bytes, or with this Message-ID and content."""
        with Session(self.engine) as session:
            query = select(MessageRow).where(
                (col(MessageRow.key) == key) | (col(MessageRow.fingerprint) == fingerprint)
            )
            return [rows.mail_seen(row) for row in session.exec(query)]

    def record(
        self,
        sighting_id: int,
        identity: str,
        arrival: Arrival,
        judgement: Judgement,
        ledger: Ledger,
        at: datetime,
    ) -> None:
        """One message, its reports and their first decisions, in one transaction; nothing if it was recorded before."""
        with Session(self.engine) as session:
            known = session.exec(select(MessageRow.id).where(MessageRow.identity == identity)).first()
            if known is None:
                known = self._add_message(session, identity, arrival, judgement, ledger, at)
            session.add(HandlingRow(sighting_id=sighting_id, message_id=known, at=at))
            _commit_once(session)

    @staticmethod
    def _add_message(
        session: Session, identity: str, arrival: Arrival, judgement: Judgement, ledger: Ledger, at: datetime
    ) -> int | None:
        message = rows.message_row(arrival, judgement, identity, recorded_at=at)
        session.add(message)
        for report in judgement.reports:
            session.add(rows.report_row(report))
            session.flush()
            session.add(rows.decision_row(_first_decision(report, ledger, at)))
        session.add_all(rows.decision_row(decision) for decision in judgement.decisions)
        for month in judgement.approvals:
            if session.get(RoundRow, approval_key(month)) is None:
                session.add(RoundRow(key=approval_key(month), at=at))
        session.flush()
        return message.id

    def record_known(self, sighting_id: int, at: datetime) -> None:
        """That a sighting is a mail already known under another UID: nothing at all (rules.md 6)."""
        self._add_once(HandlingRow(sighting_id=sighting_id, at=at))

    # ------------------------------------------------------------------ decisions

    def decide(self, decision: Decision) -> None:
        with Session(self.engine) as session:
            session.add(rows.decision_row(decision))
            session.commit()

    def report(self, report_id: str) -> Report | None:
        """A report with its form and newest decision, by its id or the beginning of it when that is enough."""
        with Session(self.engine) as session:
            query = select(ReportRow).where(col(ReportRow.id).startswith(report_id, autoescape=True))
            found = session.exec(query).all()
            exact = [row for row in found if row.id == report_id] or found
            if len(exact) != 1:
                return None
            return rows.report(exact[0], self._newest(session, exact[0].id), with_form=True)

    def decisions(self, report_id: str) -> list[DecisionRow]:
        with Session(self.engine) as session:
            query = (
                select(DecisionRow).where(DecisionRow.report_id == report_id).order_by(col(DecisionRow.id))
            )
            return list(session.exec(query))

    @staticmethod
    def _newest(session: Session, report_id: str) -> DecisionRow:
        query = (
            select(DecisionRow)
            .where(DecisionRow.report_id == report_id)
            .order_by(col(DecisionRow.id).desc())
            .limit(1)
        )
        return session.exec(query).one()

    # ------------------------------------------------------------------ talks and bulletins

    def propose_talk(self, talk: TalkRecord, at: datetime) -> None:
        """Records a proposal; nothing where the month has one for the unit."""
        self._add_once(
            TalkRow(
                month=talk.month,
                unit=talk.unit,
                reasons=list(talk.reasons),
                rules=list(talk.rules),
                proposed_at=at,
            )
        )

    def talk_event(
        self, month: str, unit: str, what: str, *, by: str, at: datetime, text: str = "", held_on: Any = None
    ) -> None:
        with Session(self.engine) as session:
            session.add(
                TalkEventRow(month=month, unit=unit, what=what, by=by, at=at, text=text, held_on=held_on)
            )
            session.commit()

    def talk_notes(self, month: str, unit: str) -> list[TalkEventRow]:
        with Session(self.engine) as session:
            query = select(TalkEventRow).where(
                TalkEventRow.month == month, TalkEventRow.unit == unit, TalkEventRow.what == "note"
            )
            return list(session.exec(query))

    def keep_bulletin(self, bulletin: Bulletin, at: datetime) -> None:
        """Freezes a snapshot; nothing where it is frozen already."""
        self._add_once(
            BulletinRow(
                snapshot_id=bulletin.snapshot_id,
                kind=bulletin.kind.value,
                month=bulletin.month,
                number=bulletin.number,
                drawn_at=at,
                snapshot=rows.plain(Bulletin, bulletin),
            )
        )

    def bulletin(self, month: str, kind: str) -> Bulletin | None:
        """The month's frozen snapshot, the newest of that kind."""
        with Session(self.engine) as session:
            query = (
                select(BulletinRow)
                .where(BulletinRow.month == month, BulletinRow.kind == kind)
                .order_by(col(BulletinRow.drawn_at).desc())
                .limit(1)
            )
            row = session.exec(query).first()
            return rows.restored(Bulletin, row.snapshot) if row else None

    # ------------------------------------------------------------------ the whole, for judging

    def ledger(self, *, with_forms: bool = False) -> Ledger:
        """Everything that judging looks at, in memory."""
        with Session(self.engine) as session:
            newest: dict[str, DecisionRow] = {
                d.report_id: d for d in session.exec(select(DecisionRow).order_by(col(DecisionRow.id)))
            }
            reports = tuple(
                rows.report(r, newest[r.id], with_form=with_forms)
                for r in session.exec(select(ReportRow).order_by(col(ReportRow.sequence)))
            )
            settled = frozenset(session.exec(select(NoticeRow.key))) | frozenset(
                session.exec(select(RoundRow.key))
            )
            born = session.get(MetaRow, "born_at")
            return Ledger(
                reports=supersede(reports),
                messages=self._messages(session),
                settled=settled,
                talks=self._talks(session),
                bulletins=self._bulletins(session),
                born_at=datetime.fromisoformat(born.value) if born else None,
            )

    @staticmethod
    def _messages(session: Session) -> tuple[MailSeen, ...]:
        """Without the texts and readings, which judging does not look at."""
        columns: list[Any] = [
            MessageRow.key,
            MessageRow.message_id,
            MessageRow.received_at,
            MessageRow.sender,
            MessageRow.subject,
            MessageRow.outcome,
            MessageRow.reason,
            MessageRow.unit,
            MessageRow.period,
        ]
        found = session.execute(select_columns(*columns).order_by(col(MessageRow.id)))
        return tuple(MailSeen(*row) for row in found)

    @staticmethod
    def _talks(session: Session) -> tuple[TalkRecord, ...]:
        talks = {
            (t.month, t.unit): TalkRecord(t.month, t.unit, tuple(t.reasons), tuple(t.rules))
            for t in session.exec(select(TalkRow).order_by(col(TalkRow.month), col(TalkRow.id)))
        }
        changes: dict[str, dict[str, Any]] = {
            "confirmed": {"state": "confirmed"},
            "dropped": {"state": "dropped", "circulated": False},
            "circulated": {"circulated": True},
            "uncirculated": {"circulated": False},
        }
        for event in session.exec(select(TalkEventRow).order_by(col(TalkEventRow.id))):
            known = talks.get((event.month, event.unit))
            if known is not None and event.what in changes:
                talks[event.month, event.unit] = replace(known, **changes[event.what])
        return tuple(talks.values())

    @staticmethod
    def _bulletins(session: Session) -> tuple[BulletinRecord, ...]:
        query = (
            select(BulletinRow)
            .where(BulletinRow.kind == "monthly_bulletin")
            .order_by(col(BulletinRow.month), col(BulletinRow.drawn_at))
        )
        return tuple(
            BulletinRecord(
                b.month,
                b.snapshot_id,
                b.number,
                tuple((row["unit"], row["completed"]) for row in b.snapshot["standing"]["rows"]),
            )
            for b in session.exec(query)
        )

    def mail(self, key: str) -> MailRecord | None:
        """The recorded message with these bytes (the first, where it came more than once)."""
        with Session(self.engine) as session:
            query = select(MessageRow).where(MessageRow.key == key).order_by(col(MessageRow.id)).limit(1)
            row = session.exec(query).first()
            return rows.mail_record(row) if row else None

    def mails(self) -> list[MailRecord]:
        """Every recorded message, in the order they were recorded."""
        with Session(self.engine) as session:
            return [
                rows.mail_record(row) for row in session.exec(select(MessageRow).order_by(col(MessageRow.id)))
            ]

    # ------------------------------------------------------------------ the lease

    def take_lease(self, holder: str, now: datetime, seconds: int, *, alone: bool) -> bool:
        """Takes or renews the worker's lease. `alone`: the lock file proves that no other worker of this host lives."""
        with Session(self.engine) as session:
            row = session.get(LeaseRow, "worker")
            host = holder.split("/", 1)[0]
            if row is not None and row.holder != holder and row.until > now:
                same_host = row.holder.split("/", 1)[0] == host
                if not (alone and same_host):
                    return False
            if row is None:
                row = LeaseRow(name="worker", holder=holder, until=now)
            row.holder, row.until = holder, now + timedelta(seconds=seconds)
            session.add(row)
            session.commit()
            return True

    def _add_once(self, row: Any) -> bool:
        with Session(self.engine) as session:
            session.add(row)
            return _commit_once(session)


def _commit_once(session: Session) -> bool:
    """Commits; False where a unique key says that it was written before."""
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        return False
    return True


def _first_decision(report: Report, ledger: Ledger, at: datetime) -> Decision:
    counting = ledger.counting.get(report.unit or "", {}).get(report.period)
    return Decision(
        report.id,
        at,
        "rule",
        DecisionRule.JUDGED,
        report.state,
        report.unit,
        report.period,
        report.completed,
        why=",".join([*report.holds, *report.notes]),
        supersedes=counting.id if counting and report.state == "accepted" else "",
    )
