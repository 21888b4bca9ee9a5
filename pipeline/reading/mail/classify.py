"""Who wrote a mail: a person, or a program that answers, returns, delays, confirms or
spreads (RFC 3834, 3464, 8098).

For: keeping automatic mail out of the reports, and never answering it (rules.md
9). Trusts: headers that programs set about themselves; a subject only where it opens
with the program's own words and no file that could be a form comes with it. Never:
takes a clerk's report for an automatic mail because of a word in its middle.
"""

import re

from pipeline.model.mail import Address, Attachment, MailNature
from pipeline.model.values.frozen import frozen
from pipeline.reading.mail.bounces.bounce import (
    ARRIVED,
    STATUS_TYPES,
    delivery_actions,
    names_ours,
    other_address,
)
from pipeline.reading.mail.gestures import (
    is_automatic_subject,
    is_automatic_text,
    is_gesture,
    is_read_receipt,
    is_system_notice,
)
from pipeline.reading.mail.headers import Headers
from pipeline.reading.mail.mime import Opened
from pipeline.reading.mail.subject import strip_prefixes

# Local parts of mail systems' addresses, without dots and dashes
_DAEMONS = frozenset(
    {
        "postmaster",
        "mailerdaemon",
        "maildaemon",
        "mailer",
        "bounce",
        "mdaemon",
        "postoffice",
        "ndr",
        "maildeliverysystem",
        "maildeliverysubsystem",
    }
)
# What stands in From where the address is empty, or a plain user's (Dovecot's
# rejections come from "Mail Delivery Subsystem <admin@...>").
_DAEMON_NAME = re.compile(
    r"^\W*(?:mailer[- ]?daemon|mail(?:er)? delivery (?:sub)?system|postmaster"
    r"|mail system|系统退信|邮件(?:投递)?系统|退信(?:通知|提醒)?)\W*(?:<|\(|$)",
    re.IGNORECASE,
)
# And 32 hexadecimal digits: who writes its reports
_EXCHANGE = "microsoftexchange"
_NOBODY = ("<>", "")
_BOUNCE_SUBJECT = re.compile(
    r"退信|退回|未送达|未能送达|无法(?:送达|投递|传递)|(?:投递|发送|传送|传递)失败|undeliver|"
    r"delivery\s+(?:status\s+notification|failure|has\s+failed)|returned\s+mail"
    r"|(?:mail|message|delivery)\s+(?:system\s+error|delivery\s+failed|failed)|"
    r"failure\s+notice|mail\s+delivery|system\s+bounce|message\s+(?:blocked|rejected|not\s+delivered)|"
    r"unzustellbar|nicht\s+zugestellt|non\s+remis|(?:échec|echec)\s+de\s+(?:la\s+)?remise|no\s+se\s+puede\s+entregar|"
    r"no\s+entregado|impossibile\s+recapitare|mancato\s+recapito|não\s+entreg|onbestelbaar|не\s*доставлен|"
    r"配信不能|配信できません|送信できません|無法(?:傳遞|傳送|送達|投遞)|傳遞失敗|退件|전송\s*(?:실패|불가)|배달되지|"
    r"could\s+not\s+(?:be\s+)?(?:deliver|send)",
    re.IGNORECASE,
)
# What a mail system says of a letter, under whatever subject.
_BOUNCE_TEXT = re.compile(
    r"(?:无法|未能|不能)(?:送达|投递|发送|传递)|(?:投递|发送|传递)失败|用户不存在|被退回|"
    r"(?:无法|未能)将.{0,60}(?:送达|投递|发送给|传递)|無法(?:傳遞|傳送|送達|投遞)|傳遞失敗|"
    r"(?:could|can|was)\s*n[o']t\s+(?:be\s+|able\s+to\s+)?deliver|not\s+delivered|"
    r"delivery\s+(?:has\s+)?fail|unable\s+to\s+deliver|undeliverable|"
    r"(?:error|trouble)\s+delivering|automatically\s+rejected|"
    r"nicht\s+(?:zugestellt|übermittelt|ausgeliefert)|unzustellbar|fehler\s+bei\s+der\s+"
    r"(?:nachrichten)?zustellung|n'a\s+pas\s+pu\s+[êe]tre\s+(?:remis|d[ée]livr|distribu|envoy)|"
    r"[ée]chec\s+de\s+(?:la\s+)?remise|no\s+se\s+(?:ha\s+)?(?:pudo|puede|podido)\s+entregar|"
    r"impossibile\s+recapitare|配信(?:できません|不能)|送信できません|전송\s*(?:실패|불가)",
    re.IGNORECASE,
)
# Characters in which it says so
_FIRST = 2_000
_DELAY_SUBJECT = re.compile(
    r"delay|still\s+being\s+retried|warning:|延迟|延误|暂未送达|正在重试",
    re.IGNORECASE,
)
# The same in the text: it is late, and has not failed.
_GOES_ON = re.compile(
    r"attempts\s+will\s+continue|will\s+(?:continue|keep)\s+(?:on\s+)?(?:to\s+)?try"
    r"|will\s+be\s+retried|do\s+not\s+need\s+to\s+resend|(?:将|会)(?:在.{0,10})?(?:为您)?(?:继续|自动|再次|稍后)(?:尝试|重试|重新|投递)"
    r"|暂时无法(?:送达|投递)",
    re.IGNORECASE,
)
_FORM_FILE = re.compile(
    r"\.(?:docx?|xlsx?|wps|wpt|et|ett|rtf|pdf|od[st]|csv|ofd|zip|rar|7z|jpe?g|png|tiff?|bmp|heic)$",
    re.IGNORECASE,
)
# X-Autoreply, X-Autoreply-From, X-CM-AUTOREPLY, X-Vacation; never the
# X-Auto-Response-Suppress that Exchange puts on a person's mail
_AUTO_HEADER = re.compile(
    r"x-(?:[a-z0-9]+-){0,3}auto-?(?:reply|replied|respond|responder|answer)(?:-from|-by)?"
    r"|x-vacation(?:-reply)?"
)
_DENIALS = frozenset({"no", "false", "0", "none", "off"})
_BULK = frozenset({"bulk", "list", "junk"})


