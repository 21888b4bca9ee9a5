"""A mail's own words against the forms that it brings: 附件里的数字写错了, another total than
theirs, 作废 in its subject or in a file's name.

For: understand, which knows the mail. Pure. Trusts nothing; never takes a number from them: a
person reads what is meant.
"""

import re
from collections.abc import Sequence

from pipeline.model.form import Form
from pipeline.model.mail import Message
from pipeline.reading.form.beside.remarks import (
    BEFORE,
    TAKES_BACK,
    names_another,
)

# Of the files that a mail brings. A correction says such things of what came before
_OF_THE_FILE = (
    r"(?:附件|所附|附上的|此件|本件|[此本该]表|表[中内上]|这[份张]表?)"
)
_VOID = re.compile(
    rf"{_OF_THE_FILE}[^。；;，,\n]{{0,10}}?{TAKES_BACK}"
    rf"|{_OF_THE_FILE}[^。；;，,\n]{{0,4}}?(?:是|为)(?:样表|上[期旬月次])"
    r"|(?:请)?(?:忽略|勿用|勿采用|不要采用|不要使用)(?:附件|此件|本件|此邮件|本邮件|$)"
    r"|^\s*(?:请勿采用|作\s*废)\s*[。！!]?\s*$",
    re.MULTILINE,
)
_CALLED_VOID = re.compile(r"(?<![不未])作\s*废|^\s*[撤召]回\s*[:：]")


def said_by_mail(
    message: Message, forms: Sequence[Form], files: Sequence[str]
) -> str:
    """What a mail's own words say against the forms that it brings in `files`, "" for
    nothing: they take the files back, or name another total than each form."""
    for line in message.text.split("\n"):
        if _takes_back(line) or names_another(line, forms):
            return line.strip()
    for name in (message.subject, *files):
        if _is_called_void(name):
            return name
    return ""


def _takes_back(line: str) -> bool:
    void = _VOID.search(line)
    if not void:
        return False
    return BEFORE.search(line, 0, void.end()) is None


def _is_called_void(name: str) -> bool:
    void = _CALLED_VOID.search(name)
    if not void:
        return False
    return BEFORE.search(name, 0, void.start()) is None
