"""Measures (主要工作举措) to clauses: split at the marks of rules.md 5 and at line
ends, marks stripped.

Trusts nothing about the text; linear. Never drops a word of a measure; what the form
itself prints (说明, 报送方式) and signature lines are no measures.
"""

import re
import unicodedata

from pipeline.model.values.frozen import frozen
from pipeline.model.wording.characters import SMALL_NUMERALS

_HAN = SMALL_NUMERALS
_NUMERAL = {c: i for i, c in enumerate(_HAN, 1)}
_CIRCLES = {
    chr(base + i): i + 1
    for base, n in (
        (0x2460, 20),
        (0x2474, 20),
        (0x2488, 20),
        (0x2776, 10),
        (0x3220, 10),
        (0x24F5, 10),
    )
    for i in range(n)
}

_MARK = re.compile(
    rf"""
      (?P<han>[{_HAN}]{{1,3}})\s?[、.．]\s?                       # 一、
    | [(（]\s?(?P<hanb>[{_HAN}]{{1,3}})\s?[)）]\s?[、.．]?\s?       # （一）
    | (?P<num>[0-9０-９]{{1,2}})\s?(?:、|[.．](?![0-9０-９])|[.．](?=[0-9０-９]{{1,4}}[年月日]))\s?   # 1. 1、 and 1.2015年, never 1.2万
    | [(（]\s?(?P<numb>[0-9０-９]{{1,2}})\s?[)）]\s?[、.．]?\s?     # (1)
    | (?P<half>[0-9０-９]{{1,2}})\s?[)）]\s?[、.．]?\s?             # 1)
    | (?P<circle>[{"".join(_CIRCLES)}])\s?[、.．]?\s?              # ① ⑴ ⒈ ㈠
    | 第(?P<nth>[{_HAN}]{{1,2}})\s?[、，,.．：:]\s?                # 第一，
    """,  # noqa: E501
    re.VERBOSE,
)
_DOT = re.compile(r"\s*(?:[·•●○■□◆◇★☆▪▶►※➢✓√*]+|[-–—－](?![0-9０-９]))\s*")
# What may stand before a mark within a line
_PAUSE = frozenset("。；;！!？?，,：:”」》…")
_END = re.compile(r"[。；;！!？?：:…”」）)]\s*$")
_PRINTED = re.compile(
    r"\s*(?:说\s*明|报\s*送\s*方\s*式|填\s*表\s*说\s*明|备\s*注|注)\s*[:：]"
)
_CLOSES = re.compile(
    r"\s*(?:[-_=*—]{2,}|此致|敬礼|特此报告|谢谢|祝好|发自我的.{0,20})[。！!]?\s*"
)
_SIGNED = re.compile(
    r"\s*(?:填\s*[报表]\s*人|制\s*表\s*人?|审\s*[核签批]\s*人?|签\s*发\s*人?|"
    r"(?:单位)?负\s*责\s*人|联\s*系\s*(?:人|电\s*话|方\s*式)|"
    r"电\s*话)\s*(?:[(（][^)）\n]{0,8}[)）])?\s*[:：]"
)


# What is left of the label 主要工作举措（300字左右） where its words were taken apart, as on scans.
_LENGTH = re.compile(
    r"[（(]?\s{0,3}\d{2,4}\s?字\s?(?:左右|以内|以上)\s{0,3}[）)]?"
)


@frozen
class _Mark:
    style: str
    ordinal: int
    start: int
    end: int


def split(text: str) -> tuple[str, ...]:
    """The clauses of a measures text in order, marks and blanks around them stripped;
    () for an empty one.

    A decimal such as 1.2万 or 3.5% never splits, nor does an enumeration (1、2、3号). A
    line without a mark that goes on an unfinished marked one belongs to it.
    """
    clauses: list[str] = []
    marked = False
    reached: dict[str, int] = {}
    for line in _measures_only(text):
        pieces, begins_marked = _pieces(line, reached)
        if (
            clauses
            and marked
            and not begins_marked
            and pieces
            and not _END.search(clauses[-1])
        ):
            clauses[-1] += pieces.pop(0)
        clauses += pieces
        marked = marked or begins_marked
    found = []
    for c in (_tidy(c) for c in clauses):
        if c:
            found.append(c)
    return tuple(found)


