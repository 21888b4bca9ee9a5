"""Content controls of WordprocessingML, before the text is read: prompts are marked, and
controls that are bound to stored data show that.

For: the docx reader. Trusts nothing of the bindings: only plain paths are followed.
Changes the tree that it is given, so that every level of control (block, row, cell,
inline) is settled in one place.
"""

import re
from collections.abc import Callable

from lxml import etree

from pipeline.reading.formats.word.markup.wordml import (
    Element,
    W,
    attribute,
    child_of,
    is_on,
    local,
)

# In the place of a run that only prompts
PROMPT = f"{{{W}}}xbPrompt"
# Attribute of a text that is not what its binding says
UNTOLD = "xb-untold"

# /ns0:root[1]/ns0:item[1], as Word writes it
_PLAIN_PATH = re.compile(
    r"(?:/{1,2}[\w.@:\-]+(?:\[\d{1,4}\])?(?:\[@?[\w:]+='[^']*'\])?)+"
)
_PREFIX = re.compile(r"xmlns:([\w.\-]+)\s*=\s*[\"']([^\"']*)[\"']")
# What a bound control shows is made from the data by rules of its own.
_UNCOMPARED = (
    "date",
    "picture",
    "checkbox",
    "docPartList",
    "docPartObj",
    "group",
)

StoredData = Callable[[str], Element | None]


def settle(body: Element, data_of: StoredData) -> None:
    """Marks the prompts in `body`, and puts in what bound controls show. `data_of` gives
    the stored XML of an id (w:storeItemID), or None."""
    for control in body.iter(f"{{{W}}}sdt"):
        properties = child_of(control, "sdtPr")
        content = child_of(control, "sdtContent")
        if properties is None or content is None:
            continue
        if is_on(properties, "showingPlcHdr"):
            _mark_prompt(content)
        else:
            _settle_bound(properties, content, data_of)


def _mark_prompt(content: Element) -> None:
    for run in list(content.iter(f"{{{W}}}r")):
        run.tag = PROMPT


def _settle_bound(
    properties: Element, content: Element, data_of: StoredData
) -> None:
    """A program shows a bound control's data, not the text that was saved beside it;
    where the two differ, not all programs do."""
    binding = _binding_of(properties)
    if binding is None or _is_uncompared(properties):
        return
    texts = list(content.iter(f"{{{W}}}t"))
    saved = "".join(t.text or "" for t in texts)
    stored = _stored(binding, data_of)
    if stored is None:
        if _leads_elsewhere(binding, saved, data_of) and texts:
            texts[0].set(UNTOLD, "1")
        return
    shown = _display_text(properties, stored)
    if _closed_up(saved) == _closed_up(shown):
        return
    if not shown.strip():
        _mark_prompt(content)
        return
    for text in texts:
        text.text = ""
    if texts:
        texts[0].text = shown
        texts[0].set(UNTOLD, "1")


def _binding_of(properties: Element) -> Element | None:
    """w:dataBinding, or w15:dataBinding of Word 2013 and later."""
    for child in properties:
        if local(child.tag) == "dataBinding":
            return child
    return None


def _leads_elsewhere(binding: Element, saved: str, data_of: StoredData) -> bool:
    """Whether a binding that is not followed may show something else than what was
    saved: its path is none of Word's, and the data say so nowhere."""
    path = attribute(binding, "xpath")
    root = data_of(attribute(binding, "storeItemID"))
    if root is None or _PLAIN_PATH.fullmatch(path):
        return False
    said = {_closed_up(str(text)) for text in root.itertext()}
    return _closed_up(saved) not in said


def _closed_up(text: str) -> str:
    return "".join(text.split())


def _is_uncompared(properties: Element) -> bool:
    for child in properties:
        if isinstance(child.tag, str):
            name = etree.QName(child).localname
        else:
            name = ""
        if name in _UNCOMPARED:
            return True
    return False


def _stored(binding: Element, data_of: StoredData) -> str | None:
    """The data that a binding points to, None where it points nowhere."""
    path = attribute(binding, "xpath")
    root = data_of(attribute(binding, "storeItemID"))
    if root is None or not _PLAIN_PATH.fullmatch(path):
        return None
    prefixes = dict(_PREFIX.findall(attribute(binding, "prefixMappings")))
    try:
        found = root.getroottree().xpath(path, namespaces=prefixes or None)
    except (etree.XPathError, ValueError):
        return None
    if not isinstance(found, list) or not found:
        return None
    first = found[0]
    if isinstance(first, etree._Element):
        text = "".join(str(t) for t in first.itertext())
    else:
        text = str(first)
    # Rich text, stored as a document of its own
    if text.lstrip().startswith("<"):
        return None
    return text


def _display_text(properties: Element, stored: str) -> str:
    """What a drop-down shows for the value that is stored."""
    for kind in ("dropDownList", "comboBox"):
        choices = child_of(properties, kind)
        for item in () if choices is None else choices:
            if attribute(item, "value") == stored:
                return attribute(item, "displayText") or stored
    return stored
