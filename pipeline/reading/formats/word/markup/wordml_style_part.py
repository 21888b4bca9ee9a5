"""The styles part of a WordprocessingML package, cut down before it is parsed to the
styles that a document uses.

Beside wordml_styles.py. Trusts nothing: a part that is not written as Word writes it is
left whole. Never changes what is said of a style that is used.
"""

import re

# pStyle, rStyle, tblStyle; a pattern that begins with a word is looked for much faster
_USED = re.compile(rb"Style\s+\w+:val=[\"']([^\"']*)[\"']")
_OPENED, _CLOSED = b"<w:style ", b"</w:style>"
# What menus show of styles that are not there: hundreds of elements, read by nobody here
_LATENT, _LATENT_END = b"<w:latentStyles", b"</w:latentStyles>"
_IDENTIFIED, _DEFAULT = b'w:styleId="', b"w:default="
_ID = re.compile(rb"w:styleId=\"([^\"]*)\"")
_BASED_ON = re.compile(rb"<w:basedOn\s+w:val=\"([^\"]*)\"")


def cut_to_used(document: bytes, part: bytes) -> bytes:
    """The part with the styles that a document uses alone, those that they are based
    on, and the defaults; the whole part where its styles are not written as Word writes
    them. Word writes some hundred styles into each document, and a form uses five."""
    first = part.find(_OPENED)
    last = part.rfind(_CLOSED)
    if first < 0 or last < first or part.find(_IDENTIFIED, first) < 0:
        return part
    wanted = set(_USED.findall(document)) | _default_styles(part, first)
    kept: dict[bytes, bytes] = {}
    while wanted:
        key = wanted.pop()
        at = part.find(_IDENTIFIED + key + b'"', first)
        if key in kept or at < 0:
            continue
        start = part.rfind(_OPENED, 0, at)
        end = part.find(_CLOSED, at) + len(_CLOSED)
        kept[key] = part[start:end]
        wanted.update(_BASED_ON.findall(kept[key]))
    before = _without_latent(part[:first])
    after = part[last + len(_CLOSED) :]
    return before + b"".join(kept.values()) + after


def _without_latent(before: bytes) -> bytes:
    """What stands before the styles, without Word's list of latent ones."""
    start = before.find(_LATENT)
    end = before.find(_LATENT_END, start)
    if start < 0 or end < 0:
        return before
    behind = end + len(_LATENT_END)
    return before[:start] + before[behind:]


def _default_styles(part: bytes, first: int) -> set[bytes]:
    """The styles that count where an element names none."""
    found: set[bytes] = set()
    at = part.find(_DEFAULT, first)
    while at >= 0:
        start = part.rfind(_OPENED, 0, at)
        head = part[start : part.find(b">", at)]
        key = _ID.search(head)
        if key is not None:
            found.add(key[1])
        at = part.find(_DEFAULT, at + 1)
    return found
