"""A paragraph of OpenDocument text as a person sees it: its spans, blanks, signs and
fields, and the text boxes that hang on it.

Beside odt.py, which walks the body and its tables. Trusts only well-formed XML. Drops
what is not painted, and tells what is doubtful.
"""

import re
from dataclasses import dataclass, field, replace

from lxml import etree

from pipeline.model.document import Doubt
from pipeline.reading.formats.seen import Colour, Seen
from pipeline.reading.formats.symbol_fonts import UNKNOWN, draws_signs, in_font
from pipeline.reading.formats.word import fields
from pipeline.reading.formats.word.odf_styles import (
    DRAW,
    OFFICE,
    TEXT,
    Element,
    OdfStyles,
    whole,
)
from pipeline.reading.formats.word.run_format import RunFormat

# Fields that a program fills in when it paints the page, by its number or a condition.
_OF_THE_MOMENT = frozenset(
    (
        "page-number",
        "page-count",
        "page-variable-get",
        "conditional-text",
        "word-count",
        "character-count",
        "paragraph-count",
        "table-count",
        "image-count",
        "object-count",
        "database-row-number",
        "sequence",
        "chapter",
        "measure",
        "bibliography-mark",
        "dde-connection",
        "editing-cycles",
        "editing-duration",
        "date",
        "time",
        "creation-date",
        "creation-time",
        "modification-date",
        "modification-time",
        "print-date",
        "print-time",
        "page-continuation",
        "hidden-text",
    )
)
# Shown to be clicked or typed over, as a prompt is.
_PROMPTS = frozenset(("placeholder", "execute-macro"))
_UNSEEN = frozenset(
    (
        f"{OFFICE}annotation",
        f"{OFFICE}annotation-end",
        f"{OFFICE}forms",
        f"{TEXT}note",
        f"{TEXT}ruby-text",
        f"{TEXT}tracked-changes",
        f"{TEXT}sequence-decls",
        f"{TEXT}script",
    )
)
_SHAPES = frozenset((f"{DRAW}text-box", f"{DRAW}custom-shape", f"{DRAW}rect"))
# Parts of a draw:frame, which is looked at as a whole
_INSIDE_A_FRAME = ("image", "a", "glue-point", "contour-polygon")
_CHANGES = (f"{TEXT}change-start", f"{TEXT}change-end")
_STORED = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
# In a text with half-width commas
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
# That one text:s may stand for
_MOST_BLANKS = 200
_TICKED, _UNTICKED = "☑", "□"


@dataclass
class Revisions:
    """Deletions that stand in the text itself, between their change marks; one may go
    on over several paragraphs."""

    deletions: frozenset[str]
    open: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, root: Element) -> "Revisions":
        found = set()
        for region in root.iter(f"{TEXT}changed-region"):
            if region.find(f"{TEXT}deletion") is not None:
                found.add(region.get(f"{TEXT}id", ""))
        return cls(frozenset(found))

    def turn(self, mark: Element) -> None:
        key = mark.get(f"{TEXT}change-id", "")
        if mark.tag == f"{TEXT}change-end":
            self.open.discard(key)
        elif key in self.deletions:
            self.open.add(key)


