"""One look at the program: a table of one state each, what is well, and what the whole comes to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.judging.operation.checkup import Seen, checkup, worst
from pipeline.judging.operation.complaints import Vitals
from pipeline.model.operation.finding import Part, State
from pipeline.model.operation.last_heartbeat import Heartbeat
from pipeline.writing.operation.checkup_words import TITLES, sentence

NOW = datetime(2015, 9, 10, 12, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
POLLS = [NOW - timedelta(hours=h) for h in (30, 6, 3)]
VITALS = Vitals(NOW - timedelta(hours=2), None, 10**12)
WELL = Seen(
    vitals=VITALS,
    heartbeat=Heartbeat(NOW - timedelta(seconds=50)),
    mailbox_shut_until=None,
    post_shut_until=None,
    held=0,
    alarms=0,
    alarm_word="",
    unknown_years=(),
    has_office=True,
    has_scans=True,
)
SOON = NOW + timedelta(hours=1)

STATES = [
    ("well", WELL, State.WELL, {}),
    ("called by cron", replace(WELL, heartbeat=None), State.WELL, {}),
    (
        "never ran",
        replace(WELL, heartbeat=None, vitals=Vitals(None, None, 10**12)),
        State.PERSON,
        {Part.WORKER: "还没有运行过"},
    ),
    (
        "cron missed a poll",
        replace(WELL, heartbeat=None, vitals=Vitals(NOW - timedelta(hours=4), None, 10**12)),
        State.PERSON,
        {Part.WORKER: "错过 1 次收信"},
    ),
    (
        "the worker died an hour ago",
        replace(WELL, heartbeat=Heartbeat(NOW - timedelta(hours=1))),
        State.PERSON,
        {Part.WORKER: "程序停着，最后一次活动 2015-09-10 19:00"},
    ),
    (
        "run was given up for once",
        replace(WELL, heartbeat=Heartbeat(NOW - timedelta(days=3))),
        State.WELL,
        {},
    ),
    (
        "stopped by hand a moment ago",
        replace(WELL, heartbeat=Heartbeat(NOW - timedelta(seconds=5), stopped=True)),
        State.PERSON,
        {Part.WORKER: "已停止（2015-09-10 19:59 有人让它停下）"},
    ),
    (
        "stopped by hand, then called by cron",
        replace(WELL, heartbeat=Heartbeat(NOW - timedelta(hours=3), stopped=True)),
        State.WELL,
        {},
    ),
    (
        "the mailbox is left alone",
        replace(WELL, mailbox_shut_until=SOON),
        State.UNREACHABLE,
        {Part.MAILBOX: "2015-09-10 21:00以前不再试"},
    ),
    (
        "the post is left alone, and a report is held",
        replace(WELL, post_shut_until=SOON, held=2),
        State.UNREACHABLE,
        {Part.POST: "check --online", Part.HELD: "有 2 份报表等人审核"},
    ),
    (
        "a mail is stuck",
        replace(WELL, vitals=replace(VITALS, oldest_open=NOW - timedelta(hours=3))),
        State.PERSON,
        {Part.OUTBOX: "从 2015-09-10 17:00 起"},
    ),
    (
        "a mail is on its way",
        replace(WELL, vitals=replace(VITALS, oldest_open=NOW - timedelta(hours=1))),
        State.WELL,
        {},
    ),
    (
        "little room",
        replace(WELL, vitals=replace(VITALS, free_bytes=400_000_000)),
        State.PERSON,
        {Part.DISK: "快满了，还剩 0.4 GB"},
    ),
    (
        "an alarm that could not be written down",
        replace(WELL, alarms=1),
        State.PERSON,
        {Part.ALARMS: "有 1 条告警没有解除"},
    ),
    (
        "an alarm",
        replace(WELL, alarms=1, alarm_word="storage/告警.txt：一、磁盘快满了"),
        State.PERSON,
        {Part.ALARMS: "storage/告警.txt：一、磁盘快满了"},
    ),
    (
        "the word of a worker that could not start",
        replace(WELL, alarm_word="storage/告警.txt：一、配置文件有误"),
        State.PERSON,
        {Part.ALARMS: "storage/告警.txt：一、配置文件有误"},
    ),
    (
        "a year without holidays",
        replace(WELL, unknown_years=(2031,)),
        State.PERSON,
        {Part.HOLIDAYS: "缺 1 年"},
    ),
    (
        "a clock ahead",
        replace(WELL, clock_ahead=timedelta(minutes=61)),
        State.PERSON,
        {Part.CLOCK: "比邮件服务器快61分钟以上"},
    ),
    (
        "a clock behind",
        replace(WELL, clock_ahead=timedelta(minutes=-5)),
        State.PERSON,
        {Part.CLOCK: "比邮件服务器慢5分钟以上"},
    ),
    ("a clock not compared", replace(WELL, clock_ahead=None), State.WELL, {}),
    ("parts that are not there", replace(WELL, has_office=False, has_scans=False), State.WELL, {}),
]  # fmt: skip


@pytest.mark.parametrize(("seen", "whole", "wrong"), [s[1:] for s in STATES], ids=[s[0] for s in STATES])  # fmt: skip
def test_each_state_is_found_and_told(
    seen: Seen, whole: State, wrong: dict[Part, str]
) -> None:
    found = checkup(NOW, POLLS, seen)
    assert worst(found) is whole
    bad = {f.part for f in found if f.state not in (State.WELL, State.ABSENT)}
    assert bad == set(wrong)
    told = {f.part: sentence(f, ZONE) for f in found}
    assert [
        part for part, words in wrong.items() if words not in told[part]
    ] == []


def test_every_part_has_a_title_and_a_sentence_in_every_state() -> None:
    found = checkup(NOW, POLLS, WELL)
    assert {f.part for f in found} == set(Part) == set(TITLES)
    wrong = [
        finding
        for finding in found
        for state in State
        if not sentence(replace(finding, state=state, when=NOW, count=1), ZONE)
    ]
    assert wrong == []


def test_what_is_not_installed_says_what_it_costs() -> None:
    bare = replace(WELL, has_office=False, has_scans=False)
    told = {f.part: sentence(f, ZONE) for f in checkup(NOW, POLLS, bare)}
    assert "PDF" in told[Part.OFFICE]
    assert "人工读数" in told[Part.SCANS]
