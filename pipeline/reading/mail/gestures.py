"""What programs say in a person's name: out of office, read, accepted, recalled, a thumb.

For: classify.py, where no header tells. Goes by the words that mail programs and web
mails themselves put in (Outlook, Exchange, Notes, Coremail, NetEase, QQ, Gmail; Chinese
and English), at the front of a subject or in a short text. Trusts: nothing. Never: asked
of a mail that brings a file which could be a form, so that no report is lost by a word.
"""

import re

_AUTO_WORDS = (
    r"自动(?:回复|答复|应答|回覆|答覆|回信)|自動(?:回覆|答覆|回復|應答|回信)|"
    r"(?:外出|休假|假期|离开)(?:时的?)?自动(?:回复|答复)|"
    r"out[\s-]+of[\s-]+(?:the[\s-]+)?office(?:[\s-]+auto[\s-]*reply)?|"
    r"auto(?:matic|mated)?[\s-]*(?:reply|response|answer|responder)|"
    r"(?:vacation|away)[\s-]+(?:reply|response|message|notice)|"
    r"自动返信|自動返信|自動応答|자동\s*(?:회신|응답|답장)|부재\s*중|автоответ(?:чик)?|автоматический\s+ответ|"
    r"automatische\s+(?:antwort|beantwortung)|auto-?antwort|abwesenheits(?:notiz|meldung|nachricht)|"
    r"abwesend|(?:réponse|reponse)\s+automatique|absence(?:\s+du\s+bureau)?|"
    r"respuesta\s+autom[áa]tica|fuera\s+de\s+(?:la\s+)?oficina|risposta\s+automatica|"
    r"fuori\s+sede|resposta\s+autom[áa]tica|automatisch\s+antwoord|afwezig|autosvar|"
    r"automatick[áa]\s+odpov[eě][dď]|odpowied[źz]\s+automatyczna|otomatik\s+yan[ıi]t"
)
# Systems that speak in nobody's name: quarantines, auditors, tickets, challenges.
_NOTICE_SUBJECT = re.compile(
    r"(?:邮件|垃圾|病毒|附件).{0,6}(?:隔离|拦截|摘要|审计|审批|待审|放行)|(?:隔离|拦截).{0,8}(?:报告|通知|摘要|提醒|邮件)"
    r"|被(?:隔离|拦截)|病毒.{0,4}(?:邮件|警告|通知)|反垃圾|等待审批|quarantin|spam\s+(?:digest|report|summary|notification)"
    r"|virus\s+(?:found|alert|warning|detected)|message\s+(?:held|blocked)|held\s+for\s+(?:approval|moderation)"
    r"|abuse\s+report|spam\s+complaint|feedback\s+report"
    r"|[\[【(（]?\s*(?:ticket|case|request|工单|受理)\s*(?:id|号|编号)?\s*[:：#＃]?\s*[#＃]?\s*[\w-]*\d{2,}\s*[\]】)）]?"
    r"|^\s*(?:您的)?(?:邮件|来信)(?:已(?:收到|受理|送达))\s*[:：]|(?:邮件|发件人|身份).{0,6}验证|(?:confirm|verify)\s+your\s+"
    r"(?:message|e-?mail|identity|address)|sender\s+verification|challenge[-\s]response|邮件送达回执",
    re.IGNORECASE,
)
# RFC 5965
_COMPLAINT_TYPE = "message/feedback-report"
_AUTO_SUBJECT = re.compile(
    rf"^\s*[\[【(（]?\s*(?:(?:系统|已|来自.{{1,30}}?的|.{{1,20}}?的)?(?:{_AUTO_WORDS})"
    r"|auto(?=\s*[:：])|ooo(?=\s*[:：])|(?:休假|年假|出差|外出|离岗|学习)中(?=\s*[:：]))\s*(?:from\b.*)?[\]】)）]?\s*(?:[:：\-—]|$|[\[【(（])"
    rf"|[(（\[【]\s*(?:{_AUTO_WORDS})\s*[)）\]】]\s*$"
    rf"|^\s*[(（\[【]\s*(?:{_AUTO_WORDS})\s*[)）\]】]",
    re.IGNORECASE,
)
# Of the texts that web mails offer for it; only where the whole text is short.
_AUTO_TEXT = re.compile(
    r"^\s*(?:这是来自QQ邮箱的.{0,8}自动回复邮件|(?:这|此|本)(?:是一?封?|邮件(?:为|是|由)?).{0,12}"
    r"(?:自动(?:回复|答复|发送|发出|生成)|系统回复))"
    r"|^\s*[\[【(（]\s*自动(?:回复|答复)\s*[\]】)）]|(?:—+|-{1,2})\s*自动(?:回复|答复)\s*$"
    r"|[\[【(（]\s*(?:(?:来自|由).{0,12}的?)?自动(?:回复|答复)(?:邮件)?\s*[\]】)）]\s*$"
    r"|您的(?:邮件|来信)(?:我)?已(?:经)?成功(?:送达|收到)"
    r"|(?:正在|现在?|目前|已|因)?(?:休假|度假|出差|外出|请假|年假|产假|病假|离岗|脱产|不在办公室|不在单位)"
    r".{0,30}(?:无法|不能|不便|未能|稍后|(?:返|回)[^。]{0,6}后|再)[^。]{0,12}(?:回复|处理|查看|答复)"
    r"|^\s*(?:您好[，,！!。\s]*)?(?:我|本人)?(?:现|正在|目前|现在)?(?:休假|度假|年假|产假|病假)中?[，,][^。]{0,16}(?:返岗|上班|返回|回来)"
    r"|(?:休假|度假|出差|外出(?:培训|学习|开会|考察|调研)?|请假|年假|产假|病假)[^。]{0,24}(?:返回|返岗|回来|归来|上班|回单位|回岗).{0,20}(?:紧急|急事|急件|要事)"
    r"|系统自动(?:发送|发出|生成)|(?:系统|自动|[本此该](?:邮件|信))[^。\n]{0,20}请勿(?:直接)?回复"
    r"|暂时?(?:无法|不能)(?:及时)?(?:回复|处理)您"
    r"|您(?:发给我)?的(?:邮件|来信|来件)(?:我)?(?:已经?)?(?:收到|收悉)[^。]{0,12}"
    r"(?:尽快|及时|稍后)[^。]{0,10}(?:回复|处理|联系|答复|回信)"
    r"|(?:您的)?(?:工单|来信|邮件|请求)[^。]{0,6}已(?:受理|登记|转交)[^。]{0,12}(?:尽快|及时|稍后|编号)"
    r"|系统已(?:收到|受理)(?:您)?"
    r"|(?:mailbox|address|account)\s+is\s+no\s+longer\s+(?:monitored|in\s+use|active|used)"
    r"|no\s+longer\s+(?:work|with\s+(?:the|this|our))"
    r"|i(?:'m|\s+am|\s+will\s+be)\s+(?:currently\s+)?(?:out\s+of\s+(?:the\s+)?office|away|on\s+\w*\s*leave)"
    r"|limited\s+access\s+to\s+(?:my\s+)?e-?mails?"
    r"|will\s+(?:reply|respond|get\s+back)\b.{0,40}(?:when|upon|as\s+soon\s+as|after)\b"
    r"|this\s+is\s+an?\s+auto(?:matic|mated|-?reply|-?generated)",
    re.IGNORECASE | re.DOTALL,
)
# Characters: a quarantine lists what it holds
_LONG_NOTICE = 3_000
# Characters: what a program says in a person's name is no longer
_SHORT = 600
_READ_SUBJECT = re.compile(
    r"^\s*(?:已读|已閱讀|已阅读?|未读|read|not\s+read|阅读回执|已读回执|"
    r"(?:邮件|阅读)收条|read\s+receipt|return\s+receipt|gelesen|ungelesen|lu|non\s+lu|le[íi]do|letto|lido|gelezen|"
    r"開封(?:済み|通知)|开封通知|已显示|已顯示|读取回执|讀取回條|读回执|прочитано|확인함|읽음)\s*(?:[:：]|$)"
    r"|.{0,10}(?:邮件|来信|信件).{0,60}已(?:被|经)?(?:对方)?(?:阅读|打开|查看|读取)$"
    r"|^\s*[\[【(（]\s*(?:已读|已读回执|阅读回执)\s*[\]】)）]"
    # Thunderbird's, whose type a gateway took away
    r"|^\s*(?:回执|(?:read|return)\s+receipt)\s*[(（]\s*(?:已|displayed|read)",
    re.IGNORECASE,
)
# Of a mail of ours that was opened, under whatever subject
_READ_TEXT = re.compile(
    r"^\s*(?:这是(?:一[封份])?(?:邮件)?收条|您(?:发[送出]?)?(?:给.{1,60})?的?(?:邮件|来信|信件)[^。\n]{0,80}?已(?:经?|于[^。\n]{1,40})?被"
    r"[^。\n]{0,30}?(?:阅读|打开|查看|读取)"
    r"|这是(?:一封)?[您你][^。]{0,80}?邮件[^。]{0,80}?回执|[您你][^。\n]{0,80}?(?:对方|收件人)(?:已经?|于[^。\n]{1,40})(?:阅读|打开|查看|读取)"
    r"|the\s+message\s+sent\s+(?:on|to)\b.{0,200}?(?:has\s+been|was)\s+(?:displayed|read|opened))",
    re.IGNORECASE,
)
_MEETING_SUBJECT = re.compile(
    r"^\s*(?:已接受|接受|已拒绝|拒绝|谢绝|已谢绝|暂定|暂时接受|(?:接受|拒绝|谢绝)邀请|转发会议通知|已取消|取消|会议邀请|邀请|参加|不参加|可能参加|"
    r"已更新|会议更新|会议变更|会议取消|"
    r"建议新时间|已提议新时间|会议转发通知|accepted|declined|tentative(?:ly accepted)?|"
    r"cancell?ed|invitation|updated(?: invitation)?|new time proposed|"
    r"proposed new time|reminder|"
    r"einladung|zugesagt|abgelehnt|abgesagt|mit vorbehalt|accepté|refusé|"
    r"annulé|provisoire|aceptad[ao]|rechazad[ao]|"
    r"承諾|辞退|仮承諾|出席|欠席|"
    r"meeting forward notification)\s*[:：]"
    r"|^\s*[\[【]\s*(?:日程|会议|会议邀请|日程邀请|会议通知提醒|日历|calendar|invitation)\s*[\]】].{0,60}"
    r"(?:邀请|会议|会$|日程|meeting)",
    re.IGNORECASE,
)
# The buttons that Outlook puts on a letter; the answer has no text of its own
_VOTE_SUBJECT = re.compile(
    r"^\s*(?:同意|不同意|批准|赞成|反对|approved?|rejected?|yes|no|maybe)\s*[:：]",
    re.IGNORECASE,
)
_RECALL_SUBJECT = re.compile(
    r"^\s*(?:(?:邮件)?(?:撤回|召回|回收)(?:邮件|通知|请求|结果)?|recall"
    r"|(?:请求|申请)(?:撤回|召回)(?:邮件)?|(?:撤回|召回)(?:失败|成功)"
    r"|message recall(?: (?:report|success|failure))?(?: for message)?"
    r"|rückruf|rappel(?: de message)?|recuperar|リコール)\s*[:：]"
    r"|^\s*(?:邮件)?(?:撤回|召回)(?:邮件)?(?:通知|提醒|报告)\s*$"
    r"|(?:发件人|对方).{0,4}(?:已)?(?:撤回|召回)"
    r"|(?:撤回|召回|回收)(?:了?一?封?)?(?:此|该)?(?:邮件|消息)|would like to recall",
    re.IGNORECASE,
)
_RECALL_TEXT = re.compile(
    r"(?:要|想|希望|想要|将|已|请求)(?:撤回|召回|回收)(?:此|该|这封|一封|了|邮件|消息|[“《\"])"
    r"|(?:已被|被)(?:发件人|对方)?(?:撤回|召回)|发件人(?:已)?(?:撤回|召回)|撤回了(?:邮件|[“《\"])"
    r"|would\s+like\s+to\s+recall\s+the\s+message",
    re.IGNORECASE,
)
_REACTION_TEXT = re.compile(
    r"(?:通过|使用)\s*(?:Gmail|Outlook|QQ邮箱|企业微信|网易邮箱|钉钉)\s*(?:作出|做出|发送|添加)了?\s*(?:一个)?\s*(?:回应|表情|反应)"
    r"|^\s*(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|reacted)\s+[“\"']"
    r"|\b(?:liked|loved|disliked|laughed\s+at)\s+your\s+(?:message|e-?mail)"
    r"|reacted\s+(?:to\s+your\s+(?:message|e-?mail)|via\s+(?:gmail|outlook))"
    r"|(?:赞了|点赞了|回应了|对)(?:你|您)的(?:邮件|消息)(?:作出|做出|表示)?",
    re.IGNORECASE,
)
_REACTION_SUBJECT = re.compile(
    r"^.{0,40}(?:reacted to:?|回应了(?:你|您)的邮件|点赞了(?:你|您)的邮件|对(?:你|您)的邮件作出回应)"
    r"|^\s*(?:liked|loved|laughed at|reaction)\s*[:：]"
    r"|^\s*[\U0001f300-\U0001faff❤♥☺✅]+[\ufe0f]?\s+(?:re|回复|答复)\s*[:：]",
    re.IGNORECASE,
)
# RFC 5545, and what older programs call it
_CALENDARS = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})
_REACTION_TYPE = "text/vnd.google.email-reaction+json"


