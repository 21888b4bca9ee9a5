"""The facts of what is said after a bulletin went: that printed figures are corrected
(更正), that it is withdrawn (撤回), or before it goes, that it waits."""

from datetime import date, datetime

from pipeline.model.month import Month
from pipeline.model.named import NamedTexts
from pipeline.model.notice import NoticeKind
from pipeline.model.review.reply_token import Token
from pipeline.model.values.frozen import frozen


@frozen
class PrintedChange:
    """A unit's figure as a bulletin printed it and as the ledger knows it now.

    `corrected`: the printed figure counts no more; else a later report has come beside
    it. `pool`: the unit is a member of it, "" for a row.
    """

    unit: str
    printed: int | None
    now: int | None
    corrected: bool
    pool: str = ""


@frozen
class ErratumLine:
    """One corrected row in numbers; rates and ranks are those of the printed and of
    today's figures, None for members of a pool."""

    unit: str
    printed: int | None
    now: int | None
    corrected: bool
    rate_printed: float | None
    rate_now: float | None
    rank_printed: int | None
    rank_now: int | None


@frozen
class Erratum:
    """更正 or 撤回 of a bulletin, to whoever had it. `issue` is its 文号 or 第N期;
    totals are those of its period, as printed and now. Without lines and not withdrawn:
    the printed figures hold again."""

    month: Month
    title: str
    issue: str
    issued_on: date
    period: date
    lines: tuple[ErratumLine, ...]
    total_printed: int
    total_now: int
    # None without targets
    target: int | None
    withdrawn: bool = False
    # Of a bulletin that was sent beside the monthly ones
    adhoc: bool = False
    why: str = ""
    kind: NoticeKind = NoticeKind.ERRATUM


@frozen
class ErratumDraft:
    """更正送审稿 to reviewers: the erratum as it will go, and how to release it."""

    erratum: Erratum
    answers: NamedTexts
    # How many addresses had the bulletin
    recipients: int
    token: Token | None = None
    code: str = ""
    kind: NoticeKind = NoticeKind.ERRATUM_DRAFT


@frozen
class WaitingCase:
    """A held report that keeps a bulletin back."""

    # "" where it is in question
    unit: str
    period_name: str
    report_id: str
    received_at: datetime


@frozen
class BulletinWaits:
    """通报等待待核: to reviewers at the bulletin's hour, while held reports keep it."""

    month: Month
    cases: tuple[WaitingCase, ...]
    kind: NoticeKind = NoticeKind.BULLETIN_WAITS
