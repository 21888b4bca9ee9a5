"""What a mail was meant as (rules.md 3): a report, a machine's letter, a courtesy, a
scan that may be the form.

For: judge.py, before it looks at a form. Goes by headers and words, and by where a file
came from: what this program sent proves nothing when it comes back (rules.md 6). Trusts:
the roster and our own address alone. Never: lets a mail of a registered sender with a
filled form go unheard because of a header.
"""

from dataclasses import replace

from pipeline.judging.calendar import Calendar
from pipeline.judging.intake.courtesy import is_courtesy, speaks_of_a_report
from pipeline.judging.rulebook import Rulebook
from pipeline.model.arrival import (
    Arrival,
    Aside,
    AsideKind,
    IgnoredReason,
    NamedReading,
)
from pipeline.model.form import Form, Hold
from pipeline.model.mail import OUR_MARK, OURS, MailNature, Message
from pipeline.model.trouble import TroubleCode
from pipeline.model.wording.purposes import (
    ANSWERED_SUBJECT,
    BLANK,
    FORM_WORD,
    HANDS_OVER,
    RECALL,
    SUCCESSOR,
    TAKES_REPORT_BACK,
)

SCAN = (TroubleCode.SCAN_UNREAD, TroubleCode.SCAN_UNCERTAIN)
_MACHINES = {
    MailNature.BOUNCE: IgnoredReason.BOUNCE,
    MailNature.DELAY: IgnoredReason.BOUNCE,
    MailNature.AUTO_REPLY: IgnoredReason.AUTO_REPLY,
    MailNature.GESTURE: IgnoredReason.AUTO_REPLY,
    MailNature.READ_RECEIPT: IgnoredReason.AUTO_REPLY,
    MailNature.LIST: IgnoredReason.LIST,
}
# Characters
_MOST_ASIDE = 400
# Marks that a program may put on a person's mail: a forwarding, an office system.
_MAY_BE_A_PERSONS = (MailNature.AUTO_REPLY, MailNature.LIST)


def outside(message: Message, calendar: Calendar) -> IgnoredReason | None:
    """Mail from before or after the campaign (rules.md 2): another one's, or nobody's."""
    day = calendar.local(message.received_at).date()
    if day < calendar.begins:
        return IgnoredReason.BEFORE_CAMPAIGN
    if day > calendar.ends:
        return IgnoredReason.AFTER_CAMPAIGN
    return None


def ignored(arrival: Arrival, rulebook: Rulebook) -> IgnoredReason | None:
    """Why a mail is not read as anybody's: ours, or a machine's. A filled form of a
    registered sender is heard whatever the headers say."""
    message = arrival.message
    if message.sender.email == rulebook.address:
        return IgnoredReason.OWN_MAIL
    heard = _brings_a_form(arrival, rulebook)
    if message.own and not heard:
        return IgnoredReason.OWN_MAIL
    if heard and message.nature in _MAY_BE_A_PERSONS:
        return None
    return _MACHINES.get(message.nature)


def _brings_a_form(arrival: Arrival, rulebook: Rulebook) -> bool:
    if not is_registered(arrival.message, rulebook):
        return False
    if arrival.message.encrypted or _too_big(arrival):
        # It may bring one: nobody can tell. A program's answer to a letter of ours does
        # not, and is not answered (RFC 3834 2)
        return not arrival.message.in_reply_to
    readings = without_our_own(arrival, rulebook).readings
    forms = (form for named in readings for form in named.reading.forms)
    return any(not is_blank(form) for form in forms)


def is_registered(message: Message, rulebook: Rulebook) -> bool:
    """Whether the sender's address is a unit's or a pool member's."""
    return bool(rulebook.book.roster.units_of(message.sender.email))


def is_blank(form: Form) -> bool:
    """A form that nobody has filled in, whatever stands in its unit cell: the blank one
    that lies beside the clerk's own, or our reminder's, which has unit and day in it."""
    figure = form.figure
    said = (figure.completed, figure.added, figure.nil, figure.rate)
    if said != (None, None, None, None) or any(
        c.strip() for c in form.measures
    ):
        return False
    if set(figure.holds) - {Hold.FIGURE_UNCLEAR}:
        # A scan that was read in part
        return False
    shown = dict(form.evidence).get("completed")
    return shown is None or bool(BLANK.fullmatch(shown.text.strip()))


def without_our_own(arrival: Arrival, rulebook: Rulebook) -> Arrival:
    """The arrival without what came out of a letter of ours that lies in the mail."""
    ours = (OURS, rulebook.address)
    found = []
    for named in arrival.readings:
        if named.origin not in ours:
            found.append(named)
    kept = tuple(found)
    if len(kept) == len(arrival.readings):
        return arrival
    return replace(arrival, readings=kept)


