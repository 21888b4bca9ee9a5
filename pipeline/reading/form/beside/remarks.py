"""Remarks that take a form's figure back, or set it in doubt, outside of its place:
注：累计应为357, 上述数字有误.

For: extract. Pure. Trusts no place: such a remark
stands above, below or beside the table. Never takes a number from one: a person reads
what is meant.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.model.document import Document, Paragraph
from pipeline.model.form import Form, FormSpec
from pipeline.model.values.frozen import frozen
from pipeline.reading.form.beside.noted_cells import texts_with_heads
from pipeline.reading.form.numbers import as_seen, number_at

_OF_THE_FORM = (
    r"(?:上述|以上|上面|上列|上表|表[中内上]|[本此该][表件]|此数|该数)(?:的|所[报列填])?"
    r"(?:数字?|人数|数据|报表|数额)?"
)
TAKES_BACK = (
    r"(?:有误|错误|错了|写错|填错|作废|应为|应是|应改|实为|改为|改成|(?:更正|订正)(?![后过的])|不准|不实|未核实|待核"
    r"|(?:为|是|(?<!不)含|系)(?:预计|预估|估计|估算|暂估|去年|上年|目标|全年目标|计划))"
)
_NUMBER = r"[0-9０-９][0-9０-９,，]*"
_INSTEAD = (
    r"(?:应该?[为是]|正确的?(?:数[字据]?)?[是为]|实为|实际(?:数)?(?:为|是)?"
    r"|应?改[为成]|应?更正为|订正为)"
)
_REMARKS = re.compile(
    rf"{_OF_THE_FORM}[^。；;\n]{{0,10}}?{TAKES_BACK}"
    rf"|^[(（\[【\s]*(?:(?:附|备)?注|说明|补充说明|更正|勘误|订正|提示)\s*[:：]"
    rf"[^。；;\n]{{0,16}}?(?:{_INSTEAD}\s*{_NUMBER}|有误)"
    rf"|^[(（\[【\s]*(?:请|数字?|人数|累计数?)?(?:{_INSTEAD}\s*|以[^。；;\n]{{0,8}}?)"
    rf"{_NUMBER}\s*[名人个]?(?:为准)?\s*[)）\]】。]*$"
    rf"|^[(（\[【\s]*(?:{_NUMBER}\s*)?作\s*废\s*[)）\]】。]*$"
    # 356为上期数
    rf"|^[(（\[【\s]*{_NUMBER}\s*[名人]?\s*(?:均?为|均?系|是)\s*"
    r"(?:预计|估|暂|目标|计划|上[期旬月次]|去年|上年)"
    r"|(?:数字|人数|数据|完成数)(?:均?[未待][经县市上级里]{0,3}(?:审核|审定|核实|核对)|仅供参考)"
    r"|^\s*[(（\[【]\s*(?:[上前]一?[期旬次月周季]的?(?:数[据字]?|报表|表)?)\s*[)）\]】。]*$"
    r"|^[(（\[【\s]*(?:暂报|预报|先报|初报|请?(?:忽略|勿用)[本此该]表|仅供(?:内部)?(?:测试|练习|演示))"
    r"|^[(（\[【\s]*(?:仅供参考|草稿|初稿|样稿|废稿|未定稿|征求意见稿|作废稿|测试|填[写报表]示例|示例|样例|范例|样\s*表|例\s*表)"
    r"\s*[)）\]】。:：]*$"
    rf"|原[报填]\s*{_NUMBER}[^。；;\n]{{0,6}}?[现改]"
    r"|(?:数字|人数|数据|完成数)(?:以(?![此本该这])[^。；;\n]{1,10}为准|[有待][误核])",
    re.MULTILINE,
)
BEFORE = re.compile(
    r"原(?:[一来先件表报邮]|$)|旧|前(?:[一次期旬份封件表邮]|$)|上[一次期旬份封]"
    r"|[之此先以]前|昨|刚才|刚刚|[如若]"
)
_TOTAL = re.compile(
    rf"(?:{_INSTEAD}|累计(?:已|共|新增|完成|发展|吸收|入会){{0,3}}(?:农民工)?(?:会员|入会)?"
    r"|(?:共计|总计|合计)(?:已|新增|完成|发展|吸收|入会){1,3}(?:农民工)?(?:会员|入会)?"
    r"|目标(?:任务)?[^。；;\n]{1,16}已(?:完成|新增|发展|吸收)(?:农民工)?(?:会员|入会)?)"
    rf"\s*[:：]?\s*({_NUMBER})(?=\s*(?:[名人个，,。；;、]|$))"
    rf"|截[至止到](?:(?!本[旬期月周季次]|较上|比上)[^。；;\n]){{0,24}}?"
    r"(?:新增|发展|吸收|完成)"
    r"(?:了|农民工|会员|入会|目标|任务|人?数|共|计|[为:：\s]){0,6}"
    rf"({_NUMBER})\s*[名人](?![次天])"
    rf"|^\s*(?:合计|总计|共计)\s*[:：]?\s*({_NUMBER})\s*[名人]?\s*$"
    rf"|{_INSTEAD}\s*({_NUMBER})|以\s*({_NUMBER})\s*[名人个]?\s*为准"
)
# What a comment or a footnote is shown behind
_OF_A_NOTE = "附注："
# How long what is filled in elsewhere may be: 电话应为11位, 应为300字左右
_LENGTH = re.compile(
    rf"[^，,。；;]*(?:应[为是]|不超过)\s*{_NUMBER}\s*"
    r"(?:位(?:数字|编码|号码|数)|个?字)[^，,。；;0-9]*"
    rf"|[^，,。；;]*(?:电话|手机号?|号码|编码|代码|邮编)应[为是]\s*{_NUMBER}\s*位[^，,。；;0-9]*"
)
# What the form's own footer asks for
_ASKED = re.compile(r"[如若]有|如果|如发现|请核对")
_FAULTED = re.compile("(?:误|错了?|作废|不准|不实)$")
_CLAUSE_ENDS = re.compile("[。！!；;，,]")
# At the head of a clause
_HEAD = re.compile(r"\s*[(（\[【]?\s*")


@frozen
class Remark:
    """A line that takes a figure back. `leads`: it begins with what does so."""

    line: str
    leads: bool


def lines_in(document: Document, spec: FormSpec) -> list[str]:
    """All lines of a document but those of its comments and footnotes; one in a cell
    behind or under 备注 with its head."""
    lines = []
    for text in texts_with_heads(document, spec):
        lines += text.split("\n")
    return lines


def remarks_in(lines: Iterable[str], document: Document) -> tuple[Remark, ...]:
    """All remarks among a document's lines, its comments and footnotes, which count for
    each form in it."""
    found = []
    for line in lines:
        remark = _remark_in(line)
        if remark is not None:
            found.append(remark)
    for line in _lines_of_notes(document):
        shown = f"{_OF_A_NOTE}{line}"
        # 预计数 on a figure's cell says of it what 注：预计数 says below the table
        remark = _remark_in(line) or _remark_in(shown)
        if remark is not None:
            found.append(Remark(shown, leads=True))
    return tuple(found)


def headed_notes(document: Document) -> Iterator[str]:
    """What its comments and footnotes say, line by line, each headed as a note."""
    for line in _lines_of_notes(document):
        yield f"{_OF_A_NOTE}{line}"


def _lines_of_notes(document: Document) -> Iterator[str]:
    """The lines of a document's notes, without what says how long an entry may be."""
    for line in document.lines_of_notes():
        if not _LENGTH.fullmatch(line):
            yield line


