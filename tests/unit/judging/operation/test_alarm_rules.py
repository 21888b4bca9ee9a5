"""Which troubles stand until they are mended, and which alarms a wake may close."""

import pytest
from judging_makers import at

from pipeline.judging.operation.alarm_rules import (
    OF_MAILBOX,
    by_mail,
    lasts,
    mended,
)
from pipeline.judging.operation.backoff import (
    is_worth_an_alarm,
    next_pause,
    waits_until,
)
from pipeline.model.operation.complaint import AlarmCause, Complaint
from pipeline.model.operation.cooldown import Alarm

NOW = at("09-10 18:05")


def alarm(cause: AlarmCause) -> Alarm:
    return Alarm(cause, NOW, "x", ("y",))


@pytest.mark.parametrize(
    ("cause", "standing", "mail"),
    [
        (AlarmCause.MAILBOX_LOGIN, True, True),
        (AlarmCause.MAILBOX_QUIET, True, True),
        (AlarmCause.SMTP_LOGIN, True, False),
        (AlarmCause.DISK_LOW, True, True),
        (AlarmCause.BOUNCED, False, True),
        (AlarmCause.POLL_MISSED, False, True),
    ],
)
def test_what_stands_and_what_mail_can_tell(
    cause: AlarmCause, standing: bool, mail: bool
) -> None:
    assert (lasts(cause), by_mail(cause)) == (standing, mail)


def test_only_what_was_looked_for_and_not_found_is_mended() -> None:
    standing = [
        alarm(AlarmCause.MAILBOX_LOGIN),
        alarm(AlarmCause.MAILBOX_SETUP),
        alarm(AlarmCause.SMTP_LIMIT),
        alarm(AlarmCause.DISK_LOW),
    ]
    found = [Complaint(AlarmCause.MAILBOX_SETUP, advice="打不开文件夹")]
    closed = mended(standing, found, {*OF_MAILBOX, AlarmCause.DISK_LOW})
    assert [a.cause for a in closed] == [
        AlarmCause.MAILBOX_LOGIN,
        AlarmCause.DISK_LOW,
    ]


def test_a_wait_ends_with_its_time_with_another_account_and_with_a_clock_set_back() -> (
    None
):
    pause = next_pause(None, "login", "mine", NOW)
    assert waits_until(pause, "mine", at("09-10 18:34")) == at("09-10 18:35")
    assert waits_until(pause, "mine", at("09-10 18:35")) is None
    assert waits_until(pause, "other", NOW) is None
    assert waits_until(pause, "mine", at("09-10 18:04")) is None
    assert waits_until(None, "mine", NOW) is None


def test_what_the_server_asks_for_now_and_then_is_no_alarm() -> None:
    first = next_pause(None, "limit", "mine", NOW, 900)
    second = next_pause(first, "limit", "mine", NOW, 900)
    third = next_pause(second, "limit", "mine", NOW, 900)
    assert [is_worth_an_alarm(p) for p in (first, second, third)] == [
        False,
        False,
        True,
    ]
    assert is_worth_an_alarm(
        next_pause(None, "limit", "mine", NOW, 4 * 3600)
    ), "the day's quota is used up"
