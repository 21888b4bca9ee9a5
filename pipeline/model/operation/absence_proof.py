"""What 漏报 rests on: where was looked for a unit's report, when, and which mails come
nearest to being it."""

from datetime import date, datetime
from enum import StrEnum

from pipeline.model.ledger import MailSeen
from pipeline.model.values.frozen import frozen


class Likeness(StrEnum):
    """Why a mail might be what is missed."""

    # It brought a report of the unit for the period
    ITS_REPORT = "its_report"
    # The unit's, with another period's report
    OTHER_PERIOD = "other_period"
    # From the unit's address
    NO_REPORT = "no_report"
    # Its subject names the unit
    NAMED = "named"
    # Held, since nobody knows whose it is
    NO_UNIT = "no_unit"
    UNREAD = "unread"


@frozen
class Near:
    """A mail that might be what is missed, and why it comes into question; `period` is
    that of the report that it brought."""

    mail: MailSeen
    why: Likeness
    period: date | None = None


@frozen
class Absence:
    """Times are UTC. `polls` read the mailbox to its end from `since` on, `after` of
    them past the unit's deadline; `missed` are scheduled ones at which nothing was read
    within the hour. No `folders`: no mailbox was ever read, only mails taken in as
    files.
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
