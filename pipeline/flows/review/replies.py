"""A reviewer's reply, from mail to judgement: which case, may its writer decide, what it says and does.

The order is the promise: a mail of a person, with a token that is genuine for its
sender's registered address, from that address as far as the provider can tell, for one
case, its present version, in time; only then are its words read. Whatever fails is
told, and changes nothing. Trusts no header, no display name and no code that was not
made for the sender.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import assert_never

from pipeline.flows.ports import Cases
from pipeline.flows.review.decide_report import case_of, decide_report
from pipeline.flows.review.draft_replies import DraftDocuments, DraftReplies
from pipeline.flows.review.verdicts import nothing_done, refused
from pipeline.judging.intake.sender_proof import doubts
from pipeline.judging.review.counted import counted_by_rule
from pipeline.judging.review.talk_decisions import (
    decide_talks,
    steps,
    talks_version,
)
from pipeline.judging.rulebook import Rulebook
from pipeline.model.actor import RULE, Actor
from pipeline.model.arrival import Judgement, Outcome, ReplyResult
from pipeline.model.ledger import Ledger
from pipeline.model.mail import MailNature, Message
from pipeline.model.month import Month
from pipeline.model.report import Report, Ruling
from pipeline.model.review.refusal import CannotDecide
from pipeline.model.review.reply_token import (
    CaseKind,
    Token,
    case_ref,
    looks_like_code,
    tokens_in,
)
from pipeline.model.values.frozen import frozen
from pipeline.reading.replies.digest_reply import read_digest_answer
from pipeline.reading.replies.draft_reply import releases_correction
from pipeline.reading.replies.figure_orders import FigureWords
from pipeline.reading.replies.reply_words import Unclear
from pipeline.reading.replies.review_reply import read_answer
from pipeline.reading.replies.talk_reply import read_talk_answer
from pipeline.writing.review.refusals import refusal_sentence
from pipeline.writing.review.talk_words import talk_words


def may_be_reply(message: Message) -> bool:
    """Whether the mail is a person's and quotes what may be a token: what it does then
    depends on all that was decided before it."""
    if message.nature is not MailNature.PERSON or message.own:
        return False
    return looks_like_code(*_texts(message))


@frozen
class Replies:
    """What judging replies needs: the cases, the office as of the mail, the ledger of
    the moment, now; `documents` where a draft may come back edited."""

    store: Cases
    rulebook: Rulebook
    ledger: Ledger
    now: datetime
    documents: DraftDocuments | None = None

    def judge(self, message: Message) -> Judgement | None:
        """What a reply to a case does; None for a mail that is none."""
        if not may_be_reply(message):
            return None
        reviewers = self.rulebook.book.roster.staff_emails("review")
        if message.sender.email not in reviewers:
            return self._stranger(message, reviewers)
        found = tokens_in(
            self.store.secret(), message.sender.email, *_texts(message)
        )
        if not found:
            return self._without_token(message, reviewers)
        # A thread quotes its older letters too.
        token = max(found, key=lambda t: t.version)
        judged = self._by(message, token, found)
        if judged is None or judged.about:
            return judged
        return replace(judged, about=token.case)

    def _by(
        self, message: Message, token: Token, found: tuple[Token, ...]
    ) -> Judgement | None:
        report = self.store.report(token.case)
        barred = self._barred(message, token, {t.case for t in found}, report)
        if barred is not None:
            return barred
        case = case_ref(token.case)
        drafts = DraftReplies(self.rulebook, self.ledger, self.documents)
        match case.kind:
            case CaseKind.TALKS:
                return self._on_talks(message, Month(case.of), token.version)
            case CaseKind.DRAFT:
                return drafts.judge(message, Month(case.of), token.version)
            case CaseKind.ERRATUM:
                return drafts.judge_erratum(message, case.of, token.version)
            case CaseKind.DIGEST:
                if releases_correction(message.text):
                    return drafts.judge_moved()
                return self._on_digest(message, date.fromisoformat(case.of))
            case CaseKind.REPORT:
                return self._on_report(message, token, report)
        assert_never(case.kind)

    def _barred(
        self,
        message: Message,
        token: Token,
        cases: set[str],
        report: Report | None,
    ) -> Judgement | None:
        """Why the reply may not decide, whatever it says."""
        rules = self.rulebook.checks
        if doubts(
            message,
            rules
            if rules.sender_proof != "off"
            else replace(rules, sender_proof="fail"),
        ):
            why = "这封答复自称来自审核人的邮箱，但没有得到证实。如果确实是您写的，请用 xunbao review 处理"
            return refused(why, report)
        if len(cases) > 1:
            return nothing_done(
                "这封答复里有几件事的待核码，不知道答的是哪一件，请分别回复"
            )
        if self._today(message) > token.expires:
            return nothing_done(
                f"这封信的待核码 {token.expires} 已过期，请用 xunbao review 处理",
                report,
            )
        return None

    def _today(self, message: Message) -> date:
        return self.rulebook.calendar.local(message.received_at).date()

    @property
    def _figures(self) -> FigureWords:
        rules = self.rulebook.checks
        words = self.rulebook.words
        return FigureWords(
            rules.also, (*rules.main_labels, words.counted), words.unit
        )

    def _on_report(
        self, message: Message, token: Token, report: Report | None
    ) -> Judgement:
        if report is None:
            return nothing_done("台账里没有这份报表")
        if token.version != report.version:
            return nothing_done(
                _stale(report.decided_by, report.version > token.version),
                report,
            )
        try:
            ruling = read_answer(
                text=message.text,
                by=message.sender.email,
                today=self._today(message),
                figures=self._figures,
            )
        except Unclear as trouble:
            return nothing_done(str(trouble), report)
        return self._settled(ruling, report)

    def _on_digest(self, message: Message, period: date) -> Judgement | None:
        """A counted report is put right by its unit's name; None for a reply that
        orders nothing: thanks, or a mail with files."""
        if _brings_files(message):
            return None
        by = message.sender.email
        try:
            order = read_digest_answer(
                message.text, by, self._today(message), self._figures
            )
            if order is None:
                return None
            known = counted_by_rule(
                order.name, period, self.rulebook, self.ledger
            )
        except Unclear as trouble:
            return nothing_done(str(trouble))
        except CannotDecide as trouble:
            return nothing_done(refusal_sentence(trouble))
        report = self.store.report(known.id) or known
        judged = self._settled(order.ruling, report)
        return replace(judged, about=report.id)

    def _settled(self, ruling: Ruling, report: Report) -> Judgement:
        try:
            made = decide_report(
                ruling=ruling,
                case=case_of(report, self.store),
                rulebook=self.rulebook,
                ledger=self.ledger,
                now=self.now,
            )
        except CannotDecide as trouble:
            return nothing_done(refusal_sentence(trouble), report)
        return Judgement(
            outcome=Outcome.COMMAND,
            reason=made.said,
            unit=made.decision.unit,
            period=made.decision.period,
            decisions=(made.decision,),
            lessons=made.lessons,
            reply=ReplyResult.DONE,
        )

    def _on_talks(
        self, message: Message, month: Month, version: int
    ) -> Judgement:
        events = tuple(
            e
            for e in self.store.talk_events(month)
            if e.message_key != message.key
        )
        if version != talks_version(events):
            made_before = steps(events)
            by = made_before[-1].by if made_before else None
            return nothing_done(_stale(by, True))
        try:
            made = decide_talks(
                orders=read_talk_answer(message.text),
                month=month,
                events=events,
                rulebook=self.rulebook,
                ledger=self.ledger,
                by=Actor(message.sender.email),
                now=self.now,
            )
        except Unclear as trouble:
            return nothing_done(str(trouble))
        except CannotDecide as trouble:
            return nothing_done(refusal_sentence(trouble))
        talks = []
        for event in made:
            talks.append(replace(event, message_key=message.key))
        return Judgement(
            outcome=Outcome.COMMAND,
            reason=talk_words(made),
            talks=tuple(talks),
            reply=ReplyResult.DONE,
        )

    def _stranger(
        self, message: Message, reviewers: tuple[str, ...]
    ) -> Judgement | None:
        """Somebody who was shown a reviewer's letter answers it: the reviewers are
        told, and nothing is done. A mail that brings files is read as any other: it may
        be a report whose sender quotes what he was asked."""
        owner = self._owner(message, reviewers)
        if owner is None or _brings_files(message):
            return None
        try:
            read_answer(message.text, message.sender.email)
        except Unclear:
            return None
        case = self._case(message, owner)
        why = f"{message.sender.email} 不是登记的审核人，他的答复不算数。要采用请由审核人自己回复"
        return replace(refused(why, self.store.report(case)), about=case)

    def _without_token(
        self, message: Message, reviewers: tuple[str, ...]
    ) -> Judgement | None:
        if _brings_files(message):
            return None
        owner = self._owner(message, reviewers)
        if owner is not None:
            case = self._case(message, owner)
            why = f"这封信是发给 {owner} 的，请回复发给您自己的那一封"
            return replace(
                nothing_done(why, self.store.report(case)), about=case
            )
        return nothing_done(
            "信里的待核码不对（可能被改动或不完整），请回复原来的待核单"
        )

    def _owner(
        self, message: Message, reviewers: tuple[str, ...]
    ) -> str | None:
        secret = self.store.secret()
        texts = _texts(message)
        return next(
            (r for r in reviewers if tokens_in(secret, r, *texts)), None
        )

    def _case(self, message: Message, owner: str) -> str:
        return tokens_in(self.store.secret(), owner, *_texts(message))[0].case


def _brings_files(message: Message) -> bool:
    """Such a mail is read as any other, too: it may be a report."""
    return any(not file.inline for file in message.attachments)


def _stale(by: Actor | None, decided: bool) -> str:
    if by and by != RULE:
        who = f"（{by}）"
    else:
        who = ""
    if decided:
        what = f"这件事在您这封信发出之后已经有了新的决定{who}"
    else:
        what = "这封信不是针对现在的情形"
    return f"{what}，请看最近的一封再答复；要改变已有的决定，请回复最近的那一封：撤销"


def _texts(message: Message) -> tuple[str, ...]:
    """Wherever a token may have come back: providers rewrite Message-IDs, people cut
    quotes, programs drop headers."""
    return (
        message.subject,
        message.text,
        message.quoted,
        " ".join((*message.references, message.in_reply_to)),
    )
