"""What a .docx says of its page and paragraphs, styles and defaults worked out: the
measuring half of lint_docx.

Reads XML parts that were inflated within bounds; refuses a DTD; resolves nothing
outside. Sizes in points, lengths in twips (1/1440 inch). Never renders: where text
falls on a page is no business of this file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

_NAMESPACE: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS: Final = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)
_STYLE_DEPTH: Final = 20
Element = etree._Element


def w(name: str) -> str:
    """The qualified name of a WordprocessingML element or attribute."""
    return f"{{{_NAMESPACE}}}{name}"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph with its dress: `fonts` are the East Asian fonts of its Chinese text,
    `sizes` in points.

    `line` is the exact line height, None where it is not exact. `first_font` is that of
    the first characters.
    """

    where: str
    text: str
    align: str
    first_line: int
    line: int | None
    fonts: frozenset[str]
    first_font: str
    sizes: frozenset[float]
    is_red: bool
    red_line: bool
    themed: bool
    in_table: bool
    has_page_number: bool


@dataclass(frozen=True)
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


def sheet_of(parts: Mapping[str, bytes]) -> Sheet:
    """The page of a document's last section. KeyError or XMLSyntaxError for what is no document."""
    document = _parsed(parts["word/document.xml"])
    section = document.findall(f".//{w('sectPr')}")[-1:] or [etree.Element("none")]
    size, margins, grid = (
        section[0].find(w(name)) for name in ("pgSz", "pgMar", "docGrid")
    )
    if "word/settings.xml" in parts:
        settings = _parsed(parts["word/settings.xml"])
    else:
        settings = None
    return Sheet(
        width=_int(size, "w"), height=_int(size, "h"), top=abs(_int(margins, "top")),
        bottom=abs(_int(margins, "bottom")), left=_int(margins, "left"), right=_int(margins, "right"),
        pitch=0 if grid is None or grid.get(w("type")) is None else _int(grid, "linePitch"),
        even_and_odd=settings is not None and settings.find(w("evenAndOddHeaders")) is not None,
        footers=_footers(parts, section[0]),
    )  # fmt: skip


def paragraphs_of(parts: Mapping[str, bytes]) -> list[Paragraph]:
    """The paragraphs of the text in order, those in tables too."""
    document = _parsed(parts["word/document.xml"])
    return _paragraphs(document, _Styles(parts), "第{}段")


def _footers(
    parts: Mapping[str, bytes], section: Element
) -> dict[str, list[Paragraph]]:
    if "word/_rels/document.xml.rels" in parts:
        relations = _parsed(parts["word/_rels/document.xml.rels"])
    else:
        relations = None
    if relations is None:
        targets = {}
    else:
        targets = {r.get("Id"): r.get("Target") for r in relations}
    footers = {}
    for reference in section.findall(w("footerReference")):
        name = f"word/{targets.get(reference.get(f'{{{_RELATIONS}}}id'))}"
        if name in parts:
            kind = reference.get(w("type")) or "default"
            footers[kind] = _paragraphs(
                _parsed(parts[name]), _Styles(parts), "页脚第{}段"
            )
    return footers


