"""What is owed -> mails frozen in the outbox: the core says what, letters say how, one
transaction makes up to fifty of them so."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import assert_never

from pipeline.flows.bulletin_drawer import Drawer
from pipeline.flows.compose import (
    Desk,
    LetterBatch,
)
from pipeline.judging.progress.agenda import bulletin_time, is_quiet
from pipeline.judging.progress.printed import (
    as_record,
    erratum_key,
    erratum_of,
    erratum_version,
    notice_key,
    printed_changes,
)
from pipeline.judging.review.reply import draft_version
from pipeline.judging.review.talk_decisions import talks_version
from pipeline.model.ledger import Ledger
from pipeline.model.letters.bulletins import BulletinDraft
from pipeline.model.letters.errata import ErratumDraft
from pipeline.model.letters.letter import Letter
from pipeline.model.letters.receipts import Returned, Unreadable
from pipeline.model.letters.talk_letters import TalkProposal
from pipeline.model.month import Month
from pipeline.model.notice import (
    ANSWERS,
    REMINDERS,
    Action,
    DropReason,
    NoticeKind,
)
from pipeline.model.notice_key import bulletin_key, talks_round
from pipeline.model.operation.errors import EdgeError, StorageFailed
from pipeline.model.review.reply_token import (
    draft_case,
    erratum_case,
    talks_case,
)
from pipeline.notices.digest_facts import digest
from pipeline.notices.due import due_actions
from pipeline.notices.erratum_facts import (
    bulletin_waits,
    erratum,
)
from pipeline.notices.facts import Facts
from pipeline.notices.owed_bulletins import (
    months_to_propose,
)
from pipeline.notices.receipt_facts import (
    receipt,
    returned,
    settled,
    unreadable,
)
from pipeline.notices.reminder_facts import unit_letter
from pipeline.notices.review_facts import review_answer, review_request
from pipeline.notices.talk_facts import (
    talk_answers,
    talk_lines,
    talk_withdrawal,
)
from pipeline.writing.review.draft_words import (
    ERRATUM_ANSWERS,
    draft_answers,
)


@dataclass
class Planned:
    """How many mails were frozen; which letters could not be made and why: they stay
    owed; whose mails came in a storm."""

    frozen: int = 0
    unwritten: list[str] = field(default_factory=list)
    storms: list[str] = field(default_factory=list)
    # Mails from before the program began, which get no answer
    unanswered: int = 0

    def add(self, more: "Planned") -> None:
        self.frozen += more.frozen
        self.unwritten = list(dict.fromkeys(self.unwritten + more.unwritten))
        self.storms = list(dict.fromkeys(self.storms + more.storms))
        self.unanswered += more.unanswered


def notify(now: datetime, desk: Desk, *, mailbox_read: bool) -> Planned:
    """Plans every notice that is owed.

    Unless the mailbox was read just now, only answers to mails already recorded go out:
    nobody who has reported is reminded; so it is in the quiet hours (rules.md 9).
    """
    ledger = desk.ledger(now)
    if mailbox_read:
        ledger = _with_proposals(now, ledger, desk)
    plan = due_actions(now, desk.campaign, ledger)
    speaks = mailbox_read and not is_quiet(now, desk.campaign)
    actions = [a for a in plan.actions if speaks or a.kind in ANSWERS]
    planned = _planned(
        actions,
        Facts(
            campaign=desk.campaign,
            records=desk.store,
            ledger=ledger,
            now=now,
        ),
        desk,
    )
    planned.storms = _storms(actions, ledger)
    history = [a for a in actions if a.drop_reason is DropReason.HISTORY]
    planned.unanswered = len({a.message_key for a in history})
    rounds: tuple[str, ...] = ()
    if speaks and not planned.unwritten:
        rounds = plan.rounds
    desk.outbox.settle([a for a in actions if a.drop_reason], rounds, now)
    return planned


# Letters in one transaction: what a wake that is killed writes again, at most
_MOST_TOGETHER = 50


def _planned(actions: list[Action], facts: Facts, desk: Desk) -> Planned:
    """The letters that are written; one that cannot be keeps no other one back."""
    planned = Planned()
    owed = bundles(a for a in actions if not a.drop_reason)
    while some := list(islice(owed, _MOST_TOGETHER)):
        batch = LetterBatch(facts.now, desk)
        try:
            with desk.store.quoting(_answered(some)):
                planned.unwritten += _written(some, batch, facts, desk)
        finally:
            # However it ends: what breaks at one letter would keep back those before
            # it at each wake.
            planned.frozen += batch.write()
    return planned


def _answered(bundles: Iterable[tuple[Action, ...]]) -> list[str]:
    """The mails that these letters answer."""
    keys: dict[str, None] = {}
    for together in bundles:
        if together[0].message_key:
            keys[together[0].message_key] = None
    return list(keys)


def _written(
    bundles: Iterable[tuple[Action, ...]],
    batch: LetterBatch,
    facts: Facts,
    desk: Desk,
) -> list[str]:
    """Adds the letters to the batch; which could not be made and why."""
    unwritten = []
    for together in bundles:
        try:
            batch.add(_letter(together, facts, desk), together)
        except StorageFailed:
            # This is no letter's fault
            raise
        except EdgeError as trouble:
            unwritten.append(
                f"{together[0].key}：{trouble.advice}（{trouble.detail}）"
            )
    return unwritten


def _with_proposals(now: datetime, ledger: Ledger, desk: Desk) -> Ledger:
    """Looks once for each month's talk proposals, when its last digest is due."""
    asked = False
    for month in months_to_propose(now, desk.campaign, ledger):
        facts = Facts(
            campaign=desk.campaign,
            records=desk.store,
            ledger=ledger,
            now=now,
        )
        Drawer(facts, desk.store, desk.talks).propose(month)
        desk.outbox.settle((), [talks_round(month)], now)
        asked = True
    if asked:
        return desk.ledger(now)
    return ledger


