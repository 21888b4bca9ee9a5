"""Why a unit stands where it stands at a period: the reports behind the figure, the
arithmetic, the neighbours, the letters.

No figure is computed here: each is the core's, set beside what it was computed from and
the rule that says how (rules.md).
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol

from pipeline.judging.progress.also_standing import counted_units
from pipeline.judging.progress.campaign import Campaign
from pipeline.model.actor import RULE
from pipeline.model.ledger import Ledger, MailRecord
from pipeline.model.named import NamedFigures
from pipeline.model.outgoing import NoticeLine
from pipeline.model.report import Decision, Report, ReportState
from pipeline.model.standing import Row, Standing, State
from pipeline.model.values.frozen import frozen
from pipeline.notices.facts import Facts
from pipeline.notices.progress_facts import threshold
from pipeline.writing.absence_words import NEVER_READ, ONLY_IMPORTED
from pipeline.writing.notice_names import notice_kinds
from pipeline.writing.sentences import (
    codes_in_words,
    drop_sentence,
    hold_sentence,
    note_sentence,
)
from pipeline.writing.titles import (
    DECISIONS,
    NOTICE_STATES,
    REPORT_STATES,
    STANDING_STATES,
    field_names,
)

# (heading, lines)
Paragraph = tuple[str, list[str]]

_STATES = {
    State.ON_TIME: "截止前收到了可以采用的报表",
    State.LATE: "第一份可以采用的报表是截止以后收到的",
    State.HELD: "收到的报表还没有一份通过核对",
    State.UNREADABLE: "有来件，但没有读出报表",
    State.MISSING: "截止前后都没有收到报表",
}


def _state_words(row: Row, standing: Standing, ledger: Ledger) -> str:
    """The state and why; of a silent row only what was looked at."""
    if row.state is State.MISSING and not ledger.was_searched:
        return f"暂不判定：{NEVER_READ}"
    if row.state is State.MISSING and ledger.only_imported:
        return f"漏报：{ONLY_IMPORTED}，其中没有报表"
    if row.state is not None:
        return f"{STANDING_STATES[row.state.value]}：{_STATES[row.state]}"
    if not standing.closed:
        return "未到期：还没有到截止时间，也还没有收到报表"
    for note, words in _SILENT.items():
        if note in row.notes:
            return words
    return "暂不判定：还没有收到报表"


_SILENT = {
    "extended": "准予延期：延期还没有到，也还没有收到报表",
    "not_polled": "暂不判定：截止以后还没有收过信",
    "clock_doubt": "暂不判定：本机时钟与邮件服务器不一致",
}


class Decisions(Protocol):
    def decisions_on(self, report_id: str) -> list[Decision]: ...


@frozen
class Source:
    """A report that the figure or the state rests on: with its mail, its newest form,
    and what was decided on it."""

    report: Report
    mail: MailRecord | None
    decisions: tuple[Decision, ...]
    counts: bool


@frozen
class Explained:
    """`sources` are the period's reports and the one that counts; a pool's are its members'."""

    row: Row
    standing: Standing
    sources: tuple[Source, ...]
    members: NamedFigures
    above: Row | None
    below: Row | None
    letters: tuple[NoticeLine, ...]


def explain(
    unit: str,
    period: date,
    facts: Facts,
    decisions: Decisions,
    notices: Iterable[NoticeLine],
) -> Explained:
    """LookupError where `unit` is no row of the target table."""
    standing = facts.campaign.standing(period, facts.ledger, facts.now)
    row = standing.by_unit[unit]
    names = counted_units(unit, facts.campaign.roster)
    above, below = _neighbours(row, standing)
    return Explained(
        row=row,
        standing=standing,
        sources=tuple(
            source
            for name in names
            for source in _sources(name, period, facts, decisions)
        ),
        members=tuple((name, _figure_of(name, period, facts)) for name in names)
        if row.pool
        else (),
        above=above,
        below=below,
        letters=tuple(_letters((unit, *names), period, facts, notices)),
    )


def _letters(
    units: Collection[str],
    period: date,
    facts: Facts,
    notices: Iterable[NoticeLine],
) -> Iterator[NoticeLine]:
    """Those about the units in that period: a receipt has the periods of its reports."""
    for notice in notices:
        action = notice.action
        if action.unit is not None:
            if action.unit in units and action.period == period:
                yield notice
            continue
        for report in facts.ledger.of_mail(action.message_key or ""):
            if report.unit in units and report.period == period:
                yield notice
                break


