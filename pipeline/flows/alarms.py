"""From troubles to alarms: opened once for each cause, told by mail where mail can tell
it, closed when the cause has gone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.flows.compose import (
    Desk,
    send_letter,
)
from pipeline.flows.ports import AlarmBook, AlarmSheet
from pipeline.judging.operation.alarm_rules import (
    AGAIN_AFTER,
    by_mail,
    lasts,
    mended,
)
from pipeline.judging.operation.health import Complaint
from pipeline.model.letters.alerts import Alert
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.operation.cooldown import Alarm

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class AlarmDesk:
    """Where alarms are booked, and the sheet that shows them to people whom no mail reaches."""

    book: AlarmBook
    sheet: AlarmSheet


def settle(
    found: Sequence[Complaint],
    looked_at: Iterable[str],
    now: datetime,
    alarms: AlarmDesk,
    desk: Desk,
) -> None:
    """Raises what was found, closes what was looked for and has gone, and writes to
    admins what they must hear."""
    standing = {}
    for alarm in alarms.book.open_alarms():
        standing[alarm.cause] = alarm
    alarms.book.close_alarms(
        mended(list(standing.values()), found, looked_at), now
    )
    for complaint in found:
        if lasts(complaint.cause):
            _stand(complaint, standing.get(complaint.cause), now, alarms, desk)
        else:
            alert(complaint.cause, complaint.what, complaint.cure, now, desk)


def _stand(
    complaint: Complaint,
    before: Alarm | None,
    now: datetime,
    alarms: AlarmDesk,
    desk: Desk,
) -> None:
    if before is None:
        since = now
    else:
        since = before.since
    alarm = Alarm(complaint.cause, since, complaint.what, complaint.cure)
    if alarm != before:
        alarms.book.raise_alarm(alarm, now)
    if by_mail(complaint.cause):
        if before is None:
            within = _HOUR
        else:
            within = AGAIN_AFTER
        alert(
            alarm.cause,
            alarm.what,
            alarm.cure,
            now,
            desk,
            since=since,
            within=within,
        )


def show(now: datetime, alarms: AlarmDesk, desk: Desk) -> list[Alarm]:
    """What stands wrong now, also written on the sheet, with what admins should have
    been told and mail did not bring."""
    standing = alarms.book.open_alarms()
    alarms.sheet.show(standing, unsent_alerts(desk), now)
    return standing


def unsent_alerts(desk: Desk) -> list[str]:
    waiting = desk.outbox.open_deliveries()
    return list(
        dict.fromkeys(
            d.subject
            for d in waiting
            if any(a.kind is NoticeKind.ALERT for a in d.actions)
        )
    )


_CANNOT_WORK = (
    "按上面的提示处理；解决后程序会自动接着做",
    "运行 xunbao check --online 看哪一步不通",
)


def cannot_work(what: str, now: datetime, sheet: AlarmSheet) -> None:
    """Shows on the sheet alone what keeps the program from working at all, be it the
    ledger itself."""
    sheet.show([Alarm("program", now, what, _CANNOT_WORK)], [], now)


_MINUTE = "%Y%m%d%H%M"


def alert(
    cause: str,
    what: str,
    cure: tuple[str, ...],
    now: datetime,
    desk: Desk,
    details: tuple[tuple[str, str], ...] = (),
    *,
    since: datetime | None = None,
    within: timedelta = timedelta(hours=1),
) -> bool:
    """告警 to admins, at most hourly per cause (rules.md 9), or once in `within`; none
    while one still waits to be sent."""
    admins = desk.campaign.roster.staff_emails("alert")
    if (
        not admins
        or _told_lately(cause, now, desk, within)
        or _still_to_go(cause, desk)
    ):
        return False
    action = Action(
        NoticeKind.ALERT, f"{_alert_key(cause)}{now:{_MINUTE}}", now, to=admins
    )
    letter = Alert(
        cause, what, desk.campaign.calendar.local(since or now), cure, details
    )
    return send_letter(letter, (action,), now, desk)


def _alert_key(cause: str) -> str:
    return f"{NoticeKind.ALERT}:{cause}:"


def _still_to_go(cause: str, desk: Desk) -> bool:
    start = _alert_key(cause)
    return any(
        a.key.startswith(start)
        for d in desk.outbox.open_deliveries()
        for a in d.actions
    )


def _told_lately(
    cause: str, now: datetime, desk: Desk, within: timedelta
) -> bool:
    """Whether an alert of this cause was written within that time, be it the hour
    before by the clock."""
    start = _alert_key(cause)
    for key in desk.outbox.keys_from(start):
        minute = key.removeprefix(start)
        then = datetime.strptime(minute, _MINUTE).replace(tzinfo=now.tzinfo)
        if abs(now - then) < within:
            return True
    return False
