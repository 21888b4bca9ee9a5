"""The facts of what answers a mail: receipts, returns, and reports that a reviewer gave back."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date

from pipeline.judging.intake.settle_figure import measures_chars
from pipeline.model.form import Hold
from pipeline.model.form_serial import serial_for
from pipeline.model.ledger import MailRecord
from pipeline.model.letters.receipts import (
    FieldRead,
    FileLine,
    Receipt,
    ReportLine,
    Returned,
    Settled,
    Unreadable,
)
from pipeline.model.notice import Action
from pipeline.model.report import Report, ReportState, Timeliness
from pipeline.model.review.rival_numbers import rival_numbers
from pipeline.model.standing import Row, Standing, State
from pipeline.notices.facts import Facts
from pipeline.notices.progress_facts import (
    form_gap,
    of_kind,
)
from pipeline.writing.sentences import (
    file_name,
    file_sentence,
    hold_sentence,
    note_sentence,
    places_told,
)
from pipeline.writing.titles import field_names


def receipt(facts: Facts, action: Action) -> Receipt:
    """LookupError where the mail is not in the ledger."""
    mail = mail_of(facts, action)
    reports = facts.ledger.of_mail(action.message_key or "")
    files = tuple(_file_lines(facts, mail))
    found = []
    for r in reports:
        found.append(report_line(facts, r))
    lines = tuple(found)
    return Receipt(
        subject=mail.seen.subject,
        received_at=facts.local(mail.seen.received_at),
        reports=lines,
        files=files,
    )


def _file_lines(facts: Facts, mail: MailRecord) -> Iterator[FileLine]:
    for result in mail.files:
        said = file_sentence(result, facts.campaign.words.form)
        yield FileLine(file_name(result), said)


def unreadable(facts: Facts, action: Action) -> Unreadable:
    """LookupError where the mail is not in the ledger."""
    mail = mail_of(facts, action)
    received = mail.seen.received_at
    # Nothing was read, so the day of the mail is all that says which period was meant.
    period = mail.seen.period or facts.campaign.calendar.received_for(received)
    unit = mail.seen.unit or ""
    counted = None
    if counting := facts.ledger.counting.report(unit, period):
        counted = counting.completed
    return Unreadable(
        subject=mail.seen.subject,
        received_at=facts.local(received),
        unit=unit,
        period=period,
        period_name=facts.campaign.calendar.name(period),
        deadline=facts.deadline(period),
        problems=tuple(_file_lines(facts, mail)),
        counted=counted,
    )


def returned(facts: Facts, action: Action) -> Returned:
    """退回重报: what the unit sent, why a reviewer gave it back, and what its next form begins with."""
    report = facts.ledger.report(action.report_id or "")
    if report is None:
        raise LookupError(f"no report {action.report_id}")
    mail = mail_of(facts, action)
    if report.unit:
        last = facts.ledger.figure_before(report.unit, report.period)
    else:
        last = None
    unit = facts.campaign.rulebook.unit_on(report.unit, report.period)
    return Returned(
        unit=report.unit or "",
        subject=mail.seen.subject,
        received_at=facts.local(report.received_at),
        period=report.period,
        period_name=facts.campaign.calendar.name(report.period),
        deadline=facts.deadline(report.period),
        why=report.why,
        completed=report.completed,
        last_completed=last.completed if last else None,
        last_period_name=facts.campaign.calendar.name(last.period)
        if last
        else "",
        target=unit.target if unit and not unit.member_of else None,
        gap_to_schedule=form_gap(facts, unit.name, report.period)
        if unit and not unit.member_of
        else 0,
        serial=serial_for(
            facts.campaign.rulebook.campaign, report.unit, report.period
        )
        if report.unit
        else "",
    )


def settled(facts: Facts, action: Action) -> Settled:
    """核实结果: the report as it counts now, beside what was read."""
    report = facts.ledger.report(action.report_id or "")
    if report is None:
        raise LookupError(f"no report {action.report_id}")
    mail = mail_of(facts, action)
    full = facts.records.report(report.id)
    as_read = _as_read(full)
    return Settled(
        subject=mail.seen.subject,
        received_at=facts.local(report.received_at),
        line=report_line(facts, report),
        as_read=as_read,
    )


def _as_read(report: Report | None) -> int | None:
    if report is None or report.form is None:
        return None
    # Of several numbers none was the one that was read.
    if report.form.figure.rivals:
        return None
    return report.form.figure.completed


# Whose figure is in the standing
_COUNTING = (ReportState.ACCEPTED, ReportState.DUPLICATE)


def report_line(facts: Facts, report: Report) -> ReportLine:
    """A report with its place so far: the standing at its own period, as of now."""
    full = facts.records.report(report.id) or report
    last = facts.ledger.figure_before(report.unit or "", report.period)
    # At the report's own period: a late report is placed among those it belongs to.
    standing = facts.campaign.standing(report.period, facts.ledger, facts.now)
    row = standing.by_unit.get(report.unit or "")
    target = _target(facts, report)
    name = facts.campaign.calendar.name
    rivals = rival_numbers(full)
    line = ReportLine(
        unit=report.unit or "",
        period=report.period,
        period_name=name(report.period),
        deadline=facts.deadline(report.period),
        state=report.state.value,
        timeliness=_timeliness(report, row),
        # Of several numbers either may be the wrong one.
        completed=None if rivals else report.completed,
        added=report.added,
        target=target,
        rate=None,
        schedule=standing.schedule,
        lagging=False,
        rank=None,
        of_kind=0,
        kind_name=facts.campaign.words.kind_name(row.kind) if row else "",
        previous=last.completed if last else None,
        previous_period_name=name(last.period) if last else "",
        replaces=_replaced(facts, report),
        fields=_fields(full, facts),
        measures=report.measures,
        measures_chars=measures_chars(report.measures),
        notes=_notes_told(report, facts),
        holds=_holds_told(replace(report, form=full.form), last, target, facts),
        closed=standing.closed,
        of_all=_of_all(facts, standing, row),
        rivals=rivals,
    )
    if row is None or report.state not in _COUNTING:
        return replace(line, of_kind=_place(facts, standing, None)[1])
    rank, among = _place(facts, standing, row)
    return replace(
        line, rate=row.rate, lagging=row.lagging, rank=rank, of_kind=among
    )


def _target(facts: Facts, report: Report) -> int | None:
    """The unit's own; a member's figure counts towards its pool's."""
    unit = facts.campaign.rulebook.unit_on(report.unit, report.period)
    if unit is None or unit.member_of:
        return None
    return unit.target


