"""Numbers as a sheet shows them, by examples that Excel and WPS agree on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.document import Doubt
from pipeline.reading.formats.sheet.date_format import day_of
from pipeline.reading.formats.sheet.number_format import (
    BUILT_IN,
    general,
    is_date_format,
    paint,
    shows_text,
)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (1234, "General", "1234"),
        (0.1 + 0.2, "General", "0.3"),
        (1234.5, "#,##0", "1,235"),
        (1234, "#,##0.00", "1,234.00"),
        (356, "0,000", "0,356"),
        (1234, "0,000,000.0", "0,001,234.0"),
        (-56, "#,000", "-056"),
        (1234, '0"人"', "1234人"),
        (1234, '"累计"#,##0"名"', "累计1,234名"),
        (0.525, "0%", "53%"),
        (0.525, "0.0%", "52.5%"),
        (7, "000", "007"),
        (1234, "[DBNum1]General", "一千二百三十四"),
        (1234, "@", "1234"),
        (1234, 'General"人"', "1234人"),
        (1234, "G/通用格式", "1234"),
        (355.49999999999994, "0", "356"),
        (356.00000000000006, "General", "356"),
        (1.5e-7, "General", "0.00000015"),
        (-5, '"减"0', "-减5"),
        (-356, "0;(0)", "(356)"),
        (0, BUILT_IN[41], "-"),
        (356, BUILT_IN[41], "356"),
        (50, '[>100]0;[<0]-0;"无"', "无"),
        (356, "[DBNum2]General", "叁佰伍拾陆"),
        (356, "[DBNum1]0", "三五六"),
        (356, "[$¥-804]#,##0", "¥356"),
        (0.5, "h:mm", "12:00"),
        (12, "0.##", "12"),
        (-5, "0;[Red]-0", "-5"),
        (42257, 'yyyy"年"m"月"d"日"', "2015年9月10日"),
        (42257, "yyyy/m/d", "2015/9/10"),
        (42257, "yyyy-mm-dd", "2015-09-10"),
        (42257, 'm"月"d"日"', "9月10日"),
        (42257, "yyyy\\.m\\.d", "2015.9.10"),
        (42257, '[$-804]yyyy"年"m"月"d"日";@', "2015年9月10日"),
        (42257, '[DBNum1][$-804]yyyy"年"m"月"d"日"', "二〇一五年九月十日"),
        (42257.5, "yyyy/m/d h:mm", "2015/9/10 12:00"),
        (42257.75, "yyyy/m/d hh:mm:ss", "2015/9/10 18:00:00"),
        (42257, "aaaa", "星期四"),
    ],
)
def test_painted(value: float, code: str, text: str) -> None:
    assert paint(value, code).text == text


@pytest.mark.parametrize(
    "code",
    [
        "General",
        "0",
        "#,##0",
        "h:mm",
        "mm:ss",
        '0"日"',
        "@",
        "",
        '"md"0',
        "0.00E+00",
    ],
)
def test_formats_that_paint_no_day(code: str) -> None:
    assert not is_date_format(code)


@pytest.mark.parametrize("identifier", [14, 22, 27, 31, 57, 58])
def test_formats_that_files_only_number_are_dates(identifier: int) -> None:
    assert is_date_format(BUILT_IN[identifier])


@given(st.dates(date(1900, 3, 1), date(9999, 12, 30)))
def test_serial_numbers_count_days(day: date) -> None:
    serial = (day - date(1900, 3, 1)).days + 61
    assert day_of(serial) == day
    assert day_of(serial - 1462, date1904=True) == day or serial < 1463


def test_excel_counts_a_day_that_never_was() -> None:
    assert day_of(59) == date(1900, 2, 28)
    assert day_of(61) == date(1900, 2, 28) + timedelta(days=1)
    assert day_of(0) is None
    assert day_of(1e9) is None


@given(st.integers(-(10**14), 10**14))
def test_whole_numbers_are_shown_whole(number: int) -> None:
    assert general(float(number)) == str(number)


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.text('0#,.%;"[]名yMdhs@\\/- E+', max_size=12),
)
def test_any_number_under_any_format_is_painted(
    value: float, code: str
) -> None:
    assert isinstance(paint(value, code).text, str)


@pytest.mark.parametrize(
    ("value", "code", "doubt"),
    [
        (356, ";;;", Doubt.BARELY_SEEN),
        (-356, "0;;", Doubt.BARELY_SEEN),
        (356, "[White]0", Doubt.BARELY_SEEN),
        (356, "yyyy", Doubt.NOT_A_NUMBER),
        (356, "aaa", Doubt.NOT_A_NUMBER),
        (356, "[h]:mm", Doubt.NOT_A_NUMBER),
        (356, "0,", Doubt.UNTOLD),
        (356, '0!.0,"万"', Doubt.UNTOLD),
        (356, "0.00E+00", Doubt.UNTOLD),
        (356, "# ?/?", Doubt.UNTOLD),
        (356, '"1"0', Doubt.UNTOLD),
        (356, "**0", Doubt.UNTOLD),
    ],
)
def test_a_display_that_is_no_count_is_in_doubt(
    value: float, code: str, doubt: Doubt
) -> None:
    painted = paint(value, code)
    assert doubt in painted.doubts
    assert painted.number is None


@given(
    st.integers(-(10**9), 10**9),
    st.sampled_from(["General", "0", "#,##0", '0"人"']),
)
def test_a_plain_format_states_the_number_that_it_shows(
    number: int, code: str
) -> None:
    painted = paint(number, code)
    assert painted.number == number
    assert painted.text.replace(",", "").replace("人", "") == str(number)
    assert not painted.doubts


def test_a_format_may_hide_text() -> None:
    assert shows_text("General")
    assert shows_text("0;-0;0;@")
    assert not shows_text(";;;")
