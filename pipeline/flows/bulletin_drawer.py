"""Draws up bulletins (通报): one frozen snapshot, from which the mail, the workbook and
the document are made; and records the talks (约谈) that the rules propose.

Trusts the facts of the moment. Never redraws what was sent.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.flows.ports import Bulletins
from pipeline.judging.progress.talk_rules import proposals, twice_in_a_row
from pipeline.model.actor import RULE
from pipeline.model.arrival import ReplyResult
from pipeline.model.ledger import Ledger, MailSeen, TalkRecord
from pipeline.model.letters.bulletins import Bulletin, Praise
from pipeline.model.month import Month
from pipeline.model.notice import (
    NoticeKind,
)
from pipeline.model.notice_key import bulletin_key, edited_key
from pipeline.model.review.reply_token import draft_case
from pipeline.model.review.talk import TalkEvent, TalkStep
from pipeline.model.rules import TalkRules
from pipeline.model.values.frozen import frozen
from pipeline.notices.bulletin_facts import draft, month_standings, sealed
from pipeline.notices.facts import Facts
from pipeline.notices.growth_facts import last_published
from pipeline.notices.talk_facts import bulletin_talks, draft_is_stale
from pipeline.writing.review.talk_words import talk_record

if TYPE_CHECKING:
    from pipeline.reading.replies.draft_reply import DraftOrder

_REASON_GONE = "出通报时按最新数据，建议约谈的理由已不成立"


@frozen
class Drawer:
    """What drawing up a bulletin needs: the facts of the moment, where it is kept, the
    rules for talks."""

    facts: Facts
    store: Bulletins
    talks: TalkRules

    def monthly(
        self,
        month: Month,
        praise: tuple[Praise, ...] | None = None,
        *,
        again: bool = False,
        goes: bool = False,
    ) -> Bulletin:
        """The month's bulletin: as it was frozen, or drawn up and frozen now.

        `praise` is staff's own choice of 先进典型: with it, and after a decision on
        talks while the bulletin still waits, a new snapshot is frozen, which takes the
        place of the earlier one. `again`: the one that went was withdrawn. `goes`: it
        is dated by the day on which it goes, not by that of its first draft.
        """
        frozen = self.store.bulletin(month, NoticeKind.MONTHLY_BULLETIN)
        stale = draft_is_stale(month, self._ledger())
        if frozen is not None and praise is None and not stale and not again:
            return self._amended(frozen, goes=goes)
        if frozen is None:
            self.propose(month)
            self._take_back(month)
        facts = replace(self.facts, ledger=self._ledger())
        talks = bulletin_talks(month, facts, self._reasons(month))
        bulletin = draft(
            month=month,
            facts=facts,
            kind=NoticeKind.MONTHLY_BULLETIN,
            praise=praise,
            talks=talks,
        )
        self.store.keep_bulletin(bulletin, facts.now)
        return self._amended(bulletin, goes=goes)

    def _amended(self, frozen: Bulletin, *, goes: bool) -> Bulletin:
        """The snapshot with what reviewers' replies to its draft gave it and took out,
        frozen again where that changes it; its figures stay."""
        changed = frozen
        for order in self._orders(frozen.month):
            changed = self._ordered(changed, order)
        changed = replace(changed, edited_in=self._edited_in(frozen))
        # An edited document has the date that its editor left in it.
        if goes and not changed.edited_in:
            today = self.facts.local(self.facts.now).date()
            changed = replace(changed, issued_on=today)
        if changed == frozen or self._went(frozen):
            # What went stays as it went.
            return frozen
        changed = sealed(changed)
        self.store.keep_bulletin(changed, self.facts.now)
        return changed

    def _went(self, frozen: Bulletin) -> bool:
        return bulletin_key(frozen.month) in self._ledger().settled

    def _ordered(self, bulletin: Bulletin, order: "DraftOrder") -> Bulletin:
        """The snapshot after one reply."""
        struck = {self._unit(name) for name in order.strike}
        sections = dict.fromkeys((*bulletin.struck, *order.sections))
        praise = bulletin.praise
        if order.strike_all:
            praise = ()
        return replace(
            bulletin,
            praise=tuple(one for one in praise if one.unit not in struck),
            struck=tuple(sections),
            document_number=order.number or bulletin.document_number,
        )

    def _orders(self, month: Month) -> "list[DraftOrder]":
        """What reviewers' replies said of the month's drafts, in order: read again from
        the mails that are on record, which were judged when they came."""
        from pipeline.reading.replies.draft_reply import (
            is_more_than_release,
            read_draft_answer,
        )

        orders = []
        for seen in self._answers(month):
            mail = self.facts.records.mail(seen.key)
            if mail is None or not is_more_than_release(mail.text):
                continue
            day = self.facts.local(seen.received_at).date()
            brought = edited_key(month, seen.key) in self._ledger().settled
            orders.append(
                read_draft_answer(mail.text, day, with_document=brought)
            )
        return orders

    def _answers(self, month: Month) -> Iterator[MailSeen]:
        for seen in self._ledger().messages:
            done = seen.reply is ReplyResult.DONE
            if done and seen.about == draft_case(month):
                yield seen

    def _edited_in(self, frozen: Bulletin) -> str:
        """The newest reply whose document takes the draft's place. One from before the
        figures were drawn was made from older ones, and goes no more."""
        ledger = self._ledger()
        found = ""
        for seen in ledger.messages:
            key = edited_key(frozen.month, seen.key)
            if key in ledger.settled and seen.received_at >= frozen.as_of:
                found = seen.key
        return found

    def _unit(self, name: str) -> str:
        return self.facts.campaign.rulebook.book.match(name) or name

    def propose(self, month: Month) -> None:
        """Records the month's talk proposals; with auto_confirm they and the
        circulation are confirmed at once."""
        known = set()
        for t in self._ledger().talks:
            if t.month == month:
                known.add(t.unit)
        sure = RULE if self.talks.auto_confirm else ""
        new = []
        for talk in self._found(month):
            if talk.unit not in known:
                new.append(talk)
        self.store.propose_talks(new, self.facts.now, confirmed_by=sure)
        if self.talks.auto_confirm:
            self._circulate(month)

    def _take_back(self, month: Month) -> None:
        """A proposal whose reason has gone by now is dropped, with a line; what staff
        decided stands."""
        found = {talk.unit for talk in self._found(month)}
        decided = set()
        for e in self.store.talk_events(month):
            if e.by != RULE:
                decided.add(e.unit)
        events = []
        for talk in self._ledger().talks:
            if talk.month != month or talk.state == "dropped":
                continue
            if talk.unit not in found and talk.unit not in decided:
                events.append(self._event(talk, TalkStep.DROPPED, _REASON_GONE))
        self.store.decide_talks(events)

    def _circulate(self, month: Month) -> None:
        """What is circulated already is not said again: a worker that was killed here comes back."""
        known = self.store.ledger().talks
        before = self.facts.campaign.calendar.month_before(month)
        for talk in known:
            if talk.month != month or talk.circulated:
                continue
            if twice_in_a_row(month, before, talk.unit, known):
                event = self._event(talk, TalkStep.CIRCULATED, "")
                self.store.decide_talks([event])

    def _event(self, talk: TalkRecord, what: TalkStep, why: str) -> TalkEvent:
        return TalkEvent(
            month=talk.month,
            unit=talk.unit,
            what=what,
            at=self.facts.now,
            by=RULE,
            text=why,
        )

    def _found(self, month: Month) -> tuple[TalkRecord, ...]:
        published = last_published(self.facts.ledger, month)
        last = dict(published.completed) if published else None
        found = proposals(
            month, month_standings(month, self.facts), last, self.talks
        )
        words = self.facts.campaign.words
        return tuple(talk_record(proposal, words) for proposal in found)

    def _reasons(self, month: Month) -> dict[str, tuple[str, ...]]:
        found = {}
        for talk in self._found(month):
            found[talk.unit] = talk.reasons
        return found

    def _ledger(self) -> Ledger:
        """The ledger as it is by now, with what only the flow knows of this moment."""
        known = self.facts.ledger
        return replace(
            self.store.ledger(),
            undeliverable=known.undeliverable,
            clock=known.clock,
        )
