"""The figure as the form's own words settle it (rules.md 5): completed, added, rate,
nil, and what keeps it from counting.

Trusts the printed label's wording only so far as it is the spec's. Every character beside
the number must be understood: a remainder holds it, and is kept to be shown. Never looks
at history, never picks one of two numbers that no word tells apart: it holds instead.
"""

import math
import re
from dataclasses import replace
from decimal import Decimal

from pipeline.model.form import (
    DateMention,
    Figure,
    FormSpec,
    Hold,
    Nil,
    Place,
    SeenNumber,
)
from pipeline.model.values.frozen import frozen
from pipeline.model.wording.characters import without_radicals
from pipeline.reading.form.beside.labelled_places import spaced
from pipeline.reading.form.counts_to_figure import settled
from pipeline.reading.form.figure_counts import (
    Reading,
    Role,
    counts_of,
    years_of,
)
from pipeline.reading.form.figure_tokens import (
    OwnWords,
    Sign,
    Token,
    Tokens,
    tokens_of,
)
from pipeline.reading.form.figure_words import Kind
from pipeline.reading.form.nil import nil_in_blank, nil_of
from pipeline.reading.form.numbers import Number, as_seen, whole

# Characters of a value cell; a longer one is no figure
LONGEST = 2_000
# Characters of what was not understood
_MOST_SHOWN = 40
# A period has ten days: a day farther from the form's own is another's
_DAYS_OFF = 5

_BLANK = re.compile(r"[\s/／\\—–-]*")
# What a label tells the clerk to do; of the number it says nothing.
_INSTRUCTION = re.compile(
    r"请?只?(?:填写|填报|填入|填)|阿拉伯数字|必填|按期|报送日|[*★※]"
)
_VAGUE = re.compile(
    r"[几数][十百千万]+|[十百千万][几]|若干|[一二三四五六七八九两]{2}[十百千万](?![一二三四五六七八九十])"
)
# Words that make a label's blank a question even where no number stands in it.
_DOUBTED_LABEL = frozenset(
    (Kind.TARGET, Kind.REMAINING, Kind.PREVIOUS, Kind.FEWER)
)
# Words of a label that make its number something else than the figure.
_DENYING = frozenset(
    (
        Kind.STRETCH,
        Kind.PREVIOUS,
        Kind.REMAINING,
        Kind.FEWER,
        Kind.RATE,
        Kind.GROWTH,
        Kind.PART,
        Kind.TRADE,
        Kind.MEMBERS,
        Kind.BODIES,
        Kind.RANK,
        Kind.NONE,
        Kind.OTHER,
        Sign.NUMBER,
        Sign.FRACTION,
    )
)


# What a measure may begin with that would go on a number: 万元, 百户
_MULTIPLIERS = tuple("十百千万亿")
# Stands for such a measure; no text that is read holds it by itself.
_MEASURE = "\ue5e5"


def read_figure(
    label_text: str,
    value_text: str,
    number: float | None,
    spec: FormSpec,
    reported: DateMention | None = None,
    lead: str = "",
) -> Figure:
    """What label blank (新增 1234 名) and value cell say of the figure. `number` is the
    value cell's typed number, if any; `reported` the day that the form names; `lead` what
    stands before the label (本旬, 其中).

    A zero gives completed 0 (or added 0 where a bare number is an increment) beside
    nil NOUGHT; other nil words give no number. Holds: figure_unclear where nothing or
    no one thing is said or a word is not understood, figure_approximate beside the
    number where clear.
    """
    if spec.unit.startswith(_MULTIPLIERS):
        # 万元 is a measure here: its 万 multiplies nothing.
        measured = replace(spec, unit=_MEASURE)
        label_text = _measured(label_text, spec)
        value_text = _measured(value_text, spec)
        read = _read(label_text, value_text, number, measured, reported, lead)
        if _multiplied(f"{label_text}\n{value_text}", spec):
            return read.held(Hold.FIGURE_UNCLEAR)
        return read
    return _read(label_text, value_text, number, spec, reported, lead)


