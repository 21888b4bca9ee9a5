"""Puts letters into words: what a notice says, to whom, with what enclosed, a copy for each recipient."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.flows.ports import (
    Documents,
    Letters,
    NotifyStore,
    Outbox,
    Reader,
    Vault,
)
from pipeline.judging.operation.clock_skew import difference
from pipeline.judging.progress.campaign import Campaign
from pipeline.judging.review.decide import UNIT_DOUBTS
from pipeline.model.form import Form, Hold
from pipeline.model.ledger import Ledger
from pipeline.model.letters.bulletins import Bulletin, BulletinDraft
from pipeline.model.letters.digests import Digest
from pipeline.model.letters.errata import ErratumDraft
from pipeline.model.letters.letter import Letter
from pipeline.model.letters.reviews import ReviewAnswer, ReviewRequest
from pipeline.model.letters.sender import Sender
from pipeline.model.letters.talk_letters import TalkProposal
from pipeline.model.mail import Message
from pipeline.model.notice import Action, Enclosure, NoticeKind, Outgoing
from pipeline.model.operation.clock_evidence import ClockDoubt
from pipeline.model.operation.errors import EdgeError, StorageFailed, Unwritable
from pipeline.model.operation.os_errors import in_words
from pipeline.model.outgoing import FrozenMail
from pipeline.model.report import Report
from pipeline.model.review.reply_token import CaseKind, case_ref, code_for
from pipeline.model.rules import TalkRules
from pipeline.notices.facts import Records
from pipeline.reading.replies.edited_draft import documents_of
from pipeline.writing.bulletin.title import issue_name
from pipeline.writing.envelope import freeze, message_id

if TYPE_CHECKING:
    from pipeline.writing.templates import RenderedMail, Renderer


_PICTURED = {
    "completed": "完成数",
    "unit": "报送单位",
    "second_look": "打印件上的完成数",
}


# Bytes of originals that go with a review request
_MOST_ENCLOSED = 8_000_000


Pictures = Callable[[Iterable[tuple[str, bytes]], Form], dict[str, bytes]]
# A .docx of ours as PDF; b"" where nothing can print it.
PrintPdf = Callable[[bytes], bytes]


class LetterWriter:
    """Words and enclosures for letters, with the templates loaded on first use.

    `pictures` are PNGs of where the fields stand on the pages of the files that a form
    was read from; none for a field that cannot be shown there.
    """

    def __init__(
        self,
        renderer: Callable[[], "Renderer"],
        sender: Sender,
        vault: Vault,
        records: Records,
        reader: Callable[[], Reader],
        documents: Documents,
        pictures: Pictures,
        print_pdf: PrintPdf,
    ) -> None:
        self._make_renderer = renderer
        self._sender = sender
        self._vault = vault
        self._records = records
        self._reader = reader
        self._documents = documents
        self._pictures = pictures
        self._print_pdf = print_pdf

    @cached_property
    def _renderer(self) -> "Renderer":
        return self._make_renderer()

    def render(self, letter: Letter) -> "RenderedMail":
        try:
            return self._renderer.render(letter, self._sender)
        # A template is an admin's own text: whatever its expressions raise is its mistake.
        except Exception as error:
            advice = "邮件模板有误，请运行 xunbao check 查看是哪个文件哪一行"
            raise Unwritable("template", advice, repr(error)) from error

    def enclosures(
        self, letter: Letter, message_key: str | None
    ) -> tuple[Enclosure, ...]:
        from pipeline.writing.enclosures import enclosures

        try:
            made = enclosures(letter, self._sender)
            if isinstance(letter, Bulletin | BulletinDraft):
                made = self._as_edited(made, _bulletin_of(letter))
                made = self._with_pdf(made)
            if isinstance(letter, Bulletin):
                issue = f"{letter.month} {issue_name(letter)}"
                self._documents.keep(issue, made)
        except OSError as error:
            # Workbooks pass through the temporary folder
            advice = f"写不出通报的文件（{in_words(error)}），请检查磁盘空间和目录权限"
            raise StorageFailed("documents", advice, repr(error)) from error
        if isinstance(letter, ReviewRequest) and message_key is not None:
            report = self._records.report(letter.case.report_id)
            if report is not None:
                message = self._message(report)
                made += self._evidence(message, report) + _originals(
                    message, report.files
                )
        return made

    def _as_edited(
        self, files: tuple[Enclosure, ...], bulletin: Bulletin
    ) -> tuple[Enclosure, ...]:
        """The files with the official document as a reviewer sent it back, where one
        did: its words as they are, nothing of who wrote them on which computer."""
        if not bulletin.edited_in:
            return files
        raw = self._vault.open(bulletin.edited_in)
        message = self._reader().message(raw, bulletin.as_of)
        (edited,) = documents_of(message)
        clean = self._reader().clean_document(edited.content)
        if not clean:
            advice = (
                "发回的公文处理不了，请在 Word 或 WPS 里另存为 .docx 再发回"
            )
            raise Unwritable("edited document", advice, bulletin.edited_in)
        found = []
        for file in files:
            ours = file.name.endswith(".docx")
            found.append(replace(file, content=clean) if ours else file)
        return tuple(found)

    def evidence(self, report: Report) -> tuple[tuple[str, bytes], ...]:
        """(caption, PNG) of each place that a person must look at; EdgeError where the
        mail cannot be had any more."""
        found = []
        for one in self._evidence(self._message(report), report):
            found.append((one.caption, one.content))
        return tuple(found)

    def _message(self, report: Report) -> Message:
        raw = self._vault.open(report.message_key)
        return self._reader().message(raw, report.received_at)

    def _with_pdf(self, files: tuple[Enclosure, ...]) -> tuple[Enclosure, ...]:
        """The official document once more as PDF, which a phone opens best, where it
        can be printed."""
        found = list(files)
        for index, file in enumerate(files):
            if file.name.endswith(".docx"):
                pdf = self._print_pdf(file.content)
                name = file.name.removesuffix(".docx") + ".pdf"
                if pdf:
                    found.insert(
                        index + 1, Enclosure(name, "application/pdf", pdf)
                    )
        return tuple(found)

    def _evidence(
        self, message: Message, report: Report
    ) -> tuple[Enclosure, ...]:
        """Pictures of where the figure stands, and the unit's name where that is in
        doubt: shown in the mail and enclosed.

        The mail goes without one that cannot be made.
        """
        if report.form is None:
            return ()
        files = []
        for a in message.attachments:
            files.append(("/".join((*a.inside, a.name)), a.content))
        try:
            found = self._pictures(files, report.form)
        except EdgeError:
            return ()
        made = []
        for part, name in _PICTURED.items():
            if part == "unit" and not UNIT_DOUBTS & set(report.holds):
                continue
            if part == "second_look" and Hold.SECOND_LOOK not in report.holds:
                continue
            png = found.get(part, b"")
            place = dict(report.form.evidence).get(part)
            if place:
                caption = f"{name}：{place.file} {place.where}"
            else:
                caption = name
            if png:
                made.append(
                    Enclosure(
                        f"证据-{name}.png",
                        "image/png",
                        png,
                        f"evidence-{part}",
                        caption,
                    )
                )
        return tuple(made)


def _bulletin_of(letter: Bulletin | BulletinDraft) -> Bulletin:
    if isinstance(letter, BulletinDraft):
        return letter.bulletin
    return letter


def _originals(
    message: Message, files: tuple[str, ...]
) -> tuple[Enclosure, ...]:
    """The files that the case was read from, as they came: a reviewer sees what the
    program saw, and no other file."""
    found = []
    total = 0
    for attachment in message.attachments:
        name = "/".join((*attachment.inside, attachment.name))
        read_from = any(
            file == name or file.startswith(f"{name}/") for file in files
        )
        total += len(attachment.content) if read_from else 0
        if read_from and total <= _MOST_ENCLOSED:
            found.append(
                Enclosure(
                    attachment.name,
                    "application/octet-stream",
                    attachment.content,
                )
            )
    return tuple(found)


_ASKING = (
    ReviewRequest,
    ReviewAnswer,
    BulletinDraft,
    ErratumDraft,
    TalkProposal,
    Digest,
)


_ASKED_BY = {
    CaseKind.REPORT: NoticeKind.REVIEW_REQUEST,
    CaseKind.DRAFT: NoticeKind.BULLETIN_DRAFT,
    CaseKind.TALKS: NoticeKind.TALK_PROPOSAL,
    CaseKind.DIGEST: NoticeKind.PERIOD_DIGEST,
}


def personal_copies(
    letter: Letter,
    outgoing: Outgoing,
    recipients: tuple[str, ...],
    desk: "Desk",
) -> Iterator[tuple[str, Outgoing]]:
    """(recipient, his copy): with his own token where the letter can be answered by
    him, else the same for all. A digest goes to staff who may not decide, too."""
    if not isinstance(letter, _ASKING) or letter.token is None:
        yield from ((recipient, outgoing) for recipient in recipients)
        return
    secret = desk.store.secret()
    reviewers = desk.campaign.roster.staff_emails("review")
    for recipient in recipients:
        if isinstance(letter, Digest) and recipient not in reviewers:
            yield recipient, outgoing
            continue
        code = code_for(secret, letter.token, recipient)
        own = desk.letters.render(
            shown_in(replace(letter, code=code), outgoing.enclosures)
        )
        yield (
            recipient,
            replace(
                outgoing,
                subject=f"{own.subject} [{code}]",
                text=own.text,
                html=own.html,
                to=(recipient,),
                cc=(),
                code=code,
            ),
        )


def shown_in(letter: Letter, enclosures: tuple[Enclosure, ...]) -> Letter:
    """The letter knowing the pictures that stand within its text."""
    if not isinstance(letter, ReviewRequest):
        return letter
    return replace(
        letter,
        pictures=tuple((e.shown, e.caption) for e in enclosures if e.shown),
    )


def asking_key(case: str) -> str:
    """The key of the notice that asked for a decision on a case, "" for none."""
    about = case_ref(case)
    kind = _ASKED_BY.get(about.kind)
    if kind is None or not about.of:
        return ""
    return f"{kind}:{about.of}"


_UNDER_THE_MAIL = (
    NoticeKind.RECEIPT,
    NoticeKind.UNREADABLE,
    NoticeKind.RETURNED,
    NoticeKind.SETTLED,
)


@dataclass(frozen=True)
class Desk:
    """The edges and the knowledge that writing needs. `sender` is the From that the
    mail server accepts."""

    campaign: Campaign
    store: NotifyStore
    outbox: Outbox
    vault: Vault
    letters: Letters
    talks: TalkRules
    sender: str
    tell: Callable[[str], None] = lambda text: None

    def ledger(self, now: datetime) -> Ledger:
        """What judging needs to know at `now`: with the dead addresses, and whether the
        clock can be trusted."""
        return self.store.ledger().with_doubts(
            self.outbox.undeliverable(), self.clock_doubt(now)
        )

    def clock_doubt(self, now: datetime) -> ClockDoubt | None:
        """Why this computer's clock cannot be trusted; None where nothing speaks
        against it."""
        return difference(self.store.clock_evidence(), now)


# Never sent again where the server's answer was lost: rather missed than doubled.
_ONCE_ONLY = frozenset(
    {
        NoticeKind.MONTHLY_BULLETIN,
        NoticeKind.ADHOC_BULLETIN,
        NoticeKind.ERRATUM,
    }
)


def send_letter(
    letter: Letter, actions: tuple[Action, ...], now: datetime, desk: Desk
) -> bool:
    """Puts one letter into the outbox; False where one of its notices was planned before.

    A letter that asks for a decision is one mail with one Message-ID, and every
    reviewer gets bytes of his own, with his token.
    """
    outgoing = outgoing_mail(letter, actions, desk)
    identity = message_id(
        (a.key for a in actions), desk.sender, desk.store.secret()
    )
    kinds = set()
    for action in actions:
        kinds.add(action.kind.value)
    recipients = tuple(dict.fromkeys((*outgoing.to, *outgoing.cc)))
    copies: dict[str, str] = {}
    before: Outgoing | None = None
    key = ""
    for recipient, copy in personal_copies(letter, outgoing, recipients, desk):
        # A bulletin to 400 units is assembled and kept once
        if copy is not before:
            at = desk.campaign.calendar.local(now)
            raw = freeze(copy, desk.sender, identity, kinds, at)
            key = desk.vault.keep(raw)
            before = copy
        copies[recipient] = key
    once_only = bool(kinds & _ONCE_ONLY)
    key = next(iter(copies.values()), "")
    if len(set(copies.values())) > 1:
        own = copies
    else:
        own = {}
    planned = bool(copies) and desk.outbox.plan(
        FrozenMail(
            identity, key, outgoing.subject, recipients, actions, once_only, own
        ),
        now,
    )
    if planned:
        desk.tell(f"拟发：{named(actions)}")
    return planned


def named(actions: Iterable[Action]) -> str:
    """A mail for the log, by what it is and for whom, without what stands in it."""
    whose = (
        f"{a.kind.value} {a.unit or ''} {a.period or a.month or ''}".strip()
        for a in actions
    )
    return "、".join(whose)


def outgoing_mail(
    letter: Letter, actions: tuple[Action, ...], desk: Desk
) -> Outgoing:
    """A letter with its addresses and enclosures. Only addresses of the roster and the
    staff are ever written to."""
    known = desk.campaign.roster.addresses
    to = [a for action in actions for a in action.to if a in known]
    cc = [
        a for action in actions for a in action.cc if a in known and a not in to
    ]
    enclosures = desk.letters.enclosures(letter, actions[0].message_key)
    rendered = desk.letters.render(shown_in(letter, enclosures))
    answered, thread = _thread(actions[0], desk)
    return Outgoing(
        rendered.subject,
        rendered.text,
        rendered.html,
        tuple(dict.fromkeys(to)),
        tuple(dict.fromkeys(cc)),
        enclosures,
        answered,
        thread,
    )


def _thread(action: Action, desk: Desk) -> tuple[str, tuple[str, ...]]:
    """(In-Reply-To, References): receipts stand under the sender's own mail, what a
    reply did under the letter it answers."""
    if action.message_key:
        mail = desk.store.mail(action.message_key)
    else:
        mail = None
    if mail is None or action.kind not in (
        *_UNDER_THE_MAIL,
        NoticeKind.REVIEW_ANSWER,
    ):
        return "", ()
    if mail.seen.message_id.isascii():
        own = mail.seen.message_id
    else:
        own = ""
    if action.kind in _UNDER_THE_MAIL:
        return own, ()
    asked = asking_key(mail.seen.about)
    if not asked:
        return own, ()
    return message_id((asked,), desk.sender, desk.store.secret()), (
        (own,) if own else ()
    )
