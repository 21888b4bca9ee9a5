"""What is owed -> mails frozen in the outbox: the core says what, letters say how, one
transaction makes it so."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from pipeline.flows.bulletins import Drawer, talk_lines
from pipeline.flows.compose import asking_key, personal_copies, shown_in
from pipeline.flows.digest_facts import digest
from pipeline.flows.facts import Facts
from pipeline.flows.ports import Letters, NotifyStore, Outbox, Vault
from pipeline.judging.operation.clock_skew import difference
from pipeline.judging.progress.campaign import Campaign
from pipeline.judging.review.reply import draft_version
from pipeline.judging.review.talk_decisions import steps
from pipeline.model.errors import EdgeError, StorageFailed
from pipeline.model.ledger import Ledger
from pipeline.model.letters.alerts import Alert
from pipeline.model.letters.bulletins import BulletinDraft
from pipeline.model.letters.letter import Letter
from pipeline.model.letters.talk_letters import TalkProposal
from pipeline.model.notice import Action, DropReason, NoticeKind, Outgoing
from pipeline.model.outgoing import FrozenMail
from pipeline.model.reply_token import draft_case, talks_case
from pipeline.model.rules import TalkRules
from pipeline.notices.digest_facts import digest
from pipeline.notices.due import due_actions
from pipeline.notices.facts import Facts
from pipeline.notices.receipt_facts import receipt, returned, unreadable
from pipeline.notices.reminder_facts import unit_letter
from pipeline.notices.review_facts import review_answer, review_request
from pipeline.notices.talk_facts import TALK_ANSWERS, talk_lines
from pipeline.writing.envelope import freeze, message_id

_UNIT_LETTERS = (
    NoticeKind.DUE_REMINDER,
    NoticeKind.OVERDUE_REMINDER,
    NoticeKind.SECOND_OVERDUE_REMINDER,
    NoticeKind.LAG_NOTICE,
)
_UNDER_THE_MAIL = (NoticeKind.RECEIPT, NoticeKind.UNREADABLE, NoticeKind.RETURNED)
_MINUTE = "%Y%m%d%H%M"
_ANSWERS = (
    NoticeKind.RECEIPT,
    NoticeKind.UNREADABLE,
    NoticeKind.REVIEW_REQUEST,
    NoticeKind.REVIEW_ANSWER,
    NoticeKind.RETURNED,
    NoticeKind.ALERT,
)


@dataclass(frozen=True)
class Desk:
    """The edges and the knowledge that writing needs. `sender` is the From that the
    mail server accepts."""

    campaign: Campaign
    store: NotifyStore
    outbox: Outbox
    vault: Vault
    letters: Letters
    talks: TalkRules
    sender: str
    tell: Callable[[str], None] = lambda text: None

    def ledger(self, now: datetime) -> Ledger:
        """What judging needs to know at `now`: with the dead addresses, and whether the
        clock can be trusted."""
        return replace(
            self.store.ledger(),
            undeliverable=self.outbox.undeliverable(),
            clock=difference(self.store.clock_evidence(), now),
        )


@dataclass
class Planned:
    """How many mails were frozen; which letters could not be made and why: they stay
    owed; whose mails came in a storm."""

    frozen: int = 0
    unwritten: list[str] = field(default_factory=list)
    storms: list[str] = field(default_factory=list)

    def add(self, more: "Planned") -> None:
        self.frozen += more.frozen
        self.unwritten = list(dict.fromkeys(self.unwritten + more.unwritten))
        self.storms = list(dict.fromkeys(self.storms + more.storms))


def notify(now: datetime, desk: Desk, *, mailbox_read: bool) -> Planned:
    """Plans every notice that is owed.

    Unless the mailbox was read just now, only answers to mails already recorded go out:
    nobody who has reported is reminded (rules.md 9).
    """
    ledger = desk.ledger(now)
    plan = due_actions(now, desk.campaign, ledger)
    actions = [a for a in plan.actions if mailbox_read or a.kind in _ANSWERS]
    owed = [a for a in actions if not a.drop_reason]
    facts = Facts(desk.campaign, desk.store, ledger, now)
    planned = Planned()
    for together in bundles(owed):
        try:
            planned.frozen += _freeze(together, facts, desk)
        except StorageFailed:  # this is no letter's fault
            raise
        except (
            EdgeError
        ) as trouble:  # one letter that cannot be made keeps no other one back
            planned.unwritten.append(
                f"{together[0].key}：{trouble.advice}（{trouble.detail}）"
            )
    planned.storms = _storms(actions, ledger)
    if mailbox_read and not planned.unwritten:
        rounds = plan.rounds
    else:
        rounds = ()
    desk.outbox.settle([a for a in actions if a.drop_reason], rounds, now)
    return planned


def _storms(actions: Iterable[Action], ledger: Ledger) -> list[str]:
    """The addresses whose mails are answered no more since this wake, with how many
    were left unanswered."""
    left = {a.message_key for a in actions if a.drop_reason is DropReason.STORM}
    senders = Counter(mail.sender for mail in ledger.messages if mail.key in left)
    return [f"{sender}（{count} 封）" for sender, count in senders.most_common()]


def bundles(actions: Iterable[Action]) -> Iterator[tuple[Action, ...]]:
    """Notices that go as one mail: those to one unit that fall due together; everything
    else alone (rules.md 9)."""
    by_unit: dict[str, list[Action]] = {}
    for action in actions:
        if action.kind in _UNIT_LETTERS and action.unit is not None:
            by_unit.setdefault(action.unit, []).append(action)
        else:
            yield (action,)
    yield from (tuple(together) for together in by_unit.values())


def _freeze(actions: tuple[Action, ...], facts: Facts, desk: Desk) -> bool:
    letter = _letter(actions, facts, desk)
    return send_letter(letter, actions, facts.now, desk)


def send_letter(
    letter: Letter, actions: tuple[Action, ...], now: datetime, desk: Desk
) -> bool:
    """Puts one letter into the outbox; False where one of its notices was planned before.

    A letter that asks for a decision is one mail with one Message-ID, and every
    reviewer gets bytes of his own, with his token.
    """
    outgoing = outgoing_mail(letter, actions, desk)
    identity = message_id((a.key for a in actions), desk.sender, desk.store.secret())
    kinds = {action.kind.value for action in actions}
    recipients = tuple(dict.fromkeys((*outgoing.to, *outgoing.cc)))
    copies: dict[str, str] = {}
    for recipient, copy in personal_copies(
        letter, outgoing, recipients, desk.letters, desk.store.secret()
    ):
        raw = freeze(
            copy, desk.sender, identity, kinds, desk.campaign.calendar.local(now)
        )
        copies[recipient] = desk.vault.keep(raw)
    once_only = bool(kinds & {NoticeKind.MONTHLY_BULLETIN, NoticeKind.ADHOC_BULLETIN})
    key = next(iter(copies.values()), "")
    if len(set(copies.values())) > 1:
        own = copies
    else:
        own = {}
    planned = bool(copies) and desk.outbox.plan(
        FrozenMail(
            identity, key, outgoing.subject, recipients, actions, once_only, own
        ),
        now,
    )
    if planned:
        desk.tell(f"拟发：{named(actions)}")
    return planned


def named(actions: Iterable[Action]) -> str:
    """A mail for the log, by what it is and for whom, without what stands in it."""
    whose = (
        f"{a.kind.value} {a.unit or ''} {a.period or a.month or ''}".strip()
        for a in actions
    )
    return "、".join(whose)


def outgoing_mail(letter: Letter, actions: tuple[Action, ...], desk: Desk) -> Outgoing:
    """A letter with its addresses and enclosures. Only addresses of the roster and the
    staff are ever written to."""
    known = desk.campaign.roster.addresses
    to = [a for action in actions for a in action.to if a in known]
    cc = [a for action in actions for a in action.cc if a in known and a not in to]
    enclosures = desk.letters.enclosures(letter, actions[0].message_key)
    rendered = desk.letters.render(shown_in(letter, enclosures))
    answered, thread = _thread(actions[0], desk)
    return Outgoing(
        rendered.subject,
        rendered.text,
        rendered.html,
        tuple(dict.fromkeys(to)),
        tuple(dict.fromkeys(cc)),
        enclosures,
        answered,
        thread,
    )


def _thread(action: Action, desk: Desk) -> tuple[str, tuple[str, ...]]:
    """(In-Reply-To, References): receipts stand under the sender's own mail, what a
    reply did under the letter it answers."""
    if action.message_key:
        mail = desk.store.mail(action.message_key)
    else:
        mail = None
    if mail is None or action.kind not in (*_UNDER_THE_MAIL, NoticeKind.REVIEW_ANSWER):
        return "", ()
    if mail.seen.message_id.isascii():
        own = mail.seen.message_id
    else:
        own = ""
    if action.kind in _UNDER_THE_MAIL:
        return own, ()
    asked = asking_key(mail.seen.about)
    if not asked:
        return own, ()
    return message_id((asked,), desk.sender, desk.store.secret()), (
        (own,) if own else ()
    )


def _letter(actions: tuple[Action, ...], facts: Facts, desk: Desk) -> Letter:
    """The letter of one mail; a kind without a branch does not pass the type checker."""
    action = actions[0]
    match action.kind:
        case (
            NoticeKind.DUE_REMINDER
            | NoticeKind.OVERDUE_REMINDER
            | NoticeKind.SECOND_OVERDUE_REMINDER
            | NoticeKind.LAG_NOTICE
        ):
            return unit_letter(facts, actions)
        case NoticeKind.RECEIPT | NoticeKind.UNREADABLE | NoticeKind.RETURNED:
            return _TO_THE_SENDER[action.kind](facts, action)
        case NoticeKind.REVIEW_REQUEST:
            return review_request(facts, action)
        case NoticeKind.REVIEW_ANSWER:
            return review_answer(facts, action)
        case NoticeKind.PERIOD_DIGEST:
            return digest(facts, action)
        case NoticeKind.MONTHLY_BULLETIN | NoticeKind.BULLETIN_DRAFT:
            return _bulletin(action, facts, desk)
        case NoticeKind.TALK_PROPOSAL:
            return _talk_proposal(_month(action), facts, desk)
        case NoticeKind.ADHOC_BULLETIN | NoticeKind.TALK_NOTICE | NoticeKind.ALERT:
            raise LookupError(
                f"{action.kind} is sent by command or by the worker, never owed"
            )
    assert_never(action.kind)


_TO_THE_SENDER: dict[NoticeKind, Callable[[Facts, Action], Letter]] = {
    NoticeKind.RECEIPT: receipt,
    NoticeKind.UNREADABLE: unreadable,
    NoticeKind.RETURNED: returned,
}
_TALK_COMMAND = ("xunbao talks list", "也可以在服务器上查看和处理")


def _bulletin(action: Action, facts: Facts, desk: Desk) -> Letter:
    """The month's bulletin, or its draft for the reviewers: the same frozen snapshot."""
    month = _month(action)
    bulletin = Drawer(facts, desk.store, desk.talks).monthly(month)
    if action.kind is NoticeKind.MONTHLY_BULLETIN:
        return bulletin
    answers = (
        ("同意发布", "按这一稿发给各单位"),
        (f"xunbao bulletin --month {month} --send", "在服务器上发布"),
    )
    version = draft_version(month, desk.store.ledger())
    return BulletinDraft(bulletin, answers, facts.token(draft_case(month), version))


