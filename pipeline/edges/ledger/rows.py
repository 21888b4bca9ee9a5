"""Rows of the ledger's tables <-> values of the model. Trusts the tables; decides nothing."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from sys import intern
from typing import Any, TypeVar

from pipeline.edges.ledger.new_row import NewRow
from pipeline.edges.ledger.shapes import kept, restored
from pipeline.edges.ledger.tables import (
    DecisionRow,
    MessageRow,
    NoticeRow,
    ReportRow,
    RereadMailRow,
    TalkEventRow,
)
from pipeline.model.actor import Actor
from pipeline.model.arrival import (
    Arrival,
    FileOutcome,
    FileResult,
    Judgement,
    Outcome,
    ReplyResult,
)
from pipeline.model.form import ALSO_NOTES, FileReading, Form, Hold, Note
from pipeline.model.ledger import MailRecord, MailSeen
from pipeline.model.month import Month
from pipeline.model.notice import Action, NoticeKind
from pipeline.model.report import (
    BY_RULE,
    Decision,
    DecisionRule,
    Report,
    ReportState,
    Timeliness,
)
from pipeline.model.review.talk import TalkEvent, TalkStep
from pipeline.model.trouble import TroubleCode
from pipeline.writing.review.refusals import reply_told_in
from pipeline.writing.sentences import dropped_for


def message_row(
    arrival: Arrival, judgement: Judgement, identity: str, **more: Any
) -> NewRow:
    """`identity` is the mail's own key in the ledger; `more` are columns that only the
    caller knows."""
    message = arrival.message
    reply = None
    if judgement.reply is not None:
        reply = judgement.reply.value
    return NewRow(
        MessageRow,
        identity=identity,
        key=message.key,
        fingerprint=message.fingerprint,
        message_id=message.message_id,
        received_at=message.received_at,
        sender=message.sender.email,
        sender_name=message.sender.name,
        subject=message.subject,
        text=message.text[:20_000],
        quoted=message.quoted[:20_000],
        outcome=judgement.outcome.value,
        reason=judgement.reason,
        unit=judgement.unit,
        period=judgement.period,
        about=judgement.about,
        reply=reply,
        files=[
            [one.name, one.advice, one.outcome.value] for one in judgement.files
        ],
        readings=[
            kept(FileReading, _without_pictures(r.reading))
            for r in arrival.readings
        ],
        in_reply_to=message.in_reply_to,
        **more,
    )


def _without_pictures(reading: FileReading) -> FileReading:
    return FileReading(
        name=reading.name,
        kind=reading.kind,
        forms=reading.forms,
        trouble=reading.trouble,
    )


def report_row(report: Report) -> NewRow:
    """What was found of a report; its state comes with the decisions about it."""
    return NewRow(
        ReportRow,
        id=report.id,
        message_key=report.message_key,
        received_at=report.received_at,
        added=report.added,
        timeliness=report.timeliness.value,
        notes=[note.value for note in report.notes],
        holds=[hold.value for hold in report.holds],
        measures=list(report.measures),
        files=list(report.files),
        form=kept(Form, report.form) if report.form else None,
    )


def decision_row(decision: Decision) -> NewRow:
    return NewRow(
        DecisionRow,
        report_id=decision.report_id,
        at=decision.at,
        by=decision.by,
        rule=decision.rule.value,
        state=decision.state.value,
        unit=decision.unit,
        period=decision.period,
        completed=decision.completed,
        why=decision.why,
        supersedes=decision.supersedes,
        timeliness=decision.timeliness.value if decision.timeliness else None,
        holds=None
        if decision.holds is None
        else [hold.value for hold in decision.holds],
        also=[list(pair) for pair in decision.also] or None,
        also_notes=None
        if decision.also_notes is None
        else [note.value for note in decision.also_notes],
    )


def decision(row: DecisionRow) -> Decision:
    return Decision(
        report_id=row.report_id,
        at=row.at,
        by=Actor(row.by),
        rule=DecisionRule(row.rule),
        state=ReportState(row.state),
        unit=row.unit,
        period=row.period,
        completed=row.completed,
        why=row.why,
        supersedes=row.supersedes,
        timeliness=Timeliness(row.timeliness) if row.timeliness else None,
        holds=None if row.holds is None else tuple(map(Hold, row.holds)),
        also=_corrected(row),
        also_notes=None
        if row.also_notes is None
        else tuple(map(Note, row.also_notes)),
    )


def report(
    row: Any,
    decisions: Sequence[Any],
    reread: Any = None,
    *,
    with_form: bool = False,
) -> Report:
    """A report with all decisions on it, in their order, as it was read last: of rows,
    or of their columns without the form.

    Its form is left out unless asked for: judging never looks at it again.
    """
    read = reread or row
    decided = decisions[-1]
    form = None
    if with_form and read.form:
        form = restored(Form, read.form)
    return Report(
        id=row.id,
        message_key=intern(row.message_key),
        received_at=row.received_at,
        unit=_interned(decided.unit),
        period=decided.period,
        completed=decided.completed,
        added=read.added,
        timeliness=_TIMELINESS[decided.timeliness or read.timeliness],
        state=_STATES[decided.state],
        notes=_notes(read, decided),
        holds=_holds(read, decided),
        measures=tuple(read.measures),
        form=form,
        files=tuple(map(intern, read.files)),
        sequence=row.sequence or 0,
        decided_by=decided.by,
        why=decided.why,
        version=len(decisions),
        rule=_RULES[decided.rule],
        decided_at=decided.at,
        read_completed=_judged(decisions),
        also=_also(read, decided),
        corrected_also=_corrected(decided),
        texts=_texts(read),
    )


_E = TypeVar("_E", bound=StrEnum)


def _by_value(kind: type[_E]) -> dict[str, _E]:
    """An Enum's own call takes five times as long as a look-up."""
    found: dict[str, _E] = {}
    for one in kind:
        found[one.value] = one
    return found


