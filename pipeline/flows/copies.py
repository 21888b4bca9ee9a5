"""Letters that reviewers answer: one mail to all of them, each copy with a token of its
recipient's own.

Trusts the addresses; a copy is never sent to anybody else. Never decides who is written
to, never plans or sends.
"""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.flows.ports import Letters
from pipeline.model.letters.bulletins import BulletinDraft
from pipeline.model.letters.letter import Letter
from pipeline.model.letters.reviews import ReviewAnswer, ReviewRequest
from pipeline.model.letters.talk_letters import TalkProposal
from pipeline.model.notice import Enclosure, NoticeKind, Outgoing
from pipeline.model.reply_token import code_for

_ASKING = (ReviewRequest, ReviewAnswer, BulletinDraft, TalkProposal)
_ASKED_BY = {"tb-": NoticeKind.BULLETIN_DRAFT, "yt-": NoticeKind.TALK_PROPOSAL}


def personal_copies(
    letter: Letter,
    outgoing: Outgoing,
    recipients: tuple[str, ...],
    letters: Letters,
    secret: bytes,
) -> Iterator[tuple[str, Outgoing]]:
    """(recipient, his copy): with his own token where the letter can be answered, else
    the same for all."""
    if not isinstance(letter, _ASKING) or letter.token is None:
        yield from ((recipient, outgoing) for recipient in recipients)
        return
    for recipient in recipients:
        code = code_for(secret, letter.token, recipient)
        own = letters.render(shown_in(replace(letter, code=code), outgoing.enclosures))
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
        letter, pictures=tuple((e.shown, e.caption) for e in enclosures if e.shown)
    )


def asking_key(case: str) -> str:
    """The key of the notice that asked for a decision on a case, "" for none."""
    kind = _ASKED_BY.get(case[:3])
    if kind is not None:
        return f"{kind}:{case[3:]}"
    if case:
        return f"{NoticeKind.REVIEW_REQUEST}:{case}"
    return ""
