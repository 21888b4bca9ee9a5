"""The vocabulary of WordprocessingML: names, switches, and the marks by which an element
is painted or not.

Beside the docx readers. Knows nothing of documents and cells; trusts only well-formed
XML.
"""

import re
from functools import cache

from lxml import etree

Element = etree._Element

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
VAL = f"{{{W}}}val"
# The same vocabulary under other names: ISO strict, Word 2003
_OTHER_W = (
    b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    b"http://schemas.microsoft.com/office/word/2003/wordml",
)
_OTHER_R = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ENCODING = re.compile(r"\A(\s*<\?xml[^>]*?)\sencoding\s*=\s*[\"'][^\"']*[\"']")
# Vocabularies in which an alternative may be written (mc:Choice) and which are read
# here: shapes and their text, settings of paragraphs, drawings. Signs of w16se are not:
# their font is seldom there, and the Fallback names the character.
_KNOWN_CHOICES = re.compile(
    r"http://schemas\.microsoft\.com/office/(?:word/201[0-5]/|drawing/)"
    r"|http://schemas\.openxmlformats\.org/"
)
_NO_CHOICES = re.compile(r"/symex$|/cid$|/cex$")
# In a point
HALF_POINTS, TWIPS = 2, 20
_MEASURE = re.compile(r"(-?\d{1,7}(?:\.\d{1,4})?)(pt|in|cm|mm|pc|pi)?")
_POINTS_IN = {
    "pt": 1.0,
    "in": 72.0,
    "cm": 28.35,
    "mm": 2.835,
    "pc": 12.0,
    "pi": 12.0,
}
_OFF = ("0", "false", "off", "none")
_GONE = ("del", "moveFrom", "conflictDel")
# Kinds of aml:annotation whose text stays
_STANDING = (
    "Word.Insertion",
    "Word.Formatting",
    "Word.Numbering",
    "Word.Bookmark",
    "Word.Comment",
)


def one_vocabulary(data: bytes) -> bytes:
    """The XML in UTF-8 with the transitional namespaces, whichever of their names and
    encodings the writer used."""
    if data.startswith(_UTF16):
        text = data.decode("utf-16", "replace")
        data = _ENCODING.sub(r"\1", text, count=1).encode()
    for other in _OTHER_W:
        if other in data[:8192]:
            data = data.replace(other, W.encode())
    if _OTHER_R in data[:8192]:
        data = data.replace(_OTHER_R, R.encode())
    return data


@cache
def local(tag: object) -> str:
    """A tag without its namespace; "" for what is no element (a comment)."""
    if isinstance(tag, str):
        return tag.rpartition("}")[2]
    return ""


@cache
def _qualified(name: str) -> str:
    return f"{{{W}}}{name}"


def child_of(element: Element, name: str) -> Element | None:
    """The first child of a WordprocessingML name."""
    # Asked hundreds of times a document; lxml's find compiles a path
    return next(element.iterchildren(_qualified(name)), None)


@cache
def _own_name(tag: object) -> str:
    """A tag's name in WordprocessingML; "" for those of other vocabularies."""
    name = local(tag)
    if tag == _qualified(name):
        return name
    return ""


def children_by_name(element: Element | None) -> dict[str, Element]:
    """The first child of each WordprocessingML name: for what is asked for many of
    them, since each `child_of` walks over all."""
    found: dict[str, Element] = {}
    if element is None:
        return found
    for child in element:
        name = _own_name(child.tag)
        found.setdefault(name, child)
    return found


def attribute(element: Element, name: str) -> str:
    """ "" where it is not there."""
    return element.get(_qualified(name)) or ""


def value_of(element: Element | None, name: str) -> str | None:
    """w:val of a child, "" where the child has none, None where there is no child."""
    if element is None:
        child = None
    else:
        child = child_of(element, name)
    if child is None:
        return None
    return child.get(VAL, "")


def is_on(element: Element | None, name: str) -> bool:
    return value_of(element, name) not in (None, *_OFF)


def is_set(switch: Element) -> bool:
    """Whether a switch that is there says on: it does where it says nothing."""
    return switch.get(VAL, "") not in _OFF


def whole(text: str | None, default: int = 0) -> int:
    """An ST_DecimalNumber; `default` for what is none, or longer than any that is meant."""
    if text and re.fullmatch(r"-?\d{1,9}", text):
        return int(text)
    return default


def length(text: str | None, in_point: float, default: float) -> float:
    """A length in points: a number of units, of which a point has `in_point` (half
    points 2, twips 20), or a number with its own unit (ST_UniversalMeasure: 6pt)."""
    match = _MEASURE.fullmatch(text or "")
    if match is None:
        return default
    if match[2]:
        return float(match[1]) * _POINTS_IN[match[2]]
    return float(match[1]) / in_point


def chosen(alternatives: Element) -> Element | tuple[()]:
    """The children of mc:AlternateContent that a program paints: the first Choice whose
    vocabularies are all known, else the Fallback, else nothing."""
    fallback: Element | tuple[()] = ()
    for one in alternatives:
        if local(one.tag) == "Fallback":
            fallback = one
        elif local(one.tag) == "Choice" and _is_understood(one):
            return one
    return fallback


def _is_understood(choice: Element) -> bool:
    for prefix in (choice.get("Requires") or "").split():
        uri = choice.nsmap.get(prefix) or ""
        if not _KNOWN_CHOICES.match(uri) or _NO_CHOICES.search(uri):
            return False
    return True


def is_deletion(element: Element) -> bool:
    """An aml:annotation of Word 2003 XML that marks deleted text or a comment."""
    return local(element.tag) == "annotation" and element.get(
        f"{{{W}}}type"
    ) in (
        "Word.Deletion",
        "Word.Comment",
    )


def is_of_unknown_kind(element: Element) -> bool:
    """An aml:annotation of which Word 2003 does not say whether its text stands."""
    if local(element.tag) != "annotation":
        return False
    kind = element.get(f"{{{W}}}type", "")
    return not kind.startswith(_STANDING)


def is_gone(row_properties: Element | None) -> bool:
    if row_properties is None:
        return False
    for child in row_properties:
        if local(child.tag) in _GONE:
            return True
    return is_on(row_properties, "hidden")


def mark_is_deleted(mark: Element | None) -> bool:
    """Whether the mark that ends a paragraph (its properties' w:rPr) is deleted: it
    goes on in the next one."""
    if mark is None:
        return False
    return any(local(e.tag) in _GONE or is_deletion(e) for e in mark)