_TIMELINESS = _by_value(Timeliness)
_STATES = _by_value(ReportState)
_RULES = _by_value(DecisionRule)


def _interned(text: str | None) -> str | None:
    """The one string of what stands in thousands of rows: a unit, an address."""
    if text is None:
        return None
    return intern(text)


def _judged(decisions: Iterable[Any]) -> int | None:
    """The figure as the program read it last, whatever people decided since."""
    figure = None
    for decided in decisions:
        if decided.rule in BY_RULE:
            figure = decided.completed
    return figure


def _holds(read: Any, decided: Any) -> tuple[Hold, ...]:
    """The doubts that are open: those it was read with, where no decision says."""
    if decided.holds is None:
        return tuple(map(Hold, read.holds))
    return tuple(map(Hold, decided.holds))


def _notes(read: Any, decided: Any) -> tuple[Note, ...]:
    """The notes as read; where people decided since, theirs on the figures beside the
    main one in place of those."""
    notes = tuple(map(Note, read.notes))
    if decided.also_notes is None:
        return notes
    kept = tuple(note for note in notes if note not in ALSO_NOTES)
    return kept + tuple(map(Note, decided.also_notes))


def _also(read: Any, decided: Any) -> tuple[tuple[str, int | None], ...]:
    """The figures beside the main one, of a row or of the columns that were loaded; what
    people put right stands in place of what was read."""
    kept = _of_form(read, "also")
    if not kept and decided.also is None:
        return ()
    found: dict[str, int | None] = {}
    for figure in kept or ():
        found[figure["name"]] = figure["value"]
    found.update(_corrected(decided))
    return tuple(found.items())


def _texts(read: Any) -> tuple[tuple[str, str], ...]:
    """The fields of words, as read."""
    fields = _of_form(read, "texts")
    if not fields:
        return ()
    return tuple((field["name"], field["value"]) for field in fields)


