"""Two ledgers side by side: messages, reports, standings of the closed periods and
approvals, and where they differ.

Pure: values in, values out. Compares what counts, not when or by whom it was written down.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from typing import Protocol

from pipeline.judging.progress.campaign import Campaign
from pipeline.model.arrival import Outcome, ReplyResult
from pipeline.model.ledger import Ledger, MailRecord
from pipeline.model.notice_key import approval_key
from pipeline.model.report import Report
from pipeline.model.standing import Row
from pipeline.model.values.frozen import frozen
from pipeline.writing.sentences import hold_sentence, note_sentence
from pipeline.writing.titles import (
    IGNORED_BECAUSE,
    REPORT_STATES,
    STANDING_STATES,
    title,
)
from pipeline.writing.words import (
    NOTHING,
    day,
    joined,
    listing,
)

_Fields = dict[str, str]
# (kind, key) -> how people call it, its fields
_Facts = dict[tuple[str, str], tuple[str, _Fields]]

_OUTCOMES = {
    Outcome.REPORTED: "报表",
    Outcome.UNREADABLE: "读不出",
    Outcome.IGNORED: "与本项工作无关",
    Outcome.DUPLICATE: "重复的邮件",
    Outcome.COMMAND: "审核答复",
    Outcome.SET_ASIDE: "搁置",
}

_REPLIES = {
    ReplyResult.DONE: "已照办",
    ReplyResult.NOTHING_DONE: "没有办",
    ReplyResult.REFUSED: "不是审核人的，没有办",
}


@frozen
class Difference:
    """`kind`: raw, message, report, standing, approval. `by_order`: it vanishes in the
    order of handling. `key`: a report's id, or a `standing_key`."""

    kind: str
    subject: str
    field: str
    before: str
    after: str
    by_order: bool = False
    key: str = ""

    @property
    def sentence(self) -> str:
        if self.by_order:
            why = "（邮件晚到、处理先后不同所致）"
        else:
            why = ""
        return f"{self.subject}：{self.field}，台账中是 {self.before}，重做得到 {self.after}{why}"


def standing_key(due: date, unit: str) -> str:
    """The key of what differs in a unit's row of a period."""
    return f"{due} {unit}"


class Rebuilt(Protocol):
    def mails(self) -> list[MailRecord]: ...
    def ledger(self) -> Ledger: ...


def fingerprint(
    mails: list[MailRecord], ledger: Ledger, campaign: Campaign, now: datetime
) -> str:
    """SHA-256, in hex, over all that a replay must bring forth again, in an order of
    its own: of two ledgers that say the same it is the same, however their mails came
    in."""
    facts = sorted(
        _facts(
            mails=mails,
            ledger=ledger,
            campaign=campaign,
            now=now,
            since=None,
        ).items()
    )
    return sha256(
        json.dumps(facts, ensure_ascii=True, sort_keys=True).encode()
    ).hexdigest()


def compared(
    mails: list[MailRecord],
    ledger: Ledger,
    other: Rebuilt,
    campaign: Campaign,
    now: datetime,
    since: datetime | None = None,
) -> Iterator[Difference]:
    """Every field that differs; what only one of them has is one difference. `since`:
    of mails received, and periods due, from then on."""
    old = _facts(
        mails=mails,
        ledger=ledger,
        campaign=campaign,
        now=now,
        since=since,
    )
    new = _facts(
        mails=other.mails(),
        ledger=other.ledger(),
        campaign=campaign,
        now=now,
        since=since,
    )
    for kind, key in {**old, **new}:
        (name, before), (other_name, after) = (
            facts.get((kind, key), ("", {})) for facts in (old, new)
        )
        if not before or not after:
            yield Difference(
                kind=kind,
                subject=name or other_name,
                field="有无",
                before=_all(before),
                after=_all(after),
                key=key,
            )
            continue
        yield from _fields_that_differ(kind, key, name, before, after)


def _fields_that_differ(
    kind: str, key: str, name: str, before: _Fields, after: _Fields
) -> Iterator[Difference]:
    for field, value in before.items():
        if value != after[field]:
            yield Difference(
                kind=kind,
                subject=name,
                field=field,
                before=value,
                after=after[field],
                key=key,
            )


def _all(fields: _Fields) -> str:
    if fields:
        return joined(fields.values())
    return "没有"


def _facts(
    mails: list[MailRecord],
    ledger: Ledger,
    campaign: Campaign,
    now: datetime,
    since: datetime | None,
) -> _Facts:
    reports = (
        r for r in ledger.reports if since is None or r.received_at >= since
    )
    return {
        **_messages(mails, since),
        **{("report", r.id): (_report_name(r), _report(r)) for r in reports},
        **_standings(ledger, campaign, now, since),
        **{
            ("approval", month): (
                f"{campaign.words.month_name(month)}通报",
                {"批准": "已批准"},
            )
            for month in campaign.calendar.months
            if approval_key(month) in ledger.settled
        },
    }


def _messages(mails: list[MailRecord], since: datetime | None) -> _Facts:
    """A Message-ID may stand on several mails: they are told apart by the order in
    which they were received."""
    facts: _Facts = {}
    times: defaultdict[str, int] = defaultdict(int)
    for mail in sorted(mails, key=lambda m: (m.seen.received_at, m.seen.key)):
        seen = mail.seen
        times[seen.message_id] += 1
        nth = times[seen.message_id]
        name = f"邮件 {seen.message_id}" + (f"（第{nth}封）" if nth > 1 else "")
        outcome = _OUTCOMES[Outcome(seen.outcome)]
        # What a reply came to is a code; its sentence names the period as the program
        # named it then. What it decided is compared with the reports.
        told = title(IGNORED_BECAUSE, seen.reason or "")
        if seen.reply:
            told = _REPLIES[seen.reply]
        if told:
            outcome += f"（{told}）"
        if since is None or seen.received_at >= since:
            facts["message", name] = (name, {"处理结果": outcome})
    return facts


def _report_name(report: Report) -> str:
    return (
        f"报表 {report.id}（{report.unit or '单位不明'} {day(report.period)}）"
    )


def _report(report: Report) -> _Fields:
    return {
        "单位": report.unit or "单位不明",
        "期": report.period.isoformat(),
        "累计": _figure(report.completed),
        "本期新增": _figure(report.added),
        "状态": REPORT_STATES[report.state],
        "时效": STANDING_STATES[report.timeliness.value],
        "备注": joined(map(note_sentence, report.notes)) or NOTHING,
        "待核原因": joined(
            hold_sentence(hold, report, None, None) for hold in report.holds
        )
        or NOTHING,
        "举措": joined(report.measures) or NOTHING,
    }


def _standings(
    ledger: Ledger, campaign: Campaign, now: datetime, since: datetime | None
) -> _Facts:
    return {
        ("standing", standing_key(period.due, row.unit)): (
            f"{day(period.due)} {row.unit}",
            _row(row),
        )
        for period in campaign.calendar.periods
        if period.deadline <= now
        and (since is None or period.deadline >= since)
        for row in campaign.standing(period.due, ledger, now).rows
    }


def _row(row: Row) -> _Fields:
    return {
        "报送": STANDING_STATES[row.state.value] if row.state else NOTHING,
        "累计": _figure(row.completed),
        "名次": listing((_figure(row.rank), _figure(row.rank_overall))),
        "滞后": "是" if row.lagging else "否",
    }


def _figure(value: int | None) -> str:
    if value is None:
        return NOTHING
    return str(value)
