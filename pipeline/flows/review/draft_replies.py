"""A reviewer's reply to a bulletin's draft: what it says, the document that it brings
back, and what comes of both.

The order is the promise: a draft that was drawn up again is answered no more; words that
are not wholly understood do nothing; an edited document is held against the draft's own
figures before it takes its place. Trusts that who wrote was proved (flows/review/replies).
"""

from dataclasses import replace
from datetime import date
from typing import Protocol

from pipeline.flows.ports import Reader, Vault
from pipeline.flows.review.verdicts import nothing_done
from pipeline.judging.review.draft_orders import (
    DONE,
    DraftRuling,
    DraftWish,
    rule_on_draft,
    rule_on_erratum,
    rule_on_moved,
)
from pipeline.judging.review.edited_figures import changed_figures, stands_in
from pipeline.judging.review.reply import draft_version
from pipeline.judging.rulebook import Rulebook
from pipeline.model.arrival import Judgement, Outcome, ReplyResult
from pipeline.model.ledger import Ledger
from pipeline.model.letters.bulletins import Bulletin, EditedDraft
from pipeline.model.letters.draft_result import DraftResult
from pipeline.model.letters.letter_sender import Sender
from pipeline.model.mail import Attachment, Message
from pipeline.model.month import Month
from pipeline.model.notice import NoticeKind
from pipeline.model.notice_key import edited_key
from pipeline.model.report import DecisionRule
from pipeline.model.review.reply_token import draft_case
from pipeline.model.values.frozen import frozen
from pipeline.notices.talk_facts import draft_is_stale
from pipeline.reading.replies.draft_reply import (
    DraftOrder,
    is_more_than_release,
    read_draft_answer,
    withholds,
)
from pipeline.reading.replies.edited_draft import documents_of
from pipeline.reading.replies.reply_words import Unclear
from pipeline.reading.replies.review_reply import read_answer
from pipeline.writing.review.draft_words import DraftAnswer, draft_sentence


class Snapshots(Protocol):
    """Where the drafts that wait are kept."""

    def bulletin(self, month: Month, kind: str) -> Bulletin | None: ...


@frozen
class DraftDocuments:
    """The drafts' own documents, and the reader and the vault for those that come
    back."""

    store: Snapshots
    vault: Vault
    reader: Reader
    sender: Sender

    def ours(self, month: Month) -> EditedDraft | None:
        """What stands in the document that reviewers have before them."""
        bulletin = self.store.bulletin(month, NoticeKind.MONTHLY_BULLETIN)
        if bulletin is None:
            return None
        from pipeline.writing.bulletin.official_document import (
            bulletin_document,
        )

        made = bulletin_document(bulletin, self.sender)
        return self.reader.edited_draft(made)

    def drawn_at_or_before(self, month: Month, message: Message) -> bool:
        """Whether a reply came after the figures of the present draft were drawn."""
        bulletin = self.store.bulletin(month, NoticeKind.MONTHLY_BULLETIN)
        return bulletin is not None and message.received_at >= bulletin.as_of

    def read(self, file: Attachment) -> EditedDraft:
        return self.reader.edited_draft(file.content)

    def brought_by(self, key: str, message: Message) -> Message:
        """An earlier reply, read again."""
        return self.reader.message(self.vault.open(key), message.received_at)


