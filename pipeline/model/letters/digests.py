"""The facts of the period's digest (旬进度简报) for staff."""

from datetime import date, datetime

from pipeline.model.letters.bulletins import Excused
from pipeline.model.letters.errata import Erratum
from pipeline.model.letters.reminders import Arrears
from pipeline.model.letters.reviews import HeldCase
from pipeline.model.named import FigureByName, NamedTexts
from pipeline.model.notice import NoticeKind
from pipeline.model.review.reply_token import Token
from pipeline.model.roster import Group
from pipeline.model.standing import Standing
from pipeline.model.values.frozen import frozen


@frozen
class Delay:
    """A late report: when it came and by how much it missed the deadline."""

    unit: str
    received_at: datetime
    hours_late: float


@frozen
class Digest:
    """旬进度简报 for staff. `rank_before` gives each unit's rank within its kind at the
    period before (None: unranked), of every row of `standing` at the least."""

    period: date
    period_name: str
    deadline: datetime
    standing: Standing
    rank_before: FigureByName
    completed_before: FigureByName
    late: tuple[Delay, ...]
    missing: tuple[str, ...]
    held: tuple[HeldCase, ...]
    lagging: tuple[Arrears, ...]
    groups: tuple[Group, ...]
    periods_left: int
    excused: tuple[Excused, ...] = ()
    # (why nothing is said, of which units)
    undecided: tuple[tuple[str, tuple[str, ...]], ...] = ()
    # Of each missing unit, what was searched for it
    searched: NamedTexts = ()
    # 联系不上
    unreachable: tuple[str, ...] = ()
    # On time: late by the provider's doing alone
    delayed: tuple[str, ...] = ()
    # Of one guidance group's own units; None for the staff's, which has all.
    group: Group | None = None
    # The group's one copy of the second reminders to several of its units.
    again: bool = False
    # The month's bulletin waits until the held reports are ruled on.
    bulletin_waits: bool = False
    # Local times of scheduled polls at which the program was off.
    slept: tuple[datetime, ...] = ()
    # 来件未能读取: (unit, what came)
    unread: NamedTexts = ()
    # How a reviewer puts a counted report right by reply; `code` is written for one.
    answers: NamedTexts = ()
    token: Token | None = None
    code: str = ""
    # What has moved of the newest bulletin's figures and was not told; a reviewer may
    # release its correction by reply.
    moved: Erratum | None = None
    # Of mails that are no report: (unit, that one is asked back, or who took over).
    asides: NamedTexts = ()
    kind: NoticeKind = NoticeKind.PERIOD_DIGEST