def meant_as_report(arrival: Arrival, rulebook: Rulebook) -> bool:
    """Whether the mail was meant as a report: its subject, text or a file's name says
    one of the words for it (rules.md 3), it links to a file in a cloud, or it is too big or
    encrypted, so that nobody can tell. Thanks and promises are not."""
    message = arrival.message
    says_report = rulebook.says_report
    names = []
    for n in arrival.readings:
        if not _says_nothing(n):
            names.append(n.reading.name)
    if message.encrypted or message.links or _too_big(arrival):
        return True
    if any(says_report.search(name) for name in names):
        return True
    if is_courtesy(message.text, answers_us=_answers_us(message)):
        return False
    if _hands_over(message.text):
        return False
    texts = (message.subject, message.text)
    return any(says_report.search(text) for text in texts)


def _hands_over(text: str) -> bool:
    """Whether somebody writes who does this work from now on, and no more."""
    if len(text) > _MOST_ASIDE or speaks_of_a_report(text):
        return False
    return bool(HANDS_OVER.search(text))


def _answers_us(message: Message) -> bool:
    """Whether the mail answers a letter of ours, so that 旬报 in its subject is our
    word: by what it refers to, by what it quotes, by the mark of our subjects."""
    refers = " ".join((message.in_reply_to, *message.references))
    if OUR_MARK in refers:
        return True
    return bool(ANSWERED_SUBJECT.match(message.subject))


def _says_nothing(named: NamedReading) -> bool:
    """A picture within the text, or a form that nobody filled in: as what it is called
    nobody meant it."""
    forms = named.reading.forms
    return named.inline or (bool(forms) and all(map(is_blank, forms)))


def _too_big(arrival: Arrival) -> bool:
    """Whether only the header was fetched."""
    for named in arrival.readings:
        trouble = named.reading.trouble
        if named.reading.kind == "mail" and trouble is not None:
            return trouble.code is TroubleCode.TOO_BIG
    return False


def scan_meant_as_report(arrival: Arrival, rulebook: Rulebook) -> bool:
    """Whether a scan alone is a case: meant as a report, or from a registered sender
    who calls it a form (表) at all.

    A unit's photo of a meeting is no report; a photo called 表 may be one, and is not
    thrown away unseen.
    """
    message = arrival.message
    names = (message.subject, *(r.reading.name for r in arrival.readings))
    if meant_as_report(arrival, rulebook):
        return True
    if is_courtesy(message.text):
        return False
    return is_registered(message, rulebook) and any(
        FORM_WORD in name for name in names
    )


def aside_of(message: Message) -> Aside | None:
    """What a mail that is no report says to people: that somebody asks a mail back or
    takes back what they reported, or who stands in for whom; None for nothing."""
    if message.nature is MailNature.PERSON:
        automatic = False
    elif message.nature in (MailNature.GESTURE, MailNature.AUTO_REPLY):
        automatic = True
    else:
        return None
    return aside_in(message.subject, message.text, automatic=automatic)


def aside_in(subject: str, text: str, *, automatic: bool) -> Aside | None:
    """The same, of what is kept of a mail. `automatic`: a program wrote it."""
    if automatic and RECALL.search(subject + text):
        return Aside(AsideKind.RECALL, subject, text)
    if automatic and SUCCESSOR.search(text):
        return Aside(AsideKind.STAND_IN, subject, text)
    if not automatic and _hands_over(text):
        return Aside(AsideKind.HANDED_OVER, subject, text)
    if not automatic and _takes_back(subject, text):
        return Aside(AsideKind.TAKEN_BACK, subject, text)
    return None


def _takes_back(subject: str, text: str) -> bool:
    """Whether somebody writes of what they reported that it is wrong, and little more."""
    if len(text) > _MOST_ASIDE:
        return False
    if ANSWERED_SUBJECT.match(subject):
        # Our own words
        subject = ""
    return bool(TAKES_REPORT_BACK.search(f"{subject} {text}"))


def scans_in(arrival: Arrival, rulebook: Rulebook) -> tuple[NamedReading, ...]:
    """Scans and photos that were not read, or not surely. A picture within the text is
    one only in a mail meant as a report."""
    found = []
    for r in arrival.readings:
        if (
            r.reading.trouble
            and r.reading.trouble.code in SCAN
            and not (r.inline and not meant_as_report(arrival, rulebook))
        ):
            found.append(r)
    return tuple(found)
