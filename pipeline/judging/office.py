"""What judging needs to know of the campaign beyond the ledger."""

from dataclasses import dataclass

from pipeline.judging.calendar import Calendar
from pipeline.judging.names import NameBook
from pipeline.model.rules import CheckRules


@dataclass(frozen=True)
class Office:
    """What judging needs to know of the campaign; built once from the settings. `address` is the reporting mailbox."""

    book: NameBook
    calendar: Calendar
    checks: CheckRules
    address: str
    campaign: str = ""
