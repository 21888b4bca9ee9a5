"""Gathers the facts of each letter from the ledger and the core: no figure is computed twice, no word is written here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from pipeline.flows.ports import Records
from pipeline.judging.calendar import period_name
from pipeline.judging.due import Campaign
from pipeline.judging.reasons import hold_sentence, note_sentence
from pipeline.judging.standing import pace, people_short, schedule_progress
from pipeline.judging.which_figure import measures_chars
from pipeline.model.code import case_in, code_for
from pipeline.model.ledger import Ledger, MailRecord
from pipeline.model.letter import (
    Arrears,
    Delay,
    Digest,
    FieldRead,
    FileLine,
    HeldCase,
    LagNotice,
    Receipt,
    Reminder,
    ReportLine,
    ReviewAnswer,
    ReviewRequest,
    UnitLetter,
    Unreadable,
)
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.report import Report, ReportState, Timeliness
from pipeline.model.serial import serial_for
from pipeline.model.standing import Row, Standing, State

KIND_NAMES = {"county": "县（市、区）", "municipal": "市级单位"}
_FIELDS = {
    "unit": "报送单位",
    "date": "报送时间",
    "completed": "已完成目标任务数",
    "measures": "主要工作举措",
}


@dataclass(frozen=True)
class Facts:
    """What the letters of one moment are gathered from. `now` is UTC."""

    campaign: Campaign
    records: Records
    ledger: Ledger
    now: datetime

    def local(self, moment: datetime) -> datetime:
        return self.campaign.calendar.local(moment)

    def deadline(self, period: date) -> datetime:
        return self.local(self.campaign.calendar.by_due[period].deadline)

    # ------------------------------------------------------------------ answers to a mail

    def receipt(self, action: Action) -> Receipt:
        mail = self._mail(action)
        reports = [r for r in self.ledger.reports if r.message_key == action.message_key]
        files = tuple(FileLine(fate.name, fate.sentence) for fate in mail.files)
        lines = tuple(self.report_line(r) for r in reports)
        return Receipt(mail.seen.subject, self.local(mail.seen.received_at), lines, files)

    def unreadable(self, action: Action) -> Unreadable:
        mail = self._mail(action)
        received = mail.seen.received_at
        period = mail.seen.period or self.campaign.calendar.received_for(received)
        return Unreadable(
            subject=mail.seen.subject,
            received_at=self.local(received),
            unit=mail.seen.unit or "",
            period=period,
            period_name=period_name(period),
            deadline=self.deadline(period),
            problems=tuple(FileLine(fate.name, fate.sentence) for fate in mail.files),
        )

    def review_request(self, action: Action) -> ReviewRequest:
        report = self.ledger.report(action.report_id or "")
        if report is None:
            raise LookupError(f"no report {action.report_id}")
        return ReviewRequest(self.held_case(report))

    def review_answer(self, action: Action) -> ReviewAnswer:
        mail = self._mail(action)
        report_id = case_in(self.records.secret(), mail.seen.subject, mail.text, mail.quoted) or ""
        report = self.ledger.report(report_id)
        result = mail.seen.reason or ""
        return ReviewAnswer(
            report_id=report_id,
            by=f"{mail.sender_name} <{mail.seen.sender}>".strip(),
            received_at=self.local(mail.seen.received_at),
            done=not result.startswith("没有改动"),
            result=result,
            wrote=mail.text[:200],
            case=self.held_case(report) if report else None,
        )

    def held_case(self, report: Report) -> HeldCase:
        mail = self.records.mail(report.message_key)
        if mail is None:
            raise LookupError(f"no mail {report.message_key}")
        full = self.records.report(report.id)
        unit_text = full.form.unit_text if full and full.form else ""
        suggestions = self.campaign.office.book.suggestions(unit_text) if report.unit is None else ()
        counted = sorted(self.ledger.counting.get(report.unit or "", {}).items())
        return HeldCase(
            report_id=report.id,
            sender=f"{mail.sender_name} <{mail.seen.sender}>".strip(),
            subject=mail.seen.subject,
            received_at=self.local(report.received_at),
            line=self.report_line(report),
            suggestions=suggestions,
            answers=_answers(report),
            code=code_for(self.records.secret(), report.id),
            history=tuple((period_name(p), r.completed or 0) for p, r in counted),
            quote=mail.text[:300],
        )

    def report_line(self, report: Report) -> ReportLine:
        """A report with its place so far: the standing at its own period, as of now."""
        full = self.records.report(report.id) or report
        unit = self.campaign.roster.by_name.get(report.unit or "")
        last = self.ledger.figure_before(report.unit, report.period) if report.unit else None
        standing = self.campaign.standing(report.period, self.ledger, self.now)
        row = standing.by_unit.get(report.unit or "")
        counts = row is not None and report.state in (ReportState.ACCEPTED, ReportState.DUPLICATE)
        target = unit.target if unit and not unit.member_of else None
        return ReportLine(
            unit=report.unit or "",
            period=report.period,
            period_name=period_name(report.period),
            deadline=self.deadline(report.period),
            state=report.state.value,
            timeliness=report.timeliness.value,
            completed=report.completed,
            added=report.added,
            target=target,
            rate=row.rate if row and counts else None,
            schedule=standing.schedule,
            lagging=bool(row and counts and row.lagging),
            rank=row.rank if row and counts else None,
            of_kind=_of_kind(standing, row),
            kind_name=KIND_NAMES.get(row.kind, "") if row else "",
            previous=last.completed if last else None,
            previous_period_name=period_name(last.period) if last else "",
            replaces=self._replaced(report),
            fields=_fields(full),
            measures=report.measures,
            measures_chars=measures_chars(report.measures),
            notes=tuple(note_sentence(note) for note in report.notes),
            holds=tuple(
                hold_sentence(hold, report, last.completed if last else None, target) for hold in report.holds
            ),
        )

    def _replaced(self, report: Report) -> int | None:
        """The figure that this report took the place of."""
        if report.unit is None or report.state is not ReportState.ACCEPTED:
            return None
        older = [
            r
            for r in self.ledger.for_period(report.unit, report.period)
            if r.state is ReportState.SUPERSEDED and r.received_at <= report.received_at
        ]
        return older[-1].completed if older else None

    def _mail(self, action: Action) -> MailRecord:
        mail = self.records.mail(action.message_key or "")
        if mail is None:
            raise LookupError(f"no mail {action.message_key}")
        return mail

    # ------------------------------------------------------------------ letters to a unit

    def unit_letter(self, actions: Iterable[Action]) -> UnitLetter:
        """All that falls due to one unit together, the gravest first."""
        ordered = sorted(actions, key=lambda a: _GRAVEST.index(a.kind))
        parts = tuple(
            self.lag_notice(a) if a.kind is NoticeKind.LAG_NOTICE else self.reminder(a) for a in ordered
        )
        return UnitLetter(ordered[0].unit or "", parts)

    def reminder(self, action: Action) -> Reminder:
        unit, period = self._place(action)
        last = self.ledger.figure_before(unit, period)
        target = self.campaign.roster.by_name[unit].target
        second = action.kind is NoticeKind.SECOND_OVERDUE_REMINDER
        return Reminder(
            kind=action.kind,
            unit=unit,
            period=period,
            period_name=period_name(period),
            deadline=self.deadline(period),
            target=target,
            last_completed=last.completed if last else None,
            last_period_name=period_name(last.period) if last else "",
            rate=(last.completed or 0) / target if last and target else None,
            groups=self.campaign.roster.groups_of(unit) if second else (),
            serial=serial_for(self.campaign.office.campaign, unit, period),
        )

    def lag_notice(self, action: Action) -> LagNotice:
        unit, period = self._place(action)
        standing = self.campaign.standing(period, self.ledger, self.now)
        row = standing.by_unit[unit]
        arrears = self.arrears(row, period)
        return LagNotice(
            unit=unit,
            period=period,
            period_name=period_name(period),
            completed=arrears.completed,
            target=row.target,
            rate=arrears.rate,
            schedule=row.schedule,
            threshold=float(self._threshold(period)),
            gap_to_schedule=arrears.gap_to_schedule,
            gap_to_lift=arrears.gap_to_lift,
            gap_to_target=max(0, row.target - arrears.completed),
            per_period=arrears.per_period,
            periods_left=self.campaign.calendar.left_after(period),
            rank=arrears.rank,
            of_kind=_of_kind(standing, row),
            kind_name=arrears.kind_name,
        )

    def arrears(self, row: Row, period: date) -> Arrears:
        completed = row.completed or 0
        schedule = schedule_progress(period, self.campaign.progress)
        return Arrears(
            unit=row.unit,
            kind_name=KIND_NAMES.get(row.kind, ""),
            completed=completed,
            target=row.target,
            rate=row.rate or 0.0,
            gap_to_schedule=people_short(completed, row.target, schedule),
            gap_to_lift=people_short(completed, row.target, self._threshold(period)),
            per_period=pace(completed, row.target, self.campaign.calendar.left_after(period)),
            rank=row.rank or 0,
        )

    def _threshold(self, period: date) -> Fraction:
        progress = self.campaign.progress
        return schedule_progress(period, progress) - progress.lag_margin

    @staticmethod
    def _place(action: Action) -> tuple[str, date]:
        if action.unit is None or action.period is None:
            raise LookupError(f"{action.key} names no unit and period")
        return action.unit, action.period

    # ------------------------------------------------------------------ the digest

    def digest(self, action: Action) -> Digest:
        period = action.period
        if period is None:
            raise LookupError(f"{action.key} names no period")
        standing = self.campaign.standing(period, self.ledger, self.now)
        before = self.campaign.calendar.before(period)
        earlier = self.campaign.standing(before, self.ledger, self.now) if before else None
        return Digest(
            period=period,
            period_name=period_name(period),
            deadline=self.deadline(period),
            standing=standing,
            rank_before=tuple((r.unit, r.rank if earlier else None) for r in (earlier or standing).rows),
            completed_before=tuple(
                (r.unit, r.completed if earlier else None) for r in (earlier or standing).rows
            ),
            late=self._delays(standing),
            missing=tuple(r.unit for r in standing.rows if r.state is State.MISSING),
            held=tuple(
                self.held_case(r)
                for r in self.ledger.reports
                if r.state is ReportState.HELD and r.period <= period
            ),
            lagging=self.lagging(standing),
            groups=self.campaign.roster.groups,
            periods_left=self.campaign.calendar.left_after(period),
        )

    def lagging(self, standing: Standing) -> tuple[Arrears, ...]:
        """The lagging rows, the worst first."""
        rows = sorted((r for r in standing.rows if r.lagging), key=lambda r: r.rate or 0.0)
        return tuple(self.arrears(row, standing.period) for row in rows)

    def _delays(self, standing: Standing) -> tuple[Delay, ...]:
        late = (r for r in standing.rows if r.state is State.LATE)
        return tuple(d for row in late if (d := self._delay(row, standing)) is not None)

    def _delay(self, row: Row, standing: Standing) -> Delay | None:
        units = [m.name for m in self.campaign.roster.members(row.unit)] or [row.unit]
        reports = [
            r
            for unit in units
            for r in self.ledger.for_period(unit, standing.period)
            if r.timeliness is Timeliness.LATE and r.state is not ReportState.REJECTED
        ]
        if not reports:
            return None
        received = min(r.received_at for r in reports)
        hours = (received - standing.deadline).total_seconds() / 3600
        return Delay(row.unit, self.local(received), hours)


_GRAVEST = (
    NoticeKind.SECOND_OVERDUE_REMINDER,
    NoticeKind.OVERDUE_REMINDER,
    NoticeKind.DUE_REMINDER,
    NoticeKind.LAG_NOTICE,
)


def _of_kind(standing: Standing, row: Row | None) -> int:
    return sum(r.rank is not None and r.kind == row.kind for r in standing.rows) if row else 0


def _fields(report: Report) -> tuple[FieldRead, ...]:
    """Each field that was found: what was understood, and what stands where."""
    form = report.form
    if form is None:
        return ()
    understood = {
        "unit": report.unit or "",
        "date": _day_name(form.reported_on),
        "completed": "" if report.completed is None else f"{report.completed:,}",
        "measures": f"{len(report.measures)}条，{measures_chars(report.measures)}字",
    }
    return tuple(
        FieldRead(
            _FIELDS.get(name, name),
            understood.get(name) or found.text[:200],
            found.where,
            found.text,
            found.file,
        )
        for name, found in form.evidence
    )


def _day_name(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _answers(report: Report) -> tuple[tuple[str, str], ...]:
    """How staff answer: by replying to the mail, or by command."""
    figure = report.completed if report.completed is not None else 128
    accept = ("通过", "情况属实，按表中数字计入") if report.completed is not None else None
    by_mail = (
        (f"改为{figure}", "按这个累计数计入（写正确的数字）"),
        ("退回：原因", "不予采用，这份报表不计入"),
        ("撤销", "撤销以前的决定，回到待核"),
    )
    unit = (("通过，单位：单位名称", "单位不明的，写明是哪个单位"),) if report.unit is None else ()
    command = ((f"xunbao review show {report.id}", "在服务器上查看和处理"),)
    return (*((accept,) if accept else ()), *unit, *by_mail, *command)
