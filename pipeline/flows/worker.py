"""One wake of the worker: read the mailbox, plan what is owed, send. State decides, never the timer that woke it.

The order is the promise: the mailbox is read before anything is sent, so that nobody who has reported is reminded.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from pipeline.flows.deliver import Delivered, Dispatch, deliver
from pipeline.flows.ingest import Intake, Taken, poll, take_in
from pipeline.flows.notify import Desk, Planned, alert, notify
from pipeline.flows.ports import Clock, Mailbox, PollBook
from pipeline.judging.due import poll_times
from pipeline.judging.health import Vitals, complaints
from pipeline.model.failure import EdgeError, ReaderDied


@dataclass(frozen=True)
class Shift:
    """Everything one wake works with."""

    clock: Clock
    folders: Callable[[], Sequence[AbstractContextManager[Mailbox]]]
    intake: Intake
    desk: Desk
    dispatch: Dispatch
    polls: PollBook
    vitals: Callable[[], Vitals]
    stopping: Callable[[], bool] = lambda: False


@dataclass
class Worked:
    """What a wake did. `unreachable` holds a sentence for each server that could not be used."""

    taken: Taken = field(default_factory=Taken)
    planned: Planned = field(default_factory=Planned)
    delivered: Delivered = field(default_factory=Delivered)
    unreachable: list[str] = field(default_factory=list)

    @property
    def needs_a_person(self) -> bool:
        return bool(
            self.taken.held or self.taken.set_aside or self.planned.unwritten or self.delivered.problems
        )


def wake(shift: Shift) -> Worked:
    """Does all that is owed now, and nothing twice."""
    worked = Worked()
    now = shift.clock.now()
    shift.intake.store.born(now)
    vitals = shift.vitals()
    read = _read_mailbox(shift, worked)
    if shift.stopping():
        return worked
    worked.planned = notify(now, shift.desk, mailbox_read=read)
    if worked.planned.frozen:  # a bulletin that was drawn up brings talk proposals with it
        worked.planned.add(notify(now, shift.desk, mailbox_read=read))
    _tell_admins(shift, worked, vitals)
    if not shift.stopping():
        _send(shift, worked)
    return worked


def _read_mailbox(shift: Shift, worked: Worked) -> bool:
    try:
        whole = _whole_list_due(shift)
        for folder in shift.folders():
            with folder as mailbox:
                poll(mailbox, shift.intake, worked.taken, whole=whole)
        shift.polls.record_poll(shift.clock.now(), whole=whole)
        return True
    except ReaderDied as trouble:
        worked.taken.set_aside.append(trouble.advice)
        return False
    except EdgeError as trouble:
        worked.unreachable.append(f"收信：{trouble.advice}")
        take_in(shift.intake, worked.taken)
        return False


def _whole_list_due(shift: Shift) -> bool:
    """Once a day the whole list of UIDs is compared, since a UIDVALIDITY that never changes proves nothing."""
    last = shift.polls.last_poll(whole=True)
    local = shift.desk.campaign.calendar.local
    return last is None or local(last).date() != local(shift.clock.now()).date()


def _send(shift: Shift, worked: Worked) -> None:
    try:
        worked.delivered = deliver(shift.clock.now, shift.dispatch, shift.desk.ledger())
    except EdgeError as trouble:
        worked.unreachable.append(f"发信：{trouble.advice}")
        return
    if worked.delivered.stopped:
        cure = ("检查 config.toml 的 [smtp] 用户名、授权码和 from 地址", "改好后程序会自动接着发送")
        alert(
            "smtp_configuration",
            f"发信被服务器拒绝：{worked.delivered.stopped}",
            cure,
            shift.clock.now(),
            shift.desk,
        )
    elif worked.delivered.problems:
        what = "有邮件没有送到：" + "；".join(worked.delivered.problems[:5])
        alert(
            "undelivered",
            what,
            ("核对收件人邮箱地址", "用 xunbao notices 查看每封邮件的状态"),
            shift.clock.now(),
            shift.desk,
        )


def _tell_admins(shift: Shift, worked: Worked, vitals: Vitals) -> None:
    now = shift.clock.now()
    for complaint in complaints(now, poll_times(shift.desk.campaign), vitals):
        alert(complaint.cause, complaint.what, complaint.cure, now, shift.desk)
    for trouble in worked.unreachable:
        cure = ("检查网络和邮箱授权码", "运行 xunbao check --online 看哪一步不通")
        alert("mailbox", f"邮箱没有读成。{trouble}", cure, now, shift.desk)
    if worked.taken.bounced:
        cure = ("联系该单位，问清新的邮箱", "改 config.toml 里的地址；该地址再来信后程序会自动恢复发送")
        alert(
            "bounced",
            "有邮件被退回，已停止向这些地址发信：" + "；".join(worked.taken.bounced[:5]),
            cure,
            now,
            shift.desk,
        )
    if worked.planned.storms:
        alert(
            "storm",
            "有邮箱一天内来信太多，已停止自动答复（来信照样登记）：" + "；".join(worked.planned.storms[:5]),
            (
                "用 xunbao messages 看看是什么邮件；两个程序互相回信的，请对方关掉自动回复",
                "没有单独发信的待核报表用 xunbao review list 查看和处理",
            ),
            now,
            shift.desk,
        )
    if worked.planned.unwritten:
        cure = ("运行 xunbao check 查看模板的错误", "改好后程序会自动补发")
        alert("template", "有通知写不出来：" + "；".join(worked.planned.unwritten[:5]), cure, now, shift.desk)
    if worked.taken.set_aside:
        cure = ("原始邮件已保存在 storage/raw", "用 xunbao messages 查看，必要时请发件人重发")
        alert(
            "set_aside",
            "有邮件多次处理失败，已搁置：" + "；".join(worked.taken.set_aside[:5]),
            cure,
            now,
            shift.desk,
        )
