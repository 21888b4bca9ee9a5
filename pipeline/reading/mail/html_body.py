"""The HTML of a mail: as text, without what is hidden, and with the quoted mail cut off.

For: bodies that come as HTML only, and forms pasted into a mail. Tables keep their
shape: cells are parted by tabs, rows by line ends. Knows the containers in which
NetEase, QQ, Foxmail, Outlook, Gmail, Apple and Thunderbird quote. Trusts: nothing; a
page that cannot be parsed is read as text between angle brackets. Never: fetches, runs,
or recurses.
"""

import re
from collections.abc import Iterator
from dataclasses import field
from itertools import islice

from lxml import etree, html

from pipeline.model.values.frozen import frozen
from pipeline.reading.mail import quoting
from pipeline.reading.page_end import to_its_end

Elements = list[html.HtmlElement]

# Characters; what lies beyond is not looked at
MAX_HTML = 2 << 20
# Of one mail
MAX_ANCHORS = 500
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
_QUOTE_CLASS = re.compile(
    r"\b(gmail_quote|gmail_extra|moz-cite-prefix|yahoo_quoted|protonmail_quote|zmail_extra|ntes-quote)\b"
)
_QUOTE_ID = re.compile(
    r"^(isReplyContent|ntes-pcmail-quote|QQMail_quote|reply-?intro|mail-?quote|origbody)",
    re.I,
)
_REST_ID = re.compile(
    r"^(x_)*(divRplyFwdMsg|appendonsend|OutlookMessageHeader|mqq-quote|divRpFwMsg)$",
    re.I,
)
_REST_CLASS = re.compile(
    r"\b(OutlookMessageHeader|moz-forward-container|moz-email-headers-table|foxmail_quote)\b"
)
_DECLARATION = re.compile(r"^\s*(?:\ufeff)?<\?xml[^>]*\?>")
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_TAGS = re.compile(r"<[^>]*>")
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)


@frozen
class Page:
    """`text` and `html` of what the sender wrote, `quoted` the text of the rest;
    `links` as (url, text, what follows)."""

    text: str = ""
    quoted: str = ""
    html: str = ""
    links: tuple[tuple[str, str, str], ...] = field(default=())


def read(source: str) -> Page:
    """Take an HTML body apart. Never raises."""
    root = _root(source[:MAX_HTML])
    if root is None:
        # Of a page that cannot be parsed only the words are taken: what of it would be
        # seen, nobody can tell
        shown = _TAGS.sub(" ", _UNSEEN.sub(" ", source[:MAX_HTML]))
        own, quoted = quoting.split(shown.strip())
        return Page(own, quoted)
    if "<a" in source or "<A" in source:
        links = tuple(_links(root))
    else:
        links = ()
    text = to_text(root)
    removed = _cut_quotes(root, text)
    if not removed:
        return Page(
            text=text,
            quoted="",
            html=source,
            links=links,
        )
    quoted = "\n".join(
        part for element in removed if (part := to_text(element))
    )
    return Page(
        text=to_text(root),
        quoted=quoted,
        html=etree.tostring(root, encoding="unicode", method="html"),
        links=links,
    )


def _root(source: str) -> html.HtmlElement | None:
    parser = html.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
    )
    page = to_its_end(_DECLARATION.sub("", source))
    try:
        return html.document_fromstring(
            page.encode("utf-8", "replace"), parser=parser
        )
    except (etree.LxmlError, ValueError, AssertionError):
        # An empty page, or one that libxml2 gives up on
        return None


def to_text(root: html.HtmlElement) -> str:
    """The text that a reader would see of `root`, with line ends at blocks, tabs between cells."""
    out: list[str] = []
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
                out += _opening(tag, node)
                out.append(_run(node.text, preformatted))
            continue
        skipped -= unseen
        preformatted -= tag == "pre"
        if not skipped:
            out += _closing(tag)
            if node is not root:
                out.append(_run(node.tail, preformatted))
    return _tidy("".join(out))


def _run(text: str | None, preformatted: int) -> str:
    if not text:
        return ""
    if preformatted:
        return text
    return _SPACES.sub(" ", text)


def _opening(tag: str, node: html.HtmlElement) -> list[str]:
    if tag == "br":
        return ["\n"]
    if tag in ("td", "th"):
        if node.getprevious() is not None:
            return ["\t"]
        return []
    if tag in _BLOCK:
        return ["\n"]
    return []


def _closing(tag: str) -> list[str]:
    if tag in _BLOCK:
        return ["\n"]
    return []


def _is_hidden(node: html.HtmlElement) -> bool:
    attributes = node.attrib
    if not attributes:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN.search(style))


