"""A paragraph of WordprocessingML as a person sees it: its runs, signs, fields, list
number, and the text boxes that hang on it.

Beside docx_walk.py, which walks the body and its tables. Trusts only well-formed XML.
Drops what is not painted (deleted, hidden, field instructions, prompts), and tells of
every line what is doubtful.
"""

import re
from dataclasses import dataclass, field, replace

from pipeline.model.document import Doubt
from pipeline.model.values.frozen import frozen
from pipeline.reading.formats import list_numbers
from pipeline.reading.formats.seen import Colour, Look, Seen
from pipeline.reading.formats.symbol_fonts import (
    UNKNOWN,
    draws_signs,
    in_font,
    sign_of,
)
from pipeline.reading.formats.word import fields
from pipeline.reading.formats.word.markup.content_controls import PROMPT, UNTOLD
from pipeline.reading.formats.word.markup.wordml import (
    VAL,
    Element,
    W,
    attribute,
    child_of,
    children_by_name,
    chosen,
    is_deletion,
    is_of_unknown_kind,
    is_on,
    local,
    mark_is_deleted,
    value_of,
    whole,
)
from pipeline.reading.formats.word.markup.wordml_lists import Numbering, list_of
from pipeline.reading.formats.word.markup.wordml_paint import shading
from pipeline.reading.formats.word.markup.wordml_paragraphs import (
    is_crushed,
    leaves_page,
    set_over,
)
from pipeline.reading.formats.word.markup.wordml_styles import Styles
from pipeline.reading.formats.word.run_format import (
    NOTHING_SAID,
    RunFormat,
    as_ground,
)

_REVISED = ("del", "moveFrom", "conflictDel", "delText", "delInstrText")
_DATA = ("fldData", "binData", "rt", "docPr", "ctrlPr", "oMathParaPr")
_PROPERTIES = (
    "pPr",
    "rPr",
    "tblPr",
    "tblGrid",
    "tblPrEx",
    "trPr",
    "tcPr",
    "sdtPr",
    "sdtEndPr",
    "sectPr",
)
UNPAINTED = frozenset((*_REVISED, *_DATA, *_PROPERTIES))
_EQUATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# DrawingML's own text is part of a picture
_DRAWN_TEXT = "{http://schemas.openxmlformats.org/drawingml/"
# Of running text and of equations
_TEXTS = (f"{{{W}}}", _EQUATIONS)
_SIGNS = {
    "tab": "\t",
    "ptab": "\t",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "-",
}
# Written by the program when it paints: a number of a page, parts of today's date
_OF_THE_MOMENT = frozenset(
    (
        "pgNum",
        "dayShort",
        "dayLong",
        "monthShort",
        "monthLong",
        "yearShort",
        "yearLong",
    )
)
# Another file's text (subDoc), and what is painted by another program
_ELSEWHERE = ("subDoc",)
_PAINTED_ELSEWHERE = ("OLEObject", "control", "contentPart", "oMath")
_NOTE_MARKS = (
    "footnoteReference",
    "endnoteReference",
    "footnoteRef",
    "endnoteRef",
)
# DrawingML in the line and beside it (ECMA-376 part 1, 20.4.2), and VML of older programs
_DRAWINGS = ("inline", "anchor", "pict")
# U+2611, U+25A1: a form's tick box, ticked and not
_ASKS = re.compile(r"单击|点击|请输入|请填|请选择|选择一项|Click|Choose|Enter ")
_ON = ("1", "true", "on")
_TICKED, _UNTICKED = "☑", "□"


@frozen
class Place:
    """Where a paragraph stands, as far as that changes how its text looks: what the
    table's style says of runs, the fill behind it, whether its row is too low to read."""

    run: RunFormat = NOTHING_SAID
    ground: Colour | None = None
    crushed: bool = False
    # Of a row that is set exactly so high, in points
    height: float | None = None
    # In a shape, whose fill is not known here
    drawn: bool = False


@dataclass
class Line:
    """A paragraph's text, the text boxes anchored in it, and whether its end mark
    stands (a deleted one does not)."""

    seen: Seen
    boxes: list[Element] = field(default_factory=list)
    ended: bool = True


@dataclass
class _Field:
    """A field that has begun; `data` is what its beginning holds of a form's control."""

    data: Element | None
    code: list[str] = field(default_factory=list)
    result: list[str] = field(default_factory=list)
    separated: bool = False
    stale: bool = False


