"""The figure as the form's own words settle it (rules.md 5): completed, added, rate,
nil, and what keeps it from counting.

Trusts the printed label's wording only so far as it is the spec's; the number cell's
typed value before its display. Never looks at history, never picks one of two numbers
that no word tells apart: it holds instead.
"""

import math
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from pipeline.model.form import Figure, FormSpec, Hold, Nil, Note
from pipeline.reading.form import numbers
from pipeline.reading.form.dates import without_days
from pipeline.reading.form.nil import nil_in_blank, nil_of
from pipeline.reading.form.numbers import Number, normalise

MOST_PEOPLE = 10_000_000  # more than that is a slip of the keyboard
LONGEST = 2_000  # characters of a value cell; a longer one is no figure

_TOTAL = re.compile(
    r"累计|累积|总计|合计|总共|一共|总数|总人数|共(?!青|同|建|享|产)|"
    r"已(?:经)?(?:完成|发展|入会|吸收|新增|新发展)|完成(?:目标)?(?:任务)?数?"
)
_SUM = re.compile("累计|累积|总计|合计")
_ADDED = re.compile(
    r"本旬|本期|本次|当旬|当期|本月|[较比](?:上|前)(?:期|旬|月|次|一期|一旬|个月)|环比"
)
_NEW = re.compile(r"新增|净增|增加|新发展|新入会|增长|增")
_UNTIL = re.compile(
    r"(?:截至|截止|截止到|至|到)(?:目前|本旬|本期|本月|上旬|上期)(?:末|底|止)?"
)
_TARGET = re.compile(
    r"(完成)?(?:年度|全年|年|总|下达|的|了)*(?:目标|任务|计划)(?:任务)?(?:数|"
    r"人数)?(?:为|是|:)?\s?$|应(?:完成|发展)$"
)
_BEFORE_THIS = re.compile(
    r"(?<![较比同与和])上(?:一)?(?:期|旬|月|次)(?:末|底)?(?:累计|已完成|完成|数|为|是|:|\s)*$"
)
_OF_WHICH = re.compile(r"\s?[名人个]?的\s?\d")
_PART = re.compile(r"其中(?!.*农民工)|[男女](?:性|职工|会员)?\s?$")
_CORE = re.compile(r"其中.*农民工")
_FEWER = re.compile(r"减少|下降|流失|退会|减(?!轻)")
_GROWTH = re.compile(r"同比|环比|增长|增幅|提高|提升|上升|下降|[较比]上")
_OTHER_UNIT = re.compile(
    r"\s?(?:余|多)?\s?(?:人次|家|户|场|次|份|册|元|万元|亿元|天|岁|期|个(?:百分点|"
    r"基层|工会|企业|项目|站|点|县|乡|镇|村)|条|项|台|所|支|件|组|班)"
)
_BODIES = re.compile(
    r"(?:工会|组织|企业|公司|单位|站|点|项目|园区|工地)\s?$"
)  # 新建基层工会12个: bodies, no people
_RANGE = re.compile(r"\s?(?:名|人|个)?\s?[-~～–—至到]\s?")
_SEPARATOR = re.compile(r"[,;。、\n)]")
_BLANK = re.compile(r"[_＿﹍\s/／\\—–-]*")
_NAMES = "名人个位"

_NO_MORE = re.compile(
    r"本[旬期次月](?:暂)?(?:无|没有|未)(?:新增|增加|新发展)|(?:与上[期旬]|)持平"
)


class _Role(StrEnum):
    TOTAL = "total"
    ADDED = "added"
    NEW = "new"  # 新增 alone: added only beside a total
    PART = "part"  # 其中女性 30 名: nothing, beside a total
    BARE = "bare"
    UNSETTLED = "unsettled"


@dataclass(frozen=True)
class _Count:
    number: Number
    role: _Role


def read_figure(
    label_text: str, value_text: str, number: float | None, spec: FormSpec
) -> Figure:
    """What label blank (新增 1234 名) and value cell say of the figure. `number` is the
    value cell's typed number, if any.

    A nought gives completed 0 (or added 0 where a bare number is an increment) beside
    nil NOUGHT; other nil words give no number. Holds: figure_unclear where nothing or
    no one thing is said, figure_approximate beside the number where clear.
    """
    blank = _blank_of(label_text, spec)
    spec = _as_labelled(blank, spec)
    label = _read(blank, None, spec, in_label=True)
    if number is not None and math.isfinite(number):
        typed = number
    else:
        typed = None
    value = _read(value_text, typed, spec, in_label=False)
    if label is None or value is None:
        return label or value or Figure(holds=(Hold.FIGURE_UNCLEAR,))
    return _agreed(label, value)


