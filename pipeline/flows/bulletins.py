"""Draws up bulletins (通报): one frozen snapshot, from which the mail, the workbook and
the document are made; and records the talks (约谈) that the rules propose.

Trusts the facts of the moment. Never redraws what was sent.
"""

from dataclasses import dataclass, replace

from pipeline.flows.ports import Bulletins
from pipeline.judging.progress.talk_rules import proposals, twice_in_a_row
from pipeline.model.ledger import Ledger, TalkRecord
from pipeline.model.letters.bulletins import Bulletin, Praise
from pipeline.model.notice import NoticeKind
from pipeline.model.rules import TalkRules
from pipeline.model.talk import TalkEvent, TalkStep
from pipeline.notices.bulletin_facts import draft, month_standings
from pipeline.notices.facts import Facts
from pipeline.notices.growth_facts import last_published
from pipeline.notices.talk_facts import bulletin_talks, draft_is_stale

_BY_RULE = "rule"
_REASON_GONE = "出通报时按最新数据，建议约谈的理由已不成立"


@dataclass(frozen=True)
class Drawer:
    """What drawing up a bulletin needs: the facts of the moment, where it is kept, the
    rules for talks."""

    facts: Facts
    store: Bulletins
    talks: TalkRules

    def monthly(self, month: str, praise: tuple[Praise, ...] | None = None) -> Bulletin:
        """The month's bulletin: as it was frozen, or drawn up and frozen now.

        `praise` is staff's own choice of 先进典型: with it, and after a decision on
        talks while the bulletin still waits, a new snapshot is frozen, which takes the
        place of the earlier one.
        """
        frozen = self.store.bulletin(month, NoticeKind.MONTHLY_BULLETIN)
        stale = draft_is_stale(month, self._ledger())
        if frozen is not None and praise is None and not stale:
            return frozen
        if frozen is None:
            self.propose(month)
            self._take_back(month)
        facts = replace(self.facts, ledger=self._ledger())
        talks = bulletin_talks(month, facts.ledger, self._reasons(month))
        bulletin = draft(
            month, facts, NoticeKind.MONTHLY_BULLETIN, praise=praise, talks=talks
        )
        self.store.keep_bulletin(bulletin, facts.now)
        return bulletin

    def propose(self, month: str) -> None:
        """Records the month's talk proposals; with auto_confirm they and the
        circulation are confirmed at once."""
        known = {t.unit for t in self._ledger().talks if t.month == month}
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
        decided = {e.unit for e in self.store.talk_events(month) if e.by != _BY_RULE}
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
        return proposals(month, month_standings(month, self.facts), last, self.talks)

    def _reasons(self, month: str) -> dict[str, tuple[str, ...]]:
        return {talk.unit: talk.reasons for talk in self._found(month)}

    def _ledger(self) -> Ledger:
        """The ledger as it is by now, with what only the flow knows of this moment."""
        known = self.facts.ledger
        return replace(
            self.store.ledger(), undeliverable=known.undeliverable, clock=known.clock
        )
