"""What the letters of one moment are gathered from. No figure is computed here, no word written."""

from dataclasses import field
from datetime import date, datetime, timedelta
from typing import Protocol

from pipeline.judging.progress.campaign import Campaign
from pipeline.judging.progress.kind_counts import KindCounts, count_kinds
from pipeline.model.ledger import Ledger, MailRecord
from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.letters.digests import Digest
from pipeline.model.month import Month
from pipeline.model.report import Report
from pipeline.model.review.reply_token import Token
from pipeline.model.review.talk import TalkEvent
from pipeline.model.standing import Standing
from pipeline.model.values.frozen import frozen


class Records(Protocol):
    """The store's half for what letters quote."""

    def secret(self) -> bytes: ...
    def mail(self, key: str) -> MailRecord | None: ...
    def report(self, report_id: str) -> Report | None: ...
    def talk_events(self, month: Month) -> tuple[TalkEvent, ...]: ...
    def bulletin(self, month: Month, kind: str) -> Bulletin | None: ...
    def polls(self) -> tuple[datetime, ...]: ...


@frozen
class Facts:
    """What the letters of one moment are gathered from. `now` is UTC."""

    campaign: Campaign
    records: Records
    ledger: Ledger
    now: datetime
    # What was gathered for a period's digests, of which there are several
    digests: dict[date, Digest] = field(
        default_factory=dict,
        compare=False,
        repr=False,
    )

    # Of the standings that letters tell a place in
    counted: dict[date, KindCounts] = field(
        default_factory=dict,
        compare=False,
        repr=False,
    )

    def kinds(self, standing: Standing) -> KindCounts:
        """The counts of a standing of this moment, made once a period."""
        if standing.period not in self.counted:
            self.counted[standing.period] = count_kinds(standing.rows)
        return self.counted[standing.period]

    def local(self, moment: datetime) -> datetime:
        return self.campaign.calendar.local(moment)

    def token(self, case: str, version: int) -> Token:
        """What lets a case be decided by mail from now on."""
        days = timedelta(days=self.campaign.notices.token_days)
        return Token(case, version, (self.local(self.now) + days).date())

    def deadline(self, period: date) -> datetime:
        return self.local(self.campaign.calendar.deadline(period))