def _remark_in(line: str) -> Remark | None:
    if _ASKED.search(line):
        return None
    for match in _REMARKS.finditer(line):
        if not _of_another(line, match):
            leads = _HEAD.fullmatch(line, 0, match.start())
            return Remark(line.strip(), leads is not None)
    return None


def _of_another(line: str, match: re.Match[str]) -> bool:
    """前一份数据有误 speaks of another form, 数据以上次为准 of this one."""
    end = match.start()
    if _FAULTED.search(match.group()):
        end = match.end()
    clause = _CLAUSE_ENDS.split(line[:end])[-1]
    return BEFORE.search(clause) is not None


def remark_against(remarks: Sequence[Remark], measures: str) -> str:
    """The first remark against a form, "" for none. Within its measures only what begins
    a line counts: they may speak of numbers of their own."""
    for remark in remarks:
        if remark.leads or remark.line not in measures:
            return remark.line
    return ""


def total_beside(document: Document, form: Form, measures: str) -> str:
    """The first line outside of a document's tables and of the measures, or in its notes,
    that names another total than its form, "" for none."""
    for block in document.blocks:
        if not isinstance(block, Paragraph) or _is_of(block.text, measures):
            continue
        if names_another(block.text, [form]):
            return block.text.strip()
    for line in _lines_of_notes(document):
        # On a cell people compare: 上期累计300名
        if BEFORE.search(line):
            continue
        if names_another(line, [form]):
            return f"{_OF_A_NOTE}{line}"
    return ""


def names_another(line: str, forms: Sequence[Form]) -> bool:
    """Whether a line names a total that is none of some forms'."""
    known = {form.figure.completed for form in forms}
    if None in known:
        # The total rests on the last one, which is not known here
        return False
    for form in forms:
        known.add(form.figure.added)
    for match in _TOTAL.finditer(as_seen(line)):
        # Of the one wording that matched
        written = match[match.lastindex or 0]
        total = number_at(written, 0)
        if total is not None and total.value not in known:
            return True
    return False


def _is_of(line: str, measures: str) -> bool:
    """Whether a line is one of the measures', or has their first words behind its label."""
    found = False
    for measure in filter(None, measures.split("\n")):
        found = found or measure in line or line in measure
    return found
