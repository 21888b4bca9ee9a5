"""A linter for HTML mail: what QQ Mail, 126 webmail, Foxmail, Outlook (Word engine) and iPhone all show."""

import re
from collections.abc import Iterator

from lxml import html

TAGS = {
    "html", "head", "meta", "title", "body", "div", "table", "tr", "td", "th", "tbody", "b", "br", "span", "h1", "h2", "p", "a",
}  # fmt: skip
ATTRIBUTES = {
    "style", "role", "width", "height", "align", "valign", "bgcolor", "cellpadding", "cellspacing", "border", "lang",
    "charset", "name", "content", "scope",
}  # fmt: skip
# Read by the Word engine or harmless where they are not.
STYLES = {
    "font-family", "font-size", "font-weight", "line-height", "color", "background-color", "padding", "padding-top",
    "margin", "border", "border-right", "border-bottom", "border-collapse", "width", "max-width", "height", "max-height",
    "text-align", "white-space", "word-break", "display", "overflow",
}  # fmt: skip
_COMMENT = re.compile(r"<!--(?!\[if mso\]>).*?-->", re.DOTALL)


def faults(document: str) -> Iterator[str]:
    """What some client would not show as meant; nothing for a sound mail."""
    root = html.document_fromstring(document)
    for element in root.iter(html.etree.Element):
        where = f"<{element.tag}> at line {element.sourceline}"
        if element.tag not in TAGS:
            yield f"{where}: element not shown everywhere"
        for name, value in element.attrib.items():
            if (
                name == "href"
                and element.tag == "a"
                and value.startswith("mailto:")
            ):
                continue
            if name not in ATTRIBUTES:
                yield f"{where}: attribute {name}"
            if "://" in value or "url(" in value or "expression(" in value:
                yield f"{where}: loads something: {value}"
        yield from (f"{where}: {fault}" for fault in _style_faults(element))
    if root.find(".//h1") is None:
        yield "no heading"
    yield from (
        f"comment {comment[:40]}" for comment in _COMMENT.findall(document)
    )


def _style_faults(element) -> Iterator[str]:
    style = {
        part.split(":", 1)[0].strip(): part.split(":", 1)[1].strip()
        for part in element.get("style", "").split(";")
        if part.strip()
    }
    for name in style.keys() - STYLES:
        yield f"style {name}"
    if style.get("display", "none") != "none":
        yield f"display {style['display']}"
    if (
        "px" not in style.get("font-size", "px")
        and style.get("font-size") != "0"
    ):
        yield f"font-size {style['font-size']}"
    padded = any(
        name.startswith("padding") and value.strip("0px ")
        for name, value in style.items()
    )
    if padded and element.tag not in {"td", "th"}:
        yield f"padding on a {element.tag}, which Outlook does not know"
    is_frame = element.get("role") == "presentation"
    if (
        element.tag == "table"
        and not is_frame
        and element.find(".//th") is None
    ):
        yield "a table of data without heads, or a frame without its role"
    if element.tag in {"h1", "h2"} and not element.text_content().strip():
        yield "an empty heading"
    if element.tag == "th" and element.get("scope") not in {"row", "col"}:
        yield "a head that does not say of what"
    if element.tag in {"td", "th"}:
        yield from _cell_faults(element, style)


def _cell_faults(element, style) -> Iterator[str]:
    """A cell says its colours twice (Outlook reads bgcolor) and its font again (Outlook does not inherit it)."""
    if (
        "background-color" in style
        and element.get("bgcolor") != style["background-color"]
    ):
        yield "bgcolor and background-color differ"
    if "background-color" not in style and "bgcolor" in element.attrib:
        yield "bgcolor without background-color"
    direct = (element.text or "").strip("\xa0 \n") or any(
        (child.tail or "").strip() for child in element
    )
    if direct and "font-family" not in style:
        yield "text without a font"
    if direct and not {"color", "background-color"} <= style.keys():
        yield "text without colour and background: unreadable once inverted"


def contrast(ink: str, paper: str) -> float:
    """The contrast ratio of WCAG 2 between two colours #rrggbb."""
    bright, dark = sorted((_luminance(ink), _luminance(paper)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
        for c in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def weak_texts(document: str) -> Iterator[str]:
    """Texts whose contrast with the nearest background is below 4.5."""
    root = html.document_fromstring(document)
    for element in root.iter("td", "th", "div", "span", "b"):
        text = (element.text or "").strip("\xa0 \n")
        ink, paper = (
            _nearest(element, "color"),
            _nearest(element, "background-color"),
        )
        if (
            text
            and not _nearest(element, "display")
            and contrast(ink, paper) < 4.5
        ):
            yield f"{text[:20]}: {ink} on {paper}"


def _nearest(element, name: str) -> str:
    for level in (element, *element.iterancestors()):
        found = re.search(rf"(?:^|;)\s*{name}:([^;]+)", level.get("style", ""))
        if found:
            return found.group(1).strip()
    return ""
