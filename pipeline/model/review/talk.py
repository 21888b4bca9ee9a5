"""What staff decide on talks (约谈), as events that are never changed: the newest one
of a talk holds."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


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


@dataclass(frozen=True)
class TalkEvent:
    """`by` is "rule", an address or an account; `message_key` the reply that decided
    it, "" at the command line."""

    month: str
    unit: str
    what: TalkStep
    at: datetime
    by: str
    text: str = ""
    held_on: date | None = None
    message_key: str = ""


class TalkVerb(StrEnum):
    CONFIRM = "confirm"
    DROP = "drop"
    ADD = "add"
    CIRCULATE = "circulate"
    UNDO = "undo"


@dataclass(frozen=True)
class TalkOrder:
    """One thing that a person says of talks: for the named units, or for all that it
    can mean where none is named."""

    verb: TalkVerb
    units: tuple[str, ...] = ()
    why: str = ""
