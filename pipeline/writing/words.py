"""How figures, times and foreign text are written in Chinese: the small words that every letter shares.

Trusts its arguments to be facts already judged. Never computes a standing, never reads
a clock or a file. What came out of a mail goes through `plain` or `paragraphs` before
it stands anywhere.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from pipeline.model.standing import shown_rate
from pipeline.model.wording.characters import chinese, digit_by_digit

NOTHING = "—"


def plain(text: object) -> str:
    """One line of it, safe to show: control, bidi and zero-width characters dropped,
    blanks folded to one."""
    line = str(text)
    # Most texts are: nothing in them is to be dropped
    if not line.isprintable():
        line = "".join(_shown(char) for char in line)
    return " ".join(line.split())


def masked(text: str) -> str:
    """`text` for logs and screens that others read: of each mail address only the first
    letter and the domain."""
    return _ADDRESS.sub(lambda match: f"{match[1]}***@{match[2]}", text)


_LOCAL = r"[^\s@<>,;:()\"'，；：、。（）“”《》【】]"
_ADDRESS = re.compile(rf"({_LOCAL}){_LOCAL}{{0,63}}@([\w.-]{{1,190}})")


def paragraphs(text: object) -> list[str]:
    """The lines of a longer text, each `plain`, empty ones left out."""
    lines = (
        plain(line)
        for line in re.split(
            r"\r\n?|[\n\v\f\x1c-\x1e\x85\u2028\u2029]", str(text)
        )
    )
    return [line for line in lines if line]


def _shown(char: str) -> str:
    if char in "\t\n\r\v\f\u2028\u2029":
        return " "
    if (
        unicodedata.category(char) in {"Cc", "Cf", "Cs"}
        or char in "\ufffe\uffff"
    ):
        return ""
    return char


def shorten(text: object, limit: int) -> str:
    """`plain`, cut to `limit` characters with … as the last of them."""
    line = plain(text)
    if len(line) <= limit:
        return line
    return line[: limit - 1] + "…"


def number(value: int | None) -> str:
    """6,746; — for None."""
    if value is None:
        return NOTHING
    return f"{value:,}"


def signed(value: int | None) -> str:
    """+1,204, 0 or −12; — for None."""
    if value is None:
        return NOTHING
    # A true minus sign, which is as wide as the plus it stands under.
    if value:
        return f"{value:+,}".replace("-", "−")
    return "0"


def percent(share: float | None) -> str:
    """52.4% for 0.524, half up; — for None."""
    if share is None:
        return NOTHING
    return f"{shown_rate(share):.1f}%"


def gap(rate: float, schedule: float) -> Decimal:
    """`rate` minus `schedule` in percentage points, as a reader works it out from the
    two as they are shown."""
    return shown_rate(rate) - shown_rate(schedule)


def points(share: float) -> str:
    """Percentage points without a needless decimal: 10 for 0.10, 12.5 for 0.125; never negative."""
    return f"{abs(shown_rate(share)):.1f}".removesuffix(".0")


def day(value: date) -> str:
    """9月30日."""
    return f"{value.month}月{value.day}日"


def full_day(value: date) -> str:
    """2015年9月30日."""
    return f"{value.year}年{day(value)}"


def moment(value: datetime) -> str:
    """9月30日18:00, in the zone that the value carries."""
    return f"{day(value)}{value.hour:02}:{value.minute:02}"


def listing(names: Iterable[str]) -> str:
    """犍为县、沐川县."""
    return "、".join(plain(name) for name in names)


def joined(sentences: Iterable[str]) -> str:
    """Several sentences as one, without its full stop: 不明确；不在名单里."""
    return "；".join(plain(sentence).rstrip("。；") for sentence in sentences)


def listing_and(names: Sequence[str]) -> str:
    """犍为县、沐川县和夹江县."""
    if len(names) > 1:
        return f"{listing(names[:-1])}和{plain(names[-1])}"
    return listing(names)


def some(names: Sequence[str], limit: int = 3) -> str:
    """The first few by name and the number of all: 犍为县、沐川县等5个单位."""
    if len(names) <= limit:
        return listing(names)
    return f"{listing(names[:limit])}等{len(names)}个单位"


def lateness(hours: float) -> str:
    """25分钟, 2小时35分钟, 1天2小时: rounded down, at least a minute."""
    # Nobody is told to be late by 0 minutes; a float just below the minute is the
    # minute.
    minutes = max(1, int(hours * 60 + 1e-6))
    whole_hours, rest = divmod(minutes, 60)
    days, hours_left = divmod(whole_hours, 24)
    if days:
        if hours_left:
            return f"{days}天{hours_left}小时"
        return f"{days}天"
    return (f"{whole_hours}小时" if whole_hours else "") + (
        f"{rest}分钟" if rest or not whole_hours else ""
    )


def against(rate: float, schedule: float, spelt: bool = False) -> str:
    """高于时序进度3.2个百分点, 低于…, 与时序进度持平 (what rounds to nothing is level);
    `spelt` names the schedule."""
    if spelt:
        name = f"时序进度（{percent(schedule)}）"
    else:
        name = "时序进度"
    # Of the rates as they are shown: what a reader subtracts must come out.
    difference = gap(rate, schedule)
    if not difference:
        return f"与{name}持平"
    if difference > 0:
        way = "高于"
    else:
        way = "低于"
    told = f"{abs(difference):.1f}".removesuffix(".0")
    return f"{way}{name}{told}个百分点"


def place(rank: int | None, of_kind: int = 0, kind_name: str = "") -> str:
    """第3名, or with the field: 12个县（市、区）中第3名; 不参加排名 for None."""
    if rank is None:
        return "不参加排名"
    if of_kind and kind_name:
        return f"{of_kind}个{kind_name}中第{rank}名"
    return f"第{rank}名"


def shift(before: int | None, now: int | None) -> str:
    """升2位, 降1位, 持平; 新列入 or 未列入 where one of the ranks is missing."""
    if now is None:
        return NOTHING
    if before is None:
        return "新列入"
    if before == now:
        return "持平"
    if before > now:
        return f"升{before - now}位"
    return f"降{now - before}位"


def arrow(before: int | None, now: int | None) -> str:
    """`shift` for narrow columns: ↑2, ↓1, = for the same; 新 for a unit that was not ranked before."""
    if now is None:
        return NOTHING
    if before is None:
        return "新"
    if before == now:
        return "="
    if before > now:
        return f"↑{before - now}"
    return f"↓{now - before}"


def ordinal(value: int) -> str:
    """一, 二, … 十, 十一, … 九十九: the numbers of sections and clauses."""
    return chinese(value)


def chinese_year(year: int) -> str:
    """二〇一五."""
    return digit_by_digit(str(year))
