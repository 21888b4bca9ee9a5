"""What staff decide on talks (约谈), as events that are never changed: the newest one
of a talk holds."""

from datetime import date, datetime
from enum import StrEnum

from pipeline.model.actor import Actor
from pipeline.model.month import Month
from pipeline.model.values.frozen import frozen


class TalkRule(StrEnum):
    """Why a talk stands in the ledger (rules.md 8)."""

    # 末位
    LAST_PLACE = "last_place"
    # 工作力度不大
    WEAK_EFFORT = "weak_effort"
    # By staff alone
    ADDED = "added"


@frozen
class TalkReason:
    """A rule with its figures at the close of the month: `rate` and `schedule` are
    shares (1.0 is all), `rate` None of a unit that never reported.

    Of LAST_PLACE: `rank` among the `ranked` units of its kind. Of WEAK_EFFORT:
    `missing` of the month's `periods`; None where the figure `completed` has not grown
    since the last bulletin.
    """

    rule: TalkRule
    rate: float | None
    schedule: float
    rank: int | None = None
    ranked: int = 0
    missing: int | None = None
    periods: int = 0
    completed: int = 0


@frozen
class TalkProposal:
    """A unit that the rules propose for a talk, each rule once."""

    month: Month
    unit: str
    reasons: tuple[TalkReason, ...]


class TalkStep(StrEnum):
    # By staff's 增加, or what 撤销 goes back to
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    # 列入全市工会通报
    CIRCULATED = "circulated"
    UNCIRCULATED = "uncirculated"
    # What was agreed: decides nothing
    NOTE = "note"


@frozen
class TalkEvent:
    """`by` is "rule", an address or an account; `message_key` the reply that decided
    it, "" at the command line."""

    month: Month
    unit: str
    what: TalkStep
    at: datetime
    by: Actor
    text: str = ""
    held_on: date | None = None
    message_key: str = ""


class TalkVerb(StrEnum):
    CONFIRM = "confirm"
    DROP = "drop"
    ADD = "add"
    CIRCULATE = "circulate"
    UNDO = "undo"


@frozen
class TalkOrder:
    """One thing that a person says of talks: for the named units, or for all that it
    can mean where none is named."""

    verb: TalkVerb
    units: tuple[str, ...] = ()
    why: str = ""
