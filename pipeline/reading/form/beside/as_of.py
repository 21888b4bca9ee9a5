"""Up to when a file says that all of its numbers are counted, outside of their places:
数据截至8月31日 below the title of a form that is handed in on 20 September.

For: extract, which holds a figure of another time than its form's. Pure. Trusts a line
only where it begins with such words: the day of a paper or of a print is no matter here.
"""

import re

from pipeline.model.document import Document
from pipeline.model.form import DateMention
from pipeline.reading.form import dates
from pipeline.reading.form.figure import is_far
from pipeline.reading.form.numbers import normalise

_BEGINS = re.compile(
    r"\s*[(\[【]?\s*(?:(?:附|备)?注\s*:\s*)?"
    r"(?:以上|上述|表[中内]|[本此该]表|此)?(?:为|均为|系)?"
    r"(?:(?:数据|数字|人数|统计|填报)*截[至止]到?(?:时间|日期|时点)?"
    r"|(?:数据|统计)+(?:截止)?(?:时间|日期|期间|时段|时点|区间))\s*:?"
)
_TO_MONTH = re.compile(r"([0-9]{1,2})\s?月(?:份|底|末|\s*[)\]】。]*$)")


def other_time(document: Document, reported: DateMention) -> str:
    """The first line that counts up to a day of another period than the form's own, ""
    for none."""
    for text in document.texts():
        if "截" not in text and "统" not in text and "数据" not in text:
            continue
        for line in text.split("\n"):
            if _ends_elsewhere(normalise(line), reported):
                return line.strip()
    return ""


def _ends_elsewhere(line: str, reported: DateMention) -> bool:
    begins = _BEGINS.match(line)
    if begins is None:
        return False
    said = line[begins.end() :]
    days = dates.mentions(said)
    if days:
        return is_far(days[-1], reported)
    month = _TO_MONTH.search(said)
    return month is not None and int(month[1]) != reported.month