def _blank_of(label_text: str, spec: FormSpec) -> str:
    """The label without its printed name, so that 已完成 in it decides nothing."""
    line = normalise(label_text)
    for name in sorted(spec.completed_labels, key=len, reverse=True):
        pattern = r"\s*".join(map(re.escape, normalise(name)))
        line, hits = re.subn(pattern, " ", line, count=1)
        if hits:
            break
    return line


def _as_labelled(blank: str, spec: FormSpec) -> FormSpec:
    """A label that itself says 本旬新增 or 累计新增 says what its bare number means,
    before the spec does."""
    if _SUM.search(blank):
        return replace(spec, count="cumulative")
    if _ADDED.search(blank):
        return replace(spec, count="increment")
    return spec


def _agreed(label: Figure, value: Figure) -> Figure:
    """Both places say something: the same, or the label's number is one of the two that
    the value cell tells apart."""
    said = label.completed if label.completed is not None else label.added
    holds = tuple(dict.fromkeys(value.holds + label.holds))
    if label.nil and value.nil:  # 新增 0 名 and 无: a nought says more than a word
        if label.nil is Nil.NOUGHT:
            return label
        return value
    notes = tuple(n for n in value.notes if n in label.notes)
    if said is not None and said in (value.completed, value.added):
        return replace(value, holds=holds, notes=notes)
    if said is None and value.completed is None and value.added is None:
        return replace(value, holds=holds)
    if said is None and label.rate is not None and label.nil is None:
        return replace(
            value,
            rate=value.rate if value.rate is not None else label.rate,
            holds=holds,
        )
    return replace(value, holds=tuple(dict.fromkeys((Hold.FIGURE_UNCLEAR, *holds))))


def _read(
    text: str, typed: float | None, spec: FormSpec, in_label: bool
) -> Figure | None:
    """One place's figure; None where it says nothing."""
    line = _plain(text)
    if len(line) > LONGEST:
        return _unclear()
    if in_label:
        nil = nil_in_blank(line)
    elif typed == 0 and "%" not in line:
        nil = Nil.NOUGHT
    else:
        nil = nil_of(line)
    if nil:
        return _nil_figure(nil, spec)
    counted = without_days(line)
    found = numbers.find(counted)
    if typed is not None:
        counted, found = _with_typed(counted, found, typed)
    if not found:
        return _wordless(line, in_label)
    figure = _settle(_counts(counted, found, in_label), _rate(counted, found), spec)
    if figure.added is None and figure.completed is not None and _NO_MORE.search(line):
        return replace(figure, added=0)
    return figure


def _plain(text: str) -> str:
    return re.sub(r"[_＿﹍]+", " ", normalise(text)).strip()


def _wordless(line: str, in_label: bool) -> Figure | None:
    if numbers.vague(line):
        return Figure(holds=(Hold.FIGURE_APPROXIMATE,))
    if in_label:
        return None
    if _BLANK.fullmatch(re.sub(f"[{_NAMES}()]", "", line)):
        return None
    return _unclear()


def _nil_figure(nil: Nil, spec: FormSpec) -> Figure:
    if nil is not Nil.NOUGHT:
        return Figure(nil=nil)
    if spec.count == "increment":
        return Figure(added=0, nil=nil)
    return Figure(completed=0, nil=nil)


def _unclear() -> Figure:
    return Figure(holds=(Hold.FIGURE_UNCLEAR,))


def _with_typed(
    line: str, found: tuple[Number, ...], typed: float
) -> tuple[str, tuple[Number, ...]]:
    """The typed number in place of its display (1.03万 may show 10,312), unless it is
    shown as a rate or among others."""
    exact = Decimal(repr(typed))
    if not found:
        shown = f"{exact:f}"
        return shown, (Number(exact, 0, len(shown), negative=exact < 0),)
    if len(found) == 1 and not found[0].percent:
        return line, (
            replace(found[0], value=abs(exact), negative=exact < 0, rounded=False),
        )
    return line, found


def _counts(line: str, found: tuple[Number, ...], in_label: bool) -> tuple[_Count, ...]:
    counts = []
    for place, number in enumerate(found):
        if number.percent:
            continue
        before, after = (
            _words_before(line, found, place),
            _words_after(line, found, place),
        )
        if _beside_the_point(line, number, before):
            continue
        counts.append(_Count(number, _role(before, after, in_label)))
    return tuple(_without_range(line, counts))


def _without_range(line: str, counts: list[_Count]) -> list[_Count]:
    """300-400 is no number but a range: neither end settles anything."""
    for left, right in pairwise(counts):
        if _RANGE.fullmatch(line[left.number.end : right.number.start]):
            return [_Count(c.number, _Role.UNSETTLED) for c in counts]
    return counts