def _read(
    label_text: str,
    value_text: str,
    number: float | None,
    spec: FormSpec,
    reported: DateMention | None,
    lead: str,
) -> Figure:
    blank = _uninstructed(_blank_of(label_text[: 2 * LONGEST], spec), spec)
    lead = _uninstructed(as_seen(lead), spec)
    printed = _printed(spec)
    meant = _as_labelled(f"{lead}\t{blank}", spec)
    form = _Surroundings(
        spec=meant,
        printed=printed,
        reported=reported,
    )
    before = _Text(lead, Place.LABEL, form).denied()
    if before is not None:
        return before
    label = _Text(blank, Place.LABEL, form).read()
    typed = None
    if number is not None and math.isfinite(number):
        typed = number
    cell = _Text(value_text, Place.VALUE, form, typed)
    value = cell.read()
    if label is None and value is not None and _has_two_blanks(blank, cell):
        return replace(value, holds=(Hold.FIGURE_UNCLEAR,))
    if label is None or value is None:
        return label or value or _unclear()
    if not label.holds and cell.is_part_of(label):
        return label
    return _agreed(label, value)


def _measured(text: str, spec: FormSpec) -> str:
    """The text with the measure as a sign that no numeral goes on in."""
    return re.sub(spaced(spec.unit), _MEASURE, text)


def _multiplied(text: str, spec: FormSpec) -> bool:
    """Whether a number goes on as the measure begins: 3万 may be 3 or 30,000 万元."""
    return re.search(rf"[0-9０-９]\s*{spec.unit[0]}", text) is not None


def _denies(token: Token) -> bool:
    """目标任务 in a label may be what was completed; 计划, 应完成 and 下达 are not."""
    if token.kind is Kind.TARGET:
        return "目标" not in token.text
    return token.kind in _DENYING


def _uninstructed(blank: str, spec: FormSpec) -> str:
    """A label's blank without what it tells the clerk to do: 单位：人, 填累计数."""
    measure = re.compile(rf"单位(?=:?\s?(?:[名人个]|{re.escape(spec.unit)}))")
    return _INSTRUCTION.sub("\t", measure.sub("\t", blank))


def _has_two_blanks(blank: str, cell: "_Text") -> bool:
    """本旬新增   名，累计   名 and a number that does not say which of the two it is."""
    own = _own_words(cell.spec)
    asked = {t.kind for t in tokens_of(blank[:LONGEST], own=own)}
    said = {t.kind for t in cell.tokens}
    return {Kind.ADDED, Kind.SUM} <= asked and not {Kind.SUM, Kind.NONE} & said


def _printed(spec: FormSpec) -> str:
    """All that the form itself prints, as one text: the noun of its title is no foreign word."""
    names = (*spec.completed_labels, *spec.measures_labels)
    return "\n".join((as_seen(spec.title), *map(as_seen, names)))


def _blank_of(label_text: str, spec: FormSpec) -> str:
    """The label without its printed name, so that 已完成 in it decides nothing."""
    line = as_seen(without_radicals(label_text))
    for name in sorted(spec.completed_labels, key=len, reverse=True):
        pattern = r"\s*".join(map(re.escape, as_seen(name)))
        line, hits = re.subn(pattern, "\t", line, count=1)
        if hits:
            break
    return line


def _as_labelled(blank: str, spec: FormSpec) -> FormSpec:
    """A label that itself says 本旬新增 or 累计新增 says what its bare number means,
    before the spec does."""
    kinds = set()
    for token in tokens_of(blank[:LONGEST], own=_own_words(spec)):
        kinds.add(token.kind)
    if Kind.SUM in kinds:
        return replace(spec, count="cumulative")
    if Kind.ADDED in kinds:
        return replace(spec, count="increment")
    return spec


def _own_words(spec: FormSpec) -> OwnWords:
    return OwnWords(
        unit=spec.unit,
        verb=spec.verb,
        counted=spec.counted,
        span=spec.span,
    )


