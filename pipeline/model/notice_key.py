"""What a notice goes out once per, and what else the ledger settles by a key: composed
and read here alone.

Trusts that the first parts of a key hold no colon: kinds, months, days, ids. The text
of a key never changes: it stands in every ledger. What a key is about is asked of the
Key, never of its text.
"""

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from functools import lru_cache

from pipeline.model.month import Month
from pipeline.model.notice import NoticeKind
from pipeline.model.values.frozen import frozen

_BETWEEN = ":"


class Mark(StrEnum):
    """What the ledger settles that is no notice."""

    # A reviewer released a month's bulletin, or a correction
    APPROVED = "approved"
    # A reviewer put a month's draft off to a day
    POSTPONED = "postponed"
    # The document that a reply brought takes the place of the draft's
    EDITED = "edited"
    # A question was asked, once for all units
    ROUND = "round"


KeyKind = NoticeKind | Mark

_KINDS: dict[str, KeyKind] = {kind.value: kind for kind in (*NoticeKind, *Mark)}
# Of a bulletin that was taken back, of a talk that was undone
_WITHDRAWN = "withdrawn"


@frozen
class Key:
    """`about`: what it is of, the widest first: a month before a snapshot."""

    kind: KeyKind
    about: tuple[str, ...]

    @property
    def text(self) -> str:
        """As the ledger keeps it."""
        return _BETWEEN.join((self.kind, *self.about))

    @property
    def start(self) -> str:
        """What the texts of all keys begin with that are about this and more."""
        return f"{self.text}{_BETWEEN}"

    def is_of(self, kind: KeyKind, *about: str) -> bool:
        """Whether it is of a kind, and about these and whatever else."""
        return self.kind is kind and self.about[: len(about)] == about


def key_of(kind: KeyKind, *about: object) -> Key:
    """`about`: unit, period, month ... as the kind wants them, in its order."""
    return Key(kind, tuple(map(str, about)))


def once_per(kind: KeyKind, *about: object) -> str:
    """The text of a key: what goes out, or is settled, once per these."""
    return _BETWEEN.join((kind, *map(str, about)))


# A wake asks of some periods at a time
@lru_cache(maxsize=256)
def keys_of_period(kind: NoticeKind, period: date) -> Callable[[str], str]:
    """What goes out once per a unit, by its first name, and a period: the same text as
    by `once_per`, where many units are asked for."""
    start = key_start(kind)
    end = f"{_BETWEEN}{period}"
    return lambda first_name: f"{start}{first_name}{end}"


def key_start(kind: KeyKind) -> str:
    """What stands in the text of a key of this kind before what it is about."""
    return f"{kind}{_BETWEEN}"


def parse_key(text: str) -> Key | None:
    """None for a text that begins with no kind."""
    name, *about = text.split(_BETWEEN)
    kind = _KINDS.get(name)
    if kind is None:
        return None
    return Key(kind, tuple(about))


def parse_keys(texts: Iterable[str]) -> tuple[Key, ...]:
    """Those of the texts that are keys, in their order."""
    found = []
    for text in texts:
        key = parse_key(text)
        if key is not None:
            found.append(key)
    return tuple(found)


def bulletin_key(month: Month) -> str:
    """What the ledger settles when a month's bulletin is put into the outbox."""
    return once_per(NoticeKind.MONTHLY_BULLETIN, month)


def instead_key(month: Month, snapshot_id: str) -> str:
    """What a bulletin goes out once per that takes the place of the month's, which was
    withdrawn."""
    return once_per(NoticeKind.MONTHLY_BULLETIN, month, snapshot_id)


def adhoc_key(snapshot_id: str) -> str:
    """What an ad-hoc bulletin goes out once per."""
    return once_per(NoticeKind.ADHOC_BULLETIN, snapshot_id)


def approval_key(month: Month) -> str:
    """What the ledger settles when a reviewer releases a month's bulletin."""
    return once_per(Mark.APPROVED, month)


def release_of(key: Key) -> Key:
    """What the ledger settles when a reviewer releases what has a key of its own."""
    return Key(Mark.APPROVED, (key.kind, *key.about))


def released_by(text: str) -> str:
    """What a key releases: a month, or the text of a correction's key; "" for a key of
    another kind."""
    key = parse_key(text)
    if key is None or key.kind is not Mark.APPROVED:
        return ""
    return _BETWEEN.join(key.about)


def edited_key(month: Month, reply: str) -> str:
    """What the ledger settles when the document that a reply brought takes the place of
    the draft's."""
    return once_per(Mark.EDITED, month, reply)


def postponed_key(month: Month, until: date, reply: str) -> str:
    """What the ledger settles when a reviewer's reply puts a draft off to a day."""
    return once_per(Mark.POSTPONED, month, until, reply[:12])


def postponements(month: Month, settled: Iterable[Key]) -> list[date]:
    """The days to which the month's draft was put off, one for each time."""
    days = []
    for key in settled:
        if key.is_of(Mark.POSTPONED, month):
            days.append(date.fromisoformat(key.about[1]))
    return days


def withdrawal_key(month: Month, snapshot_id: str) -> Key:
    """What the ledger settles when a bulletin is withdrawn."""
    return key_of(NoticeKind.ERRATUM, month, _WITHDRAWN, snapshot_id)


def is_withdrawal(key: Key, month: Month) -> bool:
    """Whether a key is that of a withdrawal of one of the month's bulletins."""
    return key.is_of(NoticeKind.ERRATUM, month, _WITHDRAWN)


def talk_key(unit: str, month: Month) -> str:
    """What a unit is told of a talk once per. `unit` is its first name, so that a
    renamed one is not told again."""
    return once_per(NoticeKind.TALK_NOTICE, unit, month)


def undone_talk_key(unit: str, month: Month) -> str:
    """What it is told once per that the talk was undone."""
    return once_per(NoticeKind.TALK_NOTICE, unit, month, _WITHDRAWN)


def lag_round(due: date) -> str:
    """What the ledger settles once all units were looked at for a period's lag."""
    return once_per(Mark.ROUND, NoticeKind.LAG_NOTICE, due)


def talks_round(month: Month) -> str:
    """What it settles once the month's talk proposals were looked for."""
    return once_per(Mark.ROUND, NoticeKind.TALK_PROPOSAL, month)


def asked_in(key: Key) -> Key | None:
    """The kind of notice, and the period or month, that a round was of."""
    return parse_key(_BETWEEN.join(key.about))


def relayed_key(key: str) -> str:
    """What goes out once per to a unit's groups in place of a notice to itself."""
    return f"{key}>groups"


def again_key(due: date, group: str) -> str:
    """What goes to a group once per in place of its copies of several second
    reminders."""
    return once_per(NoticeKind.PERIOD_DIGEST, due, group, "again")
