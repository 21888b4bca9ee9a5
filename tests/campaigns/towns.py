"""Invented cities for other campaigns: rosters with confusable names, and configs that differ from the default in every part."""

from dataclasses import dataclass, field
from datetime import date, time

OWN = "lsszghzxb@126.com"  # the office's login in every campaign


@dataclass(frozen=True)
class Office:
    """A row of the target table, a pool, or a member of one."""

    name: str
    kind: str = ""
    target: int = 0
    base: int | None = None
    emails: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    pool: bool = False
    member_of: str = ""
    expects: bool = True


@dataclass(frozen=True)
class Town:
    """One campaign's settings; the fields are the config's keys."""

    key: str
    city: str
    title: str
    first_due: date
    last_due: date
    start: date
    end: date
    report_days: tuple[int, ...] = (10, 20, 30)
    deadline: time = time(18)
    shift: bool = False
    poll: tuple[str, ...] = ("08:30", "12:00", "16:00", "18:05")
    count: str = "cumulative"
    milestones: tuple[tuple[date, float], ...] = ()
    lag_margin: float = 0.10
    drop_after_hours: int = 48
    unknown_accept: bool = False
    lowest: int = 1
    missing: int = 2
    jump: float = 0.5
    over: float = 1.5
    small: int = 100
    min_chars: int = 100
    labels: tuple[str, str, str, str] = (
        "报送单位",
        "报送时间",
        "已完成目标任务数",
        "主要工作举措",
    )
    own_labels: bool = False
    offices: tuple[Office, ...] = ()
    groups: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()
    outages: tuple[tuple[str, str], ...] = field(default=())

    @property
    def rows(self) -> tuple[Office, ...]:
        return tuple(o for o in self.offices if not o.member_of)

    def by_name(self, name: str) -> Office:
        return next(o for o in self.offices if o.name == name)

    def members(self, pool: str) -> tuple[Office, ...]:
        return tuple(o for o in self.offices if o.member_of == pool)

    def units_of(self, email: str) -> list[str]:
        return [o.name for o in self.offices if email.lower() in o.emails]


def _county(
    name: str,
    base: int,
    target: int,
    box: str,
    *aliases: str,
    more: tuple[str, ...] = (),
) -> Office:
    return Office(
        name,
        "county",
        target,
        base,
        (f"{box}@example.cn", *more),
        (f"{name}总工会", *aliases),
    )


def _municipal(
    name: str, target: int, box: str, *aliases: str, more: tuple[str, ...] = ()
) -> Office:
    return Office(
        name, "municipal", target, None, (f"{box}@example.cn", *more), aliases
    )


def _member(
    name: str, pool: str, box: str, *aliases: str, expects: bool = False
) -> Office:
    return Office(
        name,
        emails=(f"{box}@example.cn",),
        aliases=aliases,
        member_of=pool,
        expects=expects,
    )


_SHARED = "jingqu@example.cn"  # one desk that reports for two units