class LineReader:
    """Reads paragraphs in the order of the document: list numbers run, and a field may
    go on over several paragraphs."""

    def __init__(
        self,
        styles: Styles,
        numbering: Numbering,
        body: Element,
        *,
        updates: bool = False,
    ) -> None:
        """`updates`: Word computes all fields when it opens the document."""
        self.styles = styles
        self.numbering = numbering
        self.updates = updates
        self._open: list[_Field] = []
        self._balanced = _fields_are_balanced(body)
        self._shifts = next(body.iter(f"{{{W}}}position"), None) is not None

    def fields_open(self) -> list[_Field]:
        """The fields that are open here; a cell gives them back as it found them."""
        return list(self._open)

    def close_fields(self, before: list[_Field]) -> None:
        self._open = before

    def line(self, paragraph: Element, place: Place) -> Line:
        properties = children_by_name(child_of(paragraph, "pPr"))
        style = _style_in(properties)
        base = self.styles.of_paragraph(style, place.run)
        line = Line(Seen(), ended=not mark_is_deleted(properties.get("rPr")))
        painter = _Painter(
            self, line, self._ground(properties, style, place.ground)
        )
        painter.drawn = place.drawn
        said = set_over(child_of(paragraph, "pPr"), self.styles.place_of(style))
        painter.crushed = place.crushed or is_crushed(said)
        painter.level = self._shifts and _is_level(paragraph)
        if leaves_page(said):
            line.seen.doubts.add(Doubt.UNTOLD)
        painter.gather(paragraph, base)
        if line.seen.text.strip() or line.ended:
            label = self._label(properties, style)
            if line.seen.text.strip():
                line.seen.parts = [list_numbers.before(label, line.seen.text)]
        return line

    def _ground(
        self,
        properties: dict[str, Element],
        style: str,
        behind: Colour | None,
    ) -> Colour | None:
        if "shd" in properties:
            return as_ground(shading(properties["shd"]), behind)
        return as_ground(self.styles.ground_of(style), behind)

    def _label(self, properties: dict[str, Element], style: str) -> str:
        number = list_of(properties) or self.styles.numbered.get(style)
        if number is None:
            return ""
        inherited = self.styles.numbered.get(style, ("", 0))
        return self.numbering.label(number[0] or inherited[0], number[1])

    @property
    def shows(self) -> bool:
        """Whether text that comes now is painted, and no field's instruction."""
        if not self._open or not self._balanced:
            return True
        return all(one.separated for one in self._open)

    def saw(self, text: str) -> None:
        for one in self._open:
            one.result.append(text)

    def instruct(self, text: str) -> None:
        if self._open and not self._open[-1].separated:
            self._open[-1].code.append(text)

    def turn(self, mark: Element) -> fields.Shown | None:
        """A mark of a field: its beginning, its separator, or its end. Gives what a
        field shows by itself when it ends without a result."""
        kind = attribute(mark, "fldCharType")
        if kind == "begin":
            stale = self.is_stale(mark)
            self._open.append(_Field(child_of(mark, "ffData"), stale=stale))
        elif kind == "separate" and self._open:
            self._open[-1].separated = True
        elif kind == "end" and self._open:
            return self._ended(self._open.pop())
        if self._balanced:
            return None
        return fields.Shown(doubts=frozenset((Doubt.UNTOLD,)))

    def is_stale(self, mark: Element) -> bool:
        """Whether the result that a field stores is not the one that it will show."""
        return self.updates or attribute(mark, "dirty") in _ON

    def _ended(self, one: _Field) -> fields.Shown | None:
        result = "".join(one.result).strip()
        if not self.shows:
            return None
        if not result:
            if one.data is not None:
                return _control(one.data)
            return fields.shown_of("".join(one.code))
        if one.stale and fields.is_computed("".join(one.code)):
            return fields.Shown(doubts=frozenset((Doubt.UNCOMPUTED,)))
        if one.data is not None and result == _default_text(one.data):
            return fields.Shown(doubts=frozenset((Doubt.UNFILLED,)))
        doubts = fields.doubts_of_result("".join(one.code))
        return fields.Shown(doubts=doubts) if doubts else None