def _storms(actions: Iterable[Action], ledger: Ledger) -> list[str]:
    """The addresses whose mails are answered no more since this wake, with how many
    were left unanswered."""
    left = set()
    for a in actions:
        if a.drop_reason is DropReason.STORM:
            left.add(a.message_key)
    senders = Counter(
        mail.sender for mail in ledger.messages if mail.key in left
    )
    found = []
    for sender, count in senders.most_common():
        found.append(f"{sender}（{count} 封）")
    return found


def bundles(actions: Iterable[Action]) -> Iterator[tuple[Action, ...]]:
    """Notices that go as one mail: those to one unit that fall due together, behind the
    answer to what the unit sent, where that is one of them; what is relayed to the same
    groups; everything else alone (rules.md 9)."""
    by_unit: dict[str, list[Action]] = {}
    by_groups: dict[tuple[str, ...], list[Action]] = {}
    alone = []
    for action in actions:
        if action.relayed:
            by_groups.setdefault(action.to, []).append(action)
        elif action.kind in REMINDERS and action.unit is not None:
            by_unit.setdefault(action.unit, []).append(action)
        else:
            alone.append(action)
    for action in alone:
        reminders = by_unit.get(action.unit or "", [])
        if action.kind in _ASKING_AGAIN and _to_the_same(action, reminders):
            yield (action, *by_unit.pop(action.unit or ""))
        else:
            yield (action,)
    for together in (*by_unit.values(), *by_groups.values()):
        yield tuple(together)


# Answers that ask for the form again, as a reminder does.
_ASKING_AGAIN = (NoticeKind.UNREADABLE, NoticeKind.RETURNED)


def _to_the_same(answer: Action, reminders: list[Action]) -> bool:
    """Whether a unit's reminders reach whoever the answer is for, and speak of its
    period too."""
    addresses: set[str] = set()
    periods = set()
    for reminder in reminders:
        addresses |= set(reminder.to)
        periods.add(reminder.period)
    return set(answer.to) <= addresses and answer.period in periods


