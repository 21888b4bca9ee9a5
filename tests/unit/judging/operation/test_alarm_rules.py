"""Which troubles stand until they are mended, and which alarms a wake may close."""

import pytest
from judging_makers import at

from pipeline.judging.operation.alarm_rules import (
    by_mail,
    lasts,
    mailbox_trouble,
    mended,
    smtp_trouble,
)
from pipeline.judging.operation.backoff import (
    is_worth_an_alarm,
    next_pause,
    waits_until,
)
from pipeline.judging.operation.health import Complaint
from pipeline.model.operation.cooldown import Alarm

NOW = at("09-10 18:05")


def alarm(cause: str) -> Alarm:
    return Alarm(cause, NOW, "x", ("y",))


@pytest.mark.parametrize(
    ("cause", "standing", "mail"),
    [
        ("mailbox_login", True, True),
        ("smtp_login", True, False),
        ("disk_low", True, True),
        ("bounced", False, True),
        ("poll_missed", False, True),
    ],
)
def test_what_stands_and_what_mail_can_tell(
    cause: str, standing: bool, mail: bool
) -> None:
    assert (lasts(cause), by_mail(cause)) == (standing, mail)


def test_only_what_was_looked_for_and_not_found_is_mended() -> None:
    standing = [
        alarm("mailbox_login"),
        alarm("mailbox_setup"),
        alarm("smtp_limit"),
        alarm("disk_low"),
    ]
    found: list[Complaint] = [mailbox_trouble("setup", "打不开文件夹")]
    closed = mended(standing, found, ["mailbox_", "disk_low"])
    assert [a.cause for a in closed] == ["mailbox_login", "disk_low"]


@pytest.mark.parametrize(
    "reason", ["login", "setup", "unreachable", "storage", "limit"]
)
def test_every_reason_says_what_to_do(reason: str) -> None:
    for complaint in (
        mailbox_trouble(reason, "不行"),
        smtp_trouble(reason, "不行"),
    ):
        assert complaint.cure
        assert "不行" in complaint.what


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
