"""Days as people write them: 2015年9月10日, 2015.9.10, 15/9/10, 二〇一五年九月十日,
20150910, 9月上旬, 9.10 (rules.md 4).

Trusts nothing about the text; the patterns are linear and the number of answers is
bounded. Never guesses a missing year and never asks the clock: a mention without a year
says so.
"""

import re
from collections.abc import Callable, Iterator

from pipeline.model.form import DateMention, MentionSource
from pipeline.model.values.frozen import frozen
from pipeline.reading.form.numbers import normalise, value_of

Match = re.Match[str]

# Mentions of one text; a form has one
MOST = 40

_HAN = "〇零一二三四五六七八九"
_SMALL = rf"(?:\d{{1,2}}(?!\d)|[{_HAN}十廿卅]{{1,3}})"
_YEAR = rf"(?:\d{{4}}|\d{{2}}|[{_HAN}]{{4}}|[{_HAN}]{{2}})"
_TEN = r"(?P<ten>[上中下])\s?旬|第?\s?(?P<nth>[一二三123])\s?旬"
_NO_COUNT = (
    r"(?!\d|\s?[%万千百亿元倍米吨公里人名个位家户分岁月年时点]|[./:-]\d)"
)
# Neither 9月2 0日 nor 9月10、20日 says the day that stands first
_DAY_ENDS = (
    r"(?:\s{0,2}[日号]|(?!\s{0,2}(?:[、,/和及]\s?)?[0-9OolI]{1,2}\s?[日号]))"
)

# 二O一五年
_LETTER_O = re.compile(rf"[{_HAN}][{_HAN}Oo0]{{2}}[{_HAN}](?=\s?年)")
# 2O15年9月2O日
_TYPED_O = re.compile(r"(?<=[0-9])[Oo](?=[0-9]{0,2}\s?[年月日号])")
_ZEROS = str.maketrans("Oo0", "〇〇〇")

