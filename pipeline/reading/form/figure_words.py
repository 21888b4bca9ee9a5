"""The words that may stand beside a figure, and what each says of the number it goes
with (rules.md 5): the vocabulary of the figure's grammar.

For: figure_tokens.py, which takes a figure's text apart by it. A word that stands in no
line here is not understood, and a number beside it is held; so a new way of writing is
one line here, with an example, which is a test. Never a pattern: whole words, whose
characters may stand apart (新 增).
"""

from enum import StrEnum

from pipeline.model.values.frozen import frozen


class Kind(StrEnum):
    # The number is cumulative, whatever else stands beside it
    SUM = "sum"
    # Cumulative, unless this period stands beside it
    TOTAL = "total"
    # What was reached: as TOTAL
    DONE = "done"
    # This period's part
    ADDED = "added"
    # Added beside a total, else a bare number
    NEW = "new"
    # What a union does: new members only where a word says that they joined
    EFFORT = "effort"
    # Up to a day: the period or day behind it limits nothing
    UNTIL = "until"
    # Another stretch of time than the period: settles nothing
    STRETCH = "stretch"
    # The last report's number
    PREVIOUS = "previous"
    TARGET = "target"
    # Of the whole year: planned, unless a word says that it was reached
    YEARLY = "yearly"
    REMAINING = "remaining"
    FEWER = "fewer"
    RATE = "rate"
    GROWTH = "growth"
    # A part of the number before it
    PART = "part"
    # A part that may also be counted beside the rest: a trade
    TRADE = "trade"
    # Of the whole union, not the new ones
    MEMBERS = "members"
    # Unions, firms, sites are counted
    BODIES = "bodies"
    RANK = "rank"
    # Nothing new in this period
    NONE = "none"
    # A list is enclosed: says nothing, in a clause of its own
    NOTED = "noted"
    ABOUT = "about"
    PERSON = "person"
    # Something else than people is counted
    OTHER = "other"
    # Who is counted
    PEOPLE = "people"
    # Who is not a member yet: counts only with a verb
    WORKERS = "workers"
    # 农民工: a part that is named so is what the form asks for
    CORE = "core"
    OF = "of"
    HARMLESS = "harmless"


@frozen
class Words:
    """`example` is a value cell's text with one of the words, `reads` its figure:
    "356" completed, "356+12" with the part added, "+12" that alone, "about 356" held as
    approximate, "hold" held as unclear."""

    kind: Kind
    words: tuple[str, ...]
    example: str
    reads: str


def _words(kind: Kind, words: str, example: str, reads: str) -> Words:
    return Words(kind, tuple(words.split()), example, reads)


