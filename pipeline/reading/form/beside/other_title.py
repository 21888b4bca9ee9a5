"""A heading above a form that names another matter than the campaign's: 困难职工帮扶工作旬报表
above 已完成目标任务数 is another office's form with the same labels.

For: extract, which holds such a form. Pure. Trusts a line only where it ends as a form's
title does, and only what is left of it without places, days, the unit's name and what any
report is called. Never asked of a form that stands under the campaign's own title.
"""

import re

from pipeline.model.document import Document
from pipeline.model.form import FormSpec
from pipeline.reading.form.labels import fold, hits
from pipeline.reading.form.numbers import normalise

# Characters of a heading
_LONGEST = 50
# With what stands behind it in brackets: （9月上旬）, （盖章）
_TITLE = re.compile(
    r"(?P<matter>[^。,;:]*?)(?:统计|汇总|情况|进度|登记|调度|[旬月周季年]?报|一览)表"
    r"\s*(?:\([^()]*\)\s*)*"
)
# A period or a day, in digits or Han numerals
_DAY = re.compile(
    r"(?:[0-9]{4}年?度?)?[0-9一二三四五六七八九十]{1,3}月(?:份|[上中下]旬|[0-9一二三四五六七八九十]{1,3}[日号])?"
)
# What any report of any office may be called, and where and when
_GENERAL = re.compile(
    r"^.{1,4}?[市州县区](?=.{2})|附件[0-9一二三四五]*|[0-9]{2,4}年度?|[0-9]{1,2}月份?|[上中下]旬|第?[一二三四0-9]*[季期]度?"
    r"|(?:总)?工会(?:委员会)?|委员会|各?(?:县|市|区|单位|部门)|专项|集中行动|行动|活动|工作|目标|任务|完成|进展|进度|情况|落实|推进|开展|统计|汇总|报送|上报|填报"
    r"|新增|累计|人数|数据|名|[旬月周季年]报?|\([^()]*\)|[的及和与、,.\-—_《》\"“”0-9]"
)
# However a campaign calls it: who joins a union
_JOINING = re.compile(r"入会|建会|会员|农民工|务工|发展|职工队伍")
# Han characters: a shorter rest may be a name
_LEAST = 3


def other_title(document: Document, unit: str, spec: FormSpec) -> str:
    """The last line above a form's first label that is another form's title, "" for
    none."""
    found = ""
    for text in document.texts():
        if hits(text, spec):
            break
        for line in text.split("\n"):
            if _is_another(line, unit, spec):
                found = line.strip()
    return found


def _is_another(line: str, unit: str, spec: FormSpec) -> bool:
    if "表" not in line or len(line) > _LONGEST:
        return False
    titled = _TITLE.fullmatch(re.sub(r"[\s\u3000]+", "", normalise(line)))
    if titled is None or not _without_general(fold(spec.title)):
        return False
    rest = _without_general(titled["matter"])
    if len(rest) < _LEAST or _JOINING.search(rest):
        return False
    labels = (*spec.completed_labels, spec.counted)
    known = fold(" ".join((spec.title, unit, *labels, *spec.unit_names)))
    pairs = (rest[at : at + 2] for at in range(len(rest) - 1))
    return not any(pair in known for pair in pairs)


def _without_general(title: str) -> str:
    """What is left of a title that says what it is about."""
    return _GENERAL.sub("", _DAY.sub("", title))
