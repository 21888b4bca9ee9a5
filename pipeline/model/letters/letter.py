"""The facts of each letter: plain values that `judging` and the flows gather and
`writing` puts into words.

A letter never computes a figure: what it says stands here. Times are aware datetimes
already in the campaign's zone; rates are shares (0.52 = 52 %).
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from pipeline.model.notice import NoticeKind
from pipeline.model.reply_token import Token
from pipeline.model.roster import Group
from pipeline.model.standing import Standing

ANSWER_ABOVE = (
    "请在这条线以上写答复"  # stands at the top of every letter that can be answered
)


@dataclass(frozen=True)
class Sender:
    """The campaign as letters name it. `mailbox` is the reporting address that forms go to."""

    campaign: str
    document: str  # 乐工发〔2015〕33号
    organizer: str
    department: str
    form_title: str
    mailbox: str
    lag_margin: float  # 0.10: what "lagging" means is printed wherever it is said
    measures_labels: tuple[str, ...] = ("主要工作举措",)
    count: str = "cumulative"  # or "increment": what the form asks for


@dataclass(frozen=True)
class FieldRead:
    """A field of the form as it was read: `label` in Chinese, what was understood,
    where it stands, what stands there."""

    label: str
    value: str
    where: str
    text: str
    file: str = ""


@dataclass(frozen=True)
class FileLine:
    """A file of the mail and what became of it, one sentence: 已读取 / 不是旬报表 / 打不开：…"""

    name: str
    outcome: str


@dataclass(frozen=True)
class ReportLine:
    """One report in a receipt or a review. `state`: accepted, held, superseded, rejected, duplicate.

    `unit` may be "" (unclear). `notes` and `holds` are sentences that a clerk would
    accept, not codes. `previous` is the last accepted figure of an earlier period;
    `replaces` the figure that a correction supersedes. `of_kind` is how many units of
    its kind are ranked. `rate`, `rank` are None for pool members and held reports.
    """

    unit: str
    period: date
    period_name: str  # 2015年9月上旬（9月10日）
    deadline: datetime
    state: str
    timeliness: str  # on_time, late
    completed: int | None
    added: int | None
    target: int | None
    rate: float | None
    schedule: float
    lagging: bool
    rank: int | None
    of_kind: int
    kind_name: str  # 县（市、区）, 市级单位
    previous: int | None
    previous_period_name: str
    replaces: int | None
    fields: tuple[FieldRead, ...]
    measures: tuple[str, ...]
    measures_chars: int
    notes: tuple[str, ...]
    holds: tuple[str, ...]


@dataclass(frozen=True)
class Receipt:
    """回执: what was read, what counts or is held and why, rank so far."""

    subject: str
    received_at: datetime
    reports: tuple[ReportLine, ...]
    files: tuple[FileLine, ...]
    kind: NoticeKind = NoticeKind.RECEIPT


@dataclass(frozen=True)
class Unreadable:
    """退回说明: what is wrong with the mail and what to do; the blank form goes with
    it. `unit` may be ""."""

    subject: str
    received_at: datetime
    unit: str
    period: date
    period_name: str
    deadline: datetime
    problems: tuple[FileLine, ...]
    kind: NoticeKind = NoticeKind.UNREADABLE


@dataclass(frozen=True)
class Reminder:
    """报送提醒, 催报 and the second 催报: nothing has come for the period. `last_*` are
    None before the first report."""

    kind: NoticeKind
    unit: str
    period: date
    period_name: str
    deadline: datetime
    target: int
    last_completed: int | None
    last_period_name: str
    rate: float | None
    groups: tuple[Group, ...] = ()
    serial: str = ""  # 报表编号 of the pre-filled form that goes with it
    relayed: bool = (
        False  # to the guidance groups, since no address of the unit takes mail
    )


@dataclass(frozen=True)
class LagNotice:
    """进度提醒. People: `gap_to_schedule` to reach schedule progress, `gap_to_lift`
    more lift the flag at this period;

    `per_period` more in each of `periods_left` coming periods reach the target.
    """

    unit: str
    period: date
    period_name: str
    completed: int
    target: int
    rate: float
    schedule: float
    threshold: float  # schedule - margin: below it a unit is called lagging
    gap_to_schedule: int
    gap_to_lift: int
    gap_to_target: int
    per_period: int | None  # None when no period is left
    periods_left: int
    rank: int
    of_kind: int
    kind_name: str
    kind: NoticeKind = NoticeKind.LAG_NOTICE


@dataclass(frozen=True)
class UnitLetter:
    """What goes to one unit as one mail: one or several notices that fall due together (rules.md 9)."""

    unit: str
    parts: tuple[Reminder | LagNotice, ...]


@dataclass(frozen=True)
class HeldCase:
    """A held report as staff see it. `suggestions` are near unit names, offered and never taken.

    `answers` are the commands and reply words that settle it: (what to write, what it
    does). `against` sets what the form says beside what the ledger says: (what, on the
    form, in the ledger).
    """

    report_id: str
    sender: str
    subject: str
    received_at: datetime
    line: ReportLine
    suggestions: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    history: tuple[
        tuple[str, int], ...
    ]  # accepted figures so far: (period name, completed)
    quote: str = ""  # the beginning of the mail's text
    against: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class ReviewRequest:
    """待核单: one case, its evidence, how to answer. `pictures` are shown in it: (Content-ID, caption).

    `token` is what a reply needs; `code` is it as written for one reviewer (待核码), ""
    until the letter is addressed.
    """

    case: HeldCase
    token: Token | None = None
    code: str = ""
    pictures: tuple[tuple[str, str], ...] = ()
    kind: NoticeKind = NoticeKind.REVIEW_REQUEST


@dataclass(frozen=True)
class ReviewAnswer:
    """What a reviewer's reply did (`done`) or why it did nothing; to her and to the other reviewers."""

    report_id: str
    by: str
    received_at: datetime
    done: bool
    result: str  # one sentence
    wrote: str  # the beginning of the reply, as written
    case: HeldCase | None
    answers: tuple[tuple[str, str], ...] = ()  # what can be answered now
    token: Token | None = None
    code: str = ""
    kind: NoticeKind = NoticeKind.REVIEW_ANSWER


