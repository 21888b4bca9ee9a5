"""A bulletin that was sent, made again from its snapshot: proof that the mail says what
the ledger froze, and nothing else.

Trusts the snapshot in the ledger. Takes from the sent mail its Date alone, which is the
moment it was frozen. Sends and records nothing.
"""

from email import message_from_bytes
from email.utils import parsedate_to_datetime
from typing import Protocol

from pipeline.flows.compose import Desk, outgoing_mail
from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.notice import Action
from pipeline.model.values.frozen import frozen
from pipeline.writing.envelope import freeze, message_id


class SentMails(Protocol):
    """The outbox's part: the vault's key and the notices of a mail of ours."""

    def mail_of(self, message_id: str) -> tuple[str, list[Action]] | None: ...


@frozen
class Remade:
    """The mail as it was made again now, and as it was sent, byte for byte."""

    made: bytes
    sent: bytes

    @property
    def alike(self) -> bool:
        return self.made == self.sent


def remade(
    bulletin: Bulletin, notice_key: str, sent: SentMails, desk: Desk
) -> Remade | None:
    """The mail of a bulletin's notice made again; None where no such mail was frozen.

    Differs from what was sent where templates, the roster's addresses or the program
    have changed since.
    """
    identity = message_id((notice_key,), desk.sender, desk.store.secret())
    found = sent.mail_of(identity)
    if found is None:
        return None
    key, actions = found
    raw = desk.vault.open(key)
    at = parsedate_to_datetime(message_from_bytes(raw)["Date"])
    outgoing = outgoing_mail(bulletin, tuple(actions), desk)
    return Remade(
        freeze(
            outgoing=outgoing,
            sender=desk.sender,
            identity=identity,
            kinds={a.kind.value for a in actions},
            at=at,
        ),
        raw,
    )
