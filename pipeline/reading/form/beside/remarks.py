"""Remarks that take a form's figure back, or set it in doubt, outside of its place:
注：累计应为357, 上述数字有误.

For: extract. Pure. Trusts no place: such a remark stands above, below or beside the
table. Never takes a number from one: a person reads what is meant.
"""

import re

from pipeline.model.document import Document, Grid

_OF_THE_FORM = (
    r"(?:上述|以上|上面|上列|上表|表[中内上]|[本此该][表件]|此数|该数)(?:的|所[报列填])?"
    r"(?:数字?|人数|数据|报表|数额)?"
)
_TAKES_BACK = (
    r"(?:有误|错误|错了|写错|填错|作废|应为|应是|应改|实为|改为|改成|更正|订正|不准|不实|未核实|待核"
    r"|(?:为|是|含|系)(?:预计|预估|估计|估算|暂估|去年|上年|目标|全年目标|计划))"
)
_NUMBER = r"[0-9０-９][0-9０-９,，]*"
_INSTEAD = (
    r"(?:应为|应是|实为|实际(?:数)?(?:为|是)?|应?改为|应?改成|应?更正为|订正为)"
)
_REMARKS = re.compile(
    rf"{_OF_THE_FORM}[^。；;\n]{{0,10}}?{_TAKES_BACK}"
    rf"|^[(（\[【\s]*(?:(?:附|备)?注|说明|补充说明|更正|勘误|订正|提示)\s*[:：]"
    rf"[^。；;\n]{{0,16}}?(?:{_INSTEAD}\s*{_NUMBER}|有误)"
    rf"|^[(（\[【\s]*(?:请|数字?|人数|累计数?)?(?:{_INSTEAD}\s*|以[^。；;\n]{{0,8}}?)"
    rf"{_NUMBER}\s*[名人个]?(?:为准)?\s*[)）\]】。]*$"
    rf"|^[(（\[【\s]*(?:{_NUMBER}\s*)?作\s*废\s*[)）\]】。]*$"
    rf"|原[报填]\s*{_NUMBER}[^。；;\n]{{0,6}}?[现改]"
    r"|(?:数字|人数|数据|完成数)(?:以[^。；;\n]{1,10}为准|[有待][误核])",
    re.MULTILINE,
)
# What the form's own footer asks for
_ASKED = re.compile(r"[如若]有|如果|如发现|请核对")
# At the head of a clause
_HEAD = re.compile(r"\s*[(（\[【]?\s*")


def remark_of(document: Document, measures: str) -> str:
    """The first remark that takes the figure back, "" for none. Within the measures only
    what begins a line counts: they may speak of numbers of their own."""
    for text in _texts(document):
        for line in text.split("\n"):
            remark = _in_line(line, line.strip() in measures)
            if remark:
                return remark
    return ""


def _in_line(line: str, of_measures: bool) -> str:
    found = _REMARKS.search(line)
    if found is None or _ASKED.search(line):
        return ""
    head = _HEAD.match(line)
    if of_measures and (head is None or found.start() > head.end()):
        return ""
    return line.strip()


def _texts(document: Document) -> list[str]:
    texts = []
    for block in document.blocks:
        if isinstance(block, Grid):
            for cell in block.cells:
                texts.append(cell.text)
        else:
            texts.append(block.text)
    return texts