def _letter(actions: tuple[Action, ...], facts: Facts, desk: Desk) -> Letter:
    """The letter of one mail; a kind without a branch does not pass the type checker."""
    action = actions[0]
    if action.kind in _ASKING_AGAIN and len(actions) > 1:
        answer = _BY_FACTS[action.kind](facts, action)
        reminders = unit_letter(facts, actions[1:])
        if isinstance(answer, Unreadable | Returned):
            return replace(reminders, parts=(answer, *reminders.parts))
    match action.kind:
        case (
            NoticeKind.DUE_REMINDER
            | NoticeKind.OVERDUE_REMINDER
            | NoticeKind.SECOND_OVERDUE_REMINDER
            | NoticeKind.LAG_NOTICE
        ):
            return unit_letter(facts, actions)
        case (
            NoticeKind.RECEIPT
            | NoticeKind.UNREADABLE
            | NoticeKind.RETURNED
            | NoticeKind.SETTLED
            | NoticeKind.REVIEW_REQUEST
            | NoticeKind.REVIEW_ANSWER
            | NoticeKind.PERIOD_DIGEST
            | NoticeKind.TALK_NOTICE
            | NoticeKind.BULLETIN_WAITS
        ):
            return _BY_FACTS[action.kind](facts, action)
        case NoticeKind.MONTHLY_BULLETIN | NoticeKind.BULLETIN_DRAFT:
            return _bulletin(action, facts, desk)
        case NoticeKind.ERRATUM | NoticeKind.ERRATUM_DRAFT:
            return _erratum(action, facts, desk)
        case NoticeKind.TALK_PROPOSAL:
            return _talk_proposal(action.of_month, facts, desk)
        case NoticeKind.ADHOC_BULLETIN | NoticeKind.ALERT:
            raise LookupError(
                f"{action.kind} is sent by command or by the worker, never owed"
            )
    assert_never(action.kind)


_BY_FACTS: dict[NoticeKind, Callable[[Facts, Action], Letter]] = {
    NoticeKind.RECEIPT: receipt,
    NoticeKind.UNREADABLE: unreadable,
    NoticeKind.RETURNED: returned,
    NoticeKind.SETTLED: settled,
    NoticeKind.REVIEW_REQUEST: review_request,
    NoticeKind.REVIEW_ANSWER: review_answer,
    NoticeKind.PERIOD_DIGEST: digest,
    NoticeKind.TALK_NOTICE: talk_withdrawal,
    NoticeKind.BULLETIN_WAITS: bulletin_waits,
}
_TALK_COMMAND = ("xunbao talks list", "也可以在服务器上查看和处理")


def _bulletin(action: Action, facts: Facts, desk: Desk) -> Letter:
    """The month's bulletin, or its draft for the reviewers: the same frozen snapshot."""
    month = action.of_month
    goes = action.kind is NoticeKind.MONTHLY_BULLETIN
    drawer = Drawer(facts, desk.store, desk.talks)
    bulletin = drawer.monthly(month, goes=goes)
    if action.kind is NoticeKind.MONTHLY_BULLETIN:
        return bulletin
    command = (f"xunbao bulletin --month {month} --send", "在服务器上发布")
    has_targets = bulletin.standing.has_targets
    known = draft_answers(desk.document, has_targets=has_targets)
    answers = (*known, command)
    version = draft_version(month, desk.store.ledger())
    return BulletinDraft(
        bulletin, answers, facts.token(draft_case(month), version)
    )


def _erratum(action: Action, facts: Facts, desk: Desk) -> Letter:
    """The correction of a bulletin that went, or its draft for the reviewers."""
    month = action.of_month
    if action.snapshot:
        bulletin = desk.store.snapshot(action.snapshot)
    else:
        bulletin = desk.store.bulletin(month, NoticeKind.MONTHLY_BULLETIN)
    if bulletin is None:
        raise LookupError(f"no bulletin of {month}")
    found = erratum(facts, bulletin)
    if action.kind is NoticeKind.ERRATUM:
        return found
    record = as_record(bulletin)
    roster = facts.campaign.roster
    changes = printed_changes(record, roster, facts.ledger)
    version = erratum_version(erratum_key(record, changes, roster))
    return ErratumDraft(
        erratum=found,
        answers=ERRATUM_ANSWERS[record.adhoc],
        recipients=len(facts.ledger.had(notice_key(record))),
        token=facts.token(erratum_case(erratum_of(record)), version),
    )


def _talk_proposal(month: Month, facts: Facts, desk: Desk) -> TalkProposal:
    version = talks_version(desk.store.talk_events(month))
    lines = talk_lines(month, facts.campaign, facts.ledger)
    bulletin_at = None
    if bulletin_key(month) not in facts.ledger.settled:
        bulletin_at = facts.local(bulletin_time(month, facts.campaign))
    return TalkProposal(
        month=month,
        lines=lines,
        answers=(
            *talk_answers(facts.campaign.words.circulation),
            _TALK_COMMAND,
        ),
        token=facts.token(talks_case(month), version),
        bulletin_at=bulletin_at,
    )
