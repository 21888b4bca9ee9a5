"""The quoted mail of a page, taken out of it.

For: html_body.py. Knows the containers in which NetEase, QQ, Foxmail, Outlook, Gmail,
Apple, Zimbra and Thunderbird quote; where there is none, goes by the lines that a reader
sees, wherever in the page they stand. Trusts: nothing. Never: recurses, loses a line:
what is taken is handed back.
"""

import re
from collections.abc import Iterator

from lxml import etree, html

from pipeline.reading.mail import quoting
from pipeline.reading.mail.pages.html_text import runs, to_text

Elements = list[html.HtmlElement]
# Characters that are no blank, counted from the page's first one
_Span = tuple[int, int]

_QUOTE_CLASS = re.compile(
    r"\b(gmail_quote|gmail_extra|moz-cite-prefix|yahoo_quoted|protonmail_quote|zmail_extra"
    r"|ntes-quote|ntes-mailmaster-quote|ms-outlook-mobile-reference-message)\b"
)
_QUOTE_ID = re.compile(
    r"^(isReplyContent|isForwardContent|ntes-pcmail-quote|QQMail_quote|reply-?intro|reply139content"
    r"|mail-?quote|(?:x_)*mail-editor-reference-message-container|(?:x_)*OLK_SRC_BODY_SECTION|origbody)",
    re.I,
)
_REST_ID = re.compile(
    r"^(x_)*(divRplyFwdMsg|appendonsend|OutlookMessageHeader|mqq-quote|divRpFwMsg|zwchr)$",
    re.I,
)
_REST_CLASS = re.compile(
    r"\b(OutlookMessageHeader|moz-forward-container|moz-email-headers-table|foxmail_quote)\b"
)
_QUOTERS = ("blockquote", "div", "span", "table", "includetail")
# Lines behind a `>`: fewer may be a sign that stands in a cell
_FEW_MARKED = 3
_BLANKS = re.compile(r"\s+")
# A line drawn beside it, as programs mark what somebody else wrote
_BESIDE_A_LINE = re.compile(
    r"border-left(?:-width)?\s*:\s*(?!none|0|medium none)[^;]*\d|border-width\s*:[^;]*[1-9]\d*px\s*(?:;|$)",
    re.IGNORECASE,
)
# What somebody says above a block of his own
_ANNOUNCES = re.compile(
    r"[:：]\s*$|如下|[见在]下|报送|上报|现[将报]|请(?:查收|收阅|审)|报表"
)


def cut_quotes(root: html.HtmlElement) -> tuple[Elements, str]:
    """Take quoted mail out of `root`: what was taken, in order, and the text that is
    left, which takes longest to make."""
    removed: Elements = []
    for node in _quoters(root):
        if not _attached(node, root):
            continue
        if _is_only_a_head(node):
            removed += _take_from(node)
        else:
            removed += _take(node)
    start = _rest_begins(root)
    if start is not None:
        removed = [*_take_from(start), *removed]
    text = to_text(root)
    below = _cut_below_separator(root, text)
    if below:
        text = to_text(root)
    marked = _cut_marked(root, text)
    if marked:
        text = to_text(root)
    return [*marked, *below, *removed], text


def _quoters(root: html.HtmlElement) -> Elements:
    """The elements that quote. A blockquote that nothing marks does where the first such
    one is not announced."""
    found = []
    announced: bool | None = None
    for node in root.iter(*_QUOTERS):
        if _is_quote(node):
            found.append(node)
        elif node.tag == "blockquote" and not node.attrib:
            if announced is None:
                announced = _is_announced(node, root)
            if not announced:
                found.append(node)
    return found


def _is_announced(node: html.HtmlElement, root: html.HtmlElement) -> bool:
    """Whether a blockquote is the sender's own: it stands first, or what stands above it
    says that it comes."""
    above = ""
    for shown, owner, _ in runs(root):
        if owner is node:
            break
        above += shown
    return not above.strip() or bool(_ANNOUNCES.search(above))


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
    header in it. Indented text of the sender's own is a blockquote too."""
    if (
        _QUOTE_ID.match(node.get("id") or "")
        or "cite" in (node.get("class") or "").lower()
        or _BESIDE_A_LINE.search(node.get("style") or "")
    ):
        return True
    head = _lines(node)[:8]
    return quoting.separator(head) < len(head)


