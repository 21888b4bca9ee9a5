"""THE table of file kinds: how each is known by its bytes, who reads it, and what its
sender is told where nobody does.

For: sniff.py, which looks kinds up by their marks, open_document.py, which calls the
reader, unpack.py, and the form reader, which asks what is a workbook. Trusts nothing: a
file's name is no mark. Never opens anything itself.
"""

from enum import StrEnum

from pipeline.model.trouble import ADVICE, TroubleCode
from pipeline.model.values.frozen import frozen


class Nature(StrEnum):
    # Running text, with or without tables
    TEXT = "text"
    # A workbook: no form goes on from one sheet to the next
    SHEET = "sheet"
    # A picture
    SCAN = "scan"
    # Holds other files
    ARCHIVE = "archive"
    # Nobody reads it: its trouble and advice say why
    REFUSED = "refused"


@frozen
class Kind:
    """One line of the table.

    `reader` is module:function below pipeline.reading. `heads` are the bytes that such a
    file begins with, `ole` a stream of the container, `markup` what its root element's
    text holds, `part_type` the content type of an OOXML package's main part. `trouble`
    and `advice` tell the sender of a file that nobody reads; advice "" is the trouble's.
    """

    name: str
    nature: Nature
    reader: str = ""
    heads: tuple[bytes, ...] = ()
    ole: tuple[str, ...] = ()
    markup: tuple[str, ...] = ()
    part_type: bytes = b""
    trouble: TroubleCode = TroubleCode.UNSUPPORTED
    advice: str = ""

    def sentence(self) -> str:
        return self.advice or ADVICE[self.trouble]


def _archive(name: str, unpacker: str, *heads: bytes) -> Kind:
    return Kind(name, Nature.ARCHIVE, f"files.{unpacker}", heads)


def _scan(name: str, *heads: bytes) -> Kind:
    return Kind(name, Nature.SCAN, heads=heads, trouble=TroubleCode.SCAN_UNREAD)


_OFFICE_LOCK = (
    "文件被单位的文档加密软件（{}）加了密，离开单位的电脑打不开，"
    "请按规定解密后，再发送报送表的 Word 或 Excel 文件。"
)

