"""The bulletin's sentences, written from the snapshot's figures by rules; mail and
official document share them.

Every sentence is chosen by a case that the figures settle, and holds figures of the
snapshot only. Held figures are never ranked; 瞒报, 虚报, 拒报 are words that never
stand here. The rule by which a unit is called behind is always printed (rules.md 8).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from pipeline.model.letters.bulletins import (
    AlsoTold,
    Bulletin,
    Excused,
    Praise,
    Section,
    TalkLine,
)
from pipeline.model.letters.letter_sender import Sender
from pipeline.model.month import Month
from pipeline.model.standing import Row, State
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import CampaignWords, UnitKind
from pipeline.writing.bulletin.problems import Problem, problems
from pipeline.writing.bulletin.title import bulletin_title, subject
from pipeline.writing.words import (
    against,
    day,
    gap,
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

# Units that a sentence names; the table has them all.
MOST_NAMED: Final = 12
# How the rows stand where there are no ranks: figures of unlike units, set in order, would
# be a ranking that nobody asked for.
ROSTER_ORDER: Final = "按单位名单的顺序排列"
# Percentage points before the second one: less is no lead worth a sentence.
_WORTH_TELLING: Final = 10


@frozen
class Story:
    """A bulletin in words. `talks` is empty where nobody was called in; `lag_rule` says
    what "behind" means, `growth_rule` what 本月新增 is counted from; `growth` and
    `ranks_before` give each row's (the ranks empty before the second bulletin).
    `lag_rule` is "" without targets; `faultless` stands where there is no problem."""

    title: str
    opening: str
    overall: tuple[str, ...]
    praise: tuple[str, ...]
    problems: tuple[Problem, ...]
    talks: tuple[str, ...]
    steps: tuple[str, ...]
    lag_rule: str
    growth_rule: str
    growth: dict[str, int | None]
    ranks_before: dict[str, int | None]
    faultless: str
    # No problems to tell is told, unless staff took the section out.
    problems_struck: bool = False


def narrate(bulletin: Bulletin, sender: Sender) -> Story:
    """Everything that the bulletin says in sentences."""
    return _without(bulletin.struck, _whole_story(bulletin, sender))


def _whole_story(bulletin: Bulletin, sender: Sender) -> Story:
    words = sender.words
    return Story(
        title=bulletin_title(bulletin, sender),
        opening=_opening(bulletin, sender),
        overall=tuple(_overall(bulletin, words)),
        praise=tuple(_praise(praise, words) for praise in bulletin.praise),
        problems=tuple(problems(bulletin, lag_rule(sender), words)),
        talks=tuple(_talks(bulletin, words)),
        steps=tuple(_steps(bulletin, words)),
        lag_rule=_told_lag_rule(bulletin, sender),
        growth_rule=growth_rule(bulletin, words),
        growth={month.unit: month.growth for month in bulletin.months},
        ranks_before=_ranks_before(bulletin),
        faultless=_faultless(bulletin),
    )


def _told_lag_rule(bulletin: Bulletin, sender: Sender) -> str:
    if bulletin.standing.has_targets:
        return lag_rule(sender)
    return ""


def _faultless(bulletin: Bulletin) -> str:
    if bulletin.standing.has_targets:
        return "各单位均按时报送，没有进度滞后单位。"
    return "各单位均按时报送。"


def _ranks_before(bulletin: Bulletin) -> dict[str, int | None]:
    """Of every row, None for one that took no part then; empty where there was no
    bulletin before."""
    if not bulletin.ranks_before or not bulletin.standing.has_targets:
        return {}
    known = dict(bulletin.ranks_before)
    return {row.unit: known.get(row.unit) for row in bulletin.standing.rows}


def _without(struck: Sequence[Section], story: Story) -> Story:
    """The story without the sections that staff struck from its draft."""
    if Section.OVERALL in struck:
        story = replace(story, overall=())
    if Section.PRAISE in struck:
        story = replace(story, praise=())
    if Section.PROBLEMS in struck:
        story = replace(story, problems=(), problems_struck=True)
    if Section.TALKS in struck:
        story = replace(story, talks=())
    if Section.DEMANDS in struck:
        story = replace(story, steps=())
    return story


def lag_rule(sender: Sender) -> str:
    """What "behind" means, printed wherever it is said."""
    return f"完成率低于时序进度超过{points(sender.lag_margin)}个百分点的，列为进度滞后"


def growth_rule(bulletin: Bulletin, words: CampaignWords) -> str:
    """What 本月新增 is counted from; "" where nothing is."""
    if bulletin.since is None:
        return _no_growth_yet(bulletin, words)
    if bulletin.since.is_bulletin:
        start = f"上次通报所列数（截至{day(bulletin.since.period)}）"
    else:
        start = f"首次报送（{day(bulletin.since.period)}）的数"
    return f"{words.month_growth}为与{start}之差，当时没有数据的按0计。"


def whole_growth(bulletin: Bulletin) -> int | None:
    """The units' growths together; None where nothing is counted."""
    known = []
    for month in bulletin.months:
        if month.growth is not None:
            known.append(month.growth)
    if not known:
        return None
    return sum(known)