def _parsed(part: bytes) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(part, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("DTD refused")
    return root


def _int(element: Element | None, name: str) -> int:
    if element is None:
        value = ""
    else:
        value = element.get(w(name)) or ""
    if value.replace(".", "", 1).lstrip("-").isdigit():
        return round(float(value))
    return 0


class _Styles:
    """Styles by id, and what they say of a property: the paragraph or run itself, its
    style chain, the defaults."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        if "word/styles.xml" in parts:
            root = _parsed(parts["word/styles.xml"])
        else:
            root = None
        if root is None:
            styles = []
        else:
            styles = root.findall(w("style"))
        self._by_id = {style.get(w("styleId")): style for style in styles}
        self._default = next(
            (s.get(w("styleId")) for s in styles if s.get(w("type")) == "paragraph" and s.get(w("default")) == "1"), None  # noqa: E501
        )  # fmt: skip
        if root is None:
            self._defaults = None
        else:
            self._defaults = root.find(w("docDefaults"))

    def paragraph(self, paragraph: Element, name: str) -> Iterator[Element]:
        """Elements `name` of the paragraph's properties, the nearest first."""
        yield from _within(paragraph.find(w("pPr")), name)
        for style in self._chain(
            _style_id(paragraph.find(w("pPr")), "pStyle") or self._default
        ):
            yield from _within(style.find(w("pPr")), name)
        if self._defaults is not None:
            yield from _within(
                self._defaults.find(f"{w('pPrDefault')}/{w('pPr')}"), name
            )

    def run(self, run: Element, paragraph: Element, name: str) -> Iterator[Element]:
        """Elements `name` of the run's properties, the nearest first."""
        yield from _within(run.find(w("rPr")), name)
        for first in (
            _style_id(run.find(w("rPr")), "rStyle"),
            _style_id(paragraph.find(w("pPr")), "pStyle") or self._default,
        ):
            for style in self._chain(first):
                yield from _within(style.find(w("rPr")), name)
        if self._defaults is not None:
            yield from _within(
                self._defaults.find(f"{w('rPrDefault')}/{w('rPr')}"), name
            )

    def _chain(self, style_id: str | None) -> Iterator[Element]:
        for _ in range(_STYLE_DEPTH):
            style = self._by_id.get(style_id)
            if style is None:
                return
            yield style
            based_on = style.find(w("basedOn"))
            if based_on is None:
                style_id = None
            else:
                style_id = based_on.get(w("val"))


def _within(properties: Element | None, name: str) -> Iterator[Element]:
    if properties is not None:
        yield from properties.findall(w(name))


def _style_id(properties: Element | None, name: str) -> str | None:
    if properties is None:
        element = None
    else:
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
        if any(
            ancestor.tag.endswith("}Fallback") for ancestor in element.iterancestors()
        ):
            continue
        found.append(_paragraph(element, styles, where.format(len(found) + 1)))
    return found


def _paragraph(element: Element, styles: _Styles, where: str) -> Paragraph:
    runs = [run for run in element.iter(w("r")) if _run_text(run)]
    chinese = [
        run for run in runs if any(ord(char) > 0x2E7F for char in _run_text(run))
    ] or runs
    fonts = [_font(run, element, styles) for run in chinese]
    exact = _attribute(styles.paragraph(element, "spacing"), "lineRule") == "exact"
    line = _attribute(styles.paragraph(element, "spacing"), "line")
    return Paragraph(
        where=where,
        text="".join(_run_text(run) for run in runs),
        align=_attribute(styles.paragraph(element, "jc"), "val"),
        first_line=_first_line(element, styles),
        line=int(line) if exact and line.isdigit() else None,
        fonts=frozenset(fonts),
        first_font=fonts[0] if fonts else "",
        sizes=frozenset(_size(run, element, styles) for run in runs),
        is_red=any(
            _is_red(_attribute(styles.run(run, element, "color"), "val"))
            for run in runs
        ),
        red_line=any(
            _is_red(line.get(w("color")) or "")
            for line in element.findall(f"{w('pPr')}/{w('pBdr')}/*")
        ),
        themed=any(_themed(run, element, styles) for run in chinese),
        in_table=any(ancestor.tag == w("tc") for ancestor in element.iterancestors()),
        has_page_number=any(
            "PAGE" in (code.text or "") for code in element.iter(w("instrText"))
        )
        or any(
            "PAGE" in (code.get(w("instr")) or "")
            for code in element.iter(w("fldSimple"))
        ),
    )


def _run_text(run: Element) -> str:
    return "".join(
        "\t" if child.tag == w("tab") else child.text or ""
        for child in run
        if child.tag in {w("t"), w("tab")}
    )


def _first_line(element: Element, styles: _Styles) -> int:
    """In twips; where it is given in hundredths of a character, of one of 16 points."""
    characters = _attribute(styles.paragraph(element, "ind"), "firstLineChars")
    if characters.isdigit() and int(characters):
        return round(int(characters) * 3.2)
    twips = _attribute(styles.paragraph(element, "ind"), "firstLine")
    if twips.isdigit():
        return int(twips)
    return 0


def _font(run: Element, paragraph: Element, styles: _Styles) -> str:
    return _attribute(styles.run(run, paragraph, "rFonts"), "eastAsia")


def _themed(run: Element, paragraph: Element, styles: _Styles) -> bool:
    """Whether the nearest word on the East Asian font is a theme's."""
    for fonts in styles.run(run, paragraph, "rFonts"):
        if fonts.get(w("eastAsiaTheme")) is not None:
            return True
        if fonts.get(w("eastAsia")) is not None:
            return False
    return False


def _size(run: Element, paragraph: Element, styles: _Styles) -> float:
    value = _attribute(styles.run(run, paragraph, "sz"), "val")
    if value.isdigit():
        return int(value) / 2
    return 10.0


def _is_red(color: str) -> bool:
    try:
        red, green, blue = (int(color[i : i + 2], 16) for i in (0, 2, 4))
    except ValueError:
        return False
    return red > 150 and green < 60 and blue < 60
