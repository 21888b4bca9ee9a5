"""One wake of the worker: read the mailbox, plan what is owed, send. State decides,
never the timer that woke it.

The order is the promise: the mailbox is read before anything is sent, so that nobody
who has reported is reminded.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.flows.alarms import AlarmDesk, settle, show
from pipeline.flows.compose import Desk
from pipeline.flows.cooldown_gate import Door, failure
from pipeline.flows.deliver import Delivered, Dispatch, deliver
from pipeline.flows.fetch import poll
from pipeline.flows.ingest import Intake, Taken, take_in
from pipeline.flows.notify import Planned, notify
from pipeline.flows.ports import Clock, Examiner, Mailbox, PollBook
from pipeline.flows.retention import Shelves, tidy
from pipeline.flows.shared_mailbox import SharedReading
from pipeline.judging.operation.alarm_rules import (
    MAILBOX_CAUSES,
    OF_EVERY_WAKE,
    OF_MAILBOX,
    OF_SMTP,
    SMTP_CAUSES,
)
from pipeline.judging.operation.backoff import is_worth_an_alarm
from pipeline.judging.operation.complaints import Vitals, complaints
from pipeline.judging.operation.quiet_mailbox import quiet_mailbox
from pipeline.judging.progress.agenda import poll_times
from pipeline.judging.progress.campaign import Campaign
from pipeline.model.operation.complaint import AlarmCause, Complaint
from pipeline.model.operation.cooldown import Alarm
from pipeline.model.operation.errors import (
    EdgeError,
    ReaderDied,
    StorageFailed,
    Waiting,
)
from pipeline.model.values.frozen import frozen


@frozen
class Shift:
    """Everything one wake works with."""

    clock: Clock
    folders: Callable[[], Sequence[AbstractContextManager[Mailbox]]]
    door: Door
    alarms: AlarmDesk
    intake: Intake
    desk: Desk
    dispatch: Dispatch
    polls: PollBook
    vitals: Callable[[], Vitals]
    examiner: Examiner
    shelves: Shelves
    stopping: Callable[[], bool] = lambda: False
    # Where campaigns share the mailbox: it is read once for all
    shared: SharedReading | None = None


@dataclass
class Worked:
    """What a wake did. `unreachable` holds a sentence for each server that could not be
    used, `alarms` what stands wrong."""

    taken: Taken = field(default_factory=Taken)
    planned: Planned = field(default_factory=Planned)
    delivered: Delivered = field(default_factory=Delivered)
    unreachable: list[str] = field(default_factory=list)
    # Of the mailbox
    troubles: list[Complaint] = field(default_factory=list)
    # Causes of the mailbox that would have been found
    looked_at: set[AlarmCause] = field(default_factory=set)
    alarms: list[Alarm] = field(default_factory=list)
    # Of the ledger or of the kept mails
    damages: list[str] = field(default_factory=list)
    # Pages for people
    unwritten: list[str] = field(default_factory=list)
    # The mailbox was read whole
    taken_to_the_end: bool = False

    @property
    def needs_a_person(self) -> bool:
        return bool(
            self.taken.held
            or self.taken.set_aside
            or self.planned.unwritten
            or self.delivered.problems
            or self.alarms
            or self.damages
            or self.unwritten
        )

    @property
    def was_idle(self) -> bool:
        """Nothing came, nothing went and nothing stands wrong, and the mailbox was read
        to its end."""
        return self == Worked(
            taken=Taken(listed=self.taken.listed),
            looked_at=self.looked_at,
            taken_to_the_end=True,
        )


def wake(shift: Shift) -> Worked:
    """Does all that is owed now, and nothing twice."""
    worked = Worked()
    now = shift.clock.now()
    shift.intake.store.born(now)
    vitals = shift.vitals()
    read = read_mailbox(shift, worked)
    if shift.stopping():
        return worked
    worked.planned = notify(now, shift.desk, mailbox_read=read)
    # A bulletin that was drawn up brings talk proposals with it
    if worked.planned.frozen:
        worked.planned.add(notify(now, shift.desk, mailbox_read=read))
    _examine(shift, worked)
    _tell_admins(shift, worked, vitals)
    if not shift.stopping():
        _send(shift, worked)
        tidy(shift.clock.now(), shift.shelves)
    shift.examiner.note_end()
    worked.alarms = show(shift.clock.now(), shift.alarms, shift.desk)
    return worked


def read_mailbox(shift: Shift, worked: Worked) -> bool:
    """Fetches and records what came; whether the mailbox was read to its end. Before
    anything is sent, whoever sends it."""
    try:
        whole = _fetch(shift, worked.taken)
        worked.looked_at |= {*OF_MAILBOX, AlarmCause.MAIL_UNFETCHED}
        # One of them may be the report of a unit that would be reminded
        if worked.taken.unfetched:
            which = tuple(worked.taken.unfetched)
            worked.troubles.append(Complaint(AlarmCause.MAIL_UNFETCHED, which))
            return False
        shift.polls.record_poll(shift.clock.now(), whole=whole)
        worked.taken_to_the_end = True
        return True
    except ReaderDied as trouble:
        worked.taken.set_aside.append(trouble.advice)
        return False
    except StorageFailed:
        # No fault of a server's: nothing more can be kept or recorded
        raise
    except EdgeError as trouble:
        worked.unreachable.append(f"收信：{trouble.advice}")
        if not isinstance(trouble, Waiting):
            cause = MAILBOX_CAUSES[failure(trouble)]
            worked.troubles.append(Complaint(cause, advice=trouble.advice))
            worked.looked_at |= OF_MAILBOX
        take_in(shift.intake, worked.taken)
        return False


def _fetch(shift: Shift, taken: Taken) -> bool:
    """What is new in the mailbox is kept and taken in; whether its whole list was
    compared."""
    if shift.shared is not None:
        shift.shared.read(taken)
        shift.shared.note(shift.intake, take_in(shift.intake, taken))
        return shift.shared.whole
    whole = whole_list_due(shift.polls, shift.desk.campaign, shift.clock)
    for folder in shift.folders():
        with shift.door.sitting(folder) as mailbox:
            poll(mailbox, shift.intake, taken, whole=whole)
    return whole


def whole_list_due(polls: PollBook, campaign: Campaign, clock: Clock) -> bool:
    """Once a day the whole list of UIDs is compared, since a UIDVALIDITY that never
    changes proves nothing."""
    last = polls.last_poll(whole=True)
    local = campaign.calendar.local
    return last is None or local(last).date() != local(clock.now()).date()


def _examine(shift: Shift, worked: Worked) -> None:
    """Once a day: what is new in the ledger, and a part of what is old, is it still as
    it was written?"""
    now = shift.clock.now()
    last = shift.examiner.last_examined()
    local = shift.desk.campaign.calendar.local
    today = local(now).date()
    if last is None or local(last).date() != today:
        found = shift.examiner.examine_daily(now, today.toordinal())
        worked.damages += [damage.sentence for damage in found.damages]


def _send(shift: Shift, worked: Worked) -> None:
    """Sends what is due, and settles what became of it; a server that stood wrong and
    had nothing to take is tried."""
    try:
        worked.delivered = deliver(
            shift.clock.now,
            shift.dispatch,
            shift.desk.ledger(shift.clock.now()),
        )
        if not worked.delivered.spoken and not worked.delivered.shut:
            worked.delivered.spoken = _tried(shift)
    except StorageFailed:
        raise
    except EdgeError as trouble:
        worked.unreachable.append(f"发信：{trouble.advice}")
        cause = SMTP_CAUSES[failure(trouble)]
        _settle(shift, [Complaint(cause, advice=trouble.advice)], OF_SMTP)
        return
    if worked.delivered.spoken:
        _settle(shift, _sending_troubles(worked.delivered), OF_SMTP)


def _tried(shift: Shift) -> bool:
    """Whether the server was spoken to, which without a letter is done only where an
    alarm of it stands."""
    if not any(
        alarm.cause in OF_SMTP for alarm in shift.alarms.book.open_alarms()
    ):
        return False
    with shift.dispatch.post() as post:
        post.check()
    return True


def _sending_troubles(delivered: Delivered) -> list[Complaint]:
    if delivered.stopped:
        which = (delivered.stopped,)
        return [Complaint(AlarmCause.SMTP_LOGIN, which)]
    if delivered.pause is not None and is_worth_an_alarm(delivered.pause):
        return [Complaint(AlarmCause.SMTP_LIMIT, advice=delivered.paused)]
    return _each({AlarmCause.UNDELIVERED: delivered.problems})


def _settle(
    shift: Shift, found: list[Complaint], looked_at: Collection[AlarmCause]
) -> None:
    settle(
        found=found,
        looked_at=looked_at,
        now=shift.clock.now(),
        alarms=shift.alarms,
        desk=shift.desk,
    )


def _each(
    found: Mapping[AlarmCause, Sequence[str]],
) -> list[Complaint]:
    """A complaint for each cause of which there is anything to name."""
    made = []
    for cause, which in found.items():
        if which:
            made.append(Complaint(cause, tuple(which)))
    return made


def _found(shift: Shift, worked: Worked, vitals: Vitals) -> list[Complaint]:
    """All that admins must hear of this wake, but of the sending, which comes after."""
    found = [
        *by_the_clock(
            now=shift.clock.now(),
            desk=shift.desk,
            vitals=vitals,
            mailbox_read=worked.taken_to_the_end,
        ),
        *worked.troubles,
    ]
    taken, planned = worked.taken, worked.planned
    found += _each(
        {
            AlarmCause.BOUNCED: taken.bounced,
            AlarmCause.MAIL_ASIDE: taken.asides,
            AlarmCause.UNMOVED: [taken.unmoved] if taken.unmoved else [],
            AlarmCause.RETURNED: taken.returned,
            AlarmCause.SET_ASIDE: taken.set_aside,
            AlarmCause.STORM: planned.storms,
            AlarmCause.TEMPLATE: planned.unwritten,
            AlarmCause.DAMAGED: worked.damages,
        }
    )
    return found


def by_the_clock(
    now: datetime, desk: Desk, vitals: Vitals, *, mailbox_read: bool
) -> list[Complaint]:
    """What stands wrong at a moment, by the ledger and the clock alone."""
    found = [*complaints(now, poll_times(desk.campaign), vitals)]
    doubt = desk.clock_doubt(now)
    if doubt is not None:
        found.append(Complaint(AlarmCause.CLOCK_DOUBT, doubt=doubt))
    if mailbox_read:
        quiet = quiet_mailbox(now, desk.campaign, desk.ledger(now))
        found += [quiet] if quiet else []
    return found


def _tell_admins(shift: Shift, worked: Worked, vitals: Vitals) -> None:
    found = _found(shift, worked, vitals)
    _settle(shift, found, OF_EVERY_WAKE | worked.looked_at)
