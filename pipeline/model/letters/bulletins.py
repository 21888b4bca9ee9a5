"""The facts of a bulletin (通报) and of its draft."""

from dataclasses import field
from datetime import date, datetime
from enum import StrEnum

from pipeline.model.canonical import WHERE_SET
from pipeline.model.letters.reminders import Arrears
from pipeline.model.month import Month
from pipeline.model.named import NamedFigures, NamedTexts
from pipeline.model.notice import NoticeKind
from pipeline.model.review.reply_token import Token
from pipeline.model.roster import Group
from pipeline.model.standing import Standing
from pipeline.model.values.frozen import frozen


class Section(StrEnum):
    """A part of the bulletin's text that staff may strike from a draft."""

    # 总体情况
    OVERALL = "overall"
    # 先进典型
    PRAISE = "praise"
    # 存在问题
    PROBLEMS = "problems"
    # 约谈和通报
    TALKS = "talks"
    # 下步要求
    DEMANDS = "demands"


@frozen
class Excused:
    """准予延期: a unit that was given more time for a period, and why; `until` is local."""

    unit: str
    period: date
    until: datetime
    why: str


@frozen
class Praise:
    """宣传先进典型: a clause quoted from a unit's report, and why it was picked, by
    what can be measured."""

    unit: str
    clause: str
    period_name: str
    message_id: str
    why: str
    # Of the source mail
    subject: str = ""
    # Of the source mail, local
    received_at: datetime | None = None


@frozen
class PoolMember:
    """A member of a pool (其他) and its own figure; `growth` as in UnitMonth."""

    pool: str
    unit: str
    completed: int | None
    growth: int | None


@frozen
class Since:
    """What a bulletin's growth is counted from: the figures that the last bulletin
    printed, in the first month those of the campaign's first period.

    `printed` is the total told then, `restated` that of the same period as known now:
    late reports and corrections have moved it.
    """

    period: date
    is_bulletin: bool
    printed: int
    restated: int


@frozen
class TalkLine:
    """A talk (约谈): proposed, confirmed, dropped, or revoked (printed as confirmed and
    undone since); `reasons` in words and numbers; `circulated`: 连续两次被约谈;
    `again`: there was a talk the month before."""

    unit: str
    month: Month
    reasons: tuple[str, ...]
    state: str
    circulated: bool
    again: bool = False


@frozen
class UnitMonth:
    """A row's month: state at each of the month's periods (None: not yet closed),
    figures over all periods so far."""

    unit: str
    states: tuple[str | None, ...]
    history: tuple[int | None, ...]
    # Since `Bulletin.since`, a figure missing then being 0; None without one now.
    growth: int | None


@frozen
class AlsoTold:
    """A figure beside the main one (实名登记人数) as the units reported it: each one's
    value and, of the same report, the main figure. `unit` is its measure word; `within`:
    it is a part of the main one, so that what is short of it means something."""

    title: str
    unit: str
    within: bool
    rows: tuple[tuple[str, int, int], ...]

    @property
    def total(self) -> int:
        return sum(value for _, value, _ in self.rows)

    @property
    def short(self) -> int:
        """By how much all of it is less than the main figures that it stands beside."""
        return sum(main for _, _, main in self.rows) - self.total


@frozen
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
    month: Month
    title: str
    as_of: datetime
    issued_on: date
    standing: Standing
    # At the last bulletin's period, as known now
    before: Standing | None
    periods: tuple[date, ...]
    all_periods: tuple[date, ...]
    months: tuple[UnitMonth, ...]
    groups: tuple[Group, ...]
    lagging: tuple[Arrears, ...]
    praise: tuple[Praise, ...]
    # Confirmed ones and, in a draft, proposals
    talks: tuple[TalkLine, ...]
    circulated: tuple[str, ...]
    addressees: tuple[str, ...]
    copies: tuple[str, ...]
    growth_on_base: float | None
    periods_left: int
    # An ad-hoc bulletin's own opening
    note: str = ""
    excused: tuple[Excused, ...] = ()
    kind: NoticeKind = NoticeKind.MONTHLY_BULLETIN
    since: Since | None = None
    # At `since`, within the kind
    ranks_before: NamedFigures = ()
    members: tuple[PoolMember, ...] = ()
    # Schedule progress at each of `all_periods`
    schedules: tuple[float, ...] = ()
    # Days elapsed and days in all at the last period; () where milestones rule.
    schedule_days: tuple[int, ...] = ()
    # 文号 that staff gave it, "" for the issue number alone
    document_number: str = ""
    # What staff took out of the text
    struck: tuple[Section, ...] = ()
    # The reply that brought the document as staff edited it, by its key in the vault:
    # that document goes in place of ours.
    edited_in: str = ""
    also: tuple[AlsoTold, ...] = field(default=(), metadata={WHERE_SET: True})


@frozen
class BulletinDraft:
    """通报送审稿 to reviewers: the frozen bulletin as it will go, and how to release it."""

    bulletin: Bulletin
    answers: NamedTexts
    token: Token | None = None
    code: str = ""
    kind: NoticeKind = NoticeKind.BULLETIN_DRAFT


@frozen
class EditedDraft:
    """A draft's document as a reviewer sent it back: its format by content ("" where it
    cannot be opened), its lines, and whether tracked changes or comments stand in
    it."""

    kind: str
    lines: tuple[str, ...]
    marked: bool = False
    commented: bool = False
