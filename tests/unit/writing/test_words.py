"""How figures, times and foreign text are written."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.month import Month
from pipeline.model.wording.campaign_words import PLAIN_WORDS
from pipeline.writing import words
from pipeline.writing.bulletin.chart import Tone, bar


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (words.number(1234567), "1,234,567"),
        (words.number(None), "—"),
        (words.signed(-1200), "−1,200"),
        (words.signed(0), "0"),
        (words.signed(5), "+5"),
        (words.percent(0.5238), "52.4%"),
        (words.percent(1.03), "103.0%"),
        (words.points(0.10), "10"),
        (words.points(-0.125), "12.5"),
        (
            words.moment(datetime(2015, 9, 30, 18, 0, tzinfo=UTC)),
            "9月30日18:00",
        ),
        (PLAIN_WORDS.month_name(Month("2015-09")), "2015年9月"),
        (words.listing_and(["甲", "乙", "丙"]), "甲、乙和丙"),
        (words.listing_and(["甲"]), "甲"),
        (words.some(["甲", "乙", "丙", "丁"]), "甲、乙、丙等4个单位"),
        (words.lateness(0.001), "1分钟"),
        (words.lateness(155 / 60), "2小时35分钟"),
        (words.lateness(26.9), "1天2小时"),
        (words.lateness(48), "2天"),
        (words.against(0.7, 0.6996), "与时序进度持平"),
        (words.against(0.8, 0.7), "高于时序进度10个百分点"),
        (
            words.against(0.65, 0.7, spelt=True),
            "低于时序进度（70.0%）5个百分点",
        ),
        (words.shift(5, 3), "升2位"),
        (words.shift(1, 2), "降1位"),
        (words.shift(None, 2), "新列入"),
        (words.joined(["不明确。", "不在名单里；"]), "不明确；不在名单里"),
        (words.arrow(5, 3), "↑2"),
        (words.arrow(1, 2), "↓1"),
        (words.arrow(2, 2), "="),
        (words.ordinal(1), "一"),
        (words.ordinal(10), "十"),
        (words.ordinal(11), "十一"),
        (words.ordinal(20), "二十"),
        (words.ordinal(35), "三十五"),
        (words.chinese_year(2015), "二〇一五"),
        (words.paragraphs("甲\r\n\n 乙\u2028丙"), ["甲", "乙", "丙"]),
        (words.plain("堃\ue000镕"), "堃\ue000镕"),
    ],
)
def test_writings(written, expected):
    assert written == expected


@given(st.text())
def test_plain_is_one_visible_line_and_settled(text):
    line = words.plain(text)
    assert line == words.plain(line)
    assert line.isprintable() or all(not c.isspace() or c == " " for c in line)
    assert not set(line) & set("\r\n\x00\u202e\u2066\u200b\ufeff")
    line.encode()


@given(st.text(), st.integers(2, 50))
def test_shorten_keeps_to_its_limit(text, limit):
    assert len(words.shorten(text, limit)) <= limit


@given(st.one_of(st.none(), st.floats(-1, 3)), st.floats(0, 1))
def test_a_bar_fills_its_width_and_shows_what_is_behind_only_when_behind(
    rate, schedule
):
    cells = bar(rate, schedule)
    assert sum(cell.width for cell in cells) == 100
    assert all(cell.width > 0 for cell in cells)
    tones = {cell.tone for cell in cells}
    assert not {Tone.AHEAD, Tone.GAP} <= tones
    if rate is not None and rate >= schedule:
        assert Tone.GAP not in tones
