"""The words of one campaign (rules.md 12): what is counted, by what name a report goes,
how its units are called.

Every sentence of a letter or a document that speaks of the campaign's matter takes its
words from here. Values only: the config fills them, the schedule names the report.
"""

from enum import StrEnum
from functools import cached_property

from pipeline.model.month import Month, year_and_number
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.vocabulary import PRAISED_FOR


@frozen
class UnitKind:
    """A kind of units, ranked among themselves: 县（市、区）, 街道, 学校.

    `addressee` is how a bulletin addresses all of them (各县（市、区）); `growth`: their
    `base` is their own, so that growth on it means something (rules.md 1).
    """

    id: str
    name: str
    addressee: str = ""
    growth: bool = False


class PeriodKind(StrEnum):
    """What a period is, and so what it is called."""

    # 旬
    TEN_DAYS = "ten_days"
    WEEK = "week"
    HALF_MONTH = "half_month"
    MONTH = "month"
    QUARTER = "quarter"
    # Any other days of the month
    DAYS = "days"


@frozen
class PeriodWords:
    """`report` is what a unit sends (旬报), `span` the stretch that one covers (每旬),
    `of_month` the spans of a month (本月各旬). `month` is what a `bulletin` covers."""

    report: str
    span: str
    of_month: str
    month: str = "月"
    bulletin: str = "月度通报"


PERIOD_WORDS = {
    PeriodKind.TEN_DAYS: PeriodWords("旬报", "旬", "旬"),
    PeriodKind.WEEK: PeriodWords("周报", "周", "周"),
    PeriodKind.HALF_MONTH: PeriodWords("半月报", "期", "期"),
    PeriodKind.MONTH: PeriodWords("月报", "月", "期"),
    PeriodKind.QUARTER: PeriodWords(
        report="季报",
        span="季度",
        of_month="期",
        month="季度",
        bulletin="季度通报",
    ),
    PeriodKind.DAYS: PeriodWords("报表", "期", "期"),
}

DEFAULT_KINDS = (
    UnitKind("county", "县（市、区）", "各县（市、区）", growth=True),
    UnitKind("municipal", "市级单位", "市级各有关单位"),
)


def quarter_name(month: int) -> str:
    """The quarter that a month from 1 to 12 lies in: 第一季度."""
    return f"第{'一二三四'[(month - 1) // 3]}季度"


@frozen
class FormLabels:
    """How the form heads its fields: the first of each field's labels."""

    unit: str = "报送单位"
    date: str = "报送时间"
    completed: str = "已完成目标任务数"
    measures: str = "主要工作举措"

    @property
    def deeds(self) -> str:
        """What stands under the head of the measures, as a sentence calls it: 工作举措."""
        return self.measures.removeprefix("主要")

    @property
    def short_deeds(self) -> str:
        """The same as briefly as people say it: 举措, 做法."""
        return self.deeds.removeprefix("工作") or self.deeds


