"""The figure by its words: rules.md 5, line by line."""

from dataclasses import replace

import pytest
from form_makers import COMPLETED, SPEC

from pipeline.model.form import DateMention, Figure, Hold, Nil, Note, Place
from pipeline.reading.form.figure import read_figure

UNCLEAR = Figure(holds=(Hold.FIGURE_UNCLEAR,))


def of(
    value: str, number: float | None = None, label: str = COMPLETED
) -> Figure:
    return read_figure(label, value, number, SPEC)


@pytest.mark.parametrize(
    ("value", "figure"),
    [
        ("1234", Figure(1234)),
        ("新增1234名", Figure(1234)),
        ("1-9月累计1234名", Figure(1234)),
        ("1月至9月份共新增农民工入会1234名", Figure(1234)),
        ("新建基层工会12个，发展会员1234人", Figure(1234)),
        ("本旬新增56名（男30名，女26名），累计1234名", Figure(1234, 56)),
        ("已完成 1234 名", Figure(1234)),
        ("已完成目标任务1234名", Figure(1234)),
        ("共1234人", Figure(1234)),
        ("1.03万", Figure(10300, notes=(Note.ROUNDED,))),
        ("累计4937名，本旬新增124名", Figure(4937, 124)),
        ("本旬新增124名，累计4937名", Figure(4937, 124)),
        ("本旬124名累计4937名", Figure(4937, 124)),
        ("124（本旬） 4937（累计）", Figure(4937, 124)),
        ("累计\n4937\n本旬新增\n124", Figure(4937, 124)),
        ("累计新增4937名（其中本旬新增124名）", Figure(4937, 124)),
        ("4937名（本旬新增124名）", Figure(4937, 124)),
        ("累计4937名，新增124名", Figure(4937, 124)),
        ("较上期增加20名，累计376名", Figure(376, 20)),
        ("上期累计320，本期累计356", Figure(356)),
        ("组织动员农民工入会356名", Figure(356)),
        ("比上旬增加20名，达到376名", Figure(376, 20)),
        ("上期356名，本旬新增20名，累计376名", Figure(376, 20)),
        ("累计376名，较上旬增长5.6%", Figure(376)),
        ("376名，排名第3", Figure(376)),
        ("376（叁佰柒拾陆）", Figure(376)),
        ("累计4937名，本旬无新增", Figure(4937, 0)),
        ("本旬新增80名", Figure(added=80)),
        ("较上期新增80名", Figure(added=80)),
        ("4374名，完成目标任务的51.9%", Figure(4374, rate=0.519)),
        ("356名，占目标任务600名的59.3%", Figure(356, rate=0.593)),
        ("完成600名的60%，即360名", Figure(360, rate=0.6)),
        ("年度目标600名，已完成356名", Figure(356)),
        ("全年累计完成356", Figure(356)),
        ("全年共356名", Figure(356)),
        ("356，同比增长12%", Figure(356)),
        ("356\n完成率\n0.52", Figure(356, rate=0.52)),
        ("截至2015年9月10日累计1234名", Figure(1234)),
        ("截至本旬累计1234名", Figure(1234)),
        ("新建工会12家，累计发展会员1234名", Figure(1234)),
        ("累计4937名，其中女性30名", Figure(4937)),
        ("1234人（含女职工300人）", Figure(1234)),
        ("1234人，其中女工300人", Figure(1234)),
        ("一○○", Figure(100)),
        ("已完成1234名，还差4203名", Figure(1234)),
        ("完成率98%（1234/1260）", Figure(1234, rate=0.98)),
        ("45（累计1234）", Figure(1234, 45)),
        ("本旬无新增，累计371", Figure(371, 0)),
        ("截止9.10 1234", Figure(1234)),
        ("1234人（其中实名登记1100人）", Figure(1234)),
        ("356\n新建工会\n12", Figure(356)),
        ("上期4444，本期4600", Figure(4600)),
        ("356.00000000000006", Figure(356)),
        ("1234\n其中实名登记\n1100", Figure(1234)),
        ("累计\n1234", Figure(1234)),
        ("本旬145\n累计4400", Figure(4400, 145)),
        ("本旬新增12名，\n累计新增356名。", Figure(356, 12)),
        ("1、本旬新增12名\n2、累计新增356名", Figure(356, 12)),
        ("本月新增120人，累计1165人", Figure(1165)),
        ("已完成1234名，占全年目标任务4800名的25.7%", Figure(1234, rate=0.257)),
        ("截至目前，我县累计发展农民工会员1234人。", Figure(1234)),
        ("新 增 1234 名", Figure(1234)),
        ("１２３４名。", Figure(1234)),
        (
            "本旬新增45名，累计完成1234名，完成率98%",
            Figure(1234, 45, rate=0.98),
        ),
        ("1234名（截至9月10日）", Figure(1234)),
        ("较上期增加45人，共计1234人", Figure(1234, 45)),
        ("男800人，女434人，合计1234人", Figure(1234)),
        ("任务数1260人，完成数1234人", Figure(1234)),
        ("✓356名", Figure(356)),
        ("上期340名，新增16名", Figure(added=16)),
        ("上期340名，新增16名，累计356名", Figure(356, 16)),
        ("本旬（9月1日-10日）新增45人，累计1234人", Figure(1234)),
        ("9月1日至9月10日新增45人，累计1234人", Figure(1234)),
        ("线上入会500人，线下入会734人，合计1234人", Figure(1234)),
        ("会员总数5678人，累计新增1234人", Figure(1234)),
        ("组织1234名农民工加入工会组织", Figure(1234)),
        ("356名.", Figure(356)),
        ("累计1234名/本旬45名", Figure(1234, 45)),
        ("1234人（较上期+45）", Figure(1234, 45)),
        ("截至9月10日24时，累计1234人", Figure(1234)),
        ("任务4800，完成1234，完成率25.7%", Figure(1234, rate=0.257)),
        ("1234人（壹仟贰佰叁拾肆人）", Figure(1234)),
        ("本旬0人，累计371人", Figure(371, 0)),
        ("应完成4800人，实际完成1234人", Figure(1234)),
        ("计划完成4800人，实际完成1234人", Figure(1234)),
        ("货车司机34人，快递员200人，共计1234人", Figure(1234)),
        ("1234\n新建工会数\n12", Figure(1234)),
        ("1234，97.9%", Figure(1234, rate=0.979)),
        ("完成97.9%，1234人", Figure(1234, rate=0.979)),
        ("①本旬45名；②累计1234名", Figure(1234, 45)),
        ("上期累计1189名，本期新增45名，累计1234名", Figure(1234, 45)),
    ],
)
def test_words_settle(value: str, figure: Figure) -> None:
    assert of(value) == figure


