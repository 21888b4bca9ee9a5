"""What a mail server's reply means, as a table: 126.com's own codes first, then what
RFC 5321 leaves to the stage.

Trusts the reply's code, its words only where a row names them. Where a reply could be
blamed on the recipient or on us, it is not blamed on the recipient: an address given up
is never written to again.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

from pipeline.model.operation.post import Verdict
from pipeline.model.values.frozen import frozen

# Seconds; NetEase asks for at least a quarter of an hour
LATER = 900
# Seconds until a refusal of one mail is tried again
SOON = 120
# A full mailbox is emptied by a person, if at all
FULL = 3600
# A day's quota: asked again now and then, so that it goes on soon after
# midnight wherever that is
DAY = 4 * 3600
# The first answer and three more
SPAM_TRIES = 4
# Of a refusal that does not say whom it is about: then that letter fails
UNCLEAR_TRIES = 6


class Stage(Enum):
    """What the reply answers."""

    GREETING = "greeting"
    LOGIN = "login"
    # MAIL FROM
    SENDER = "sender"
    # RCPT TO
    RECIPIENT = "recipient"
    # DATA, and the final dot
    CONTENT = "content"


ANY = frozenset(Stage)


@frozen
class Row:
    """`codes` is a pattern over the three digits, `words` one over the text (any case);
    the first row to fit decides."""

    codes: str
    words: str
    verdict: Verdict
    retry_after: int | None = None
    stages: frozenset[Stage] = ANY
    most_tries: int = 20


RCPT = frozenset({Stage.RECIPIENT})
AT_THE_DOOR = frozenset({Stage.GREETING, Stage.LOGIN})
AFTER_THE_DOOR = frozenset({Stage.RECIPIENT, Stage.CONTENT})

# Words by which a server speaks of the sender, the login or the account: of us.
_SENDER = (
    r"sender address rejected|sender rejected|sender verify|sender denied|bad (?:envelope )?sender"
    r"|mail\s?from (?:must|address must|address)|(?:not|n't) (?:have )?(?:allowed|authori[sz]ed|permi\w+)"
    r"[^.]{0,30} (?:to )?send|send ?as ?denied|send as this sender|not owned by"
    r"|must (?:equal|be (?:the )?same as) authori[sz]|authoriz(?:ed|ation) user"
    r"|发件人|not logged in|must (?:be )?(?:log|authenticat)"
)
_LOGIN = (
    r"relay|authenticat|auth(?:entification)? (?:is )?required|login (?:fail|denied|required)"
    r"|user has no permission|client host rejected: access denied|not a local domain"
    r"|your (?:account|mailbox) (?:has been |is )?(?:suspended|disabled|locked|blocked)"
)
# Of how much we send.
_RATE = (
    r"frequency limited|rate limit|too many (?:mails|messages|connections|recipients|commands|requests)"
    r"|quota exceeded|sending (?:quota|limit)|daily (?:user )?(?:sending )?(?:quota|limit)"
    r"|exceed\w* (?:the )?(?:(?:max\w*|daily|hourly|sending|message|rate)\b.{0,20})?(?:limit|quota|rate)"
    r"|(?:连接|发送|发信)(?:过于)?频繁|超(?:过|出).{0,10}(?:限制|上限)"
)
# Of what is thought of our server or domain.
_REPUTATION = (
    r"suspected (?:spam ip|bounce attacks)|behaviour spam|spam ip|bad outbound sender"
    r"|(?:ip|host|client|server|domain)\b.{0,60}"
    r"(?:black ?list|block ?list|blocked|banned|reputation|rbl|dnsbl)"
    r"|(?:black ?list|block ?list|spamhaus|spamcop|dnsbl|rbl)|low reputation|poor reputation"
    r"|traffic not accepted|unsolicited|unauthenticated (?:email|sender|mail)"
    r"|spf|dkim|dmarc|reverse dns|ptr record"
)
# Of the recipient's mailbox, that it is not there.
_UNKNOWN = (
    r"user (?:is )?(?:unknown|not found|doesn't exist|does not exist)|unknown (?:user|local|recipient)"
    r"|no such (?:user|recipient|mailbox|person|address)|no mailbox here"
    r"|(?:mailbox|recipient|account) (?:is )?"
    r"(?:not found|unavailable|unknown|does ?n[o']t exist|invalid|disabled|inactive|suspended)"
    r"|recipient ?not ?found|invalid (?:user|recipient|rcptto|mailbox|address)|unrouteable address"
    r"|user unknown|(?:user|recipient|mailbox) not exist|not our (?:user|customer)|disabled recipient"
    r"|account (?:that you tried to reach )?(?:does not exist|disabled)"
    r"|用户不存在|收件人不存在|地址不存在|无此用户"
)
_FULL = (
    r"over ?quota|(?:mailbox|inbox)\b.{0,30}\b(?:full|exceeded|is over|quota)"
    r"|insufficient.{0,20}storage|邮箱已满"
)
_SIZE = (
    r"message (?:size|length|too (?:big|large))|too (?:big|large)|size (?:limit|exceeds)"
    r"|exceeds? (?:the )?(?:fixed |maximum )?(?:message )?size"
)

# Of the recipient's mailbox for now, whatever the code in front.
_NOT_NOW = (
    r"receiving mail (?:at a rate|too quickly)|temporar\w+ (?:locked|disabled|suspended)"
    r"|try (?:it )?again later"
)
# Of the recipient, who takes letters of some senders only (Exchange).
_RESTRICTED = r"RESOLVER\.RST\."

# 554 DT:SPM and its kin
# The server closes; 421 HL:* among them
# 450 and 451 of greylisting among them
TABLE = (
    # 126.com (NetEase), as reported
    Row("535", "", Verdict.CONFIGURATION),
    Row("550", "user has no permission", Verdict.CONFIGURATION),
    Row("553", "mail from must equal authorized user", Verdict.CONFIGURATION),
    Row("550", "user not found", Verdict.REFUSED_RECIPIENT),
    Row("451", "DT:SPM", Verdict.TRANSIENT, SOON, most_tries=SPAM_TRIES),
    # too many mails, not this mail
    Row("45[0-9]", "(HL|IP):[A-Z]|MI:(SFQ|DMC|STC|CEL)", Verdict.PAUSED, LATER),
    # no more mail of ours today: every other would fare the same
    Row("5..", "MI:STC", Verdict.PAUSED, DAY),
    Row("5..", "(DT|MI|HL|RP):[A-Z]", Verdict.REFUSED_TEXT),
    # any server, for now
    Row("421", "", Verdict.PAUSED, LATER),
    Row("4..", "", Verdict.PAUSED, LATER, AT_THE_DOOR),
    Row("4..", _RATE, Verdict.PAUSED, LATER, frozenset({Stage.SENDER})),
    Row("4..", "", Verdict.TRANSIENT, LATER),
    # any server, of one mailbox, in words that are said of senders too: a full one has
    # exceeded a quota, a letter that is too long a limit, a group asks for a login
    Row("5..", r"(?<![\d.])5\.(?:2\.3|3\.4)(?![\d.])", Verdict.REFUSED_TEXT),
    Row("5..", _RESTRICTED, Verdict.REFUSED_TEXT, stages=AFTER_THE_DOOR),
    Row(
        "5..",
        rf"(?<![\d.])5\.2\.2(?![\d.])|{_FULL}",
        Verdict.TRANSIENT,
        FULL,
        AFTER_THE_DOOR,
    ),
    Row("5..", _NOT_NOW, Verdict.TRANSIENT, LATER, AFTER_THE_DOOR),
    Row("5..", "disabled recipient", Verdict.REFUSED_RECIPIENT, stages=RCPT),
    # any server, of us: by words, by enhanced status (RFC 3463, 5248), by the stage
    Row("53[0-9]", "", Verdict.CONFIGURATION),
    Row("5..", "", Verdict.CONFIGURATION, stages=AT_THE_DOOR),
    # 5.4.5 and 5.7.28: a day's quota, too many (Gmail); 5.7.708 and .750: Exchange
    Row(
        "5..",
        rf"{_RATE}|(?<![\d.])5\.(?:4\.5|7\.28)(?![\d.])",
        Verdict.PAUSED,
        DAY,
    ),
    Row("5..", rf"{_SENDER}|{_LOGIN}", Verdict.CONFIGURATION),
    # bad sender's address, and of its domain; must authenticate; Exchange's SendAsDenied
    Row(
        "5..",
        r"(?<![\d.])5\.(?:1\.[78]|2\.252|7\.(?:8|1[0-4]|57|60|61))(?![\d.])",
        Verdict.CONFIGURATION,
    ),
    Row(
        "5..",
        _REPUTATION,
        Verdict.PAUSED,
        DAY,
    ),
    Row(
        "5..",
        r"(?<![\d.])5\.7\.(?:2[0-9]|5\d\d|6\d\d|7\d\d)(?![\d.])",
        Verdict.PAUSED,
        DAY,
    ),
    # any server, of the recipient
    Row("552", _SIZE, Verdict.REFUSED_TEXT),
    Row("552", "", Verdict.TRANSIENT, FULL, RCPT),
    Row(
        "5..",
        r"quota\b.{0,30}\b(?:full|is over)",
        Verdict.TRANSIENT,
        FULL,
        RCPT,
    ),
    Row("552", "", Verdict.REFUSED_TEXT),
    Row("5..", "", Verdict.CONFIGURATION, stages=frozenset({Stage.SENDER})),
    Row(
        "5..",
        rf"(?<![\d.])5\.(?:1\.(?:[1-6]|10)|2\.1)(?![\d.])|{_UNKNOWN}",
        Verdict.REFUSED_RECIPIENT,
        stages=RCPT,
    ),
    Row("554|50[0234]", "", Verdict.REFUSED_TEXT),
    Row("5..", r"5\.7\.|spam|blocked|policy", Verdict.REFUSED_TEXT),
    # no word of whom it is said: not the recipient's fault until it stays so
    Row("5..", "", Verdict.TRANSIENT, LATER, RCPT, UNCLEAR_TRIES),
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


# The second, where NetEase puts a comma before it
_QUEUED_AT = re.compile(r",\d{10}$")


# A date of RFC 5322, as Exim, Sendmail and Exchange put it into their greeting
_GREETED_AT = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), +\d{1,2} [A-Z][a-z]{2} \d{4}"
    r" \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT|UTC)"
)


def greeting_time(text: str) -> datetime | None:
    """The server's own time, where its greeting names it with a zone; else None."""
    found = _GREETED_AT.search(text)
    if found is None:
        return None
    try:
        return parsedate_to_datetime(found[0]).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def queue_id(text: str) -> str:
    """The id in `250 ... queued as ID`, by which NetEase's bounces name the mail; ""
    where there is none."""
    found = re.search(r"queued as\s+(\S+)", text, re.IGNORECASE)
    if found:
        return _QUEUED_AT.sub("", found[1])
    return ""