def _timeliness(report: Report, row: Row | None) -> str:
    """That of the unit's first acceptable report: a correction of one that came in time
    is in time (rules.md 6)."""
    if row is not None and row.state is State.ON_TIME:
        return Timeliness.ON_TIME.value
    return report.timeliness.value


def _place(
    facts: Facts, standing: Standing, row: Row | None
) -> tuple[int | None, int]:
    """(rank, among how many): of all ranked ones of the kind once the period is closed,
    before that of those that have reported for it (rules.md 7)."""
    if row is None or row.rank is None:
        return None, of_kind(facts, standing, row)
    if standing.closed:
        return row.rank, of_kind(facts, standing, row)
    return facts.kinds(standing).place(row)


def _of_all(facts: Facts, standing: Standing, row: Row | None) -> int:
    if row is None:
        return 0
    return facts.kinds(standing).listed[row.kind]


def _replaced(facts: Facts, report: Report) -> int | None:
    """The figure that this report took the place of."""
    if report.unit is None or report.state is not ReportState.ACCEPTED:
        return None
    older = []
    for r in facts.ledger.for_period(report.unit, report.period):
        if (
            r.state is ReportState.SUPERSEDED
            and r.received_at <= report.received_at
        ):
            older.append(r)
    # The last of them is what the unit believes to be on record.
    if older:
        return older[-1].completed
    return None


def mail_of(facts: Facts, action: Action) -> MailRecord:
    """The mail that an action answers. LookupError where the ledger has none."""
    mail = facts.records.mail(action.message_key or "")
    if mail is None:
        raise LookupError(f"no mail {action.message_key}")
    return mail


# Where a figure stands that is not on the form
BY_STAFF = "工作人员核定"


def _fields(report: Report, facts: Facts) -> tuple[FieldRead, ...]:
    """Each field that was found: what was understood, and what stands where."""
    form = report.form
    if form is None:
        return ()
    labels = dict(field_names(facts.campaign.words))
    understood = {
        "unit": report.unit or "",
        "date": _day_name(form.reported_on),
        "completed": _figure_understood(report),
        "measures": f"{len(report.measures)}条，{measures_chars(report.measures)}字",
    }
    for spec in facts.campaign.rulebook.checks.also:
        # Further figures are named as the config calls them.
        labels[spec.name] = spec.title
    for text in facts.campaign.rulebook.checks.texts:
        labels[text.name] = text.title
    for name, value in report.also:
        understood[name] = "没有读出" if value is None else f"{value:,}"
    made = []
    for name, found in form.evidence:
        # that a print could not be made is for the record, not for the unit
        if name == "second_look" and Hold.SECOND_LOOK not in report.holds:
            continue
        made.append(
            FieldRead(
                label=labels.get(name, name),
                # A cell may hold a page of text, and a receipt is read on a phone.
                value=understood.get(name) or found.text[:200],
                where=found.where,
                text=found.text,
                file=found.file,
            )
        )
    shown = {name for name, _ in form.evidence}
    made += _added_by_staff(report, shown, labels)
    return tuple(made)


def _figure_understood(report: Report) -> str:
    if report.form is not None and rival_numbers(report):
        return places_told(report.form.figure.rivals)
    if report.completed is None:
        return ""
    return f"{report.completed:,}"


def _added_by_staff(
    report: Report, shown: Collection[str], labels: Mapping[str, str]
) -> Iterator[FieldRead]:
    """What staff have added stands nowhere on the form."""
    for name, value in report.corrected_also:
        if name not in shown:
            yield FieldRead(
                label=labels.get(name, name),
                value=f"{value:,}",
                where=BY_STAFF,
                text="",
            )


def _day_name(day: date | None) -> str:
    if day:
        return f"{day.year}年{day.month}月{day.day}日"
    return ""


def _notes_told(report: Report, facts: Facts) -> tuple[str, ...]:
    checks = facts.campaign.rulebook.checks
    words = facts.campaign.words
    return tuple(note_sentence(note, checks, words) for note in report.notes)


def _holds_told(
    report: Report, last: Report | None, target: int | None, facts: Facts
) -> tuple[str, ...]:
    """Why it is held; `last` is the figure that counts before it. The report's form,
    which the ledger's rows leave out, tells which numbers stand where."""
    words = facts.campaign.words
    before = last.completed if last else None
    return tuple(
        hold_sentence(
            hold=hold,
            report=report,
            last=before,
            target=target,
            words=words,
        )
        for hold in report.holds
    )
