"""Why a message did not come out of the mailbox, in words for whoever looks after the program.

For: alarms, and the note that stands in place of a message that was given up. Trusts the
codes of Fetched.failure (`empty`, `garbled: ...`, `busy: ...`). Never: leaves out what
the server itself said, since a person asks the provider by it.
"""

import re
from typing import Final

_WHY: Final = {
    "empty": "邮箱列着它，却没有给出内容",
    "gone": "已不在邮箱里",
    "garbled": "邮箱服务器拒绝给出它，或回答无法理解",
    "busy": "邮箱服务器给得出别的邮件，给不出这一封",
    "timeout": "邮箱服务器没有按时答复",
    "connection lost": "一取它连接就中断",
}
# error('fetch failed: NO ...'): what the library wraps the server's words in
_WRAPPED = re.compile(r"""^\w+\((['"])(.*)\1,?\)$""", re.DOTALL)
# BAD [b'parse error']: a line of bytes as the library shows it
_BYTES = re.compile(r"""\[b(['"])(.*?)\1\]""")


def unfetched_words(failure: str) -> str:
    """A clause without a full stop; what the server said stands behind it."""
    code, _, said = failure.partition(": ")
    why = _WHY.get(code, code)
    wrapped = _WRAPPED.match(said)
    if wrapped:
        said = _BYTES.sub(r"\2", wrapped[2])
    return f"{why}；服务器说：{said}" if said else why
