"""How runs of WordprocessingML look: their own properties, and those of the styles of
characters, paragraphs and tables.

Beside docx_line.py. Trusts only well-formed XML. Reads of the styles only what makes
text unseen, struck or raised, or numbers it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from pipeline.reading.containers.limits import parse_xml
from pipeline.reading.formats.word.markup.wordml import (
    HALF_POINTS,
    TWIPS,
    VAL,
    Element,
    W,
    attribute,
    child_of,
    children_by_name,
    is_set,
    length,
    local,
    one_vocabulary,
    value_of,
    whole,
)
from pipeline.reading.formats.word.markup.wordml_lists import list_of
from pipeline.reading.formats.word.markup.wordml_paint import (
    shading,
    take_paint,
)
from pipeline.reading.formats.word.markup.wordml_paragraphs import (
    ParagraphSaid,
    set_over,
)
from pipeline.reading.formats.word.markup.wordml_style_part import cut_to_used
from pipeline.reading.formats.word.markup.wordml_tables import (
    TablePart,
    TableStyle,
)
from pipeline.reading.formats.word.run_format import (
    NOTHING_SAID,
    OVERLAPPING_POINTS,
    Ink,
    RunFormat,
    is_prompt_style,
)

# Styles that one is based on, in turn; Word itself stops at ten
_MOST_BASES = 12
_SQUEEZING = ("spacing", "fitText", "eastAsianLayout")
_SWITCHES = {
    "vanish": "hidden",
    # "always hidden", which not every program obeys
    "specVanish": "untold",
    # hidden in Word's web layout alone; LibreOffice hides it everywhere
    "webHidden": "untold",
    "strike": "struck",
    "dstrike": "struck",
    "emboss": "relief",
    "imprint": "relief",
    "rtl": "turned",
    "cs": "complex_script",
}


# Each child of a w:rPr: its name, then its attributes
Wording = tuple[object, ...]
# What a w:rPr says by itself, and the style that it names
Said = tuple[RunFormat, str | None]


def _wording(properties: Element) -> Wording:
    """What tells two w:rPr apart; () where a child has children of its own."""
    found: list[object] = []
    for child in properties:
        if len(child):
            return ()
        found.append(child.tag)
        found += child.items()
    return tuple(found)


def run_format(properties: Element | None) -> RunFormat:
    """What the w:rPr of a run or a style says by itself."""
    said: dict[str, object] = {}
    for child in () if properties is None else properties:
        name = local(child.tag)
        value = child.get(VAL, "")
        if name in _SWITCHES:
            _take_switch(said, name, is_set(child))
        elif name == "vertAlign":
            said["raised"] = value in ("superscript", "subscript")
        elif name == "position":
            said["shift"] = length(value, HALF_POINTS, 0)
        elif name == "sz":
            said["points"] = length(value, HALF_POINTS, 12)
        elif name == "szCs":
            said["complex_points"] = length(value, HALF_POINTS, 12)
        elif name == "w":
            said["scale"] = whole(value.rstrip("%"), 100)
        elif name in _SQUEEZING and _is_squeezed(name, child, value):
            said["untold"] = True
        else:
            take_paint(said, name, child, value)
    if not said:
        return NOTHING_SAID
    return RunFormat(**said)  # type: ignore[arg-type]


def _take_switch(said: dict[str, object], name: str, on: bool) -> None:
    """A property that is on or off; two of them may say the same."""
    key = _SWITCHES[name]
    said[key] = bool(said.get(key)) or on


def _is_squeezed(name: str, child: Element, value: str) -> bool:
    """Whether characters lie over one another, or in two lines of half their height."""
    if name == "spacing":
        return length(value, TWIPS, 0) <= -OVERLAPPING_POINTS
    if name == "fitText":
        return 0 < length(value, TWIPS, 99) <= OVERLAPPING_POINTS
    return attribute(child, "combine") in ("1", "true", "on")


@dataclass
class Styles:
    """The styles of a document by their id, each resolved when it is asked for."""

    elements: dict[str, Element] = field(default_factory=dict)
    numbered: dict[str, tuple[str, int]] = field(default_factory=dict)
    defaults: RunFormat = NOTHING_SAID
    default_paragraph: str = ""
    _own: dict[str, RunFormat] = field(default_factory=dict)
    _said: dict[Wording, Said] = field(default_factory=dict)
    _grounds: dict[str, Ink | None] = field(default_factory=dict)
    _places: dict[str, ParagraphSaid] = field(default_factory=dict)
    _default_place: ParagraphSaid = field(default_factory=dict)
    _tables: dict[str, TableStyle] = field(default_factory=dict)

    @classmethod
    def used_in(cls, document: bytes, part: bytes) -> "Styles":
        """The styles of a part as far as a document uses them: a template brings two
        hundred kilobytes of others, whose parsing would take longer than all the rest."""
        if not part:
            return cls()
        part = one_vocabulary(part)
        return cls.of(parse_xml(cut_to_used(document, part)))

    @classmethod
    def of(cls, root: Element) -> "Styles":
        styles = cls()
        for style in root.iter(f"{{{W}}}style"):
            key = attribute(style, "styleId")
            if not key:
                continue
            styles.elements[key] = style
            default = attribute(style, "default") not in (
                "",
                "0",
                "false",
                "off",
            )
            if default and attribute(style, "type") == "paragraph":
                styles.default_paragraph = key
        for defaults in root.iter(f"{{{W}}}rPrDefault"):
            styles.defaults = run_format(child_of(defaults, "rPr"))
        for defaults in root.iter(f"{{{W}}}pPrDefault"):
            styles._default_place = set_over(child_of(defaults, "pPr"), {})
        for key in styles.elements:
            numbers = styles._numbers_of(key)
            if numbers is not None:
                styles.numbered[key] = numbers
        return styles

    def _numbers_of(self, key: str) -> tuple[str, int] | None:
        for style in self._line_of(key):
            numbers = list_of(children_by_name(child_of(style, "pPr")))
            if numbers is not None:
                return numbers
        return None

    def _line_of(self, key: str) -> Iterator[Element]:
        """A style and those that it is based on, from the top."""
        for _ in range(_MOST_BASES):
            style = self.elements.get(key)
            if style is None:
                return
            yield style
            key = value_of(style, "basedOn") or ""

    def own(self, key: str) -> RunFormat:
        """What a style and its bases say of its runs."""
        found = self._own.get(key)
        if found is None:
            found = NOTHING_SAID
            if is_prompt_style(key):
                # Also where a writer left its definition out
                found = replace(found, prompt=True)
            for style in self._line_of(key):
                found = found.over(run_format(child_of(style, "rPr")))
                if is_prompt_style(value_of(style, "name")):
                    found = replace(found, prompt=True)
            self._own[key] = found
        return found

    def of_paragraph(self, key: str, table: RunFormat) -> RunFormat:
        """What the runs of a paragraph inherit; `table` is what its table says."""
        own = self.own(key or self.default_paragraph)
        return own.over(table).over(self.defaults)

    def ground_of(self, key: str) -> Ink | None:
        """The fill of a paragraph style."""
        if key not in self._grounds:
            self._grounds[key] = self._ground(key)
        return self._grounds[key]

    def _ground(self, key: str) -> Ink | None:
        for style in self._line_of(key or self.default_paragraph):
            properties = child_of(style, "pPr")
            if (
                properties is not None
                and child_of(properties, "shd") is not None
            ):
                return shading(child_of(properties, "shd"))
        return None

    def place_of(self, key: str) -> ParagraphSaid:
        """How a paragraph style and its bases set paragraphs."""
        key = key or self.default_paragraph
        found = self._places.get(key)
        if found is None:
            found = self._default_place
            for style in reversed(list(self._line_of(key))):
                found = set_over(child_of(style, "pPr"), found)
            self._places[key] = found
        return found

    def of_run(
        self, properties: Element | None, paragraph: RunFormat
    ) -> RunFormat:
        """What counts for a run: its own words over its style over its paragraph's."""
        if properties is None:
            return paragraph.as_set()
        direct, style = self._said_by(properties)
        if not style:
            return direct.over(paragraph).as_set()
        character = self.own(style)
        base = character.over(paragraph)
        if character.hidden and paragraph.hidden:
            # ECMA-376 17.7.3: two styles that switch the same thing switch it back, which
            # not every program does
            base = replace(base, hidden=False, untold=True)
        return direct.over(base).as_set()

    def _said_by(self, properties: Element) -> Said:
        """What a run's properties say, worked out once for all that are worded alike."""
        wording = _wording(properties)
        found = self._said.get(wording)
        if found is None:
            style = value_of(properties, "rStyle")
            found = (run_format(properties), style)
            if wording:
                self._said[wording] = found
        return found

    def table(self, key: str) -> TableStyle:
        found = self._tables.get(key)
        if found is None:
            found = self._tables[key] = self._table(key)
        return found

    def _table(self, key: str) -> TableStyle:
        found = TableStyle()
        for style in self._line_of(key):
            _add_part(found, "wholeTable", style)
            for part in style.iterchildren(f"{{{W}}}tblStylePr"):
                _add_part(found, attribute(part, "type"), part)
        return found


def _add_part(table: TableStyle, name: str, element: Element) -> None:
    """A part of a table style, under those of the styles that are based on it."""
    run = run_format(child_of(element, "rPr"))
    cell = child_of(element, "tcPr")
    if cell is not None:
        ground = shading(child_of(cell, "shd"))
    else:
        ground = None
    above = table.parts.get(name)
    if above is None:
        table.parts[name] = TablePart(run, ground)
        return
    above.run = above.run.over(run)
    if above.ground is None:
        above.ground = ground
