"""Mail loops and storms: which mails are answered no more, since their address, or the
day, has had its fill.

RFC 3834 keeps machines that say what they are from being answered (reading/nature);
this is for those that do not say it. Values in, values out; the order of reception
alone decides, so that every wake comes to the same answer. Never: lets a storm of
strangers silence the answers to registered units: each side has a count of its own.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from operator import attrgetter

from pipeline.model.arrival import Outcome
from pipeline.model.ledger import MailSeen
from pipeline.model.rules import AnswerRules

_SENDER = attrgetter("sender")
_CAME = attrgetter("received_at")

# A reviewer at work answers many cases in a day, and each answer is echoed
_REVIEWERS_SHARE = 5
_ANSWERED = frozenset(
    {Outcome.REPORTED.value, Outcome.UNREADABLE.value, Outcome.COMMAND.value}
)


def unanswered(
    mails: Iterable[MailSeen],
    known: frozenset[str],
    rules: AnswerRules,
    local: Callable[[datetime], datetime],
) -> frozenset[str]:
    """The keys of mails beyond what an address, or all strangers or all `known`
    addresses together, are answered in a day of the campaign's zone. A bound of 0 is
    none."""
    answered = []
    for mail in mails:
        if mail.outcome in _ANSWERED:
            answered.append(mail)
    if _are_few(answered, rules):
        return frozenset()
    by_address: defaultdict[tuple[date, str], int] = defaultdict(int)
    by_side: defaultdict[tuple[date, bool], int] = defaultdict(int)
    beyond = set()
    for mail in sorted(answered, key=_CAME):
        day = local(mail.received_at).date()
        address = (day, mail.sender)
        side = (day, mail.sender in known)
        by_address[address] += 1
        if mail.outcome == Outcome.COMMAND:
            share = _REVIEWERS_SHARE
        else:
            share = 1
        if 0 < rules.per_address * share < by_address[address]:
            beyond.add(mail.key)
            continue
        by_side[side] += 1
        if 0 < rules.per_day < by_side[side]:
            beyond.add(mail.key)
    return frozenset(beyond)


def _are_few(mails: Sequence[MailSeen], rules: AnswerRules) -> bool:
    """Whether they pass no bound even if all of them came on one day."""
    if 0 < rules.per_day < len(mails):
        return False
    if rules.per_address == 0:
        return True
    by_address = Counter(map(_SENDER, mails))
    most = max(by_address.values(), default=0)
    return most <= rules.per_address
