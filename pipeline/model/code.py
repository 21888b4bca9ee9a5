"""The code of a held case or of a bulletin's draft (待核码): what lets a mail decide it. Made with the ledger's own secret, so that nobody guesses one.

It stands in the review request and comes back in the quoted text or the subject of a reply. A code alone decides nothing:
the reply must come from a reviewer's address too.
"""

import hashlib
import hmac
import re

_CODE = re.compile(r"(?<![0-9a-z])([0-9a-f]{8}-\d{1,3}|tb-\d{4}-\d{2})-([0-9a-f]{10})(?![0-9a-f])")
_MOST_SEARCHED = 200_000


def code_for(secret: bytes, case: str) -> str:
    """3fa9c1d2-1-9f8e7d6c10 for a report's id, tb-2015-09-1a2b3c4d5e for the draft of a month's bulletin."""
    return f"{case}-{_mac(secret, case)}"


def draft_case(month: str) -> str:
    return f"tb-{month}"


def case_in(secret: bytes, *texts: str) -> str | None:
    """The case whose genuine code stands in one of the texts; None when there is none, or codes of several cases."""
    found = {
        match[1]
        for text in texts
        for match in _CODE.finditer(text[:_MOST_SEARCHED])
        if hmac.compare_digest(match[2], _mac(secret, match[1]))
    }
    return next(iter(found)) if len(found) == 1 else None


def _mac(secret: bytes, case: str) -> str:
    return hmac.new(secret, case.encode(), hashlib.sha256).hexdigest()[:10]
