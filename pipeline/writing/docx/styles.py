"""What a .docx says of its page and paragraphs, styles and defaults worked out: the
measuring half of the checker.

Reads XML parts that were inflated within bounds; refuses a DTD; resolves nothing
outside. Sizes in points, lengths in twips (1/1440 inch). Never renders: where text
falls on a page is no business of this file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Final

from lxml import etree

from pipeline.model.values.frozen import frozen

# Of a package, by path
Parts = Mapping[str, bytes]

_NAMESPACE: Final = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
)
_RELATIONS: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)
# Word itself follows ten; a chain that is longer goes in a circle.
_STYLE_DEPTH: Final = 20
# Where Chinese writing begins in Unicode (the radicals).
_FIRST_HAN: Final = 0x2E80
# Points, where neither run nor style says a size (ECMA-376, 17.3.2.38).
_UNSAID_SIZE: Final = 10.0
# Twips a hundredth of a character of 16 points.
_TWIPS_A_HUNDREDTH: Final = 3.2
Element = etree._Element


def w(name: str) -> str:
    """The qualified name of a WordprocessingML element or attribute."""
    return f"{{{_NAMESPACE}}}{name}"


@frozen
class Paragraph:
    """A paragraph with its dress: `fonts` are the East Asian fonts of its Chinese text,
    `digit_fonts` the Western ones of its digits, `sizes` in points.

    `line` is the exact line height, None where it is not exact. `first_font` is that of
    the first characters. `keep_next`: stays on one page with what follows. `at_foot`:
    stands in a table that floats at the foot of the page.
    """

    where: str
    text: str
    align: str
    first_line: int
    hanging: int
    before: int
    after: int
    line: int | None
    fonts: frozenset[str]
    digit_fonts: frozenset[str]
    first_font: str
    sizes: frozenset[float]
    is_red: bool
    red_line: bool
    themed: bool
    in_table: bool
    at_foot: bool
    keep_next: bool
    breaks_page: bool
    has_page_number: bool

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


@frozen
class Sheet:
    """The last section's page: lengths in twips; `pitch` of the grid of lines, 0
    without one; footers by kind."""

    width: int
    height: int
    top: int
    bottom: int
    left: int
    right: int
    pitch: int
    even_and_odd: bool
    footers: Mapping[str, list[Paragraph]] = field(default_factory=dict)


def sheet_of(parts: Parts) -> Sheet:
    """The page of a document's last section. KeyError or XMLSyntaxError for what is no document."""
    document = _parsed(parts["word/document.xml"])
    sections = document.findall(f".//{w('sectPr')}")
    if sections:
        # Earlier sections are annexes laid across; the closing block stands in the
        # last.
        section = sections[-1]
    else:
        section = etree.Element("none")
    size = section.find(w("pgSz"))
    margins = section.find(w("pgMar"))
    return Sheet(
        width=_int(size, "w"),
        height=_int(size, "h"),
        top=abs(_int(margins, "top")),
        bottom=abs(_int(margins, "bottom")),
        left=_int(margins, "left"),
        right=_int(margins, "right"),
        pitch=_pitch(section.find(w("docGrid"))),
        even_and_odd=_tells_even_from_odd(parts),
        footers=_footers(parts, section),
    )


def paragraphs_of(parts: Parts) -> list[Paragraph]:
    """The paragraphs of the text in order, those in tables too."""
    document = _parsed(parts["word/document.xml"])
    return _paragraphs(document, _Styles(parts), "第{}段")


def _pitch(grid: Element | None) -> int:
    if grid is None or grid.get(w("type")) is None:
        return 0
    return _int(grid, "linePitch")


def _tells_even_from_odd(parts: Parts) -> bool:
    if "word/settings.xml" not in parts:
        return False
    return (
        _parsed(parts["word/settings.xml"]).find(w("evenAndOddHeaders"))
        is not None
    )


def _footers(parts: Parts, section: Element) -> dict[str, list[Paragraph]]:
    targets = _relation_targets(parts)
    footers = {}
    for reference in section.findall(w("footerReference")):
        target = targets.get(reference.get(f"{{{_RELATIONS}}}id"))
        name = f"word/{target}"
        if name in parts:
            kind = reference.get(w("type")) or "default"
            footer = _parsed(parts[name])
            footers[kind] = _paragraphs(footer, _Styles(parts), "页脚第{}段")
    return footers


def _relation_targets(
    parts: Parts,
) -> dict[str | None, str | None]:
    name = "word/_rels/document.xml.rels"
    if name not in parts:
        return {}
    found = {}
    for r in _parsed(parts[name]):
        found[r.get("Id")] = r.get("Target")
    return found


