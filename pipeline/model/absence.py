"""What 漏报 rests on: where was looked for a unit's report, when, and which mails come
nearest to being it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pipeline.model.ledger import MailSeen


class Likeness(StrEnum):
    """Why a mail might be what is missed."""

    OTHER_PERIOD = "other_period"  # the unit's, with another period's report
    NO_REPORT = "no_report"  # from the unit's address
    NAMED = "named"  # its subject names the unit
    NO_UNIT = "no_unit"  # held, since nobody knows whose it is
    UNREAD = "unread"


@dataclass(frozen=True)
class Near:
    """A mail that might be what is missed, and why it comes into question; `period` is
    that of the report that it brought."""

    mail: MailSeen
    why: Likeness
    period: date | None = None


@dataclass(frozen=True)
class Absence:
    """Times are UTC. `polls` read the mailbox to its end from `since` on, `after` of
    them past the unit's deadline; `missed` are scheduled ones at which nothing was read
    within the hour.
    """

    unit: str
    period: date
    since: datetime
    end: datetime
    folders: tuple[str, ...]
    polls: tuple[datetime, ...]
    after: tuple[datetime, ...]
    missed: tuple[datetime, ...]
    near: tuple[Near, ...]
