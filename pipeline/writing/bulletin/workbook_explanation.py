"""What the workbook's sheet 说明 says: where its figures come from, and how each derived
column is worked out from those beside it.

Trusts the snapshot. Works nothing out itself.
"""

from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.letters.letter_sender import Sender
from pipeline.writing.bulletin.narrative import (
    ROSTER_ORDER,
    growth_rule,
    lag_rule,
)
from pipeline.writing.words import full_day, percent

_Cells = list[str | float | None]


def explained(bulletin: Bulletin, sender: Sender) -> list[_Cells]:
    """The rows of the sheet: a name and what it means."""
    return [*_sources(bulletin, sender), *_derived(bulletin, sender)]


def _sources(bulletin: Bulletin, sender: Sender) -> list[_Cells]:
    """Where the figures come from."""
    words = sender.words
    measured = bulletin.standing.has_targets
    unranked = ""
    if measured:
        unranked = "、不排名"
    rows: list[_Cells] = [
        ["依据", sender.document],
        [
            words.so_far,
            f"各单位最近一份已计入的{words.report}所报累计数；"
            f"待核的数据不计入{unranked}。"
            f"{_pool_words(bulletin)}",
        ],
    ]
    if measured:
        rows.append(["时序进度", _schedule_words(bulletin)])
    return rows


def _derived(bulletin: Bulletin, sender: Sender) -> list[_Cells]:
    """How each derived column is worked out from those beside it."""
    if bulletin.standing.has_targets:
        return _derived_of_targets(bulletin, sender)
    return [
        _growth(bulletin, sender),
        ["排列", f"{ROSTER_ORDER}；没有目标，不算完成率，不排名。"],
        _snapshot(bulletin),
    ]


def _growth(bulletin: Bulletin, sender: Sender) -> _Cells:
    words = sender.words
    return [words.month_growth, growth_rule(bulletin, words)]


def _snapshot(bulletin: Bulletin) -> _Cells:
    return [
        "数据编号",
        f"{bulletin.snapshot_id}。通报邮件、通报文件和本表出自同一份数据。",
    ]


def _derived_of_targets(bulletin: Bulletin, sender: Sender) -> list[_Cells]:
    words = sender.words
    target = f"{words.term}目标"
    return [
        ["完成率", f"{words.so_far}÷{target}，四舍五入到0.1%。"],
        ["比时序进度", "完成率减时序进度，按表上所列两数相减。"],
        _growth(bulletin, sender),
        [
            f"每{words.span}需{words.verb}",
            f"（{target}－{words.so_far}）÷剩余{words.report}次数，"
            f"不足1{words.unit}的进为1{words.unit}。",
        ],
        [
            "时序应完成",
            f"{target}×当期时序进度，四舍五入到{words.rounded_to}。",
        ],
        ["进度滞后", f"{lag_rule(sender)}。"],
        [
            "距时序进度差",
            f"{target}×时序进度－{words.so_far}，"
            f"不足1{words.unit}的进为1{words.unit}。",
        ],
        [
            "不再滞后还差",
            f"到下一次{words.report}的报送日，完成率达到当日时序进度减去上述百分点"
            f"还差的{words.how_many}。",
        ],
        [
            "位次升降",
            "与上次通报所列的同类名次相比；首次通报没有。",
        ],
        [
            "比上年末增长",
            f"{words.so_far}÷{words.base_column}，没有这个数的单位不算。",
        ],
        ["名次", "在同类单位中按未四舍五入的完成率排列，相同的并列。"],
        _snapshot(bulletin),
    ]


def _pool_words(bulletin: Bulletin) -> str:
    """What the rows are that nobody reports for; "" where there are none."""
    pools = [row.unit for row in bulletin.standing.rows if row.pool]
    if not pools:
        return ""
    names = "、".join(f"“{name}”" for name in pools)
    if not bulletin.standing.has_targets:
        return f"{names}为所属单位之和。"
    return f"{names}为所属企业之和，不参加排名。"


def _schedule_words(bulletin: Bulletin) -> str:
    """273÷365=74.8%, or the share alone where milestones rule."""
    share = percent(bulletin.standing.schedule)
    until = full_day(bulletin.standing.period)
    if not bulletin.schedule_days:
        return f"截至{until}为{share}（按配置的时间节点推算）。"
    elapsed, whole = bulletin.schedule_days
    return f"截至{until}：已过{elapsed}天÷共{whole}天＝{share}。"
