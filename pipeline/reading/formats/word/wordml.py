"""The vocabulary of WordprocessingML, and what its lists and styles do to the text:
automatic numbers, hidden text.

Beside word.py, which walks the body. Knows nothing of documents and cells; trusts only well-formed XML.
"""

import re
from dataclasses import dataclass, field
from functools import cache

from lxml import etree

from pipeline.reading.containers.limits import parse_xml
from pipeline.reading.formats import list_numbers

Element = etree._Element

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
VAL = f"{{{W}}}val"
_OTHER_W = (  # the same vocabulary under other names: ISO strict, Word 2003
    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    b"http://schemas.microsoft.com/office/word/2003/wordml",
)


def one_vocabulary(data: bytes) -> bytes:
    """The XML with the transitional namespace, whichever of its names the writer used."""
    for other in _OTHER_W:
        if other in data[:8192]:
            data = data.replace(other, W.encode())
    return data


@cache
def local(tag: object) -> str:
    if isinstance(tag, str):
        return tag.rpartition("}")[2]
    return ""


@cache
def _qualified(name: str) -> str:
    return f"{{{W}}}{name}"


def child_of(element: Element, name: str) -> Element | None:
    return element.find(_qualified(name))


def value_of(element: Element | None, name: str) -> str | None:
    """w:val of a child, "" where the child has none, None where there is no child."""
    if element is None:
        child = None
    else:
        child = child_of(element, name)
    if child is None:
        return None
    return child.get(VAL, "")


def is_on(element: Element | None, name: str) -> bool:
    return value_of(element, name) not in (None, "0", "false", "off", "none")


def whole(text: str | None, default: int = 0) -> int:
    if text and re.fullmatch(r"-?\d{1,9}", text):
        return int(text)
    return default


def _either(element: Element, name: str, other: str) -> str:
    """An attribute under its name of today or that of Word 2003."""
    return element.get(f"{{{W}}}{name}") or element.get(f"{{{W}}}{other}") or ""


@dataclass
class Level:
    """One level of a list: `text` with %1 .. %9 for the numbers of the levels, `gap`
    what follows it."""

    number_format: str = "decimal"
    text: str = ""
    start: int = 1
    gap: str = " "
    bullet: bool = False


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
                self.levels[key, whole(level.get(f"{{{W}}}ilvl"))] = _level(level)
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
        if level is not None:  # a list whose level is redefined counts by itself
            own = f"num {num_id}"
            abstract = self.abstract_of[num_id]
            self.levels.update(
                {
                    (own, d): v
                    for (a, d), v in list(self.levels.items())
                    if a == abstract
                }
            )
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
        if level.bullet:
            return list_numbers.bullet(level.text) + level.gap
        text = re.sub(
            r"%(\d)",
            lambda m: self._part(abstract, int(m[1]) - 1, counters),
            level.text,
        )
        if text:
            return text + level.gap
        return ""

    def _advance(
        self, num_id: str, abstract: str, depth: int, counters: dict[int, int]
    ) -> None:
        if (num_id, depth) in self.overrides and (num_id, depth) not in self.started:
            counters[depth] = self.overrides[num_id, depth]
        elif depth in counters:
            counters[depth] += 1
        else:
            counters[depth] = self.levels[abstract, depth].start
        self.started.add((num_id, depth))
        for deeper in [d for d in counters if d > depth]:
            del counters[deeper]

    def _part(self, abstract: str, depth: int, counters: dict[int, int]) -> str:
        level = self.levels.get((abstract, depth), Level())
        return list_numbers.paint(level.number_format, counters.get(depth, level.start))


def _level(element: Element) -> Level:
    number_format = value_of(element, "numFmt") or value_of(element, "nfc") or "decimal"
    if number_format.isdigit():  # Word 2003 XML writes the code
        number_format = list_numbers.BY_CODE.get(int(number_format), "decimal")
    gap = {"nothing": ""}.get((value_of(element, "suff") or "tab").lower(), " ")
    return Level(
        number_format,
        value_of(element, "lvlText") or "",
        whole(value_of(element, "start"), 1),
        gap,
        number_format == "bullet",
    )


@dataclass
class Styles:
    """Of the styles, only what changes the text: which ones hide it, which ones number it."""

    hidden: set[str] = field(default_factory=set)
    numbered: dict[str, tuple[str, int]] = field(default_factory=dict)

    @classmethod
    def parse(cls, data: bytes) -> "Styles":
        if b"vanish" not in data and b"numPr" not in data:
            return cls()  # by far the most: nothing to learn, nothing to parse
        return cls.of(parse_xml(one_vocabulary(data)))

    @classmethod
    def of(cls, root: Element) -> "Styles":
        styles, known = cls(), -1
        while known < len(styles.hidden) + len(
            styles.numbered
        ):  # a style may stand before the one it is based on
            known = len(styles.hidden) + len(styles.numbered)
            for style in root.iter(f"{{{W}}}style"):
                styles._take(style)
        return styles

    def _take(self, style: Element) -> None:
        key, parent = style.get(f"{{{W}}}styleId", ""), value_of(style, "basedOn") or ""
        properties = child_of(style, "rPr")
        if is_on(properties, "vanish") or (
            parent in self.hidden and value_of(properties, "vanish") is None
        ):
            self.hidden.add(key)
        numbers = list_of(child_of(style, "pPr"))
        if numbers or parent in self.numbered:
            self.numbered[key] = numbers or self.numbered[parent]


def list_of(properties: Element | None) -> tuple[str, int] | None:
    """(list, level) of paragraph properties; ("0", …) switches the style's numbering off."""
    if properties is None:
        return None
    for name, key in (("numPr", "numId"), ("listPr", "ilfo")):
        numbers = child_of(properties, name)
        if numbers is not None:
            return value_of(numbers, key) or "", whole(value_of(numbers, "ilvl"))
    return None


def choice(alternatives: Element) -> Element:
    """The first alternative (Choice); a Fallback repeats the same text for old programs."""
    return next(iter(alternatives), alternatives)


def is_deletion(element: Element) -> bool:
    """An aml:annotation of Word 2003 XML that marks deleted text or a comment."""
    return local(element.tag) == "annotation" and element.get(f"{{{W}}}type") in (
        "Word.Deletion",
        "Word.Comment",
    )


def is_placeholder(element: Element) -> bool:
    """A content control that still shows its prompt (单击此处输入文字): nobody has
    typed anything there."""
    return local(element.tag) == "sdt" and is_on(
        child_of(element, "sdtPr"), "showingPlcHdr"
    )


def is_gone(row_properties: Element | None) -> bool:
    if row_properties is None:
        return False
    return child_of(row_properties, "del") is not None or is_on(
        row_properties, "hidden"
    )


def mark_is_deleted(properties: Element | None) -> bool:
    if properties is None:
        mark = None
    else:
        mark = child_of(properties, "rPr")
    return mark is not None and any(
        local(e.tag) in ("del", "moveFrom") or is_deletion(e) for e in mark
    )


def symbol(element: Element) -> str:
    code = element.get(f"{{{W}}}char", "")
    if re.fullmatch(r"[0-9A-Fa-f]{2,4}", code):
        sign = chr(int(code, 16))
    else:
        sign = ""
    if "\ue000" <= sign <= "\uf8ff" or "\ud800" <= sign <= "\udfff":
        return ""
    return sign
