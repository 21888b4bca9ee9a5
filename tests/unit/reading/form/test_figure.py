"""The figure by its words: rules.md 5, line by line."""

from dataclasses import replace

import pytest
from form_makers import COMPLETED, SPEC

from pipeline.model.form import Figure, Hold, Nil, Note
from pipeline.reading.form.figure import read_figure

UNCLEAR = Figure(holds=(Hold.FIGURE_UNCLEAR,))


def of(value: str, number: float | None = None, label: str = COMPLETED) -> Figure:
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
        ("356，同比增长12%", Figure(356)),
        ("356\n完成率\n0.52", Figure(356, rate=0.52)),
        ("截至2015年9月10日累计1234名", Figure(1234)),
        ("截至本旬累计1234名", Figure(1234)),
        ("新建工会12家，累计发展会员1234名", Figure(1234)),
        ("累计4937名，其中女性30名", Figure(4937)),
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
    ],
)
def test_nothing_settles(value: str) -> None:
    assert of(value) == UNCLEAR


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
    assert of("", label="已完成目标任务数（新增 1,286 名农民工入会）") == Figure(1286)
    assert of("", label="（新增1286名农民工入会）") == Figure(1286)
    assert of("", label="（新增 一千二百八十六 名农民工入会）") == Figure(1286)
    assert of("", label="（新增 0 名农民工入会）") == Figure(0, nil=Nil.NOUGHT)
    assert of("", label="（新增 无 名农民工入会）") == Figure(nil=Nil.NONE)


def test_label_and_value_agree_or_not() -> None:
    label = "已完成目标任务数（新增 1044 名农民工入会）"
    assert of("1044名", label=label) == Figure(1044)
    assert of("1057", label=label) == Figure(1057, holds=(Hold.FIGURE_UNCLEAR,))
    assert Hold.FIGURE_UNCLEAR in of("无", label=label).holds
    assert of("无", label="（新增 0 名农民工入会）") == Figure(0, nil=Nil.NOUGHT)
    assert of("与上期持平", label="（新增 无 名农民工入会）") == Figure(nil=Nil.SAME)
    assert of("累计4937名，本旬新增1044名", label=label) == Figure(4937, 1044)
    assert of("", number=1044.0, label=label) == Figure(1044)


def test_a_label_may_say_what_its_bare_number_means() -> None:
    assert of("80", label="已完成目标任务数（本旬新增   名农民工入会）") == Figure(
        added=80
    )
    assert of("", label="已完成目标任务数（本旬新增 80 名农民工入会）") == Figure(
        added=80
    )
    increment = replace(SPEC, count="increment")
    assert read_figure(
        "已完成目标任务数（累计   名）", "356", None, increment
    ) == Figure(356)


def test_a_typed_number_goes_before_its_display() -> None:
    assert of("1.03万", 10312.0) == Figure(10312)
    assert of("", 356.0) == Figure(356)
    assert of("", 0.0) == Figure(0, nil=Nil.NOUGHT)
    assert of("356.5", 356.5) == UNCLEAR
    assert of("51.9%", 0.519) == replace(UNCLEAR, rate=0.519)
    assert of("-5", -5.0) == UNCLEAR
    assert of("", float("nan")) == UNCLEAR
    assert of("", 1e300) == UNCLEAR
    assert of("1234", float("inf")) == Figure(1234)


def test_an_increment_by_the_spec() -> None:
    spec = replace(SPEC, count="increment")
    assert read_figure(COMPLETED, "80", None, spec) == Figure(added=80)
    assert read_figure(COMPLETED, "累计356名，本旬80名", None, spec) == Figure(356, 80)
    assert read_figure(COMPLETED, "0", None, spec) == Figure(added=0, nil=Nil.NOUGHT)
    assert read_figure("（新增 80 名农民工入会）", "80名", None, spec) == Figure(
        added=80
    )
