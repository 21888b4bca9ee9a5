"""What a ledger is tied to in the configuration that it was kept by: whose campaign it
is, which periods it has, who reports."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.model.rules import CalendarRules


@dataclass(frozen=True)
class Adopted:
    """`campaign_id` is "" where none is written: then the name and the year of the first
    period stand for it. `units` are names, `formerly` maps an earlier name to the
    present one.
    """

    campaign_id: str
    name: str
    calendar: CalendarRules
    units: tuple[str, ...]
    formerly: tuple[tuple[str, str], ...] = ()


class ConfigRefusal(StrEnum):
    """Why a changed configuration is not taken up."""

    OTHER_CAMPAIGN = "other_campaign"
    PERIOD_DROPPED = "period_dropped"
    PERIOD_MOVED = "period_moved"
    PERIOD_INVENTED = "period_invented"
    UNIT_GONE = "unit_gone"


@dataclass(frozen=True)
class RefusedChange:
    """`subject` is the unit or what the campaign was called; `period` as it is named."""

    why: ConfigRefusal
    subject: str = ""
    period: date | None = None
    was: date | None = None
    now: date | None = None
