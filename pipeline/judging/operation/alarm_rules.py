"""Which troubles stand until they are mended (alarms), which are told once, and which of
them mail can tell.

An alarm is one for each cause: raised when the cause is found, closed when it is looked
for and not found. What a mail server refuses is told where no mail is needed: in a
file, by the exit status, on the error output.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Final

from pipeline.model.operation.complaint import AlarmCause, Complaint, Failure
from pipeline.model.operation.cooldown import Alarm

# An alarm that stands is told of again
AGAIN_AFTER: Final = timedelta(days=1)

MAILBOX_CAUSES: Final = {
    Failure.LOGIN: AlarmCause.MAILBOX_LOGIN,
    Failure.SETUP: AlarmCause.MAILBOX_SETUP,
    Failure.UNREACHABLE: AlarmCause.MAILBOX_UNREACHABLE,
    Failure.STORAGE: AlarmCause.MAILBOX_STORAGE,
}
SMTP_CAUSES: Final = {
    Failure.LOGIN: AlarmCause.SMTP_LOGIN,
    Failure.SETUP: AlarmCause.SMTP_SETUP,
    Failure.UNREACHABLE: AlarmCause.SMTP_UNREACHABLE,
    Failure.STORAGE: AlarmCause.SMTP_STORAGE,
    Failure.LIMIT: AlarmCause.SMTP_LIMIT,
}
# Looked for whenever the mailbox is spoken to, or something is sent
OF_MAILBOX: Final = frozenset(
    {*MAILBOX_CAUSES.values(), AlarmCause.MAILBOX_QUIET}
)
OF_SMTP: Final = frozenset(SMTP_CAUSES.values())
# Looked for at every wake
OF_EVERY_WAKE: Final = frozenset(
    {
        AlarmCause.OUTBOX_STUCK,
        AlarmCause.DISK_LOW,
        AlarmCause.TEMPLATE,
        AlarmCause.CLOCK_DOUBT,
    }
)
_LASTING: Final = frozenset(
    {*OF_MAILBOX, *OF_SMTP, *OF_EVERY_WAKE, AlarmCause.MAIL_UNFETCHED}
)


def lasts(cause: AlarmCause) -> bool:
    """Whether a trouble stands until it is found mended; else it is an event, told once."""
    return cause in _LASTING


def by_mail(cause: AlarmCause) -> bool:
    """Whether mail can tell of it: not of its own failure."""
    return cause not in OF_SMTP


def mended(
    standing: Sequence[Alarm],
    found: Iterable[Complaint],
    looked_at: Collection[AlarmCause],
) -> list[Alarm]:
    """The alarms whose cause was looked for and not found."""
    still = {complaint.cause for complaint in found}
    gone = []
    for alarm in standing:
        if alarm.cause in looked_at and alarm.cause not in still:
            gone.append(alarm)
    return gone
