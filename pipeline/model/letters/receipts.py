"""The facts of what answers a mail: receipts, returns, and reports that a reviewer gave back."""

from datetime import date, datetime

from pipeline.model.notice import NoticeKind
from pipeline.model.values.frozen import frozen


@frozen
class FieldRead:
    """A field of the form as it was read: `label` in Chinese, what was understood,
    where it stands, what stands there."""

    label: str
    value: str
    where: str
    text: str
    file: str = ""


@frozen
class FileLine:
    """A file of the mail and what became of it, one sentence: 已读取 / 没有找到表 / 打不开：…"""

    name: str
    outcome: str


@frozen
class ReportLine:
    """One report in a receipt or a review. `state`: accepted, held, superseded, rejected, duplicate.

    `unit` may be "" (unclear). `notes` and `holds` are sentences that a clerk would
    accept, not codes. `previous` is the last accepted figure of an earlier period;
    `rivals` are the numbers that its form shows where they are not one and nobody has
    said which counts; `completed` is None then.
    `replaces` the figure that a correction supersedes. `of_kind` is how many units of
    its kind are ranked. `rate`, `rank` are None for pool members and held reports.
    """

    unit: str
    period: date
    # 2015年9月上旬（9月10日）
    period_name: str
    deadline: datetime
    state: str
    # on_time, late
    timeliness: str
    completed: int | None
    added: int | None
    target: int | None
    rate: float | None
    schedule: float | None
    lagging: bool
    rank: int | None
    of_kind: int
    # 县（市、区）, 市级单位
    kind_name: str
    previous: int | None
    previous_period_name: str
    replaces: int | None
    fields: tuple[FieldRead, ...]
    measures: tuple[str, ...]
    measures_chars: int
    notes: tuple[str, ...]
    holds: tuple[str, ...]
    # Before the close a rank is among those that have reported; `of_all` counts the kind.
    closed: bool = True
    of_all: int = 0
    rivals: tuple[int, ...] = ()


@frozen
class Receipt:
    """回执: what was read, what counts or is held and why, rank so far."""

    subject: str
    received_at: datetime
    reports: tuple[ReportLine, ...]
    files: tuple[FileLine, ...]
    kind: NoticeKind = NoticeKind.RECEIPT


@frozen
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
    # What counts for the unit and period all the same, from another mail
    counted: int | None = None
    kind: NoticeKind = NoticeKind.UNREADABLE


@frozen
class Returned:
    """退回重报 to the unit: a reviewer gave its report back, and why; the form, filled
    in as far as it is known, goes with it."""

    # "" where only the sender is known
    unit: str
    subject: str
    received_at: datetime
    period: date
    period_name: str
    deadline: datetime
    why: str
    # What the report said
    completed: int | None
    last_completed: int | None
    last_period_name: str
    target: int | None
    serial: str = ""
    # People short of schedule progress at the period
    gap_to_schedule: int = 0
    kind: NoticeKind = NoticeKind.RETURNED


@frozen
class Settled:
    """核实结果: what staff decided on a report that was held; `as_read` is the figure that
    the form was read with, None where there was none."""

    subject: str
    received_at: datetime
    line: ReportLine
    as_read: int | None
    kind: NoticeKind = NoticeKind.SETTLED
