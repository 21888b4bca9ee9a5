"""What a mail was meant as (rules.md 3): a report, a machine's letter, a scan that may
be the form. By its words, not its files."""

import re

from pipeline.judging.calendar import Calendar
from pipeline.judging.rulebook import Rulebook
from pipeline.model.arrival import Arrival, IgnoredReason, NamedReading
from pipeline.model.mail import MailNature, Message
from pipeline.model.trouble import TroubleCode

_MEANT = re.compile(r"旬\s*报|报\s*表")


SCAN = (TroubleCode.SCAN_UNREAD, TroubleCode.SCAN_UNCERTAIN)


_MACHINES = {
    MailNature.BOUNCE: IgnoredReason.BOUNCE,
    MailNature.DELAY: IgnoredReason.BOUNCE,
    MailNature.AUTO_REPLY: IgnoredReason.AUTO_REPLY,
    MailNature.READ_RECEIPT: IgnoredReason.AUTO_REPLY,
    MailNature.LIST: IgnoredReason.LIST,
}


def outside(message: Message, calendar: Calendar) -> IgnoredReason | None:
    """Mail from before or after the campaign (rules.md 2): another one's, or nobody's."""
    day = calendar.local(message.received_at).date()
    if day < calendar.begins:
        return IgnoredReason.BEFORE_CAMPAIGN
    if day > calendar.ends:
        return IgnoredReason.AFTER_CAMPAIGN
    return None


def ignored(message: Message, rulebook: Rulebook) -> IgnoredReason | None:
    if message.own or message.sender.email == rulebook.address:
        return IgnoredReason.OWN_MAIL
    return _MACHINES.get(message.nature)


def meant_as_report(arrival: Arrival) -> bool:
    """Whether the mail was meant as a report: its subject, text or a file's name says
    旬报 or 报表 (rules.md 3)."""
    message = arrival.message
    names = [r.reading.name for r in arrival.readings] + [
        link.name for link in message.links
    ]
    return any(_MEANT.search(text) for text in (message.subject, message.text, *names))


def scan_meant_as_report(arrival: Arrival, rulebook: Rulebook) -> bool:
    """Whether a scan alone is a case: meant as a report, or from a registered sender
    who calls it a form (表) at all.

    A unit's photo of a meeting is no report; a photo called 表 may be one, and is not
    thrown away unseen.
    """
    message = arrival.message
    registered = bool(rulebook.book.roster.units_of(message.sender.email))
    names = (message.subject, *(r.reading.name for r in arrival.readings))
    return meant_as_report(arrival) or (
        registered and any("表" in name for name in names)
    )


def scans_in(arrival: Arrival) -> tuple[NamedReading, ...]:
    """Scans and photos that were not read, or not surely. A picture within the text is
    one only in a mail meant as a report."""
    return tuple(
        r
        for r in arrival.readings
        if r.reading.trouble
        and r.reading.trouble.code in SCAN
        and not (r.inline and not meant_as_report(arrival))
    )