LANZHOU = (
    _county("云台区", 21000, 5200, "yuntai", "云台", "岚州市云台区总工会"),
    _county("云台山市", 33000, 7800, "yuntaishan", "云台山", "云台山总工会"),
    _county(
        "清溪县",
        18000,
        4100,
        "qingxi",
        "清溪",
        "清溪县工会",
        more=("qingxi2@example.cn",),
    ),
    _county("清溪河区", 9000, 2050, "qingxihe", "清溪河"),
    _county("石桥县", 47000, 10800, "shiqiao", "石桥", "石橋縣"),
    _county("松岭县", 26000, 6100, "songling", "松岭", "松岭自治县"),
    _county(
        "高新区", 1500, 330, "gaoxin", "岚州高新区", "高新技术产业开发区工会"
    ),
    _county("白鹭区", 4000, 900, "bailu", "白鹭"),
    _municipal(
        "云台山景区管委会",
        220,
        "ytsjq",
        "云台山景区",
        "云台山风景区管委会工会",
        more=(_SHARED,),
    ),
    _municipal(
        "白鹭湖景区管委会",
        120,
        "blhjq",
        "白鹭湖景区",
        "白鹭湖景区工会",
        more=(_SHARED,),
    ),
    _municipal("市直机关工会", 160, "shizhi", "市直机关", "市直机关工委"),
    _municipal("市建设工会", 210, "jianshe", "建设工会", "市住建局工会"),
    _municipal("岚江集团", 140, "lanjiang", "岚江集团工会", "岚江", "岚江公司"),
    _municipal("岚江电力公司", 60, "ljdl", "岚江电力", "岚江电力公司工会"),
    Office("其他", "municipal", 500, pool=True),
    _member("岚江水泥公司", "其他", "pool1", "岚江水泥", expects=True),
    _member("清溪化工公司", "其他", "pool2", "清溪化工"),
    _member("石桥纸业公司", "其他", "pool3", "石桥纸业"),
)
GROUPS = (
    (
        "第一推进组",
        ("zu1@example.cn",),
        ("云台区", "云台山市", "石桥县", "岚江集团"),
    ),
    (
        "第二推进组",
        ("zu2@example.cn", "zu2b@example.cn"),
        ("清溪县", "清溪河区", "石桥县", "岚江水泥公司"),
    ),
)

TOWNS = {
    "newyear": Town(
        "newyear",
        "岚州市",
        "岚州市新就业群体入会集中行动旬报表",
        date(2016, 12, 10),
        date(2017, 1, 20),
        date(2016, 7, 1),
        date(2017, 6, 30),
        milestones=(
            (date(2016, 12, 30), 0.42),
            (date(2017, 3, 31), 0.8),
            (date(2017, 6, 30), 1.0),
        ),
        offices=LANZHOU,
        groups=GROUPS,
    ),
    "leap": Town(
        "leap",
        "岚州市",
        "岚州市农民工入会攻坚月日报表（旬报）",
        date(2020, 2, 28),
        date(2020, 3, 30),
        date(2020, 1, 1),
        date(2020, 12, 31),
        report_days=(28, 29, 30, 31),
        deadline=time(17, 30),
        lag_margin=0.0,
        offices=LANZHOU,
        groups=GROUPS,
        jump=0.3,
        min_chars=60,
    ),
    "shift": Town(
        "shift",
        "岚州市",
        "岚州市农民工入会专项行动旬报表",
        date(2016, 9, 5),
        date(2016, 10, 15),
        date(2016, 1, 1),
        date(2016, 12, 31),
        report_days=(5, 15, 25),
        deadline=time(20),
        shift=True,
        poll=("09:00", "15:00", "20:05"),
        lowest=2,
        missing=1,
        offices=LANZHOU,
        groups=GROUPS,
        labels=("上报单位", "上报日期", "累计发展会员数", "工作开展情况"),
        own_labels=True,
        outages=(("2016-09-06T08:00", "2016-09-07T12:00"),),
    ),
    "increment": Town(
        "increment",
        "岚州市",
        "岚州市工会会员发展情况旬报表",
        date(2018, 5, 20),
        date(2018, 6, 30),
        date(2018, 1, 1),
        date(2018, 12, 31),
        count="increment",
        deadline=time(12),
        poll=("09:00", "13:00"),
        drop_after_hours=12,
        unknown_accept=True,
        offices=LANZHOU,
        groups=GROUPS,
        labels=("填报单位", "填报时间", "本旬发展会员数", "主要做法"),
        own_labels=True,
    ),
    "plain": Town(
        "plain",
        "岚州市",
        "岚州市农民工入会集中行动旬报表",
        date(2021, 3, 10),
        date(2021, 4, 30),
        date(2021, 1, 1),
        date(2021, 12, 31),
        offices=LANZHOU,
        groups=GROUPS,
        drop_after_hours=24,
        outages=(("2021-03-11T08:00", "2021-03-13T20:00"),),
    ),
}
STAFF = (
    ("组织部", "zzb@example.cn", ("digest", "bulletin", "review")),
    ("分管领导", "fgld@example.cn", ("digest", "bulletin")),
    ("审核岗", "shenhe@example.cn", ("review",)),
    ("管理员", "guanli@example.cn", ("alert",)),
)


