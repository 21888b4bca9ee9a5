"""What a subject says once the marks of replying and forwarding are off it.

For: matching units, dates and words such as 更正 in subjects. Trusts nothing. Never:
looks at addresses or the roster.
"""

import re

_PREFIX = re.compile(
    r"^\s*(?:[\[【(（]\s*)?(?:re|fw|fwd|回复|回覆|答复|答覆|转发|转寄|轉寄|轉發|"
    r"回信)(?:\s*[\[(（]\s*\d{1,3}\s*[\])）]|\s*\^\s*\d{1,3})?\s*(?:[\]】)）"
    r"]\s*)?[:：]\s*",
    re.IGNORECASE,
)


def strip_prefixes(subject: str) -> str:
    """`subject` without Re, Fw, Fwd, 回复, 答复, 转发 at its front, however many, with
    either kind of colon."""
    while match := _PREFIX.match(subject):
        subject = subject[match.end() :]
    return subject.strip()
