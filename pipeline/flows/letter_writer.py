"""What a letter says and what goes with it: its words by the templates, the documents of a
bulletin, the originals and the pictures of a case.

Trusts the vault for what came. Opens no foreign file itself: that is the reader's, in
its child.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.flows.ports import (
    Documents,
    Reader,
    Vault,
)
from pipeline.judging.review.decide import UNIT_DOUBTS
from pipeline.model.form import Form, Hold
from pipeline.model.letters.bulletins import Bulletin, BulletinDraft
from pipeline.model.letters.letter import Letter
from pipeline.model.letters.letter_sender import Sender
from pipeline.model.letters.reviews import ReviewRequest
from pipeline.model.mail import Message
from pipeline.model.notice import Enclosure
from pipeline.model.operation.errors import EdgeError, StorageFailed, Unwritable
from pipeline.model.operation.os_errors import in_words
from pipeline.model.report import Report
from pipeline.notices.facts import Records
from pipeline.writing.bulletin.title import issue_name

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

    def rest(self) -> None:
        """Between two rounds of letters: templates that were changed are taken up."""
        if "_renderer" in vars(self):
            self._renderer.take_up_changes()

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
            if isinstance(letter, Bulletin | BulletinDraft):
                made = self.bulletin_files(_bulletin_of(letter))
            else:
                made = enclosures(letter, self._sender)
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

    def bulletin_files(self, bulletin: Bulletin) -> tuple[Enclosure, ...]:
        """The documents of a bulletin as they go: as they were edited, with the PDF."""
        from pipeline.writing.enclosures import enclosures

        made = enclosures(bulletin, self._sender)
        return self._with_pdf(self._as_edited(made, bulletin))

    def _as_edited(
        self, files: tuple[Enclosure, ...], bulletin: Bulletin
    ) -> tuple[Enclosure, ...]:
        """The files with the official document as a reviewer sent it back, where one
        did: its words as they are, nothing of who wrote them on which computer."""
        from pipeline.reading.replies.edited_draft import documents_of

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
                        name=f"证据-{name}.png",
                        media_type="image/png",
                        content=png,
                        shown=f"evidence-{part}",
                        caption=caption,
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
