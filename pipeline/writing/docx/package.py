"""Office packages as bytes: the blank .docx that documents start from, and `sealed`,
which takes the clock out of a package.

python-docx's own template is US Letter with theme fonts; this one is A4, Chinese as its
language, fonts by name, nothing else in it. Standard library only. Trusts its callers
for texts without control characters.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from pipeline.model.named import NamedBytes

BODY_FONT: Final = "仿宋_GB2312"
TITLE_FONT: Final = "方正小标宋简体"
HEADING_FONT: Final = "黑体"
SUBHEADING_FONT: Final = "楷体_GB2312"
PAGE_NUMBER_FONT: Final = "宋体"
LATIN_FONT: Final = "Times New Roman"
CUSTOM_PROPERTIES: Final = "docProps/custom.xml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FALLBACK: Final = {
    BODY_FONT: "仿宋",
    TITLE_FONT: "宋体",
    HEADING_FONT: "SimHei",
    SUBHEADING_FONT: "楷体",
    PAGE_NUMBER_FONT: "SimSun",
}


def sealed(package: bytes, at: datetime) -> bytes:
    """An Office package written again with every time in it set to `at`: its bytes
    depend on its contents alone."""
    stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}".encode()
    members = []
    for name, content in members_of(package):
        if name != "docProps/core.xml":
            members.append((name, content))
            continue
        stamped = re.sub(
            rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*",
            rb"\g<1>" + stamp,
            content,
        )
        members.append((name, stamped))
    return packed(members, at)


def members_of(package: bytes) -> NamedBytes:
    """(name, content) of each member, in order."""
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        found = []
        for name in opened.namelist():
            found.append((name, opened.read(name)))
        return tuple(found)


def packed(members: Iterable[tuple[str, bytes]], at: datetime) -> bytes:
    """The package of these members, each of the day `at`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in members:
            member = zipfile.ZipInfo(name, (at.year, at.month, at.day, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(member, content)
    return buffer.getvalue()


def blank_docx(
    properties: Sequence[tuple[str, str]] = (),
    title: str = "",
    author: str = "",
) -> bytes:
    """One empty A4 section; `properties` become custom document properties."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(
            (f"{_OFFICE}/relationships/officeDocument", "word/document.xml"),
            (
                f"{_PACKAGE}/relationships/metadata/core-properties",
                "docProps/core.xml",
            ),
            (
                f"{_OFFICE}/relationships/custom-properties",
                "docProps/custom.xml",
            ),
        ),
        "docProps/core.xml": _core(title, author),
        CUSTOM_PROPERTIES: _custom(properties),
        "word/_rels/document.xml.rels": _relations(
            (f"{_OFFICE}/relationships/styles", "styles.xml"),
            (f"{_OFFICE}/relationships/settings", "settings.xml"),
            (f"{_OFFICE}/relationships/fontTable", "fontTable.xml"),
        ),
        "word/document.xml": f'<w:document xmlns:w="{_W}" '
        f'xmlns:r="{_OFFICE}/relationships"><w:body><w:sectPr>'
        '<w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>',
        "word/styles.xml": _styles(),
        "word/settings.xml": _settings(),
        "word/fontTable.xml": _font_table(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name), _XML + content)
    return buffer.getvalue()


def custom_properties(properties: Sequence[tuple[str, str]]) -> bytes:
    """The member CUSTOM_PROPERTIES of a package."""
    return f"{_XML}{_custom(properties)}".encode()


def _content_types() -> str:
    overrides = (
        ("word/document.xml", f"{_MAIN_TYPE}.document.main+xml"),
        ("word/styles.xml", f"{_MAIN_TYPE}.styles+xml"),
        ("word/settings.xml", f"{_MAIN_TYPE}.settings+xml"),
        ("word/fontTable.xml", f"{_MAIN_TYPE}.fontTable+xml"),
        (
            "docProps/core.xml",
            "application/vnd.openxmlformats-package.core-properties+xml",
        ),
        (
            "docProps/custom.xml",
            "application/vnd.openxmlformats-officedocument.custom-properties+xml",
        ),
    )
    lines = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        for name, kind in overrides
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{lines}</Types>'
    )


def _relations(*pairs: tuple[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{i}" Type="{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(pairs, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _core(title: str, author: str) -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        '<dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:created>'
        "<dcterms:modified "
        'xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:modified></cp:coreProperties>'
    )


def _custom(properties: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{pid}" name={quoteattr(name)}>'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for pid, (name, value) in enumerate(properties, 2)
    )
    return (
        f'<Properties xmlns="{_OFFICE}/custom-properties" '
        f'xmlns:vt="{_OFFICE}/docPropsVTypes">{lines}</Properties>'
    )


def _styles() -> str:
    fonts = (
        f'<w:rFonts w:ascii="{LATIN_FONT}" w:hAnsi="{LATIN_FONT}" '
        f'w:eastAsia="{BODY_FONT}" w:cs="{LATIN_FONT}"/>'
    )
    return (
        "<w:styles "
        f'xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>{fonts}<w:sz '
        'w:val="32"/><w:szCs w:val="32"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name '
        'w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="a0"><w:name '
        'w:val="Default Paragraph Font"/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="a1"><w:name w:val="Normal Table"/><w:tblPr>'
        '<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="108" '
        'w:type="dxa"/><w:right w:w="108" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style></w:styles>"
    )


def _settings() -> str:
    return (
        "<w:settings "
        f'xmlns:w="{_W}"><w:evenAndOddHeaders/><w:characterSpacingControl '
        'w:val="compressPunctuation"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" '
        'w:val="15"/></w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _font_table() -> str:
    lines = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _FALLBACK.items()
    )
    return f'<w:fonts xmlns:w="{_W}">{lines}</w:fonts>'