def _sources(
    unit: str, period: date, facts: Facts, decisions: Decisions
) -> Iterator[Source]:
    counting = facts.ledger.figure_at(unit, period)
    found = list(facts.ledger.for_period(unit, period))
    if counting is not None and counting not in found:
        found.insert(0, counting)
    for report in found:
        full = facts.records.report(report.id)
        if full is None:
            shown = report
        else:
            shown = replace(report, form=full.form)
        mail = facts.records.mail(report.message_key)
        yield Source(
            report=shown,
            mail=mail,
            decisions=tuple(decisions.decisions_on(report.id)),
            counts=report is counting,
        )


def _figure_of(unit: str, period: date, facts: Facts) -> int | None:
    found = facts.ledger.figure_at(unit, period)
    if found:
        return found.completed
    return None


def _neighbours(row: Row, standing: Standing) -> tuple[Row | None, Row | None]:
    """The rows of the kind just above and just below."""
    if row.rank is None:
        return None, None
    others = [
        r
        for r in standing.rows
        if r.kind == row.kind and r.rank is not None and r.unit != row.unit
    ]
    above = [r for r in others if (r.rank or 0) < row.rank]
    below = [r for r in others if (r.rank or 0) > row.rank]
    return (
        max(above, key=lambda r: r.rank or 0, default=None),
        min(below, key=lambda r: r.rank or 0, default=None),
    )


# ---------------------------------------------------------------------- in words


def paragraphs(found: Explained, facts: Facts) -> Iterator[Paragraph]:
    """Each rule by its own name: the reasons, then each report that
    they rest on, then the letters."""
    yield from reasons(found, facts)
    for source in found.sources:
        yield (
            _source_heading(source, facts),
            list(_source_lines(source, facts)),
        )
    yield letters_sent(found, facts)


def reasons(found: Explained, facts: Facts) -> Iterator[Paragraph]:
    """State, figure, progress and rank with their rules."""
    row = found.row
    standing = found.standing
    deadline = facts.local(standing.deadline)
    yield (
        "状态",
        [
            f"{_state_words(row, standing, facts.ledger)}；"
            f"截止 {deadline:%Y-%m-%d %H:%M}，以邮箱服务器收到的时间为准（规则7）"
        ],
    )
    yield "数字", list(_figure_lines(found, facts))
    yield "进度", list(_progress_lines(found, facts))
    yield "名次", list(_rank_lines(found))


def letters_sent(found: Explained, facts: Facts) -> Paragraph:
    """A line each."""
    told = [_letter_line(letter, facts) for letter in found.letters]
    return "发出的通知", told or ["没有"]


def _figure_lines(found: Explained, facts: Facts) -> Iterator[str]:
    row = found.row
    if found.members:
        told = "，".join(
            f"{name} {'无' if figure is None else figure}"
            for name, figure in found.members
        )
        yield f"合并单位，累计是成员之和：{told}；共 {row.completed}（规则1、7）"
    elif row.completed is None:
        unranked = ""
        if row.target is not None:
            unranked = "不排名，不算滞后，"
        yield f"没有任何已采用的报表：没有累计数，{unranked}合计时按 0（规则7）"
    else:
        if row.counted_from:
            when = facts.campaign.calendar.name(row.counted_from)
        else:
            when = ""
        yield (
            f"累计 {row.completed}：{when}的报表 {row.report_id}，"
            "是到这一期为止最近一期已采用的报表（规则7）"
        )


