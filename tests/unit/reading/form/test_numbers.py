"""Ways of writing a number that clerks use, and what only looks like a number."""

from decimal import Decimal

import pytest

from pipeline.reading.form.numbers import find, normalise, parse, vague


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234", 1234),
        ("１２３４", 1234),
        ("1,234", 1234),
        ("1，234", 1234),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("1,234,567", 1234567),
        ("1234名", 1234),
        ("1234 人", 1234),
        ("１２３４个", 1234),
        ("一千二百三十四", 1234),
        ("壹仟贰佰叁拾肆", 1234),
        ("一千零五", 1005),
        ("一千零五十", 1050),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("廿五", 25),
        ("卅", 30),
        ("两百", 200),
        ("一百一", 110),
        ("三千五", 3500),
        ("一万二", 12000),
        ("一万零二", 10002),
        ("一万零二十", 10020),
        ("十万零五", 100005),
        ("一亿零三万", 100030000),
        ("一二三四", 1234),
        ("一二〇〇", 1200),
        ("1千2百", 1200),
        ("〇", 0),
        ("零", 0),
        ("356.0", 356),
    ],
)
def test_one_number(text: str, value: int) -> None:
    number = parse(text)
    assert number is not None
    assert number.value == value
    assert not number.approximate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.2万", 12000),
        ("1.03万名", 10300),
        ("2万", 20000),
        ("一点二万", 12000),
        ("１．２万", 12000),
    ],
)
def test_tens_of_thousands_are_rounded(text: str, value: int) -> None:
    number = parse(text)
    assert number is not None
    assert (number.value, number.rounded) == (value, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "名",
        "无",
        "千百",
        "百",
        "一体化",
        "12家",
        "1,2345",
        "3560 400",
        "第一",
        "十百",
        "点五",
    ],
)
def test_no_single_number(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "约1200名",
        "近1200人",
        "1200余名",
        "1200多人",
        "1200名左右",
        "大约1200",
        "1200人以上",
        "1200来人",
        "超过1200名",
        "三百多人",
    ],
)
def test_approximate(text: str) -> None:
    (number,) = find(normalise(text))
    assert number.approximate


@pytest.mark.parametrize(
    "text",
    ["最近1200名", "1200名", "任务数1200", "1200名，多为女工", "来自三镇的1200名"],
)
def test_not_approximate(text: str) -> None:
    assert not any(n.approximate for n in find(normalise(text)))


@pytest.mark.parametrize("text", ["几百名", "数十人", "三四百人", "若干名"])
def test_vague(text: str) -> None:
    assert vague(text)


@pytest.mark.parametrize(
    ("text", "share"), [("51.9%", "0.519"), ("５２％", "0.52"), ("百分之五十", "0.5")]
)
def test_shares(text: str, share: str) -> None:
    (number,) = find(normalise(text))
    assert (number.value, number.percent) == (Decimal(share), True)


def test_words_hold_no_numbers() -> None:
    assert find("推进一体化，统一思想，第一书记十分重视，千方百计") == ()


def test_list_marks_are_no_figures() -> None:
    assert [n.value for n in find(normalise("①356名"))] == [356]


def test_minus_is_seen() -> None:
    assert [n.negative for n in find(normalise("－5，负6，8-9"))] == [
        True,
        True,
        False,
        False,
    ]