@frozen
class DraftReplies:
    """What judging a reply to a draft needs, as of the mail."""

    rulebook: Rulebook
    ledger: Ledger
    documents: DraftDocuments | None

    def judge(self, message: Message, month: Month, version: int) -> Judgement:
        told = DraftAnswer(month, words=self.rulebook.words)
        if version != draft_version(month, self.ledger):
            return _said(DraftRuling(DraftResult.OUTDATED), told)
        if draft_is_stale(month, self.ledger):
            return _said(DraftRuling(DraftResult.STALE), told)
        if documents_of(message) or is_more_than_release(message.text):
            return self._on_order(message, told)
        try:
            ruling = read_answer(message.text, message.sender.email)
        except Unclear as trouble:
            return nothing_done(f"{trouble}。要发布请只写 同意发布")
        wish = DraftWish(
            message.key, release=ruling.rule is DecisionRule.ACCEPT
        )
        return self._ruled(wish, told, message)

    def judge_erratum(
        self, message: Message, of: str, version: int
    ) -> Judgement:
        """A reply to a correction's draft: 同意发布 or 不发更正. `of` is the month, or an
        ad-hoc bulletin's snapshot id."""
        withhold = withholds(message.text)
        release = False
        if not withhold:
            try:
                said = read_answer(message.text, message.sender.email)
            except Unclear as trouble:
                return nothing_done(
                    f"{trouble}。更正请只写 同意发布 或 不发更正"
                )
            release = said.rule is DecisionRule.ACCEPT
        record, ruling = rule_on_erratum(
            of=of,
            version=version,
            ledger=self.ledger,
            roster=self.rulebook.book.roster,
            release=release,
            withhold=withhold,
        )
        if record is None:
            return _said(ruling, DraftAnswer(None))
        return _said(
            ruling,
            DraftAnswer(
                month=record.month,
                adhoc=record.adhoc,
                words=self.rulebook.words,
            ),
        )

    def judge_moved(self) -> Judgement:
        """发布更正 in reply to a digest."""
        roster = self.rulebook.book.roster
        month, ruling = rule_on_moved(self.ledger, roster)
        return _said(ruling, DraftAnswer(month, words=self.rulebook.words))

    def _on_order(self, message: Message, told: DraftAnswer) -> Judgement:
        """文号, what is struck, 暂缓, an edited document: the words are kept as the reply
        itself, which the drawing of the bulletin reads again."""
        try:
            order = read_draft_answer(
                message.text,
                self._today(message),
                with_document=bool(documents_of(message)),
                document=self._document,
            )
        except Unclear as trouble:
            return nothing_done(str(trouble))
        for name in order.strike:
            if self.rulebook.book.match(name) is None:
                return _said(
                    DraftRuling(DraftResult.UNKNOWN_UNIT),
                    replace(told, unit=name),
                )
        told = replace(told, number=order.number, until=order.until)
        wish = DraftWish(
            reply=message.key,
            release=order.release,
            strikes=order.strikes,
            postpone=order.postpone,
            until=order.until,
        )
        if not order.edited:
            result = self._against_document(message, order, told.of_month)
            if result is not None:
                return _said(DraftRuling(result), told)
            return self._ruled(wish, told, message)
        return self._on_document(message, order, wish, told)

    def _against_document(
        self, message: Message, order: DraftOrder, month: Month
    ) -> DraftResult | None:
        """Why the order cannot be carried out on a document that a reviewer sent back
        before and that stands for the draft: its words stay, and the letter and
        the workbook beside it shall say nothing else."""
        key = ""
        if order.strikes or order.number:
            key, files = self._earlier(message, month, taken=True)
        if self.documents is None or not key:
            return None
        if order.strikes:
            return DraftResult.NOT_OURS_TO_STRIKE
        if stands_in(order.number, self.documents.read(files[0]).lines):
            return None
        return DraftResult.NUMBER_NOT_IN_IT

    @property
    def _document(self) -> str:
        """The campaign's own document, "" for none."""
        if self.documents is None:
            return ""
        return self.documents.sender.document

    def _on_document(
        self,
        message: Message,
        order: DraftOrder,
        wish: DraftWish,
        told: DraftAnswer,
    ) -> Judgement:
        """The edited document takes the draft's place once every figure in it is the
        draft's, or the reviewer has said that another is meant."""
        key, files = self._brought(message, told.of_month)
        if len(files) != 1:
            result = (
                DraftResult.SEVERAL_DOCUMENTS
                if files
                else DraftResult.NO_DOCUMENT
            )
            return _said(DraftRuling(result), told)
        ours = None
        if self.documents is not None:
            ours = self.documents.ours(told.of_month)
        if self.documents is None or ours is None:
            return _said(DraftRuling(DraftResult.OUTDATED), told)
        theirs = self.documents.read(files[0])
        if theirs.kind != "docx":
            return _said(DraftRuling(DraftResult.NOT_DOCX), told)
        if theirs.marked:
            return _said(DraftRuling(DraftResult.MARKED), told)
        if theirs.commented:
            return _said(DraftRuling(DraftResult.COMMENTED), told)
        if order.number and not stands_in(order.number, theirs.lines):
            return _said(DraftRuling(DraftResult.NUMBER_NOT_IN_IT), told)
        if not order.figures:
            changes = changed_figures(ours.lines, theirs.lines, self._names())
            if changes:
                pointed = tuple(
                    ("、".join(c.before), "、".join(c.after), c.line)
                    for c in changes
                )
                return _said(
                    DraftRuling(DraftResult.FIGURES_CHANGED),
                    replace(told, changes=pointed),
                )
        return self._ruled(replace(wish, document=key), told, message)

    def _brought(
        self, message: Message, month: Month
    ) -> tuple[str, tuple[Attachment, ...]]:
        """The documents of this reply, else of the newest one about the draft that
        brought any."""
        files = documents_of(message)
        if files or self.documents is None:
            return message.key, files
        return self._earlier(message, month)

    def _earlier(
        self, message: Message, month: Month, *, taken: bool = False
    ) -> tuple[str, tuple[Attachment, ...]]:
        """The same of the replies before this one; `taken`: of those whose document
        stands for the draft."""
        if self.documents is None:
            return "", ()
        for seen in reversed(self.ledger.messages):
            if seen.about != draft_case(month) or seen.key == message.key:
                continue
            if taken and edited_key(month, seen.key) not in self.ledger.settled:
                continue
            earlier = self.documents.brought_by(seen.key, message)
            dated = replace(earlier, received_at=seen.received_at)
            files = documents_of(earlier)
            if files and self.documents.drawn_at_or_before(month, dated):
                return seen.key, files
        return "", ()

    def _names(self) -> tuple[str, ...]:
        names = []
        for unit in self.rulebook.book.roster.units:
            names.append(unit.name)
        return tuple(names)

    def _ruled(
        self, wish: DraftWish, told: DraftAnswer, message: Message
    ) -> Judgement:
        today = self._today(message)
        ruling = rule_on_draft(wish, told.of_month, self.ledger, today)
        return _said(ruling, told)

    def _today(self, message: Message) -> date:
        return self.rulebook.calendar.local(message.received_at).date()


def _said(ruling: DraftRuling, told: DraftAnswer) -> Judgement:
    """The judgement on the reply, in words."""
    sentence = draft_sentence(ruling.result, told)
    if ruling.result not in DONE:
        return nothing_done(sentence)
    return Judgement(
        outcome=Outcome.COMMAND,
        reason=sentence,
        approvals=ruling.approvals,
        settles=ruling.settles,
        reply=ReplyResult.DONE,
    )
