"""A small campaign for the tests of judging: eight units, a pool, twelve periods; and builders for what comes in by mail.

Times are given as the campaign's local time ("09-10 17:00" of 2015) and handed on in UTC, as the edges do.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from pipeline.judging.calendar import Calendar
from pipeline.judging.names import NameBook
from pipeline.judging.progress.campaign import Campaign
from pipeline.judging.rulebook import Rulebook
from pipeline.model.arrival import Arrival, NamedReading
from pipeline.model.form import (
    DateMention,
    Figure,
    FileReading,
    Form,
    MentionSource,
    Nil,
)
from pipeline.model.ledger import Ledger, MailRecord, MailSeen
from pipeline.model.mail import Address, MailNature, Message
from pipeline.model.report import Report, ReportState, Timeliness
from pipeline.model.roster import Group, Roster, Staff, Unit
from pipeline.model.rules import (
    CalendarRules,
    CheckRules,
    NoticeRules,
    ProgressRules,
)
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.model.wording.unit_names import NameAffixes

ZONE = ZoneInfo("Asia/Shanghai")
ADDRESS = "xunbao@example.cn"
FIRST, LAST = date(2015, 9, 10), date(2015, 12, 30)
SEP10, SEP20, SEP30 = date(2015, 9, 10), date(2015, 9, 20), date(2015, 9, 30)
OCT10, OCT20, OCT30 = date(2015, 10, 10), date(2015, 10, 20), date(2015, 10, 30)

ROSTER = Roster(
    units=(
        Unit(
            "甲县",
            "county",
            1000,
            9000,
            ("jia@example.cn",),
            ("甲县总工会办公室",),
        ),
        Unit("乙县", "county", 2000, 8000, ("yi@example.cn",)),
        Unit(
            "丙区",
            "county",
            500,
            7000,
            ("bing@example.cn", "shared@example.cn"),
        ),
        Unit(
            "丁市",
            "county",
            400,
            6000,
            ("ding@example.cn", "shared@example.cn"),
        ),
        Unit("嘉阳集团", "municipal", 300, None, ("jiayang@example.cn",)),
        Unit("市直机关工会", "municipal", 90, None, ("jiguan@example.cn",)),
        Unit("其他", "municipal", 600, None, (), (), True),
        Unit(
            "东风公司",
            "",
            0,
            None,
            ("dongfeng@example.cn",),
            (),
            False,
            "其他",
            False,
        ),
        Unit(
            "西风公司",
            "",
            0,
            None,
            ("xifeng@example.cn",),
            (),
            False,
            "其他",
            True,
        ),
    ),
    groups=(
        Group("第一组", "组宣部", ("group1@example.cn",), ("甲县", "乙县")),
        Group("第二组", "保障部", ("group2@example.cn",), ("乙县", "丙区")),
    ),
    staff=(
        Staff(
            "组宣部",
            "staff@example.cn",
            ("digest", "bulletin", "review", "alert"),
        ),
        Staff("审核员", "reviewer@example.cn", ("review",)),
    ),
    affixes=NameAffixes(("乐山市",)),
)
CALENDAR = Calendar(CalendarRules(ZONE, FIRST, LAST))
CHECKS = CheckRules()
PROGRESS = ProgressRules(date(2015, 1, 1), date(2015, 12, 31))
RULEBOOK = Rulebook(NameBook(ROSTER), CALENDAR, CHECKS, ADDRESS, "演示行动")
CAMPAIGN = Campaign(RULEBOOK, NoticeRules(), PROGRESS)

TITLE = "旬报表"
MEASURES = (
    "深入工地摸底，逐个项目登记务工人员名册，建立台账，" * 3,
    "集中办理入会，上门服务，当场发证，" * 3,
)


def at(text: str) -> datetime:
    """ "09-10 17:00" or "2016-01-04 09:00", local, as UTC."""
    full = text if len(text) > 11 else f"2015-{text}"
    return (
        datetime.strptime(full, "%Y-%m-%d %H:%M")
        .replace(tzinfo=ZONE)
        .astimezone(UTC)
    )


def day_of(
    text: str, source: MentionSource = MentionSource.FORM
) -> DateMention:
    """ "9-10" without a year, "2015-9-10" with one."""
    numbers = [int(part) for part in text.split("-")]
    year = numbers[0] if len(numbers) == 3 else None
    return DateMention(numbers[-2], numbers[-1], year, text, source)


def form(
    unit: str = "甲县",
    completed: int | None = 100,
    *days: str,
    added: int | None = None,
    nil: Nil | None = None,
    measures: tuple[str, ...] = MEASURES,
    figure: Figure | None = None,
    serial: str = "",
) -> Form:
    found = figure or Figure(completed if nil is None else None, added, nil=nil)
    return Form(
        unit, tuple(map(day_of, days)), None, found, measures, serial=serial
    )


def file(
    *forms: Form,
    name: str = "旬报表.docx",
    kind: str = "docx",
    days: Iterable[str] = (),
) -> NamedReading:
    mentions = tuple(day_of(day, MentionSource.FILE_NAME) for day in days)
    return NamedReading(FileReading(name, kind, forms), mentions)


def trouble(
    code: TroubleCode,
    name: str = "旬报表.jpg",
    kind: str = "jpg",
    *,
    inline: bool = False,
    days: Iterable[str] = (),
) -> NamedReading:
    mentions = tuple(day_of(day, MentionSource.FILE_NAME) for day in days)
    return NamedReading(
        FileReading(name, kind, trouble=Trouble(code, "")), mentions, inline
    )


def message(
    sender: str = "jia@example.cn",
    when: str = "09-10 17:00",
    subject: str = "报送旬报表",
    text: str = "",
    *,
    tag: str = "",
    nature: MailNature = MailNature.PERSON,
    own: bool = False,
) -> Message:
    key = sha256(
        "|".join((sender, when, subject, text, tag)).encode()
    ).hexdigest()
    return Message(
        key,
        key,
        f"<{key[:12]}@example.cn>",
        at(when),
        Address(sender),
        subject,
        text,
        nature=nature,
        own=own,
    )


def arrival(
    *readings: NamedReading, days: Iterable[str] = (), **mail: object
) -> Arrival:
    mentions = tuple(day_of(day, MentionSource.SUBJECT) for day in days)
    return Arrival(message(**mail), readings, mentions)  # type: ignore[arg-type]


def report(
    unit: str | None = "甲县",
    period: date = SEP10,
    completed: int | None = 100,
    when: str = "09-10 12:00",
    *,
    state: ReportState = ReportState.ACCEPTED,
    measures: tuple[str, ...] = MEASURES,
    tag: str = "",
    sequence: int = 0,
    **more: object,
) -> Report:
    received = at(when)
    deadline = CALENDAR.by_due[period].deadline
    key = sha256(f"{unit}{period}{completed}{when}{tag}".encode()).hexdigest()
    made = Report(
        f"{key[:8]}-1",
        key,
        received,
        unit,
        period,
        completed,
        None,
        Timeliness.ON_TIME if received <= deadline else Timeliness.LATE,
        state,
        (),
        (),
        measures,
        None,
        sequence=sequence,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def ledger(*reports: Report, **more: object) -> Ledger:
    """A ledger as the store builds it: superseded reports are marked, each report's mail is there."""
    mails = tuple(
        seen(r.message_key, r.received_at, r.unit, r.period) for r in reports
    )
    return replace(Ledger(messages=mails).with_reports(reports), **more)  # type: ignore[arg-type]


def seen(
    key: str,
    received_at: datetime,
    unit: str | None,
    period: date | None,
    outcome: str = "reported",
) -> MailSeen:
    sender = (
        ROSTER.by_name[unit].emails[0]
        if unit in ROSTER.by_name
        else "nobody@example.cn"
    )
    return MailSeen(
        key,
        f"<{key[:12]}@example.cn>",
        received_at,
        sender,
        "报送旬报表",
        outcome,
        unit=unit,
        period=period,
    )


class Records:
    """A store that holds what the ledger says and no more; every mail has one subject."""

    def __init__(self, held: Ledger, subject: str) -> None:
        self._held = held
        self._subject = subject

    def secret(self) -> bytes:
        return b"0" * 32

    def report(self, report_id: str) -> Report | None:
        return self._held.report(report_id)

    def mail(self, key: str) -> MailRecord | None:
        seen = next((m for m in self._held.messages if m.key == key), None)
        if seen is None:
            return None
        return MailRecord(replace(seen, subject=self._subject), "", "", (), ())

    def talk_events(self, month: str) -> tuple[()]:
        return ()

    def polls(self) -> tuple[()]:
        return ()
