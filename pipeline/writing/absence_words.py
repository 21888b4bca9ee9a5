"""What 漏报 rests on, in words: what was searched, and nothing beyond it.

Trusts judging/progress/absence for what was.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from pipeline.model.operation.absence_proof import Absence, Likeness, Near
from pipeline.writing.words import day, moment

NEVER_READ: Final = "还没有收过信，没有查过收件箱"
ONLY_IMPORTED: Final = "只查了导入的邮件，没有读过邮箱"
# Beside a table or a document that tells of 漏报
IMPORTED_NOTE: Final = f"注意：{ONLY_IMPORTED}，漏报只是说导入的邮件里没有"

_FOLDERS: Final = {"INBOX": "收件箱"}
_LIKE: Final = {
    Likeness.ITS_REPORT: "这封来信里有该单位的本期报表",
    Likeness.NO_REPORT: "该单位邮箱来信，没有读出本期报表",
    Likeness.NAMED: "主题提到该单位",
    Likeness.NO_UNIT: "待核，单位不明",
    Likeness.UNREAD: "读不出",
}


def absence_sentence(
    found: Absence, local: Callable[[datetime], datetime]
) -> str:
    """已查收件箱、垃圾邮件；截止后收信2次（最近9月11日09:30）；漏了1次定时收信；可能有关的来信1封."""
    folders = "、".join(_FOLDERS.get(name, name) for name in found.folders)
    if not folders:
        parts = [ONLY_IMPORTED]
    elif found.polls:
        parts = [f"已查{folders}", _readings(found, local)]
    else:
        # Nothing is claimed of a mailbox that nobody read.
        parts = [
            f"这一期还没有收过信，{folders}没有查过",
            _readings(found, local),
        ]
    if found.missed:
        parts.append(f"漏了{len(found.missed)}次定时收信")
    if found.near:
        parts.append(f"可能有关的来信{len(found.near)}封")
    else:
        parts.append("没有可能有关的来信")
    return "；".join(parts)


def _readings(found: Absence, local: Callable[[datetime], datetime]) -> str:
    """截止后收信2次（最近9月11日09:30）."""
    last = ""
    if found.after:
        last = f"（最近{moment(local(found.after[-1]))}）"
    return f"截止后收信{len(found.after)}次{last}"


def near_words(near: Near) -> str:
    """Why a mail comes into question."""
    if near.period is not None and near.why is Likeness.OTHER_PERIOD:
        return f"该单位来信，报的是{day(near.period)}期"
    return _LIKE[near.why]
