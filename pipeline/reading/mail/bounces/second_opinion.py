"""Which address a bounce is about, by flufl.bounce: Mailman's collection of the forms that
mail systems of thirty years have written.

For: bounce.py, where neither the parts of RFC 3464 nor our own table name a recipient.
Trusts: nothing; whoever it names is matched with the letters that went out. Never:
raises.
"""

from email import message_from_bytes

from flufl.bounce import scan_message

from pipeline.reading.mail.guard import guarded
from pipeline.reading.mail.mime import Opened

# Octets; what is bigger is no bounce of a letter of ours
_MOST = 1 << 20


def second_opinion(mail: Opened, text: str) -> str:
    """An address in lower case; "" where there is none, or are several. `text` is what
    the bounce says, decoded: the collection looks at lines as they came."""
    if len(mail.given) > _MOST:
        return ""
    head = f"From: {mail.headers.raw('from')}\n\n"
    plain = (head + text).encode("ascii", "replace")
    for raw in (mail.given, plain):
        found, _ = guarded(_scanned, raw)
        if found and len(found) == 1:
            return found[0]
    return ""


def _scanned(raw: bytes) -> list[str]:
    found = []
    for address in scan_message(message_from_bytes(raw)):
        found.append(address.decode("ascii", "replace").lower())
    return found
