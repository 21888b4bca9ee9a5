"""What periods are called (rules.md 12): their kind from the days on which reports are
due, their names from the kind, and the due days in words.

Trusts the days to be checked already: 1 to 31, weekdays 0 (Monday) to 6, months 1 to 12.
"""

from datetime import date

from pipeline.model.wording.campaign_words import PeriodKind, quarter_name

# Days of a month on which a period ends
DueDays = tuple[int, ...]

# A day that the month lacks means its last day (rules.md 2)
MONTHS_END = 31
WEEKDAY_NAMES = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
QUARTERS = (3, 6, 9, 12)


def period_kind(
    days: DueDays,
    weekdays: DueDays = (),
    months: DueDays = (),
) -> PeriodKind:
    """What one period is. `weekdays` rule where there are any; else `days` of the
    month, of all months or of `months` alone."""
    if weekdays:
        return PeriodKind.WEEK if len(weekdays) == 1 else PeriodKind.DAYS
    if months:
        quarterly = len(days) == 1 and len(months) == len(QUARTERS)
        return PeriodKind.QUARTER if quarterly else PeriodKind.DAYS
    if len(days) == 1:
        return PeriodKind.MONTH
    if len(days) == 2:
        return PeriodKind.HALF_MONTH
    thirds = sorted(min((day - 1) // 10, 2) for day in days)
    return PeriodKind.TEN_DAYS if thirds == [0, 1, 2] else PeriodKind.DAYS


def period_name(due: date, kind: PeriodKind = PeriodKind.TEN_DAYS) -> str:
    """How people call a period: 2015年9月上旬（9月10日）, 2024年第12周（3月22日）."""
    day = f"{due.month}月{due.day}日"
    match kind:
        case PeriodKind.TEN_DAYS:
            part = f"{due.year}年{due.month}月{_third(due)}"
        case PeriodKind.WEEK:
            year, week, _ = due.isocalendar()
            part = f"{year}年第{week}周"
        case PeriodKind.HALF_MONTH:
            half = "上半月" if due.day <= 15 else "下半月"
            part = f"{due.year}年{due.month}月{half}"
        case PeriodKind.MONTH:
            part = f"{due.year}年{due.month}月"
        case PeriodKind.QUARTER:
            part = f"{due.year}年{quarter_name(due.month)}"
        case PeriodKind.DAYS:
            return f"{due.year}年{day}期"
    return f"{part}（{day}）"


def _third(due: date) -> str:
    if due.day <= 10:
        return "上旬"
    if due.day <= 20:
        return "中旬"
    return "下旬"


def due_in_words(
    days: DueDays,
    weekdays: DueDays = (),
    months: DueDays = (),
) -> str:
    """每月10、20、30日; 每月末; 每周五; 每季度末; 每年3、9月的15日."""
    if weekdays:
        names = (WEEKDAY_NAMES[day] for day in sorted(weekdays))
        return f"每{'、'.join(names)}"
    if not months:
        return f"每月{_days_in_words(days)}"
    said = _days_in_words(days)
    if period_kind(days, weekdays, months) is PeriodKind.QUARTER:
        if days == (MONTHS_END,) and months == QUARTERS:
            return "每季度末"
        if months == QUARTERS:
            return f"每季度末月{said}"
    return f"每年{'、'.join(map(str, months))}月的{said}"


def _days_in_words(days: DueDays) -> str:
    """10、20、30日; 末; 10、20日和月末."""
    named = [str(day) for day in days if day != MONTHS_END]
    if MONTHS_END not in days:
        return f"{'、'.join(named)}日"
    return f"{'、'.join(named)}日和月末" if named else "末"
