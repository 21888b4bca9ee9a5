"""What a head over a figure says of it where the figure's label stands at the left of its
row: 指标 | 计划 | 实际 over 已完成目标任务数 | 400 | (empty). And what heads such a row
before its label: 新建工会 | 已完成目标任务数 | 45.

For: grid_fields, which reads the head's words with the number. Trusts a row to be one of
heads where its own corner says so (指标, 项目), or right above the label the head's words
alone do. Never calls a pair above (联系人 | a name) a head of what stands below it.
"""

import re
from itertools import chain

from pipeline.model.document import Cell, Cells
from pipeline.model.form import FormSpec
from pipeline.model.wording.vocabulary import HEADS_OF_PARTS
from pipeline.reading.form.figure_tokens import Sign, tokens_of
from pipeline.reading.form.figure_words import Kind
from pipeline.reading.form.label_grid import LabelledGrid, is_filled
from pipeline.reading.form.labels import fold, is_title
from pipeline.reading.form.numbers import as_seen

# Rows between a head and its figure
_FURTHEST = 30
# Characters of a head
_LONGEST = 16
_CORNER = re.compile(
    r"(?:主要|统计|考核|工作|任务|填报)?(?:指标|项目|内容|事项|类别|行业|栏目|科目|时间|日期|期别|旬别|月份|序号|名称)(?:名称)?"
)
# Characters from which on a unit's name is known within a longer one (甲县总工会)
_UNIT_NAMES_FROM = 3
# A list's mark, or a cell that holds nothing but one
_MARK = re.compile(r"[0-9一二三四五六七八九十]{0,3}")
# Names a part of the form, whatever that is
_SECTION = re.compile(
    r".{0,12}(?:情况|内容|进展|进度|部分|信息|数据|指标|任务|工作|行动|栏|表)"
)
# What a head may say of the numbers in the rows below it
_TELLING = frozenset(
    (
        Kind.ADDED,
        Kind.PREVIOUS,
        Kind.STRETCH,
        Kind.TARGET,
        Kind.REMAINING,
        Kind.FEWER,
        Kind.PART,
        Kind.RATE,
        Kind.MEMBERS,
    )
)
# A head that says of its numbers no more than that they are numbers
_SAYS_NOTHING = re.compile(
    r"(?:填报|填写|报送|具体|相关|本期|本旬)?(?:内容|情况|数值|数量|数据|数字|数|值|结果|信息|要求)"
    r"|实际数?|实绩|人数|填报栏|填写栏|本单位"
)


def head_over(sheet: LabelledGrid, label: Cell, value: Cell) -> str:
    """The head of a value right of its label and a colon, "" where none stands over it."""
    near = True
    for above, cells in enumerate(sheet.rows_above(label, _FURTHEST), 1):
        own = [c for c in cells if c.row == label.row - above]
        if any(sheet.is_label(c) or is_title(c.text, sheet.spec) for c in own):
            return ""
        head = _over(cells, value)
        corner = _over(cells, label)
        if head is not None and head is not corner:
            heads = is_corner(corner) if corner else _are_heads(cells, near)
            if heads or _is_understood(head, near):
                return _told(head)
        near = near and not any(map(is_filled, own))
    return ""


def head_beside(sheet: LabelledGrid, label: Cell) -> str:
    """What heads a label's row at its left (新建工会 | 已完成目标任务数 | 45), "" where
    nothing does: cells by twos are pairs, a unit's name heads nothing else."""
    rows = chain((sheet.row(label.row),), sheet.rows_above(label, _FURTHEST))
    for above, cells in enumerate(rows):
        left = [c for c in cells if is_filled(c) and c.column < label.column]
        labelled = any(sheet.is_label(c) and c is not label for c in left)
        if labelled or (above == 0 and len(left) > 1 and len(left) % 2 == 0):
            return ""
        if left:
            return row_head(left[0], sheet.spec)
    return ""


def row_head(head: Cell, spec: FormSpec) -> str:
    """The words of a row's head, "" where they are a mark, a unit's name or a section's."""
    name = fold(head.text)
    if is_title(head.text, spec) or _MARK.fullmatch(name):
        return ""
    if _SECTION.fullmatch(name) and not _is_understood(head):
        return ""
    for unit in map(fold, spec.unit_names):
        if name == unit or (len(unit) >= _UNIT_NAMES_FROM and unit in name):
            return ""
    return head.text.strip()


def _over(cells: Cells, below: Cell) -> Cell | None:
    """The filled cell of a row that stands over another one, all of it."""
    edge = below.column + below.column_span
    for cell in cells:
        over = (
            cell.column < edge and below.column < cell.column + cell.column_span
        )
        if over and is_filled(cell):
            return cell
    return None


def is_corner(cell: Cell) -> bool:
    """Whether a cell heads the names of rows, whatever they are: 指标, 期别, 类别."""
    name = fold(cell.text)
    return bool(_CORNER.fullmatch(name) or HEADS_OF_PARTS.fullmatch(name))


def _are_heads(cells: Cells, near: bool) -> bool:
    """Whether a row with an empty corner is one of heads: several names, or one right
    over the value (甲镇), no pairs."""
    names = [as_seen(c.text).strip() for c in cells if is_filled(c)]
    if len(names) == 1 and (not near or names[0].startswith("(")):
        return False
    return not any(len(name) > _LONGEST or ":" in name for name in names)


def _is_understood(head: Cell, near: bool = True) -> bool:
    """Whether a cell's words are such as go with a figure: 计划, 上期数, 其中：女. Farther
    off 无 and 人 are another row's value."""
    line = as_seen(head.text).strip()
    if head.number is not None or len(line) > _LONGEST:
        return False
    kinds = {token.kind for token in tokens_of(line)}
    understood = Sign.FOREIGN not in kinds and Sign.NUMBER not in kinds
    return understood and (near or bool(kinds & _TELLING))


def _told(head: Cell) -> str:
    """The head's words, "" where they say nothing of the number."""
    if _SAYS_NOTHING.fullmatch(fold(head.text)):
        return ""
    return f"{head.text.strip()}:"