# In the order of trust: what an earlier pattern took, a later one does not see.
_PATTERNS = tuple(
    re.compile(p)
    for p in (
        rf"(?<![\d{_HAN}])(?P<y>{_YEAR})\s{{0,2}}年\s{{0,2}}(?P<m>{_SMALL})\s{{0,2}}月\s{{0,2}}(?:份\s?)?(?:{_TEN}|"
        rf"(?P<d>{_SMALL}){_DAY_ENDS})",
        r"(?<![\d.,])(?P<y>(?:19|20)\d\d)\s?(?P<s>[./。,、"
        r"·_–—-])\s?(?P<m>\d{1,2})\s?(?P=s)\s?(?P<d>\d{1,2})(?!\d)",
        r"(?<![\d.])(?P<y>20\d\d)\s?年\s?(?P<m>\d{1,2})\s?[./]\s?(?P<d>\d{1,2})(?!\s?[\d月])",
        r"(?<![\d.])(?P<y>20\d\d) (?P<m>\d{1,2}) (?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)",
        r"(?<![\d/])(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>20\d\d)(?!\d)",
        r"(?<![\d./-])(?P<y>\d\d)\s?(?P<s>[./-])\s?(?P<m>\d{1,2})\s?(?P=s)\s?(?P<d>\d{1,2})(?![\d%])",
        rf"(?<![\d{_HAN}十])(?P<m>{_SMALL})\s{{0,2}}月\s{{0,2}}(?:份\s?)?(?:{_TEN}|"
        rf"(?P<d>{_SMALL}){_DAY_ENDS})",
        rf"(?:(?<=附件\d-)|"
        rf"(?<![\d.:/A-Za-z])(?<!\d-))(?<!附件)(?<!附表)(?<![第表图])(?P<m>\d{{1,2}})[./-](?P<d>\d{{1,2}}){_NO_COUNT}",
    )
)
_NOT_A_COUNT = re.compile(
    rf"{_SMALL}\s?(?:月份?)?\s?[-~—–至到]\s?{_SMALL}\s?月份?|{_YEAR}\s?年度?|"
    rf"{_SMALL}\s?月份?(?:\s?[上中下]旬)?|(?<!\d){_SMALL}\s?[日号](?!人|楼)|"
    rf"第\s?[{_HAN}十\d]{{1,3}}"
)
_TO = r"\s?[-~～—–至到]{1,2}\s?"
_FROM_TO = re.compile(
    rf"(?:(?P<y>{_YEAR})\s?年\s?)?(?P<m>{_SMALL})\s?(?:月份?\s?(?:(?P<d>{_SMALL})\s?[日号]?)?)?{_TO}"
    rf"(?:(?P<end>{_SMALL})\s?月份?\s?(?:{_SMALL}\s?[日号]?)?|(?:{_SMALL})\s?[日号])"
)
# 9月11日—20日, 9月11日至9月20日, 2015.9.11-9.20: the days of a range, with its end. One of
# bare digits must name the month twice, or say 日.
_RANGE = re.compile(
    rf"(?<![\d{_HAN}十./-])(?:(?P<y>{_YEAR})\s?[年./-]\s?)?"
    rf"(?P<m1>{_SMALL})\s?(?:(?P<han>月)\s?|[./])(?P<d1>{_SMALL})\s?[日号]?{_TO}"
    rf"(?:(?P<y2>{_YEAR})\s?[年./-]\s?)?(?:(?P<m>{_SMALL})\s?(?:月|[./])\s?)?"
    rf"(?P<d>{_SMALL})(?:\s?(?P<day>[日号])|(?!\s?[\d.%万千百亿元人名个位家]))"
)
_MONTH_END = re.compile(rf"(?:{_YEAR}\s?年\s?)?(?P<m>{_SMALL})\s?月\s?[底末]")
_MONTH = re.compile(rf"(?:{_YEAR}\s?年\s?)?{_SMALL}\s?月份?(?:\s?[上中下]旬)?")
_WHOLE_YEAR = re.compile(rf"{_YEAR}\s?年度?")
_DAY_ALONE = re.compile(rf"{_SMALL}\s?[日号时点](?!人|楼)")
_TENTHS = {
    "上": 10,
    "中": 20,
    "下": 30,
    "一": 10,
    "二": 20,
    "三": 30,
    "1": 10,
    "2": 20,
    "3": 30,
}


@frozen
class Stretch:
    """A stretch of time in a text: where its words end, whether it goes from the year's
    beginning, and the month that it goes to (0 where none is named)."""

    end: int
    from_january: bool
    to_month: int = 0


def mentions(
    text: str, source: MentionSource = MentionSource.FORM
) -> tuple[DateMention, ...]:
    """Every day that a text names, in the order of the text, each once; of a range its
    end (rules.md 4). 9月上旬/中旬/下旬 are the 10th, 20th, 30th."""
    line = _LETTER_O.sub(lambda m: m.group().translate(_ZEROS), normalise(text))
    line = _TYPED_O.sub("0", line)
    ranges = []
    for match in _first(_RANGE, line):
        if _is_range(match):
            ranges.append(match)
    found = [*ranges, *_matches(_blanked(line, ranges), _PATTERNS)]
    named: dict[DateMention, None] = {}
    for match in sorted(found, key=lambda m: m.start()):
        mention = _mention(match, source)
        if mention is not None:
            named[mention] = None
    return tuple(named)[:MOST]


def _is_range(match: Match) -> bool:
    """Whether it leads from a day to a later one: 9.10-1 is a file's second version."""
    begin = (_small(match["m1"]), _small(match["d1"]))
    end = (_small(match["m"]) or begin[0], _small(match["d"]))
    told = match["m"] or match["day"] or match["han"]
    month = max(begin[0], end[0])
    day = max(begin[1], end[1])
    real = month <= 12 and day <= 31
    new_year = bool(match["y2"]) and match["y2"] != match["y"]
    return bool(told) and real and (end > begin or new_year) and end[1] > 0


