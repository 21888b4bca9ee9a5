"""One wake of the worker: read the mailbox, plan what is owed, send. State decides,
never the timer that woke it.

The order is the promise: the mailbox is read before anything is sent, so that nobody
who has reported is reminded.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from pipeline.flows.alarms import AlarmDesk, settle, show
from pipeline.flows.compose import Desk
from pipeline.flows.cooldown_gate import Door, reason
from pipeline.flows.deliver import Delivered, Dispatch, deliver
from pipeline.flows.fetch import poll
from pipeline.flows.ingest import Intake, Taken, take_in
from pipeline.flows.notify import Planned, notify
from pipeline.flows.ports import Clock, Examiner, Mailbox, PollBook
from pipeline.flows.retention import Shelves, tidy
from pipeline.judging.operation.alarm_rules import (
    mailbox_trouble,
    smtp_trouble,
    unfetched_trouble,
)
from pipeline.judging.operation.backoff import is_worth_an_alarm
from pipeline.judging.operation.clock_skew import clock_complaint
from pipeline.judging.operation.health import Complaint, Vitals, complaints
from pipeline.judging.operation.quiet_mailbox import quiet_mailbox
from pipeline.judging.progress.agenda import poll_times
from pipeline.model.operation.cooldown import Alarm
from pipeline.model.operation.errors import (
    EdgeError,
    ReaderDied,
    StorageFailed,
    Waiting,
)


@dataclass(frozen=True)
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
    looked_at: list[str] = field(default_factory=list)
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
        whole = _whole_list_due(shift)
        for folder in shift.folders():
            with shift.door.sitting(folder) as mailbox:
                poll(mailbox, shift.intake, worked.taken, whole=whole)
        worked.looked_at += ["mailbox_", "mail_unfetched"]
        # One of them may be the report of a unit that would be reminded
        if worked.taken.unfetched:
            worked.troubles.append(unfetched_trouble(worked.taken.unfetched))
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
            worked.troubles.append(
                mailbox_trouble(reason(trouble), trouble.advice)
            )
            worked.looked_at.append("mailbox_")
        take_in(shift.intake, worked.taken)
        return False


def _whole_list_due(shift: Shift) -> bool:
    """Once a day the whole list of UIDs is compared, since a UIDVALIDITY that never
    changes proves nothing."""
    last = shift.polls.last_poll(whole=True)
    local = shift.desk.campaign.calendar.local
    return last is None or local(last).date() != local(shift.clock.now()).date()


def _examine(shift: Shift, worked: Worked) -> None:
    """Once a day: what is new in the ledger, and a part of what is old, is it still as
    it was written?"""
    now = shift.clock.now()
    last = shift.examiner.last_examined()
    today = shift.desk.campaign.calendar.local(now).date()
    if last is None or shift.desk.campaign.calendar.local(last).date() != today:
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
        _settle(
            shift, [smtp_trouble(reason(trouble), trouble.advice)], ["smtp_"]
        )
        return
    if worked.delivered.spoken:
        _settle(shift, _sending_troubles(worked.delivered), ["smtp_"])


def _tried(shift: Shift) -> bool:
    """Whether the server was spoken to, which without a letter is done only where an
    alarm of it stands."""
    if not any(
        alarm.cause.startswith("smtp_")
        for alarm in shift.alarms.book.open_alarms()
    ):
        return False
    with shift.dispatch.post() as post:
        post.check()
    return True


def _sending_troubles(delivered: Delivered) -> list[Complaint]:
    if delivered.stopped:
        return [
            smtp_trouble(
                "login",
                f"发信被服务器拒绝（{delivered.stopped}），请检查用户名、授权码和 from 地址",
            )
        ]
    if delivered.pause is not None and is_worth_an_alarm(delivered.pause):
        return [smtp_trouble("limit", delivered.paused)]
    if delivered.problems:
        what = "有邮件没有送到：" + "；".join(delivered.problems[:5])
        return [Complaint("undelivered", what, _UNDELIVERED_CURE)]
    return []


_UNDELIVERED_CURE = (
    "核对收件人邮箱地址",
    "用 xunbao notices 查看每封邮件的状态",
)


def _settle(shift: Shift, found: list[Complaint], looked_at: list[str]) -> None:
    settle(found, looked_at, shift.clock.now(), shift.alarms, shift.desk)


def _mail_complaints(taken: Taken) -> list[Complaint]:
    """What the mails of this wake have people look at."""
    found = []
    if taken.bounced:
        what = "有邮件被退回，已停止向这些地址发信：" + "；".join(
            taken.bounced[:5]
        )
        cure = (
            "联系该单位，问清新的邮箱",
            "改 config.toml 里的地址；该地址再来信后程序会自动恢复发送",
        )
        found.append(Complaint("bounced", what, cure))
    if taken.asides:
        what = "有来信需要人看一下：" + "；".join(taken.asides[:5])
        cure = (
            "用 xunbao messages 查看原信",
            "单位换了联系人的，改 config.toml 里的邮箱",
        )
        found.append(Complaint("mail_aside", what, cure))
    if taken.unmoved:
        what = f"读过的邮件没有移到 done_folder：{taken.unmoved}"
        cure = (
            "核对 [mailbox] 的 done_folder 一项",
            "运行 xunbao check --online",
        )
        found.append(Complaint("unmoved", what, cure))
    if taken.returned:
        what = "有邮件没有送到，地址仍可用：" + "；".join(taken.returned[:5])
        cure = (
            "按退信的原因处理：邮箱满的请对方清理，被拦截的请对方放行",
            "用 xunbao notices 查看是哪一封",
        )
        found.append(Complaint("returned", what, cure))
    if taken.set_aside:
        cure = (
            "原始邮件已保存在 storage/raw",
            "用 xunbao review list --all 查看，"
            "xunbao review retry 编号 重新取一次，必要时请发件人重发",
        )
        what = "有邮件多次处理失败，已搁置：" + "；".join(taken.set_aside[:5])
        found.append(Complaint("set_aside", what, cure))
    return found


def _tell_admins(shift: Shift, worked: Worked, vitals: Vitals) -> None:
    now = shift.clock.now()
    found = [
        *complaints(now, poll_times(shift.desk.campaign), vitals),
        *worked.troubles,
    ]
    doubt = shift.desk.clock_doubt(now)
    if doubt is not None:
        found.append(clock_complaint(doubt))
    if worked.taken_to_the_end:
        quiet = quiet_mailbox(now, shift.desk.campaign, shift.desk.ledger(now))
        found += [quiet] if quiet else []
    found += _mail_complaints(worked.taken)
    found += _letter_complaints(worked.planned)
    if worked.damages:
        found.append(_damaged(worked.damages))
    _settle(
        shift,
        found,
        [
            "outbox_stuck",
            "disk_low",
            "template",
            "clock_doubt",
            *worked.looked_at,
        ],
    )


def _letter_complaints(planned: Planned) -> Iterator[Complaint]:
    """What is wrong with letters: too many to one address, or some that cannot be written."""
    if planned.storms:
        what = (
            "有邮箱一天内来信太多，已停止自动答复（来信照样登记）："
            + "；".join(planned.storms[:5])
        )
        cure = (
            "用 xunbao messages 看看是什么邮件；两个程序互相回信的，请对方关掉自动回复",
            "没有单独发信的待核报表用 xunbao review list 查看和处理",
        )
        yield Complaint("storm", what, cure)
    if planned.unwritten:
        cure = ("运行 xunbao check 查看模板的错误", "改好后程序会自动补发")
        what = "有通知写不出来：" + "；".join(planned.unwritten[:5])
        yield Complaint("template", what, cure)


def _damaged(damages: Sequence[str]) -> Complaint:
    what = f"台账或邮件档案与写入时不同，共 {len(damages)} 处：" + "；".join(
        damages[:5]
    )
    cure = (
        "运行 xunbao verify 查看全部损坏之处",
        "从最近的备份恢复；没有备份的，用 xunbao replay 由原始邮件重做",
    )
    return Complaint("damaged", what, cure)