@dataclass(frozen=True)
class Returned:
    """退回重报 to the unit: a reviewer gave its report back, and why; the form, filled
    in as far as it is known, goes with it."""

    unit: str  # "" where only the sender is known
    subject: str
    received_at: datetime
    period: date
    period_name: str
    deadline: datetime
    why: str
    completed: int | None  # what the report said
    last_completed: int | None
    last_period_name: str
    target: int
    serial: str = ""
    kind: NoticeKind = NoticeKind.RETURNED


@dataclass(frozen=True)
class Arrears:
    """A lagging row in words: the gap in people, the pace needed, the counterfactual."""

    unit: str
    kind_name: str
    completed: int
    target: int
    rate: float
    gap_to_schedule: int
    gap_to_lift: int
    per_period: int | None
    rank: int


@dataclass(frozen=True)
class Delay:
    """A late report: when it came and by how much it missed the deadline."""

    unit: str
    received_at: datetime
    hours_late: float


@dataclass(frozen=True)
class Excused:
    """准予延期: a unit that was given more time for a period, and why; `until` is local."""

    unit: str
    period: date
    until: datetime
    why: str


@dataclass(frozen=True)
class Digest:
    """旬进度简报 for staff. `rank_before` gives each unit's rank within its kind at the
    period before (None: unranked)."""

    period: date
    period_name: str
    deadline: datetime
    standing: Standing
    rank_before: tuple[tuple[str, int | None], ...]
    completed_before: tuple[tuple[str, int | None], ...]
    late: tuple[Delay, ...]
    missing: tuple[str, ...]
    held: tuple[HeldCase, ...]
    lagging: tuple[Arrears, ...]
    groups: tuple[Group, ...]
    periods_left: int
    excused: tuple[Excused, ...] = ()
    undecided: tuple[
        tuple[str, tuple[str, ...]], ...
    ] = ()  # (why nothing is said, of which units)
    searched: tuple[
        tuple[str, str], ...
    ] = ()  # of each missing unit, what was searched for it
    unreachable: tuple[str, ...] = ()  # 联系不上
    delayed: tuple[str, ...] = ()  # on time: late by the provider's doing alone
    kind: NoticeKind = NoticeKind.PERIOD_DIGEST


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


@dataclass(frozen=True)
class TalkProposal:
    """约谈建议 to staff: who, why, how to confirm."""

    month: str
    lines: tuple[TalkLine, ...]
    answers: tuple[tuple[str, str], ...]
    token: Token | None = None
    code: str = ""
    kind: NoticeKind = NoticeKind.TALK_PROPOSAL


@dataclass(frozen=True)
class TalkNotice:
    """约谈通知 to the unit, once staff have confirmed it: why, and when and where (their words)."""

    line: TalkLine
    month_name: str  # 2015年9月
    appointment: str
    kind: NoticeKind = NoticeKind.TALK_NOTICE


@dataclass(frozen=True)
class Alert:
    """告警 to admins: what is wrong, since when, what to do."""

    cause: str
    what: str
    since: datetime
    cure: tuple[str, ...]
    details: tuple[tuple[str, str], ...] = field(default=())
    kind: NoticeKind = NoticeKind.ALERT


Letter = (
    Receipt
    | Unreadable
    | UnitLetter
    | ReviewRequest
    | ReviewAnswer
    | Returned
    | BulletinDraft
    | Digest
    | Bulletin
    | TalkProposal
    | TalkNotice
    | Alert
)
