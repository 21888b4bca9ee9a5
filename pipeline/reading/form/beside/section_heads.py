"""What a row over the whole table names as the matter of the rows under it: 一、新建工会情况
above 已完成目标任务数 | 45.

For: grid_fields, which reads its words with the number. Trusts only words that the
figure's grammar knows: most sections (一、基本情况, 二、目标任务, 单位信息) say nothing of a
number. Never looks past another label of the form's or its title.
"""

import re

from pipeline.model.document import Cell, Cells
from pipeline.reading.form.figure_tokens import Sign, tokens_of
from pipeline.reading.form.figure_words import Kind
from pipeline.reading.form.label_grid import LabelledGrid, is_filled
from pipeline.reading.form.labels import is_title
from pipeline.reading.form.numbers import as_seen

# Rows between a section's head and its figure
_FURTHEST = 12
# Characters of a head
_LONGEST = 20
# 一、 （一） 1. 第一部分：
_MARK = re.compile(
    r"\s*(?:第[一二三四五六]部分|[(（]?[一二三四五六七八九十]{1,2}[)）]?|[(（]?[0-9]{1,2}[)）]?)"
    r"\s*(?:[、.．:：]|(?<=[)）分]))\s*"
)
_TAIL = re.compile(r"(?:的)?(?:进展|工作)?(?:情况|数据|部分|统计|栏)[:：]?\s*$")
# Counted beside the new members, or another number of them
_ANOTHER = frozenset(
    (
        Kind.PREVIOUS,
        Kind.PART,
        Kind.TRADE,
        Kind.MEMBERS,
        Kind.REMAINING,
        Kind.OTHER,
    )
)
_FOUNDED = re.compile("新建|组建|建会|建立|成立|新增|数$")
_JOINING = re.compile("入会|会员|农民工|职工")


def section_over(sheet: LabelledGrid, label: Cell) -> str:
    """What the section is about that a label stands in, "" where that is nothing else
    than the form's own figure."""
    for row in sheet.rows_above(label, _FURTHEST):
        cells = [c for c in row if is_filled(c)]
        if any(sheet.is_label(c) for c in cells):
            return ""
        if _is_head(cells, label):
            return _another_in(cells[0], sheet)
    return ""


def _is_head(cells: Cells, label: Cell) -> bool:
    """Whether a row may be a section's: one short text, that begins no further right
    than the label."""
    if len(cells) != 1 or cells[0].column > label.column:
        return False
    text = cells[0].text.strip()
    return cells[0].number is None and len(text) <= _LONGEST


def _another_in(head: Cell, sheet: LabelledGrid) -> str:
    if is_title(head.text, sheet.spec):
        return ""
    matter = _TAIL.sub("", _MARK.sub("", as_seen(head.text).strip()))
    kinds = {token.kind for token in tokens_of(matter)}
    if kinds & {Sign.FOREIGN, Sign.NUMBER, Kind.CORE}:
        return ""
    founded = _FOUNDED.search(matter) and not _JOINING.search(matter)
    if kinds & _ANOTHER or (Kind.BODIES in kinds and founded):
        return matter
    return ""
