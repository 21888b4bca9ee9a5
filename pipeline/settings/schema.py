"""The shape of config.toml: frozen parts with every default; the rules and the roster
come out as values of the model.

Validates values one by one; what needs the whole file (sums, names) is in `mistakes`,
reading the file in `load`.
"""

import os
import re
from dataclasses import replace
from datetime import date, time, timedelta
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from pipeline.model.form import AlsoSpec, FormSpec, TextSpec
from pipeline.model.letters.letter_sender import Sender
from pipeline.model.roster import Group, Lesson, Roster, Staff, Unit
from pipeline.model.rules import (
    AnswerRules,
    AssessmentRules,
    CalendarPause,
    CalendarRules,
    CheckRules,
    NoticeRules,
    ProgressRules,
    QuietHours,
    Step,
    TalkRules,
)
from pipeline.model.wording.campaign_words import (
    PERIOD_WORDS,
    CampaignWords,
    FormLabels,
    PeriodKind,
    UnitKind,
)
from pipeline.model.wording.period_names import (
    MONTHS_END,
    WEEKDAY_NAMES,
    due_in_words,
    period_kind,
)
from pipeline.model.wording.unit_names import NameAffixes, place_of
from pipeline.model.wording.vocabulary import NAME_AFFIXES, PRAISED_FOR
from pipeline.settings.part import Part as _Part
from pipeline.settings.words_part import KindPart, WordsPart, kinds_of
from pipeline.settings.workdays import Workdays

Texts = tuple[str, ...]

_SPAN = re.compile(r"(\d+)\s*([smhd])")
_SPAN_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZE = re.compile(r"(\d+)\s*([KMG]?)B?", re.IGNORECASE)
_SIZE_UNITS = {"": 1, "K": 1000, "M": 1000**2, "G": 1000**3}
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_SCHEDULER = re.compile(r"(tcp|tls)://[^\s/]+:\d+")
# More hold more memory than a desk PC has to spare: 100 MB each, and an office program
MOST_CHILDREN = 4


class WrongValue(ValueError):
    """A value that a validator refuses, with a Chinese sentence saying what to write instead."""


def _clock(value: object) -> time:
    if isinstance(value, time):
        return value
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", str(value))
    if match is None:
        raise WrongValue(f'时间 {value!r} 不对，应写成 "18:00" 这样的24小时制')
    return time(int(match[1]), int(match[2]))


