"""The bulletin's sentences: each case has its wording, and no sentence says what the figures do not."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.letters.bulletins import Excused, Since, UnitMonth
from pipeline.model.letters.reminders import Arrears
from pipeline.model.standing import Row, Standing, State, Totals
from pipeline.model.wording.campaign_words import CampaignWords
from pipeline.writing.bulletin.narrative import narrate
from pipeline.writing.bulletin.title import subject
from pipeline.writing.sample_month import DEADLINE, PERIOD, PERIODS, SENDER
from pipeline.writing.samples import BULLETIN

SCHEDULE = 0.7


def row(unit, completed, target=100, kind="county", pool=False, lagging=None):
    rate = None if completed is None else completed / target
    behind = (
        rate is not None and rate < SCHEDULE - 0.1
        if lagging is None
        else lagging
    )
    return Row(
        unit,
        kind,
        pool,
        State.ON_TIME,
        completed,
        target,
        None,
        rate,
        SCHEDULE,
        behind and not pool,
        None,
        None,
    )


def standing(*rows):
    ranked = [r for r in rows if r.rate is not None and not r.pool]
    placed = tuple(
        replace(
            r,
            rank=1 + sum(o.rate > r.rate and o.kind == r.kind for o in ranked),
        )
        if r in ranked
        else r
        for r in rows
    )
    completed, target = (
        sum(r.completed or 0 for r in rows),
        sum(r.target for r in rows),
    )
    totals = Totals(
        completed,
        target,
        completed / target,
        len(rows),
        0,
        0,
        0,
        sum(r.lagging for r in rows),
    )
    return Standing(PERIOD, DEADLINE, DEADLINE, True, SCHEDULE, placed, totals)


def arrears(r):
    return Arrears(
        r.unit, "县（市、区）", r.completed, r.target, r.rate, 7, 3, 5, 1
    )


def bulletin(*rows, states=("on_time",) * 3, **changes):
    now = standing(*rows)
    facts = {
        "standing": now,
        "before": None,
        "months": tuple(UnitMonth(r.unit, states, (r.completed,) * 3, 1) for r in rows),
        "lagging": tuple(arrears(r) for r in now.rows if r.lagging),
        "praise": (), "talks": (), "circulated": (), "growth_on_base": None,
        "since": None, "ranks_before": (), "members": (),
    }  # fmt: skip
    return replace(BULLETIN, **(facts | changes))


def since(printed, restated=None, is_bulletin=True):
    """The last bulletin's total, and what is known of it now."""
    now = printed if restated is None else restated
    return Since(PERIODS[0], is_bulletin, printed, now)


def said(b) -> str:
    story = narrate(b, SENDER)
    problems = [p.heading + p.text for p in story.problems]
    return "\n".join(
        [
            story.opening,
            *story.overall,
            *story.praise,
            *problems,
            *story.talks,
            *story.steps,
        ]
    )


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        (bulletin(row("甲县", 80), row("乙县", 60)), "2个县（市、区）中，1个达到时序进度，1个未达到。"),
        (bulletin(row("甲县", 80), row("乙县", None)), "有数据的1个县（市、区）达到时序进度"),
        (bulletin(row("甲县", 80), row("乙县", 75)), "2个县（市、区）均达到时序进度。"),
        (bulletin(row("甲县", 65), row("乙县", 61)), "2个县（市、区）均未达到时序进度。"),
        (bulletin(row("甲县", 65)), "1个县（市、区）未达到时序进度。"),
        (bulletin(row("甲县", 85)), "1个县（市、区）达到时序进度。"),
        (bulletin(row("甲县", 101)), "1个县（市、区）已完成全年目标任务。"),
        (bulletin(row("甲县", 100), row("乙县", 101)), "2个县（市、区）全部完成全年目标任务。"),
        (bulletin(row("甲县", 120), row("乙县", 75)), "均达到时序进度（其中甲县已完成全年目标任务）。"),
        (bulletin(row("甲县", 95), row("乙县", 75)), "甲县完成率95.0%，居第一，高出第二名20个百分点"),
        (bulletin(row("甲县", 80), row("乙县", 75)), "甲县完成率80.0%，居第一。"),
        (bulletin(row("甲县", 80), row("乙县", 80), row("丙县", 75)), "甲县和乙县并列第一，完成率80.0%"),
        (bulletin(row("甲县", 80)), "各单位全部按时报送，无迟报、漏报"),
        (bulletin(row("甲县", 80), states=("on_time", "late", None)), "应报旬报2份次，按时报送1份次，迟报1份次"),
        (bulletin(row("甲县", 80), states=("missing", "on_time", "missing")), "漏报。1个单位有漏报：甲县（9月10日、9月30日）"),
        (bulletin(row("甲县", 80), states=("held",) * 3), "所报内容需要核实，核实前这几期所报数不计入"),
        (
            bulletin(replace(row("甲县", 80), counted_from=PERIODS[2]), states=("on_time", "held", "on_time")),
            "甲县（9月20日，已按9月30日所报80名计）",
        ),
        (
            bulletin(replace(row("甲县", 80), counted_from=PERIODS[0]), states=("on_time", "held", "held")),
            "甲县（9月20日、9月30日，暂按9月10日所报80名计）",
        ),
        (bulletin(row("甲县", None), states=("held",) * 3), "目前没有计入的数"),
        (bulletin(row("甲县", 80), states=("unreadable",) * 3), "没有读出旬报表，已退请重报，不按漏报计"),
        (
            bulletin(row("甲县", 80), excused=(Excused("甲县", PERIODS[0], DEADLINE, "停电"),)),
            "准予延期：甲县9月10日期延至9月30日18:00（原因：停电）。\n加快",
        ),
        (bulletin(row("甲县", None)), "甲县自集中行动开展以来尚无有效数据"),
        (bulletin(row("甲县", 30), row("乙县", 20)), "参加排名的2个单位全部滞后"),
        (bulletin(row("甲县", 80), row("乙县", 20)), "滞后的有1个单位：乙县，各单位的差距和每旬需新增数见附件"),
        (bulletin(row("甲县", 30)), "超过10个百分点的，列为进度滞后"),
        (bulletin(row("甲县", 70)), "与时序进度（70.0%）持平"),
        (bulletin(row("甲县", 80), since=since(60)), "比上次通报时增加20名。"),
        (bulletin(row("甲县", 80), since=since(80)), "累计数与上次通报时相同。"),
        (
            bulletin(row("甲县", 80), since=since(60, 65)),
            "比上次通报时增加20名，其中因补报、更正增加5名（截至9月10日的累计数由60名调整为65名），此后新报增加15名。",
        ),
        (
            bulletin(row("甲县", 80), since=since(90, 75)),
            "比上次通报时减少10名，其中因补报、更正减少15名（截至9月10日的累计数由90名调整为75名），此后新报增加5名。",
        ),
        (bulletin(row("甲县", 80), since=since(60, is_bulletin=False)), "比9月10日首次报送时增加20名。"),
        (bulletin(row("甲县", 80), note="请对照差距抓好落实。"), "请对照差距抓好落实。"),
        (bulletin(row("甲县", 80)), "按照乐工发〔2015〕33号文件"),
        (
            bulletin(row("甲县", 100), row("乙县", 20)),
            "1个达到时序进度（其中甲县已完成全年目标任务），1个未达到。",
        ),
        (bulletin(row("甲县", 100)), "全年目标任务已经完成"),
        (bulletin(row("甲县", 80), periods_left=0), "抓好收尾工作"),
        (bulletin(row("甲县", 80), periods_left=3), "平均每旬需新增7名"),
    ],
)  # fmt: skip
def test_each_case_has_its_wording(facts, wanted):
    assert wanted in said(facts)


