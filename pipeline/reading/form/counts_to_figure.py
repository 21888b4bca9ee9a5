"""The counts of a text whose every word was understood, to a figure (rules.md 5).

Trusts the roles that figure_counts.py gave them. Never picks one of two numbers that no
word tells apart, and lets no two numbers stand that contradict each other.
"""

from dataclasses import replace
from decimal import Decimal

from pipeline.model.form import Figure, FormSpec, Hold, Nil, Note
from pipeline.reading.form.figure_counts import Count, Reading, Role
from pipeline.reading.form.numbers import whole

Counts = list[Count]

# More than that is a slip of the keyboard
MOST_PEOPLE = 10_000_000
# That a stated rate may be off its own two numbers
_RATE_OFF = Decimal("0.01")
_SETTLING = frozenset((Role.SUM, Role.ADDED, Role.NEW, Role.BARE))
_OF_BEFORE = (Role.PREVIOUS, Role.PREVIOUS_SUM)
_NOBODY = Decimal(-1)
_UNSETTLED = (Hold.FIGURE_UNCLEAR,)


def settled(reading: Reading, spec: FormSpec) -> Figure:
    """The figure; held as unclear where nothing or no one thing is said."""
    counts = _with_bracketed_total(_with_fraction(reading.counts))
    rate = _rate(counts)
    unclear = Figure(rate=rate, holds=_UNSETTLED)
    people = []
    for c in counts:
        if c.role not in (Role.RATE, Role.ASIDE):
            people.append(c)
    people = _with_previous(_without_parts(_beside_total(_with_trades(people))))
    if not people or not all(_settles(count) for count in people):
        return unclear
    if _written_twice(people):
        return unclear
    figure = _by_role(people, rate, spec)
    if figure.holds == _UNSETTLED or not reading.nothing_new:
        return figure
    # 本旬新增12名 and 本旬无新增
    if figure.added is not None:
        return unclear
    return replace(figure, added=0)


def _written_twice(people: Counts) -> bool:
    """1"1 and 12 | 12: a number beside itself, which no word tells apart, may be one
    that something parts. In a bracket it is said again on purpose."""
    written = []
    for count in people:
        if count.role is Role.BARE and not count.in_brackets:
            written.append(count.text)
    return len(set(written)) < len(written)


def _settles(count: Count) -> bool:
    value = whole(count.number.value)
    return (
        count.role in _SETTLING and value is not None and value <= MOST_PEOPLE
    )


def _with_fraction(counts: tuple[Count, ...]) -> tuple[Count, ...]:
    """完成率98%（1234/1260）: the fraction's upper number, where the stated rate is theirs."""
    rates = []
    for c in counts:
        if c.role is Role.RATE:
            rates.append(c.number.value)
    settled = []
    for count in counts:
        if count.over is None:
            settled.append(count)
            continue
        role = Role.UNSETTLED
        if _is_one_of(rates, count.number.value, count.over.value):
            role = Role.BARE
        settled.append(replace(count, role=role, over=None))
    return tuple(settled)


def _is_one_of(rates: list[Decimal], part: Decimal, target: Decimal) -> bool:
    return target > 0 and any(
        abs(part / target - r) <= _RATE_OFF for r in rates
    )


def _with_bracketed_total(counts: tuple[Count, ...]) -> tuple[Count, ...]:
    """45（累计1234）: the bare number before the bracket is this period's part."""
    if len(counts) == 2:
        first, second = counts
        totalled = second.in_brackets and second.role is Role.SUM
        smaller = first.number.value < second.number.value
        if totalled and smaller and first.role is Role.BARE:
            return replace(first, role=Role.ADDED), second
    return counts


def _beside_total(people: Counts) -> Counts:
    """Beside a total, 本期 N is its part, and the members on the books settle nothing."""
    if not any(count.role is Role.SUM for count in people):
        return people
    kept = []
    for count in people:
        if count.role is Role.PERIOD:
            kept.append(replace(count, role=Role.ADDED))
        elif count.role is not Role.MEMBERS:
            kept.append(count)
    return kept


