"""Who sent a mail, by its header alone: the sender's address, what is odd about it, and
what mail servers tested.

For: telling a unit's mail from one that only claims to be (docs/reliability.md,
Strangers). Trusts nothing: which of the servers' words count is decided in
judging/proof, never here. Never: guesses. A header that names several writers, or that
two parsers read differently, is a doubt.
"""

import re
from collections.abc import Iterator

from pipeline.model.mail import (
    Address,
    AuthVerdict,
    HandOver,
    SenderDoubt,
    related,
)
from pipeline.model.roster import folded
from pipeline.reading.mail import headers
from pipeline.reading.mail.guard import guarded
from pipeline.reading.mail.mime import Opened

# Of all servers that a mail went through
_MOST_VERDICTS = 40
# Characters of one Authentication-Results
_MOST_READ = 8192
_RECEIVED_BY = re.compile(r"\bby\s+([\w.\-]{1,255})", re.ASCII)
_SENDING = ("from", "sender", "return-path")
# Whose domain a method speaks for (RFC 8601, 2.7); NetEase writes smtp.mail.
_PROPERTIES = {
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom", "smtp.mail", "smtp.from"),
    "dmarc": ("header.from",),
}
_RESULT = re.compile(
    r"\s*([\w-]{1,30})(?:/\d{1,3})?\s*=\s*([\w-]{1,30})", re.ASCII
)
_PROPERTY = re.compile(
    r"""(?:([a-z]{1,10}\.[\w-]{1,20})\s*=\s*)?((?:"(?:[^"\\]|\\.)*"|[^\s;"])+)""",
    re.ASCII | re.IGNORECASE,
)


def sender(mail: Opened) -> Address:
    """Who wrote it: From, else Sender, else the return path."""
    for name in _SENDING:
        if found := mailboxes(mail, name):
            return found[0]
    return Address("")


def mailboxes(mail: Opened, name: str) -> tuple[Address, ...]:
    """The mailboxes of one header: which they are says mail-parser, else the stdlib;
    names are decoded here."""
    ours = headers.addresses(mail.headers.raw(name))
    theirs = _theirs(mail, name)
    names = {}
    for address in ours:
        names[address.email] = address.name
    return tuple(
        Address(email, names.get(email, "")) for email in theirs
    ) or tuple(ours)


def _theirs(mail: Opened, name: str) -> list[str]:
    """What mail-parser finds; nothing where it fails, as it does over some headers that
    stand there twice."""
    if mail.parser is None or name == "return-path":
        return []
    attribute = {"from": "from_"}.get(name, name)
    theirs, _ = guarded(getattr, mail.parser, attribute)
    if not isinstance(theirs, list):
        return []
    found = []
    for pair in theirs:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            continue
        email = pair[1]
        if isinstance(email, str) and "@" in email:
            found.append(headers.plain_address(email))
    return found


def doubts(mail: Opened) -> tuple[SenderDoubt, ...]:
    """What is odd about the sender: no From, several writers (RFC 5322 3.6.2 allows one
    here), another domain's Sender."""
    head = mail.headers
    writers = {address.email for address in mailboxes(mail, "from")}
    writers |= {
        address.email for address in headers.addresses(head.raw("from"))
    }
    if not writers:
        return (SenderDoubt.NO_FROM,)
    found = []
    if head.count("from") > 1 or len(writers) > 1:
        found.append(SenderDoubt.SEVERAL_WRITERS)
    if head.count("sender") > 1 or _sent_from_elsewhere(mail, writers):
        found.append(SenderDoubt.ANOTHER_SENDER)
    return tuple(found)


def _sent_from_elsewhere(mail: Opened, writers: set[str]) -> bool:
    """Whether a Sender's domain has nothing to do with that of a writer."""
    for address in mailboxes(mail, "sender"):
        sending = _domain(address.email)
        if not all(related(sending, _domain(writer)) for writer in writers):
            return True
    return False


def _domain(email: str) -> str:
    return email.rpartition("@")[2].strip("<>. ")


def handed_over(head: headers.Headers) -> HandOver | None:
    """The topmost Received (RFC 5321 4.4): the last server on the way writes it, so no
    sender can. None where it says no server or no time."""
    line = head.raw("received")[:_MOST_READ]
    match = _RECEIVED_BY.search(line)
    if ";" in line:
        at = headers.date(line.rpartition(";")[2])
    else:
        at = None
    if match and at:
        return HandOver(match[1].lower(), at)
    return None


def verdicts(head: headers.Headers) -> tuple[AuthVerdict, ...]:
    """What the Authentication-Results say, from the topmost down (RFC 8601); `header`
    counts them from the top."""
    found: list[AuthVerdict] = []
    results = head.every("authentication-results")[:_MOST_VERDICTS]
    for number, value in enumerate(results):
        found += _read(number, value)
    return tuple(found[:_MOST_VERDICTS])


def _read(number: int, value: str) -> Iterator[AuthVerdict]:
    """The tests of one header. One that cannot be taken apart has failed: a sender may
    have written into it."""
    if len(value) <= _MOST_READ:
        parts = _parts(value)
    else:
        parts = None
    if parts is None:
        yield AuthVerdict(
            header=number,
            server="",
            method="unreadable",
            result="fail",
        )
        return
    server = (parts[0].split() or [""])[0].lower()
    tested = False
    for part in parts[1:]:
        match = _RESULT.match(part)
        if match:
            tested = True
            method = match[1].lower()
            result = match[2].lower()
            yield _verdict(
                number=number,
                server=server,
                method=method,
                result=result,
                rest=part[match.end() :],
            )
    if not tested:
        yield AuthVerdict(
            header=number,
            server=server,
            method="none",
            result="none",
        )


def _verdict(
    number: int, server: str, method: str, result: str, rest: str
) -> AuthVerdict:
    values: dict[str, str] = {}
    for match in _PROPERTY.finditer(rest):
        values.setdefault((match[1] or "").lower(), folded(match[2].strip('"')))
    named = ""
    for name in reversed(_PROPERTIES.get(method, ())):
        named = values.get(name, named)
    return AuthVerdict(
        header=number,
        server=server,
        method=method,
        result=result,
        domain=_domain(named),
    )


def _parts(value: str) -> list[str] | None:
    """`value` split at its semicolons, comments left out, quoted strings kept whole;
    None where one never ends."""
    parts = [""]
    depth = 0
    quoted = False
    skip = False
    for char in value:
        if skip:
            skip = False
        elif char == "\\":
            skip = True
        elif quoted:
            quoted = char != '"'
        elif char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
            continue
        elif char == '"' and not depth:
            quoted = True
        elif char == ";" and not depth:
            parts.append("")
            continue
        if not depth:
            parts[-1] += char
    if depth or quoted:
        return None
    return parts
