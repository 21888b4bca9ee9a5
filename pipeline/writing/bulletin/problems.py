"""存在问题: what the bulletin says went wrong, each kind in words that are true for what
they count. Held, unreadable and extended reports are nobody's fault and are told so.

Trusts the snapshot. Blames nobody: figures and names alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from pipeline.model.letters.bulletins import Bulletin, UnitMonth
from pipeline.model.standing import Row, State
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import CampaignWords
from pipeline.writing.words import day, listing, percent


@frozen
class Problem:
    """One kind of problem: its heading, and the paragraph under it."""

    heading: str
    text: str


Problems = Iterator[Problem]


def problems(
    bulletin: Bulletin, lag_rule: str, words: CampaignWords
) -> Problems:
    """The kinds of problems that the month has, in a fixed order."""
    yield from _untimely(bulletin)
    yield from _figureless(bulletin, words)
    yield from _unreadable(bulletin, words)
    yield from _held(bulletin, words)
    yield from _behind(bulletin, lag_rule, words)
    yield from _standstill(bulletin, words)


def _untimely(bulletin: Bulletin) -> Problems:
    for state, name in ((State.MISSING, "漏报"), (State.LATE, "迟报")):
        found = _with_state(bulletin, state)
        if found:
            told = _dated(bulletin, found, state)
            yield Problem(f"{name}。", f"{len(found)}个单位有{name}：{told}。")


def _with_state(bulletin: Bulletin, state: State) -> list[UnitMonth]:
    found = []
    for month in bulletin.months:
        if state in month.states:
            found.append(month)
    return found


def _dated(
    bulletin: Bulletin, months: Sequence[UnitMonth], state: State
) -> str:
    told = []
    for month in months:
        days = "、".join(map(day, _periods(bulletin, month, state)))
        told.append(f"{month.unit}（{days}）")
    return "、".join(told)


def _periods(
    bulletin: Bulletin, month: UnitMonth, state: State
) -> Iterator[date]:
    for period, found in zip(bulletin.periods, month.states, strict=True):
        if found == state:
            yield period


def _figureless(bulletin: Bulletin, words: CampaignWords) -> Problems:
    names = []
    for month in bulletin.months:
        row = bulletin.standing.by_unit[month.unit]
        waits = State.HELD in month.states or State.UNREADABLE in month.states
        # Of those it is said below that something came.
        if row.completed is None and not waits:
            names.append(row.unit)
    ranking = ""
    if bulletin.standing.has_targets:
        ranking = "，不参加排名"
    if names:
        text = f"{listing(names)}自{words.drive}开展以来尚无有效数据{ranking}。"
        yield Problem("无数据。", text)


def _unreadable(bulletin: Bulletin, words: CampaignWords) -> Problems:
    found = _with_state(bulletin, State.UNREADABLE)
    if found:
        told = _dated(bulletin, found, State.UNREADABLE)
        text = f"{told}有来件而没有读出{words.form}，已退请重报，不按漏报计。"
        yield Problem("来件未能读取。", text)


def _held(bulletin: Bulletin, words: CampaignWords) -> Problems:
    """Which reports wait, and which figure of the unit counts meanwhile."""
    told = []
    for month in _with_state(bulletin, State.HELD):
        waiting = list(_periods(bulletin, month, State.HELD))
        days = "、".join(map(day, waiting))
        row = bulletin.standing.by_unit[month.unit]
        meanwhile = _meanwhile(row, waiting[-1], words)
        told.append(f"{month.unit}（{days}，{meanwhile}）")
    if told:
        text = f"{'、'.join(told)}所报内容需要核实，核实前这几期所报数不计入。"
        yield Problem("待核。", text)


def _meanwhile(row: Row, waiting: date, words: CampaignWords) -> str:
    if row.completed is None:
        return "目前没有计入的数"
    figure = words.counts(row.completed)
    if row.counted_from is None:
        return f"现按{figure}计"
    if row.counted_from > waiting:
        return f"已按{day(row.counted_from)}所报{figure}计"
    return f"暂按{day(row.counted_from)}所报{figure}计"


def _behind(
    bulletin: Bulletin, lag_rule: str, words: CampaignWords
) -> Problems:
    """The names alone: the figures stand in the annex."""
    if not bulletin.lagging:
        return
    ranked = []
    for row in bulletin.standing.rows:
        if row.rank is not None:
            ranked.append(row)
    count = len(bulletin.lagging)
    if count == len(ranked) > 1:
        who = f"参加排名的{count}个单位全部滞后"
    else:
        who = f"滞后的有{count}个单位"
    names = listing(arrears.unit for arrears in bulletin.lagging)
    schedule = percent(bulletin.standing.schedule)
    rule = f"{lag_rule}（截至{day(bulletin.standing.period)}，时序进度为{schedule}）。"
    # After the last period nothing is left to spread the rest over.
    pace = (
        f"和每{words.span}需{words.verb}数" if bulletin.periods_left > 0 else ""
    )
    text = f"{rule}{who}：{names}，各单位的差距{pace}见附件《进度滞后单位情况表》。"
    yield Problem("进度滞后。", text)


def _standstill(bulletin: Bulletin, words: CampaignWords) -> Problems:
    names = []
    for m in bulletin.months:
        if _stands_still(m, bulletin):
            names.append(m.unit)
    if names:
        then = words.this_month
        told = f"{listing(names)}{then}累计数没有增加。"
        yield Problem(f"{then}无增长。", told)


def _stands_still(month: UnitMonth, bulletin: Bulletin) -> bool:
    """A finished unit needs no growth; of one whose reports all wait nothing is known."""
    row = bulletin.standing.by_unit[month.unit]
    if month.growth != 0 or row.completed is None:
        return False
    if row.rate is not None and row.rate >= 1:
        return False
    return not _all_wait(month.states)


def _all_wait(states: Iterable[str | None]) -> bool:
    told = []
    for state in states:
        if state is not None:
            told.append(state)
    return bool(told) and all(s in (State.HELD, State.UNREADABLE) for s in told)
