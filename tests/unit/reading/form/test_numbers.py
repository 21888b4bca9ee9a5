"""Ways of writing a number that clerks use, and what only looks like a number."""

from decimal import Decimal

import pytest

from pipeline.reading.form.numbers import Number, as_seen, number_at, whole


def parse(text: str) -> Number | None:
    """The number that a text consists of, 名/人/个 behind it aside."""
    line = as_seen(text).strip()
    number = number_at(line, 0) if line else None
    if number is None or line[number.end :].strip() not in (
        "",
        "名",
        "人",
        "个",
    ):
        return None
    return number


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
        ("1万2345", 12345),
        ("〇", 0),
        ("零", 0),
        ("356.0", 356),
    ],
)
def test_one_number(text: str, value: int) -> None:
    number = parse(text)
    assert number is not None
    assert number.value == value


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
        # 102 or 120: the form of documents leaves no unit out
        "壹佰贰",
        # 12,000 or 10,002
        "1万2",
        "3千5",
        "1万345",
        # 3,560 or a list's mark behind
        "356十",
        "12百",
        # A place to be filled in
        "○○",
        # A digit may be lost before the nought
        "0356",
        "0,356",
    ],
)
def test_no_single_number(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "1,2345",
        "12,34",
        "3.4.5",
        "1\t234",
        "1\u3000234",
        "1\n234",
        "1_234",
        "1, 234",
        "٣٥٦",
    ],
)
def test_digits_are_never_joined_across_what_groups_no_thousands(
    text: str,
) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("text", ["356¹", "356₂", "35½", "356²", "3①"])
def test_raised_digits_and_circles_are_no_digits(text: str) -> None:
    assert parse(text) is None


def test_what_nobody_sees_parts_no_number() -> None:
    number = parse("3\u200b56\ufeff")
    assert number is not None
    assert number.value == 356


@pytest.mark.parametrize(
    ("text", "share"),
    [("51.9%", "0.519"), ("５２％", "0.52"), ("百分之五十", "0.5")],
)
def test_shares(text: str, share: str) -> None:
    number = number_at(as_seen(text), 0)
    assert number is not None
    assert (number.value, number.percent) == (Decimal(share), True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("356.00000000000006", 356),
        ("355.99999999999994", 356),
        ("355.49999999999994", None),
        ("356.5", None),
        ("0.0", 0),
        ("10000000", 10_000_000),
    ],
)
def test_a_broken_number_is_whole_to_fifteen_digits(
    text: str, value: int | None
) -> None:
    assert whole(Decimal(text)) == value
