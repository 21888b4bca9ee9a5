"""The ledger's tables. Append-only: a row is written once and never changed; what is
true now is the newest row.

Only `lease` is updated in place: it says who works now, which no later question can ask
for; SQLite itself refuses to change or delete any other row. Times are UTC as ISO text,
so that they sort and compare as written. Every change here needs a migration in
edges/migrations/versions.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from pipeline.model.operation.journal_entry import stored_time


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime, kept as 2015-09-10T10:00:00.000000+00:00."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> str | None:
        if value is None:
            return None
        return stored_time(value)

    def process_result_value(
        self, value: Any | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        return kept_time(value)


def kept_time(stored: str) -> datetime:
    """What `UtcTime` keeps, as an aware datetime again."""
    return datetime.fromisoformat(stored)


def _time() -> Any:
    return Column(UtcTime(), nullable=False)


def _wide() -> Any:
    """64 bits: a UIDVALIDITY has 32 (RFC 3501), and a folder that was renumbered has
    more; a mail from a file is numbered by its hash."""
    return Column(
        BigInteger().with_variant(Integer(), "sqlite"), nullable=False
    )


def _json() -> Any:
    return Column(JSON, nullable=False)


class MetaRow(SQLModel, table=True):
    """Facts about the ledger itself, written once: when it was born."""

    __tablename__ = "meta"
    key: str = Field(primary_key=True)
    value: str


class SightingRow(SQLModel, table=True):
    """A message seen in the mailbox whose bytes are in the vault (or whose header alone
    is: `too_big`)."""

    __tablename__ = "sighting"
    id: int | None = Field(default=None, primary_key=True)
    folder: str
    uidvalidity: int = Field(sa_column=_wide())
    uid: int = Field(sa_column=_wide())
    key: str = Field(index=True)
    received_at: datetime = Field(sa_column=_time())
    size: int = Field(sa_column=_wide())
    too_big: bool = False
    # The other campaigns at the mailbox that have it too; whether its form may be theirs
    shared_with: list[str] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    contested: bool | None = None
    kept_at: datetime = Field(sa_column=_time())
    __table_args__ = (UniqueConstraint("folder", "uidvalidity", "uid"),)


class FailureRow(SQLModel, table=True):
    """One try that did not fetch a message; after five it is set aside."""

    __tablename__ = "fetch_failure"
    id: int | None = Field(default=None, primary_key=True)
    folder: str
    uidvalidity: int = Field(sa_column=_wide())
    uid: int = Field(sa_column=_wide())
    at: datetime = Field(sa_column=_time())
    why: str
    __table_args__ = (
        Index("ix_fetch_failure_folder", "folder", "uidvalidity", "uid"),
    )


class AttemptRow(SQLModel, table=True):
    """Written before a message is read: one that kills the worker is counted, and set
    aside after three."""

    __tablename__ = "attempt"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True)
    at: datetime = Field(sa_column=_time())
    # -1: that try failed through no fault of the message
    weight: int = 1


class PollRow(SQLModel, table=True):
    """A poll that read the mailbox to its end; `whole`: the whole list of UIDs was compared."""

    __tablename__ = "poll"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=_time())
    whole: bool = False
    __table_args__ = (Index("ix_poll_at", "at"),)


class HandlingRow(SQLModel, table=True):
    """That a sighting was handled: `message_id` is the row it became, None where it was
    a mail already known."""

    __tablename__ = "handling"
    sighting_id: int = Field(primary_key=True, foreign_key="sighting.id")
    message_id: int | None = Field(default=None, foreign_key="message.id")
    at: datetime = Field(sa_column=_time())


class MessageRow(SQLModel, table=True):
    """A message and what became of it. `identity` keeps the same mail from being counted twice.

    `readings` is what was read out of it (files, forms, troubles), without the bytes,
    which are in the vault.
    """

    __tablename__ = "message"
    id: int | None = Field(default=None, primary_key=True)
    identity: str = Field(unique=True)
    key: str = Field(index=True)
    fingerprint: str = Field(index=True)
    message_id: str = Field(index=True)
    received_at: datetime = Field(sa_column=_time())
    sender: str
    sender_name: str
    subject: str
    text: str
    quoted: str = ""
    outcome: str
    reason: str | None = None
    unit: str | None = None
    period: date | None = None
    files: list[list[str]] = Field(sa_column=_json())
    readings: list[dict[str, Any]] = Field(sa_column=_json())
    in_reply_to: str = ""
    # The case that a reviewer's reply is about
    about: str = ""
    # What that reply came to; None of rows before it was a code, and of other mails
    reply: str | None = None
    recorded_at: datetime = Field(sa_column=_time())
    __table_args__ = (Index("ix_message_sender", "sender", "received_at"),)


class ReportRow(SQLModel, table=True):
    """A report as it was read and judged; what it counts for is in its newest decision."""

    __tablename__ = "report"
    sequence: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    message_key: str = Field(index=True)
    received_at: datetime = Field(sa_column=_time())
    added: int | None = None
    timeliness: str
    notes: list[str] = Field(sa_column=_json())
    holds: list[str] = Field(sa_column=_json())
    measures: list[str] = Field(sa_column=_json())
    files: list[str] = Field(sa_column=_json())
    form: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON, nullable=True)
    )


class RereadMailRow(SQLModel, table=True):
    """What a message came to when its bytes were read again by a mended reader; the
    newest row of an identity holds."""

    __tablename__ = "reread_mail"
    id: int | None = Field(default=None, primary_key=True)
    identity: str = Field(index=True, foreign_key="message.identity")
    at: datetime = Field(sa_column=_time())
    outcome: str
    reason: str | None = None
    unit: str | None = None
    period: date | None = None
    files: list[list[str]] = Field(sa_column=_json())
    readings: list[dict[str, Any]] = Field(sa_column=_json())


class RereadReportRow(SQLModel, table=True):
    """What a report says when it was read again; the newest row of a report holds. What
    it counts for is in its decisions."""

    __tablename__ = "reread_report"
    id: int | None = Field(default=None, primary_key=True)
    report_id: str = Field(index=True, foreign_key="report.id")
    at: datetime = Field(sa_column=_time())
    added: int | None = None
    timeliness: str
    notes: list[str] = Field(sa_column=_json())
    holds: list[str] = Field(sa_column=_json())
    measures: list[str] = Field(sa_column=_json())
    files: list[str] = Field(sa_column=_json())
    form: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON, nullable=True)
    )


class DecisionRow(SQLModel, table=True):
    """What a report counts for, by which rule and by whom; the newest row of a report holds."""

    __tablename__ = "decision"
    id: int | None = Field(default=None, primary_key=True)
    report_id: str = Field(index=True, foreign_key="report.id")
    at: datetime = Field(sa_column=_time())
    by: str
    rule: str
    state: str
    unit: str | None = None
    period: date
    completed: int | None = None
    why: str = ""
    supersedes: str = ""
    # Where staff put the report into another period
    timeliness: str | None = None
    # Still open
    holds: list[str] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    # [name, value] of the figures beside the main one that people put right
    also: list[list[Any]] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    # The notes on such figures; NULL: those that the report was read with
    also_notes: list[str] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    __table_args__ = (
        Index("ix_decision_newest", "report_id", "id"),
        Index("ix_decision_standing", "unit", "period"),
    )


class MailRow(SQLModel, table=True):
    """A mail of ours, frozen: its bytes are in the vault under `key` before the row is written."""

    __tablename__ = "mail"
    message_id: str = Field(primary_key=True)
    key: str
    subject: str
    # In doubt it is never sent again (bulletins)
    once_only: bool = False
    frozen_at: datetime = Field(sa_column=_time())


class NoticeRow(SQLModel, table=True):
    """A notice: `key` is what it goes out once per. Without a mail it was settled
    unsent, for `drop_reason`."""

    __tablename__ = "notice"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    unit: str | None = None
    period: date | None = None
    month: str | None = None
    message_key: str | None = None
    report_id: str | None = None
    to: list[str] = Field(sa_column=_json())
    cc: list[str] = Field(sa_column=_json())
    due_at: datetime = Field(sa_column=_time())
    planned_at: datetime = Field(sa_column=_time())
    mail_id: str | None = Field(
        default=None, foreign_key="mail.message_id", index=True
    )
    drop_reason: str = ""


class DeliveryRow(SQLModel, table=True):
    """One recipient of one mail: one SMTP transaction. `key` names his own bytes, where
    the mail is not alike for all."""

    __tablename__ = "delivery"
    id: int | None = Field(default=None, primary_key=True)
    mail_id: str = Field(foreign_key="mail.message_id", index=True)
    recipient: str
    key: str = ""
    __table_args__ = (UniqueConstraint("mail_id", "recipient"),)


class DeliveryEventRow(SQLModel, table=True):
    """What happened to a delivery: sending, then what the server said. The newest event
    is its state."""

    __tablename__ = "delivery_event"
    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    at: datetime = Field(sa_column=_time())
    state: str
    # What the server's answer meant (model/post.py)
    verdict: str = ""
    code: int = 0
    text: str = ""
    queue_id: str = ""
    retry_at: datetime | None = Field(
        default=None, sa_column=Column(UtcTime(), nullable=True)
    )
    __table_args__ = (
        Index("ix_delivery_event_verdict", "verdict"),
        Index("ix_delivery_event_state", "state", "id"),
    )


class RoundRow(SQLModel, table=True):
    """A question that was asked once for all units, such as who lags at a period's reminder hour."""

    __tablename__ = "round"
    key: str = Field(primary_key=True)
    at: datetime = Field(sa_column=_time())


