"""Fields of a form that stands in running lines: 报送单位：甲 报送时间：乙, a number or
measures on the lines below.

Trusts no order of lines. Never reads past the next label or title.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.model.document import Doubt, Paragraph
from pipeline.model.form import FormSpec
from pipeline.reading.form.clauses import printed
from pipeline.reading.form.findings import (
    Found,
    Item,
    Title,
    found_inline,
    split_tail,
)
from pipeline.reading.form.labels import (
    Field,
    Hit,
    hits,
    is_title,
    lead_of,
)

# A line that may speak of the figure: a number, or a word that takes one back.
_SPEAKS = re.compile(
    r"[0-9０-９]|[一二三四五六七八九十百千万两]{2,}|[名人处件家户次项台所份起]\s*[。；;]?$|更正|作废|有误|应为"
)
_PERIOD_LEAD = re.compile(r"(?:累计|累积|本[旬期次月]|当[旬期])\s*$")
# The number of the next label's line: 3、已完成目标任务数：356 / 4、
_NEXT_MARK = re.compile(
    r"\n[ \t\u3000]*[(（]?[0-9０-９]{1,2}[)）、.．][ \t\u3000]*$"
)
# Who signs, and when: below the figure, and not of it.
_SIGNED_BELOW = re.compile(
    r"^\s*(?:(?:19|20)\d\d\s*[年./-]|[〇○一二三四五六七八九]{4}年)|电\s*话|手\s*机|联\s*系|@|(?<!\d)1[3-9]\d{9}(?!\d)"
)


def fields_in_lines(
    paragraphs: Sequence[Paragraph], spec: FormSpec
) -> list[Item]:
    """Titles and fields of consecutive paragraphs, in order. A label may be broken over
    lines, a value stand below it."""
    text = "\n".join(p.text for p in paragraphs)
    lines = _Lines(paragraphs)
    titles = _titles(paragraphs, spec)
    labels = _outside_measures(hits(text, spec))
    items: list[tuple[int, Item]] = [(at, Title()) for at in titles]
    behind = 0
    ends = [h.start for h in labels[1:]] + [len(text)]
    for hit, end in zip(labels, ends, strict=False):
        stop = min([end, *(t for t in titles if t >= hit.end)])
        tail = text[hit.end : stop]
        if stop < len(text):
            tail = _NEXT_MARK.sub("", tail)
        found = _found(hit, tail, lines.where(hit.start))
        if hit.field is Field.COMPLETED:
            found = _with_lead(found, text, hit.start, behind)
        behind = hit.end
        items.append(
            (hit.start, replace(found, doubts=lines.doubts(hit.start, stop)))
        )
    return [item for _, item in sorted(items, key=lambda pair: pair[0])]


def _with_lead(found: Found, text: str, start: int, behind: int) -> Found:
    """The figure with what stands before its label in the line."""
    period = _PERIOD_LEAD.search(text[:start])
    found = replace(found, lead=lead_of(text, start, behind))
    if period and (found.text or found.label):
        return replace(found, text=f"{period.group()}{found.text}")
    return found


def _outside_measures(labels: list[Hit]) -> list[Hit]:
    """Within measures only a label at the head of a line ends them; 工作举措 again is a
    heading among them."""
    kept: list[Hit] = []
    for hit in labels:
        within = bool(kept) and kept[-1].field is Field.MEASURES
        if not within or (
            hit.at_line_start and hit.field is not Field.MEASURES
        ):
            kept.append(hit)
    return kept


def _found(hit: Hit, tail: str, where: str) -> Found:
    if hit.field is Field.MEASURES:
        _, value = split_tail(tail)
        return Found(
            field=hit.field,
            label="",
            text=value.strip("\n"),
            where=where,
        )
    head, *below = tail.split("\n")
    below = [line for line in below if line.strip()]
    while (
        hit.field is Field.COMPLETED
        and below
        and (_open_bracket(head) or _only_bracket(head, below[0]))
    ):
        head += " " + below.pop(0)
    if hit.field is Field.COMPLETED:
        return _found_figure(head, below, where)
    inline = found_inline(hit.field, head, where)
    if inline.text or not below or printed(below[0]):
        return inline
    return found_inline(hit.field, head + "\n" + below[0], where)


def _found_figure(head: str, below: list[str], where: str) -> Found:
    """The figure behind its label, with every line below that may speak of it: one with
    a number, or one that goes on with what began."""
    inline = found_inline(Field.COMPLETED, head, where)
    lines = [inline.text] if inline.text else []
    silent = not inline.text and not any(c.isdigit() for c in inline.label)
    for line in below:
        if printed(line) or _SIGNED_BELOW.search(line):
            break
        if silent or _SPEAKS.search(line):
            lines.append(line)
            silent = False
    return replace(inline, text="\n".join(lines))


def _only_bracket(head: str, line: str) -> bool:
    """The label's bracket on a line of its own: 已完成目标任务数 / （新增 名农民工入会）."""
    return (
        not head.strip(" \u3000:：")
        and line.lstrip()[0] in "(（"
        and "新增" in line
    )


def _open_bracket(line: str) -> bool:
    opened = line.count("(") + line.count("（")
    closed = line.count(")") + line.count("）")
    return opened > closed


def _titles(paragraphs: Sequence[Paragraph], spec: FormSpec) -> list[int]:
    at = 0
    found = []
    for paragraph in paragraphs:
        if is_title(paragraph.text, spec):
            found.append(at)
        at += len(paragraph.text) + 1
    return found


class _Lines:
    """From a position in the joined text to its paragraph."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        self._spans: list[tuple[int, int, Paragraph]] = []
        start = 0
        for paragraph in paragraphs:
            end = start + len(paragraph.text) + 1
            self._spans.append((start, end, paragraph))
            start = end

    def where(self, position: int) -> str:
        return next(
            (p.where for a, b, p in self._spans if a <= position < b), ""
        )

    def doubts(self, start: int, stop: int) -> frozenset[Doubt]:
        """What is to be seen of the paragraphs between two positions."""
        found: set[Doubt] = set()
        for begin, end, paragraph in self._spans:
            if begin < stop and start < end:
                found |= paragraph.doubts
        return frozenset(found)