def nature(
    mail: Opened,
    sender: Address,
    subject: str,
    text: str,
    attachments: tuple[Attachment, ...],
    quoted: str = "",
) -> MailNature:
    """What kind of sender wrote this mail. `text` is its own text, `quoted` the rest of
    it, `attachments` its files."""
    headers = mail.headers
    with_form = any(
        _FORM_FILE.search(file.name) and not file.inside for file in attachments
    )
    report = _report(mail, headers, text)
    if report:
        return report
    words = _Words(subject, text, quoted)
    returned = _returned(mail, sender, words, with_form)
    if returned:
        return returned
    if _listed(headers, with_form):
        return MailNature.LIST
    if _automatic(headers, subject, text, with_form):
        return MailNature.AUTO_REPLY
    if not attachments and is_read_receipt(subject, text):
        return MailNature.READ_RECEIPT
    if not with_form:
        return _without_a_form(mail, subject, text)
    return MailNature.PERSON


def _without_a_form(mail: Opened, subject: str, text: str) -> MailNature:
    """By words alone, which are not asked where a file could be a form."""
    types = _own_types(mail)
    if is_gesture(types, subject, text):
        return MailNature.GESTURE
    if is_system_notice(types, subject, text):
        return MailNature.AUTO_REPLY
    return MailNature.PERSON


def _report(mail: Opened, headers: Headers, text: str) -> MailNature | None:
    """A multipart/report, or a part that only a mail system writes. Sieve's `reject`
    writes a disposition (RFC 5429), and refuses the letter all the same."""
    kind = headers.parameters("content-type").get("report-type", "").lower()
    own = _own_types(mail)
    if (
        kind == "disposition-notification"
        or "message/disposition-notification" in own
    ):
        if _BOUNCE_TEXT.search(text[:_FIRST]):
            return MailNature.BOUNCE
        return MailNature.READ_RECEIPT
    if kind != "delivery-status" and not own & STATUS_TYPES:
        return None
    actions = delivery_actions(mail)
    if actions and actions <= ARRIVED:
        return MailNature.AUTO_REPLY
    if actions and actions <= {*ARRIVED, "delayed"}:
        return MailNature.DELAY
    # Some write error or expired in place of failed
    return MailNature.BOUNCE


