"""What each row of the ledger tells its journal: who did what, about whom, and why, in
the words of the row itself.

A table without a line of its own tells its name, and what its columns `by`, `unit`,
`period` and `why` hold. Decides nothing.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from pipeline.edges.ledger.new_row import NewRow
from pipeline.edges.ledger.tables import (
    AlarmEventRow,
    AttemptRow,
    BulletinRow,
    ConfigRow,
    DecisionRow,
    DeliveryEventRow,
    DeliveryRow,
    ExaminationRow,
    ExtensionRow,
    FailureRow,
    HandlingRow,
    MailRow,
    MessageRow,
    MetaRow,
    NoticeRow,
    PauseRow,
    PollRow,
    RemovalRow,
    RenumberingRow,
    ReportRow,
    RereadMailRow,
    RereadReportRow,
    RoundRow,
    SightingRow,
    TalkEventRow,
    TalkRow,
)
from pipeline.model.actor import RULE
from pipeline.model.notice_key import released_by
from pipeline.model.operation.journal_entry import Told
from pipeline.model.report import DecisionRule
from pipeline.writing.sentences import drop_sentence, dropped_for

_TIMES = (
    "at",
    "recorded_at",
    "kept_at",
    "planned_at",
    "frozen_at",
    "drawn_at",
    "proposed_at",
)
# Facts of the whole ledger whose value is a time
_TIMES_BY_KEY = ("born_at", "closed_at")
_RULES = {
    DecisionRule.JUDGED.value: "judged",
    DecisionRule.REPLAYED.value: "replayed",
    DecisionRule.UNDO.value: "undone",
}


def told(row: Any) -> Told:
    """What `row` tells. Its columns' names are the house's: `by` or `who`, `unit`,
    `period`, `report_id`, `why`."""
    own = _TELLING.get(_kind(row))
    if own is not None:
        return own(row)
    return _by_its_columns(row)


def time_of(rows: Iterable[Any]) -> datetime | None:
    """When rows that are written together were: the time that stands in one of them."""
    for row in rows:
        kind = _kind(row)
        if kind is MetaRow and row.key in _TIMES_BY_KEY:
            return datetime.fromisoformat(row.value)
        for name in _time_names(kind):
            time = getattr(row, name)
            if isinstance(time, datetime):
                return time
    return None


@cache
def _time_names(kind: type) -> tuple[str, ...]:
    """Those of a table's columns that may tell when its row was written."""
    return tuple(filter(partial(hasattr, kind), _TIMES))


def _kind(row: Any) -> type:
    """The class of the row's table, also of one that is not written yet."""
    if isinstance(row, NewRow):
        return row.of
    return type(row)


def _by_its_columns(row: Any) -> Told:
    def text(*names: str) -> str:
        return next(
            (
                str(found)
                for name in names
                if (found := getattr(row, name, None)) is not None
            ),
            "",
        )

    period = getattr(row, "period", None)
    return Told(
        what=row.__table__.name,
        who=text("by", "who"),
        unit=text("unit") or None,
        period=period if isinstance(period, date) else None,
        subject=text("report_id", "subject", "address", "key", "name"),
        why=text("why", "reason", "text"),
    )


def _message(row: MessageRow) -> Told:
    why = "：".join(filter(None, (row.outcome, row.reason)))
    return Told(
        what="read",
        who=row.sender,
        unit=row.unit,
        period=row.period,
        subject=row.key,
        why=why,
    )


def _decision(row: DecisionRow) -> Told:
    what = _RULES.get(row.rule, "decided")
    if row.completed is None:
        figure = ""
    else:
        figure = str(row.completed)
    beside = " ".join(f"{name}={value}" for name, value in row.also or ())
    why = " ".join(filter(None, (row.rule, row.state, figure, beside, row.why)))
    return Told(
        what=what,
        who="" if row.by == RULE else row.by,
        unit=row.unit,
        period=row.period,
        subject=row.report_id,
        why=why,
    )


