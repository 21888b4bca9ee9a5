"""What each number of a figure's text counts, by the words that go with it: cumulative,
this period's part, a part of it, the target, or nothing that settles anything.

Trusts the vocabulary alone. Never drops a word: each belongs to one number, or to a
clause that is whole in itself (本旬无新增).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from operator import attrgetter

from pipeline.model.form import DateMention
from pipeline.model.values.frozen import frozen
from pipeline.reading.form.figure_tokens import Sign, Token, Tokens
from pipeline.reading.form.figure_words import Kind
from pipeline.reading.form.numbers import Number

Kinds = set[Kind | Sign]


class Role(StrEnum):
    # Cumulative by its own word
    SUM = "sum"
    ADDED = "added"
    # 本期 N without a word of growth: the part, or the number as of now
    PERIOD = "period"
    # 本期累计 N: the sum so far, or that of the period
    PERIOD_SUM = "period_sum"
    # 新增 alone: added only beside a total
    NEW = "new"
    BARE = "bare"
    # 货车司机 34 名: a part where another part or a total stands beside it, else a
    # number of its own
    TRADE = "trade"
    # 其中女性 30 名: nothing, beside the number it is a part of
    PART = "part"
    # 本月 N: nothing, beside a total
    STRETCH = "stretch"
    PREVIOUS = "previous"
    # 上期累计 N: as PREVIOUS, beside a total of this time alone
    PREVIOUS_SUM = "previous_sum"
    RATE = "rate"
    # Of the whole union: what is new beside them may be either
    MEMBERS = "members"
    # A target, firms, what is still to do
    ASIDE = "aside"
    UNSETTLED = "unsettled"


@frozen
class Count:
    number: Number
    role: Role
    text: str
    approximate: bool = False
    # Right behind another number
    in_brackets: bool = False
    over: Number | None = None


_BESIDE = frozenset(
    (
        Kind.PERSON,
        Kind.OTHER,
        Kind.PEOPLE,
        Kind.WORKERS,
        Kind.CORE,
        Kind.ABOUT,
        Kind.OF,
    )
)
_SPEAKS_OF_OTHERS = frozenset(
    (
        Kind.STRETCH,
        Kind.PREVIOUS,
        Kind.REMAINING,
        Kind.FEWER,
        Kind.PART,
        Kind.TRADE,
        Kind.MEMBERS,
        Kind.RATE,
        Kind.GROWTH,
        Kind.BODIES,
        Kind.RANK,
    )
)
_YEAR = re.compile(r"((?:19|20)\d\d)\s?年")
_JOINING = re.compile("入会|会员|加入")
_MAY_MEAN_NOW = ("本期", "当期", "这一期")
_ENDS = frozenset((Sign.PAUSE, Sign.OPEN, Sign.CLOSE))
_COUNTING = frozenset((Sign.NUMBER, Sign.FRACTION))
# What a word for "up to" takes the sting out of: 截至本旬, 截至9月上旬.
_LIMITED = frozenset((Kind.ADDED, Kind.STRETCH, Sign.DAY, Sign.SPAN))


@frozen
class Reading:
    """The counts of a text in order. `nothing_new`: 本旬无新增 stands among them. `days`
    are those that say up to when is counted, `months` and `years` those that a span
    goes to or names."""

    counts: tuple[Count, ...]
    nothing_new: bool
    days: tuple[DateMention, ...]
    months: tuple[int, ...] = ()
    years: tuple[int, ...] = ()


Group = tuple[Token, Tokens, Tokens, bool, Token | None]


def counts_of(tokens: Sequence[Token]) -> Reading:
    """`tokens` without foreign ones."""
    meant = _without_limits(tokens)
    groups = _groups(meant)
    counts = _without_strays(groups, tuple(_count(*group) for group in groups))
    if groups and (_dangling(meant) or _glued(meant)):
        counts = (*counts[:-1], replace(counts[-1], role=Role.UNSETTLED))
    nothing_new = any(t.kind is Kind.NONE for t in meant)
    days = tuple(t.day for t in tokens if t.day is not None)
    months = tuple(t.to_month for t in tokens if t.to_month)
    return Reading(
        counts=counts,
        nothing_new=nothing_new,
        days=days,
        months=months,
        years=years_of(tokens),
    )


def years_of(tokens: Sequence[Token]) -> tuple[int, ...]:
    """The years that are named without a month."""
    years = []
    for token in tokens:
        named = _YEAR.match(token.text) if token.kind is Sign.SPAN else None
        if named:
            years.append(int(named[1]))
    return tuple(years)


def _without_strays(
    groups: list[Group], counts: tuple[Count, ...]
) -> tuple[Count, ...]:
    """A bare number that nothing but a blank or a line's end parts from the one before
    (排名60 2, 98% 2, 累计1 1) may be a piece of it, or a note's mark that is set lower: it
    settles nothing."""
    kept: list[Count] = []
    for (_, lead, _, _, _), count in zip(groups, counts, strict=True):
        apart = any(t.kind is not Sign.BLANK and t.text != "\n" for t in lead)
        if kept and not apart and count.role is Role.BARE:
            kept.append(replace(count, role=Role.UNSETTLED))
        else:
            kept.append(count)
    return tuple(kept)


def _without_limits(tokens: Sequence[Token]) -> Tokens:
    """The tokens without 截至 and the period, day or stretch right behind it."""
    kept: Tokens = []
    until = False
    for token in tokens:
        if until and token.kind in _LIMITED:
            continue
        if token.kind is Kind.UNTIL:
            until = True
            continue
        until = until and token.kind in (Sign.BLANK, Kind.HARMLESS)
        kept.append(token)
    return kept


def _groups(tokens: Tokens) -> list[Group]:
    """For each number: itself, the words before it, those behind it, whether it stands
    in brackets behind another, and the next number."""
    places = []
    for i, t in enumerate(tokens):
        if t.kind in _COUNTING:
            places.append(i)
    groups: list[Group] = []
    start = 0
    for order, place in enumerate(places):
        last = order + 1 == len(places)
        end = len(tokens) if last else places[order + 1]
        between = tokens[place + 1 : end]
        cut = _left_part(between, last=last)
        lead = tokens[start:place]
        in_brackets = order > 0 and _opens_at_once(
            tokens, places[order - 1], place
        )
        behind = _telling(between[:cut], first_counts=True)
        following = None if last else tokens[end]
        groups.append(
            (tokens[place], _telling(lead), behind, in_brackets, following)
        )
        start = place + 1 + cut
    return groups


def _glued(tokens: Tokens) -> bool:
    """Whether a number stands right behind another one's unit: 611户1."""
    number_before = unit_between = False
    for token in tokens:
        if token.kind in _COUNTING:
            if number_before and unit_between:
                return True
            number_before = True
            unit_between = False
        elif token.kind in _BESIDE - {Kind.OF}:
            unit_between = True
        else:
            number_before = False
    return False


