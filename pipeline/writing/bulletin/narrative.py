"""The bulletin's sentences, written from the snapshot's figures by rules; mail and
official document share them.

Every sentence is chosen by a case that the figures settle, and holds figures of the
snapshot only. Held figures are never ranked; 瞒报, 虚报, 拒报 are words that never
stand here. The rule by which a unit is called behind is always printed (rules.md 8).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.model.letters.bulletins import Bulletin, Excused, UnitMonth
from pipeline.model.letters.reminders import Arrears
from pipeline.model.letters.sender import Sender
from pipeline.model.standing import Row, State
from pipeline.writing.words import (
    KIND_NAMES,
    against,
    day,
    joined,
    listing,
    listing_and,
    moment,
    number,
    percent,
    plain,
    points,
    some,
)

_MOST_NAMED = 12  # units that a sentence names; the table has them all


@dataclass(frozen=True)
class Problem:
    """One kind of problem: its heading, and the paragraph under it."""

    heading: str
    text: str


@dataclass(frozen=True)
class Story:
    """A bulletin in words. `talks` is empty where nobody was called in; `lag_rule` says
    what "behind" means."""

    overall: tuple[str, ...]
    praise: tuple[str, ...]
    problems: tuple[Problem, ...]
    talks: tuple[str, ...]
    steps: tuple[str, ...]
    lag_rule: str


def narrate(bulletin: Bulletin, sender: Sender) -> Story:
    """Everything that the bulletin says in sentences."""
    return Story(
        overall=_overall(bulletin),
        praise=tuple(_praise(bulletin)),
        problems=tuple(_problems(bulletin, sender)),
        talks=tuple(_talks(bulletin)),
        steps=tuple(_steps(bulletin)),
        lag_rule=lag_rule(sender),
    )


def lag_rule(sender: Sender) -> str:
    """What "behind" means, printed wherever it is said."""
    return f"完成率低于时序进度超过{points(sender.lag_margin)}个百分点的，列为进度滞后"


# --- 总体情况


def _overall(bulletin: Bulletin) -> tuple[str, ...]:
    return tuple(
        "".join(sentences)
        for sentences in (
            (_total(bulletin), _since(bulletin), _growth(bulletin)),
            tuple(_kind(bulletin, kind) for kind in KIND_NAMES),
            (_reporting(bulletin),),
        )
        if any(sentences)
    )


def _total(bulletin: Bulletin) -> str:
    standing, totals = bulletin.standing, bulletin.standing.totals
    return (
        f"截至{day(standing.period)}，全市累计新增农民工会员{number(totals.completed)}名，"
        f"完成全年目标任务{number(totals.target)}名的{percent(totals.rate)}，"
        f"{against(totals.rate, standing.schedule, spelt=True)}。"
    )


def _since(bulletin: Bulletin) -> str:
    if bulletin.before is None:
        return ""
    rise = bulletin.standing.totals.completed - bulletin.before.totals.completed
    if rise == 0:
        return "累计数与上次通报时相同。"
    if rise < 0:
        return f"因有关单位更正数据，累计数比上次通报时减少{number(-rise)}名。"
    return f"比上次通报时增加{number(rise)}名。"


def _growth(bulletin: Bulletin) -> str:
    if bulletin.growth_on_base is None:
        return ""
    return f"县（市、区）会员数比上年末增长{percent(bulletin.growth_on_base)}。"


def _kind(bulletin: Bulletin, kind: str) -> str:
    units = [row for row in bulletin.standing.rows if row.kind == kind and not row.pool]
    ranked = [row for row in units if row.rank is not None]
    if not ranked:
        return ""
    if len(ranked) == len(units):
        told = ""
    else:
        told = "有数据的"
    who = f"{told}{len(ranked)}个{KIND_NAMES[kind]}"
    return _spread(ranked, who, bulletin.standing.schedule) + _leaders(ranked)


def _spread(rows: Sequence[Row], who: str, schedule: float) -> str:
    done = [row.unit for row in rows if (row.rate or 0) >= 1]
    level = [row.unit for row in rows if (row.rate or 0) >= schedule]
    if len(done) == len(rows):
        return f"{who}全部完成全年目标任务。"
    if not level:
        return f"{who}均未达到时序进度。"
    if len(level) == len(rows):
        head = f"{who}均达到时序进度"
    else:
        head = f"{who}中，{len(level)}个达到时序进度，{len(rows) - len(level)}个未达到"
    if done:
        return f"{head}，其中{_named(done)}已完成全年目标任务。"
    return f"{head}。"


def _named(units: Sequence[str]) -> str:
    if len(units) <= _MOST_NAMED:
        return listing_and(units)
    return some(units, _MOST_NAMED)


def _leaders(rows: Sequence[Row]) -> str:
    if len(rows) < 2 or len({row.rate for row in rows}) == 1:
        return ""
    best = min(row.rank or 0 for row in rows)
    first = [row for row in rows if row.rank == best]
    if len(first) > 1:
        return f"{_named([row.unit for row in first])}并列第一，完成率{percent(first[0].rate)}。"
    second = max(
        (row for row in rows if row.rank != best), key=lambda row: row.rate or 0
    )
    lead = (first[0].rate or 0) - (second.rate or 0)
    if lead >= 0.10:
        ahead = f"，高出第二名{points(lead)}个百分点"
    else:
        ahead = ""
    return f"{first[0].unit}完成率{percent(first[0].rate)}，居第一{ahead}。"


def _reporting(bulletin: Bulletin) -> str:
    closed = [
        state
        for month in bulletin.months
        for state in month.states
        if state not in (None, "extended")
    ]
    if not closed:
        return ""
    on_time = closed.count(State.ON_TIME)
    head = f"本月应报旬报{len(closed)}份次，按时报送{on_time}份次"
    if on_time == len(closed):
        return f"{head}，各单位全部按时报送，无迟报、漏报。"
    rest = [
        f"{name}{closed.count(state)}份次"
        for state, name in (
            (State.LATE, "迟报"),
            (State.MISSING, "漏报"),
            (State.HELD, "待核"),
        )
        if state in closed
    ]
    return f"{head}，{'，'.join(rest)}。"


# --- 先进典型


def _praise(bulletin: Bulletin) -> Iterable[str]:
    for praise in bulletin.praise:
        clause = praise.clause.strip().rstrip("。；;")
        yield f"{praise.unit}：“{_inner_quotes(clause)}。”（{praise.period_name.split('（')[0]}旬报）"


def _inner_quotes(text: str) -> str:
    return text.replace("“", "‘").replace("”", "’").replace('"', "'")


# --- 存在问题


def _problems(bulletin: Bulletin, sender: Sender) -> Iterable[Problem]:
    yield from _untimely(bulletin)
    yield from _figureless(bulletin)
    yield from _held(bulletin)
    yield from _behind(bulletin, sender)
    yield from _standstill(bulletin)


def _untimely(bulletin: Bulletin) -> Iterable[Problem]:
    missing, late = (
        _with_state(bulletin, State.MISSING),
        _with_state(bulletin, State.LATE),
    )
    if missing:
        yield Problem(
            "漏报。",
            f"{len(missing)}个单位有漏报：{_dated(bulletin, missing, State.MISSING)}。",
        )
    if late:
        yield Problem(
            "迟报。", f"{len(late)}个单位有迟报：{_dated(bulletin, late, State.LATE)}。"
        )
    if bulletin.excused:
        yield Problem(
            "准予延期。", f"{'；'.join(map(excused_words, bulletin.excused))}。"
        )


def excused_words(given: Excused) -> str:
    """甲县9月10日期延至9月12日18:00（原因：停电）."""
    return f"{plain(given.unit)}{day(given.period)}期延至{moment(given.until)}（原因：{plain(given.why)}）"


def _with_state(bulletin: Bulletin, state: State) -> list[UnitMonth]:
    return [month for month in bulletin.months if state in month.states]


def _dated(bulletin: Bulletin, months: Sequence[UnitMonth], state: State) -> str:
    return "、".join(
        f"{month.unit}（{_days(bulletin, month, state)}）" for month in months
    )


def _days(bulletin: Bulletin, month: UnitMonth, state: State) -> str:
    pairs = zip(bulletin.periods, month.states, strict=True)
    return "、".join(day(period) for period, found in pairs if found == state)


def _figureless(bulletin: Bulletin) -> Iterable[Problem]:
    names = [row.unit for row in bulletin.standing.rows if row.completed is None]
    if names:
        yield Problem(
            "无数据。", f"{listing(names)}自集中行动开展以来尚无有效数据，不参加排名。"
        )


def _held(bulletin: Bulletin) -> Iterable[Problem]:
    held = _with_state(bulletin, State.HELD)
    if held:
        text = f"{_dated(bulletin, held, State.HELD)}所报内容需要核实，其数据未计入本通报。"
        yield Problem("待核。", text)


def _behind(bulletin: Bulletin, sender: Sender) -> Iterable[Problem]:
    if not bulletin.lagging:
        return
    ranked = [row for row in bulletin.standing.rows if row.rank is not None]
    everyone = len(bulletin.lagging) == len(ranked) > 1
    rule = (
        f"{lag_rule(sender)}（截至{day(bulletin.standing.period)}，"
        f"时序进度为{percent(bulletin.standing.schedule)}）。"
    )
    if everyone:
        who = f"参加排名的{len(ranked)}个单位全部滞后"
    else:
        who = f"滞后的有{len(bulletin.lagging)}个单位"
    told = sorted(bulletin.lagging, key=lambda arrears: arrears.rate)[:_MOST_NAMED]
    if len(told) == len(bulletin.lagging):
        worst = ""
    else:
        worst = f"，其中完成率最低的{len(told)}个是"
    yield Problem(
        "进度滞后。",
        f"{rule}{who}{worst}：{'；'.join(map(_arrears, told))}。{_pace_rule(bulletin)}",
    )


def _arrears(arrears: Arrears) -> str:
    if arrears.per_period is None:
        pace = ""
    else:
        pace = f"，每旬需新增{number(arrears.per_period)}名"
    return (
        f"{arrears.unit}完成{number(arrears.completed)}名（{percent(arrears.rate)}），"
        f"距时序进度差{number(arrears.gap_to_schedule)}名{pace}"
    )


def _pace_rule(bulletin: Bulletin) -> str:
    if bulletin.periods_left <= 0:
        return ""
    return f"每旬需新增数按剩余{bulletin.periods_left}次旬报完成全年任务计算。"


def _standstill(bulletin: Bulletin) -> Iterable[Problem]:
    unfinished = {
        row.unit
        for row in bulletin.standing.rows
        if row.rate is not None and row.rate < 1
    }
    names = [
        month.unit
        for month in bulletin.months
        if month.growth == 0 and month.unit in unfinished
    ]
    if names:
        yield Problem("本月无增长。", f"{listing(names)}本月累计数没有增加。")


# --- 约谈与通报


def _talks(bulletin: Bulletin) -> Iterable[str]:
    confirmed = [line for line in bulletin.talks if line.state == "confirmed"]
    if confirmed:
        yield f"对{len(confirmed)}个单位的负责人进行约谈。"
        yield from (f"{line.unit}：{joined(line.reasons)}。" for line in confirmed)
    if bulletin.circulated:
        yield f"{listing(bulletin.circulated)}连续两次被约谈，按照规定在全市工会系统予以通报。"


# --- 下步要求


def _steps(bulletin: Bulletin) -> Iterable[str]:
    yield from _step_progress(bulletin)
    yield from _step_reporting(bulletin)
    if bulletin.praise:
        yield "学习借鉴典型做法。各单位要结合实际借鉴上述做法，以条款方式报送可量化、有实效的工作举措。"
    if any(line.state == "confirmed" for line in bulletin.talks):
        yield "落实约谈整改。被约谈单位要逐项制定改进措施，在下次旬报的主要工作举措中写明落实情况。"


def _step_progress(bulletin: Bulletin) -> Iterable[str]:
    totals, left = bulletin.standing.totals, bulletin.periods_left
    short = totals.target - totals.completed
    if short <= 0:
        yield "巩固工作成果。全年目标任务已经完成，各单位要做好新入会农民工的服务和会籍管理工作。"
    elif left <= 0:
        yield f"抓好收尾工作。全市距全年目标任务还差{number(short)}名，未完成的单位要尽快补齐差距。"
    else:
        pace = number(-(-short // left))
        if bulletin.lagging:
            who = "滞后单位要对照差距逐项制定追赶措施，"
        else:
            who = ""
        yield (
            f"加快工作进度。全市距全年目标任务还差{number(short)}名，剩余{left}次旬报平均每旬需新增{pace}名。"
            f"{who}各单位要按剩余任务倒排计划，确保按期完成。"
        )


def _step_reporting(bulletin: Bulletin) -> Iterable[str]:
    clock = bulletin.standing.deadline.astimezone(bulletin.as_of.tzinfo).strftime(
        "%H:%M"
    )
    late = _with_state(bulletin, State.MISSING) or _with_state(bulletin, State.LATE)
    if bulletin.periods_left <= 0:
        return
    if late:
        yield (
            "严格按时报送。漏报、迟报单位要明确专人负责，"
            f"于每个报送日{clock}前报送旬报表；漏报的要及时补报。"
        )
    else:
        yield f"坚持按时报送。各单位要继续于每个报送日{clock}前报送旬报表。"
