"""For how long a mail server asks to be left alone, by the words of its answer.

For: imap_session. Pure. Never waits itself: the door keeps the time, across runs.
"""

import re

# Exchange: Suggested Backoff Time: 299923 milliseconds; others: try again in 5 minutes
_BACKOFF = re.compile(
    r"(?:backoff time|again in|retry (?:after|in)|wait)\D{0,10}(\d{1,9})\s*"
    r"(milli|ms|sec|s|min)",
    re.IGNORECASE,
)
_SECONDS_IN = {"milli": 0.001, "ms": 0.001, "s": 1.0, "sec": 1.0, "min": 60.0}
# Seconds: no server means more, and reports wait meanwhile
_LONGEST_WAIT = 3_600


def asked_wait(answer: str) -> int | None:
    """Seconds, 1 to 3,600; None where the answer names no time."""
    match = _BACKOFF.search(answer)
    if match is None:
        return None
    seconds = round(int(match[1]) * _SECONDS_IN[match[2].lower()])
    return min(max(seconds, 1), _LONGEST_WAIT)