def _no_growth_yet(bulletin: Bulletin, words: CampaignWords) -> str:
    """With the campaign's first period nothing can be counted from an earlier one."""
    if whole_growth(bulletin) is not None:
        return ""
    return f"本次是首次报送，没有可比的数，不计{words.month_growth}。"


def row_remark(row: Row) -> str:
    """What stands beside a row in every table: 尚无数据, 不参加排名, 进度滞后, or nothing."""
    if row.completed is None:
        return "尚无数据"
    if row.pool and row.target is None:
        return "所属单位之和"
    if row.pool:
        return "不参加排名"
    if row.lagging:
        return "进度滞后"
    return ""


def _opening(bulletin: Bulletin, sender: Sender) -> str:
    if bulletin.note:
        return plain(bulletin.note)
    if sender.document:
        basis = f"按照{plain(sender.document)}文件关于{sender.words.report}、通报的要求，"
    else:
        basis = ""
    month = sender.words.month_name(bulletin.month)
    aim = "推动工作落实"
    if bulletin.standing.has_targets:
        aim = f"推动按期完成{sender.words.term}目标任务"
    return (
        f"{basis}为掌握{subject(sender)}进展、{aim}，"
        f"现将{month}有关情况通报如下。"
    )


# --- 总体情况


def _overall(bulletin: Bulletin, words: CampaignWords) -> Iterator[str]:
    told = (
        _total(bulletin, words),
        _since(bulletin, words),
        _growth(bulletin, words),
    )
    yield "".join(told) + "".join(map(_also, bulletin.also))
    if bulletin.standing.has_targets:
        kinds = "".join(_kind(bulletin, kind, words) for kind in words.kinds)
    else:
        kinds = _parts(bulletin, words)
    if kinds:
        yield kinds
    reporting = _reporting(bulletin, words)
    if reporting:
        yield reporting


def _total(bulletin: Bulletin, words: CampaignWords) -> str:
    standing = bulletin.standing
    totals = bulletin.standing.totals
    so_far = (
        f"截至{day(standing.period)}，{words.whole}{words.so_far}{words.counted}"
        f"{words.counts(totals.completed)}"
    )
    if totals.target is None or totals.rate is None:
        return f"{so_far}。"
    return (
        f"{so_far}，"
        f"完成{words.term}目标任务{words.counts(totals.target)}的{percent(totals.rate)}，"
        f"{against(totals.rate, standing.schedule or 0.0, spelt=True)}。"
    )


def _also(told: AlsoTold) -> str:
    """What was reported beside the main figure, and how much of that is still short."""
    sentence = (
        f"{len(told.rows)}个单位报了{told.title}，"
        f"合计{number(told.total)}{told.unit}"
    )
    if not told.within:
        return f"{sentence}。"
    if told.short > 0:
        return (
            f"{sentence}，比这些单位的累计数少{number(told.short)}{told.unit}。"
        )
    return f"{sentence}，与这些单位的累计数相符。"


def _since(bulletin: Bulletin, words: CampaignWords) -> str:
    """What has changed since the figures that were printed; what late reports and
    corrections moved of it, apart, so that the parts add up."""
    since = bulletin.since
    if since is None or since.period == bulletin.standing.period:
        return ""
    if since.is_bulletin:
        then = "上次通报时"
    else:
        then = f"{day(since.period)}首次报送时"
    rise = bulletin.standing.totals.completed - since.printed
    moved = since.restated - since.printed
    sentence = f"{_compared(rise, then, words)}"
    if moved:
        sentence += (
            f"，其中因补报、更正{_more_or_less(moved, words)}"
            f"（截至{day(since.period)}的累计数由{words.counts(since.printed)}"
            f"调整为{words.counts(since.restated)}），"
            f"此后新报{_more_or_less(rise - moved, words)}"
        )
    return f"{sentence}。"


def _compared(rise: int, then: str, words: CampaignWords) -> str:
    if rise == 0:
        return f"累计数与{then}相同"
    return f"比{then}{_more_or_less(rise, words)}"


def _more_or_less(change: int, words: CampaignWords) -> str:
    if change < 0:
        return f"减少{words.counts(-change)}"
    return f"增加{words.counts(change)}"


