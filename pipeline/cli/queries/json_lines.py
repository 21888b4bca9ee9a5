"""What the commands show: values of the model as the contract's JSON, and as plain lines for people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any

from pipeline.judging.intake.settle_figure import (
    also_notes,
    also_values,
    measures_notes,
    text_notes,
)
from pipeline.judging.names import NameBook
from pipeline.judging.progress.also_standing import AlsoFigures
from pipeline.model.arrival import FileOutcome
from pipeline.model.assessment import Assessed
from pipeline.model.form import Figure, FileReading, Form, Hold
from pipeline.model.ledger import Ledger, MailRecord, TalkRecord
from pipeline.model.operation.cooldown import Alarm
from pipeline.model.outgoing import NoticeLine
from pipeline.model.report import Report
from pipeline.model.rules import CheckRules
from pipeline.model.standing import Row, Standing
from pipeline.model.trouble import TroubleCode
from pipeline.writing.sentences import file_name, file_sentence

Json = dict[str, Any]

_SCAN_HOLDS = {
    TroubleCode.SCAN_UNREAD: Hold.SCAN_UNREAD,
    TroubleCode.SCAN_UNCERTAIN: Hold.SCAN_UNCERTAIN,
}


def stamp(moment: datetime | None, zone: tzinfo) -> str | None:
    """A time with the campaign's offset."""
    if moment:
        return moment.astimezone(zone).isoformat(timespec="seconds")
    return None


def standing_lines(
    standing: Standing,
    alarms: Iterable[Alarm],
    zone: tzinfo,
    also: Mapping[str, AlsoFigures],
) -> Iterator[Json]:
    """A line for each target row, then the total, which also says what stands wrong
    with the program. `also`: row -> the figures beside the main one."""
    period = standing.period.isoformat()
    for row in standing.rows:
        beside = also.get(row.unit, {})
        yield row_line(row, period) | _figures(beside.items())
    totals = asdict(standing.totals)
    keys = (
        "completed",
        "target",
        "rate",
        "reported",
        "late",
        "held",
        "unreadable",
        "missing",
        "lagging",
    )
    wrong = []
    for a in alarms:
        wrong.append(
            {"cause": a.cause, "what": a.what, "since": stamp(a.since, zone)}
        )
    yield {
        "period": period,
        "total": {key: totals[key] for key in keys},
        "alarms": wrong,
    }


def row_line(row: Row, period: str) -> Json:
    return {
        "period": period,
        "unit": row.unit,
        "kind": row.kind,
        "state": row.state.value if row.state else None,
        "completed": row.completed,
        "target": row.target,
        "rate": row.rate,
        "schedule": row.schedule,
        "lagging": row.lagging,
        "rank": row.rank,
        "rank_overall": row.rank_overall,
        "notes": list(row.notes),
    }


def message_line(
    mail: MailRecord, ledger: Ledger, zone: tzinfo, form_name: str
) -> Json:
    """A message and its reports. The same mail again has none of its own. `form_name`
    is how the campaign calls its form."""
    seen = mail.seen
    if seen.outcome == "reported":
        reports = list(ledger.of_mail(seen.key))
    else:
        reports = []
    return {
        "message_id": seen.message_id,
        "received_at": stamp(seen.received_at, zone),
        "from": seen.sender,
        "subject": seen.subject,
        "outcome": seen.outcome,
        "reports": [report_line(r) for r in reports],
        "reason": seen.reason
        or "；".join(
            "：".join(filter(None, (file_name(f), file_sentence(f, form_name))))
            for f in mail.files
            if f.outcome is not FileOutcome.READ
        )
        or None,
    }


def _figures(also: Iterable[tuple[str, int | None]]) -> Json:
    """The figures beside the main one, where the config asks for any."""
    found = dict(also)
    return {"figures": found} if found else {}


def _beside(
    also: Iterable[tuple[str, int | None]], texts: Iterable[tuple[str, str]]
) -> Json:
    """The figures beside the main one and the fields of words, where the config asks
    for any."""
    told = _figures(also)
    words = {name: value or None for name, value in texts}
    return told | {"fields": words} if words else told


def report_line(report: Report) -> Json:
    return {
        "id": report.id,
        "unit": report.unit,
        "period": report.period.isoformat(),
        "completed": report.completed,
        "added": report.added,
        "timeliness": report.timeliness.value,
        "state": report.state.value,
        "notes": sorted(report.notes),
        "holds": sorted(report.holds),
        "measures": list(report.measures),
    } | _beside(report.also, report.texts)


def notice_line(line: NoticeLine, zone: tzinfo) -> Json:
    action = line.action
    return {
        "kind": action.kind.value,
        "unit": action.unit,
        "period": action.period.isoformat() if action.period else None,
        "month": action.month,
        "to": list(action.to),
        "cc": list(action.cc),
        "subject": line.subject or None,
        "due_at": stamp(action.due_at, zone),
        "state": line.state,
        "sent_at": stamp(line.sent_at, zone),
        "message_id": line.message_id,
        "copies": line.copies,
        "failed": len(line.problems),
    }


def talk_line(talk: TalkRecord) -> Json:
    return {
        "month": talk.month,
        "unit": talk.unit,
        "reasons": list(talk.reasons),
        "state": talk.state,
        "circulated": talk.circulated,
    }


def assessed_line(row: Assessed) -> Json:
    keys = (
        "unit",
        "kind",
        "completed",
        "target",
        "rate",
        "on_time",
        "late",
        "held",
        "unreadable",
        "missing",
        "counted",
        "itemised",
        "talks",
        "score",
        "rank",
    )
    found = {}
    for key in keys:
        found[key] = getattr(row, key)
    return found


def reading_line(
    reading: FileReading, book: NameBook | None, checks: CheckRules
) -> Json:
    """A file and its forms. A scan that was not read, or not surely, is a form of which
    nothing is known: it is held like one."""
    trouble = reading.trouble
    forms = [_form(form, book, checks) for form in reading.forms]
    if trouble is not None and trouble.code in _SCAN_HOLDS and not forms:
        held = Figure(holds=(_SCAN_HOLDS[trouble.code],))
        unread = Form(
            unit_text="",
            mentions=(),
            reported_on=None,
            figure=held,
            measures=(),
        )
        forms = [_form(unread, None, checks) | {"notes": []}]
    return {
        "file": reading.name,
        "kind": reading.kind,
        "forms": forms,
        "error": trouble.advice if trouble else None,
    }


def _form(form: Form, book: NameBook | None, checks: CheckRules) -> Json:
    figure = form.figure
    of_also = also_notes(also_values(form), figure.completed, checks)
    notes = (
        *figure.notes,
        *of_also,
        *text_notes(form, checks),
        *measures_notes(form.measures, checks),
    )
    return {
        "unit_text": form.unit_text or None,
        "unit": book.match(form.unit_text) if book and form.unit_text else None,
        "reported_on": form.reported_on.isoformat()
        if form.reported_on
        else None,
        "completed": figure.completed,
        "added": figure.added,
        "measures": list(form.measures),
        "notes": sorted(notes),
        "holds": sorted(figure.holds),
        "evidence": {
            name: {"where": e.where, "text": e.text}
            for name, e in form.evidence
        },
    } | _beside(also_values(form), ((f.name, f.value) for f in form.texts))
