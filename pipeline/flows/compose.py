"""Puts letters into words: what a notice says, to whom, with what enclosed, a copy for each recipient."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.flows.ports import Documents, Letters, Records
from pipeline.flows.ports import Reader as Reading
from pipeline.flows.ports import Vault as Originals
from pipeline.judging.review.decide import WHOSE
from pipeline.model.errors import EdgeError, StorageFailed, Unwritable
from pipeline.model.form import Form
from pipeline.model.letter import (
    Bulletin,
    BulletinDraft,
    Letter,
    ReviewAnswer,
    ReviewRequest,
    Sender,
    TalkProposal,
)
from pipeline.model.mail import Message
from pipeline.model.notice import Enclosure, NoticeKind, Outgoing
from pipeline.model.reply_token import code_for
from pipeline.model.report import Report

if TYPE_CHECKING:
    from pipeline.writing.templates import RenderedMail, Renderer


_PICTURED = {"completed": "完成数", "unit": "报送单位"}


_MOST_ENCLOSED = 8_000_000  # bytes of originals that go with a review request


Picture = Callable[[Iterable[tuple[str, bytes]], Form, str], bytes]


class LetterWriter:
    """Words and enclosures for letters, with the templates loaded on first use.

    `picture` is a PNG of where a field stands in the files that a form was read from,
    b"" where it cannot be shown.
    """

    def __init__(
        self,
        renderer: Callable[[], "Renderer"],
        sender: Sender,
        vault: Originals,
        records: Records,
        reader: Callable[[], Reading],
        documents: Documents,
        picture: Picture,
    ) -> None:
        self._make_renderer = renderer
        self._sender = sender
        self._vault = vault
        self._records = records
        self._reader = reader
        self._documents = documents
        self._picture = picture

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
            if isinstance(letter, Bulletin):
                issue = f"{letter.month} 第{letter.number}期"
                self._documents.keep(issue, made)
        except OSError as error:  # workbooks pass through the temporary folder
            advice = f"写不出通报的文件（{error.strerror or error}），请检查磁盘空间和目录权限"
            raise StorageFailed("documents", advice, repr(error)) from error
        if isinstance(letter, ReviewRequest) and message_key is not None:
            raw = self._vault.open(message_key)
            message = self._reader().message(raw, letter.case.received_at)
            report = self._records.report(letter.case.report_id)
            if report is not None:
                made += self._evidence(message, report) + _originals(
                    message, report.files
                )
        return made

    def _evidence(self, message: Message, report: Report) -> tuple[Enclosure, ...]:
        """Pictures of where the figure stands, and the unit's name where that is in
        doubt: shown in the mail and enclosed.

        The mail goes without one that cannot be made.
        """
        if report.form is None:
            return ()
        files = [
            ("/".join((*a.inside, a.name)), a.content) for a in message.attachments
        ]
        made = []
        for part, name in _PICTURED.items():
            if part == "unit" and not WHOSE & set(report.holds):
                continue
            try:
                png = self._picture(files, report.form, part)
            except EdgeError:
                continue
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


def _originals(message: Message, files: tuple[str, ...]) -> tuple[Enclosure, ...]:
    """The files that the case was read from, as they came: a reviewer sees what the
    program saw, and no other file."""
    found, total = [], 0
    for attachment in message.attachments:
        name = "/".join((*attachment.inside, attachment.name))
        read_from = any(file == name or file.startswith(f"{name}/") for file in files)
        total += len(attachment.content) if read_from else 0
        if read_from and total <= _MOST_ENCLOSED:
            found.append(
                Enclosure(
                    attachment.name, "application/octet-stream", attachment.content
                )
            )
    return tuple(found)


_ASKING = (ReviewRequest, ReviewAnswer, BulletinDraft, TalkProposal)


_ASKED_BY = {"tb-": NoticeKind.BULLETIN_DRAFT, "yt-": NoticeKind.TALK_PROPOSAL}


def personal_copies(
    letter: Letter,
    outgoing: Outgoing,
    recipients: tuple[str, ...],
    letters: Letters,
    secret: bytes,
) -> Iterator[tuple[str, Outgoing]]:
    """(recipient, his copy): with his own token where the letter can be answered, else
    the same for all."""
    if not isinstance(letter, _ASKING) or letter.token is None:
        yield from ((recipient, outgoing) for recipient in recipients)
        return
    for recipient in recipients:
        code = code_for(secret, letter.token, recipient)
        own = letters.render(shown_in(replace(letter, code=code), outgoing.enclosures))
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
        letter, pictures=tuple((e.shown, e.caption) for e in enclosures if e.shown)
    )


def asking_key(case: str) -> str:
    """The key of the notice that asked for a decision on a case, "" for none."""
    kind = _ASKED_BY.get(case[:3])
    if kind is not None:
        return f"{kind}:{case[3:]}"
    if case:
        return f"{NoticeKind.REVIEW_REQUEST}:{case}"
    return ""
