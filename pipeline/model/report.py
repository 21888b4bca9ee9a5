"""A report: one unit's figure for one period, as it was judged, and what staff decided about it afterwards."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pipeline.model.form import Form, Hold, Note


class ReportState(StrEnum):
    ACCEPTED = "accepted"
    HELD = "held"  # 待核: kept out of the figures until staff decide
    SUPERSEDED = "superseded"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


class Timeliness(StrEnum):
    ON_TIME = "on_time"
    LATE = "late"


class DecisionRule(StrEnum):
    """By which rule a report got its state: the program's own judgement, or one of the ways staff decide."""

    JUDGED = "judged"
    ACCEPT = "accept"
    CORRECT = "correct"
    REJECT = "reject"
    UNDO = "undo"  # 撤销: what held before the newest decision holds again


@dataclass(frozen=True)
class Decision:
    """One decision on a report, never changed: the newest one holds.

    `by` is "rule" or the person (address, or the account at the command line). `completed`, `unit` and `period` are what
    the report counts for from here on, and `timeliness` is by that period's deadline (None: as it was first judged).
    `supersedes` is the report that counted for the unit and period until then.
    """

    report_id: str
    at: datetime
    by: str
    rule: DecisionRule
    state: ReportState
    unit: str | None
    period: date
    completed: int | None
    why: str = ""
    supersedes: str = ""
    timeliness: Timeliness | None = None


@dataclass(frozen=True)
class Report:
    """A report with its newest decision applied.

    `id` is stable under replay: the beginning of the message's key and a number. `unit` is None while unclear; `period`
    is then, and while the period is unclear, the one nearest to reception. `sequence` orders what the ledger learnt.
    """

    id: str
    message_key: str
    received_at: datetime
    unit: str | None
    period: date
    completed: int | None
    added: int | None
    timeliness: Timeliness
    state: ReportState
    notes: tuple[Note, ...]
    holds: tuple[Hold, ...]
    measures: tuple[str, ...]
    form: Form | None
    files: tuple[str, ...] = ()
    sequence: int = 0
    decided_by: str = "rule"
    why: str = ""


@dataclass(frozen=True)
class Ruling:
    """What a person said: the rule, and what she filled in. `by` is her address or account."""

    rule: DecisionRule
    by: str
    why: str = ""
    completed: int | None = None
    unit: str = ""
    period: date | None = None
