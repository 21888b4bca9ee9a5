"""Why a letter came back: whether its address is no more, or the letter alone failed.

For: bounce.py; an address that is no more is written to no longer. Goes by the status of
RFC 3463, then by words of many mail systems and languages. Trusts: nothing. Never: takes
a full mailbox, a filter or a way that failed for a dead address.
"""

import re

_GONE = re.compile(
    r"user\s+(?:is\s+)?(?:not\s+found|unknown|doesn't\s+exist|does\s+not\s+exist)|no\s+such\s+(?:user|recipient|mailbox)"
    r"|unknown\s+(?:user|recipient)|(?:mailbox|recipient|account)\s+(?:is\s+)?(?:not\s+found|unavailable|disabled|inactive|unknown)"
    r"|(?:address|user|account)\s+(?:could\s*n[o']t|could\s+not|cannot)\s+be\s+found|not\s+listed\s+in"
    r"|(?:account|mailbox|address|user)\b.{0,40}\b(?:does(?:n't|\s+not)\s+exist|is\s+disabled)"
    r"|does(?:n't|\s+not)\s+have\s+an?\b.{0,20}\b(?:account|mailbox)|no\s+mailbox\s+here|adresse\s+wurde\s+nicht\s+gefunden"
    r"|unbekannt(?:er)?\s+(?:empf|benutzer)|utilisateur\s+inconnu|usuario\s+desconocido|ユーザーが見つかりません"
    r"|invalid\s+(?:user|recipient|mailbox)|recipientnotfound|unrouteable\s+address"
    r"|(?:收件人|收信人|用户|使用者).{0,60}(?:不存在|已停用)|(?:查|無|无)此(?:人|用户|使用者|帐号|账号)"
    r"|已停用|被禁用|已注销|用户不存在|收件人不存在|邮箱不存在|地址不存在|账号不存在|帐号不存在",
    re.IGNORECASE,
)
# 5.1.351 is Exchange Online's word for another server's 5.1.1
_DEAD_STATUS = re.compile(r"5\.(?:1\.(?:0|1|2|3|6|10|351)|2\.1)")
# Of these the words decide: general ones, and 5.7.1, under which many servers hide
# that they do not know a recipient.
_OPEN_STATUS = re.compile(r"[245]\.\d+\.0|5\.7\.1")
# Some say so beside a status of 5.1.1 or 5.2.1 all the same.
_FULL = re.compile(
    r"receiving\s+mail\s+(?:at\s+a\s+rate|too\s+quickly)|box\b.{0,40}\bfull\b|\b(?:is|account|over)\s+full\b|quota|已满|容量|空间不足|exceeds\s+allowed\s+size",
    re.IGNORECASE,
)
# Why a letter fails whose address is good: too big, spam, the way.
_PASSING = re.compile(
    r"too\s+(?:big|large)|\bsize\b|过大|\bspam|垃圾|black\s?list|block\s?list"
    r"|\bblocked\b|\bpolicy|content\s+(?:filter|reject|den|not|polic)"
    r"|time[d]?\s*-?\s*out|超时|\bconnect|\bdns\b|name\s+service|host\s+not\s+found"
    r"|expired|frequen|频繁|拒收|rejected\s+by",
    re.IGNORECASE,
)


def is_dead(status: str, said: str) -> bool:
    """Whether the address is no more (5.1.x, 5.2.1): not full, not too big, not taken for
    spam, not lost on the way. Without a status, or with a general one (5.0.0, 5.5.0),
    the words decide; NetEase says 地址不存在 of a timeout too, so its English does.
    `said` is the bounce's own: the letter that it repeats has words of its own."""
    if _FULL.search(said):
        return False
    if _DEAD_STATUS.fullmatch(status):
        return True
    if status and not _OPEN_STATUS.fullmatch(status):
        return False
    if _PASSING.search(said):
        return False
    return bool(_GONE.search(said))