def _own_types(mail: Opened) -> set[str]:
    """The content types of the leaves that are the mail's own, not those of a mail in it."""
    found = set()
    for leaf in mail.leaves:
        if not leaf.mails:
            found.add(leaf.content_type)
    return found


@frozen
class _Words:
    """What a mail says: its subject, its own text, and the text that it quotes."""

    subject: str
    text: str
    quoted: str

    @property
    def bounced(self) -> bool:
        return bool(_BOUNCE_SUBJECT.search(self.subject))

    @property
    def tells(self) -> bool:
        return bool(_BOUNCE_TEXT.search(self.text[:_FIRST]))


def _returned(
    mail: Opened, sender: Address, words: _Words, with_form: bool
) -> MailNature | None:
    """A bounce without the parts of RFC 3464, as NetEase, QQ, Exim, qmail and Exchange
    write them."""
    if is_automatic_subject(words.subject):
        return None
    if not with_form and _is_about_a_letter(mail, words):
        if _is_delayed(words):
            return MailNature.DELAY
        return MailNature.BOUNCE
    daemon = _is_daemon(mail, sender)
    if with_form and not daemon:
        return None
    return _of_a_mail_system(mail.headers, words, daemon, with_form)


def _of_a_mail_system(
    headers: Headers, words: _Words, daemon: bool, with_form: bool
) -> MailNature | None:
    """What a mail system says: by who wrote it, or by the empty return path."""
    nobody = _is_from_nobody(headers)
    if not daemon and not nobody:
        return None
    if "x-failed-recipients" in headers:
        return MailNature.BOUNCE
    if daemon and _is_delayed(words):
        return MailNature.DELAY
    told = words.bounced or (daemon and nobody)
    if told or (daemon and words.tells and not with_form):
        return MailNature.BOUNCE
    return None


def _is_about_a_letter(mail: Opened, words: _Words) -> bool:
    """Whether anybody at all, such as an office's admin@, tells of a letter that came
    back: a letter of ours is in it, or its subject and text both say so, and of whom."""
    if names_ours(mail, f"{words.text}\n{words.quoted}"):
        return words.bounced or words.tells
    if not words.bounced or not words.tells:
        return False
    # A person who answers or passes on a bounce says something of his own
    passed_on = strip_prefixes(words.subject) != words.subject.strip()
    return not passed_on and bool(other_address(mail, words.text))


def _is_from_nobody(headers: Headers) -> bool:
    """An empty return path: what RFC 5321 4.5.5 has bounces carry."""
    named = headers.count("return-path") > 0
    return named and headers.raw("return-path") in _NOBODY


def _is_delayed(words: _Words) -> bool:
    """Whether a mail system says that it goes on trying."""
    if _GOES_ON.search(words.text[:_FIRST]):
        return True
    if re.search("fail|失败|退信", words.subject, re.IGNORECASE):
        return False
    return bool(_DELAY_SUBJECT.search(words.subject))


def _is_daemon(mail: Opened, sender: Address) -> bool:
    local = re.sub(r"[._-]", "", sender.email.partition("@")[0])
    if local in _DAEMONS or local.startswith(_EXCHANGE):
        return True
    return bool(_DAEMON_NAME.search(mail.headers.text("from")))


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
    names = filter(_AUTO_HEADER.fullmatch, headers.names())
    return any(_says_so(headers, name) for name in names)


def _says_so(headers: Headers, name: str) -> bool:
    """Whether a header that stands there does not deny it: `X-Autoreply: no`."""
    return headers.token(name) not in _DENIALS


def _automatic(
    headers: Headers, subject: str, text: str, with_form: bool
) -> bool:
    if headers.token("auto-submitted") not in ("", "no") or _auto_header(
        headers
    ):
        return True
    opens = is_automatic_subject(subject)
    if "x-auto-response-suppress" in headers and opens:
        return True
    return not with_form and (opens or is_automatic_text(text))