class _Painter:
    """Paints the inside of one paragraph into its line."""

    def __init__(
        self, reader: LineReader, line: Line, ground: Colour | None
    ) -> None:
        self.reader = reader
        self.seen = line.seen
        self.boxes = line.boxes
        self.ground = ground
        self.crushed = self.level = self.drawn = False

    def gather(self, element: Element, format_: RunFormat) -> None:
        """Takes the text of a paragraph or of anything inside it; text boxes are set
        aside, not entered."""
        for child in element:
            name = local(child.tag)
            if name == "r" and child.tag.startswith(f"{{{W}}}"):
                properties = child_of(child, "rPr")
                self.gather(
                    child, self.reader.styles.of_run(properties, format_)
                )
            elif name == "t":
                self._typed(child, format_)
            elif name in _SIGNS:
                self._put(_SIGNS[name], format_)
            elif name not in UNPAINTED and not is_deletion(child):
                self._piece(child, name, format_)

    def _typed(self, child: Element, format_: RunFormat) -> None:
        """A w:t or m:t; what another vocabulary calls so, no program is known to paint."""
        if child.tag.startswith(_DRAWN_TEXT):
            return
        if not child.tag.startswith(_TEXTS):
            self.seen.doubts.add(Doubt.UNTOLD)
        self._text(child, format_)

    def _piece(self, child: Element, name: str, format_: RunFormat) -> None:
        if name == "txbxContent":
            if not format_.hidden:
                self.boxes.append(child)
        elif name == "AlternateContent":
            branch = chosen(child)
            if not isinstance(branch, tuple):
                self.gather(branch, format_)
        elif name in ("sym", "symEx"):
            self._sign(child, format_)
        elif name == "instrText":
            self.reader.instruct(child.text or "")
        elif name == "fldChar":
            self._show(self.reader.turn(child), format_)
        elif name == "fldSimple":
            self._simple_field(child, format_)
        elif child.tag == PROMPT:
            self._prompt(child, format_)
        elif name in ("bdo", "dir"):
            turned = child.get(VAL) == "rtl"
            self.gather(
                child, replace(format_, turned=turned or format_.turned)
            )
        elif not _is_hidden_drawing(child, name):
            self._further(child, name, format_)

    def _further(self, child: Element, name: str, format_: RunFormat) -> None:
        if name in _PAINTED_ELSEWHERE or (
            name == "textpath" and child.get("string")
        ):
            self.seen.doubts.add(Doubt.PICTURED)
        elsewhere = name in _ELSEWHERE or is_of_unknown_kind(child)
        if name in _OF_THE_MOMENT or elsewhere:
            self.seen.doubts.add(Doubt.UNTOLD)
        if name in _NOTE_MARKS and not format_.hidden:
            # A mark of the writer's own follows as text, one that is not raised
            # stands among the digits
            custom = attribute(child, "customMarkFollows") in _ON
            if custom or not format_.raised:
                self.seen.doubts.add(Doubt.UNTOLD)
        if name in _DRAWINGS and _is_drawn_over(child):
            self.seen.doubts.add(Doubt.PICTURED)
        # Of an equation
        if name in ("sup", "sub"):
            format_ = replace(format_, raised=True)
        self.gather(child, format_)

    def _prompt(self, run: Element, format_: RunFormat) -> None:
        """A run of a control that is said to show its prompt. Programs that fill
        controls forget to say otherwise: a text that does not look like a prompt is
        kept, and doubted."""
        self.seen.doubts.add(Doubt.UNFILLED)
        properties = child_of(run, "rPr")
        text = _text_in(run)
        if value_of(properties, "rStyle") is None and not _ASKS.search(text):
            self.gather(run, self.reader.styles.of_run(properties, format_))

    def _text(self, child: Element, format_: RunFormat) -> None:
        text = child.text or ""
        if draws_signs(format_.font):
            drawn = in_font(format_.font, text)
            if UNKNOWN in drawn and not format_.hidden:
                self.seen.doubts.add(Doubt.UNTOLD)
            text = drawn
        if child.get(UNTOLD) is not None:
            self.seen.doubts.add(Doubt.UNTOLD)
        self._put(text, format_)

    def _sign(self, child: Element, format_: RunFormat) -> None:
        """w:sym, or w16se:symEx, which names a character beyond its 16 bits."""
        font = code = ""
        for key, value in child.attrib.items():
            if local(key) == "font":
                font = str(value)
            elif local(key) == "char":
                code = str(value)
        try:
            number = int(code, 16)
        except ValueError:
            return
        if draws_signs(font) or 0xE000 <= number <= 0xF8FF:
            text = sign_of(font, number)
        elif 0xD800 <= number < 0xE000 or not 0 < number < 0x110000:
            return
        else:
            text = chr(number)
        if text == UNKNOWN and not format_.hidden:
            self.seen.doubts.add(Doubt.UNTOLD)
        self._put(text, format_)

    def _simple_field(self, child: Element, format_: RunFormat) -> None:
        before = len(self.seen.parts)
        self.gather(child, format_)
        if not self.reader.shows:
            return
        instruction = attribute(child, "instr")
        if not "".join(self.seen.parts[before:]).strip():
            self._show(fields.shown_of(instruction), format_)
            return
        self.seen.doubts |= fields.doubts_of_result(instruction)
        if self.reader.is_stale(child) and fields.is_computed(instruction):
            self.seen.doubts.add(Doubt.UNCOMPUTED)

    def _show(self, shown: fields.Shown | None, format_: RunFormat) -> None:
        if shown is None or format_.hidden:
            return
        self.seen.doubts |= shown.doubts
        self._put(shown.text, format_)

    def _put(self, text: str, format_: RunFormat) -> None:
        if not text or not self.reader.shows:
            return
        self.reader.saw(text)
        self.seen.add(text, self._look(format_))

    def _look(self, format_: RunFormat) -> Look:
        if self.level and format_.shift is not None:
            format_ = replace(format_, shift=None)
        known = self.ground is not None or not self.drawn
        look = format_.look(self.ground, known)
        if self.crushed and not look.hidden:
            return replace(look, points=0.0)
        return look