def _unclear(*unexplained: str, seen: tuple[SeenNumber, ...] = ()) -> Figure:
    found = []
    for text in unexplained:
        if text.strip():
            found.append(_shown(text))
    shown = tuple(found)
    return Figure(
        holds=(Hold.FIGURE_UNCLEAR,),
        unexplained=shown,
        seen=seen,
    )


def _shown(text: str) -> str:
    """Foreign words as a letter may show them: in one line, what is not seen as a box."""
    line = " ".join(text.split())[:_MOST_SHOWN]
    return "".join(c if c.isprintable() else "□" for c in line)


def _agreed(label: Figure, value: Figure) -> Figure:
    """Both places say something: the same, or the label's number is one of the two that
    the value cell tells apart."""
    both = replace(
        value,
        holds=tuple(dict.fromkeys((*value.holds, *label.holds))),
        unexplained=(*label.unexplained, *value.unexplained),
        seen=(*label.seen, *value.seen),
    )
    # 新增 0 名 and 无: a zero says more than a word
    if label.nil and value.nil:
        if label.nil is Nil.NOUGHT:
            return label
        return both
    said = label.added if label.completed is None else label.completed
    if said is not None and said in (value.completed, value.added):
        return replace(
            both, notes=tuple(n for n in value.notes if n in label.notes)
        )
    if said is None and label.rate is not None and label.nil is None:
        return replace(
            both, rate=label.rate if value.rate is None else value.rate
        )
    holds = tuple(dict.fromkeys((Hold.FIGURE_UNCLEAR, *both.holds)))
    return replace(both, holds=holds)


@frozen
class _Surroundings:
    """What is the same for each place of one form's figure."""

    spec: FormSpec
    # What the form itself prints around a figure
    printed: str
    # The day that the form names
    reported: DateMention | None


