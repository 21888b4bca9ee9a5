"""A mailbox into which nobody writes although forms are due: the provider may keep the
mail back, the filter may put it elsewhere, the address may be wrong.

Values in, a complaint out. Says nothing of a mailbox that could not be read: that is
told by itself.
"""

from datetime import date, datetime, timedelta

from pipeline.judging.progress.agenda import poll_times
from pipeline.judging.progress.campaign import Campaign
from pipeline.model.ledger import Ledger
from pipeline.model.operation.complaint import AlarmCause, Complaint

_SILENT_FOR = timedelta(hours=24)
# The deadline, so that there is time to act
_AT_MOST_BEFORE = timedelta(hours=6)


def quiet_mailbox(
    now: datetime, campaign: Campaign, ledger: Ledger
) -> Complaint | None:
    """At the last poll before a deadline: units still owe their forms, and no mail of
    any kind has come for a day."""
    due = _closing(now, campaign)
    if due is None or not _is_owed(due, now, campaign, ledger):
        return None
    for mail in ledger.mails_since(now - _SILENT_FOR):
        if mail.received_at > now - _SILENT_FOR:
            return None
    return Complaint(AlarmCause.MAILBOX_QUIET, due=due)


def _closing(now: datetime, campaign: Campaign) -> date | None:
    """The period whose deadline is near: no poll stands between."""
    for due in campaign.calendar.dues:
        deadline = campaign.calendar.deadline(due)
        if not deadline - _AT_MOST_BEFORE <= now < deadline:
            continue
        later = [at for at in poll_times(campaign) if now < at < deadline]
        if not later:
            return due
    return None


def _is_owed(
    due: date, now: datetime, campaign: Campaign, ledger: Ledger
) -> bool:
    standing = campaign.standing(due, ledger, now)
    return any(row.state is None and not row.pool for row in standing.rows)
