"""The facts of a bulletin (通报) and of its draft."""

from dataclasses import dataclass
from datetime import date, datetime

from pipeline.model.letters.reminders import Arrears
from pipeline.model.notice import NoticeKind
from pipeline.model.reply_token import Token
from pipeline.model.roster import Group
from pipeline.model.standing import Standing


@dataclass(frozen=True)
class Excused:
    """准予延期: a unit that was given more time for a period, and why; `until` is local."""

    unit: str
    period: date
    until: datetime
    why: str


@dataclass(frozen=True)
class Praise:
    """宣传先进典型: a clause quoted from a unit's report, and why it was picked, by
    what can be measured."""

    unit: str
    clause: str
    period_name: str
    message_id: str
    why: str


@dataclass(frozen=True)
class TalkLine:
    """A talk (约谈): proposed, confirmed or dropped; `reasons` in words and numbers;
    `circulated`: 连续两次被约谈."""

    unit: str
    month: str
    reasons: tuple[str, ...]
    state: str
    circulated: bool


@dataclass(frozen=True)
class UnitMonth:
    """A row's month: state at each of the month's periods (None: not yet closed),
    figures over all periods so far."""

    unit: str
    states: tuple[str | None, ...]
    history: tuple[int | None, ...]
    growth: int | None  # over the month; None without a figure at its start or end


@dataclass(frozen=True)
class Bulletin:
    """The frozen snapshot of a bulletin; `snapshot_id` stands in the mail, the workbook
    and the document alike.

    `number` counts the campaign's bulletins (第N期). `periods` are the month's due
    dates, `all_periods` those of the campaign up to and with the last of them (the
    columns of `UnitMonth.history`). `growth_on_base` is the counties' completed over
    their base, None without bases.
    """

    snapshot_id: str
    number: int
    month: str
    title: str
    as_of: datetime
    issued_on: date
    standing: Standing
    before: Standing | None  # at the last bulletin
    periods: tuple[date, ...]
    all_periods: tuple[date, ...]
    months: tuple[UnitMonth, ...]
    groups: tuple[Group, ...]
    lagging: tuple[Arrears, ...]
    praise: tuple[Praise, ...]
    talks: tuple[TalkLine, ...]  # confirmed ones and, in a draft, proposals
    circulated: tuple[str, ...]
    addressees: tuple[str, ...]
    copies: tuple[str, ...]
    growth_on_base: float | None
    periods_left: int
    note: str = ""  # an ad-hoc bulletin's own opening
    excused: tuple[Excused, ...] = ()
    kind: NoticeKind = NoticeKind.MONTHLY_BULLETIN


@dataclass(frozen=True)
class BulletinDraft:
    """通报送审稿 to reviewers: the frozen bulletin as it will go, and how to release it."""

    bulletin: Bulletin
    answers: tuple[tuple[str, str], ...]
    token: Token | None = None
    code: str = ""
    kind: NoticeKind = NoticeKind.BULLETIN_DRAFT