@frozen
class CampaignWords:
    """How the campaign's letters and documents speak.

    `counted` is what the figure counts (农民工会员), `unit` its measure word, `verb` how
    it comes about (新增, 排查), `whole` all units together (全市), `term` the time that
    the target is for (全年), `base` what growth is measured on (会员数). `drive` is the
    undertaking (集中行动), `topic` the matter of a talk (农民工入会), `prepare` what a
    unit called in brings, `aftercare` what is left to do when the target is met.
    `circulation` is the publication of who was called in twice, `audience` before whom.
    `praised` is what good practice is about; of () whatever is counted.
    `guides` are the groups that guide units. `due` says in words when a report is due.
    """

    counted: str = ""
    verb: str = "新增"
    unit: str = "名"
    whole: str = "各单位"
    term: str = "全年"
    base: str = "基数"
    drive: str = "本项工作"
    topic: str = ""
    prepare: str = "本单位有关底数"
    aftercare: str = "要巩固已有成果，做好后续工作"
    circulation: str = "全面通报"
    audience: str = "在全部单位范围内"
    guides: str = "督促指导推进组"
    due: str = ""
    period: PeriodWords = PERIOD_WORDS[PeriodKind.TEN_DAYS]
    kinds: tuple[UnitKind, ...] = DEFAULT_KINDS
    praised: tuple[str, ...] = PRAISED_FOR
    labels: FormLabels = FormLabels()

    @property
    def report(self) -> str:
        """What a unit sends: 旬报."""
        return self.period.report

    @property
    def form(self) -> str:
        """The paper that it stands on: 旬报表."""
        if self.report.endswith("表"):
            return self.report
        return f"{self.report}表"

    @property
    def span(self) -> str:
        return self.period.span

    @property
    def so_far(self) -> str:
        """累计新增."""
        return f"累计{self.verb}"

    @property
    def by_quarter(self) -> bool:
        """Whether units report by the quarter, so that a bulletin covers one."""
        return self.period.month == PERIOD_WORDS[PeriodKind.QUARTER].month

    @property
    def month(self) -> str:
        """What a bulletin covers: 月, 季度."""
        return self.period.month

    @property
    def this_month(self) -> str:
        """本月, 本季度."""
        return f"本{self.month}"

    @property
    def last_month(self) -> str:
        return f"上{self.month}"

    @property
    def next_month(self) -> str:
        return f"下{self.month}"

    @property
    def every_month(self) -> str:
        return f"每{self.month}"

    @property
    def which_month(self) -> str:
        """哪个月, 哪个季度."""
        return f"哪个{self.month}"

    @property
    def bulletin(self) -> str:
        """月度通报, 季度通报."""
        return self.period.bulletin

    def month_name(self, month: Month) -> str:
        """What a bulletin covers, by name: 2015年9月, 2024年第一季度."""
        year, number = year_and_number(month)
        if self.by_quarter:
            return f"{year}年{quarter_name(number)}"
        return f"{year}年{number}月"

    @property
    def month_growth(self) -> str:
        """本月新增."""
        return f"{self.this_month}{self.verb}"

    @property
    def added_name(self) -> str:
        """What a form asks for that counts increments: 本旬新增数."""
        return f"本{self.span}{self.verb}数"

    @property
    def pace_name(self) -> str:
        """每旬需新增."""
        return f"每{self.span}需{self.verb}"

    @property
    def pace_short(self) -> str:
        """每旬新增."""
        return f"每{self.span}{self.verb}"

    @property
    def whole_target(self) -> str:
        """全年目标."""
        return f"{self.term}目标"

    @property
    def how_many(self) -> str:
        """人数 where people are counted."""
        return "人数" if self.rounded_to == "人" else "数"

    @property
    def base_is_named(self) -> bool:
        """Whether it is said what stood at the end of last year: 会员数 grow, 基数 are
        only what growth is measured on."""
        return self.base != CampaignWords.base

    @property
    def base_column(self) -> str:
        """上年末会员 for 会员数."""
        short = self.base.removesuffix("数")
        return f"上年末{short if len(short) > 1 else self.base}"

    @property
    def rounded_to(self) -> str:
        """What a figure is rounded to: 人 where people are counted."""
        if self.unit in ("名", "人", "位"):
            return "人"
        return f"整{self.unit}"

    @property
    def target_name(self) -> str:
        """年度目标, 本学期目标."""
        return f"{'年度' if self.term == '全年' else self.term}目标"

    @cached_property
    def kind_names(self) -> dict[str, str]:
        """The names of the kinds by their ids, in the config's order."""
        return {kind.id: kind.name for kind in self.kinds}

    def kind_name(self, kind: str) -> str:
        """The name of a kind; its id where the config knows it no more."""
        return self.kind_names.get(kind, kind)

    @property
    def growing(self) -> tuple[UnitKind, ...]:
        """The kinds whose growth on the base is told."""
        return tuple(kind for kind in self.kinds if kind.growth)

    def told(self, figure: int | None) -> str:
        """1,234名; 尚无数据 for None."""
        if figure is None:
            return "尚无数据"
        return self.counts(figure)

    def counts(self, figure: int | None) -> str:
        """1,234名; — for None."""
        if figure is None:
            return "—"
        return f"{figure:,}{self.unit}"


PLAIN_WORDS = CampaignWords()
