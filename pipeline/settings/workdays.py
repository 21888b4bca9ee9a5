"""Chinese working days (法定节假日与调休): the library's table where it has the year,
else Monday to Friday."""

from datetime import date


def is_workday(day: date) -> bool:
    """Whether people work on a day, make-up Saturdays and Sundays included."""
    import chinese_calendar  # only a campaign with holiday_shift needs the table

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def table_has(year: int) -> bool:
    """Whether the holiday table covers a year; `xunbao check` warns where it does not."""
    import chinese_calendar

    return bool(
        min(chinese_calendar.holidays).year
        <= year
        <= max(chinese_calendar.holidays).year
    )
