"""Automatic numbers of WordprocessingML: which list a paragraph stands in, and the text
that Word paints before it.

Beside docx_line.py, which asks for each paragraph in order; .doc files fill the same
Numbering (doc_lists.py). Trusts only well-formed XML.
"""

import re
from dataclasses import dataclass, field

from pipeline.reading.containers.limits import parse_xml
from pipeline.reading.formats import list_numbers
from pipeline.reading.formats.word.markup.wordml import (
    Element,
    W,
    child_of,
    is_on,
    one_vocabulary,
    value_of,
    whole,
)


def _either(element: Element, name: str, other: str) -> str:
    """An attribute under its name of today or that of Word 2003."""
    return element.get(f"{{{W}}}{name}") or element.get(f"{{{W}}}{other}") or ""


# Where the number of a level stands
_PLACES = re.compile(r"(%\d)")


@dataclass
class Level:
    """One level of a list: `text` with %1 .. %9 for the numbers of the levels, `gap`
    what follows it."""

    number_format: str = "decimal"
    text: str = ""
    start: int = 1
    gap: str = " "
    bullet: bool = False
    hidden: bool = False


@dataclass
class Numbering:
    """Lists and their running counters; `label` advances them, so it is asked once for
    each paragraph in order."""

    levels: dict[tuple[str, int], Level] = field(default_factory=dict)
    abstract_of: dict[str, str] = field(default_factory=dict)
    overrides: dict[tuple[str, int], int] = field(default_factory=dict)
    counters: dict[str, dict[int, int]] = field(default_factory=dict)
    started: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def parse(cls, data: bytes) -> "Numbering":
        if data:
            return cls.of(parse_xml(one_vocabulary(data)))
        return cls()

    @classmethod
    def of(cls, root: Element) -> "Numbering":
        numbering = cls()
        numbering._take(root)
        return numbering

    def _take(self, root: Element) -> None:
        for abstract in root.iter(f"{{{W}}}abstractNum", f"{{{W}}}listDef"):
            key = _either(abstract, "abstractNumId", "listDefId")
            for level in abstract.iter(f"{{{W}}}lvl"):
                self.levels[key, whole(level.get(f"{{{W}}}ilvl"))] = _level(
                    level
                )
        for num in root.iter(f"{{{W}}}num", f"{{{W}}}list"):
            num_id = _either(num, "numId", "ilfo")
            self.abstract_of[num_id] = (
                value_of(num, "abstractNumId") or value_of(num, "ilst") or ""
            )
            for override in num.iter(f"{{{W}}}lvlOverride"):
                self._take_override(num_id, override)

    def _take_override(self, num_id: str, override: Element) -> None:
        depth = whole(override.get(f"{{{W}}}ilvl"))
        level = child_of(override, "lvl")
        # A list whose level is redefined counts by itself
        if level is not None:
            own = f"num {num_id}"
            abstract = self.abstract_of[num_id]
            for (list_id, other_depth), other in list(self.levels.items()):
                if list_id == abstract:
                    self.levels[own, other_depth] = other
            self.abstract_of[num_id] = own
            self.levels[own, depth] = _level(level)
        start = value_of(override, "startOverride")
        if start is not None:
            self.overrides[num_id, depth] = whole(start, 1)

    def label(self, num_id: str, depth: int) -> str:
        """What stands before the paragraph, with its gap; "" for a list that is not defined."""
        abstract = self.abstract_of.get(num_id, "")
        level = self.levels.get((abstract, depth))
        if level is None:
            return ""
        counters = self.counters.setdefault(abstract, {})
        self._advance(num_id, abstract, depth, counters)
        if level.hidden:
            return ""
        if level.bullet:
            return list_numbers.bullet(level.text) + level.gap
        text = ""
        for piece in _PLACES.split(level.text):
            if _PLACES.fullmatch(piece):
                text += self._part(abstract, int(piece[1]) - 1, counters)
            else:
                text += piece
        if text:
            return text + level.gap
        return ""

    def _advance(
        self, num_id: str, abstract: str, depth: int, counters: dict[int, int]
    ) -> None:
        if (num_id, depth) in self.overrides and (
            num_id,
            depth,
        ) not in self.started:
            counters[depth] = self.overrides[num_id, depth]
        elif depth in counters:
            counters[depth] += 1
        else:
            counters[depth] = self.levels[abstract, depth].start
        self.started.add((num_id, depth))
        for deeper in list(counters):
            if deeper > depth:
                del counters[deeper]

    def _part(self, abstract: str, depth: int, counters: dict[int, int]) -> str:
        level = self.levels.get((abstract, depth), Level())
        return list_numbers.paint(
            level.number_format, counters.get(depth, level.start)
        )


def _level(element: Element) -> Level:
    number_format = (
        value_of(element, "numFmt") or value_of(element, "nfc") or "decimal"
    )
    # Word 2003 XML writes the code
    if number_format.isdigit():
        number_format = list_numbers.BY_CODE.get(int(number_format), "decimal")
    gap = {"nothing": ""}.get((value_of(element, "suff") or "tab").lower(), " ")
    return Level(
        number_format=number_format,
        text=value_of(element, "lvlText") or "",
        start=whole(value_of(element, "start"), 1),
        gap=gap,
        bullet=number_format == "bullet",
        hidden=is_on(child_of(element, "rPr"), "vanish"),
    )


def list_of(properties: dict[str, Element]) -> tuple[str, int] | None:
    """(list, level) of a paragraph's properties by name; ("0", …) switches the style's
    numbering off."""
    for name, key in (("numPr", "numId"), ("listPr", "ilfo")):
        numbers = properties.get(name)
        if numbers is not None:
            return value_of(numbers, key) or "", whole(
                value_of(numbers, "ilvl")
            )
    return None
