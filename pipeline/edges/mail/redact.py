"""What a server says back, without our password: some echo the AUTH line that they refuse.

For: answers, which end in the ledger, in alarms and on screens. Knows the password as
it was sent: plain, and as base64 of AUTH PLAIN, LOGIN and XOAUTH2. Never: touches what is no
server's sentence, so that a password of digits hides no UID.
"""

import re
from base64 import b64encode

# A shorter one would take words out of honest sentences; no provider hands
# one out
_SHORTEST = 6
_SENTENCE = re.compile(
    rb"(?:\*|\+|[A-Za-z]{0,8}\d{1,8}) (?:OK|NO|BAD|BYE|PREAUTH)\b|\d{3}[ -]",
    re.IGNORECASE,
)
HIDDEN = b"***"
# As Microsoft and Google want it, before base64
XOAUTH2 = "user={user}\1auth=Bearer {token}\1\1"


class Hush:
    """Takes one password out of one server's sentences."""

    def __init__(self, user: str, password: str) -> None:
        name = user.encode()
        secret = password.encode()
        joined = (
            b"\0" + name + b"\0" + secret,
            name + b"\0" + name + b"\0" + secret,
            XOAUTH2.format(user=user, token=password).encode(),
        )
        sent = [
            secret,
            *(b64encode(text).rstrip(b"=") for text in (secret, *joined)),
        ]
        if len(secret) >= _SHORTEST:
            self._sent = sorted(sent, key=len, reverse=True)
        else:
            self._sent = []

    def __call__(self, line: bytes) -> bytes:
        """A line as read from the server; the password's place is marked where the line
        is a sentence to us."""
        if not self._sent or not _SENTENCE.match(line):
            return line
        for text in self._sent:
            line = line.replace(text, HIDDEN)
        return line
