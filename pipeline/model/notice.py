"""Notices: what is sent, to whom, when, and once per what (rules.md 9)."""

from dataclasses import field
from datetime import date, datetime
from enum import StrEnum

from pipeline.model.month import Month
from pipeline.model.values.frozen import frozen


class NoticeKind(StrEnum):
    # 回执
    RECEIPT = "receipt"
    # 退回说明
    UNREADABLE = "unreadable"
    # 报送提醒
    DUE_REMINDER = "due_reminder"
    # 催报
    OVERDUE_REMINDER = "overdue_reminder"
    SECOND_OVERDUE_REMINDER = "second_overdue_reminder"
    # 进度提醒
    LAG_NOTICE = "lag_notice"
    # 旬进度简报
    PERIOD_DIGEST = "period_digest"
    # 待核单
    REVIEW_REQUEST = "review_request"
    # 通报
    MONTHLY_BULLETIN = "monthly_bulletin"
    ADHOC_BULLETIN = "adhoc_bulletin"
    # 告警
    ALERT = "alert"
    # What a reviewer's reply did, to all reviewers
    REVIEW_ANSWER = "review_answer"
    # 退回重报: a reviewer gave a report back, to its unit
    RETURNED = "returned"
    # 核实结果: what became of a held report, to its unit
    SETTLED = "settled"
    # 通报送审稿, to reviewers, with approval = "required"
    BULLETIN_DRAFT = "bulletin_draft"
    # 更正, 撤回: to whoever had a bulletin
    ERRATUM = "erratum"
    # 更正送审稿, to reviewers
    ERRATUM_DRAFT = "erratum_draft"
    # Held reports keep a bulletin back
    BULLETIN_WAITS = "bulletin_waits"
    # 约谈通知 to a unit, when staff confirm with an appointment
    TALK_NOTICE = "talk_notice"
    # 约谈建议, to staff
    TALK_PROPOSAL = "talk_proposal"


# What answers a mail that was just received, or warns: goes at any hour.
ANSWERS = (
    NoticeKind.RECEIPT,
    NoticeKind.UNREADABLE,
    NoticeKind.REVIEW_REQUEST,
    NoticeKind.REVIEW_ANSWER,
    NoticeKind.RETURNED,
    NoticeKind.SETTLED,
    NoticeKind.ALERT,
)

# What goes to one unit of its own accord, the gravest first: the order of the parts
# where several go as one mail (rules.md 9).
REMINDERS = (
    NoticeKind.SECOND_OVERDUE_REMINDER,
    NoticeKind.OVERDUE_REMINDER,
    NoticeKind.LAG_NOTICE,
    NoticeKind.DUE_REMINDER,
)


# What says of somebody that he was silent, late or behind: it waits for a clock that can
# be trusted.
VERDICTS = (
    NoticeKind.OVERDUE_REMINDER,
    NoticeKind.SECOND_OVERDUE_REMINDER,
    NoticeKind.LAG_NOTICE,
    NoticeKind.PERIOD_DIGEST,
    NoticeKind.TALK_PROPOSAL,
    NoticeKind.BULLETIN_DRAFT,
    NoticeKind.MONTHLY_BULLETIN,
)


class NoticeState(StrEnum):
    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"


class DropReason(StrEnum):
    """Why a notice is settled without being sent."""

    # More than [notices] drop_after_days overdue
    LATE = "late"
    # A graver reminder has taken its place
    OVERTAKEN = "overtaken"
    # About a mail from before the program began
    HISTORY = "history"
    # Its sender, or the day, has had its fill of answers
    STORM = "storm"
    NO_ADDRESS = "no_address"
    # It may have gone since the backup was made
    RESTORED = "restored"
    # Of an older ledger, in words that are no longer in use
    AS_TOLD = "as_told"


@frozen
class Action:
    """One notice that is owed. `key` is what it goes out once per; it is unique in the outbox.

    `drop_reason` set: it is settled without being sent, and why.
    """

    kind: NoticeKind
    key: str
    due_at: datetime
    unit: str | None = None
    period: date | None = None
    month: Month | None = None
    message_key: str | None = None
    report_id: str | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    drop_reason: DropReason | None = None
    # The guidance group that it is for
    group: str | None = None
    # The group's one copy of several second reminders, not its digest of the period.
    again: bool = False
    # To the unit's groups, since none of its own addresses takes mail.
    relayed: bool = False
    # The ad-hoc bulletin that it corrects, "" for the month's own.
    snapshot: str = ""

    @property
    def of_month(self) -> Month:
        """LookupError for a notice that is of no month."""
        if self.month is None:
            raise LookupError(f"{self.key} names no month")
        return self.month


@frozen
class Enclosure:
    """A file that goes with a mail. `media_type` as in MIME (application/vnd...).

    `shown`: a picture that stands in the text too, under this Content-ID, with this caption.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)
    shown: str = ""
    caption: str = ""


@frozen
class Outgoing:
    """A mail ready to be frozen: what one or several notices became. Addresses are the
    roster's and the staff's only."""

    subject: str
    text: str
    html: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    in_reply_to: str = ""
    # What else of the thread, oldest first
    references: tuple[str, ...] = ()
    # The token of the one who may answer it
    code: str = ""
