"""Which mails brought a report, or may have, that is in no figure and no case.

Values in, values out. Trusts the outcomes on record. Never decides what becomes of them:
people look at the list.
"""

from collections.abc import Collection, Iterable, Iterator

from pipeline.judging.intake.purpose import is_blank
from pipeline.model.arrival import Outcome
from pipeline.model.ledger import MailRecord


def unheard(
    mails: Iterable[MailRecord], again: Collection[str]
) -> Iterator[MailRecord]:
    """Unreadable, set aside, ignored with a form in them; in the order of `mails`.
    `again`: the keys of those that people asked for again, which the next wake
    fetches."""
    for mail in mails:
        if _is_unheard(mail) and not _is_asked_for(mail, again):
            yield mail


def _is_unheard(mail: MailRecord) -> bool:
    outcome = mail.seen.outcome
    if outcome == Outcome.IGNORED:
        return _holds_form(mail)
    return outcome in (Outcome.UNREADABLE, Outcome.SET_ASIDE)


def _holds_form(mail: MailRecord) -> bool:
    """A blank form among files is the program's own, come back in a reply."""
    for reading in mail.readings:
        for form in reading.forms:
            if not is_blank(form):
                return True
    return False


def _is_asked_for(mail: MailRecord, again: Collection[str]) -> bool:
    aside = mail.seen.outcome == Outcome.SET_ASIDE
    return aside and mail.seen.key in again


def set_aside(mails: Iterable[MailRecord], start: str) -> str | None:
    """The key of the one mail set aside whose key begins so; None for none, and for
    several."""
    keys = set()
    for mail in mails:
        aside = mail.seen.outcome == Outcome.SET_ASIDE
        if aside and mail.seen.key.startswith(start):
            keys.add(mail.seen.key)
    if len(keys) != 1:
        return None
    return keys.pop()
