"""A .docx that is drawn once and filled in many times: its document is cut, as XML, where
something of its own is written into each copy.

Copying a document and writing it out as XML takes longer than all that is written into
it. The bytes are those of a document that was written into and saved, which the tests
hold it to. Trusts its caller that what is filled in is XML of `xml_of`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from docx.opc.oxml import serialize_part_xml
from docx.oxml.ns import nsmap
from lxml.etree import Comment, tostring

from pipeline.model.values.frozen import frozen
from pipeline.writing.docx.layout import saved
from pipeline.writing.docx.package import members_of
from pipeline.writing.docx.packed_members import (
    PackedMember,
    assembled,
    packed_alone,
)

_DOCUMENT: Final = "word/document.xml"
# Around a place's name in the XML; no text can hold them, since XML escapes a text's "<"
_OPEN: Final = "<!--"
_CLOSE: Final = "-->"


def mark(place: str) -> Any:
    """What is put into a document where it shall be cut."""
    return Comment(place)


def xml_of(element: Any) -> str:
    """An element as it stands within a document, which names the namespace at its head."""
    alone: str = tostring(element, encoding="unicode")
    return alone.replace(f' xmlns:w="{nsmap["w"]}"', "", 1)


@frozen
class CutDocument:
    """`before` is the XML up to each place, by its name; `behind` is all after the last.
    Members that are the same in all copies were compressed once."""

    before: Mapping[str, str]
    behind: str
    members: Mapping[str, PackedMember]
    at: datetime

    def filled(
        self, own: Mapping[str, str], others: Mapping[str, bytes]
    ) -> bytes:
        """The package, with the XML of each place, and with the other members that are
        this copy's own."""
        pieces = []
        for place, before in self.before.items():
            pieces += [before, own[place]]
        document = "".join([*pieces, self.behind])
        changed = {_DOCUMENT: document.encode(), **others}
        members = []
        for name, kept in self.members.items():
            if name in changed:
                members.append(packed_alone(name, changed[name], self.at))
            else:
                members.append(kept)
        return assembled(members)


def cut_document(document: Any, at: datetime) -> CutDocument:
    """A python-docx Document cut at its marks; its package is of the day `at`."""
    whole = serialize_part_xml(document.element).decode()
    before = {}
    rest = whole
    while _OPEN in rest:
        piece, _, rest = rest.partition(_OPEN)
        place, _, rest = rest.partition(_CLOSE)
        before[place] = piece
    members = {}
    for name, content in members_of(saved(document, at)):
        members[name] = packed_alone(name, content, at)
    return CutDocument(
        before=before,
        behind=rest,
        members=members,
        at=at,
    )
