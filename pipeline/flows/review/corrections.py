"""What staff order for a bulletin that went: a correction now, or its withdrawal, to
exactly those who had it.

Trusts the frozen snapshot for what was printed. Never writes to anybody who did not have
the bulletin.
"""

from enum import StrEnum

from pipeline.flows.compose import Desk, send_letter
from pipeline.judging.progress.printed import (
    as_record,
    erratum_key,
    is_withdrawn,
    notice_key,
    printed_changes,
)
from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.letters.letter import Letter
from pipeline.model.month import Month
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.notice_key import withdrawal_key
from pipeline.model.values.frozen import frozen
from pipeline.notices.erratum_facts import erratum, withdrawal
from pipeline.notices.facts import Facts


class Ordered(StrEnum):
    """What came of the order."""

    PLANNED = "planned"
    # Nobody had the bulletin
    NOT_SENT = "not_sent"
    DONE_BEFORE = "done_before"
    # The printed figures hold
    NOTHING_MOVED = "nothing_moved"


@frozen
class Corrections:
    """The facts of the moment, and the desk that writes."""

    facts: Facts
    desk: Desk

    def withdraw(self, bulletin: Bulletin, why: str) -> Ordered:
        """撤回, once for each bulletin."""
        key = withdrawal_key(bulletin.month, bulletin.snapshot_id).text
        had = self.facts.ledger.had(notice_key(as_record(bulletin)))
        letter = withdrawal(bulletin, why)
        return self._plan(letter, key, had, bulletin.month)

    def correct(self, bulletin: Bulletin, why: str) -> Ordered:
        """更正 of a bulletin as its figures stand now, without waiting for a release."""
        ledger = self.facts.ledger
        record = as_record(bulletin)
        had = ledger.had(notice_key(record))
        if not had or is_withdrawn(record, ledger):
            return Ordered.NOT_SENT
        roster = self.facts.campaign.roster
        changes = printed_changes(record, roster, ledger)
        if not changes:
            return Ordered.NOTHING_MOVED
        key = erratum_key(record, changes, roster).text
        letter = erratum(self.facts, bulletin, why=why)
        return self._plan(letter, key, had, bulletin.month)

    def _plan(
        self, letter: Letter, key: str, had: tuple[str, ...], month: Month
    ) -> Ordered:
        if not had:
            return Ordered.NOT_SENT
        now = self.facts.now
        action = Action(
            kind=NoticeKind.ERRATUM,
            key=key,
            due_at=now,
            month=month,
            to=had,
        )
        known = key in self.facts.ledger.settled
        if known or not send_letter(letter, (action,), now, self.desk):
            return Ordered.DONE_BEFORE
        return Ordered.PLANNED