def _notice(row: NoticeRow) -> Told:
    if row.mail_id is not None:
        what = "planned"
    else:
        what = "dropped"
    why = drop_sentence(dropped_for(row.drop_reason))
    return Told(
        what=what,
        who="",
        unit=row.unit,
        period=row.period,
        subject=row.key,
        why=why,
    )


def _round(row: RoundRow) -> Told:
    released = released_by(row.key)
    if released:
        return Told(
            what="approved",
            who="",
            unit=None,
            period=None,
            subject=released,
        )
    return Told("asked", subject=row.key)


def _talk_event(row: TalkEventRow) -> Told:
    why = " ".join(filter(None, (row.text, str(row.held_on or ""))))
    return Told(
        what=f"talk_{row.what}",
        who="" if row.by == RULE else row.by,
        unit=row.unit,
        period=None,
        subject=row.month,
        why=why,
    )


def _delivery_event(row: DeliveryEventRow) -> Told:
    bounced = row.state == "failed" and row.text.startswith("退信")
    answer = " ".join(filter(None, (str(row.code or ""), row.text)))
    return Told(
        "bounced" if bounced else f"copy_{row.state}",
        subject=str(row.delivery_id),
        why=answer,
    )


_TELLING: dict[type, Callable[[Any], Told]] = {
    MetaRow: lambda r: Told("founded", subject=r.key),
    SightingRow: lambda r: Told(
        "arrived", subject=r.key, why=f"{r.folder} UID {r.uid}"
    ),
    FailureRow: lambda r: Told(
        "fetch_failed", subject=f"{r.folder} UID {r.uid}", why=r.why
    ),
    AttemptRow: lambda r: Told(
        "tried" if r.weight > 0 else "pardoned", subject=r.key
    ),
    PollRow: lambda r: Told("polled", why="whole" if r.whole else ""),
    HandlingRow: lambda r: Told(
        "handled" if r.message_id else "known_again", subject=str(r.sighting_id)
    ),
    MessageRow: _message,
    ReportRow: lambda r: Told(
        "report_found", subject=r.id, why=",".join([*r.holds, *r.notes])
    ),
    RereadMailRow: lambda r: Told(
        what="reread",
        who="",
        unit=r.unit,
        period=r.period,
        subject=r.identity,
        why="：".join(filter(None, (r.outcome, r.reason))),
    ),
    RereadReportRow: lambda r: Told(
        "report_reread", subject=r.report_id, why=",".join([*r.holds, *r.notes])
    ),
    DecisionRow: _decision,
    MailRow: lambda r: Told("written", subject=r.message_id, why=r.subject),
    NoticeRow: _notice,
    DeliveryRow: lambda r: Told(
        "addressed", subject=r.recipient, why=r.mail_id
    ),
    DeliveryEventRow: _delivery_event,
    RoundRow: _round,
    BulletinRow: lambda r: Told(
        "drawn_up", subject=r.snapshot_id, why=f"{r.kind} {r.month}"
    ),
    TalkRow: lambda r: Told(
        what="talk_proposed",
        who="",
        unit=r.unit,
        period=None,
        subject=r.month,
        why="；".join(r.reasons),
    ),
    TalkEventRow: _talk_event,
    ExtensionRow: lambda r: Told(
        what="extended" if r.until else "extension_withdrawn",
        who=r.by,
        unit=r.unit,
        period=r.period,
        subject=str(r.until or ""),
        why=r.why,
    ),
    PauseRow: lambda r: Told(
        "paused" if r.cause else "resumed", subject=r.server, why=r.cause
    ),
    AlarmEventRow: lambda r: Told(
        "alarm_raised" if r.open else "alarm_closed",
        subject=r.cause,
        why=r.what,
    ),
    RemovalRow: lambda r: Told(
        "removed", subject=r.name, why=f"{r.what} {r.why}"
    ),
    RenumberingRow: lambda r: Told(
        "renumbered", subject=r.folder, why=f"UIDVALIDITY {r.uidvalidity}"
    ),
    ConfigRow: lambda r: Told(
        "config_taken", subject=r.digest, why="；".join(r.changes)
    ),
    ExaminationRow: lambda r: Told(
        "examined", why=f"{r.entries} {r.rows} {r.files}：{len(r.damages)}"
    ),
}
