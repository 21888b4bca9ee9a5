"""Measures any .docx against the numbers of GB/T 9704-2012 for official documents:
paper, margins, grid, fonts, red head, headings, signature, page numbers, closing block.

The file may be anybody's: it is read within bounds and never run, a DTD is refused.
Measures what stands in the XML, so that a font which this machine lacks is judged by
its name. Texts inside tables are left alone, but for the closing block. Never changes a
file.
"""

import io
import zipfile
from typing import Final

from lxml import etree

from pipeline.writing.docx.lint_findings import Finding
from pipeline.writing.docx.lint_head import head_findings
from pipeline.writing.docx.lint_page import page_findings
from pipeline.writing.docx.lint_text import text_findings
from pipeline.writing.docx.outline import Outline
from pipeline.writing.docx.styles import paragraphs_of, sheet_of

# Bytes of XML after inflating: a document of 300 pages has a tenth of it.
_LIMIT: Final = 30_000_000
_BROKEN: Final = (
    zipfile.BadZipFile,
    KeyError,
    etree.XMLSyntaxError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


class NotADocument(ValueError):
    """The bytes are no .docx that can be measured; the message is for people."""


def lint(content: bytes) -> list[Finding]:
    """The departures from the standard, in the order of the document. NotADocument for
    what is no .docx."""
    try:
        parts = _parts(content)
        sheet = sheet_of(parts)
        outline = Outline(tuple(paragraphs_of(parts)))
    except NotADocument:
        raise
    except _BROKEN as error:
        raise NotADocument("不是 .docx 文件，或者文件已损坏") from error
    return [
        *page_findings(sheet),
        *head_findings(outline),
        *text_findings(outline),
    ]


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members = []
        for member in package.infolist():
            if member.filename.endswith((".xml", ".rels")):
                members.append(member)
        # More than the directory says is never inflated.
        if sum(member.file_size for member in members) > _LIMIT:
            raise NotADocument("文件解开后太大，没有检查")
        return {member.filename: package.read(member) for member in members}


__all__ = ["Finding", "NotADocument", "lint"]