def _dangling(tokens: Tokens) -> bool:
    """Whether words behind the last number's own clause speak of a number that is not
    there: 356名，还差."""
    places = [i for i, t in enumerate(tokens) if t.kind in _COUNTING]
    behind = tokens[places[-1] + 1 :]
    rest = _telling(behind[_left_part(behind, last=True) :], first_counts=True)
    kinds = {t.kind for t in rest}
    # 356 | 户: the measure has a cell of its own
    measured = kinds - {Sign.BLANK, *_ENDS} == {Kind.OTHER}
    return measured or bool(
        kinds & (_SPEAKS_OF_OTHERS | {Kind.SUM, Kind.TOTAL, Kind.ADDED})
    )


def _opens_at_once(tokens: Tokens, previous: int, place: int) -> bool:
    """Whether a bracket opens right behind the number before, and holds this one."""
    between = [
        t for t in tokens[previous + 1 : place] if t.kind is not Sign.BLANK
    ]
    while between and between[0].kind in _BESIDE:
        between.pop(0)
    closed = any(t.kind is Sign.CLOSE for t in between)
    return bool(between) and between[0].kind is Sign.OPEN and not closed


def _left_part(between: Tokens, *, last: bool) -> int:
    """How many of the tokens between two numbers belong to the first: its unit, what
    follows up to a pause, a bracket without a number."""
    at = 0
    while at < len(between) and between[at].kind in (*_BESIDE, Sign.BLANK):
        at += 1
    if at < len(between) and between[at].kind is Sign.OPEN:
        for place in range(at, len(between)):
            if between[place].kind is Sign.CLOSE:
                return place + 1
        return at
    for place in range(at, len(between)):
        if between[place].kind is Sign.PAUSE:
            return place if between[place].text != "\n" else at
    return len(between) if last else at


