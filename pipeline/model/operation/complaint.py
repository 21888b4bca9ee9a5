"""What is wrong with the program or around it: a code with its facts, of which an alarm
is made.

Found by judging/operation and the flows, worded by writing/operation/alarm_words.
"""

from datetime import date
from enum import StrEnum

from pipeline.model.operation.clock_evidence import ClockDoubt
from pipeline.model.values.frozen import frozen


class AlarmCause(StrEnum):
    """One alarm stands for each cause; the ledger and the alert's key keep the value."""

    # The mailbox cannot be read, by class of failure
    MAILBOX_LOGIN = "mailbox_login"
    MAILBOX_SETUP = "mailbox_setup"
    MAILBOX_UNREACHABLE = "mailbox_unreachable"
    MAILBOX_STORAGE = "mailbox_storage"
    # It is read, and nobody writes into it
    MAILBOX_QUIET = "mailbox_quiet"
    MAIL_UNFETCHED = "mail_unfetched"
    # Nothing can be sent, by class of failure
    SMTP_LOGIN = "smtp_login"
    SMTP_SETUP = "smtp_setup"
    SMTP_UNREACHABLE = "smtp_unreachable"
    SMTP_STORAGE = "smtp_storage"
    SMTP_LIMIT = "smtp_limit"
    # Of single mails of ours
    UNDELIVERED = "undelivered"
    BOUNCED = "bounced"
    RETURNED = "returned"
    OUTBOX_STUCK = "outbox_stuck"
    STORM = "storm"
    TEMPLATE = "template"
    # Of single mails that came
    MAIL_ASIDE = "mail_aside"
    SET_ASIDE = "set_aside"
    UNMOVED = "unmoved"
    # Of the program and its computer
    POLL_MISSED = "poll_missed"
    CLOCK_DOUBT = "clock_doubt"
    DISK_LOW = "disk_low"
    DAMAGED = "damaged"
    CONFIG = "config"
    FAULT = "fault"
    # It cannot work at all, and keeps no record of that
    PROGRAM = "program"


class Failure(StrEnum):
    """How a server failed: a network that comes and goes is one class, not four."""

    LOGIN = "login"
    SETUP = "setup"
    UNREACHABLE = "unreachable"
    STORAGE = "storage"
    LIMIT = "limit"


@frozen
class Complaint:
    """`which` names what it is of, a sentence each. `count` is of polls, of hours or of
    bytes, as its cause has it; `advice` is the edge's own sentence."""

    cause: AlarmCause
    which: tuple[str, ...] = ()
    count: int = 0
    advice: str = ""
    # The period that is near its close
    due: date | None = None
    doubt: ClockDoubt | None = None
