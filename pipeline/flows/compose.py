"""Puts letters into the outbox: to whom each goes, a copy for each recipient with the code
that lets them answer, under which mail it stands."""

from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Sequence,
)
from dataclasses import replace
from datetime import datetime

from pipeline.flows.known_ledger import doubted_clock, known_ledger
from pipeline.flows.mails.keep_letters import LetterKeeping
from pipeline.flows.ports import (
    Letters,
    NotifyStore,
    Outbox,
    Vault,
)
from pipeline.judging.progress.campaign import Campaign
from pipeline.model.ledger import Ledger
from pipeline.model.letters.bulletins import BulletinDraft
from pipeline.model.letters.digests import Digest
from pipeline.model.letters.errata import ErratumDraft
from pipeline.model.letters.letter import Letter
from pipeline.model.letters.reviews import ReviewAnswer, ReviewRequest
from pipeline.model.letters.talk_letters import TalkProposal
from pipeline.model.notice import Action, Enclosure, NoticeKind, Outgoing
from pipeline.model.notice_key import once_per
from pipeline.model.operation.clock_evidence import ClockDoubt
from pipeline.model.operation.errors import StorageFailed
from pipeline.model.outgoing import FrozenMail
from pipeline.model.review.reply_token import CaseKind, case_ref, code_for
from pipeline.model.rules import TalkRules
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import CampaignWords
from pipeline.writing.envelope import freeze, message_id
from pipeline.writing.notice_names import notice_kinds

_ASKING = (
    ReviewRequest,
    ReviewAnswer,
    BulletinDraft,
    ErratumDraft,
    TalkProposal,
    Digest,
)


_ASKED_BY = {
    CaseKind.REPORT: NoticeKind.REVIEW_REQUEST,
    CaseKind.DRAFT: NoticeKind.BULLETIN_DRAFT,
    CaseKind.TALKS: NoticeKind.TALK_PROPOSAL,
    CaseKind.DIGEST: NoticeKind.PERIOD_DIGEST,
}


def personal_copies(
    letter: Letter,
    outgoing: Outgoing,
    recipients: tuple[str, ...],
    desk: "Desk",
) -> Iterator[tuple[str, Outgoing]]:
    """(recipient, his copy): with his own token where the letter can be answered by
    him, else the same for all. A digest goes to staff who may not decide, too."""
    if not isinstance(letter, _ASKING) or letter.token is None:
        yield from ((recipient, outgoing) for recipient in recipients)
        return
    secret = desk.store.secret()
    reviewers = desk.campaign.roster.staff_emails("review")
    for recipient in recipients:
        if isinstance(letter, Digest) and recipient not in reviewers:
            yield recipient, outgoing
            continue
        code = code_for(secret, letter.token, recipient)
        own = desk.letters.render(
            shown_in(replace(letter, code=code), outgoing.enclosures)
        )
        yield (
            recipient,
            replace(
                outgoing,
                subject=f"{own.subject} [{code}]",
                text=own.text,
                html=own.html,
                to=(recipient,),
                cc=(),
                code=code,
            ),
        )


def shown_in(letter: Letter, enclosures: tuple[Enclosure, ...]) -> Letter:
    """The letter knowing the pictures that stand within its text."""
    if not isinstance(letter, ReviewRequest):
        return letter
    return replace(
        letter,
        pictures=tuple((e.shown, e.caption) for e in enclosures if e.shown),
    )


def asking_key(case: str) -> str:
    """The key of the notice that asked for a decision on a case, "" for none."""
    about = case_ref(case)
    kind = _ASKED_BY.get(about.kind)
    if kind is None or not about.of:
        return ""
    return once_per(kind, about.of)


_UNDER_THE_MAIL = (
    NoticeKind.RECEIPT,
    NoticeKind.UNREADABLE,
    NoticeKind.RETURNED,
    NoticeKind.SETTLED,
)


@frozen
class Desk:
    """The edges and the knowledge that writing needs. `sender` is the From that the
    mail server accepts; `document` is the campaign's own, 乐工发〔2015〕33号."""

    campaign: Campaign
    store: NotifyStore
    outbox: Outbox
    vault: Vault
    letters: Letters
    talks: TalkRules
    sender: str
    tell: Callable[[str], None] = lambda text: None
    document: str = ""

    def ledger(self, now: datetime) -> Ledger:
        """What judging needs to know at `now`: with the dead addresses, and whether the
        clock can be trusted."""
        return known_ledger(self.store, self.outbox, now)

    def clock_doubt(self, now: datetime) -> ClockDoubt | None:
        """Why this computer's clock cannot be trusted; None where nothing speaks
        against it."""
        return doubted_clock(self.store, now)


# Never sent again where the server's answer was lost: rather missed than doubled.
_ONCE_ONLY = frozenset(
    {
        NoticeKind.MONTHLY_BULLETIN,
        NoticeKind.ADHOC_BULLETIN,
        NoticeKind.ERRATUM,
    }
)


def send_letter(
    letter: Letter, actions: tuple[Action, ...], now: datetime, desk: Desk
) -> bool:
    """Puts one letter into the outbox; False where one of its notices was planned before."""
    batch = LetterBatch(now, desk)
    batch.add(letter, actions)
    return batch.write() > 0