VOCABULARY: tuple[Words, ...] = (
    _words(
        Kind.SUM,
        "累计 累积 总计 合计 累计数 累计人数 合计数 累计完成 累计新增 累计发展 "
        "累计入会 累计已完成 累计完成数 累计已发展",
        "累计356名",
        "356",
    ),
    _words(
        Kind.TOTAL,
        "总共 一共 共计 共 共新增 共发展 共完成 共有 共吸收 共入会",
        "共356名",
        "356",
    ),
    _words(
        Kind.TOTAL,
        "达到 达 已达 已达到",
        "已达356名",
        "356",
    ),
    _words(
        Kind.DONE,
        "已完成 已经完成 已发展 已经发展 已入会 已吸收 已吸纳 已新增 已新发展 已办理 "
        "现已完成 现已发展 完成 完成数 完成任务数 完成人数 已完成数 完成任务 "
        "已完成任务 已完成任务数 实际完成 实际完成数",
        "已完成356名",
        "356",
    ),
    _words(
        Kind.DONE,
        "完成情况 已完成人数 完成总数 已发展人数",
        "完成情况：356名",
        "356",
    ),
    _words(
        Kind.ADDED,
        "本旬 当旬 这一旬 本旬内 本期 当期 本期内 这一期",
        "本旬新增12名，累计356名",
        "356+12",
    ),
    _words(
        Kind.ADDED,
        "较上期 比上期 较上旬 比上旬 较前期 比前期 较上一期 比上一期 较上一旬 "
        "比上一旬 较上次 比上次 环比",
        "较上期增加12名",
        "+12",
    ),
    _words(
        Kind.NEW,
        "新增 净增 新增加 增加 新发展 发展 新入会 增长 增 新增数 新增人数 入会",
        "新增356名",
        "356",
    ),
    _words(
        Kind.NEW,
        "吸收 吸纳 新吸收 新吸纳 新加入 加入 发展会员数 新增会员数",
        "新吸收356名会员",
        "356",
    ),
    _words(
        Kind.EFFORT,
        "组织 动员 办理",
        "动员356人",
        "hold",
    ),
    _words(
        Kind.UNTIL,
        "截至 截止 截止到 截至到 截止至",
        "截至目前累计356名",
        "356",
    ),
    _words(
        Kind.STRETCH,
        "本月 当月 本月内 较上月 比上月 较上个月 比上个月 较前月 比前月",
        "本月新增12名",
        "hold",
    ),
    _words(
        Kind.STRETCH,
        "中旬 下旬 本周 上周 今日 今天 当日 昨日 本日 本季 本季度 季度",
        "中旬新增12名",
        "hold",
    ),
    _words(
        Kind.PREVIOUS,
        "上期 上旬 上次 上一期 上一旬 上月 上个月 前期 前旬 上期数 上旬末 上期末 "
        "上月末 上月底",
        "上期340名，累计356名",
        "356",
    ),
    _words(
        Kind.PREVIOUS,
        "上年 去年 上年度 去年同期 上年同期 同期 2014年底 上年末 去年底",
        "上年356",
        "hold",
    ),
    _words(
        Kind.TARGET,
        "目标任务 目标任务数 年度目标任务 全年目标任务 目标 目标数 目标人数 年度目标 "
        "年目标 全年目标 总目标 任务 任务数 任务总数 目标任务总数 年度任务 全年任务 "
        "年任务 总任务 下达任务 下达目标 下达 计划 计划数 年度计划 全年计划 计划完成 "
        "计划发展 计划新增 应完成 应发展 应入会 分配任务 分解任务 任务目标",
        "目标任务600名，已完成356名",
        "356",
    ),
    _words(
        Kind.YEARLY,
        "全年 年度",
        "全年356名",
        "hold",
    ),
    _words(
        Kind.REMAINING,
        "还差 尚差 差 还需 尚需 还需新增 还有 未完成 尚未完成 剩余 还余 尚余 缺口 "
        "还应 尚欠 欠",
        "已完成356名，还差244名",
        "356",
    ),
    _words(
        Kind.FEWER,
        "减少 下降 流失 退会 减 负增长 净减",
        "较上期减少5名",
        "hold",
    ),
    _words(
        Kind.RATE,
        "完成率 比例 占比 比率 完成比例 完成进度 进度 占 入会率 任务完成率 目标完成率 "
        "目标任务完成率 率",
        "356名，完成率59.3%",
        "356",
    ),
    _words(
        Kind.GROWTH,
        "同比 增幅 提高 提升 上升 增速 同比增长 人均 日均 月均 旬均 平均 每天 每月 "
        "每旬",
        "356名，同比增长12%",
        "356",
    ),
    _words(
        Kind.PART,
        "其中 其中含 含 包括 包含 男 女 男性 女性 男职工 女职工 男会员 女会员 "
        "女农民工 男农民工 男工 女工 妇女 男同志 女同志 实名登记 实名 实名制 实名登记数 实名制登记 已实名 "
        "已实名登记 已录入 已录入系统 线上入会 线下入会 线上 线下 网上 现场入会 "
        "录入系统 系统录入 网上入会 困难职工 党员",
        "356人（含女职工30人）",
        "356",
    ),
    _words(
        Kind.TRADE,
        "货车司机 快递员 网约车司机 新业态 新就业形态 新就业形态劳动者 建筑工人",
        "356人（含货车司机30人、快递员12人）",
        "356",
    ),
    _words(
        Kind.MEMBERS,
        "会员总数 总数 总人数 会员数 会员总人数 工会会员总数 工会会员数 会员共 "
        "会员人数 职工总数 职工人数 职工数 在册会员 现有 现有会员 现有职工 共有会员 "
        "共有职工",
        "会员总数356",
        "hold",
    ),
    _words(
        Kind.BODIES,
        "工会 基层工会 工会组织 基层工会组织 企业 公司 单位 工会联合会 新建工会 "
        "新建基层工会 组建工会 新组建工会 组建基层工会 建会 建会企业 新建会 园区 工地 "
        "项目 项目部 站 点 会员之家 新建 组建 建立 新组建 成立 新成立 工会数 建会数",
        "新建工会12个，发展会员356人",
        "356",
    ),
    _words(
        Kind.RANK,
        "名次 位次 排名 排名第 位列 位列第 排位 名列 名列第 居 居第 位居 位居第 排",
        "356名，排名第3",
        "356",
    ),
    _words(
        Kind.NONE,
        "无新增 没有新增 未新增 暂无新增 无增加 没有增加 未增加 无新发展 未新发展 "
        "没有新发展 无新增会员 无新增人员 无新增农民工 持平 与上期持平 与上旬持平 "
        "同上期 无变化 没有变化 无变动",
        "累计356名，本旬无新增",
        "356+0",
    ),
    _words(
        Kind.NOTED,
        "见附件 详见附件 见附表 详见附表 附后 附名单 名单附后 名单另附 名单见附件 "
        "名册附后 花名册附后 花名册见附件",
        "356名，名单附后",
        "356",
    ),
    _words(
        Kind.ABOUT,
        "约 大约 大概 近 将近 接近 超过 超 逾 不足 不到 至少 突破 余 多 左右 上下 "
        "以上 来 几 ≈ + 约为 约有 大致",
        "约356名",
        "about 356",
    ),
    _words(
        Kind.PERSON,
        "名 人 个 位",
        "356人",
        "356",
    ),
    _words(
        Kind.OTHER,
        "家 户 场 场次 次 人次 份 册 元 万元 亿元 天 岁 期 条 项 台 所 支 件 组 班 "
        "个工会 个基层工会 个企业 个项目 个站 个点 个县 个乡 个镇 个村 个乡镇 个街道 "
        "个园区 个工地 个百分点 百分点 家企业 家工会 家单位 户企业 批 批次 期次 辆 处 "
        "页 位数",
        "新建工会12家，累计发展会员356名",
        "356",
    ),
    _words(
        Kind.CORE,
        "农民工 农民工会员 农民工入会 农民工入会数 农民工人数",
        "新增农民工356名",
        "356",
    ),
    _words(
        Kind.PEOPLE,
        "会员 新会员 工会会员 职工会员 人数 入会人数 入会会员 新入会会员 新会员数 "
        "入会数 加入工会 加入工会组织 加入了工会 工会组织会员",
        "发展会员356人",
        "356",
    ),
    _words(
        Kind.WORKERS,
        "职工 人员 员工 劳动者 工人",
        "吸收职工356人",
        "356",
    ),
    _words(
        Kind.OF,
        "的",
        "356名的",
        "356",
    ),
    _words(
        Kind.HARMLESS,
        "目前 现在 现 已 止 末 底 到 至 为 是 有 数 数量 数字 数据 即 今年 本年 "
        "本年度 年内 今年以来 年初以来 以来 期间 自 从 起 于 全县 全区 全市 我县 我区 "
        "我市 我单位 本单位 本县 本区 本市 我会 本会 情况 如下 共计为 分别 "
        "均 全部 了 小计 整 公章 盖章 签章 "
        "全部实名登记 均已实名登记 已全部实名登记 全部已实名登记 全部实名 均已实名 "
        "全部录入系统 已全部录入系统 均已录入系统 全部录入",
        "我县共356名",
        "356",
    ),
)
