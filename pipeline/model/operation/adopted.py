"""What a ledger is tied to in the configuration that it was kept by: whose campaign it
is, which periods it has, who reports."""

from datetime import date
from enum import StrEnum

from pipeline.model.named import NamedTexts
from pipeline.model.rules import CalendarRules
from pipeline.model.values.frozen import frozen


@frozen
class Adopted:
    """`campaign_id` is "" where none is written: then the name and the year of the first
    period stand for it. `units` are names, `formerly` maps an earlier name to the
    present one, `ids` a name to the id that is written for it.
    """

    campaign_id: str
    name: str
    calendar: CalendarRules
    units: tuple[str, ...]
    formerly: NamedTexts = ()
    ids: NamedTexts = ()


class ConfigRefusal(StrEnum):
    """Why a changed configuration is not taken up."""

    OTHER_CAMPAIGN = "other_campaign"
    PERIOD_DROPPED = "period_dropped"
    PERIOD_MOVED = "period_moved"
    PERIOD_INVENTED = "period_invented"
    UNIT_GONE = "unit_gone"
    # A new unit under a name that another had when it reported
    UNIT_NAME_REUSED = "unit_name_reused"
    UNIT_ID_CHANGED = "unit_id_changed"


@frozen
class RefusedChange:
    """`subject` is the unit or what the campaign was called, `other` the unit that bears
    the name now, or the id as it was; `period` as it is named."""

    why: ConfigRefusal
    subject: str = ""
    other: str = ""
    period: date | None = None
    was: date | None = None
    now: date | None = None
