"""The text of a page as a reader sees it, and where in the page each piece of it stands.

For: html_body.py and html_quotes.py. Tables keep their shape: cells are parted by tabs,
rows by line ends. Trusts: nothing. Never: recurses, shows what is hidden.
"""

import re
from collections.abc import Iterator

from lxml import etree, html

# What is shown, the element that it belongs to, and whether it stands behind its end;
# without an element a line end or a tab that the element brings.
Run = tuple[str, html.HtmlElement | None, bool]

_SILENT = frozenset(
    [
        "script",
        "style",
        "head",
        "title",
        "template",
        "noscript",
        "object",
        "select",
        "textarea",
    ]
)
_BLOCK = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    }
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt)?\s*(?:;|$)",
    re.I,
)
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")


def to_text(root: html.HtmlElement) -> str:
    """The text that a reader would see of `root`, with line ends at blocks, tabs between cells."""
    return _tidy("".join([shown for shown, _, _ in runs(root)]))


def runs(root: html.HtmlElement) -> Iterator[Run]:
    """The pieces of that text in their order, before it is tidied."""
    skipped = 0
    preformatted = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if isinstance(node.tag, str):
            tag = node.tag
        else:
            tag = "script"
        unseen = tag in _SILENT or _is_hidden(node)
        if event == "start":
            skipped += unseen
            preformatted += tag == "pre"
            if not skipped:
                yield _opening(tag, node), None, False
                yield _run(node.text, preformatted), node, False
            continue
        skipped -= unseen
        preformatted -= tag == "pre"
        if not skipped:
            yield _closing(tag), None, False
            if node is not root:
                yield _run(node.tail, preformatted), node, True


def _run(text: str | None, preformatted: int) -> str:
    if not text:
        return ""
    if preformatted:
        return text
    return _SPACES.sub(" ", text)


def _opening(tag: str, node: html.HtmlElement) -> str:
    if tag == "br":
        return "\n"
    if tag in ("td", "th"):
        if node.getprevious() is not None:
            return "\t"
        return ""
    return _closing(tag)


def _closing(tag: str) -> str:
    if tag in _BLOCK:
        return "\n"
    return ""


def _is_hidden(node: html.HtmlElement) -> bool:
    attributes = node.attrib
    if not attributes:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN.search(style))


def _tidy(text: str) -> str:
    tidy = "\n".join(line.strip(" \r") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", tidy).strip("\n ")