def without_days(text: str) -> str:
    """A normalised text of the same length with every date, year, month and ordinal
    blanked: what is left may count."""
    for match in _matches(text, (*_PATTERNS[:-1], _NOT_A_COUNT)):
        text = (
            text[: match.start()]
            + " " * len(match.group())
            + text[match.end() :]
        )
    return text


def day_at(
    text: str, at: int, *, bare: bool = False
) -> tuple[int, DateMention | None] | None:
    """The day that begins at a position: where it ends, and which it is (None for 10日,
    whose month is not told). `bare`: 9.10 is one too, since 截至 stands before it."""
    if match := _MONTH_END.match(text, at):
        return match.end(), DateMention(
            month=_small(match["m"]),
            day=30,
            year=None,
            text=match.group(),
        )
    patterns = _PATTERNS if bare else _PATTERNS[:-1]
    for pattern in patterns:
        match = pattern.match(text, at)
        if match is None or _is_stretch(match):
            continue
        mention = _mention(match, MentionSource.FORM)
        if mention is not None:
            return match.end(), mention
    if match := _DAY_ALONE.match(text, at):
        return match.end(), None
    return None


def from_to_at(text: str, at: int) -> Stretch | None:
    """The stretch between two days or months that begins at a position: 9月1日至10日,
    1-9月."""
    match = _FROM_TO.match(text, at)
    if match is None:
        return None
    from_january = _small(match["m"]) == 1 and match["d"] in (
        None,
        "1",
        "一",
        "01",
    )
    return Stretch(match.end(), from_january, _small(match["end"]))


def stretch_at(text: str, at: int) -> Stretch | None:
    """The stretch of time that begins at a position: 9月份, 9月上旬, 2015年."""
    if match := _MONTH.match(text, at):
        return Stretch(match.end(), from_january=False)
    if match := _WHOLE_YEAR.match(text, at):
        return Stretch(match.end(), from_january=True)
    return None


def _is_stretch(match: Match) -> bool:
    parts = match.groupdict()
    return bool(parts.get("ten") or parts.get("nth"))


def _matches(
    line: str, patterns: tuple[re.Pattern[str], ...]
) -> Iterator[Match]:
    for pattern in patterns:
        hits = []
        for m in _first(pattern, line):
            if _mention_or_word(m):
                hits.append(m)
        yield from hits
        line = _blanked(line, hits)


def _first(pattern: re.Pattern[str], line: str) -> Iterator[Match]:
    for count, match in enumerate(pattern.finditer(line)):
        if count >= MOST:
            return
        yield match


def _blanked(line: str, hits: list[Match]) -> str:
    parts = []
    at = 0
    for hit in hits:
        blanked = "\0" * len(hit.group())
        parts += [line[at : hit.start()], blanked]
        at = hit.end()
    return "".join([*parts, line[at:]])


def _mention_or_word(match: Match) -> bool:
    return (
        "m" not in match.re.groupindex
        or _mention(match, MentionSource.FORM) is not None
    )


def _mention(match: Match, source: MentionSource) -> DateMention | None:
    part: Callable[[str], str | None] = match.groupdict().get
    tenth = part("ten") or part("nth")
    month = _small(part("m") or part("m1"))
    day = _TENTHS[tenth] if tenth else _small(part("d"))
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return DateMention(
        month=month,
        day=day,
        year=_year(part("y2") or part("y")),
        text=match.group().strip(),
        source=source,
    )


def _small(text: str | None) -> int:
    if text:
        value = value_of(text)
    else:
        value = None
    if value is not None:
        return int(value)
    return 0


def _year(text: str | None) -> int | None:
    year = _small(text)
    if not year:
        return None
    if year >= 100:
        return year
    return 2000 + year