def _growth(bulletin: Bulletin, words: CampaignWords) -> str:
    if bulletin.growth_on_base is None:
        return ""
    who = listing(kind.name for kind in words.growing)
    grown = percent(bulletin.growth_on_base)
    if words.base_is_named:
        return f"{who}{words.base}比上年末增长{grown}。"
    return f"{who}{words.so_far}数相当于{words.base_column}的{grown}。"


def _parts(bulletin: Bulletin, words: CampaignWords) -> str:
    """What each kind has done of the whole; "" where there is one kind alone."""
    parts = []
    for kind in words.kinds:
        done = 0
        rows = [row for row in bulletin.standing.rows if row.kind == kind.id]
        for row in rows:
            done += row.completed or 0
        if rows:
            parts.append(f"{kind.name}{len(rows)}个，{words.counts(done)}")
    if len(parts) < 2:
        return ""
    return f"其中{'；'.join(parts)}。"


def _kind(bulletin: Bulletin, kind: UnitKind, words: CampaignWords) -> str:
    units = [
        row
        for row in bulletin.standing.rows
        if row.kind == kind.id and not row.pool
    ]
    ranked = [row for row in units if row.rank is not None]
    if not ranked:
        return ""
    told = "" if len(ranked) == len(units) else "有数据的"
    who = f"{told}{len(ranked)}个{kind.name}"
    schedule = bulletin.standing.schedule or 0.0
    return _spread(ranked, who, schedule, words.term) + _leaders(ranked)


def _spread(rows: Sequence[Row], who: str, schedule: float, term: str) -> str:
    done = [row.unit for row in rows if (row.rate or 0) >= 1]
    level = [row.unit for row in rows if (row.rate or 0) >= schedule]
    # Of one nobody says 全部 or 均.
    whole, every = "已", ""
    if len(rows) > 1:
        whole, every = "全部", "均"
    if len(done) == len(rows):
        return f"{who}{whole}完成{term}目标任务。"
    if not level:
        return f"{who}{every}未达到时序进度。"
    # Right behind those who keep up: whoever has finished is one of them.
    finished = f"（其中{_named(done)}已完成{term}目标任务）" if done else ""
    if len(level) == len(rows):
        return f"{who}{every}达到时序进度{finished}。"
    behind = len(rows) - len(level)
    return f"{who}中，{len(level)}个达到时序进度{finished}，{behind}个未达到。"


def _named(units: Sequence[str]) -> str:
    if len(units) <= MOST_NAMED:
        return listing_and(units)
    return some(units, MOST_NAMED)


def _leaders(rows: Sequence[Row]) -> str:
    if len(rows) < 2 or len({row.rate for row in rows}) == 1:
        return ""
    best = min(row.rank or 0 for row in rows)
    first = [row for row in rows if row.rank == best]
    rate = first[0].rate or 0
    if len(first) > 1:
        names = _named([row.unit for row in first])
        return f"{names}并列第一，完成率{percent(rate)}。"
    second = max(row.rate or 0 for row in rows if row.rank != best)
    lead = gap(rate, second)
    ahead = ""
    if lead >= _WORTH_TELLING:
        told = f"{lead:.1f}".removesuffix(".0")
        ahead = f"，高出第二名{told}个百分点"
    return f"{first[0].unit}完成率{percent(rate)}，居第一{ahead}。"


_SPOKEN_STATES: Final = (
    (State.LATE, "迟报"),
    (State.MISSING, "漏报"),
    (State.UNREADABLE, "来件未能读取"),
    (State.HELD, "待核"),
)


def _reporting(bulletin: Bulletin, words: CampaignWords) -> str:
    closed = []
    for month in bulletin.months:
        closed += [s for s in month.states if s not in (None, "extended")]
    if not closed:
        return ""
    on_time = closed.count(State.ON_TIME)
    head = f"{words.this_month}应报{words.report}{len(closed)}份次，按时报送{on_time}份次"
    rest = []
    for state, name in _SPOKEN_STATES:
        if state in closed:
            rest.append(f"{name}{closed.count(state)}份次")
    if rest:
        told = f"{head}，{'，'.join(rest)}。"
    else:
        told = f"{head}，各单位全部按时报送，无迟报、漏报。"
    return told + _excused(bulletin)


def _excused(bulletin: Bulletin) -> str:
    """准予延期 is no problem: it stands with the reporting."""
    if not bulletin.excused:
        return ""
    return f"准予延期：{'；'.join(map(excused_words, bulletin.excused))}。"


def excused_words(given: Excused) -> str:
    """甲县9月10日期延至9月12日18:00（原因：停电）."""
    until = moment(given.until)
    return f"{plain(given.unit)}{day(given.period)}期延至{until}（原因：{plain(given.why)}）"


# --- 先进典型


