"""Which clauses are quoted, and which are not."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.writing.bulletin.praise import Candidate, pick

GOOD = Candidate(
    "犍为县",
    "聚焦建筑工地和物流园区，新建工会组织12家，发展会员356名。",
    "2015年9月下旬",
    "<1@x>",
    0.12,
)


def units(*candidates):
    return [praise.unit for praise in pick(candidates)]


def test_a_good_clause_is_quoted_as_it_stands():
    (praise,) = pick([GOOD])
    assert (praise.unit, praise.clause, praise.message_id) == (
        GOOD.unit,
        GOOD.clause,
        "<1@x>",
    )
    assert "12.0个百分点" in praise.why
    assert "2项数据" in praise.why


def test_left_out():
    for bad in (
        replace(GOOD, rise=0.0),
        replace(GOOD, rise=-0.1),
        replace(GOOD, clause="高度重视，加强领导，认真组织，狠抓落实。"),
        replace(
            GOOD, clause="分管领导每周听取一次汇报，对每一个企业点名督促到位。"
        ),
        replace(GOOD, clause="发展356名。"),
        replace(GOOD, clause=GOOD.clause * 6),
        replace(GOOD, earlier_clauses=(GOOD.clause,)),
        # About something else, or not yet done, or counting something else.
        replace(
            GOOD,
            clause="组织法律援助小分队进工地8次，受理欠薪投诉21件并全部办结。",
        ),
        replace(
            GOOD,
            clause="开展普惠慰问、免费体检，惠及农民工会员1200人次，投入15万元。",
        ),
        replace(
            GOOD,
            clause="联合人社部门举办电工、焊工培训班2期，参训农民工会员136人，结业后推荐就业。",
        ),
        replace(
            GOOD,
            clause="计划四季度新建工会组织12家，力争发展会员356名，推动全面覆盖。",
        ),
        replace(
            GOOD,
            clause="召开农民工入会推进会4场，印发会员服务手册800册，张贴海报。",
        ),
        replace(
            GOOD,
            earlier_clauses=(
                GOOD.clause.replace("356", "298").replace("，新建", "新建"),
            ),
        ),
    ):
        assert units(bad) == []


def test_what_two_units_tell_alike_is_nobodys():
    copy = replace(GOOD, unit="沐川县", clause=GOOD.clause.replace("12", "15"))
    assert units(GOOD, copy) == []
    own = replace(
        copy, clause="在货运场站、快递网点吸纳农民工入会218人，动态销号管理。"
    )
    assert units(GOOD, copy, own) == ["沐川县"]


def test_the_steepest_rise_first_and_one_clause_a_unit():
    steeper = replace(
        GOOD,
        unit="沙湾区",
        clause="开展集中入会仪式4场，现场办理入会手续612人，发放手册800册。",
        rise=0.2,
    )
    second = replace(GOOD, clause="走访企业。共32家企业建立了联系点制度。")
    assert units(GOOD, second, steeper) == ["沙湾区", "犍为县"]


def test_never_more_than_five():
    many = [
        replace(
            GOOD,
            unit=f"单位{i}",
            clause=f"{chr(0x4E00 + 97 * i) * 3}、{chr(0x5E00 + 31 * i) * 12}新建工会{i + 11}家。",
        )
        for i in range(9)
    ]
    assert len(pick(many)) == 5


@given(st.permutations([
    GOOD,
    replace(GOOD, unit="沙湾区", clause="开展集中入会仪式4场，现场办理入会手续612人，发放手册800册。"),
    replace(GOOD, unit="沐川县", clause="在货运场站、快递网点吸纳农民工入会218人，动态销号管理。"),
]))  # fmt: skip
def test_the_order_of_arrival_does_not_matter(candidates):
    assert len(units(*candidates)) == 3
    assert pick(candidates) == pick(sorted(candidates, key=lambda c: c.unit))
