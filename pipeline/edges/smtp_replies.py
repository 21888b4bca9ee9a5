"""What a mail server's reply means, as a table: 126.com's own codes first, then what RFC 5321 leaves to the stage.

Trusts the reply's code, its words only where a row names them. Where a reply could be blamed on the recipient or on us,
it is not blamed on the recipient: an address given up is never written to again.
"""

import re
from dataclasses import dataclass
from enum import Enum

from pipeline.model.post import Verdict

LATER = 900  # seconds; NetEase asks for at least a quarter of an hour
SOON = 120
FULL = 3600  # a full mailbox is emptied by a person, if at all


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
    """`codes` is a pattern over the three digits, `words` one over the text (any case); the first row to fit decides."""

    codes: str
    words: str
    verdict: Verdict
    retry_after: int | None = None
    stages: frozenset[Stage] = ANY


TABLE = (
    # 126.com (NetEase), as reported
    Row("535", "", Verdict.CONFIGURATION),
    Row("550", "user has no permission", Verdict.CONFIGURATION),
    Row("553", "mail from must equal authorized user", Verdict.CONFIGURATION),
    Row("550", "user not found", Verdict.REFUSED_RECIPIENT),
    Row("451", "DT:SPM", Verdict.TRANSIENT, SOON),
    Row("5..", "(DT|MI|HL|RP):[A-Z]", Verdict.REFUSED_TEXT),  # 554 DT:SPM, 554 MI:STC and their kin
    # any server
    Row("4..", "", Verdict.TRANSIENT, LATER),  # 421 HL:*, 450, 451 MI:SFQ among them
    Row("53[0-9]", "", Verdict.CONFIGURATION),
    Row("5..", "", Verdict.CONFIGURATION, stages=frozenset({Stage.GREETING, Stage.LOGIN})),
    Row("5..", "relay|authenticat", Verdict.CONFIGURATION),
    Row("552", "", Verdict.TRANSIENT, FULL, frozenset({Stage.RECIPIENT})),
    Row("5..", r"5\.2\.2|quota|mailbox (is )?full", Verdict.TRANSIENT, FULL, frozenset({Stage.RECIPIENT})),
    Row("552", "", Verdict.REFUSED_TEXT),
    Row("5..", "", Verdict.CONFIGURATION, stages=frozenset({Stage.SENDER})),
    Row("554|50[0234]", "", Verdict.REFUSED_TEXT),
    Row("5..", r"5\.7\.|spam|blocked|policy", Verdict.REFUSED_TEXT),
    Row("5..", "", Verdict.REFUSED_RECIPIENT, stages=frozenset({Stage.RECIPIENT})),
    Row("5..", "", Verdict.REFUSED_TEXT),
)


def classify(stage: Stage, code: int, text: str) -> tuple[Verdict, int | None]:
    """The verdict on a reply that is no success, and in how many seconds to try again (TRANSIENT only).

    A reply that is no SMTP at all is TRANSIENT: nothing was handed over.
    """
    for row in TABLE:
        fits = (
            stage in row.stages
            and re.fullmatch(row.codes, str(code))
            and re.search(row.words, text, re.IGNORECASE)
        )
        if fits:
            return row.verdict, row.retry_after
    return Verdict.TRANSIENT, LATER


def queue_id(text: str) -> str:
    """The id in `250 ... queued as ID`, by which NetEase's bounces name the mail; "" where there is none."""
    found = re.search(r"queued as\s+(\S+)", text, re.IGNORECASE)
    return found[1] if found else ""