def _words_before(line: str, found: tuple[Number, ...], place: int) -> str:
    """The words that lead up to a number; the tail of the number before it belongs to that one."""
    if place:
        start = found[place - 1].end
    else:
        start = 0
    words = line[start : found[place].start]
    if place and (cut := _SEPARATOR.search(words)):
        words = words[cut.end() :]
    return words


def _words_after(line: str, found: tuple[Number, ...], place: int) -> str:
    """What follows a number up to the next pause; words that run on into the next
    number are that one's."""
    last = place + 1 == len(found)
    words = line[found[place].end : len(line) if last else found[place + 1].start]
    cut = _SEPARATOR.search(words)
    if not cut:
        if last:
            return words
        return ""
    return words[: cut.start()]


def _beside_the_point(line: str, number: Number, before: str) -> bool:
    """A target, last time's figure, firms, money, a rate written as a fraction: numbers
    that settle nothing."""
    after = line[number.end : number.end + 8]
    target = _TARGET.search(before)
    if (
        _OTHER_UNIT.match(after)
        or _OF_WHICH.match(after)
        or _BEFORE_THIS.search(before)
    ):
        return True
    if (target and not target.group(1)) or (
        _BODIES.search(before) and after.lstrip().startswith("个")
    ):
        return True
    return _is_share(number, before)


def _is_share(number: Number, before: str) -> bool:
    """完成率 0.52: a rate written as a fraction."""
    return before.rstrip(" \n为是:").endswith("率") and number.value <= 2


def _role(before: str, after: str, in_label: bool) -> _Role:
    if in_label:
        return _Role.BARE
    return (
        _role_in(_UNTIL.sub("累计", before))
        or _role_in(_UNTIL.sub("累计", after), trailing=True)
        or _Role.BARE
    )


def _role_in(words: str, trailing: bool = False) -> _Role | None:
    total, added = _TOTAL.search(words), _ADDED.search(words)
    if _FEWER.search(words) or (_CORE.search(words) and not added):
        return _Role.UNSETTLED
    if _PART.search(words) and not added:
        return _Role.PART
    if total and added and not trailing:
        # 本旬新增累计 says both; 本旬已完成 / 本旬共新增 speak of this period alone.
        if _SUM.search(words):
            return _Role.UNSETTLED
        return _Role.ADDED
    if added:
        return _Role.ADDED
    if total and not (trailing and "完成" in total.group()):
        return _Role.TOTAL
    if _NEW.search(words) and not trailing:
        return _Role.NEW
    return None


def _rate(line: str, found: tuple[Number, ...]) -> float | None:
    """The stated share of the target; growth rates are none, two different ones settle nothing."""
    rates = []
    for place, number in enumerate(found):
        before = _words_before(line, found, place)
        share = number.percent or _is_share(number, before)
        points = line[number.end : number.end + 6].lstrip().startswith("个百分点")
        if share and not points and not _GROWTH.search(before):
            rates.append(number.value)
    if len(set(rates)) == 1:
        return float(rates[0])
    return None


def _settle(counts: tuple[_Count, ...], rate: float | None, spec: FormSpec) -> Figure:
    if any(c.role is _Role.TOTAL for c in counts):
        counts = tuple(c for c in counts if c.role is not _Role.PART)
    if not counts or any(
        c.role in (_Role.UNSETTLED, _Role.PART) or not _people(c.number) for c in counts
    ):
        return Figure(rate=rate, holds=(Hold.FIGURE_UNCLEAR,))
    by_role = {
        role: {int(c.number.value) for c in counts if c.role is role} for role in _Role
    }
    total, added, new, bare = (
        by_role[r] for r in (_Role.TOTAL, _Role.ADDED, _Role.NEW, _Role.BARE)
    )
    if total:
        added, bare = added | new, bare - total
    else:
        bare = bare | new
    if spec.count == "increment" and not added:
        added, bare = bare, set()
    elif not total:
        total, bare = bare, set()
    if bare or len(total) > 1 or len(added) > 1:
        return Figure(rate=rate, holds=(Hold.FIGURE_UNCLEAR,))
    return Figure(
        nil=Nil.NOUGHT if not any(total) and not any(added) else None,
        completed=next(iter(total), None),
        added=next(iter(added), None),
        rate=rate,
        notes=(Note.ROUNDED,) if any(c.number.rounded for c in counts) else (),
        holds=(Hold.FIGURE_APPROXIMATE,)
        if any(c.number.approximate for c in counts)
        else (),
    )


def _people(number: Number) -> bool:
    return (
        not number.negative
        and number.value == int(number.value)
        and number.value <= MOST_PEOPLE
    )