def config(town: Town) -> str:
    """config.toml with the places that run.py fills in."""
    return (
        "\n\n".join(
            [
                _head(town),
                _servers(town),
                *_people(town),
                *(_unit(o) for o in town.offices),
            ]
        )
        + "\n"
    )


def _head(town: Town) -> str:
    target = sum(o.target for o in town.rows)
    lines = [
        "[campaign]",
        f'name = "{town.title.removesuffix("旬报表")}"',
        f'organizer = "{town.city}总工会"',
        f'form_title = "{town.title}"',
        f"first_due = {town.first_due}",
        f"last_due = {town.last_due}",
        f"target = {target}",
        "[schedule]",
        f"report_days = {list(town.report_days)}",
        f'deadline = "{town.deadline:%H:%M}"',
        f'holiday_shift = "{"next_workday" if town.shift else "none"}"',
        f"poll = {list(town.poll)}".replace("'", '"'),
        f'drop_after = "{town.drop_after_hours}h"',
        "[progress]",
        f"from = {town.start}",
        f"to = {town.end}",
        f"lag_margin = {town.lag_margin}",
        *(
            [
                "milestones = { "
                + ", ".join(f'"{d}" = {v}' for d, v in town.milestones)
                + " }"
            ]
            * bool(town.milestones)
        ),
        "[form]",
        f'count = "{town.count}"',
        *_labels(town),
        "[checks]",
        f'unknown_sender = "{"accept" if town.unknown_accept else "hold"}"',
        f"over_target = {town.over}",
        f"jump = {town.jump}",
        f"small_target = {town.small}",
        f"measures_min_chars = {town.min_chars}",
        "[talks]",
        f"lowest = {town.lowest}",
        f"missing = {town.missing}",
        "auto_confirm = true",
        "[bulletin]",
        'approval = "none"',
    ]
    return "\n".join(lines)


def _labels(town: Town) -> list[str]:
    if not town.own_labels:
        return []
    names = ("unit", "date", "completed", "measures")
    return [
        "[form.labels]",
        *(f'{k} = ["{v}"]' for k, v in zip(names, town.labels, strict=True)),
    ]


def _servers(town: Town) -> str:
    return f"""[mailbox]
host = "127.0.0.1"
port = @IMAP_PORT@
security = "tls"
ca_file = "@CA_FILE@"
user = "{OWN}"
password_env = "XUNBAO_MAILBOX_PASSWORD"

[smtp]
host = "127.0.0.1"
port = @SMTP_PORT@
security = "none"
user = ""
from = "{town.city}总工会 <{OWN}>"
per_minute = 100000

[storage]
directory = "@STORAGE@"
database = "sqlite:///@STORAGE@/ledger.db\""""


def _people(town: Town) -> list[str]:
    staff = [
        f'[[staff]]\nname = "{n}"\nemail = "{e}"\nroles = {list(r)}'.replace(
            "'", '"'
        )
        for n, e, r in STAFF
    ]
    groups = [
        f'[[group]]\nname = "{n}"\nemail = {list(e)}\nunits = {list(u)}'.replace(
            "'", '"'
        )
        for n, e, u in town.groups
    ]
    return staff + groups


def _unit(office: Office) -> str:
    lines = ["[[unit]]", f'name = "{office.name}"']
    if office.member_of:
        lines += [
            f'member_of = "{office.member_of}"',
            f"expects_report = {str(office.expects).lower()}",
        ]
    else:
        lines += [f'kind = "{office.kind}"', f"target = {office.target}"]
    lines += [f"base = {office.base}"] if office.base is not None else []
    lines += ["pool = true"] if office.pool else []
    lines += (
        [f"email = {list(office.emails)}".replace("'", '"')]
        if office.emails
        else []
    )
    lines += (
        [f"aliases = {list(office.aliases)}".replace("'", '"')]
        if office.aliases
        else []
    )
    return "\n".join(lines)