def _talk_proposal(month: str, facts: Facts, desk: Desk) -> TalkProposal:
    version = len(steps(desk.store.talk_events(month)))
    lines = talk_lines(facts.ledger.talks, month)
    return TalkProposal(
        month,
        lines,
        (*TALK_ANSWERS, _TALK_COMMAND),
        facts.token(talks_case(month), version),
    )


def _month(action: Action) -> str:
    if action.month is None:
        raise LookupError(f"{action.key} names no month")
    return action.month


def alert(
    cause: str,
    what: str,
    cure: tuple[str, ...],
    now: datetime,
    desk: Desk,
    details: tuple[tuple[str, str], ...] = (),
    *,
    since: datetime | None = None,
    within: timedelta = timedelta(hours=1),
) -> bool:
    """告警 to admins, at most hourly per cause (rules.md 9), or once in `within`; none
    while one still waits to be sent."""
    admins = tuple(s.email for s in desk.campaign.roster.staff_with("alert"))
    if (
        not admins
        or _told_lately(cause, now, desk, within)
        or _still_to_go(cause, desk)
    ):
        return False
    action = Action(
        NoticeKind.ALERT, f"{_alert_key(cause)}{now:{_MINUTE}}", now, to=admins
    )
    letter = Alert(
        cause, what, desk.campaign.calendar.local(since or now), cure, details
    )
    return send_letter(letter, (action,), now, desk)


def _alert_key(cause: str) -> str:
    return f"{NoticeKind.ALERT}:{cause}:"


def _still_to_go(cause: str, desk: Desk) -> bool:
    start = _alert_key(cause)
    return any(
        a.key.startswith(start)
        for d in desk.outbox.open_deliveries()
        for a in d.actions
    )


def _told_lately(cause: str, now: datetime, desk: Desk, within: timedelta) -> bool:
    """Whether an alert of this cause was written within that time, be it the hour
    before by the clock."""
    start = _alert_key(cause)
    told = (
        key.removeprefix(start)
        for key in desk.store.ledger().settled
        if key.startswith(start)
    )
    times = (
        datetime.strptime(minute, _MINUTE).replace(tzinfo=now.tzinfo) for minute in told
    )
    return any(abs(now - then) < within for then in times)