def _parsed(part: bytes) -> Element:
    # An edited draft comes by mail: its XML is as hostile as any.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    root = etree.fromstring(part, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("DTD refused")
    return root


def _int(element: Element | None, name: str) -> int:
    if element is None:
        return 0
    value = element.get(w(name)) or ""
    # WPS writes some lengths with a decimal point.
    if value.replace(".", "", 1).lstrip("-").isdigit():
        return round(float(value))
    return 0


class _Styles:
    """Styles by id, and what they say of a property: the paragraph or run itself, its
    style chain, the defaults."""

    def __init__(self, parts: Parts) -> None:
        self._by_id: dict[str | None, Element] = {}
        self._default: str | None = None
        self._defaults: Element | None = None
        if "word/styles.xml" not in parts:
            return
        root = _parsed(parts["word/styles.xml"])
        self._defaults = root.find(w("docDefaults"))
        for style in root.findall(w("style")):
            identity = style.get(w("styleId"))
            self._by_id[identity] = style
            is_default = style.get(w("default")) == "1"
            if is_default and style.get(w("type")) == "paragraph":
                self._default = self._default or identity

    def paragraph(self, paragraph: Element, name: str) -> Iterator[Element]:
        """Elements `name` of the paragraph's properties, the nearest first."""
        properties = paragraph.find(w("pPr"))
        yield from _within(properties, name)
        for style in self._chain(
            _style_id(properties, "pStyle") or self._default
        ):
            yield from _within(style.find(w("pPr")), name)
        yield from self._by_default("pPr", name)

    def run(
        self, run: Element, paragraph: Element, name: str
    ) -> Iterator[Element]:
        """Elements `name` of the run's properties, the nearest first."""
        properties = run.find(w("rPr"))
        yield from _within(properties, name)
        # A character style is nearer than that of the whole paragraph.
        of_paragraph = (
            _style_id(paragraph.find(w("pPr")), "pStyle") or self._default
        )
        for first in (_style_id(properties, "rStyle"), of_paragraph):
            for style in self._chain(first):
                yield from _within(style.find(w("rPr")), name)
        yield from self._by_default("rPr", name)

    def _by_default(self, kind: str, name: str) -> Iterator[Element]:
        if self._defaults is not None:
            properties = self._defaults.find(f"{w(kind + 'Default')}/{w(kind)}")
            yield from _within(properties, name)

    def _chain(self, style_id: str | None) -> Iterator[Element]:
        for _ in range(_STYLE_DEPTH):
            style = self._by_id.get(style_id)
            if style is None:
                return
            yield style
            based_on = style.find(w("basedOn"))
            if based_on is None:
                return
            style_id = based_on.get(w("val"))


def _within(properties: Element | None, name: str) -> Iterator[Element]:
    if properties is not None:
        yield from properties.findall(w(name))


def _style_id(properties: Element | None, name: str) -> str | None:
    if properties is None:
        return None
    element = properties.find(w(name))
    if element is None:
        return None
    return element.get(w("val"))


def _attribute(elements: Iterator[Element], *names: str) -> str:
    """The nearest value of the first of `names` that any of the elements gives; "" for none."""
    for element in elements:
        for name in names:
            if (value := element.get(w(name))) is not None:
                return value
    return ""


def _paragraphs(root: Element, styles: _Styles, where: str) -> list[Paragraph]:
    found: list[Paragraph] = []
    for element in root.iter(w("p")):
        if not _is_fallback(element):
            paragraph = _Measured(element, styles).paragraph(
                len(found) + 1, where
            )
            found.append(paragraph)
    return found


def _is_fallback(element: Element) -> bool:
    """What programs that do not know a newer shape would show in its place."""
    return any(
        above.tag.endswith("}Fallback") for above in element.iterancestors()
    )