@dataclass
class Painter:
    """Paints the inside of one paragraph."""

    styles: OdfStyles
    seen: Seen
    ground: Colour | None
    crushed: bool
    revisions: Revisions
    # In a shape, whose fill is not known here
    drawn: bool = False
    # Hidden as a whole by a mark in it
    gone: bool = False
    boxes: list[Element] = field(default_factory=list)

    def gather(self, element: Element, format_: RunFormat) -> None:
        """Takes the text of an element; text boxes are set aside, not entered."""
        self._put(element.text, format_)
        for child in element:
            self._piece(child, format_)
            self._put(child.tail, format_)

    def _piece(self, child: Element, format_: RunFormat) -> None:
        if child.tag == f"{TEXT}s":
            blanks = min(whole(child.get(f"{TEXT}c"), 1), _MOST_BLANKS)
            self._put(" " * blanks, format_)
        elif child.tag == f"{TEXT}tab":
            self._put("\t", format_)
        elif child.tag == f"{TEXT}line-break":
            self._put("\n", format_)
        elif child.tag in _SHAPES:
            if not is_hidden(child) and not format_.hidden:
                self._note_drawing(child)
                self.boxes.append(child)
        elif child.tag == f"{DRAW}object":
            self.seen.doubts.add(Doubt.PICTURED)
        elif child.tag in _CHANGES:
            self.revisions.turn(child)
        elif child.tag == f"{TEXT}hidden-paragraph":
            self._hide(child)
        elif is_painted(child):
            self._span(child, format_)

    def _hide(self, mark: Element) -> None:
        """A mark that hides all of its paragraph, where its condition says so."""
        if not is_hidden(mark):
            self.seen.doubts.add(Doubt.UNTOLD)
            return
        self.seen.parts.clear()
        self.gone = True

    def _note_drawing(self, shape: Element) -> None:
        """A line or a picture without a text of its own: it strikes what it lies on, and
        where it lies only a painter knows. What lies behind the text hides nothing."""
        says = _text_of(shape).strip()
        behind = self.styles.lies_behind(shape.get(f"{DRAW}style-name"))
        if not says and not behind:
            self.seen.doubts.add(Doubt.PICTURED)

    def _span(self, child: Element, format_: RunFormat) -> None:
        name = etree.QName(child).localname
        if child.tag.startswith(DRAW) and name not in _INSIDE_A_FRAME:
            self._note_drawing(child)
        if name == "fieldmark":
            self._put(_form_control(child), format_)
            return
        if name == "text-input" and _text_of(child).strip():
            # a prompt and what was typed in its place are stored alike
            self.seen.doubts.add(Doubt.UNTOLD)
        self.seen.doubts |= doubts_of_field(child)
        if is_prompt(child):
            return
        style = child.get(f"{TEXT}style-name")
        self.gather(child, self.styles.run("text", style).over(format_))

    def _put(self, text: str | None, format_: RunFormat) -> None:
        if not text or self.gone or self.revisions.open:
            return
        if draws_signs(format_.font):
            text = in_font(format_.font, text)
            if UNKNOWN in text and not format_.hidden:
                self.seen.doubts.add(Doubt.UNTOLD)
        known = self.ground is not None or not self.drawn
        look = format_.look(self.ground, known)
        if self.crushed and not look.hidden:
            look = replace(look, points=0.0)
        self.seen.add(text, look)


def _text_of(element: Element) -> str:
    return "".join(map(str, element.itertext()))


def agrees(text: str, number: float) -> bool:
    """Whether a shown text can be this number's: its figures, rounded as they are; a
    text without figures (numerals, a dash) says nothing against it."""
    found = _NUMBER.findall(text.replace("，", ","))
    if not found:
        return True
    for figures in found:
        plain = figures.replace(",", "")
        places = len(plain.partition(".")[2])
        shown = abs(float(plain))
        apart = abs(shown - abs(number))
        if apart <= 0.500001 * 10**-places:
            return True
    return False


def doubts_of_value(cell: Element, text: str) -> frozenset[Doubt]:
    """What is doubtful of a cell that stores a number beside its text: some programs
    paint the one, some the other."""
    stored = cell.get(f"{OFFICE}value", "")
    if _STORED.fullmatch(stored) and not agrees(text, float(stored)):
        return frozenset((Doubt.UNTOLD,))
    return frozenset()


def doubts_of_field(element: Element) -> frozenset[Doubt]:
    """What is doubtful of a field's text: it is a prompt, or of the moment when it was
    last painted."""
    name = etree.QName(element).localname
    if is_prompt(element):
        return frozenset((Doubt.UNFILLED,))
    if name in _OF_THE_MOMENT:
        return frozenset((Doubt.UNTOLD,))
    if name == "database-display" and (element.text or "").startswith("<"):
        return frozenset((Doubt.UNFILLED,))
    return frozenset()


def is_prompt(element: Element) -> bool:
    """Whether an element's text asks to be typed over."""
    name = etree.QName(element).localname
    if name == "content-control":
        return _says(element, "showing-place-holder", "true")
    return name in _PROMPTS


def is_painted(element: Element) -> bool:
    """Whether anything of an inline element is text of its line."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return False
    return not is_hidden(element)


def is_hidden(element: Element) -> bool:
    return (
        element.get(f"{TEXT}display") == "none"
        or element.get(f"{TEXT}is-hidden") == "true"
        or element.get(f"{DRAW}display") in ("none", "printer-hidden", "screen")
    )


def _says(element: Element, name: str, value: str) -> bool:
    """Whether an attribute says so, in whichever version of the extension's namespace."""
    for key, said in element.attrib.items():
        if str(key).endswith(f"}}{name}"):
            return said == value
    return False


def _form_control(mark: Element) -> str:
    """What a form control of Word shows that was taken over: a choice, a tick box."""
    entries: list[str] = []
    chosen = -1
    ticked = None
    for parameter in mark:
        name = value = ""
        for key, said in parameter.attrib.items():
            if str(key).endswith("}name"):
                name = str(said)
            elif str(key).endswith("}value"):
                value = str(said)
        if name == "Dropdown_ListEntry":
            entries.append(value)
        elif name == "Dropdown_Selected":
            chosen = whole(value, -1)
        elif name == "Checkbox_Checked":
            ticked = value in ("true", "1")
    if ticked is not None:
        if ticked:
            return _TICKED
        return _UNTICKED
    return fields.chosen(entries, chosen, None)
