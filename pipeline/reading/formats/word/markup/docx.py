"""WordprocessingML files to Document: docx, docm, dotx, zip-wps, Flat OPC and Word 2003
XML.

Trusts nothing but well-formed XML (limits.py). Gives what the printed page shows: the
final text of tracked changes, text boxes once, content controls, automatic numbers,
parts of other formats (altChunk); never hidden or deleted text, field codes, or
the prompt of an empty control. Comments, footnotes and endnotes stand beside the blocks.
"""

import re
from dataclasses import dataclass, field

from pipeline.model.document import Block, Blocks, Document, Doubt
from pipeline.model.trouble import TroubleCode
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import UnreadableError, parse_xml
from pipeline.reading.containers.opc import (
    FlatSource,
    Parts,
    ZipSource,
    custom_properties,
)
from pipeline.reading.formats import html, text
from pipeline.reading.formats.seen import doubted
from pipeline.reading.formats.word import rtf
from pipeline.reading.formats.word.markup import content_controls
from pipeline.reading.formats.word.markup.docx_line import LineReader
from pipeline.reading.formats.word.markup.docx_walk import Walk
from pipeline.reading.formats.word.markup.wordml import (
    Element,
    R,
    W,
    is_on,
    local,
    one_vocabulary,
)
from pipeline.reading.formats.word.markup.wordml_lists import Numbering
from pipeline.reading.formats.word.markup.wordml_notes import PARTS, notes_in
from pipeline.reading.formats.word.markup.wordml_styles import Styles

_USUAL_MAIN = "word/document.xml"
# Documents that are set into one
_MOST_CHUNKS = 20
# A docx in a docx in a docx
_MOST_DEPTH = 3
_ZIP, _RTF, _MARKUP = b"PK", b"{\\rtf", b"<"
_MIME = b"mime-version:"
_FIELD = re.compile(rb"fldChar|fldSimple")
# The stores that Word binds to besides custom XML: title, author and the like.
_PROPERTY_STORES = {
    "{6C3C8BC8-F283-45AE-878A-BAB7291924A1}": "docProps/core.xml",
    "{6668398D-A668-4E3E-A5EB-62B293D839F1}": "docProps/app.xml",
}


def read_docx(file: ForeignFile) -> Document:
    """A WordprocessingML package. Raises UnreadableError: damaged, encrypted members,
    DTD, a member beyond its bound."""
    package = file.package
    opened = _Opened(Parts(ZipSource(package)), 0)
    blocks: tuple[Block, ...] = tuple(opened.blocks())
    if package.doubled:
        blocks = doubted(blocks, Doubt.UNTOLD)
    return Document(
        kind=file.kind,
        blocks=blocks,
        properties=custom_properties(package),
        notes=tuple(opened.notes),
    )


def read_word_xml(file: ForeignFile) -> Document:
    """Word 2003 XML (one w:wordDocument) or Flat OPC (one pkg:package). Raises UnreadableError."""
    root = parse_xml(one_vocabulary(file.content))
    if local(root.tag) == "package":
        opened = _Opened(Parts(FlatSource(root)), 0)
        blocks = tuple(opened.blocks())
        return Document(file.kind, blocks, notes=tuple(opened.notes))
    body = next(root.iter(f"{{{W}}}body"), None)
    if body is None:
        raise UnreadableError(TroubleCode.CORRUPT, "no w:body")
    lines = LineReader(Styles.of(root), Numbering.of(root), body)
    blocks = tuple(Walk(lines, _no_chunk).blocks(body))
    return Document(file.kind, blocks, notes=tuple(notes_in(body)))


@dataclass
class _Opened:
    """A package whose main part is being read. `depth` counts the documents around it."""

    parts: Parts
    depth: int
    chunks: int = 0
    notes: list[str] = field(default_factory=list)

    def blocks(self) -> Blocks:
        self.main = self._main_part()
        data = one_vocabulary(self.parts.get(self.main))
        if not data:
            raise UnreadableError(TroubleCode.CORRUPT, "no main part")
        body = parse_xml(data).find(f"{{{W}}}body")
        if body is None:
            return []
        self._take_notes(data)
        if b"<w:sdt" in data or b":sdt" in data:
            content_controls.settle(body, self._stored_data)
        styles = Styles.used_in(data, self._related("styles"))
        lists = b""
        if b"numPr" in data or styles.numbered:
            lists = self._related("numbering")
        lines = LineReader(
            styles, Numbering.parse(lists), body, updates=self._updates(data)
        )
        return Walk(lines, self._chunk).blocks(body)

    def _take_notes(self, data: bytes) -> None:
        for reference, kind in PARTS.items():
            if reference not in data:
                continue
            part = self._related(kind)
            if part:
                root = parse_xml(one_vocabulary(part))
                self.notes += notes_in(root)

    def _updates(self, data: bytes) -> bool:
        """Whether the document has its fields computed when it is opened."""
        if not _FIELD.search(data):
            return False
        settings = self._related("settings")
        if b"updateFields" not in settings:
            return False
        root = parse_xml(one_vocabulary(settings))
        return is_on(root, "updateFields")

    def _main_part(self) -> str:
        for part in self.parts.related("", "officeDocument"):
            if part in self.parts:
                return part
        return _USUAL_MAIN

    def _related(self, kind: str) -> bytes:
        """The part that the main part names for styles or numbers; where no relationship
        names one, the usual one."""
        for part in self.parts.related(self.main, kind):
            return self.parts.get(part)
        return self.parts.get(f"word/{kind}.xml")

    def _stored_data(self, key: str) -> Element | None:
        """The custom XML of an id."""
        if key.upper() in _PROPERTY_STORES:
            data = self.parts.get(_PROPERTY_STORES[key.upper()])
            if data:
                return parse_xml(data)
            return None
        for part in self.parts.related(self.main, "customXml"):
            for properties in self.parts.related(part, "customXmlProps"):
                if (
                    key
                    and key.encode().lower()
                    in self.parts.get(properties).lower()
                ):
                    return parse_xml(one_vocabulary(self.parts.get(part)))
        return None

    def _chunk(self, element: Element) -> Blocks:
        """An altChunk: a file of another format that Word takes in when it opens."""
        self.chunks += 1
        part = self.parts.by_id(self.main, element.get(f"{{{R}}}id", ""))
        if part:
            content = self.parts.get(part)
        else:
            content = b""
        if (
            not content
            or self.chunks > _MOST_CHUNKS
            or self.depth >= _MOST_DEPTH
        ):
            return []
        return _chunk_blocks(content, self.depth + 1)


def _chunk_blocks(content: bytes, depth: int) -> Blocks:
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    file = ForeignFile(content)
    if head.startswith(_ZIP):
        return _Opened(Parts(ZipSource(file.package)), depth).blocks()
    if head.startswith(_RTF):
        return list(rtf.read_rtf(file).blocks)
    if _MIME in head.lower():
        return list(html.read_mhtml(file).blocks)
    if head.startswith(_MARKUP):
        if b"<pkg:package" in head or b"wordDocument" in head:
            return list(read_word_xml(file).blocks)
        return list(html.read_html(file).blocks)
    return list(text.read_text(file).blocks)


def _no_chunk(element: Element) -> Blocks:
    return []