@pytest.mark.parametrize(
    "value",
    [
        "",
        "____",
        "—",
        "见附件",
        "3560 400",
        # One number on two lines of a narrow column
        "本旬无新增，累计1\n1",
        "累计12\n12",
        "累计356 356",
        "12 | 12",
        '1"1',
        "356\n356",
        "300-400名",
        "4813+124",
        "-5",
        "356.5",
        "356，新增20名",
        "较上期减少5名",
        "本旬累计124名",
        "累计356名，共400名",
        "累计4937名，其中农民工3000名",
        "99999999",
        "2015年9月10日",
        "1,2345",
        "≥356",
        "<356",
        "35\ufffd",
        "3**",
        "35X",
        "35O",
        "I20名",
        "v2",
        "QQ356",
        "356号文",
        "见附件3",
        "参见表2",
        ".356",
        "356‰",
        "排名356",
        "还差356名",
        "未完成356",
        "拟发展356名",
        "预计356",
        "争取356",
        "意向入会356名",
        "如356",
        "（请填数字，如356）",
        "上年356",
        "原报356",
        "误报356",
        "356（待核）",
        "356（预计）",
        "356（上期数）",
        "356¹",
        "356²",
        "本月新增120人",
        "较上月增加120人",
        "9月份完成45名",
        "9月中旬完成45名",
        "会员总数1234",
        "380?",
        "估计1234",
        "暂定1234",
        "初步统计1234",
        "120\n更正：上述数字应为356",
        "12\n34",
        "1\t356",
        "l28",
        "O234",
        "目标新增12869名",
        "目标完成356名",
        "计划完成356名",
        "本期4600",
        "上期4444，本期4000",
        "累计5名，本旬新增12名",
        "本旬新增12名，本旬无新增",
        "12，累计",
        "356名，还差",
        "356无新增",
        "完成率98%（1234/9999）",
        "1234/1260",
        "«人数1»",
        "{{num1}}",
        "3.56E+02",
        "\u202e653",
        "3̶5̶6",
        "0356",
        "现有356名",
        "611户1",
        "排名60 2",
        "98%\n2",
        "排名60\n2",
        "上期83 2",
        "12家356名",
        "356名2",
        "上期1234名，累计356名",
        "上期1234名，45名",
        "上期340名，新增16名，累计371名",
        "新增农民工会员45人，总数1234人",
        "净增45人，会员总数1234人",
        "总数1234人",
        "农民工会员总数1234人",
        "线上入会500人，线下入会734人",
        "现有会员356名",
        "职工356",
        "+356x",
        "356[1]",
        "1 2 3 4",
        "1. 234",
        "1、234",
        "含356名",
        "去年356",
        "流失356",
        "356名退会",
        "12：30",
        "从340增加到356",
        "□累计　☑新增　356名",
        "356（户）",
        "农民工1200名，货车司机34名",
        "1.农民工1200\n2.货车司机34",
        "356（人次）",
        "上期累计1189名，本期45名",
        "12,34%",
        ",234",
        "356人/天",
        "动员356名农民工",
        "上期320，本期累计356",
        # The plan of the year, or what was reached in it
        "全年356",
        "年度：356名",
        "356（全年）",
    ],
)
def test_nothing_settles(value: str) -> None:
    assert replace(of(value), rate=None) == UNCLEAR


