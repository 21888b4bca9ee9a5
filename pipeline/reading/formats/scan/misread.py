"""Labels and unit names that the OCR got nearly right, put right: a character or two
off, and only where one thing fits.

Pure. Touches words of the form's own print and of the roster alone, never a figure, a
date or a measure.
"""

import re
from itertools import pairwise

from pipeline.model.form import FormSpec
from pipeline.model.wording import unit_names
from pipeline.reading.form.labels import Field, fold, hits, labels_of

# Characters of a text that may begin with a label
_LONGEST = 120
_SHORTEST_NAME = 3


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
    near: list[tuple[int, int, int, str, Field]] = []
    for name, field in labels_of(spec):
        if field in present:
            continue
        for length in range(len(name) - 1, len(name) + 2):
            end = _end_of(text, start, length)
            if end is None:
                continue
            off = distance(fold(text[start:end]), name)
            if off <= max(1, len(name) // 4):
                near.append((off, abs(length - len(name)), end, name, field))
    if not near:
        return None
    near.sort(key=lambda n: (n[0], n[1], -len(n[3])))
    fields = {field for off, _, _, _, field in near if off == near[0][0]}
    if len(fields) == 1:
        return near[0][2:]
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
    order = sorted((distance(read, name), name) for name in folded if name)
    if not order or order[0][0] != 1 or len(order[0][1]) < _SHORTEST_NAME:
        return unit_text
    rivals = []
    for (off, _), (_, _) in pairwise([*order[1:], (99, "")]):
        rivals.append(off)
    if not rivals or rivals[0] > 1:
        return folded[order[0][1]]
    return unit_text


def distance(one: str, other: str) -> int:
    """How many characters must be changed, added or dropped to make one text of the other."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = (
                row[j],
                min(row[j] + 1, row[j - 1] + 1, before + (a != b)),
            )
    return row[-1]