class _Text:
    """One place's text on its way to a figure."""

    def __init__(
        self,
        text: str,
        place: Place,
        form: _Surroundings,
        typed: float | None = None,
    ) -> None:
        text = without_radicals(text[: 2 * LONGEST])
        self.line = as_seen(text).strip()
        self.typed = typed
        self.spec = form.spec
        self.place = place
        self.reported = form.reported
        self.tokens: Tokens = []
        if len(self.line) <= LONGEST:
            self.tokens = tokens_of(
                self.line, form.printed, _own_words(self.spec)
            )

    def read(self) -> Figure | None:
        """The figure; None where the place says nothing."""
        if len(self.line) > LONGEST:
            return _unclear(self.line)
        nil = self._nil()
        if nil is not None:
            return _nil_figure(nil, self.spec)
        numbers = [t for t in self.tokens if t.number is not None]
        foreign = [t.text for t in self.tokens if t.kind is Sign.FOREIGN]
        if not numbers:
            return self._wordless(foreign)
        seen = self._seen(numbers)
        if foreign or not self._shown_as_typed(numbers):
            return _unclear(*foreign, seen=seen)
        reading = counts_of(self._with_typed(numbers))
        if not self._of_this_period(reading):
            return _unclear(seen=seen)
        return replace(settled(reading, self.spec), seen=seen)

    def is_part_of(self, label: Figure) -> bool:
        """含女性30名 in the cell, beside the number in the label's blank."""
        if any(t.kind is Sign.FOREIGN for t in self.tokens):
            return False
        whole_number = (
            label.added if label.completed is None else label.completed
        )
        counts = counts_of(self.tokens).counts
        if not counts or whole_number is None:
            return False
        return all(
            c.role is Role.PART and c.number.value <= whole_number
            for c in counts
        )

    def denied(self) -> Figure | None:
        """What a label's own words have against its number, whatever it is; None where
        they are those of a figure's label."""
        foreign = [t.text for t in self.tokens if t.kind is Sign.FOREIGN]
        if foreign or len(self.line) > LONGEST:
            return _unclear(*(foreign or [self.line]))
        if any(_denies(t) for t in self.tokens):
            return _unclear(self.line)
        days = tuple(t.day for t in self.tokens if t.day is not None)
        years = years_of(self.tokens)
        months = tuple(t.to_month for t in self.tokens if t.to_month)
        if not self._of_this_period(
            Reading(
                counts=(),
                nothing_new=False,
                days=days,
                months=months,
                years=years,
            )
        ):
            return _unclear(self.line)
        if any(t.kind is Kind.ABOUT for t in self.tokens):
            return Figure(holds=(Hold.FIGURE_APPROXIMATE,))
        return None

    def _nil(self) -> Nil | None:
        if self.place is Place.LABEL:
            return nil_in_blank(self.line)
        if self.typed:
            return None
        return nil_of(self.line)

    def _wordless(self, foreign: list[str]) -> Figure | None:
        if _VAGUE.search(self.line):
            return Figure(
                holds=(Hold.FIGURE_APPROXIMATE,),
                unexplained=(_shown(self.line),),
            )
        if self.place is Place.LABEL:
            if any(t.kind in _DOUBTED_LABEL for t in self.tokens):
                return _unclear(self.line)
            return self.denied()
        telling = [
            t for t in self.tokens if t.kind not in (Sign.BLANK, Kind.PERSON)
        ]
        if not telling and self.typed is None:
            return None
        if (
            _BLANK.fullmatch(self.line.translate(_BRACKETS))
            and self.typed is None
        ):
            return None
        return _unclear(self.line)

    def _seen(self, numbers: Tokens) -> tuple[SeenNumber, ...]:
        seen = []
        for token in numbers:
            number = token.number
            value = (
                whole(number.value) if number and not number.percent else None
            )
            if value is not None:
                seen.append(SeenNumber(value, self.place, token.text))
        return tuple(seen)

    def _shown_as_typed(self, numbers: Tokens) -> bool:
        """Whether a typed number is the one that its format shows, as far as it shows it."""
        if self.typed is None or len(numbers) > 1:
            return True
        number = numbers[0].number
        if number is None or number.percent:
            return number is not None
        exact = whole(Decimal(repr(self.typed)))
        if exact is None:
            return False
        if not number.rounded:
            return whole(number.value) == exact
        unit = Decimal(10) ** max(0, _last_place(numbers[0], number))
        return abs(number.value - exact) * 2 <= unit

    def _with_typed(self, numbers: Tokens) -> Tokens:
        """The tokens with the typed number in place of its rounded display (1.03万)."""
        if self.typed is None or len(numbers) > 1 or not numbers:
            return self.tokens
        only = numbers[0]
        if only.number is None or only.number.percent:
            return self.tokens
        exact = replace(
            only.number, value=Decimal(repr(self.typed)), rounded=False
        )
        found = []
        for t in self.tokens:
            found.append(replace(t, number=exact) if t is only else t)
        return found

    def _of_this_period(self, reading: Reading) -> bool:
        """Whether the days beside the number are the form's own period."""
        mine = self.reported
        if mine is None:
            return True
        if any(month != mine.month for month in reading.months):
            return False
        if mine.year is not None and set(reading.years) - {mine.year}:
            return False
        for day in reading.days:
            if (
                day.year is not None
                and mine.year is not None
                and day.year != mine.year
            ):
                return False
            if is_far(day, mine):
                return False
        return True


def is_far(day: DateMention, mine: DateMention) -> bool:
    """Whether two days of any year are of different periods."""
    apart = abs((day.month - mine.month) * 30 + day.day - mine.day)
    return _DAYS_OFF < apart < 360 - _DAYS_OFF


_BRACKETS = str.maketrans("", "", "名人个位()（）")


def _last_place(token: Token, number: Number) -> int:
    """The power of ten of the last digit that is shown: 2 for 1.03万."""
    digits = re.match(r"[0-9]+(?:\.([0-9]+))?", token.text)
    worth = number.value / Decimal(digits.group()) if digits else Decimal(1)
    return worth.adjusted() - len((digits and digits[1]) or "")


def _nil_figure(nil: Nil, spec: FormSpec) -> Figure:
    if nil is not Nil.NOUGHT:
        return Figure(nil=nil)
    if spec.count == "increment":
        return Figure(added=0, nil=nil)
    return Figure(completed=0, nil=nil)