def _span(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    match = _SPAN.fullmatch(str(value))
    if match is None:
        raise WrongValue(f'时长 {value!r} 不对，应写成 "2h"、"30m" 或 "2d"')
    return timedelta(seconds=int(match[1]) * _SPAN_UNITS[match[2]])


def _hours(value: object) -> tuple[time, time]:
    """21:00-07:30; "" for none."""
    if value == "":
        return (time(0), time(0))
    if isinstance(value, tuple):
        return value
    start, mark, end = str(value).partition("-")
    if not mark:
        raise WrongValue(
            f'时段 {value!r} 不对，应写成 "21:00-07:30"，不要时段写 ""'
        )
    return (_clock(start.strip()), _clock(end.strip()))


def _size(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = _SIZE.fullmatch(str(value))
    if match is None:
        raise WrongValue(f'大小 {value!r} 不对，应写成 "50MB"')
    return int(match[1]) * _SIZE_UNITS[match[2].upper()]


def _address(value: object) -> str:
    text = str(value).strip().lower()
    if not _ADDRESS.fullmatch(text):
        raise WrongValue(f'{value!r} 不是邮箱地址，应写成 "name@example.cn"')
    return text


def _watch(value: object) -> object:
    if value is True or value is False or value == "never":
        return value
    raise WrongValue(
        f'watch 的值 {value!r} 不对，应写成 true、false 或 "never"'
    )


Clock = Annotated[time, BeforeValidator(_clock)]
Watch = Annotated[bool | Literal["never"], BeforeValidator(_watch)]
Span = Annotated[timedelta, BeforeValidator(_span)]
Hours = Annotated[tuple[time, time], BeforeValidator(_hours)]
Size = Annotated[int, BeforeValidator(_size)]
Email = Annotated[str, BeforeValidator(_address)]
Share = Annotated[float, Field(ge=0, le=1)]


class CampaignPart(_Part):
    """[campaign]: the paper behind it; `base` and `target` are checked against the units' sums."""

    name: str
    document: str = ""
    organizer: str
    department: str = ""
    form_title: str
    timezone: str = "Asia/Shanghai"
    first_due: date
    last_due: date
    id: str = Field("", max_length=40)
    begins: date | None = None
    ends: date | None = None
    contact: str = ""
    phone: str = ""
    base: int | None = None
    target: int | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.last_due < self.first_due:
            raise WrongValue("last_due 早于 first_due，请检查两个日期")
        if self.begins and self.begins > self.first_due:
            raise WrongValue(
                "begins 晚于 first_due：第一期的表会被当作别的工作的邮件"
            )
        if self.ends and self.ends < self.last_due:
            raise WrongValue(
                "ends 早于 last_due：最后一期的表会被当作别的工作的邮件"
            )
        try:
            ZoneInfo(self.timezone)
        except (ValueError, KeyError, OSError) as error:
            raise WrongValue(
                f'timezone {self.timezone!r} 不认识，例如 "Asia/Shanghai"'
            ) from error
        return self


def _day_of_month(value: object) -> object:
    if value == "月末":
        return MONTHS_END
    return value


def _weekday(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if value not in WEEKDAY_NAMES:
        raise WrongValue(f'星期 {value!r} 不对，应写成 "周五" 这样的')
    return WEEKDAY_NAMES.index(str(value))


DayOfMonth = Annotated[
    int, Field(ge=1, le=MONTHS_END), BeforeValidator(_day_of_month)
]
Weekday = Annotated[int, BeforeValidator(_weekday)]


class BeforePart(_Part):
    days_before: int = Field(ge=0, le=30)
    at: Clock

    def step(self) -> Step:
        return Step(-self.days_before, self.at)


class AfterPart(_Part):
    days_after: int = Field(ge=0, le=30)
    at: Clock

    def step(self) -> Step:
        return Step(self.days_after, self.at)


class PausePart(_Part):
    """Days in which nothing is due, both ends counted."""

    start: date = Field(alias="from")
    end: date = Field(alias="to")
    why: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise WrongValue("pause 的 to 早于 from，请检查两个日期")
        return self


class SchedulePart(_Part):
    report_days: tuple[DayOfMonth, ...] = Field((10, 20, 30), min_length=1)
    weekdays: tuple[Weekday, ...] = ()
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = ()
    deadline: Clock = time(18)
    holiday_shift: Literal["none", "next_workday"] = "none"
    holidays: Path | None = None
    poll: tuple[Clock, ...] = Field(
        (time(8, 30), time(12), time(16), time(18, 5)), min_length=1
    )
    poll_after_days: int = Field(3, ge=0, le=30)
    watch: Watch = False
    close_after: Span = timedelta(hours=2)
    due_reminder: BeforePart = BeforePart(days_before=1, at=time(9))
    overdue_reminder: AfterPart = AfterPart(days_after=1, at=time(9))
    second_overdue_reminder: AfterPart = AfterPart(days_after=3, at=time(9))
    period_digest: AfterPart = AfterPart(days_after=1, at=time(9, 30))
    monthly_bulletin: AfterPart = AfterPart(days_after=1, at=time(15))
    drop_after: Span = timedelta(days=2)
    quiet_hours: Hours = (time(21), time(7, 30))
    reminder_gap: Span = timedelta(hours=20)
    pause: tuple[PausePart, ...] = ()


class ProgressPart(_Part):
    start: date | None = Field(None, alias="from")
    end: date | None = Field(None, alias="to")
    lag_margin: Share = 0.10
    milestones: dict[date, Share] = Field(default_factory=dict)


class LabelsPart(_Part):
    unit: Texts = ("报送单位", "填报单位", "单位名称")
    date: Texts = ("报送时间", "报送日期", "填报时间", "填报日期")
    completed: Texts = (
        "已完成目标任务数",
        "完成目标任务数",
        "完成任务数",
    )
    measures: Texts = (
        "主要工作举措",
        "工作举措",
        "主要举措",
        "主要措施",
    )


class FigurePart(_Part):
    """[[form.figure]]: a figure beside the one that counts against the target
    (rules.md 12)."""

    name: str = Field(pattern=r"[a-z][a-z0-9_]*")
    labels: Texts = Field(min_length=1)
    unit: str = ""
    role: Literal["target", "also"] = "also"
    at_most: str = ""
    needed: bool = False

    def spec(self) -> AlsoSpec:
        return AlsoSpec(
            name=self.name,
            labels=self.labels,
            unit=self.unit,
            at_most=self.at_most,
            needed=self.needed,
        )


class TextPart(_Part):
    """[[form.text]]: a field of words beside the four: who filled the form in, a
    telephone number, a remark."""

    name: str = Field(pattern=r"[a-z][a-z0-9_]*")
    labels: Texts = Field(min_length=1)
    needed: bool = False

    def spec(self) -> TextSpec:
        return TextSpec(self.name, self.labels, self.needed)


class FormPart(_Part):
    count: Literal["cumulative", "increment"] = "cumulative"
    labels: LabelsPart = LabelsPart()
    figure: tuple[FigurePart, ...] = ()
    text: tuple[TextPart, ...] = ()
    measures_needed: bool = True
    template: Path | None = None
    heading: str = ""
    note: str = ""


class ChecksPart(_Part):
    unknown_sender: Literal["hold", "accept"] = "hold"
    sender_proof: Literal["fail", "pass", "off"] = "fail"
    second_look: Literal["auto", "off"] = "auto"
    rate_tolerance: Share = 0.01
    over_target: float = Field(1.5, gt=0)
    jump: float = Field(0.5, gt=0)
    small_target: int = Field(100, ge=0)
    measures_min_chars: int = Field(100, ge=0)


class ReadingPart(_Part):
    """[reading]: where mails are read. `children` side by side on this machine, 0 for
    one a core; `cluster` the scheduler of one that reads on others, "" for none."""

    children: int = Field(0, ge=0, le=64)
    cluster: str = ""

    @property
    def width(self) -> int:
        return self.children or min(os.cpu_count() or 1, MOST_CHILDREN)

    @model_validator(mode="after")
    def _names_a_scheduler(self) -> Self:
        if self.cluster and not _SCHEDULER.fullmatch(self.cluster):
            raise WrongValue(
                'cluster 应写成 "tcp://10.0.0.1:8786"，不用时写 ""'
            )
        return self


class AnswersPart(_Part):
    per_address: int = Field(20, ge=0)
    per_day: int = Field(300, ge=0)


class TalksPart(_Part):
    lowest: int = Field(1, ge=0)
    missing: int = Field(2, ge=1)
    auto_confirm: bool = False


class BulletinPart(_Part):
    approval: Literal["none", "required"] = "none"
    to_units: bool = True
    held: Literal["name", "wait"] = "name"
    late_reports: Literal["next", "erratum"] = "next"
    masthead: str = ""
    addressees: Texts = ()
    copies: Texts = ()
    pdf: Literal["auto", "off"] = "auto"
    praise_about: Texts = PRAISED_FOR


class ReviewPart(_Part):
    """[review]: held reports decided by mail. `learned` is the file of what reviewers
    told the program to remember."""

    token_days: int = Field(30, ge=1, le=366)
    learned: Path = Path("learned.toml")


class HealthPart(_Part):
    ping_url: str = ""


class BoardPart(_Part):
    """[board]: `folder` is where the worker lays the page to look at, None for nowhere."""

    folder: Path | None = None


class AssessmentPart(_Part):
    completion: int = Field(70, ge=0)
    timeliness: int = Field(20, ge=0)
    measures: int = Field(10, ge=0)


_TOKEN_URL = re.compile(r"https://|http://127\.0\.0\.1[:/]")


class OAuth2(_Part):
    """An application that may use the mailbox (RFC 6749, 4.4: client credentials), as
    Microsoft 365 wants it. Its secret is what the password is elsewhere."""

    token_url: str
    client_id: str = Field(min_length=1)
    scope: str = "https://outlook.office365.com/.default"

    @model_validator(mode="after")
    def _is_encrypted(self) -> Self:
        # Without encryption on this computer itself alone, for trials
        if not _TOKEN_URL.match(self.token_url):
            raise WrongValue(
                "token_url 应以 https:// 开头：客户端密码不能明文发出去"
            )
        return self


class Secret(_Part):
    """Where a password is found: the name of an environment variable, a file, or the
    system's keyring. Never the password. With `oauth2` it is an application's secret."""

    password_env: str = ""
    password_file: Path | None = None
    keyring: bool = False
    oauth2: OAuth2 | None = None


class Mailbox(Secret):
    """[mailbox]: where the forms arrive. `max_message` in bytes (written as "50MB")."""

    host: str
    port: int = Field(993, ge=1, le=65535)
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str
    folder: str = "INBOX"
    junk_folder: str = ""
    done_folder: str = ""
    max_message: Size = 50_000_000
    authserv: Texts = ()
    ca_file: Path | None = None

    @property
    def folders(self) -> Texts:
        """The folder where forms arrive, and the junk folder where one is named."""
        return tuple(
            dict.fromkeys(
                name for name in (self.folder, self.junk_folder) if name
            )
        )


class Smtp(Secret):
    """[smtp]: the mail server for what is sent. An empty `user` means no login."""

    host: str
    port: int = Field(465, ge=1, le=65535)
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str = ""
    sender: str = Field(alias="from")
    per_minute: int = Field(20, ge=1)
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _has_address(self) -> Self:
        if not _ADDRESS.search(self.sender):
            raise WrongValue(
                'from 里没有邮箱地址，应写成 "单位名称 <name@example.cn>"'
            )
        return self


class StoragePart(_Part):
    directory: Path = Path("storage")
    database: str = "sqlite:///storage/ledger.db"
    raw_months: int = Field(0, ge=0, le=1200)
    log_months: int = Field(0, ge=0, le=1200)


class StaffPart(_Part):
    name: str
    email: Email
    roles: tuple[Literal["digest", "bulletin", "review", "alert"], ...]


class GroupPart(_Part):
    name: str
    department: str = ""
    email: tuple[Email, ...] = ()
    units: Texts


class DatedTarget(_Part):
    """A target from a day on (rules.md 11)."""

    start: date = Field(alias="from")
    value: int = Field(ge=0)


class UnitPart(_Part):
    name: str
    kind: str = ""
    base: int | None = Field(None, ge=0)
    target: Annotated[int, Field(ge=0)] | tuple[DatedTarget, ...] | None = None
    email: tuple[Email, ...] = ()
    aliases: Texts = ()
    id: str = ""
    formerly: Texts = ()
    joined: date | None = None
    left: date | None = None
    pool: bool = False
    member_of: str = ""
    expects_report: bool | None = None

    def unit(self) -> Unit:
        if self.expects_report is not None:
            expects = self.expects_report
        else:
            expects = not self.member_of
        return Unit(
            name=self.name,
            kind=self.kind,
            target=self.newest_target,
            base=self.base,
            emails=self.email,
            aliases=self.aliases,
            pool=self.pool,
            member_of=self.member_of,
            expects_report=expects,
            id=self.id,
            formerly=self.formerly,
            joined=self.joined,
            left=self.left,
            targets=self._dated,
        )

    @property
    def newest_target(self) -> int | None:
        """The target that holds in the end; None where none is written."""
        if self.target is None or isinstance(self.target, int):
            return self.target
        return self._dated[-1][1] if self._dated else 0

    @property
    def target_from(self) -> date | None:
        """The day from which on a dated target stands; None for one without days."""
        for start, _ in self._dated:
            return start
        return None

    @property
    def _dated(self) -> tuple[tuple[date, int], ...]:
        if self.target is None or isinstance(self.target, int):
            return ()
        return tuple(sorted((part.start, part.value) for part in self.target))

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.joined and self.left and self.left < self.joined:
            raise WrongValue("left 早于 joined，请检查两个日期")
        return self


class Settings(_Part):
    """The whole of config.toml. The rules and the roster come out as values of `pipeline.model`."""

    campaign: CampaignPart
    schedule: SchedulePart = SchedulePart()
    progress: ProgressPart = ProgressPart()
    form: FormPart = FormPart()
    checks: ChecksPart = ChecksPart()
    reading: ReadingPart = ReadingPart()
    answers: AnswersPart = AnswersPart()
    talks: TalksPart = TalksPart()
    bulletin: BulletinPart = BulletinPart()
    review: ReviewPart = ReviewPart()
    assessment: AssessmentPart = AssessmentPart()
    health: HealthPart = HealthPart()
    board: BoardPart = BoardPart()
    mailbox: Mailbox
    smtp: Smtp
    storage: StoragePart = StoragePart()
    staff: tuple[StaffPart, ...] = ()
    group: tuple[GroupPart, ...] = ()
    words: WordsPart = WordsPart()
    kind: tuple[KindPart, ...] = ()
    unit: tuple[UnitPart, ...] = Field(min_length=1)
    _folder: Path = PrivateAttr(Path())
    _lessons: tuple[Lesson, ...] = PrivateAttr(())
    _text: str = PrivateAttr("")
    _workdays: Workdays = PrivateAttr(Workdays())
    _form_template: bytes = PrivateAttr(b"")

    def placed(
        self, folder: Path, lessons: tuple[Lesson, ...] = (), text: str = ""
    ) -> Self:
        """The same settings, knowing the folder that their file stands in, what
        reviewers taught, and the file's text."""
        self._folder = folder
        self._lessons = lessons
        self._text = text
        return self

    def with_workdays(self, own: Workdays) -> Self:
        """The same settings, knowing the office's own holidays."""
        self._workdays = own
        return self

    def with_form_template(self, content: bytes) -> Self:
        """The same settings, knowing the office's own form."""
        self._form_template = content
        return self

    def with_units(self, units: tuple[UnitPart, ...]) -> Self:
        """The same settings with other units. What was worked out from the former ones
        is forgotten: pydantic copies the cache of its properties, too."""
        found = self.model_copy(update={"unit": units})
        for name in set(vars(found)) - set(type(self).model_fields):
            del vars(found)[name]
        return found

    @property
    def workdays(self) -> Workdays:
        return self._workdays

    def placed_like(self, other: "Settings", text: str) -> Self:
        """The same settings in the place of others."""
        self._workdays = other._workdays
        self._form_template = other._form_template
        return self.placed(other._folder, other._lessons, text)

    @property
    def text(self) -> str:
        """The file as it was read, "" where the settings are of no file."""
        return self._text

    @property
    def templates(self) -> Path | None:
        """The admin's own mail_templates/ beside config.toml, where there is one."""
        folder = self._folder / "mail_templates"
        if folder.is_dir():
            return folder
        return None

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.campaign.timezone)

    @property
    def _due_days(
        self,
    ) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        plan = self.schedule
        return plan.report_days, plan.weekdays, plan.months

    @cached_property
    def kinds(self) -> tuple[UnitKind, ...]:
        return kinds_of(self.kind)

    @cached_property
    def campaign_words(self) -> CampaignWords:
        """How letters and documents speak."""
        part = self.words
        period = PERIOD_WORDS[period_kind(*self._due_days)]
        return CampaignWords(
            counted=part.counted,
            verb=part.verb,
            unit=part.unit,
            whole=part.whole,
            term=part.term,
            base=part.base,
            drive=part.drive,
            topic=part.topic or self.campaign.name,
            prepare=part.prepare,
            aftercare=part.aftercare,
            circulation=part.circulation,
            audience=part.audience,
            guides=part.guides,
            due=due_in_words(*self._due_days),
            period=replace(
                period,
                report=part.report or period.report,
                span=part.span or period.span,
            ),
            kinds=self.kinds,
            praised=self.bulletin.praise_about,
            labels=FormLabels(
                unit=_first(self.form.labels.unit),
                date=_first(self.form.labels.date),
                completed=_first(self.form.labels.completed),
                measures=_first(self.form.labels.measures),
            ),
        )

    @cached_property
    def name_affixes(self) -> NameAffixes:
        """What says nothing about which unit a name names."""
        part = self.words
        place = place_of(self.campaign.organizer)
        return NameAffixes(
            places=tuple(filter(None, (place, *part.places))),
            endings=(*part.affixes, *NAME_AFFIXES),
            around=(
                self.campaign.form_title,
                self.campaign.name,
                self.campaign_words.form,
                self.campaign_words.report,
                part.counted,
            ),
        )

    @cached_property
    def roster(self) -> Roster:
        return Roster(
            units=tuple(u.unit() for u in self.unit),
            groups=tuple(
                Group(
                    name=g.name,
                    department=g.department,
                    emails=g.email,
                    units=g.units,
                )
                for g in self.group
            ),
            staff=tuple(Staff(s.name, s.email, s.roles) for s in self.staff),
            affixes=self.name_affixes,
            learned=self._lessons,
        )

    @cached_property
    def calendar_rules(self) -> CalendarRules:
        return CalendarRules(
            zone=self.zone,
            first_due=self.campaign.first_due,
            last_due=self.campaign.last_due,
            begins=self.campaign.begins,
            ends=self.campaign.ends,
            pauses=tuple(
                CalendarPause(part.start, part.end, part.why)
                for part in self.schedule.pause
            ),
            report_days=self.schedule.report_days,
            weekdays=self.schedule.weekdays,
            months=self.schedule.months,
            deadline=self.schedule.deadline,
            shift_to_workday=self.schedule.holiday_shift == "next_workday",
            is_workday=self.workdays,
        )

    @cached_property
    def notice_rules(self) -> NoticeRules:
        plan = self.schedule
        return NoticeRules(
            poll=plan.poll,
            poll_after_days=plan.poll_after_days,
            close_after=plan.close_after,
            due_reminder=plan.due_reminder.step(),
            overdue_reminder=plan.overdue_reminder.step(),
            second_overdue_reminder=plan.second_overdue_reminder.step(),
            period_digest=plan.period_digest.step(),
            monthly_bulletin=plan.monthly_bulletin.step(),
            drop_after=plan.drop_after,
            token_days=self.review.token_days,
            bulletin_to_units=self.bulletin.to_units,
            bulletin_needs_approval=self.bulletin.approval == "required",
            bulletin_addressees=self.bulletin.addressees,
            bulletin_copies=self.bulletin.copies,
            bulletin_waits_for_held=self.bulletin.held == "wait",
            late_reports_corrected=self.bulletin.late_reports == "erratum",
            quiet=QuietHours(*plan.quiet_hours),
            reminder_gap=plan.reminder_gap,
            answers=AnswerRules(self.answers.per_address, self.answers.per_day),
        )

    @cached_property
    def progress_rules(self) -> ProgressRules:
        part = self.progress
        year = self.campaign.first_due.year
        return ProgressRules(
            start=part.start or date(year, 1, 1),
            end=part.end or date(year, 12, 31),
            lag_margin=exact(part.lag_margin),
            milestones=tuple(
                (day, exact(share))
                for day, share in sorted(part.milestones.items())
            ),
        )

    @cached_property
    def check_rules(self) -> CheckRules:
        part = self.checks
        return CheckRules(
            count=self.form.count,
            accept_unknown_sender=part.unknown_sender == "accept",
            rate_tolerance=exact(part.rate_tolerance),
            over_target=exact(part.over_target),
            jump=exact(part.jump),
            small_target=part.small_target,
            measures_min_chars=part.measures_min_chars,
            sender_proof=part.sender_proof,
            authserv=tuple(name.lower() for name in self.mailbox.authserv),
            also=self.also,
            texts=self.texts,
            measures_needed=self.form.measures_needed,
            main_labels=tuple(self.form.labels.completed),
        )

    @cached_property
    def talk_rules(self) -> TalkRules:
        return TalkRules(
            self.talks.lowest, self.talks.missing, self.talks.auto_confirm
        )

    @cached_property
    def assessment_rules(self) -> AssessmentRules:
        part = self.assessment
        completion = part.completion
        if not self.roster.has_targets:
            # Nothing is there to complete: that part is not scored.
            completion = 0
        return AssessmentRules(completion, part.timeliness, part.measures)

    @property
    def _own_verb(self) -> str:
        """The verb, where it is the config's own: the common one is in the
        vocabulary."""
        if self.words.verb == CampaignWords.verb:
            return ""
        return self.words.verb

    @property
    def _own_span(self) -> str:
        """The span, where it is another than the one in the vocabulary."""
        span = self.campaign_words.span
        if span == PERIOD_WORDS[PeriodKind.TEN_DAYS].span:
            return ""
        return span

    @cached_property
    def also(self) -> tuple[AlsoSpec, ...]:
        """The figures beside the main one, in the config's order."""
        parts = self.form.figure
        return tuple(part.spec() for part in parts if part.role == "also")

    @cached_property
    def texts(self) -> tuple[TextSpec, ...]:
        """The fields of words beside the four, in the config's order."""
        return tuple(part.spec() for part in self.form.text)

    @property
    def _printed(self) -> tuple[str, ...]:
        lines = []
        for line in self.form.note.split("\n"):
            if line.strip("。 "):
                lines.append(line.strip("。 "))
        return tuple(lines)

    @cached_property
    def form_spec(self) -> FormSpec:
        labels = self.form.labels
        names = tuple(name for u in self.unit for name in (u.name, *u.aliases))
        return FormSpec(
            title=self.campaign.form_title,
            unit_labels=labels.unit,
            date_labels=labels.date,
            completed_labels=labels.completed,
            measures_labels=labels.measures,
            count=self.form.count,
            unit_names=names,
            unit=self.words.unit,
            verb=self._own_verb,
            counted=self.words.counted,
            span=self._own_span,
            also=self.also,
            texts=self.texts,
            unit_places=self.name_affixes.places,
            printed=self._printed,
        )

    @cached_property
    def address(self) -> str:
        """The reporting mailbox: where forms go and what letters name. The login where
        that is an address."""
        if _ADDRESS.fullmatch(self.mailbox.user):
            return self.mailbox.user.lower()
        found = _ADDRESS.search(self.smtp.sender)
        if found:
            return found[0].lower()
        return self.mailbox.user.lower()

    @cached_property
    def sender(self) -> Sender:
        part = self.campaign
        return Sender(
            campaign=part.name,
            document=part.document,
            organizer=part.organizer,
            department=part.department,
            form_title=part.form_title,
            mailbox=self.address,
            lag_margin=self.progress.lag_margin,
            measures_labels=self.form.labels.measures,
            count=self.form.count,
            contact=part.contact,
            phone=part.phone,
            masthead=self.bulletin.masthead,
            form_heading=self.form.heading,
            form_note=self.form.note,
            also_asked=tuple(spec.title for spec in self.also),
            texts_asked=tuple(spec.title for spec in self.texts),
            also_needed=_needed(self.also),
            texts_needed=_needed(self.texts),
            form_template=self._form_template,
            unit_labels=self.form.labels.unit,
            date_labels=self.form.labels.date,
            words=self.campaign_words,
        )


def exact(share: float) -> Fraction:
    """The number as written in the file, as an exact fraction (0.1 is one tenth)."""
    return Fraction(str(share))


def _needed(fields: tuple[AlsoSpec, ...] | tuple[TextSpec, ...]) -> Texts:
    """What the form heads those with that a report must not lack."""
    found = []
    for spec in fields:
        if spec.needed:
            found.append(spec.title)
    return tuple(found)


def _first(labels: Texts) -> str:
    """What the form is headed with; "" where the config wrongly has no label."""
    return labels[0] if labels else ""
