"""An arrival: a message with everything that was read out of it, before any decision;
and what was decided."""

from datetime import date
from enum import StrEnum

from pipeline.model.form import DateMention, FileReading
from pipeline.model.mail import Message
from pipeline.model.month import Month
from pipeline.model.report import Decision, Report
from pipeline.model.review.talk import TalkEvent
from pipeline.model.roster import Lesson
from pipeline.model.trouble import TroubleCode
from pipeline.model.values.frozen import frozen


class Outcome(StrEnum):
    # At least one report, whatever its state
    REPORTED = "reported"
    # Meant as a report, none could be read
    UNREADABLE = "unreadable"
    IGNORED = "ignored"
    # A reviewer's reply
    COMMAND = "command"
    # The same mail again
    DUPLICATE = "duplicate"
    # Could not be handled in several tries; bytes and reason are kept
    SET_ASIDE = "set_aside"


class IgnoredReason(StrEnum):
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LIST = "list"
    NO_FORM = "no_form"
    OWN_MAIL = "own_mail"
    # Received before it begins: never judged
    BEFORE_CAMPAIGN = "before_campaign"
    # Received after its end
    AFTER_CAMPAIGN = "after_campaign"


class ReplyResult(StrEnum):
    """What a reviewer's reply came to."""

    DONE = "done"
    # It cannot be carried out: its writer is told
    NOTHING_DONE = "nothing_done"
    # Of somebody who may not decide: all reviewers are told
    REFUSED = "refused"


@frozen
class NamedReading:
    """A file's reading, and the days that the file's name mentions (rules.md 4).
    `inline`: a picture within the text. `origin`: as of its Attachment."""

    reading: FileReading
    mentions: tuple[DateMention, ...] = ()
    inline: bool = False
    origin: str = ""


@frozen
class Arrival:
    """`readings` of the attachments, or of the body where no attachment holds a form;
    `mentions` of the subject. `rivals` are the other campaigns whose form it may be."""

    message: Message
    readings: tuple[NamedReading, ...]
    mentions: tuple[DateMention, ...] = ()
    rivals: tuple[str, ...] = ()


class FileOutcome(StrEnum):
    """What became of a file; one that failed says so by its TroubleCode."""

    READ = "read"
    # Not a file, the whole mail: nobody can tell what is in it
    MAIL_ENCRYPTED = "mail_encrypted"
    # A scan beside a form that was read (rules.md 3)
    NOT_COMPARED = "not_compared"
    # Of an older ledger, which kept the sentence alone
    AS_TOLD = "as_told"


class AsideKind(StrEnum):
    """What a mail that is no report tells people beside it."""

    # A program asks a mail back
    RECALL = "recall"
    # An answer out of office names somebody else
    STAND_IN = "stand_in"
    # Somebody writes who does this work from now on
    HANDED_OVER = "handed_over"
    # Somebody takes back, or calls wrong, what came before, and sends nothing in its place
    TAKEN_BACK = "taken_back"


@frozen
class Aside:
    kind: AsideKind
    subject: str
    text: str


@frozen
class FileResult:
    """What became of one file of a mail. `advice` is the reader's own sentence to the
    sender, "" where the outcome says enough."""

    name: str
    outcome: FileOutcome | TroubleCode
    advice: str = ""


@frozen
class Judgement:
    """What a message is: its outcome, the reason where it is ignored or set aside, and its reports.

    `unit` and `period` say whose mail an unreadable one is, as far as the sender tells.
    `decisions`, `talks` and `lessons` are what a reviewer's reply decided, on a report
    or on talks, and what it told the program to remember.
    """

    outcome: Outcome
    reason: str | None = None
    reports: tuple[Report, ...] = ()
    files: tuple[FileResult, ...] = ()
    unit: str | None = None
    period: date | None = None
    decisions: tuple[Decision, ...] = ()
    # The case that a reply is about, as its token names it
    about: str = ""
    talks: tuple[TalkEvent, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    # Of a reviewer's reply alone
    reply: ReplyResult | None = None
    # Months whose bulletin a reviewer's reply approved
    approvals: tuple[Month, ...] = ()
    # What else a reply to a draft settles, by its keys (model/notice.py): put off to a
    # day, an edited document, an erratum that is not sent.
    settles: tuple[str, ...] = ()