def _with_trades(people: Counts) -> Counts:
    """含货车司机34人、快递员12人: a trade is a part beside another part or a total; in
    农民工1200、货车司机34 it may be counted besides."""
    if not _numbers(people, Role.PART, Role.SUM):
        return people
    settled = []
    for count in people:
        if count.role is Role.TRADE:
            settled.append(replace(count, role=Role.PART))
        else:
            settled.append(count)
    return settled


def _without_parts(people: Counts) -> Counts:
    """A part (含女职工300人) and another stretch (本月120) settle nothing beside the
    number that they are a part of."""
    most = _most(people, Role.SUM, Role.BARE, Role.NEW)
    most_in_all = _most(people, Role.SUM)
    kept = []
    for count in people:
        part = count.role is Role.PART and count.number.value <= most
        other_time = (
            count.role is Role.STRETCH and count.number.value <= most_in_all
        )
        if not part and not other_time:
            kept.append(count)
    return kept


def _most(people: Counts, *roles: Role) -> Decimal:
    """The greatest number of those roles; -1 where there is none."""
    return max(
        (c.number.value for c in people if c.role in roles), default=_NOBODY
    )


def _with_previous(people: Counts) -> Counts:
    """上期4444，本期4600 names two standings, 上期4444，新增156 a standing and a part. What
    goes against the earlier standing stays unsettled, with it."""
    previous = [c for c in people if c.role in _OF_BEFORE]
    if not previous:
        return people
    before = max(c.number.value for c in previous)
    totalled = bool(_numbers(previous, Role.PREVIOUS_SUM))
    rest = []
    for count in people:
        if count.role not in _OF_BEFORE:
            rest.append(_beside_previous(count, totalled=totalled))
    standings = _numbers(rest, Role.SUM, Role.BARE)
    added = _numbers(rest, Role.ADDED)
    if not standings and totalled:
        # 上期累计1189，本期45: whether it is the one on record is not known here
        return people
    if not standings:
        return rest
    if min(standings) < before:
        return people
    if added and before + added[0] not in standings:
        return people
    return rest


def _numbers(people: Counts, *roles: Role) -> list[Decimal]:
    found = []
    for count in people:
        if count.role in roles:
            found.append(count.number.value)
    return found


def _beside_previous(count: Count, *, totalled: bool) -> Count:
    """`totalled`: 累计 stands beside the earlier number, so that 本期累计 means as it does."""
    if count.role is Role.PERIOD or (
        totalled and count.role is Role.PERIOD_SUM
    ):
        return replace(count, role=Role.SUM)
    if count.role is Role.NEW:
        return replace(count, role=Role.ADDED)
    return count


def _by_role(people: Counts, rate: float | None, spec: FormSpec) -> Figure:
    total = _values(people, Role.SUM)
    added = _values(people, Role.ADDED)
    bare = _values(people, Role.BARE)
    new = _values(people, Role.NEW)
    if total:
        added, bare = added | new, bare - total
    else:
        bare = bare | new
    if spec.count == "increment" and not added:
        added, bare = bare, set()
    elif not total:
        total, bare = bare, set()
    if bare or len(total) > 1 or len(added) > 1 or _more_than(added, total):
        return Figure(rate=rate, holds=_UNSETTLED)
    notes: tuple[Note, ...] = ()
    if any(c.number.rounded for c in people):
        notes = (Note.ROUNDED,)
    holds: tuple[Hold, ...] = ()
    if any(c.approximate for c in people):
        holds = (Hold.FIGURE_APPROXIMATE,)
    nil = None
    if not any(total) and not any(added):
        nil = Nil.NOUGHT
    return Figure(
        completed=next(iter(total), None),
        added=next(iter(added), None),
        rate=rate,
        nil=nil,
        notes=notes,
        holds=holds,
    )


def _values(people: Counts, role: Role) -> set[int]:
    values = (whole(c.number.value) for c in people if c.role is role)
    found = set()
    for value in values:
        if value is not None:
            found.add(value)
    return found


def _more_than(added: set[int], total: set[int]) -> bool:
    """A part cannot be more than the whole."""
    return bool(added and total) and max(added) > max(total)


def _rate(counts: tuple[Count, ...]) -> float | None:
    """The stated share of the target; two different ones settle nothing."""
    rates = set()
    for c in counts:
        if c.role is Role.RATE:
            rates.add(c.number.value)
    if len(rates) == 1:
        return float(next(iter(rates)))
    return None