def printed(line: str) -> bool:
    """Whether a line is the form's own print (说明：, 报送方式：) or a signature line:
    never a measure."""
    return bool(_PRINTED.match(line) or _SIGNED.match(line))


def _measures_only(text: str) -> list[str]:
    lines: list[str] = []
    for line in re.split(r"[\n\r\v\f\u2028\u2029]+", text):
        if _PRINTED.match(line) or _CLOSES.fullmatch(line):
            break
        if (
            line.strip()
            and not _SIGNED.match(line)
            and not _LENGTH.fullmatch(line.strip())
        ):
            lines.append(line.strip())
    return lines


def _pieces(line: str, reached: dict[str, int]) -> tuple[list[str], bool]:
    """A line cut at its marks, and whether it begins with one."""
    dot = _DOT.match(line)
    if dot:
        head = dot.end()
    else:
        head = 0
    marks = _marks(line, head, reached)
    begins = bool(dot) or bool(marks and marks[0].start == head)
    pieces = []
    at = head
    for mark in marks:
        pieces.append(line[at : mark.start])
        at = mark.end
    pieces.append(line[at:])
    return [p for p in pieces if p.strip()], begins


def _marks(line: str, head: int, reached: dict[str, int]) -> list[_Mark]:
    """The marks that count: at the line's head, or after a pause and next in their own
    order (`reached`, by style)."""
    kept: list[_Mark] = []
    at = head
    while match := _MARK.search(line, at):
        mark = _mark(match)
        if _counts(line, mark, head, reached):
            kept.append(mark)
            reached[mark.style] = mark.ordinal
            at = mark.end
        else:
            at = max(match.start() + 1, _past_run(line, match))
    return kept


def _past_run(line: str, match: re.Match[str]) -> int:
    """After a refused figure, the rest of its run of digits is no mark of its own (12、 is not 2、)."""
    at = match.start() + 1
    while (
        line[match.start()].isdigit() and at < len(line) and line[at].isdigit()
    ):
        at += 1
    return at


def _mark(match: re.Match[str]) -> _Mark:
    style = match.lastgroup or ""
    return _Mark(
        style=style,
        ordinal=_ordinal(match.group(style)),
        start=match.start(),
        end=match.end(),
    )


def _ordinal(text: str) -> int:
    if text in _CIRCLES:
        return _CIRCLES[text]
    plain = unicodedata.normalize("NFKC", text)
    if plain.isdigit():
        return int(plain)
    tens, ten, ones = plain.rpartition("十")
    return (_NUMERAL.get(tens, 1) * 10 if ten else 0) + _NUMERAL.get(ones, 0)


def _counts(line: str, mark: _Mark, head: int, reached: dict[str, int]) -> bool:
    if mark.start == head:
        return mark.style != "num" or not _enumerates(line, mark)
    before = line[mark.start - 1]
    so_far = reached.get(mark.style, 0)
    in_order = mark.ordinal in (1, so_far + 1) or (
        mark.ordinal == 2 and before in "。；;"
    )
    if mark.style == "circle" or (mark.style in ("hanb", "numb") and so_far):
        return in_order
    return (
        in_order
        and (before in _PAUSE or before.isspace())
        and not _enumerates(line, mark)
    )


def _enumerates(line: str, mark: _Mark) -> bool:
    """1、2、3号车间: a figure right behind the mark and its own comma make it a list of
    numbers, not a clause."""
    return bool(
        re.match(r"[0-9０-９]{1,3}(?:[、.．]|[日号旬])", line[mark.end :])
    )


def _tidy(clause: str) -> str:
    return re.sub(r"[^\S\n]+", " ", clause).strip(" \u3000\t")
