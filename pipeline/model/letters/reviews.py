"""The facts of what reviewers are asked and told."""

from datetime import datetime
from enum import StrEnum

from pipeline.model.letters.receipts import ReportLine
from pipeline.model.named import NamedCounts, NamedTexts
from pipeline.model.notice import NoticeKind
from pipeline.model.review.reply_token import Token
from pipeline.model.values.frozen import frozen


class SpeaksFor(StrEnum):
    """What makes a unit a candidate."""

    # The form's name was read as this unit's
    TAKEN = "taken"
    # Its place is named in the mail or in the measures
    PLACE = "place"
    SENDER = "sender"
    # It wrote the mail in which the form was passed on
    WRITER = "writer"
    # The name that was written is like its name
    NAME = "name"
    MISSING = "missing"
    FIGURE = "figure"


@frozen
class Candidate:
    """A unit, what speaks for it, and its last counted figure (None: none yet)."""

    unit: str
    speaks: tuple[SpeaksFor, ...]
    last: int | None


@frozen
class HeldCase:
    """A held report as staff see it. `suggestions` are near unit names, offered and never taken.

    `answers` are the commands and reply words that settle it: (what to write, what it
    does). `against` sets what the form says beside what the ledger says: (what, on the
    form, in the ledger).
    """

    report_id: str
    sender: str
    subject: str
    received_at: datetime
    line: ReportLine
    suggestions: tuple[str, ...]
    answers: NamedTexts
    # Accepted figures so far: (period name, completed)
    history: NamedCounts
    # The beginning of the mail's text
    quote: str = ""
    against: tuple[tuple[str, str, str], ...] = ()
    # Whose address it came from, where that serves one unit alone; else ""
    sender_unit: str = ""


@frozen
class ReviewRequest:
    """待核单: one case, its evidence, how to answer. `pictures` are shown in it: (Content-ID, caption).

    `token` is what a reply needs; `code` is it as written for one reviewer (待核码), ""
    until the letter is addressed.
    """

    case: HeldCase
    token: Token | None = None
    code: str = ""
    pictures: NamedTexts = ()
    kind: NoticeKind = NoticeKind.REVIEW_REQUEST


@frozen
class ReviewAnswer:
    """What a reviewer's reply did (`done`) or why it did nothing; to them and to the other reviewers."""

    report_id: str
    by: str
    received_at: datetime
    done: bool
    # One sentence
    result: str
    # The beginning of the reply, as written
    wrote: str
    case: HeldCase | None
    # What can be answered now
    answers: NamedTexts = ()
    token: Token | None = None
    code: str = ""
    kind: NoticeKind = NoticeKind.REVIEW_ANSWER
