"""Every cause of an alarm says what is wrong and what to do, with what it is of."""

from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.model.operation.clock_evidence import ClockDoubt, ClockSource
from pipeline.model.operation.complaint import AlarmCause, Complaint
from pipeline.writing.operation.alarm_words import alarm_words

AHEAD = ClockDoubt(
    timedelta(minutes=61, seconds=5),
    ClockSource.POST,
    datetime(2015, 9, 10, 19, tzinfo=UTC),
)


def whole(cause: AlarmCause) -> Complaint:
    """A complaint with every fact that any sentence may name."""
    return Complaint(
        cause, ("第一封",), 7_000_000, "不行", date(2015, 9, 10), AHEAD
    )


@pytest.mark.parametrize("cause", AlarmCause)
def test_every_cause_says_what_is_wrong_and_what_to_do(
    cause: AlarmCause,
) -> None:
    words = alarm_words(whole(cause))
    told = ("第一封", "不行", "7000000", "7 MB", "9月10日", "快61分钟")
    assert any(fact in words.what for fact in told)
    assert words.cure
    assert "{" not in words.what


@pytest.mark.parametrize(
    ("complaint", "what"),
    [
        (
            Complaint(AlarmCause.POLL_MISSED, count=2),
            "程序停过：有 2 次定时收信没有按时进行，现在已经补做",
        ),
        (
            Complaint(AlarmCause.CLOCK_DOUBT, doubt=AHEAD),
            "本机时钟比邮件服务器快61分钟以上（依据：发信服务器的回答），"
            "暂不判定漏报，也不催报",
        ),
        (
            Complaint(AlarmCause.DAMAGED, ("甲", "乙")),
            "台账或邮件档案与写入时不同，共 2 处：甲；乙",
        ),
        (
            Complaint(AlarmCause.SMTP_LOGIN, advice="请核对授权码"),
            "信发不出去：请核对授权码",
        ),
    ],
)
def test_a_sentence_in_full(complaint: Complaint, what: str) -> None:
    assert alarm_words(complaint).what == what


def test_of_many_the_first_five_are_named() -> None:
    many = tuple(f"第{n}封" for n in range(1, 9))
    said = alarm_words(Complaint(AlarmCause.BOUNCED, many)).what
    assert "第5封" in said
    assert "第6封" not in said
