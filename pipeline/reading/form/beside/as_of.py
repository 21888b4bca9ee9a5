"""Up to when a file says that all of its numbers are counted, outside of their places:
数据截至8月31日 below the title of a form that is handed in on 20 September. And which
period it is headed with: （8月下旬）.

For: extract, which holds a figure of another time than its form's. Pure. Trusts a line
only where it begins with such words, or above the form says a month or a third of one and
nothing else: the day of a paper or of a print is no matter here.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.model.document import Document
from pipeline.model.form import DateMention, FormSpec
from pipeline.reading.form import dates
from pipeline.reading.form.figure import is_far
from pipeline.reading.form.labels import hits
from pipeline.reading.form.numbers import normalise

_THESE = (
    r"(?:以上|上述|表[中内]|[本此该]表|[此该])?(?:所[报填])?(?:数据|数字|数)?"
)
_BEGINS = re.compile(
    rf"\s*[(\[【]?\s*(?:(?:附|备)?注\s*:\s*)?{_THESE}(?:为|均为|系|是)?"
    r"(?:(?:数据|数字|人数|统计|填报)*(?:截[至止]到?|统计[至到]|更新[至到])(?:时间|日期|时点)?"
    r"|(?:数据|统计)+(?:截止)?(?:时间|日期|期间|时段|时点|区间))\s*:?"
)
_TO_MONTH = re.compile(r"([0-9]{1,2})\s?月(?:份|底|末|\s*[)\]】。]*$)")
_OPENS_OR_CLOSES = re.compile(r"[()\[\]【】]")
# Around a period that stands alone: 期别：8月下旬, 8月下旬旬报表
_FRAME = re.compile(
    r"(?:(?:期别|旬别|期次|报告期|所属期|统计期|填报期|填报旬次)\s*:)?\s*"
    r"(?P<period>[^:]*?)(?:的?(?:旬报表?|月报表?|报表|数据|情况))?\s*"
)
# 8月, 1—8月
_MONTHS = r"(?:[0-9]{2,4}\s?年\s?)?(?:1\s?月?\s?[-—–~至到]{1,2}\s?)?(?P<month>[0-9]{1,2})\s?月"
_WHOLE_MONTH = re.compile(rf"{_MONTHS}(?:份|全月)?")
# 以上为1—8月数据
_OF_MONTHS = re.compile(
    rf"\s*[(\[【]?\s*(?:(?:附|备)?注\s*:\s*)?{_THESE}(?:均为|为|系|是)\s*{_MONTHS}份?的?"
    r"(?:数据?|数字|报表|情况|累计)"
)


def other_time(document: Document, reported: DateMention) -> str:
    """The first line that counts up to a day of another period than the form's own, ""
    for none."""
    for text in document.texts():
        if "截" not in text and "统" not in text and "数据" not in text:
            continue
        for line in text.split("\n"):
            if ends_elsewhere(normalise(line), reported):
                return line.strip()
    return ""


def ends_elsewhere(line: str, reported: DateMention) -> bool:
    """Whether a line, made plain, counts up to a day of another period than the form's."""
    months = _OF_MONTHS.match(line)
    if months is not None:
        return int(months["month"]) != reported.month
    begins = _BEGINS.match(line)
    if begins is None:
        return False
    said = line[begins.end() :]
    days = dates.mentions(said)
    if days:
        return is_far(days[-1], reported)
    month = _TO_MONTH.search(said)
    return month is not None and int(month[1]) != reported.month


def other_period(
    document: Document, reported: DateMention, spec: FormSpec
) -> str:
    """The first line above a form's first label that is nothing but another period than
    the form's own, beside the title or alone; "" for none."""
    for text in document.texts():
        if hits(text, spec):
            return ""
        if "月" not in text:
            continue
        for line in text.split("\n"):
            if _is_headed_else(line.replace(spec.title, " "), reported):
                return line.strip()
    return ""


def _is_headed_else(line: str, reported: DateMention) -> bool:
    for part in _OPENS_OR_CLOSES.split(normalise(line)):
        days = list(_period_alone(part.strip(), reported))
        if days and all(is_far(day, reported) for day in days):
            return True
    return False


def _period_alone(part: str, reported: DateMention) -> Iterator[DateMention]:
    """The days that stand for a period, where a part of a line names one and nothing
    else: of a month both ends, for a report of its last third may come in the next."""
    framed = _FRAME.fullmatch(part)
    if framed is None:
        return
    period = framed["period"].strip()
    month = _WHOLE_MONTH.fullmatch(period)
    if month is not None and int(month["month"]) != reported.month:
        for day in (1, 30):
            yield replace(reported, month=int(month["month"]), day=day)
    elif "旬" in period:
        named = dates.mentions(period)
        if len(named) == 1 and named[0].text.strip() == period:
            yield named[0]