def _praise(praise: Praise, words: CampaignWords) -> str:
    clause = praise.clause.strip().rstrip("。；;")
    return f"{praise.unit}：“{_inner_quotes(clause)}。”{praise_source(praise, words)}"


def praise_source(praise: Praise, words: CampaignWords) -> str:
    """（来源：9月30日来件《9月旬报》）; "" for what staff wrote themselves."""
    if praise.received_at is not None:
        name = f"《{plain(praise.subject)}》" if praise.subject else ""
        return f"（来源：{moment(praise.received_at)}来件{name}）"
    if praise.period_name:
        return f"（来源：{praise.period_name}{words.report}）"
    return ""


def _inner_quotes(text: str) -> str:
    return text.replace("“", "‘").replace("”", "’").replace('"', "'")


# --- 约谈与通报


def _talks(bulletin: Bulletin, words: CampaignWords) -> Iterable[str]:
    confirmed = [line for line in bulletin.talks if line.state == "confirmed"]
    own = [line for line in confirmed if line.month == bulletin.month]
    if own:
        yield f"对{len(own)}个单位的负责人进行约谈。"
    for line in own:
        yield f"{line.unit}：{joined(line.reasons)}。"
    for line in bulletin.talks:
        yield from _decided_later(line, bulletin.month, words)
    if bulletin.circulated:
        names = listing(bulletin.circulated)
        yield f"{names}连续两次被约谈，按照规定{words.audience}予以通报。"


def _decided_later(
    line: TalkLine, month: Month, words: CampaignWords
) -> Iterator[str]:
    """What was decided on an earlier month's talk after that month's bulletin had gone."""
    if line.month == month:
        return
    then = words.month_name(line.month)
    if line.state == "confirmed":
        yield f"{then}通报印发后，确认对{line.unit}的负责人进行约谈：{joined(line.reasons)}。"
    else:
        yield f"{then}通报所列对{line.unit}的约谈已撤销。"


# --- 下步要求


def _steps(bulletin: Bulletin, words: CampaignWords) -> Iterator[str]:
    yield _step_progress(bulletin, words)
    if bulletin.periods_left > 0:
        yield _step_reporting(bulletin, words)
    if bulletin.praise:
        yield (
            "学习借鉴典型做法。各单位要结合实际借鉴上述做法，"
            f"以条款方式报送可量化、有实效的{words.labels.deeds}。"
        )
    if any(line.state == "confirmed" for line in bulletin.talks):
        yield _step_talks(bulletin, words)


def _step_progress(bulletin: Bulletin, words: CampaignWords) -> str:
    totals = bulletin.standing.totals
    left = bulletin.periods_left
    if totals.target is None:
        return _step_onward(left, words)
    short = totals.target - totals.completed
    if short <= 0:
        return (
            f"巩固工作成果。{words.term}目标任务已经完成，"
            f"各单位{words.aftercare}。"
        )
    missing = f"{words.whole}距{words.term}目标任务还差{words.counts(short)}"
    if left <= 0:
        return f"抓好收尾工作。{missing}，未完成的单位要尽快补齐差距。"
    pace = words.counts(-(-short // left))
    who = "滞后单位要对照差距逐项制定追赶措施，" if bulletin.lagging else ""
    return (
        f"加快工作进度。{missing}，剩余{left}次{words.report}"
        f"平均每{words.span}需{words.verb}{pace}。"
        f"{who}各单位要按剩余任务倒排计划，确保按期完成。"
    )


def _step_onward(left: int, words: CampaignWords) -> str:
    """What is asked where there is no target to reach."""
    if left <= 0:
        return f"做好收尾总结。各单位{words.aftercare}，及时总结经验做法。"
    return (
        f"抓好工作落实。各单位要继续推进{words.topic}，"
        f"如实、准确填报{words.form}。"
    )


def _step_reporting(bulletin: Bulletin, words: CampaignWords) -> str:
    local = bulletin.standing.deadline.astimezone(bulletin.as_of.tzinfo)
    clock = f"{local:%H:%M}"
    late_or_missing = False
    for month in bulletin.months:
        late_or_missing |= (
            State.MISSING in month.states or State.LATE in month.states
        )
    if late_or_missing:
        return (
            "严格按时报送。漏报、迟报单位要明确专人负责，"
            f"于每个报送日{clock}前报送{words.form}；漏报的要及时补报。"
        )
    return f"坚持按时报送。各单位要继续于每个报送日{clock}前报送{words.form}。"


def _step_talks(bulletin: Bulletin, words: CampaignWords) -> str:
    head = "落实约谈整改。被约谈单位要逐项制定改进措施，"
    if bulletin.periods_left > 0:
        return f"{head}在下次{words.report}的{words.labels.measures}中写明落实情况。"
    return f"{head}并书面报告落实情况。"
