"""How long a wake that found nothing to do would find nothing again, if nothing comes:
found by letting the judging judge a moment that notes what is asked of it.

Trusts the judging to ask nothing but the moment, the campaign and the ledger. What else
a wake does by the clock (a poll that is due, the day's examination, old files removed) is
bound by the agenda and by the end of the day. Never: plans, writes or sends anything.
"""

from datetime import datetime, time, timedelta

from pipeline.flows.compose import Desk
from pipeline.flows.worker import by_the_clock
from pipeline.judging.operation.complaints import Vitals
from pipeline.judging.operation.watched_moment import WatchedMoment, watched
from pipeline.judging.progress.agenda import next_wake
from pipeline.judging.progress.campaign import Campaign
from pipeline.notices.due import due_actions
from pipeline.notices.owed_bulletins import months_to_propose


def lull_until(begun: datetime, desk: Desk, vitals: Vitals) -> datetime | None:
    """The end of the lull that begins with an idle wake (UTC); None where something
    waits to be done. `begun` is the moment before that wake, `vitals` those after it."""
    if vitals.oldest_open is not None:
        return None
    now, watch = watched(begun)
    if not _nothing_is_owed(now, desk, vitals):
        return None
    campaign = desk.campaign
    end = min(
        watch.until, next_wake(begun, campaign), _day_ends(begun, campaign)
    )
    if end <= begun:
        return None
    return end


def _nothing_is_owed(now: WatchedMoment, desk: Desk, vitals: Vitals) -> bool:
    """As the wake asked it, in the same words."""
    campaign = desk.campaign
    ledger = desk.ledger(now)
    plan = due_actions(now, campaign, ledger)
    owed = (
        *plan.actions,
        *plan.rounds,
        *months_to_propose(now, campaign, ledger),
        *by_the_clock(now, desk, vitals, mailbox_read=True),
    )
    return not owed


def _day_ends(now: datetime, campaign: Campaign) -> datetime:
    """At midnight the mailbox's whole list is compared, and the ledger examined."""
    day = campaign.calendar.local(now).date() + timedelta(days=1)
    return campaign.calendar.at(day, time())