class BulletinRow(SQLModel, table=True):
    """A bulletin's frozen snapshot; the mail, the workbook and the document are made from it alone."""

    __tablename__ = "bulletin"
    snapshot_id: str = Field(primary_key=True)
    kind: str
    month: str = Field(index=True)
    number: int
    drawn_at: datetime = Field(sa_column=_time())
    snapshot: dict[str, Any] = Field(sa_column=_json())


class TalkRow(SQLModel, table=True):
    """A talk proposal with its reasons; what staff decided is in talk_event."""

    __tablename__ = "talk"
    id: int | None = Field(default=None, primary_key=True)
    month: str
    unit: str
    reasons: list[str] = Field(sa_column=_json())
    rules: list[str] = Field(sa_column=_json())
    proposed_at: datetime = Field(sa_column=_time())
    __table_args__ = (UniqueConstraint("month", "unit"),)


class TalkEventRow(SQLModel, table=True):
    """A decision on a talk (confirmed, dropped), its circulation, or a note of what was agreed."""

    __tablename__ = "talk_event"
    id: int | None = Field(default=None, primary_key=True)
    month: str
    unit: str
    at: datetime = Field(sa_column=_time())
    by: str
    # Proposed, confirmed, dropped, circulated, uncirculated, note
    what: str
    text: str = ""
    held_on: date | None = None
    # The reply that decided it, "" at the command line
    message_key: str = ""


