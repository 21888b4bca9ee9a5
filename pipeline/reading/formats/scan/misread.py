"""Labels and unit names that the OCR got nearly right, put right: a character or two
off, and only where one thing fits.

Pure. Touches words of the form's own print and of the roster alone, never a figure, a
date or a measure.
"""

import re
from typing import NamedTuple

from pipeline.model.form import FormSpec
from pipeline.model.wording import unit_names
from pipeline.reading.form.labels import Field, fold, hits, labels_of

# Characters of a text that may begin with a label
_LONGEST = 120
# Characters: of shorter ones half would be another name
_SHORTEST_NAME = 3


class _Near(NamedTuple):
    """A label that a text nearly is. `off`: by so many characters; `longer`: by so many
    its text is longer or shorter; `end`: where it ends."""

    off: int
    longer: int
    end: int
    name: str
    field: Field


def repaired(text: str, spec: FormSpec) -> str:
    """A cell's or a line's text with a misread label at its beginning, or behind a gap
    in it, written as the form has it."""
    if len(text) > _LONGEST:
        return text
    present = set()
    for hit in hits(text, spec):
        present.add(hit.field)
    for start in _starts(text):
        place = _nearly_label(text, start, spec, present)
        if place is not None:
            end, name, field = place
            text = text[:start] + name + text[end:]
            present.add(field)
    return text


def _starts(text: str) -> list[int]:
    """Where a label could begin, the last place first, so that the earlier ones stay where they are."""
    gaps = []
    for m in re.finditer(r"^|[\s　:：]+", text):
        gaps.append(m.end())
    return sorted({g for g in gaps if g < len(text)}, reverse=True)


def _nearly_label(
    text: str, start: int, spec: FormSpec, present: set[Field]
) -> tuple[int, str, Field] | None:
    """The one label that the text from here on nearly is: where it ends, how it is
    written, whose it is."""
    near: list[_Near] = []
    for name, field in labels_of(spec):
        if field in present:
            continue
        for length in range(len(name) - 1, len(name) + 2):
            end = _end_of(text, start, length)
            if end is None:
                continue
            written = fold(text[start:end])
            off = distance(written, name)
            longer = abs(length - len(name))
            allowed = max(1, len(name) // 4)
            if off <= allowed:
                near.append(
                    _Near(
                        off=off,
                        longer=longer,
                        end=end,
                        name=name,
                        field=field,
                    )
                )
    if not near:
        return None
    nearest = min(near, key=lambda n: (n.off, n.longer, -len(n.name)))
    fields = set()
    for label in near:
        if label.off == nearest.off:
            fields.add(label.field)
    if len(fields) == 1:
        return nearest.end, nearest.name, nearest.field
    return None


def _end_of(text: str, start: int, length: int) -> int | None:
    """Behind so many letters and characters from here on; None where a line break or a
    pause comes first."""
    seen = 0
    for at in range(start, len(text)):
        if text[at] in "\n:：(（,，。;；":
            return None
        seen += text[at].isalnum()
        if seen == length:
            return at + 1
    return None


def snapped(
    unit_text: str, names: tuple[str, ...], places: tuple[str, ...] = ()
) -> str:
    """The roster's name that a misread one can only mean; the text as read where none
    or several are near."""
    affixes = unit_names.NameAffixes(places)
    read = unit_names.fold(unit_text, affixes)
    folded = {unit_names.fold(name, affixes): name for name in names}
    if len(read) < _SHORTEST_NAME or read in folded:
        return unit_text
    # One character off, as the OCR takes it: further away is another name
    near = []
    for name in folded:
        if name and distance(read, name) <= 1:
            near.append(name)
    if len(near) != 1 or len(near[0]) < _SHORTEST_NAME:
        return unit_text
    return folded[near[0]]


def distance(one: str, other: str) -> int:
    """How many characters must be changed, added or dropped to make one text of the other."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before = row[0]
        row[0] = i
        for j, b in enumerate(other, 1):
            added = row[j] + 1
            dropped = row[j - 1] + 1
            changed = before + (a != b)
            before = row[j]
            row[j] = min(added, dropped, changed)
    return row[-1]