class _Measured:
    """One paragraph's element with its styles, measured step by step."""

    def __init__(self, element: Element, styles: _Styles) -> None:
        self.element = element
        self.styles = styles
        self.runs = [run for run in element.iter(w("r")) if _run_text(run)]
        # Digits and blanks between Chinese words may have any East Asian font: nobody
        # sees it.
        self.chinese = list(filter(_is_chinese, self.runs)) or self.runs

    def paragraph(self, count: int, where: str) -> Paragraph:
        fonts = []
        for run in self.chinese:
            fonts.append(self._font(run, "eastAsia"))
        return Paragraph(
            where=where.format(count),
            text="".join(map(_run_text, self.runs)),
            align=self._said("jc", "val"),
            first_line=self._indent("firstLine"),
            hanging=self._indent("hanging"),
            before=self._length("spacing", "before"),
            after=self._length("spacing", "after"),
            line=self._line(),
            fonts=frozenset(fonts),
            digit_fonts=frozenset(self._digit_fonts()),
            first_font=fonts[0] if fonts else "",
            sizes=frozenset(map(self._size, self.runs)),
            is_red=any(map(self._is_red, self.runs)),
            red_line=self._has_red_line(),
            themed=any(map(self._is_themed, self.chinese)),
            in_table=self._cell() is not None,
            at_foot=self._is_at_foot(),
            keep_next=self._is_on("keepNext"),
            breaks_page=self._breaks_page(),
            has_page_number=self._has_page_number(),
        )

    def _said(self, element: str, attribute: str) -> str:
        return _attribute(
            self.styles.paragraph(self.element, element), attribute
        )

    def _length(self, element: str, attribute: str) -> int:
        value = self._said(element, attribute)
        if value.lstrip("-").isdigit():
            return int(value)
        return 0

    def _is_on(self, name: str) -> bool:
        nearest = next(self.styles.paragraph(self.element, name), None)
        if nearest is None:
            return False
        # Without a value it is on.
        return nearest.get(w("val")) not in {"0", "false", "off"}

    def _line(self) -> int | None:
        height = self._said("spacing", "line")
        if self._said("spacing", "lineRule") == "exact" and height.isdigit():
            return int(height)
        return None

    def _indent(self, name: str) -> int:
        """In twips; where it is given in hundredths of a character, of one of 16 points."""
        characters = self._said("ind", f"{name}Chars")
        # Chinese editions of Word and WPS write both; the hundredths win.
        if characters.isdigit() and int(characters):
            return round(int(characters) * _TWIPS_A_HUNDREDTH)
        return self._length("ind", name)

    def _font(self, run: Element, script: str) -> str:
        return _attribute(self.styles.run(run, self.element, "rFonts"), script)

    def _digit_fonts(self) -> Iterator[str]:
        for run in self.runs:
            if any(char.isdigit() for char in _run_text(run)):
                yield self._font(run, "ascii")

    def _size(self, run: Element) -> float:
        value = _attribute(self.styles.run(run, self.element, "sz"), "val")
        if value.isdigit():
            return int(value) / 2
        return _UNSAID_SIZE

    def _is_red(self, run: Element) -> bool:
        return _is_red(
            _attribute(self.styles.run(run, self.element, "color"), "val")
        )

    def _has_red_line(self) -> bool:
        lines = self.element.findall(f"{w('pPr')}/{w('pBdr')}/*")
        return any(_is_red(line.get(w("color")) or "") for line in lines)

    def _is_themed(self, run: Element) -> bool:
        """Whether the nearest word on the East Asian font is a theme's."""
        for fonts in self.styles.run(run, self.element, "rFonts"):
            if fonts.get(w("eastAsiaTheme")) is not None:
                return True
            if fonts.get(w("eastAsia")) is not None:
                return False
        return False

    def _cell(self) -> Element | None:
        return next(self.element.iterancestors(w("tc")), None)

    def _is_at_foot(self) -> bool:
        table = next(self.element.iterancestors(w("tbl")), None)
        if table is None:
            return False
        position = table.find(f"{w('tblPr')}/{w('tblpPr')}")
        if position is None:
            return False
        # A program may write the place as a distance from the top instead.
        return (
            position.get(w("tblpYSpec")) == "bottom"
            or _int(position, "tblpY") > 0
        )

    def _breaks_page(self) -> bool:
        if self._is_on("pageBreakBefore"):
            return True
        breaks = self.element.iter(w("br"))
        return any(br.get(w("type")) == "page" for br in breaks)

    def _has_page_number(self) -> bool:
        codes = [code.text or "" for code in self.element.iter(w("instrText"))]
        # WPS writes the whole field in one element, Word in several runs.
        for simple in self.element.iter(w("fldSimple")):
            codes.append(simple.get(w("instr")) or "")
        return any("PAGE" in code for code in codes)


def _run_text(run: Element) -> str:
    text = ""
    for child in run:
        if child.tag == w("tab"):
            text += "\t"
        elif child.tag == w("t"):
            text += child.text or ""
    return text


def _is_chinese(run: Element) -> bool:
    return any(ord(char) >= _FIRST_HAN for char in _run_text(run))


def _is_red(color: str) -> bool:
    try:
        red = int(color[0:2], 16)
        green = int(color[2:4], 16)
        blue = int(color[4:6], 16)
    except ValueError:
        return False
    # Offices choose their own red: anything that a reader calls red.
    return red > 150 and green < 60 and blue < 60
