"""A mail that was set aside is asked for again: read from its original, or fetched.

Trusts that the key is of a mail set aside. Reads nothing itself: the next wake does.
"""

from datetime import datetime
from typing import Protocol

from pipeline.flows.mails.read_mail import NOTE
from pipeline.flows.ports import Vault


class AgainBook(Protocol):
    """Where it is noted that people asked for a mail again."""

    def ask_again(self, key: str, at: datetime, *, kept: bool) -> bool: ...


def ask_again(key: str, book: AgainBook, vault: Vault, now: datetime) -> bool:
    """Whether its original is in the vault; else it is fetched once more."""
    # A mail that could not be fetched has a note in the vault in place of its bytes.
    kept = not vault.open(key).startswith(NOTE)
    book.ask_again(key, now, kept=kept)
    return kept
