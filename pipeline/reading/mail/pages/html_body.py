"""The HTML of a mail: as text, without what is hidden, and with the quoted mail cut off.

For: bodies that come as HTML only, and forms pasted into a mail. What its text is says
html_text.py, what of it is quoted html_quotes.py. Trusts: nothing; a page that cannot be
parsed is read as text between angle brackets. Never: fetches, runs, or recurses.
"""

import re
from collections.abc import Iterator
from dataclasses import field
from itertools import islice

from lxml import etree, html

from pipeline.model.values.frozen import frozen
from pipeline.reading.mail import quoting
from pipeline.reading.mail.pages.html_quotes import cut_quotes
from pipeline.reading.mail.pages.html_text import to_text
from pipeline.reading.page_end import to_its_end

# Characters; what lies beyond is not looked at
MAX_HTML = 2 << 20
# Of one mail
MAX_ANCHORS = 500
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
    removed, text = cut_quotes(root)
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
        text=text,
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


def _first_texts(node: html.HtmlElement, limit: int) -> Iterator[str]:
    length = 0
    for text in node.itertext():
        if length > limit:
            return
        length += len(text)
        yield str(text)


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
