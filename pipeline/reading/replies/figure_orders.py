"""What a reply says of a figure beside the main one: 改为登记1100, 实名登记改为1100, and
behind a corrected main figure 其中实名登记1100人.

Trusts the labels of the config. Never guesses: a name that may be the main figure's,
too, is left to be not understood.
"""

import re

from pipeline.model.form import AlsoSpec, also_called
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.characters import SPOKEN_NUMERALS
from pipeline.reading.replies.reply_words import (
    END,
    NUMBER,
    PEOPLE,
    Unclear,
)

_CHANGE = r"应?(?:更正|改|修改|订正|变更|调整)(?:为|成|到)?|应为|应是"
_PLEASE = r"(?:(?:请|应|需|须|麻烦)\s?)?(?:[将把])?"
# A name is short, and ends before the number or the verb behind it
_NAME = r"(?:其中)?的?(?P<name>[\u4e00-\u9fffa-z_]{2,20}?)"
_VALUE = rf"(?P<n>{NUMBER}){PEOPLE}{END}"
# (pattern, whether it orders a change)
_FORMS = (
    (rf"{_PLEASE}{_NAME}\s?(?:{_CHANGE})\s?:?\s?{_VALUE}", True),
    (rf"{_PLEASE}(?:{_CHANGE})\s?:?\s?{_NAME}\s?:?[为是]?\s?{_VALUE}", True),
    (rf"{_NAME}\s?:?[为是]?\s?{_VALUE}", False),
)
# No unit, and those that every reply is read with
_PLAIN = frozenset({"", "名", "人"})
_PATTERNS = tuple((re.compile(form), orders) for form, orders in _FORMS)


@frozen
class FigureWords:
    """The figures of the campaign's form: those beside the main one, how forms and
    letters call the main one, and the measure word of what is counted."""

    also: tuple[AlsoSpec, ...] = ()
    main: tuple[str, ...] = ()
    unit: str = ""


NO_FIGURES = FigureWords()


@frozen
class FigureOrder:
    """`figure` is the name in the config, `name` as the reviewer wrote it; `taken` characters of
    the clause say it. `orders`: with a verb, so that it changes the figure by itself."""

    figure: str
    name: str
    number: str
    taken: int
    orders: bool


def figure_order(clause: str, figures: FigureWords) -> FigureOrder | None:
    """What the beginning of a clause says of such a figure; None where it speaks of
    something else. Raises Unclear where it may mean two of them."""
    for pattern, orders in _PATTERNS:
        match = pattern.match(clause)
        if match is None:
            continue
        name = match["name"]
        found = also_called(name, figures.also)
        if not found or _may_be_main(name, figures):
            continue
        if len(found) > 1:
            titles = "、".join(spec.title for spec in found)
            raise Unclear(f"“{name}”可能是{titles}，请写全")
        end = match.end()
        return FigureOrder(
            figure=found[0].name,
            name=name,
            number=match["n"],
            taken=end,
            orders=orders,
        )
    return None


def _may_be_main(name: str, figures: FigureWords) -> bool:
    """Whether the main figure goes by this name, too (隐患 beside 重大隐患)."""
    if any(name in spec.labels or name == spec.name for spec in figures.also):
        return False
    return any(name in called for called in figures.main)


def without_units(line: str, figures: FigureWords) -> str:
    """The line without the campaign's measure words behind numbers (改为70户): elsewhere
    they may tell of something else that was counted."""
    units = {figures.unit, *(spec.unit for spec in figures.also)} - _PLAIN
    for unit in units:
        behind = rf"(?<=[\d{SPOKEN_NUMERALS}])\s?{re.escape(unit)}"
        line = re.sub(behind, "", line)
    return line