# In order: of two marks that both fit, the first one counts (what encrypts stands before
# what it encrypts; a page may hold a workbook's vocabulary in part).
KINDS: tuple[Kind, ...] = (
    Kind("empty", Nature.REFUSED, trouble=TroubleCode.EMPTY),
    Kind("broken", Nature.REFUSED, trouble=TroubleCode.CORRUPT),
    Kind(
        "encrypted",
        Nature.REFUSED,
        trouble=TroubleCode.ENCRYPTED,
        ole=("encryptedpackage",),
    ),
    Kind(
        "esafenet",
        Nature.REFUSED,
        advice=_OFFICE_LOCK.format("亿赛通 E-SafeNet"),
        trouble=TroubleCode.ENCRYPTED,
        heads=(b"\x62\x14\x23\x65",),
    ),
    Kind(
        "tsd",
        Nature.REFUSED,
        advice=_OFFICE_LOCK.format("天锐绿盾等"),
        trouble=TroubleCode.ENCRYPTED,
        heads=(b"%TSD-Header-",),
    ),
    Kind(
        "docx",
        Nature.TEXT,
        "formats.word.markup.docx:read_docx",
        part_type=b"wordprocessingml.document.main",
    ),
    Kind("docm", Nature.TEXT, "formats.word.markup.docx:read_docx"),
    Kind("dotx", Nature.TEXT, "formats.word.markup.docx:read_docx"),
    Kind(
        "wordxml",
        Nature.TEXT,
        "formats.word.markup.docx:read_word_xml",
        markup=("<w:worddocument", "<pkg:package"),
    ),
    Kind(
        "doc",
        Nature.TEXT,
        "formats.word.binary.doc:read_doc",
        ole=("worddocument",),
    ),
    Kind("rtf", Nature.TEXT, "formats.word.rtf:read_rtf", heads=(b"{\\rt",)),
    Kind("odt", Nature.TEXT, "formats.word.odt:read_odt"),
    Kind(
        "fodt",
        Nature.TEXT,
        "formats.word.odt:read_odt",
        markup=("opendocument.text",),
    ),
    Kind("html", Nature.TEXT, "formats.html:read_html"),
    Kind("mhtml", Nature.TEXT, "formats.html:read_mhtml"),
    Kind("text", Nature.TEXT, "formats.text:read_text"),
    Kind("pdf", Nature.TEXT, "formats.pdf.pdf_reader:read_pdf"),
    Kind(
        "xlsx",
        Nature.SHEET,
        "formats.sheet.xlsx:read_xlsx",
        part_type=b"spreadsheetml.sheet.main",
    ),
    Kind("xlsm", Nature.SHEET, "formats.sheet.xlsx:read_xlsx"),
    Kind("xlsb", Nature.SHEET, "formats.sheet.xlsb:read_xlsb"),
    Kind(
        "xls",
        Nature.SHEET,
        "formats.sheet.binary.xls:read_xls",
        ole=("workbook", "book"),
        # Bare records, as some accounting programs write
        heads=(
            b"\x09\x08\x10\x00\x00\x06",
            b"\x09\x08\x06\x00",
            b"\x09\x08\x08\x00",
            b"\x09\x04\x06\x00",
            b"\x09\x02\x06\x00",
            b"\x09\x00\x04\x00",
        ),
    ),
    Kind("ods", Nature.SHEET, "formats.sheet.ods:read_ods"),
    Kind(
        "fods",
        Nature.SHEET,
        "formats.sheet.ods:read_ods",
        markup=("opendocument.spreadsheet",),
    ),
    Kind(
        "sheetxml",
        Nature.SHEET,
        "formats.sheet.excel2003:read_sheet_xml",
        markup=("<workbook", "<ss:workbook"),
    ),
    Kind("csv", Nature.SHEET, "formats.text:read_csv"),
    _archive("zip", "archives:unzip"),
    _archive("7z", "archives:unpack_7z", b"7z\xbc\xaf\x27\x1c"),
    _archive("rar", "rar:unpack_rar", b"Rar!\x1a\x07"),
    _archive("tar", "archives:untar"),
    _archive("gz", "archives:gunzip", b"\x1f\x8b"),
    _archive("bz2", "archives:bunzip", b"BZh"),
    _archive("xz", "archives:unxz", b"\xfd7zXZ\x00"),
    _archive("tnef", "embedded_mail:unpack_tnef", b"\x78\x9f\x3e\x22"),
    _archive("uuencode", "embedded_mail:uudecode"),
    _archive("eml", "embedded_mail:unpack_eml"),
    Kind(
        "msg",
        Nature.ARCHIVE,
        "files.embedded_mail:unpack_msg",
        ole=("__properties_version1.0",),
    ),
    _scan("jpg", b"\xff\xd8\xff"),
    _scan("png", b"\x89PNG\r\n\x1a\n"),
    _scan("gif", b"GIF8"),
    _scan("tiff", b"II*\x00", b"MM\x00*"),
    _scan("bmp"),
    _scan("webp"),
    _scan("heic"),
    Kind(
        "ofd",
        Nature.REFUSED,
        advice="文件是 OFD 版式文件，本程序读不了，"
        "请发送报送表的 Word 或 Excel 原文件，"
        "或用阅读软件转换成 PDF 后发送。",
    ),
    Kind(
        "xps",
        Nature.REFUSED,
        advice="文件是 XPS 版式文件，本程序读不了，"
        "请发送报送表的 Word 或 Excel 原文件，"
        "或另存为 PDF 后发送。",
    ),
    Kind(
        "iwork",
        Nature.REFUSED,
        advice="文件是苹果电脑的 Pages 或 Numbers 格式，本程序读不了，"
        "请用“文件”菜单的“导出为”存成 Word、Excel 或 PDF 后发送。",
    ),
    Kind(
        "uof",
        Nature.REFUSED,
        advice="文件是 UOF（标文通）格式，本程序读不了，"
        "请用 WPS 或永中另存为 Word 或 Excel 文件后发送。",
        markup=("<uof:uof", "schemas.uof.org"),
    ),
    Kind(
        "sylk",
        Nature.REFUSED,
        advice="文件是 SYLK（.slk）格式，本程序读不了，"
        "请用 Excel 或 WPS 另存为 Excel 文件后发送。",
        heads=(b"ID;P",),
    ),
    Kind(
        "pptx",
        Nature.REFUSED,
        advice="文件是演示文稿，不是报送表，请发送报送表的 Word 或 Excel 文件。",
    ),
    Kind(
        "ppt",
        Nature.REFUSED,
        advice="文件是演示文稿，不是报送表，请发送报送表的 Word 或 Excel 文件。",
        ole=("powerpoint document",),
    ),
    Kind(
        "shortcut",
        Nature.REFUSED,
        advice="文件只是一个网址或快捷方式，里面没有报送表，"
        "请打开它，把报送表导出为 Word 或 Excel 文件后发送。",
        # of Windows: to a page (腾讯文档, 金山文档), and to a file
        heads=(b"[InternetShortcut]", b"L\x00\x00\x00\x01\x14\x02\x00"),
    ),
    Kind("odf", Nature.REFUSED),
    # OPC of another program than Office
    Kind("package", Nature.REFUSED),
    Kind("ole", Nature.REFUSED),
    Kind(
        "exe",
        Nature.REFUSED,
        trouble=TroubleCode.EXECUTABLE,
        heads=(b"\x7fELF",),
    ),
    Kind("binary", Nature.REFUSED),
)

BY_NAME = {kind.name: kind for kind in KINDS}


def has_nature(kind: str, nature: Nature) -> bool:
    """Whether a kind by its name is of that nature; an unknown name is of none."""
    return kind in BY_NAME and BY_NAME[kind].nature is nature
