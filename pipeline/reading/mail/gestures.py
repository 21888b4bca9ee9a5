"""What programs say in a person's name: out of office, read, accepted, recalled, a thumb.

For: classify.py, where no header tells. Goes by the words that mail programs and web
mails themselves put in (Outlook, Exchange, Notes, Coremail, NetEase, QQ, Gmail; Chinese
and English), at the front of a subject or in a short text. Trusts: nothing. Never: asked
of a mail that brings a file which could be a form, so that no report is lost by a word.
"""

import re

_AUTO_WORDS = (
    r"自动(?:回复|答复|应答|回覆|答覆|回信)|自動(?:回覆|答覆|回復)|"
    r"(?:外出|休假|假期|离开)(?:时的?)?自动(?:回复|答复)|"
    r"out[\s-]+of[\s-]+(?:the[\s-]+)?office(?:[\s-]+auto[\s-]*reply)?|"
    r"auto(?:matic|mated)?[\s-]*(?:reply|response|answer|responder)|"
    r"(?:vacation|away)[\s-]+(?:reply|response|message|notice)|"
    r"automatische\s+antwort|réponse\s+automatique|abwesenheitsnotiz"
)
_AUTO_SUBJECT = re.compile(
    rf"^\s*[\[【(（]?\s*(?:(?:系统|来自.{{1,30}}?的|.{{1,20}}?的)?(?:{_AUTO_WORDS})"
    r"|auto(?=\s*[:：])|ooo(?=\s*[:：]))\s*(?:from\b.*)?[\]】)）]?\s*(?:[:：\-—]|$|[\[【(（])"
    rf"|[(（\[【]\s*(?:{_AUTO_WORDS})\s*[)）\]】]\s*$"
    rf"|^\s*[(（\[【]\s*(?:{_AUTO_WORDS})\s*[)）\]】]",
    re.IGNORECASE,
)
# Of the texts that web mails offer for it; only where the whole text is short.
_AUTO_TEXT = re.compile(
    r"^\s*(?:这是来自QQ邮箱的.{0,8}自动回复邮件|(?:这|此|本)(?:是一?封?|邮件(?:为|是|由)?).{0,12}"
    r"(?:自动(?:回复|答复|发送|生成)|系统回复))"
    r"|(?:正在|现在?|目前|已|因)?(?:休假|出差|外出|请假|年假|产假|病假|离岗|脱产|不在办公室|不在单位)"
    r".{0,30}(?:无法|不能|不便|未能|稍后)[^。]{0,12}(?:回复|处理|查看|答复)"
    r"|暂时?(?:无法|不能)(?:及时)?(?:回复|处理)您"
    r"|您(?:发给我)?的(?:邮件|来信|来件)(?:我)?(?:已经?)?(?:收到|收悉)[^。]{0,12}"
    r"(?:尽快|及时|稍后)[^。]{0,10}(?:回复|处理|联系|答复)"
    r"|i(?:'m|\s+am|\s+will\s+be)\s+(?:currently\s+)?(?:out\s+of\s+(?:the\s+)?office|away|on\s+\w*\s*leave)"
    r"|limited\s+access\s+to\s+(?:my\s+)?e-?mails?"
    r"|will\s+(?:reply|respond|get\s+back)\b.{0,40}(?:when|upon|as\s+soon\s+as|after)\b"
    r"|this\s+is\s+an?\s+auto(?:matic|mated|-?reply|-?generated)",
    re.IGNORECASE | re.DOTALL,
)
_SHORT = 600  # characters: what a program says in a person's name is no longer
_READ_SUBJECT = re.compile(
    r"^\s*(?:已读|已閱讀|已阅读?|未读|read|not\s+read|阅读回执|已读回执|"
    r"read\s+receipt|return\s+receipt)\s*(?:[:：]|$)",
    re.IGNORECASE,
)
_MEETING_SUBJECT = re.compile(
    r"^\s*(?:已接受|接受|已拒绝|拒绝|谢绝|已谢绝|暂定|暂时接受|已取消|取消|会议邀请|邀请|"
    r"建议新时间|已提议新时间|会议转发通知|accepted|declined|tentative(?:ly accepted)?|"
    r"cancell?ed|invitation|updated invitation|new time proposed|"
    r"meeting forward notification)\s*[:：]",
    re.IGNORECASE,
)
_RECALL_SUBJECT = re.compile(
    r"^\s*(?:(?:邮件)?(?:撤回|召回|回收)(?:邮件|通知|请求)?|recall"
    r"|message recall(?: (?:report|success|failure))?)"
    r"\s*[:：]|(?:撤回|召回|回收)(?:了?一?封?)?(?:此|该)?(?:邮件|消息)|would like to recall",
    re.IGNORECASE,
)
_RECALL_TEXT = re.compile(
    r"(?:要|想|希望|想要|将|已|请求)(?:撤回|召回|回收)(?:此|该|这封|一封|了|邮件|消息|[“《\"])"
    r"|would\s+like\s+to\s+recall\s+the\s+message",
    re.IGNORECASE,
)
_REACTION_TEXT = re.compile(
    r"(?:通过|使用)\s*(?:Gmail|Outlook|QQ邮箱|企业微信)\s*(?:作出|做出|发送|添加)了?\s*(?:回应|表情|反应)"
    r"|reacted\s+(?:to\s+your\s+(?:message|e-?mail)|via\s+(?:gmail|outlook))"
    r"|(?:赞了|点赞了|回应了|对)(?:你|您)的(?:邮件|消息)(?:作出|做出|表示)?",
    re.IGNORECASE,
)
_REACTION_SUBJECT = re.compile(
    r"^.{0,40}(?:reacted to:?|回应了你的邮件|对你的邮件作出回应)", re.IGNORECASE
)
_REACTION_TYPE = "text/vnd.google.email-reaction+json"


def is_automatic_subject(subject: str) -> bool:
    """Whether a program opened the subject: `自动回复:`, `来自张三的自动回复：`, `Auto: `."""
    return bool(_AUTO_SUBJECT.search(subject))


def is_automatic_text(text: str) -> bool:
    return len(text) <= _SHORT and bool(_AUTO_TEXT.search(text))


def is_read_receipt(subject: str, text: str) -> bool:
    return len(text) <= _SHORT and bool(_READ_SUBJECT.match(subject))


def is_gesture(types: set[str], subject: str, text: str) -> bool:
    """Whether the mail is a reaction, an answer to an invitation, or a recall. `types`
    are those of its parts."""
    if _REACTION_TYPE in types or is_recall(subject, text):
        return True
    if "text/calendar" in types or _MEETING_SUBJECT.match(subject):
        return True
    if len(text) > _SHORT:
        return False
    return bool(_REACTION_TEXT.search(text) or _REACTION_SUBJECT.match(subject))


def is_recall(subject: str, text: str) -> bool:
    """Whether the sender asks for a mail back."""
    if _RECALL_SUBJECT.search(subject):
        return True
    return len(text) <= _SHORT and bool(_RECALL_TEXT.search(text))
