"""How paragraphs of WordprocessingML are set: how high their lines are, how far they are
indented.

Beside docx_line.py and wordml_styles.py. Pure; trusts only well-formed XML. Tells only
what may leave a line unread.
"""

from pipeline.reading.formats.word.markup.wordml import (
    TWIPS,
    Element,
    children_by_name,
    length,
    local,
    whole,
)
from pipeline.reading.formats.word.run_format import (
    CRUSHED_POINTS,
    indent_points,
    is_off_page,
)

# Names of ISO 29500, by those of ECMA-376
_OLDER = {
    "start": "left",
    "startChars": "leftChars",
    "end": "right",
    "endChars": "rightChars",
}
# The attributes of w:spacing and w:ind, by their own names
ParagraphSaid = dict[str, str]


def set_over(properties: Element | None, base: ParagraphSaid) -> ParagraphSaid:
    """What a w:pPr says of its spacing and indents, over what counts without it."""
    if properties is None:
        return base
    said = children_by_name(properties)
    found = base
    for name in ("spacing", "ind"):
        element = said.get(name)
        if element is None:
            continue
        found = dict(found)
        for key, value in element.attrib.items():
            own = local(str(key))
            found[_OLDER.get(own, own)] = str(value)
    return found


def is_crushed(said: ParagraphSaid) -> bool:
    """Whether the lines are set exactly so low that nothing of them is seen."""
    if said.get("lineRule") != "exact":
        return False
    return 0 < length(said.get("line"), TWIPS, 12) <= CRUSHED_POINTS


def leaves_page(said: ParagraphSaid) -> bool:
    """Whether the lines are indented off the page."""
    return is_off_page(
        _indent(said, "left"),
        _indent(said, "firstLine") - _indent(said, "hanging"),
        _indent(said, "right"),
    )


def _indent(said: ParagraphSaid, name: str) -> float:
    characters = whole(said.get(f"{name}Chars"))
    return indent_points(characters, length(said.get(name), TWIPS, 0))
