"""The month that all sample letters tell: September 2015 of a made-up campaign, its units,
figures and standings.

The units and targets are those of the circular's table; every figure, clause and time
is made up.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from pipeline.model.letters.letter_sender import Sender
from pipeline.model.letters.reminders import Arrears
from pipeline.model.month import Month
from pipeline.model.roster import Group
from pipeline.model.standing import Row, Standing, State, Totals
from pipeline.model.wording.campaign_words import CampaignWords

ZONE = timezone(timedelta(hours=8))
PERIODS = (date(2015, 9, 10), date(2015, 9, 20), date(2015, 9, 30))
PERIOD = PERIODS[-1]
# The one after them
FOLLOWING = date(2015, 10, 10)
MONTH = Month("2015-09")
PERIOD_NAME = "2015年9月下旬（9月30日）"
DEADLINE = datetime(2015, 9, 30, 18, 0, tzinfo=ZONE)
SCHEDULE = 273 / 365
MARGIN = 0.10
# What lifts the flag is judged at the next due date, when more is asked.
NEXT_LINE = 283 / 365 - MARGIN
PERIODS_LEFT = 9

SENDER = Sender(
    campaign="乐山市农民工入会集中行动",
    document="乐工发〔2015〕33号",
    organizer="乐山市总工会",
    department="组宣部",
    form_title="乐山市农民工入会集中行动旬报表",
    mailbox="lsszghzxb@example.cn",
    lag_margin=MARGIN,
    form_heading="附件3",
    form_note="工作举措300字左右，以条款方式列举。此信息表将作为每月通报的依据。",
    words=CampaignWords(
        counted="农民工会员",
        whole="全市",
        base="会员数",
        drive="集中行动",
        topic="农民工入会",
        prepare="本单位农民工会员底数",
        aftercare="要做好新入会农民工的服务和会籍管理工作",
        circulation="全市工会通报",
        audience="在全市工会系统",
        due="每月10、20、30日",
    ),
)

GROUPS = (
    Group(
        name="第一组",
        department="组宣部、办公室",
        emails=("group1@example.cn",),
        units=("市中区", "五通桥区", "井研县", "夹江县", "高新区"),
    ),
    Group(
        name="第二组",
        department="市教科文卫体工会、财务部、资产办",
        emails=("group2@example.cn",),
        units=("沙湾区", "金口河区", "峨眉山市", "峨边县"),
    ),
    Group(
        name="第三组",
        department="经济保障女工部、经审办",
        emails=("group3@example.cn",),
        units=("犍为县", "井研县", "沐川县", "马边县", "嘉阳集团"),
    ),
)

# unit, kind, base, target, cumulative figures at the three periods, states at the three periods (o l h m)
TABLE: tuple[
    tuple[
        str,
        str,
        int | None,
        int,
        tuple[int | None, int | None, int | None],
        str,
    ],
    ...,
] = (
    ("市中区", "county", 20541, 5437, (3120, 3702, 4310), "ooo"),
    ("五通桥区", "county", 36688, 8425, (4870, 5510, 6247), "ooo"),
    ("沙湾区", "county", 20473, 5000, (3010, 3544, 4052), "olo"),
    ("金口河区", "county", 2910, 628, (520, 611, 640), "ooo"),
    ("峨眉山市", "county", 46192, 9977, (5420, 6205, 7033), "ooo"),
    ("犍为县", "county", 59580, 12869, (8050, 9241, 10746), "ooo"),
    ("井研县", "county", 39117, 8449, (4210, 4890, 5602), "ool"),
    ("夹江县", "county", 29770, 6430, (3550, 4102, 4731), "ooo"),
    ("沐川县", "county", 34750, 7506, (3720, 4101, 4101), "ooh"),
    ("峨边县", "county", 9235, 1995, (930, 1102, 1243), "loo"),
    ("马边县", "county", 9099, 1965, (610, 610, 610), "omm"),
    ("高新区", "county", 1477, 319, (188, 221, 254), "ooo"),
    ("峨眉山景区管委会", "municipal", None, 300, (180, 214, 243), "ooo"),
    ("大佛景区管委会", "municipal", None, 100, (61, 70, 82), "ooo"),
    ("市直机关工会", "municipal", None, 150, (96, 118, 150), "ooo"),
    ("市建设工会", "municipal", None, 200, (102, 121, 126), "oml"),
    ("市交通工会", "municipal", None, 200, (141, 156, 164), "ooo"),
    ("乐电公司", "municipal", None, 200, (130, 152, 164), "ooo"),
    ("嘉阳集团", "municipal", None, 50, (None, None, None), "mmm"),
    ("立事达公司", "municipal", None, 50, (31, 36, 39), "ooo"),
    ("和邦集团", "municipal", None, 100, (55, 66, 77), "ooo"),
    ("嘉华集团", "municipal", None, 50, (28, 33, 40), "ooo"),
    ("其他", "municipal", None, 600, (302, 380, 431), "ooo"),
)
STATES = {
    "o": State.ON_TIME,
    "l": State.LATE,
    "h": State.HELD,
    "m": State.MISSING,
}
CLAUSES = (
    "聚焦建筑工地、物流园区和快递站点，新建工会组织12家，发展农民工会员356名。",
    "推广扫码入会和集中入会，举办集中入会仪式4场，发放服务手册800余份。",
    "开展普惠慰问、免费体检和法律援助，惠及农民工1200人次，投入资金15.6万元。",
    "建立周调度、旬通报、月小结机制，由分管领导带队督导11个镇（街道）。",
)
# What a second unit is praised for
SECOND_PRAISED = "组织机关食堂、物业外包单位的农民工集中入会54名。"


def rows_at(index: int) -> tuple[Row, ...]:
    schedule = ((PERIODS[index] - date(2015, 1, 1)).days + 1) / 365
    rows = []
    for entry in TABLE:
        rows.append(row_at(entry, index, schedule))
    kinds = {}
    for kind in ("county", "municipal"):
        kinds[kind] = [r for r in rows if r.kind == kind]
    return tuple(
        replace(
            r,
            rank=rank_among(r, kinds[r.kind]),
            rank_overall=rank_among(r, rows),
        )
        for r in rows
    )


def row_at(
    entry: tuple[
        str,
        str,
        int | None,
        int,
        tuple[int | None, int | None, int | None],
        str,
    ],
    index: int,
    schedule: float,
) -> Row:
    unit, kind, base, target, figures, states = entry
    completed = figures[index]
    pool = unit == "其他"
    if completed is None:
        rate = None
    else:
        rate = completed / target
    return Row(
        unit=unit,
        kind=kind,
        pool=pool,
        state=STATES[states[index]],
        completed=completed,
        target=target,
        base=base,
        rate=rate,
        schedule=schedule,
        lagging=rate is not None and not pool and rate < schedule - MARGIN,
        rank=None,
        rank_overall=None,
        measures=() if completed is None else CLAUSES,
    )


def rank_among(row: Row, field: Sequence[Row]) -> int | None:
    if row.rate is None or row.pool:
        return None
    return 1 + sum(
        1 for other in field if not other.pool and (other.rate or 0) > row.rate
    )


def standing_at(index: int) -> Standing:
    rows = rows_at(index)
    completed = sum(r.completed or 0 for r in rows)
    target = sum(r.target or 0 for r in rows)
    count = {}
    for state in State:
        count[state] = sum(1 for r in rows if r.state == state)
    totals = Totals(
        completed=completed,
        target=target,
        rate=completed / target,
        reported=count[State.ON_TIME] + count[State.LATE],
        late=count[State.LATE],
        held=count[State.HELD],
        missing=count[State.MISSING],
        lagging=sum(1 for r in rows if r.lagging),
    )
    deadline = datetime(2015, 9, PERIODS[index].day, 18, 0, tzinfo=ZONE)
    return Standing(
        period=PERIODS[index],
        deadline=deadline,
        as_of=deadline + timedelta(hours=21),
        closed=True,
        schedule=rows[0].schedule,
        rows=rows,
        totals=totals,
    )


STANDING = standing_at(2)


def arrears() -> tuple[Arrears, ...]:
    lagging = sorted(
        (r for r in STANDING.rows if r.lagging), key=lambda r: r.rate or 0
    )
    return tuple(
        Arrears(
            unit=r.unit,
            kind_name="县（市、区）" if r.kind == "county" else "市级单位",
            completed=r.completed or 0,
            target=r.target or 0,
            rate=r.rate or 0,
            gap_to_schedule=people_to(SCHEDULE, r),
            gap_to_lift=people_to(NEXT_LINE, r),
            per_period=-(
                -((r.target or 0) - (r.completed or 0)) // PERIODS_LEFT
            ),
            rank=r.rank or 0,
        )
        for r in lagging
    )


def people_to(share: float, row: Row) -> int:
    return max(
        0, -int(-(share * (row.target or 0) - (row.completed or 0)) // 1)
    )
