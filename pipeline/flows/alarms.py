"""From troubles to alarms: opened once for each cause, told by mail where mail can tell
it, closed when the cause has gone."""

from collections.abc import Collection, Sequence
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
from pipeline.model.letters.alerts import Alert
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.notice_key import key_of, once_per, parse_key
from pipeline.model.operation.complaint import AlarmCause, Complaint
from pipeline.model.operation.cooldown import Alarm
from pipeline.model.values.frozen import frozen
from pipeline.writing.operation.alarm_words import alarm_words

_HOUR = timedelta(hours=1)


@frozen
class AlarmDesk:
    """Where alarms are booked, and the sheet that shows them to people whom no mail reaches."""

    book: AlarmBook
    sheet: AlarmSheet


def settle(
    found: Sequence[Complaint],
    looked_at: Collection[AlarmCause],
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
            _stand(
                complaint=complaint,
                before=standing.get(complaint.cause),
                now=now,
                alarms=alarms,
                desk=desk,
            )
        else:
            alert(complaint, now, desk)


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
    words = alarm_words(complaint)
    alarm = Alarm(
        cause=complaint.cause,
        since=since,
        what=words.what,
        cure=words.cure,
    )
    if alarm != before:
        alarms.book.raise_alarm(alarm, now)
    if by_mail(complaint.cause):
        if before is None:
            within = _HOUR
        else:
            within = AGAIN_AFTER
        alert(
            complaint=complaint,
            now=now,
            desk=desk,
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
    """Their subjects, each once."""
    found: dict[str, None] = {}
    for delivery in desk.outbox.open_deliveries():
        kinds = {action.kind for action in delivery.actions}
        if NoticeKind.ALERT in kinds:
            found[delivery.subject] = None
    return list(found)


def cannot_work(what: str, now: datetime, sheet: AlarmSheet) -> None:
    """Shows on the sheet alone what keeps the program from working at all, be it the
    ledger itself."""
    words = alarm_words(Complaint(AlarmCause.PROGRAM, advice=what))
    alarm = Alarm(
        cause=AlarmCause.PROGRAM,
        since=now,
        what=words.what,
        cure=words.cure,
    )
    sheet.show([alarm], [], now)


_MINUTE = "%Y%m%d%H%M"


def alert(
    complaint: Complaint,
    now: datetime,
    desk: Desk,
    *,
    since: datetime | None = None,
    within: timedelta = timedelta(hours=1),
) -> bool:
    """告警 to admins, at most hourly per cause (rules.md 9), or once in `within`; none
    while one still waits to be sent."""
    admins = desk.campaign.roster.staff_emails("alert")
    if (
        not admins
        or _told_lately(complaint.cause, now, desk, within)
        or _still_to_go(complaint.cause, desk)
    ):
        return False
    action = Action(
        kind=NoticeKind.ALERT,
        key=once_per(NoticeKind.ALERT, complaint.cause, f"{now:{_MINUTE}}"),
        due_at=now,
        to=admins,
    )
    words = alarm_words(complaint)
    letter = Alert(
        cause=complaint.cause,
        what=words.what,
        since=desk.campaign.calendar.local(since or now),
        cure=words.cure,
    )
    return send_letter(letter, (action,), now, desk)


def _still_to_go(cause: AlarmCause, desk: Desk) -> bool:
    for delivery in desk.outbox.open_deliveries():
        for action in delivery.actions:
            key = parse_key(action.key)
            if key is not None and key.is_of(NoticeKind.ALERT, cause):
                return True
    return False


def _told_lately(
    cause: AlarmCause, now: datetime, desk: Desk, within: timedelta
) -> bool:
    """Whether an alert of this cause was written within that time, be it the hour
    before by the clock."""
    for key in desk.outbox.keys_of(key_of(NoticeKind.ALERT, cause)):
        minute = key.about[1]
        then = datetime.strptime(minute, _MINUTE).replace(tzinfo=now.tzinfo)
        if abs(now - then) < within:
            return True
    return False
