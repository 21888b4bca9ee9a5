"""Ways of writing a day, and figures that are no days."""

import pytest

from pipeline.model.form import MentionSource
from pipeline.reading.form.dates import MOST, mentions, without_days


def named(text: str) -> list[tuple[int | None, int, int]]:
    return [(m.year, m.month, m.day) for m in mentions(text)]


@pytest.mark.parametrize(
    "text",
    [
        "2015，9，10",
        "2015年9.10",
        "2015年9月10日",
        "2015 年 9 月 10 日",
        "２０１５年９月１０日",
        "2015年09月10号",
        "15年9月10日",
        "2015.9.10",
        "２０１５．９．１０",
        "2015.9.10.",
        "2015-09-10",
        "2015－9－10",
        "2015-09-10 16:30:00",
        "2015-09-10T16:30",
        "2015/9/10",
        "15/9/10",
        "15.9.10",
        "9/10/2015",
        "20150910",
        "2015 9 10",
        "二〇一五年九月十日",
        "二○一五年九月十日",
        "二O一五年九月十日",
        "2O15年9月1O日",
        "二零一五年九月十日",
        "2015年9月上旬",
        "2015年九月第一旬",
    ],
)
def test_full_dates(text: str) -> None:
    assert named(text) == [(2015, 9, 10)]


@pytest.mark.parametrize(
    "text", ["2015年9月2 0日", "2015年9月10、20日", "9月10和20日"]
)
def test_digits_before_another_day_are_none_alone(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        ("9月10日", 9, 10),
        ("9月10号", 9, 10),
        ("9月10", 9, 10),
        ("十月二十日", 10, 20),
        ("十二月三十日", 12, 30),
        ("9.10", 9, 10),
        ("9-10", 9, 10),
        ("9/10", 9, 10),
        ("农民工入会旬报9.10.docx", 9, 10),
        ("12.30旬报", 12, 30),
        ("附件3-9.20", 9, 20),
        ("云台区-9.20旬报.docx", 9, 20),
        ("9月上旬", 9, 10),
        ("9月中旬", 9, 20),
        ("九月下旬", 9, 30),
        ("2月下旬", 2, 30),
    ],
)
def test_without_a_year(text: str, month: int, day: int) -> None:
    assert named(text) == [(None, month, day)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "356",
        "1234名",
        "1,234",
        "1.2万",
        "15.6万元",
        "3.5%",
        "2015年9月",
        "2015年",
        "33号文件",
        "附件3-1.docx",
        "表3-1",
        "附件3-1",
        "第1-2.3条",
        "10、20、30日",
        "13月10日",
        "9月32日",
        "0833-2345678",
        "年  月  日",
        "120150910",
        "10:30",
    ],
)
def test_no_day(text: str) -> None:
    assert named(text) == []


def test_several_in_the_order_of_the_text_each_once() -> None:
    assert named("9月20日补报2015年9月10日，9月20日") == [
        (None, 9, 20),
        (2015, 9, 10),
    ]


def test_the_source_is_told() -> None:
    assert (
        mentions("9.10", MentionSource.SUBJECT)[0].source
        is MentionSource.SUBJECT
    )


def test_answers_are_bounded() -> None:
    assert (
        len(
            mentions(
                "，".join(
                    f"{m}月{d}日" for m in range(1, 13) for d in range(1, 29)
                )
            )
        )
        == MOST
    )


def test_what_is_left_without_days_may_count() -> None:
    text = "截至2015年9月10日累计1234名,9月上旬新增33名"
    left = without_days(text)
    assert len(left) == len(text)
    assert "".join(left.split()) == "截至累计1234名,新增33名"
