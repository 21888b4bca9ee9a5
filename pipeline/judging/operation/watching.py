"""Whether the worker sits at the mailbox between its polls: while forms are expected,
and while a person's answer is.

Values in, yes or no out. Asks nothing of a server: whether one can tell of new mail by
itself (IDLE) is the edge's affair.
"""

from datetime import datetime, timedelta
from typing import Literal

from pipeline.judging.progress.agenda import bulletin_time
from pipeline.judging.progress.campaign import Campaign
from pipeline.model.ledger import Ledger
from pipeline.model.month import Month
from pipeline.model.notice import NoticeKind
from pipeline.model.notice_key import bulletin_key
from pipeline.model.report import ReportState


def wants_to_watch(
    now: datetime,
    campaign: Campaign,
    setting: bool | Literal["never"],
    *,
    answers: bool,
) -> bool:
    """`setting`: what the config says; `answers`: whether an answer is expected."""
    if setting == "never":
        return False
    if setting or answers:
        return True
    return forms_expected(now, campaign)


def forms_expected(now: datetime, campaign: Campaign) -> bool:
    """From a period's reminder to its close."""
    rules = campaign.notices
    for due in campaign.calendar.dues:
        begin = campaign.calendar.step(due, rules.due_reminder)
        end = campaign.calendar.deadline(due) + rules.close_after
        if begin <= now < end:
            return True
    return False


def answer_expected(now: datetime, campaign: Campaign, ledger: Ledger) -> bool:
    """While a reply may decide something: a case, a talk, a draft. A reply's token has
    an end: what was asked before that is asked no more."""
    valid = timedelta(days=campaign.notices.token_days)
    for report in ledger.before_people:
        recent = now - report.received_at < valid
        if recent and report.state is ReportState.HELD:
            return True
    asked = {talk.month for talk in ledger.talks if talk.state == "proposed"}
    asked |= _drafted(ledger)
    return any(now - bulletin_time(m, campaign) < valid for m in asked)


def _drafted(ledger: Ledger) -> set[Month]:
    """The months whose bulletin waits for its approval."""
    months = set()
    for key in ledger.settled_of(NoticeKind.BULLETIN_DRAFT):
        month = Month(key.about[0])
        if bulletin_key(month) not in ledger.settled:
            months.add(month)
    return months