def is_automatic_subject(subject: str) -> bool:
    """Whether a program opened the subject: `自动回复:`, `来自张三的自动回复：`, `Auto: `."""
    return bool(_AUTO_SUBJECT.search(subject))


def is_automatic_text(text: str) -> bool:
    return len(text) <= _SHORT and bool(_AUTO_TEXT.search(text))


def is_system_notice(types: set[str], subject: str, text: str) -> bool:
    """Whether a system tells of a mail of ours, or asks for proof: a quarantine, an
    auditor, a ticket, a challenge, a complaint (RFC 5965). `types` are those of its parts."""
    if _COMPLAINT_TYPE in types:
        return True
    return len(text) <= _LONG_NOTICE and bool(_NOTICE_SUBJECT.search(subject))


def is_read_receipt(subject: str, text: str) -> bool:
    if len(text) > _SHORT:
        return False
    return bool(_READ_SUBJECT.match(subject) or _READ_TEXT.match(text))


def is_gesture(types: set[str], subject: str, text: str) -> bool:
    """Whether the mail is a reaction, a vote, an answer to an invitation, or a recall. `types`
    are those of its parts."""
    if _REACTION_TYPE in types or is_recall(subject, text):
        return True
    if types & _CALENDARS or _MEETING_SUBJECT.match(subject):
        return True
    if not text.strip() and _VOTE_SUBJECT.match(subject):
        return True
    if len(text) > _SHORT:
        return False
    return bool(_REACTION_TEXT.search(text) or _REACTION_SUBJECT.match(subject))


def is_recall(subject: str, text: str) -> bool:
    """Whether the sender asks for a mail back."""
    if _RECALL_SUBJECT.search(subject):
        return True
    return len(text) <= _SHORT and bool(_RECALL_TEXT.search(text))