class ConfigRow(SQLModel, table=True):
    """A configuration that the worker took up, by key, and what had changed since the one before."""

    __tablename__ = "config"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=_time())
    digest: str
    settings: dict[str, str] = Field(sa_column=_json())
    changes: list[str] = Field(sa_column=_json())


class ExtensionRow(SQLModel, table=True):
    """准予延期 for a unit and period; the newest row holds, and one without `until`
    withdraws what stood before."""

    __tablename__ = "extension"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=_time())
    by: str
    unit: str
    period: date
    until: datetime | None = Field(
        default=None, sa_column=Column(UtcTime(), nullable=True)
    )
    why: str


class ExaminationRow(SQLModel, table=True):
    """That the ledger was examined, up to which entry of the journal, and what was found."""

    __tablename__ = "examination"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=_time())
    seq: int
    link: str
    entries: int
    rows: int
    files: int
    damages: list[str] = Field(sa_column=_json())


class JournalRow(SQLModel, table=True):
    """What one row of another table tells, chained to the entry before
    (model/journal_entry.py); written by proof/journal.py alone."""

    __tablename__ = "journal"
    seq: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=_time())
    who: str
    what: str
    unit: str | None = None
    period: date | None = None
    subject: str = ""
    why: str = ""
    table_name: str
    row_key: str
    row_digest: str
    # No two entries follow the same one
    previous: str = Field(unique=True)
    link: str
    __table_args__ = (Index("ix_journal_row", "table_name", "row_key"),)


class PauseRow(SQLModel, table=True):
    """Until when a mail server is left alone, and why; an empty cause ends the pause before it."""

    __tablename__ = "pause"
    id: int | None = Field(default=None, primary_key=True)
    server: str = Field(index=True)
    at: datetime = Field(sa_column=_time())
    cause: str
    until: datetime = Field(sa_column=_time())
    # Of the account and its secret, neither of which it tells
    fingerprint: str
    times: int = 1


class AlarmEventRow(SQLModel, table=True):
    """That an alarm was raised, says something new, or was found mended; the newest row
    of a cause holds."""

    __tablename__ = "alarm_event"
    id: int | None = Field(default=None, primary_key=True)
    cause: str = Field(index=True)
    at: datetime = Field(sa_column=_time())
    since: datetime = Field(sa_column=_time())
    open: bool
    what: str
    cure: list[str] = Field(sa_column=_json())


class RenumberingRow(SQLModel, table=True):
    """That a folder's UIDs were found to name other messages than before, under the
    same UIDVALIDITY."""

    __tablename__ = "renumbering"
    id: int | None = Field(default=None, primary_key=True)
    folder: str
    uidvalidity: int = Field(sa_column=_wide())
    at: datetime = Field(sa_column=_time())


class RemovalRow(SQLModel, table=True):
    """That an original (`raw`, by its key) or old lines of a log file (`log`) were
    removed, by which rule of the config."""

    __tablename__ = "removal"
    id: int | None = Field(default=None, primary_key=True)
    what: str
    name: str = Field(index=True)
    at: datetime = Field(sa_column=_time())
    why: str
    __table_args__ = (Index("ix_removal_what", "what", "id"),)


class LeaseRow(SQLModel, table=True):
    """Who works on this ledger now, for workers on several machines; the lock file
    serves those on one."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    holder: str
    until: datetime = Field(sa_column=_time())
