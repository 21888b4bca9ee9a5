"""Who wrote a mail: a person, or a program that answers, returns, delays, confirms or
spreads (RFC 3834, 3464, 8098).

For: keeping automatic mail out of the reports, and never answering it (rules.md
9). Trusts: headers that programs set about themselves; a subject only where it opens
with the program's own words and no file that could be a form comes with it. Never:
takes a clerk's report for an automatic mail because of a word in its middle.
"""

import re

from pipeline.model.mail import Address, Attachment, MailNature
from pipeline.reading.mail.bounce import delivery_actions
from pipeline.reading.mail.headers import Headers
from pipeline.reading.mail.mime import Opened

_DAEMONS = frozenset(
    {
        "postmaster",
        "mailer-daemon",
        "mailerdaemon",
        "mail-daemon",
        "mailer",
        "bounce",
        "mdaemon",
        "postoffice",
    }
)
_AUTO_SUBJECT = re.compile(
    r"^\s*[\[【(（]?\s*(?:自动(?:回复|答复|应答|回覆|答覆)|自動(?:回覆|答覆|回復)|"
    r"(?:外出|休假|假期)自动(?:回复|答复)|"
    r"out\s+of\s+(?:the\s+)?office(?:\s+auto\s*reply)?"
    r"|auto(?:matic)?[\s-]*(?:reply|response|answer)|autoreply|"
    r"automatische\s+antwort|réponse\s+automatique)\s*[\]】)）]?\s*(?:[:：\-—]|$|"
    r"[\[【(（])",
    re.IGNORECASE,
)
_AUTO_TEXT = re.compile(
    r"^\s*(?:这是来自QQ邮箱的.{0,8}自动回复邮件|这是一封(?:系统)?自动回复(?:邮件)?|此邮件为(?:系统)?自动回复)"
)
_BOUNCE_SUBJECT = re.compile(
    r"退信|退回|未送达|无法(?:送达|投递)|(?:投递|发送|传送)失败|undeliver|"
    r"delivery\s+(?:status\s+notification|failure|has\s+failed)|returned\s+mail"
    r"|(?:mail|message|delivery)\s+(?:system\s+error|delivery\s+failed|failed)|"
    r"failure\s+notice|mail\s+delivery|system\s+bounce|"
    r"could\s+not\s+(?:be\s+)?(?:deliver|send)",
    re.IGNORECASE,
)
_DELAY_SUBJECT = re.compile(
    r"delay|still\s+being\s+retried|warning:|延迟|延误|暂未送达|正在重试", re.IGNORECASE
)
_READ_SUBJECT = re.compile(
    r"^\s*(?:已读|已閱讀|已阅读?|未读|read|not\s+read|阅读回执|已读回执|"
    r"read\s+receipt|return\s+receipt)\s*(?:[:：]|$)",
    re.IGNORECASE,
)
_FORM_FILE = re.compile(
    r"\.(?:docx?|xlsx?|wps|wpt|et|ett|rtf|pdf|od[st]|csv|ofd|zip|rar|7z|jpe?g|png|tiff?|bmp|heic)$",
    re.IGNORECASE,
)
_AUTO_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoreply-from",
    "x-mail-autoreply",
)
_BULK = frozenset({"bulk", "list", "junk"})


def nature(
    mail: Opened,
    sender: Address,
    subject: str,
    text: str,
    attachments: tuple[Attachment, ...],
) -> MailNature:
    """What kind of sender wrote this mail. `text` is its own text, `attachments` its files."""
    headers = mail.headers
    with_form = any(
        _FORM_FILE.search(file.name) and not file.inside for file in attachments
    )
    report = _report(mail, headers)
    if report:
        return report
    returned = _returned(headers, sender, subject, with_form)
    if returned:
        return returned
    if _listed(headers, with_form):
        return MailNature.LIST
    if _automatic(headers, subject, text, with_form):
        return MailNature.AUTO_REPLY
    if _READ_SUBJECT.match(subject) and not attachments and len(text) < 400:
        return MailNature.READ_RECEIPT
    return MailNature.PERSON


def _report(mail: Opened, headers: Headers) -> MailNature | None:
    """A multipart/report, or a part that only a mail system writes."""
    kind = headers.parameters("content-type").get("report-type", "").lower()
    own = {leaf.content_type for leaf in mail.leaves if not leaf.mails}
    if kind == "disposition-notification" or "message/disposition-notification" in own:
        return MailNature.READ_RECEIPT
    if kind != "delivery-status" and "message/delivery-status" not in own:
        return None
    actions = delivery_actions(mail)
    if "failed" in actions or not actions:
        return MailNature.BOUNCE
    if "delayed" in actions:
        return MailNature.DELAY
    return MailNature.AUTO_REPLY


def _returned(
    headers: Headers, sender: Address, subject: str, with_form: bool
) -> MailNature | None:
    """A bounce without the parts of RFC 3464, as NetEase, QQ, Exim and qmail write them."""
    daemon = sender.email.partition("@")[0] in _DAEMONS
    nobody = "return-path" in headers and headers.raw("return-path").strip() in (
        "<>",
        "",
    )
    if (
        not (daemon or nobody)
        or (with_form and not daemon)
        or _AUTO_SUBJECT.match(subject)
    ):
        return None
    if "x-failed-recipients" in headers:
        return MailNature.BOUNCE
    if (
        daemon
        and _DELAY_SUBJECT.search(subject)
        and not re.search("fail|失败|退信", subject, re.IGNORECASE)
    ):
        return MailNature.DELAY
    if _BOUNCE_SUBJECT.search(subject) or (daemon and nobody):
        return MailNature.BOUNCE
    return None


def _listed(headers: Headers, with_form: bool) -> bool:
    if _answers(headers):
        return False
    bulk = headers.token("precedence") in _BULK
    return bulk or ("list-id" in headers and not with_form)


def _answers(headers: Headers) -> bool:
    """Marked as an answer by a program (vacation programs set Precedence: bulk too)."""
    return headers.token("auto-submitted") in (
        "auto-replied",
        "auto-notified",
    ) or _auto_header(headers)


def _auto_header(headers: Headers) -> bool:
    if headers.token("precedence") in ("auto_reply", "auto-reply"):
        return True
    if headers.token("x-qq-mid").startswith("autoreply"):
        return True
    return any(name in headers for name in _AUTO_HEADERS)


def _automatic(headers: Headers, subject: str, text: str, with_form: bool) -> bool:
    if headers.token("auto-submitted") not in ("", "no") or _auto_header(headers):
        return True
    opens = bool(_AUTO_SUBJECT.match(subject))
    if "x-auto-response-suppress" in headers and opens:
        return True
    return not with_form and (opens or bool(_AUTO_TEXT.match(text)))
