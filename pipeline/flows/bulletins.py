"""Draws up bulletins (通报): one frozen snapshot, from which the mail, the workbook and
the document are made."""

from dataclasses import dataclass, replace

from pipeline.flows.ports import Bulletins
from pipeline.judging.progress.talk_rules import proposals, twice_in_a_row
from pipeline.model.letters.bulletins import Bulletin, Praise
from pipeline.model.notice import NoticeKind
from pipeline.model.rules import TalkRules
from pipeline.model.talk import TalkEvent, TalkStep
from pipeline.notices.bulletin_facts import draft, month_standings
from pipeline.notices.facts import Facts

_STAFF_RULE = "rule"


@dataclass(frozen=True)
class Drawer:
    """What drawing up a bulletin needs: the facts of the moment, where it is kept, the
    rules for talks."""

    facts: Facts
    store: Bulletins
    talks: TalkRules

    def monthly(self, month: str, praise: tuple[Praise, ...] | None = None) -> Bulletin:
        """The month's bulletin: as it was frozen, or drawn up and frozen now with its talk proposals.

        `praise` is staff's own choice of 先进典型: with it a new snapshot is frozen,
        which takes the place of the earlier one.
        """
        frozen = self.store.bulletin(month, NoticeKind.MONTHLY_BULLETIN)
        if frozen is not None and praise is None:
            return frozen
        if frozen is None:
            self._propose(month)
        facts = replace(
            self.facts,
            ledger=replace(
                self.store.ledger(), undeliverable=self.facts.ledger.undeliverable
            ),
        )
        bulletin = draft(month, facts, NoticeKind.MONTHLY_BULLETIN, praise=praise)
        self.store.keep_bulletin(bulletin, facts.now)
        return bulletin

    def _propose(self, month: str) -> None:
        """Records the month's talk proposals; with auto_confirm they and the
        circulation are confirmed at once."""
        facts = self.facts
        earlier = [b for b in facts.ledger.bulletins if b.month < month]
        if earlier:
            last = dict(earlier[-1].completed)
        else:
            last = None
        found = proposals(month, month_standings(month, facts), last, self.talks)
        if self.talks.auto_confirm:
            sure = _STAFF_RULE
        else:
            sure = ""
        for talk in found:
            self.store.propose_talk(talk, facts.now, confirmed_by=sure)
        if self.talks.auto_confirm:
            self._circulate(month)

    def _circulate(self, month: str) -> None:
        """What is circulated already is not said again: a worker that was killed here comes back."""
        known = self.store.ledger().talks
        for talk in known:
            if (
                talk.month == month
                and not talk.circulated
                and twice_in_a_row(month, talk.unit, known)
            ):
                event = TalkEvent(
                    month, talk.unit, TalkStep.CIRCULATED, self.facts.now, _STAFF_RULE
                )
                self.store.decide_talks([event])