def _text_in(element: Element) -> str:
    return "".join(t.text or "" for t in element.iter(f"{{{W}}}t"))


def _is_drawn_over(drawing: Element) -> bool:
    """Whether a drawing shows something else than text of its own: a line drawn by hand
    (形状, 墨迹) strikes what it lies on, and where it lies only a painter knows. What
    lies behind the text (a watermark) hides nothing of it."""
    if drawing.get("behindDoc") in _ON:
        return False
    return next(drawing.iter(f"{{{W}}}txbxContent"), None) is None


def _style_in(properties: dict[str, Element]) -> str:
    style = properties.get("pStyle")
    if style is None:
        return ""
    return style.get(VAL, "")


def _is_level(paragraph: Element) -> bool:
    """Whether all runs stand at one height: then it is the line that is shifted."""
    heights = set()
    for run in paragraph.iter(f"{{{W}}}r"):
        if child_of(run, "t") is not None:
            heights.add(value_of(child_of(run, "rPr"), "position"))
    return len(heights) == 1


def _is_hidden_drawing(element: Element, name: str) -> bool:
    """A shape that is switched off: DrawingML says so in its docPr, VML in its style."""
    if name in ("anchor", "inline"):
        for child in element:
            if local(child.tag) == "docPr":
                return child.get("hidden") in ("1", "true")
        return False
    style = (element.get("style") or "").replace(" ", "").lower()
    return "visibility:hidden" in style or "display:none" in style


def _fields_are_balanced(body: Element) -> bool:
    """Whether each field that begins ends; of others nobody can tell what is painted."""
    depth = 0
    for mark in body.iter(f"{{{W}}}fldChar"):
        kind = attribute(mark, "fldCharType")
        if kind == "begin":
            depth += 1
        elif kind == "end":
            depth -= 1
        if depth < 0:
            return False
    return depth == 0


def _control(data: Element) -> fields.Shown:
    """What a legacy form control shows: a drop-down's choice, a tick box."""
    choices = child_of(data, "ddList")
    if choices is not None:
        entries = []
        for entry in choices.iterchildren(f"{{{W}}}listEntry"):
            entries.append(entry.get(VAL, ""))
        result = whole(value_of(choices, "result"), -1)
        default = whole(value_of(choices, "default"), -1)
        return fields.Shown(fields.chosen(entries, result, default))
    box = child_of(data, "checkBox")
    if box is None:
        return fields.Shown()
    if child_of(box, "checked") is not None:
        switch = "checked"
    else:
        switch = "default"
    return fields.Shown(_TICKED if is_on(box, switch) else _UNTICKED)


def _default_text(data: Element) -> str | None:
    """What a legacy text field holds before anybody types."""
    default = value_of(child_of(data, "textInput"), "default")
    if default:
        return default.strip()
    return None
