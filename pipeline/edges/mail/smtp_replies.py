"""What a mail server's reply means, as a table: 126.com's own codes first, then what
RFC 5321 leaves to the stage.

Trusts the reply's code, its words only where a row names them. Where a reply could be
blamed on the recipient or on us, it is not blamed on the recipient: an address given up
is never written to again.
"""

import re
from dataclasses import dataclass
from enum import Enum

from pipeline.model.post import Verdict

LATER = 900  # seconds; NetEase asks for at least a quarter of an hour
SOON = 120
FULL = 3600  # a full mailbox is emptied by a person, if at all
DAY = (
    4 * 3600
)  # a day's quota: asked again now and then, so that it goes on soon after midnight wherever that is
SPAM_TRIES = 4  # the first answer and three more


class Stage(Enum):
    """What the reply answers."""

    GREETING = "greeting"
    LOGIN = "login"
    SENDER = "sender"  # MAIL FROM
    RECIPIENT = "recipient"  # RCPT TO
    CONTENT = "content"  # DATA, and the final dot


ANY = frozenset(Stage)


@dataclass(frozen=True)
class Row:
    """`codes` is a pattern over the three digits, `words` one over the text (any case);
    the first row to fit decides."""

    codes: str
    words: str
    verdict: Verdict
    retry_after: int | None = None
    stages: frozenset[Stage] = ANY
    most_tries: int = 20


TABLE = (
    # 126.com (NetEase), as reported
    Row("535", "", Verdict.CONFIGURATION),
    Row("550", "user has no permission", Verdict.CONFIGURATION),
    Row("553", "mail from must equal authorized user", Verdict.CONFIGURATION),
    Row("550", "user not found", Verdict.REFUSED_RECIPIENT),
    Row("451", "DT:SPM", Verdict.TRANSIENT, SOON, most_tries=SPAM_TRIES),
    Row(
        "45[0-9]", "(HL|IP):[A-Z]|MI:(SFQ|DMC|STC|CEL)", Verdict.PAUSED, LATER
    ),  # too many mails, not this mail
    Row(
        "5..", "MI:STC", Verdict.PAUSED, DAY
    ),  # no more mail of ours today: every other would fare the same
    Row("5..", "(DT|MI|HL|RP):[A-Z]", Verdict.REFUSED_TEXT),  # 554 DT:SPM and its kin
    # any server
    Row("421", "", Verdict.PAUSED, LATER),  # the server closes; 421 HL:* among them
    Row("4..", "", Verdict.PAUSED, LATER, frozenset({Stage.GREETING, Stage.LOGIN})),
    Row("4..", "", Verdict.TRANSIENT, LATER),  # 450 and 451 of greylisting among them
    Row("53[0-9]", "", Verdict.CONFIGURATION),
    Row(
        "5..",
        "",
        Verdict.CONFIGURATION,
        stages=frozenset({Stage.GREETING, Stage.LOGIN}),
    ),
    Row("5..", "relay|authenticat", Verdict.CONFIGURATION),
    Row("552", "", Verdict.TRANSIENT, FULL, frozenset({Stage.RECIPIENT})),
    Row(
        "5..",
        r"5\.2\.2|quota|mailbox (is )?full",
        Verdict.TRANSIENT,
        FULL,
        frozenset({Stage.RECIPIENT}),
    ),
    Row("552", "", Verdict.REFUSED_TEXT),
    Row("5..", "", Verdict.CONFIGURATION, stages=frozenset({Stage.SENDER})),
    Row("554|50[0234]", "", Verdict.REFUSED_TEXT),
    Row("5..", r"5\.7\.|spam|blocked|policy", Verdict.REFUSED_TEXT),
    Row("5..", "", Verdict.REFUSED_RECIPIENT, stages=frozenset({Stage.RECIPIENT})),
    Row("5..", "", Verdict.REFUSED_TEXT),
)


_NO_SMTP = Row("", "", Verdict.TRANSIENT, LATER)


def classify(stage: Stage, code: int, text: str) -> Row:
    """The row that says what a reply means that is no success: its verdict, and in how
    many seconds to try again.

    A reply that is no SMTP at all is TRANSIENT: nothing was handed over.
    """
    for row in TABLE:
        fits = (
            stage in row.stages
            and re.fullmatch(row.codes, str(code))
            and re.search(row.words, text, re.IGNORECASE)
        )
        if fits:
            return row
    return _NO_SMTP


def queue_id(text: str) -> str:
    """The id in `250 ... queued as ID`, by which NetEase's bounces name the mail; ""
    where there is none."""
    found = re.search(r"queued as\s+(\S+)", text, re.IGNORECASE)
    if found:
        return found[1]
    return ""