def _is_only_a_head(node: html.HtmlElement) -> bool:
    """Whether a container holds the header of a mail and nothing of its text, which
    then stands below it."""
    return quoting.is_mail_header(_lines(node))


def _lines(node: html.HtmlElement) -> list[str]:
    return [line for line in to_text(node).split("\n") if line.strip()]


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


def _rest_begins(root: html.HtmlElement) -> html.HtmlElement | None:
    """The header block of a program from which on all is quoted."""
    for node in root.iter(etree.Element):
        name = node.get("class") or ""
        label = node.get("id") or ""
        if (label and _REST_ID.match(label)) or (
            name and _REST_CLASS.search(name)
        ):
            return node
    return None


def _cut_below_separator(root: html.HtmlElement, text: str) -> Elements:
    """Take what stands below the line that says that a mail is quoted, and that line.
    `text` is that of `root`."""
    lines = text.split("\n")
    cut = quoting.separator(lines)
    if cut >= len(lines):
        return []
    start = _split_at(root, _length("".join(lines[:cut])))
    if start is None:
        return []
    return _take_from(start)


def _split_at(root: html.HtmlElement, at: int) -> html.HtmlElement | None:
    """An element made of the text from character `at` on to the end of its run, in its
    place: a separator is seldom an element of its own."""
    for begins, shown, node, behind in _places(root):
        if begins + _length(shown) <= at:
            continue
        text = node.tail if behind else node.text
        inside = _index_of(text, at - begins)
        start = html.Element("span")
        start.text = text[inside:]
        if behind:
            node.tail = text[:inside]
            parent = node.getparent()
            parent.insert(parent.index(node) + 1, start)
        else:
            node.text = text[:inside]
            node.insert(0, start)
        return start
    return None


def _cut_marked(root: html.HtmlElement, text: str) -> Elements:
    """Take the lines behind a `>`, as a program makes a page of a plain text. `text` is
    that of `root`."""
    lines = text.split("\n")
    marked = quoting.marked_lines(lines)
    if len(marked) < _FEW_MARKED:
        return []
    spans = []
    at = 0
    for index, line in enumerate(lines):
        length = _length(line)
        if index in marked:
            spans.append((at, at + length))
        at += length
    _blank_out(root, spans)
    taken = html.Element("pre")
    taken.text = "\n".join(lines[index] for index in sorted(marked))
    return [taken]


def _blank_out(root: html.HtmlElement, spans: list[_Span]) -> None:
    for begins, shown, node, behind in list(_places(root)):
        ends = begins + _length(shown)
        text = node.tail if behind else node.text
        for first, last in reversed(spans):
            if first >= ends or last <= begins:
                continue
            start = _index_of(text, max(first - begins, 0))
            end = _index_of(text, last - begins)
            text = text[:start] + text[end:]
        if behind:
            node.tail = text
        else:
            node.text = text


def _places(
    root: html.HtmlElement,
) -> Iterator[tuple[int, str, html.HtmlElement, bool]]:
    """The runs of text that are shown, each with the number of the characters before it."""
    at = 0
    for shown, node, behind in runs(root):
        if node is not None and shown:
            yield at, shown, node, behind
        at += _length(shown)


def _length(text: str) -> int:
    """Characters that are no blank: tidying a text leaves their number as it is."""
    return len(_BLANKS.sub("", text))


def _index_of(text: str, number: int) -> int:
    """Where in `text` its character of that number stands, blanks not counted; its end
    where it has no so many."""
    seen = 0
    for index, char in enumerate(text):
        if char.isspace():
            continue
        if seen == number:
            return index
        seen += 1
    return len(text)


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
        if current is node:
            taken.append(_removed(parent, node))
        elif current.tail:
            behind = html.Element("div")
            behind.text, current.tail = current.tail, None
            taken.append(behind)
        for sibling in following:
            taken.append(_removed(parent, sibling))
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