class LetterBatch:
    """Letters on their way into the outbox: their bytes are kept together, then their
    rows are written in one transaction."""

    def __init__(self, now: datetime, desk: Desk) -> None:
        self._now = now
        self._desk = desk
        self._keeping = LetterKeeping(desk.vault)
        self._mails: list[FrozenMail] = []

    def __len__(self) -> int:
        return len(self._mails)

    def add(self, letter: Letter, actions: tuple[Action, ...]) -> None:
        self._mails += frozen_mails(
            letter=letter,
            actions=actions,
            now=self._now,
            desk=self._desk,
            keeping=self._keeping,
        )

    def write(self) -> int:
        """Plans what was added; how many were new. Where the disk does not take the
        bytes of one, those whose bytes it has taken."""
        # Emptied first: what comes after a write that failed is no part of it
        mails, self._mails = self._mails, []
        try:
            self._keeping.write()
        except StorageFailed:
            self._planned(list(filter(self._is_kept, mails)))
            raise
        return self._planned(mails)

    def _is_kept(self, mail: FrozenMail) -> bool:
        return self._keeping.keeps({mail.key, *mail.copies.values()})

    def _planned(self, mails: Sequence[FrozenMail]) -> int:
        planned = self._desk.outbox.plan_all(mails, self._now)
        for mail in planned:
            words = self._desk.campaign.words
            self._desk.tell(f"拟发：{named(mail.actions, words)}")
        return len(planned)


def frozen_mails(
    letter: Letter,
    actions: tuple[Action, ...],
    now: datetime,
    desk: Desk,
    keeping: LetterKeeping,
) -> tuple[FrozenMail, ...]:
    """The mail of one letter, its bytes handed to `keeping`; none where nobody of the
    roster is to have it.

    A letter that asks for a decision is one mail with one Message-ID, and every
    reviewer gets bytes of his own, with his token.
    """
    outgoing = outgoing_mail(letter, actions, desk)
    identity = message_id(
        (a.key for a in actions), desk.sender, desk.store.secret()
    )
    kinds = set()
    for action in actions:
        kinds.add(action.kind.value)
    recipients = tuple(dict.fromkeys((*outgoing.to, *outgoing.cc)))
    mails = personal_copies(letter, outgoing, recipients, desk)
    copies = _handed_on(
        mails=mails,
        identity=identity,
        kinds=kinds,
        now=now,
        desk=desk,
        keeping=keeping,
    )
    if not copies:
        return ()
    mail = FrozenMail(
        message_id=identity,
        key=next(iter(copies.values())),
        subject=outgoing.subject,
        recipients=recipients,
        actions=actions,
        once_only=bool(kinds & _ONCE_ONLY),
        copies=_own_bytes(copies),
    )
    return (mail,)


def _own_bytes(copies: dict[str, str]) -> dict[str, str]:
    """The copies where they differ; none where all get the same bytes."""
    if len(set(copies.values())) > 1:
        return copies
    return {}


def _handed_on(
    mails: Iterable[tuple[str, Outgoing]],
    identity: str,
    kinds: Collection[str],
    now: datetime,
    desk: Desk,
    keeping: LetterKeeping,
) -> dict[str, str]:
    """Recipient -> the key under which the vault will keep the bytes that he gets."""
    at = desk.campaign.calendar.local(now)
    copies: dict[str, str] = {}
    before: Outgoing | None = None
    key = ""
    for recipient, copy in mails:
        # A bulletin to 400 units is assembled once
        if copy is not before:
            raw = freeze(
                outgoing=copy,
                sender=desk.sender,
                identity=identity,
                kinds=kinds,
                at=at,
            )
            key = keeping.add(raw)
            before = copy
        copies[recipient] = key
    return copies


def named(actions: Iterable[Action], words: CampaignWords) -> str:
    """A mail for the log, by what it is and for whom, without what stands in it."""
    names = notice_kinds(words)
    whose = []
    for action in actions:
        kind = names[action.kind]
        when = action.period or action.month or ""
        whose.append(f"{kind} {action.unit or ''} {when}".strip())
    return "、".join(whose)


def outgoing_mail(
    letter: Letter, actions: tuple[Action, ...], desk: Desk
) -> Outgoing:
    """A letter with its addresses and enclosures. Only addresses of the roster and the
    staff are ever written to."""
    known = desk.campaign.roster.addresses
    to = [a for action in actions for a in action.to if a in known]
    cc = [
        a for action in actions for a in action.cc if a in known and a not in to
    ]
    enclosures = desk.letters.enclosures(letter, actions[0].message_key)
    rendered = desk.letters.render(shown_in(letter, enclosures))
    answered, thread = _thread(actions[0], desk)
    return Outgoing(
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        to=tuple(dict.fromkeys(to)),
        cc=tuple(dict.fromkeys(cc)),
        enclosures=enclosures,
        in_reply_to=answered,
        references=thread,
    )


def _thread(action: Action, desk: Desk) -> tuple[str, tuple[str, ...]]:
    """(In-Reply-To, References): receipts stand under the sender's own mail, what a
    reply did under the letter it answers."""
    under = action.kind in (*_UNDER_THE_MAIL, NoticeKind.REVIEW_ANSWER)
    if not action.message_key or not under:
        return "", ()
    mail = desk.store.mail_seen(action.message_key)
    if mail is None:
        return "", ()
    if mail.message_id.isascii():
        own = mail.message_id
    else:
        own = ""
    if action.kind in _UNDER_THE_MAIL:
        return own, ()
    asked = asking_key(mail.about)
    if not asked:
        return own, ()
    return message_id((asked,), desk.sender, desk.store.secret()), (
        (own,) if own else ()
    )