def _telling(tokens: Tokens, first_counts: bool = False) -> Tokens:
    """The tokens without clauses that are whole in themselves: 本旬无新增, behind a number
    排名居首. The number's own clause is none: the last of those before it, the first behind
    it. A rank that no number followed yet goes with the next one, in another line or not."""
    told: Tokens = []
    whole_ones = {Kind.NONE}
    if first_counts:
        whole_ones.add(Kind.RANK)
    clauses = list(_clauses(tokens))
    own = 0 if first_counts else len(clauses) - 1
    for place, clause in enumerate(clauses):
        kinds = set()
        for t in clause:
            kinds.add(t.kind)
        closed = clause[-1].kind in _ENDS or (first_counts and place > 0)
        if (place == own and not (closed and not first_counts)) or not (
            kinds & whole_ones
        ):
            told += clause
    return told


def _clauses(tokens: Tokens) -> Iterable[Tokens]:
    clause: Tokens = []
    for token in tokens:
        clause.append(token)
        if token.kind in _ENDS:
            yield clause
            clause = []
    if clause:
        yield clause


def _count(
    token: Token,
    before: Tokens,
    after: Tokens,
    in_brackets: bool,
    following: Token | None,
) -> Count:
    number = token.number
    # _groups gives tokens with numbers alone
    assert number is not None
    around = (*before, *after)
    about = any(t.kind is Kind.ABOUT for t in around)
    role = _role(token, before, after, following)
    return Count(
        number=number,
        role=role,
        text=token.text,
        approximate=about,
        in_brackets=in_brackets,
        over=token.over,
    )


def _role(
    token: Token,
    before: Tokens,
    after: Tokens,
    following: Token | None,
) -> Role:
    number = token.number
    assert number is not None
    lead = {t.kind for t in before}
    behind = {t.kind for t in after}
    if number.percent or (Kind.RATE in lead and number.value <= 2):
        return _role_of_share(lead, after)
    if token.over is not None:
        return Role.BARE
    aside = _aside(before, after, following)
    if aside is not None:
        return aside
    if Kind.EFFORT in lead and not _joined((*before, *after)):
        return Role.UNSETTLED
    return _role_by_lead(lead, behind, before)


def _role_of_share(lead: Kinds, after: Tokens) -> Role:
    """A stated rate of the target; growth rates and percentage points are none."""
    grown = {
        Kind.GROWTH,
        Kind.FEWER,
        Kind.NEW,
        Kind.ADDED,
        Kind.STRETCH,
        Kind.PREVIOUS,
    }
    if lead & grown or (after and after[0].kind is Kind.OTHER):
        return Role.ASIDE
    return Role.RATE


def _aside(
    before: Tokens, after: Tokens, following: Token | None
) -> Role | None:
    """What is counted is something else, or somebody else's."""
    lead = {t.kind for t in before}
    unit = _unit_of(after)
    if unit is not None and unit.kind is Kind.OTHER:
        return Role.ASIDE
    # 户 | 211: the measure has a cell of its own
    if Kind.OTHER in lead:
        return Role.ASIDE
    if _last_word(before) is Kind.BODIES:
        # 个 counts anything, and people among them
        if unit is None or unit.kind is not Kind.PERSON or unit.text == "个":
            return Role.ASIDE
        return Role.UNSETTLED
    if Kind.MEMBERS in lead:
        return Role.MEMBERS
    if lead & {Kind.RANK, Kind.REMAINING, Kind.GROWTH}:
        return Role.ASIDE
    if _is_shared(after, following):
        return Role.ASIDE
    return None


def _joined(around: Iterable[Token]) -> bool:
    """Whether those who were called together joined: 动员356名农民工入会."""
    said = "\n".join(map(attrgetter("text"), around))
    return _JOINING.search(said) is not None


def _last_word(before: Tokens) -> Kind | Sign | None:
    """What the word right before a number is; 数 itself says nothing: 新建工会数 12."""
    for token in reversed(before):
        quiet = token.kind in (Sign.BLANK, Sign.PAUSE, Sign.OPEN)
        if not quiet and token.text not in ("数", "数量"):
            return token.kind
    return None


def _is_shared(after: Tokens, following: Token | None) -> bool:
    """完成600名的60%: what a share is of."""
    if following is None or following.number is None:
        return False
    of_it = any(t.kind is Kind.OF for t in after)
    return following.number.percent and of_it