@pytest.mark.parametrize(
    ("facts", "unwanted"),
    [
        (
            bulletin(row("甲县", 80), row("乙县", 80)),
            "居第一",
        ),  # all alike: nobody leads
        (bulletin(row("甲县", 80)), "居第一"),  # alone
        (bulletin(row("甲县", 80)), "漏报："),
        (bulletin(row("甲县", 80)), "列为进度滞后"),
        (bulletin(row("甲县", 80)), "上次通报"),
        (bulletin(row("甲县", 80), periods_left=0), "报送日"),
        (
            bulletin(
                row("甲县", 100),
                months=(UnitMonth("甲县", ("on_time",) * 3, (100,) * 3, 0),),
            ),
            "本月无增长",
        ),
        (bulletin(row("其他", 10, pool=True, kind="municipal")), "市级单位"),
        (
            bulletin(
                row("甲县", 80),
                months=(UnitMonth("甲县", ("held",) * 3, (80,) * 3, 0),),
            ),
            "本月无增长",
        ),
        (bulletin(row("甲县", None), states=("held",) * 3), "尚无有效数据"),
    ],
)
def test_nothing_is_said_without_its_case(facts, unwanted):
    assert unwanted not in said(facts)


figures = st.one_of(st.none(), st.integers(0, 150))
states = st.tuples(
    *(
        st.sampled_from(["on_time", "late", "held", "missing", None])
        for _ in PERIODS
    )
)


@given(
    st.lists(st.tuples(figures, states), min_size=1, max_size=6),
    st.integers(0, 11),
)
def test_any_month_can_be_told_without_accusing(units, left):
    rows = [
        row(f"甲{i}县", completed) for i, (completed, _) in enumerate(units)
    ]
    months = tuple(
        UnitMonth(r.unit, s, (None,) * 3, None)
        for r, (_, s) in zip(rows, units, strict=True)
    )
    told = bulletin(*rows, months=months, periods_left=left)
    text = said(told)
    assert not re.search("瞒报|虚报|拒报|None|。。|：。", text)
    problems = narrate(told, SENDER).problems
    assert any(p.heading == "漏报。" for p in problems) == any(
        "missing" in s for _, s in units
    )
    assert any(p.heading == "进度滞后。" for p in problems) == bool(
        told.lagging
    )


@pytest.mark.parametrize(
    ("organizer", "campaign", "matter"),
    [
        ("岚州市总工会", "岚州市入会行动", "入会行动"),
        ("清江县安全生产委员会", "清江县安全隐患排查", "安全隐患排查"),
        ("岚江集团工会", "岚江集团建家行动", "建家行动"),
        ("教育局", "教育质量月", "教育质量月"),
    ],
)
def test_the_matter_is_the_campaign_s_name_without_the_place(
    organizer: str, campaign: str, matter: str
) -> None:
    assert subject(replace(SENDER, organizer=organizer, campaign=campaign)) == (
        matter
    )


def test_what_grows_is_named_or_measured_on_the_base() -> None:
    """基数 do not grow: only what a campaign calls by its name does."""
    told = bulletin(row("甲县", 80), growth_on_base=0.1604)
    named = replace(SENDER.words, base="会员数")
    unnamed = replace(SENDER.words, base=CampaignWords.base)
    overall = [
        "".join(narrate(told, replace(SENDER, words=words)).overall)
        for words in (named, unnamed)
    ]
    assert "会员数比上年末增长16.0%。" in overall[0]
    assert "累计新增数相当于上年末基数的16.0%。" in overall[1]
    assert "增长" not in overall[1]