def _progress_lines(found: Explained, facts: Facts) -> Iterator[str]:
    row = found.row
    rules = facts.campaign.progress
    if row.schedule is None:
        yield "这项工作没有目标：不算完成率和时序进度，不判滞后（规则7）"
        return
    if rules.milestones:
        yield f"时序进度 {row.schedule:.4%}：按配置的 progress.milestones，两点之间按天计（规则7）"
    else:
        whole = (rules.end - rules.start).days + 1
        elapsed = (
            min(found.standing.period, rules.end)
            - rules.start
            + timedelta(days=1)
        ).days
        yield (
            f"时序进度 {max(0, elapsed)}÷{whole} = {row.schedule:.4%}，自 "
            f"{rules.start} 至 {rules.end}，首尾都算（规则7）"
        )
    if row.rate is None:
        return
    limit = float(threshold(facts, found.standing.period))
    yield f"完成率 {row.completed}÷{row.target} = {row.rate:.4%}（规则7）"
    if row.pool:
        yield "合并单位不算滞后，不排名，不列入约谈（规则7）"
        return
    sign, verdict = ("<", "滞后") if row.lagging else ("≥", "不滞后")
    yield (
        f"滞后线 = 时序进度 − {float(rules.lag_margin):.0%} = {limit:.4%}；"
        f"{row.rate:.4%} {sign} {limit:.4%}，{verdict}（规则7）"
    )


def _rank_lines(found: Explained) -> Iterator[str]:
    row = found.row
    if not found.standing.has_targets:
        yield "这项工作没有目标，各单位不排名，按名单的顺序列出（规则7）"
        return
    if row.rank is None:
        yield "不排名（规则7）"
        return
    yield f"同类第 {row.rank}，总第 {row.rank_overall}：按未取整的完成率从高到低，相同者并列（规则7）"
    for name, other in (("前面", found.above), ("后面", found.below)):
        if other is not None:
            yield (
                f"{name}是第 {other.rank} 的{other.unit}："
                f"{other.completed}÷{other.target} = {other.rate or 0:.4%}"
            )
    ties = []
    for r in found.standing.rows:
        if r.kind == row.kind and r.rank == row.rank and r is not row:
            ties.append(r.unit)
    if ties:
        yield f"并列的有：{'、'.join(ties)}"


def _source_heading(source: Source, facts: Facts) -> str:
    report = source.report
    if source.counts and report.state is ReportState.ACCEPTED:
        counts = "，计入"
    else:
        counts = ""
    return (
        f"报表 {report.id}（{facts.campaign.calendar.name(report.period)}，"
        f"{REPORT_STATES[report.state]}{counts}）"
    )


def _source_lines(source: Source, facts: Facts) -> Iterator[str]:
    report = source.report
    mail = source.mail
    if mail is not None:
        yield (
            f"邮件《{mail.seen.subject}》，来自 {mail.seen.sender}，收到 "
            f"{_moment(report.received_at, facts)}，{mail.seen.message_id}"
        )
    labels = field_names(facts.campaign.words)
    for name, evidence in report.form.evidence if report.form else ():
        label = labels.get(name, name)
        yield f"{label}：{evidence.file} {evidence.where}，原文“{evidence.text[:80]}”"
    for note in report.notes:
        said = note_sentence(
            note, facts.campaign.rulebook.checks, facts.campaign.words
        )
        yield f"备注：{said}"
    for hold in report.holds:
        words = facts.campaign.words
        said = hold_sentence(
            hold=hold,
            report=report,
            last=None,
            target=None,
            words=words,
        )
        yield f"待核：{said}"
    for made in source.decisions:
        yield decision_line(made, facts.campaign)


def decision_line(made: Decision, campaign: Campaign) -> str:
    """2015-09-20 16:00 程序判定：已采用，累计 498（…）"""
    who: str = made.by
    if made.by == RULE:
        who = "程序"
    figure = ""
    if made.completed is not None:
        figure = f"，累计 {made.completed}"
    reason = codes_in_words(made.why, campaign.rulebook.checks, campaign.words)
    if reason:
        reason = f"（{reason}）"
    when = f"{campaign.calendar.local(made.at):%Y-%m-%d %H:%M}"
    state = REPORT_STATES[made.state]
    return f"{when} {who}{DECISIONS[made.rule]}：{state}{figure}{reason}"


def _letter_line(letter: NoticeLine, facts: Facts) -> str:
    action = letter.action
    when = _moment(letter.sent_at or action.due_at, facts)
    parts = (
        when,
        NOTICE_STATES[letter.state],
        notice_kinds(facts.campaign.words)[action.kind],
        "、".join(action.to),
        letter.subject,
        drop_sentence(action.drop_reason),
    )
    return "  ".join(part for part in parts if part)


def _moment(at: datetime, facts: Facts) -> str:
    return f"{facts.local(at):%Y-%m-%d %H:%M}"
