"""Draws up bulletins (通报): one frozen snapshot, from which the mail, the workbook and
the document are made; and records the talks (约谈) that the rules propose.

Trusts the facts of the moment. Never redraws what was sent.
"""

from dataclasses import dataclass, replace

from pipeline.flows.ports import Bulletins
from pipeline.judging.progress.talk_rules import proposals, twice_in_a_row
from pipeline.model.arrival import ReplyResult
from pipeline.model.ledger import Ledger, TalkRecord
from pipeline.model.letters.bulletins import Bulletin, Praise
from pipeline.model.notice import NoticeKind, bulletin_key
from pipeline.model.reply_token import draft_case
from pipeline.model.rules import TalkRules
from pipeline.model.talk import TalkEvent, TalkStep
from pipeline.notices.bulletin_facts import draft, month_standings, sealed
from pipeline.notices.facts import Facts
from pipeline.notices.growth_facts import last_published
from pipeline.notices.talk_facts import bulletin_talks, draft_is_stale
from pipeline.reading.replies.draft_reply import (
    DraftOrder,
    is_more_than_release,
    read_draft_answer,
)

_BY_RULE = "rule"
_REASON_GONE = "出通报时按最新数据，建议约谈的理由已不成立"


@dataclass(frozen=True)
class Drawer:
    """What drawing up a bulletin needs: the facts of the moment, where it is kept, the
    rules for talks."""

    facts: Facts
    store: Bulletins
    talks: TalkRules

    def monthly(
        self, month: str, praise: tuple[Praise, ...] | None = None
    ) -> Bulletin:
        """The month's bulletin: as it was frozen, or drawn up and frozen now.

        `praise` is staff's own choice of 先进典型: with it, and after a decision on
        talks while the bulletin still waits, a new snapshot is frozen, which takes the
        place of the earlier one.
        """
        frozen = self.store.bulletin(month, NoticeKind.MONTHLY_BULLETIN)
        stale = draft_is_stale(month, self._ledger())
        if frozen is not None and praise is None and not stale:
            return self._amended(frozen)
        if frozen is None:
            self.propose(month)
            self._take_back(month)
        facts = replace(self.facts, ledger=self._ledger())
        talks = bulletin_talks(month, facts.ledger, self._reasons(month))
        bulletin = draft(
            month,
            facts,
            NoticeKind.MONTHLY_BULLETIN,
            praise=praise,
            talks=talks,
        )
        self.store.keep_bulletin(bulletin, facts.now)
        return self._amended(bulletin)

    def _amended(self, frozen: Bulletin) -> Bulletin:
        """The snapshot with what reviewers' replies to its draft gave it and took out,
        frozen anew where that changes it; its figures stay."""
        praise = frozen.praise
        number = frozen.document_number
        for order in self._orders(frozen.month):
            number = order.number or number
            struck = set()
            for name in order.strike:
                struck.add(self._unit(name))
            if order.strike_all:
                praise = ()
            praise = tuple(one for one in praise if one.unit not in struck)
        if (praise, number) == (frozen.praise, frozen.document_number):
            return frozen
        if bulletin_key(frozen.month) in self._ledger().settled:
            # What went stays as it went.
            return frozen
        changed = sealed(replace(frozen, praise=praise, document_number=number))
        self.store.keep_bulletin(changed, self.facts.now)
        return changed

    def _orders(self, month: str) -> list[DraftOrder]:
        """What reviewers' replies said of the month's drafts, in order: read again from
        the mails that are on record, which were judged when they came."""
        orders = []
        for seen in self._ledger().messages:
            if (
                seen.about != draft_case(month)
                or seen.reply is not ReplyResult.DONE
            ):
                continue
            mail = self.facts.records.mail(seen.key)
            if mail is not None and is_more_than_release(mail.text):
                orders.append(read_draft_answer(mail.text))
        return orders

    def _unit(self, name: str) -> str:
        return self.facts.campaign.rulebook.book.match(name) or name

    def propose(self, month: str) -> None:
        """Records the month's talk proposals; with auto_confirm they and the
        circulation are confirmed at once."""
        known = set()
        for t in self._ledger().talks:
            if t.month == month:
                known.add(t.unit)
        sure = _BY_RULE if self.talks.auto_confirm else ""
        for talk in self._found(month):
            if talk.unit not in known:
                self.store.propose_talk(talk, self.facts.now, confirmed_by=sure)
        if self.talks.auto_confirm:
            self._circulate(month)

    def _take_back(self, month: str) -> None:
        """A proposal whose reason has gone by now is dropped, with a line; what staff
        decided stands."""
        found = {talk.unit for talk in self._found(month)}
        decided = set()
        for e in self.store.talk_events(month):
            if e.by != _BY_RULE:
                decided.add(e.unit)
        events = []
        for talk in self._ledger().talks:
            if talk.month != month or talk.state == "dropped":
                continue
            if talk.unit not in found and talk.unit not in decided:
                events.append(self._event(talk, TalkStep.DROPPED, _REASON_GONE))
        self.store.decide_talks(events)

    def _circulate(self, month: str) -> None:
        """What is circulated already is not said again: a worker that was killed here comes back."""
        known = self.store.ledger().talks
        for talk in known:
            if talk.month != month or talk.circulated:
                continue
            if twice_in_a_row(month, talk.unit, known):
                event = self._event(talk, TalkStep.CIRCULATED, "")
                self.store.decide_talks([event])

    def _event(self, talk: TalkRecord, what: TalkStep, why: str) -> TalkEvent:
        return TalkEvent(
            month=talk.month,
            unit=talk.unit,
            what=what,
            at=self.facts.now,
            by=_BY_RULE,
            text=why,
        )

    def _found(self, month: str) -> tuple[TalkRecord, ...]:
        published = last_published(self.facts.ledger, month)
        last = dict(published.completed) if published else None
        return proposals(
            month, month_standings(month, self.facts), last, self.talks
        )

    def _reasons(self, month: str) -> dict[str, tuple[str, ...]]:
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