def test_a_rate_alone_is_no_figure() -> None:
    assert of("52%") == replace(UNCLEAR, rate=0.52)


@pytest.mark.parametrize(
    "value", ["约1234名", "近1234名", "1234余名", "1234多名", "1234名左右"]
)
def test_approximate_keeps_the_number(value: str) -> None:
    assert of(value) == Figure(1234, holds=(Hold.FIGURE_APPROXIMATE,))


def test_approximate_without_a_number() -> None:
    assert of("几百名") == Figure(holds=(Hold.FIGURE_APPROXIMATE,))


@pytest.mark.parametrize(
    ("value", "nil", "completed"),
    [
        ("0", Nil.NOUGHT, 0),
        ("0名", Nil.NOUGHT, 0),
        ("零", Nil.NOUGHT, 0),
        ("无", Nil.NONE, None),
        ("较上期无新增", Nil.NONE, None),
        ("本期与上期持平", Nil.SAME, None),
        ("无。", Nil.NONE, None),
        ("暂无", Nil.NONE, None),
        ("本旬无新增", Nil.NONE, None),
        ("同上期", Nil.SAME, None),
        ("与上期持平", Nil.SAME, None),
        ("与上旬持平", Nil.SAME, None),
    ],
)
def test_nil(value: str, nil: Nil, completed: int | None) -> None:
    assert of(value) == Figure(completed, nil=nil)


def test_the_labels_blank_counts() -> None:
    assert of(
        "", label="已完成目标任务数（新增 1,286 名农民工入会）"
    ) == Figure(1286)
    assert of("", label="（新增1286名农民工入会）") == Figure(1286)
    assert of("", label="（新增 一千二百八十六 名农民工入会）") == Figure(1286)
    assert of("", label="（新增 0 名农民工入会）") == Figure(0, nil=Nil.NOUGHT)
    assert of("", label="（新增 无 名农民工入会）") == Figure(nil=Nil.NONE)


@pytest.mark.parametrize(
    "blank",
    [
        "≥356",
        "目标新增 356",
        "还需新增 356",
        "未新增 356",
        "预计新增 356",
        "新增 356 名（上期）",
        "新增 35O 名",
    ],
)
def test_a_word_in_the_labels_blank_must_be_understood(blank: str) -> None:
    label = f"已完成目标任务数（{blank} 名农民工入会）"
    assert of("", label=label).holds == (Hold.FIGURE_UNCLEAR,)
    assert Hold.FIGURE_UNCLEAR in of("356", label=label).holds


def test_what_was_not_understood_is_kept_to_be_shown() -> None:
    figure = of("预计356名")
    assert figure.unexplained == ("预计",)
    assert [(n.value, n.place) for n in figure.seen] == [(356, Place.VALUE)]
    both = of("1057", label="已完成目标任务数（新增 1044 名农民工入会）")
    assert [(n.value, n.place) for n in both.seen] == [
        (1044, Place.LABEL),
        (1057, Place.VALUE),
    ]


def test_the_noun_of_the_forms_own_title_is_understood() -> None:
    spec = replace(SPEC, title="某市志愿者注册旬报表")
    assert read_figure(COMPLETED, "新增志愿者356名", None, spec) == Figure(356)
    assert of("新增志愿者356名").holds == (Hold.FIGURE_UNCLEAR,)