def _of_form(read: Any, part: str) -> Any:
    """A part of the form: of the columns that were loaded, else of a row with all of
    it. Rows of an older ledger have none."""
    if hasattr(read, part):
        return getattr(read, part)
    return (read.form or {}).get(part)


def _corrected(decided: Any) -> tuple[tuple[str, int], ...]:
    if decided.also is None:
        return ()
    return tuple((name, value) for name, value in decided.also)


def mail_seen(row: Any, reread: RereadMailRow | None = None) -> MailSeen:
    """`reread`: what a mended reader made of the mail since, which counts instead."""
    read = reread or row
    return MailSeen(
        key=intern(row.key),
        message_id=row.message_id,
        received_at=row.received_at,
        sender=intern(row.sender),
        subject=intern(row.subject),
        outcome=intern(read.outcome),
        reason=read.reason,
        unit=_interned(read.unit),
        period=read.period,
        about=row.about,
        reply=reply_of(row),
    )


def reply_of(row: Any) -> ReplyResult | None:
    """What a reviewer's reply came to; None for any other mail. A reply is never read
    again (rereadings), so its first row says it."""
    if row.reply:
        return ReplyResult(row.reply)
    if row.outcome != Outcome.COMMAND:
        return None
    return reply_told_in(row.reason or "")


def mail_record(row: Any, reread: Any = None) -> MailRecord:
    """A message with what it says, as it was read last: of rows, or of their columns."""
    read = reread or row
    return MailRecord(
        seen=mail_seen(row, reread),
        sender_name=row.sender_name,
        text=row.text,
        files=tuple(_file_result(*kept) for kept in read.files),
        readings=tuple(
            restored(FileReading, kept_one) for kept_one in read.readings
        ),
        in_reply_to=row.in_reply_to,
        quoted=row.quoted,
    )


# How rows of two told that a file was read
_READ_BEFORE = "已读取。"


def _file_result(name: str, advice: str, code: str = "") -> FileResult:
    """A file's outcome; rows of an older ledger hold the name and the sentence alone."""
    if code in set(FileOutcome):
        return FileResult(name, FileOutcome(code), advice)
    if code:
        return FileResult(name, TroubleCode(code), advice)
    if advice == _READ_BEFORE:
        return FileResult(name, FileOutcome.READ)
    return FileResult(name, FileOutcome.AS_TOLD, advice)


def talk_event_row(event: TalkEvent) -> NewRow:
    return NewRow(
        TalkEventRow,
        month=event.month,
        unit=event.unit,
        what=event.what.value,
        at=event.at,
        by=event.by,
        text=event.text,
        held_on=event.held_on,
        message_key=event.message_key,
    )


def talk_event(row: TalkEventRow) -> TalkEvent:
    return TalkEvent(
        month=Month(row.month),
        unit=row.unit,
        what=TalkStep(row.what),
        at=row.at,
        by=Actor(row.by),
        text=row.text,
        held_on=row.held_on,
        message_key=row.message_key,
    )


def action(row: Any) -> Action:
    """Of a row, or of its columns."""
    return Action(
        kind=NoticeKind(row.kind),
        key=row.key,
        due_at=row.due_at,
        unit=row.unit,
        period=row.period,
        month=Month(row.month) if row.month else None,
        message_key=row.message_key,
        report_id=row.report_id,
        to=tuple(row.to),
        cc=tuple(row.cc),
        drop_reason=dropped_for(row.drop_reason),
    )


def notice_row(action: Action, mail_id: str | None, **more: Any) -> NewRow:
    return NewRow(
        NoticeRow,
        key=action.key,
        kind=action.kind.value,
        unit=action.unit,
        period=action.period,
        month=action.month,
        message_key=action.message_key,
        report_id=action.report_id,
        to=list(action.to),
        cc=list(action.cc),
        due_at=action.due_at,
        drop_reason=action.drop_reason or "",
        mail_id=mail_id,
        **more,
    )