def _unit_of(after: Tokens) -> Token | None:
    """The measure word behind a number, also one that stands alone in a bracket:
    356（户）."""
    told = [t for t in after if t.kind not in (Sign.BLANK, Kind.ABOUT)]
    if not told:
        return None
    bracketed = [t.kind for t in told[:3]]
    if bracketed == [Sign.OPEN, Kind.OTHER, Sign.CLOSE]:
        return told[1]
    return told[0]


def _role_by_lead(lead: Kinds, behind: Kinds, before: Tokens) -> Role:
    if Kind.TARGET in lead:
        return _role_beside_target(before)
    noted = Kind.NOTED in lead or (
        Kind.NOTED in behind and Sign.OPEN not in behind
    )
    if noted or Kind.NONE in lead | behind or lead & {Kind.FEWER, Kind.RATE}:
        return Role.UNSETTLED
    partial = _role_of_part(lead)
    if partial is not None:
        return partial
    said = _role_of_words(lead)
    if said is Role.ADDED and Kind.NEW not in lead and _names_period(before):
        said = Role.PERIOD
    return _with_trailing(said, lead, behind)


def _role_of_part(lead: Kinds) -> Role | None:
    """The number of another time, or of a part of those counted."""
    if Kind.PREVIOUS in lead:
        return _role_of_before(lead)
    if Kind.PART in lead and Kind.CORE in lead:
        return Role.UNSETTLED
    if Kind.TRADE in lead and not lead & {Kind.PART, Kind.ADDED}:
        return Role.TRADE
    if Kind.PART in lead and Kind.ADDED not in lead:
        return Role.PART
    if Kind.STRETCH not in lead:
        return None
    if Kind.SUM in lead:
        return Role.UNSETTLED
    return Role.STRETCH


def _role_of_before(lead: Kinds) -> Role:
    """What was reported last: 上期, 上期累计; 上期本旬 says nothing."""
    if Kind.ADDED in lead:
        return Role.UNSETTLED
    if Kind.SUM in lead:
        return Role.PREVIOUS_SUM
    return Role.PREVIOUS


def _with_trailing(said: Role, lead: Kinds, behind: Kinds) -> Role:
    """The role that the words before a number give it, with those behind: 124（本旬）."""
    trailing = _role_of_words(behind - {Kind.NEW, Kind.DONE, Kind.TOTAL})
    if said in (Role.BARE, Role.NEW) and trailing is not Role.BARE:
        said = trailing
    elif trailing not in (Role.BARE, said):
        return Role.UNSETTLED
    if behind & _SPEAKS_OF_OTHERS or (Sign.DAY in lead and said is Role.NEW):
        return Role.UNSETTLED
    # 全年356: the year's plan, or what was reached in it
    if said is Role.BARE and Kind.YEARLY in lead | behind:
        return Role.UNSETTLED
    return said


def _names_period(before: Tokens) -> bool:
    """本期 alone may mean as of this period."""
    return all(
        t.text.startswith(_MAY_MEAN_NOW) for t in before if t.kind is Kind.ADDED
    )


def _role_beside_target(before: Tokens) -> Role:
    """完成目标任务356名 and 目标任务已完成356名 are the figure, 目标任务356名 is the target;
    目标完成356名 may be either."""
    kinds = [t.kind for t in before]
    done = [t for t in before if t.kind is Kind.DONE]
    if not done:
        return (
            Role.UNSETTLED
            if set(kinds) & {Kind.NEW, Kind.ADDED}
            else Role.ASIDE
        )
    if kinds.index(Kind.DONE) < kinds.index(Kind.TARGET):
        return Role.ADDED if Kind.ADDED in kinds else Role.SUM
    if not done[-1].text.startswith(("已", "现已")):
        return Role.UNSETTLED
    return Role.ADDED if Kind.ADDED in kinds else Role.SUM


def _role_of_words(kinds: Kinds) -> Role:
    if Kind.SUM in kinds and Kind.ADDED in kinds:
        return Role.PERIOD_SUM
    if Kind.ADDED in kinds:
        return Role.ADDED
    if kinds & {Kind.SUM, Kind.TOTAL, Kind.DONE}:
        return Role.SUM
    if kinds & {Kind.NEW, Kind.EFFORT}:
        return Role.NEW
    if Kind.WORKERS in kinds:
        return Role.UNSETTLED
    return Role.BARE
