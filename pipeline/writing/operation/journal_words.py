"""The record's entries in plain Chinese, a line each: who did what, about whom, and why."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pipeline.model.notice import NoticeKind
from pipeline.model.notice_key import Mark, asked_in, parse_key
from pipeline.model.operation.cooldown import Server
from pipeline.model.operation.journal_entry import Entry
from pipeline.model.rules import CheckRules
from pipeline.model.wording.campaign_words import PLAIN_WORDS, CampaignWords
from pipeline.writing.notice_names import notice_kinds
from pipeline.writing.operation.examination_words import examination_words
from pipeline.writing.sentences import codes_in_words
from pipeline.writing.titles import (
    DECISIONS,
    OUTCOMES,
    REPORT_STATES,
    title,
)
from pipeline.writing.words import day

WHAT = {
    "founded": "建立台账",
    "arrived": "收到邮件",
    "fetch_failed": "没有取到邮件",
    "tried": "开始读取邮件",
    "pardoned": "读取中断，不计次数",
    "polled": "读完邮箱",
    "handled": "处理完邮件",
    "known_again": "同一封邮件再次出现",
    "read": "读取邮件",
    "report_found": "读出报表",
    "judged": "按规则判定报表",
    "decided": "人工决定报表",
    "undone": "撤销对报表的决定",
    "replayed": "重读后改判报表",
    "reread": "重读邮件",
    "report_reread": "重读报表",
    "written": "写好邮件",
    "planned": "排入待发",
    "dropped": "不再发出",
    "addressed": "列为收件人",
    "copy_sending": "开始发送",
    "copy_sent": "已发出",
    "copy_transient": "暂未送到，稍后再发",
    "copy_failed": "没有送到",
    "copy_unknown": "是否送到不能确定",
    "copy_withdrawn": "发送前撤回",
    "bounced": "被退信",
    "asked": "完成一轮判断",
    "approved": "同意发布通报",
    "drawn_up": "编出通报",
    "talk_proposed": "建议约谈",
    "talk_confirmed": "确认约谈",
    "talk_dropped": "不约谈",
    "talk_circulated": "列入通报名单",
    "talk_uncirculated": "移出通报名单",
    "talk_note": "记录约谈情况",
    "paused": "暂不打扰邮件服务器",
    "resumed": "恢复连接邮件服务器",
    "alarm_raised": "告警",
    "alarm_closed": "告警解除",
    "renumbered": "邮箱重新编号",
    "config_taken": "采用配置",
    "examined": "检查台账",
    "removed": "按保存期限删除",
}
# Steps that serve the program alone: shown only where all is asked for.
STEPS = frozenset(
    {
        "tried",
        "handled",
        "addressed",
        "copy_sending",
        "polled",
        "asked",
        "written",
    }
)

_WHOLE = {"whole": "核对了整个邮箱"}
_NAMES: tuple[Mapping[Any, str], ...] = (
    DECISIONS,
    REPORT_STATES,
    OUTCOMES,
    _WHOLE,
)

# Facts of the whole ledger
_FACTS = {
    "born_at": "第一次收信的时间",
    "closed_at": "工作结束的时间",
    "secret": "待核码用的密钥",
}
_SERVERS = {Server.MAILBOX.value: "收信邮箱", Server.SMTP.value: "发信邮箱"}


def entry_line(
    entry: Entry,
    local: Callable[[datetime], datetime],
    rules: CheckRules | None = None,
    words: CampaignWords = PLAIN_WORDS,
) -> str:
    """2015-09-10 18:05  程序  按规则判定报表  甲县 9月10日  1a2b-1  判定 计入 300

    `rules` and `words` are the campaign's: by them its notes are told."""
    if entry.period:
        period = day(entry.period)
    else:
        period = ""
    said = told_words(
        what=entry.what,
        unit=entry.unit,
        period=period,
        subject=entry.subject,
        why=entry.why,
        rules=rules,
        words=words,
    )
    when = _when(entry.at, local)
    return "  ".join(filter(None, (when, entry.who, said)))


def _when(at: datetime, local: Callable[[datetime], datetime]) -> str:
    """Minute of an entry. Rows older than any time in the ledger have none: the chain
    gives them year 1."""
    if at.year == 1:
        return "时间未记"
    return f"{local(at):%Y-%m-%d %H:%M}"


def told_words(
    what: str,
    unit: str | None,
    period: str | None,
    subject: str,
    why: str,
    rules: CheckRules | None = None,
    words: CampaignWords = PLAIN_WORDS,
) -> str:
    """What was done, about whom, and why, in one line."""
    about = " ".join(filter(None, (unit, period)))
    reason = why_words(why, rules, words)
    return "  ".join(
        filter(None, (what_words(what), about, short(subject, words), reason))
    )


def what_words(what: str) -> str:
    return WHAT.get(what, what)


def short(subject: str, words: CampaignWords) -> str:
    """A name by hash is known by its beginning, a mail server by its name."""
    if subject in _SERVERS:
        return _SERVERS[subject]
    if subject in _FACTS:
        return _FACTS[subject]
    # A mail, and which of its sightings: the number means nothing to a reader
    mail = subject.split("#", maxsplit=1)[0]
    if len(mail) == 64 and mail.isalnum():
        return mail[:12]
    return _key_words(subject, words)


def _key_words(key: str, words: CampaignWords) -> str:
    """A notice's key by its kind's name: 报送提醒 2015-09-30; what else stands in it is
    said beside it."""
    found = parse_key(key)
    if found is not None and found.kind is Mark.ROUND:
        found = asked_in(found)
    if found is None or not isinstance(found.kind, NoticeKind):
        return key
    rest = [part for part in found.about if len(part) != 64]
    names = notice_kinds(words)
    said = [names[found.kind]]
    said += rest
    return " ".join(said)


def why_words(
    why: str,
    rules: CheckRules | None = None,
    words: CampaignWords = PLAIN_WORDS,
) -> str:
    examined = examination_words(why)
    if examined:
        return examined
    told = []
    for part in why.split(" "):
        told.append(_word(part, rules, words))
    return " ".join(filter(None, told))


def _word(word: str, rules: CheckRules | None, words: CampaignWords) -> str:
    known = [
        *_NAMES,
        # Last: what a bulletin that was drawn up is
        notice_kinds(words),
    ]
    for names in known:
        told = title(names, word)
        if told != word:
            return told
    return codes_in_words(word, rules, words)
