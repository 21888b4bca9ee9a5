"""How clerks fill in the form and name their mails: every trap's fault, with what a careful reader takes from it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from campaigns import figures
from campaigns.rulebook import Rules, Said
from campaigns.towns import Office, Town

CLAUSES = (
    "召开专题会议学习文件精神，成立领导小组，把任务分解到乡镇街道和重点企业，班子成员分片联系，每周调度一次",
    "深入园区、工地和物流站点开展摸底，建立未入会人员台账，共走访企业36家，登记务工人员1200余名",
    "在集镇赶场日设置咨询台，发放宣传单2000余份，现场解答入会程序和会员权益，接受入会申请",
    "联合住建部门在在建项目推行实名登记和入会登记同步办理，项目部工会代管劳务人员会籍",
    "建立旬报台账，专人负责录入，新入会人员一律实名登记，做到有名册、可核查",
    "拓展会员普惠服务，开展法律援助、困难帮扶和技能培训，增强工会吸引力和凝聚力",
    "对照上年底会员名册开展清理，剔除重复和离职人员，补登漏录信息，确保数据真实可靠",
    "下一步对进度较慢的乡镇实行领导包片，每周通报一次，力争下旬完成目标任务的八成以上",
)
WRAPS = ("", "", "", "", "", "zip", "rfc822", "winmail", "forward")


class Habits:
    """The clerks of one town; `pace` is how fast each unit comes forward."""

    town: Town
    rng: Random
    rules: Rules
    pace: dict[str, float]

    def figure_now(
        self, office: Office, period: date
    ) -> tuple[int, int | None]:
        """A fitting new figure for a unit and period, and the last one before it."""
        last = self.rules.last_before(office.name, period)
        if office.member_of:
            return (last or 0) + self.rng.randint(3, 40), last
        want = int(
            office.target
            * float(self.rules.schedule(period))
            * self.pace[office.name]
        )
        n = max(
            want, (last or 0) + self.rng.randint(2, max(3, office.target // 60))
        )
        ceiling = (last if last is not None else n) + int(
            office.target * self.town.jump * 0.9
        )
        return max(
            1, min(n, ceiling, int(office.target * 1.4)), (last or 0) + 1
        ), last

    def said(
        self, office: Office, period: date, trap: str
    ) -> tuple[str, str, int | None, Said]:
        """The label's blank, the value cell, its typed number and what they say."""
        rng, town = self.rng, self.town
        n, last = self.figure_now(office, period)
        added = n - (last or 0)
        bare = added if town.count == "increment" else n
        blank = "" if town.own_labels else "（新增   名农民工入会）"
        day = f"{period.month}月{period.day}日"
        match trap:
            case "both" if last is not None:
                return (
                    blank,
                    figures.both(rng, n, added),
                    None,
                    Said(completed=n, added=added),
                )
            case "added_only":
                return (
                    blank,
                    figures.added_only(rng, added),
                    None,
                    Said(added=added),
                )
            case "total_words":
                return (
                    blank,
                    figures.total_only(rng, n, period.year, day),
                    None,
                    Said(completed=n),
                )
            case "rate" | "rate_wrong" if not office.member_of:
                percent = 100 * n / office.target + (
                    6 if trap == "rate_wrong" else 0
                )
                text = figures.rated(rng, n, percent)
                if town.count == "increment" and not text.startswith(
                    ("累计", "已完成")
                ):
                    text = "累计" + text
                return blank, text, None, Said(completed=n, rate=percent / 100)
            case "approx":
                text, said = figures.approximate(rng, max(bare, 20))
                return (
                    blank,
                    text,
                    None,
                    replace(said, completed=said.bare, bare=None)
                    if "累计" in text
                    else said,
                )
            case "wan" if bare >= 10_000:
                text, said = figures.thousands(bare)
                if said.bare > (last or 0) or town.count == "increment":
                    return blank, text, None, said
            case "nil_zero":
                return (
                    blank,
                    rng.choice(figures.NOUGHT),
                    None,
                    Said(
                        nil="nought",
                        added=0 if town.count == "increment" else None,
                    ),
                )
            case "nil_word":
                return (
                    blank,
                    rng.choice(figures.NOTHING_NEW),
                    None,
                    Said(nil="word"),
                )
            case "in_label" if not town.own_labels:
                return (
                    f"（新增 {figures.plain(rng, bare)} 名农民工入会）".replace(
                        "名 名", "名"
                    ),
                    "",
                    None,
                    Said(bare=bare),
                )
            case "label_and_cell" if not town.own_labels:
                return (
                    f"（新增 {bare} 名农民工入会）",
                    figures.plain(rng, bare),
                    None,
                    Said(bare=bare),
                )
            case "conflict" if not town.own_labels:
                return (
                    f"（新增 {bare} 名农民工入会）",
                    str(bare + 7),
                    None,
                    Said(unclear=True),
                )
            case "two_numbers":
                return blank, f"{bare}、{bare + 3}", None, Said(unclear=True)
            case "nonsense":
                return (
                    blank,
                    rng.choice(("待统计", "详见附件", "正在核实")),
                    None,
                    Said(unclear=True),
                )
            case "empty_figure":
                return blank, "", None, Said(unclear=True)
            case "jump" if not office.member_of and office.target >= town.small:
                high = int(office.target * town.over) + self.rng.randint(10, 90)
                return blank, str(high), None, Said(bare=high)
            case "rise" if (
                last is not None
                and not office.member_of
                and office.target >= town.small
            ):
                high = (
                    last + int(office.target * town.jump) + 2
                    if town.count != "increment"
                    else int(office.target * town.jump) + 2
                )
                return blank, str(high), None, Said(bare=high)
            case "decreased" if last and last > 5:
                return (
                    blank,
                    f"累计{last - 3}名",
                    None,
                    Said(completed=last - 3),
                )
            case "typed":
                return blank, str(bare), bare, Said(bare=bare)
        return blank, figures.plain(rng, bare), None, Said(bare=bare)

    def measures(self, trap: str) -> tuple[str, ...]:
        if trap == "empty_measures":
            return ()
        if trap == "short":
            return tuple(c[:14] for c in self.rng.sample(CLAUSES, 2))
        if trap == "one_clause":
            return (
                "".join(
                    c + "。" for c in self.rng.sample(CLAUSES, 3)
                ).removesuffix("。"),
            )
        return tuple(self.rng.sample(CLAUSES, self.rng.randint(3, 5)))

    def day_for(
        self, period: date, at: datetime, trap: str, name: str
    ) -> date | None:
        if trap == "no_date":
            return None
        if trap in ("stale", "stale_unreported"):
            before = [p for p in self.rules.periods if p < period]
            return before[-1] if before else period
        if trap == "far":
            later = [p for p in self.rules.periods if p > period]
            return later[1] if len(later) > 1 else period
        if trap == "early_filled":
            return period - timedelta(days=1)
        return period

    def day_text(self, day: date, trap: str) -> tuple[str, date | None]:
        """The day as written on the form, and as a typed cell."""
        y, m, d = day.year, day.month, day.day
        ways = [
            f"{y}年{m}月{d}日",
            f"{y}.{m}.{d}",
            f"{y}-{m:02d}-{d:02d}",
            f"{y}/{m}/{d}",
            f"{y}年{m:02d}月{d:02d}日",
            f"{y} 年 {m} 月 {d} 日",
            f"{y}{m:02d}{d:02d}",
        ]
        ways += [
            "".join("〇一二三四五六七八九"[int(c)] for c in str(y))
            + f"年{figures.han(m)}月{figures.han(d)}日"
        ]
        if trap == "year_missing":
            ways = [f"{m}月{d}日", f"{m}月{d}号", f"{m}.{d}", f"{m}月{d}"]
        if trap == "tenth" and self.town.report_days == (10, 20, 30):
            part = "上" if d <= 10 else "中" if d <= 20 else "下"
            ways = [f"{y}年{m}月{part}旬", f"{m}月{part}旬"]
        if trap == "typed":
            return f"{y}年{m}月{d}日", day
        return self.rng.choice(ways), None

    def unit_text(self, office: Office, trap: str) -> str:
        if trap in ("unit_missing", "desk", "desk_file", "desk_unclear"):
            return (
                self.rng.choice(("", "本单位"))
                if trap != "unit_missing"
                else ""
            )
        if trap == "unknown_no_unit":
            return self.rng.choice(("", "县总工会"))
        if trap == "near_miss":
            return office.name[:-1] + (
                "镇" if office.name[-1] in "县区市" else "厂"
            )
        ways = [office.name, office.name, *office.aliases]
        ways += (
            [f"{office.name}总工会"]
            if office.kind == "county"
            else [f"{office.name}工会委员会"]
            if not office.name.endswith("工会")
            else []
        )
        ways += [" ".join(office.name)] if len(office.name) < 5 else []
        ways += (
            [f"{self.town.city}{office.name}总工会"]
            if office.kind == "county" and trap == "city_name"
            else []
        )
        return ways[-1] if trap == "city_name" else self.rng.choice(ways)

    def subject(
        self, office: Office, period: date, trap: str
    ) -> tuple[str, tuple[date, ...], str | None]:
        m, d = period.month, period.day
        if trap == "desk":
            return f"{office.name}旬报表", (), office.name
        if trap in ("desk_file", "desk_unclear", "unknown_no_unit"):
            return "旬报表", (), None
        if trap == "period_conflict":
            before = [p for p in self.rules.periods if p < period]
            other = before[-1] if before else period
            return f"报送{other.month}月{other.day}日旬报表", (other,), None
        prefix = {
            "buchong": "补报：",
            "correction": "更正：",
            "reissue": "重报",
        }.get(trap, "")
        ways = [
            ("旬报表", ()),
            (f"{office.name}旬报表", ()),
            (f"报送{self.town.title}", ()),
            (f"关于报送{office.name}旬报表的函", ()),
            (f"{office.name}{m}月{d}日旬报表", (period,)),
            (f"{period.year}年{m}月{d}日旬报", (period,)),
            (f"【旬报】{office.name}({m}.{d})", (period,)),
            ("", ()),
        ]
        if trap in ("no_date", "stale", "stale_unreported", "far"):
            ways = ways[:4]
        text, days = self.rng.choice(ways)
        return prefix + text, days, office.name if office.name in text else None

    def file_name(
        self, office: Office, period: date, trap: str
    ) -> tuple[str, tuple[date, ...], str | None]:
        m, d = period.month, period.day
        if trap == "desk_file":
            return f"{office.name}旬报表", (), office.name
        if trap in (
            "desk",
            "desk_unclear",
            "unknown_no_unit",
            "no_date",
            "stale",
            "stale_unreported",
            "far",
        ):
            return "附件3", (), None
        ways = [
            ("附件3", ()),
            ("旬报表", ()),
            (f"{office.name}旬报表", ()),
            (self.town.title, ()),
            (f"旬报表（{m}月{d}日）", (period,)),
            (f"{office.name}{period.year}{m:02d}{d:02d}", (period,)),
            (f"附件3：{office.name}-{m}.{d}", (period,)),
            ("新建 Microsoft Word 文档", ()),
        ]
        text, days = self.rng.choice(ways)
        return text, days, office.name if office.name in text else None

    def body(self, trap: str) -> str:
        if trap == "in_force":
            return "前一份数据有误，以此件为准，谢谢。"
        return self.rng.choice(
            (
                "请查收。",
                "附件为本旬报表，请审阅。谢谢！",
                "各位领导好：\r\n    现将旬报表报上，请查收。\r\n\r\n工会办公室",
                "报表见附件，如有问题请联系。",
                "您好，旬报已填好，累计数在表内。",
            )
        )

    def wrap(self, form: str, trap: str) -> str:
        return (
            ""
            if form.startswith("body") or trap in ("resend", "again")
            else self.rng.choice(WRAPS)
        )