def test_the_beginning_of_what_is_counted_is_not_understood() -> None:
    spec = replace(SPEC, counted="农民工会员")
    read = read_figure(COMPLETED, "农民356名", None, spec)
    assert read.holds == (Hold.FIGURE_UNCLEAR,)


def test_a_day_of_another_period_settles_nothing() -> None:
    day = DateMention(9, 10, 2015, "2015年9月10日")
    read = read_figure(COMPLETED, "8月底累计1200，本旬34", None, SPEC, day)
    assert read.holds == (Hold.FIGURE_UNCLEAR,)
    months = read_figure(COMPLETED, "1-8月累计1200名", None, SPEC, day)
    assert months.holds == (Hold.FIGURE_UNCLEAR,)
    now = read_figure(COMPLETED, "1-9月累计1200名", None, SPEC, day)
    assert now == Figure(1200)
    same = read_figure(COMPLETED, "截至9月9日累计1234名", None, SPEC, day)
    assert same == Figure(1234)


def test_label_and_value_agree_or_not() -> None:
    label = "已完成目标任务数（新增 1044 名农民工入会）"
    assert of("1044名", label=label) == Figure(1044)
    assert of("1057", label=label) == Figure(1057, holds=(Hold.FIGURE_UNCLEAR,))
    assert Hold.FIGURE_UNCLEAR in of("无", label=label).holds
    assert of("无", label="（新增 0 名农民工入会）") == Figure(
        0, nil=Nil.NOUGHT
    )
    assert of("与上期持平", label="（新增 无 名农民工入会）") == Figure(
        nil=Nil.SAME
    )
    assert of("累计4937名，本旬新增1044名", label=label) == Figure(4937, 1044)
    assert Hold.FIGURE_UNCLEAR in of("", number=1044.0, label=label).holds


def test_a_label_may_say_what_its_bare_number_means() -> None:
    assert of(
        "80", label="已完成目标任务数（本旬新增   名农民工入会）"
    ) == Figure(added=80)
    assert of(
        "", label="已完成目标任务数（本旬新增 80 名农民工入会）"
    ) == Figure(added=80)
    increment = replace(SPEC, count="increment")
    assert read_figure(
        "已完成目标任务数（累计   名）", "356", None, increment
    ) == Figure(356)


def test_a_typed_number_goes_before_its_display() -> None:
    assert of("1.03万", 10312.0) == Figure(10312)
    assert of("356.00", 356.0) == Figure(356)
    assert of("356.00000000000006", 356.00000000000006) == Figure(356)
    assert of("0", 0.0) == Figure(0, nil=Nil.NOUGHT)
    assert of("356.5", 356.5) == UNCLEAR
    assert of("51.9%", 0.519) == replace(UNCLEAR, rate=0.519)
    assert of("-5", -5.0) == UNCLEAR
    assert of("", float("nan")) == UNCLEAR
    assert of("", 1e300) == UNCLEAR
    assert of("1234", float("inf")) == Figure(1234)


@pytest.mark.parametrize(
    ("shown", "number"),
    [
        ("", 356.0),  # under ;;; nothing is shown
        ("", 0.0),
        ("1900", 356.0),  # under yyyy
        ("五", 356.0),  # under aaa
        ("-", 0.0),
        ("356", 1356.0),
        ("355", 355.49999999999994),
        ("0.4万", 356.0),
    ],
)
def test_a_number_that_its_format_does_not_show_is_held(
    shown: str, number: float
) -> None:
    assert of(shown, number) == UNCLEAR


def test_an_increment_by_the_spec() -> None:
    spec = replace(SPEC, count="increment")
    assert read_figure(COMPLETED, "80", None, spec) == Figure(added=80)
    assert read_figure(COMPLETED, "累计356名，本旬80名", None, spec) == Figure(
        356, 80
    )
    assert read_figure(COMPLETED, "0", None, spec) == Figure(
        added=0, nil=Nil.NOUGHT
    )
    assert read_figure(
        "（新增 80 名农民工入会）", "80名", None, spec
    ) == Figure(added=80)


@pytest.mark.parametrize("text", ["○", "○名", "累计○名"])
def test_a_circle_alone_is_no_nought(text: str) -> None:
    assert Hold.FIGURE_UNCLEAR in of(text).holds
