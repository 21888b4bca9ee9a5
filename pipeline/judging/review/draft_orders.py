"""What a reviewer's reply to a bulletin's draft comes to: released, struck, put off, or
nothing, and why. Codes; the sentences are writing/draft_words.

Values in, values out. Who may, and with which token, is asked before (flows/replies).
"""

from datetime import date

from pipeline.judging.progress.printed import (
    erratum_key,
    erratum_of,
    erratum_version,
    is_decided,
    issued,
    printed_changes,
    untold,
)
from pipeline.model.ledger import BulletinRecord, Ledger
from pipeline.model.letters.draft_result import DraftResult
from pipeline.model.month import Month
from pipeline.model.notice_key import (
    Key,
    approval_key,
    edited_key,
    postponed_key,
    release_of,
)
from pipeline.model.roster import Roster
from pipeline.model.values.frozen import frozen

DONE = (
    DraftResult.RELEASED,
    DraftResult.STRUCK,
    DraftResult.EDITED,
    DraftResult.POSTPONED,
    DraftResult.ERRATUM_RELEASED,
    DraftResult.WITHHELD,
)


@frozen
class DraftRuling:
    """What a reply came to; `approvals` and `settles` as in Judgement."""

    result: DraftResult
    approvals: tuple[Month, ...] = ()
    settles: tuple[str, ...] = ()


@frozen
class DraftWish:
    """What a reply asks for. `reply`: its key; `document`: the key of the reply that
    brought the edited document, "" for none."""

    reply: str
    release: bool = False
    strikes: bool = False
    postpone: bool = False
    until: date | None = None
    document: str = ""


def rule_on_draft(
    wish: DraftWish, month: Month, ledger: Ledger, today: date
) -> DraftRuling:
    """What the wish does to the month's bulletin that waits."""
    if approval_key(month) in ledger.settled:
        return DraftRuling(DraftResult.RELEASED_ALREADY)
    if wish.postpone:
        return _put_off(wish, month, today)
    settles: tuple[str, ...] = ()
    if wish.document:
        settles = (edited_key(month, wish.document),)
    if wish.release:
        return DraftRuling(DraftResult.RELEASED, (month,), settles)
    if wish.document:
        return DraftRuling(DraftResult.EDITED, (), settles)
    if wish.strikes:
        return DraftRuling(DraftResult.STRUCK)
    return DraftRuling(DraftResult.NOT_RELEASED)


def _put_off(wish: DraftWish, month: Month, today: date) -> DraftRuling:
    """Without a day nothing changes: a draft waits for its release anyway."""
    if wish.until is None:
        return DraftRuling(DraftResult.NOT_RELEASED)
    if wish.until <= today:
        return DraftRuling(DraftResult.DAY_PASSED)
    key = postponed_key(month, wish.until, wish.reply)
    return DraftRuling(DraftResult.POSTPONED, (), (key,))


def rule_on_moved(
    ledger: Ledger, roster: Roster
) -> tuple[Month | None, DraftRuling]:
    """发布更正 in reply to a digest: the newest bulletin's month, None for none, and what
    is done. The state of now goes: the letter itself says which it is."""
    found = untold(roster, ledger)
    if found is None:
        return None, DraftRuling(DraftResult.NOTHING_MOVED)
    record, changes = found
    approved = release_of(erratum_key(record, changes, roster))
    ruling = DraftRuling(DraftResult.ERRATUM_RELEASED, (), (approved.text,))
    return record.month, ruling


def rule_on_erratum(
    of: str,
    version: int,
    ledger: Ledger,
    roster: Roster,
    *,
    release: bool,
    withhold: bool,
) -> tuple[BulletinRecord | None, DraftRuling]:
    """The bulletin that is meant, None where it was withdrawn, and what a reply to its
    correction's draft does; `version` is the state that it speaks of."""
    for record in issued(ledger):
        if erratum_of(record) != of:
            continue
        changes = printed_changes(record, roster, ledger)
        key = erratum_key(record, changes, roster)
        ruling = DraftRuling(DraftResult.ERRATUM_OUTDATED)
        if erratum_version(key) == version:
            ruling = _on_state(
                key,
                ledger,
                release=release,
                withhold=withhold,
            )
        return record, ruling
    return None, DraftRuling(DraftResult.WITHDRAWN)


def _on_state(
    key: Key,
    ledger: Ledger,
    *,
    release: bool,
    withhold: bool,
) -> DraftRuling:
    """Of the state of the figures that an erratum's key stands for."""
    if is_decided(key, ledger):
        return DraftRuling(DraftResult.ERRATUM_SETTLED)
    if release:
        approved = release_of(key).text
        return DraftRuling(DraftResult.ERRATUM_RELEASED, (), (approved,))
    if withhold:
        return DraftRuling(DraftResult.WITHHELD, (), (key.text,))
    return DraftRuling(DraftResult.ERRATUM_NOT_RELEASED)