def _tidy(text: str) -> str:
    tidy = "\n".join(line.strip(" \r") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", tidy).strip("\n ")


def _cut_quotes(root: html.HtmlElement, text: str) -> Elements:
    """Take quoted mail out of `root`, whose text is `text`; what was taken, in order."""
    removed: Elements = []
    for node in [node for node in root.iter(*_QUOTERS) if _is_quote(node)]:
        if _attached(node, root):
            removed += _take(node)
    if removed:
        text = to_text(root)
    start = _rest_begins(root, text)
    if start is not None:
        return [*_take_from(start), *removed]
    return removed


_QUOTERS = ("blockquote", "div", "span", "table", "includetail")


def _is_quote(node: html.HtmlElement) -> bool:
    if node.tag == "blockquote":
        return (
            node.get("type") == "cite"
            or bool(node.get("cite"))
            or _is_reply(node)
        )
    if node.tag == "includetail":
        return True
    name = node.get("class") or ""
    label = node.get("id") or ""
    return bool(
        (name and _QUOTE_CLASS.search(name))
        or (label and _QUOTE_ID.match(label))
    )


def _is_reply(node: html.HtmlElement) -> bool:
    """Whether a blockquote holds a mail: by its own marks, or by an attribution or mail
    header in or before it. Indented text of the sender's own is a blockquote too."""
    if (
        _QUOTE_ID.match(node.get("id") or "")
        or "cite" in (node.get("class") or "").lower()
    ):
        return True
    inside = to_text(node).split("\n")
    head = [line for line in inside if line.strip()][:8]
    return quoting.separator(head) < len(head)


def _attached(node: html.HtmlElement, root: html.HtmlElement) -> bool:
    while node is not None and node is not root:
        node = node.getparent()
    return node is root


def _take(node: html.HtmlElement) -> Elements:
    """Remove `node`, leaving its tail in place."""
    if node.getparent() is None:
        return []
    node.drop_tree()
    node.tail = None
    return [node]


def _rest_begins(root: html.HtmlElement, text: str) -> html.HtmlElement | None:
    """The element from which on all is quoted: a known header block, or one whose lines
    begin quoted mail."""
    for node in root.iter(etree.Element):
        name = node.get("class") or ""
        label = node.get("id") or ""
        if (label and _REST_ID.match(label)) or (
            name and _REST_CLASS.search(name)
        ):
            return node
    return _separator_element(root, text)


def _separator_element(
    root: html.HtmlElement, text: str
) -> html.HtmlElement | None:
    lines = text.split("\n")
    cut = quoting.separator(lines)
    if cut >= len(lines):
        return None
    marks = list(filter(None, map(_key, lines[cut : cut + 2])))
    if not marks:
        return None
    for node in root.iter(etree.Element):
        if _starts_with(node, marks):
            return node
    return None


def _key(text: str) -> str:
    return re.sub(r"[\s\xa0]+", "", text)


def _starts_with(node: html.HtmlElement, marks: list[str]) -> bool:
    """Whether the text of `node` begins with the first marked line, so that nothing of
    the sender's own is cut with it."""
    enough = len(marks[0]) * 3 + 200
    texts = _first_texts(node, enough)
    text = _key("".join(texts))
    return text.startswith(marks[0])


def _first_texts(node: html.HtmlElement, limit: int) -> Iterator[str]:
    length = 0
    for text in node.itertext():
        if length > limit:
            return
        length += len(text)
        yield str(text)


def _take_from(node: html.HtmlElement) -> Elements:
    """Remove `node` and all that follows it in the page."""
    taken: Elements = []
    current = node
    while (
        current is not None
        and current.getparent() is not None
        and current.tag != "body"
    ):
        parent = current.getparent()
        following = list(current.itersiblings())
        for sibling in following:
            taken.append(_removed(parent, sibling))
        if current is node:
            taken.insert(0, _removed(parent, node))
        else:
            current.tail = None
        current = parent
    return taken


def _removed(
    parent: html.HtmlElement, child: html.HtmlElement
) -> html.HtmlElement:
    """Take `child` with its tail, wrapped so that the tail is read too."""
    wrapper = html.Element("div")
    parent.remove(child)
    wrapper.append(child)
    return wrapper


def _links(root: html.HtmlElement) -> Iterator[tuple[str, str, str]]:
    for anchor in islice(root.iter("a"), MAX_ANCHORS):
        url = anchor.get("href") or ""
        if url.startswith(("http://", "https://", "HTTP")):
            shown = (
                anchor.get("filename")
                or anchor.get("download")
                or _SPACES.sub(" ", "".join(_first_texts(anchor, 500))).strip()
            )
            yield url.strip(), shown, _around(anchor)


def _around(anchor: html.HtmlElement) -> str:
    """The text of the block that an anchor stands in, up to the level where it says
    something of its own."""
    node = anchor
    for _ in range(4):
        parent = node.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        node = parent
        text = _SPACES.sub(" ", " ".join(_first_texts(node, 400))).strip()
        if len(text) > len(anchor.text_content()) + 6:
            return text[:400]
    tail = _SPACES.sub(" ", anchor.tail or "").strip()
    return f"{anchor.text_content()} {tail}"[:400]
