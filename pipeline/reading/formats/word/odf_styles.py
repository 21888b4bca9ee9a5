"""The vocabulary of OpenDocument, and what its styles do to the text: hidden and struck
text, list numbers.

Beside odf.py and ods.py. Trusts only well-formed XML.
"""

from collections.abc import Iterable, Iterator

from lxml import etree

from pipeline.reading.formats import list_numbers

Element = etree._Element

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE = (f"{{{_NS}{name}:1.0}}" for name in ("office", "text", "table"))
STYLE, DRAW = f"{{{_NS}style:1.0}}", f"{{{_NS}drawing:1.0}}"

_FORMATS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "一": "chineseCounting",
    "壹": "chineseLegalSimplified",
    "①": "decimalEnclosedCircle",
    "甲": "ideographTraditional",
    "子": "ideographZodiac",
    "１": "decimalFullWidth",
    "": "none",
}


def whole(text: str | None, default: int) -> int:
    if text and text.isdecimal() and len(text) < 10:
        return int(text)
    return default


class OdfStyles:
    """Which styles hide or strike their text, and the levels of the list styles, of one
    or two style parts."""

    def __init__(self, roots: Iterable[Element]) -> None:
        self._hidden: set[str] = set()
        self._struck: set[str] = set()
        self.hidden_tables: set[str] = set()
        self.levels: dict[tuple[str, int], Element] = {}
        for root in roots:
            for style in root.iter(f"{STYLE}style"):
                self._take(style)
            for style in root.iter(f"{TEXT}list-style"):
                name = style.get(f"{STYLE}name", "")
                self.levels.update(
                    ((name, whole(level.get(f"{TEXT}level"), 1) - 1), level)
                    for level in style
                )

    def _take(self, style: Element) -> None:
        name, parent = (
            style.get(f"{STYLE}name", ""),
            style.get(f"{STYLE}parent-style-name", ""),
        )
        text = style.find(f"{STYLE}text-properties")
        table = style.find(f"{STYLE}table-properties")
        if parent in self._hidden or (
            text is not None and text.get(f"{TEXT}display") == "none"
        ):
            self._hidden.add(name)
        if (
            text is not None
            and text.get(f"{STYLE}text-line-through-style", "none") != "none"
        ):
            self._struck.add(name)
        if table is not None and table.get(f"{TABLE}display") == "false":
            self.hidden_tables.add(name)

    def hides(self, name: str | None) -> bool:
        return name in self._hidden

    def strikes(self, name: str | None) -> bool:
        return name in self._struck


class OdfLists:
    """The running numbers of lists, by their style."""

    def __init__(self, styles: OdfStyles) -> None:
        self._levels = styles.levels
        self._counters: dict[str, dict[int, int]] = {}

    def begin(self, element: Element, style: str, depth: int) -> None:
        """A list begins: its numbers start afresh, unless it says that it goes on."""
        goes_on = element.get(f"{TEXT}continue-numbering") == "true" or element.get(
            f"{TEXT}continue-list"
        )
        counters = self._counters.setdefault(style, {})
        if not goes_on:
            for deeper in [d for d in counters if d >= depth]:
                del counters[deeper]

    def label(self, style: str, depth: int, item: Element) -> str:
        """What stands before the item, with its gap; advances the list."""
        counters = self._counters.setdefault(style, {})
        start = whole(item.get(f"{TEXT}start-value"), 0)
        counters[depth] = (
            start or counters.get(depth, self._start(style, depth) - 1) + 1
        )
        for deeper in [d for d in counters if d > depth]:
            del counters[deeper]
        level = self._levels.get((style, depth))
        if level is None:
            return ""
        if level.tag == f"{TEXT}list-level-style-bullet":
            return list_numbers.bullet(level.get(f"{TEXT}bullet-char", "")) + " "
        numbers = ".".join(self._numbers(style, depth, level, counters))
        text = (
            level.get(f"{STYLE}num-prefix", "")
            + numbers
            + level.get(f"{STYLE}num-suffix", "")
        )
        if text:
            return f"{text} "
        return ""

    def _start(self, style: str, depth: int) -> int:
        level = self._levels.get((style, depth))
        if level is None:
            return 1
        return whole(level.get(f"{TEXT}start-value"), 1)

    def _numbers(
        self, style: str, depth: int, level: Element, counters: dict[int, int]
    ) -> Iterator[str]:
        shown = max(whole(level.get(f"{TEXT}display-levels"), 1), 1)
        for d in range(max(depth - shown + 1, 0), depth + 1):
            own = self._levels.get((style, d))
            if own is None:
                sign = "1"
            else:
                sign = own.get(f"{STYLE}num-format", "")
            text = list_numbers.paint(
                _FORMATS.get(sign.split(",")[0].strip(), "decimal"), counters.get(d, 1)
            )
            if text:
                yield text
