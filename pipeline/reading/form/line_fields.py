"""Fields of a form that stands in running lines: 报送单位：甲 报送时间：乙, a number or
measures on the lines below.

Trusts no order of lines. Never reads past the next label or title.
"""

from collections.abc import Sequence
from itertools import pairwise

from pipeline.model.document import Paragraph
from pipeline.model.form import FormSpec
from pipeline.reading.form.clauses import printed
from pipeline.reading.form.findings import Found, Item, Title, found_inline, split_tail
from pipeline.reading.form.labels import Field, Hit, hits, is_title


def fields_in_lines(paragraphs: Sequence[Paragraph], spec: FormSpec) -> list[Item]:
    """Titles and fields of consecutive paragraphs, in order. A label may be broken over
    lines, a value stand below it."""
    text = "\n".join(p.text for p in paragraphs)
    wheres = _Wheres(paragraphs)
    titles = _titles(paragraphs, spec)
    labels = _outside_measures(hits(text, spec))
    items: list[tuple[int, Item]] = [(at, Title()) for at in titles]
    ends = [h.start for h in labels[1:]] + [len(text)]
    for hit, end in zip(labels, ends, strict=False):
        stop = min([end, *(t for t in titles if t >= hit.end)])
        items.append(
            (hit.start, _found(hit, text[hit.end : stop], wheres.at(hit.start)))
        )
    return [item for _, item in sorted(items, key=lambda pair: pair[0])]


def _outside_measures(labels: list[Hit]) -> list[Hit]:
    """Within measures only a label at the head of a line ends them; 工作举措 again is a
    heading among them."""
    kept: list[Hit] = []
    for hit in labels:
        within = bool(kept) and kept[-1].field is Field.MEASURES
        if not within or (hit.at_line_start and hit.field is not Field.MEASURES):
            kept.append(hit)
    return kept


def _found(hit: Hit, tail: str, where: str) -> Found:
    if hit.field is Field.MEASURES:
        _, value = split_tail(tail)
        return Found(hit.field, "", value.strip("\n"), where)
    head, *below = tail.split("\n")
    below = [line for line in below if line.strip()]
    while (
        hit.field is Field.COMPLETED
        and below
        and (_open_bracket(head) or _only_bracket(head, below[0]))
    ):
        head += " " + below.pop(0)
    inline = found_inline(hit.field, head, where)
    if (
        inline.text
        or any(c.isdigit() for c in inline.label)
        or not below
        or printed(below[0])
    ):
        return inline
    return found_inline(hit.field, head + "\n" + below[0], where)


def _only_bracket(head: str, line: str) -> bool:
    """The label's bracket on a line of its own: 已完成目标任务数 / （新增 名农民工入会）."""
    return not head.strip(" \u3000:：") and line.lstrip()[0] in "(（" and "新增" in line


def _open_bracket(line: str) -> bool:
    return sum(line.count(c) for c in "(（") > sum(line.count(c) for c in ")）")


def _titles(paragraphs: Sequence[Paragraph], spec: FormSpec) -> list[int]:
    at, found = 0, []
    for paragraph in paragraphs:
        if is_title(paragraph.text, spec):
            found.append(at)
        at += len(paragraph.text) + 1
    return found


class _Wheres:
    """From a position in the joined text to the place of its paragraph."""

    def __init__(self, paragraphs: Sequence[Paragraph]) -> None:
        starts = [0]
        for paragraph in paragraphs:
            starts.append(starts[-1] + len(paragraph.text) + 1)
        self._spans = [
            (a, b, p.where)
            for (a, b), p in zip(pairwise(starts), paragraphs, strict=True)
        ]

    def at(self, position: int) -> str:
        return next((where for a, b, where in self._spans if a <= position < b), "")
