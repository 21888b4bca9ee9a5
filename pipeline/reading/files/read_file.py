"""One attachment, or a mail's own text, to what came of it: unpack, open, identify, extract.

Trusts nothing: every file ends as forms or as a Trouble with a sentence for its sender.
Never reads a form out of quoted mail.
"""

import re
from dataclasses import replace
from typing import Final

from pipeline.model.document import Document, Doubt, Grid, Paragraph
from pipeline.model.form import FileReading, Form, FormSpec
from pipeline.model.trouble import ADVICE, Trouble, TroubleCode
from pipeline.reading.containers.foreign_file import ForeignFile
from pipeline.reading.containers.limits import PARSER_ERRORS, UnreadableError
from pipeline.reading.files.open_document import open_document, open_file
from pipeline.reading.files.quoted_mail import without_quoted
from pipeline.reading.files.sniff import recognised
from pipeline.reading.files.unpack import Member, unpack_file
from pipeline.reading.form.extract import extract
from pipeline.reading.form.labels import fold
from pipeline.reading.formats.scan.scan_reader import read_scan

BODY = "正文"

_NO_FORM = Trouble(
    TroubleCode.NO_FORM,
    ADVICE[TroubleCode.NO_FORM],
    "no filled form by its labels",
)
_NO_FORM_IN_BODY = Trouble(
    TroubleCode.NO_FORM,
    "邮件正文里没有报送表，请把填好的报送表作为附件发送。",
    "no filled form in the body",
)


def read_file(
    name: str, content: bytes, spec: FormSpec, *, scans: bool = False
) -> tuple[FileReading, ...]:
    """What came of a file, one FileReading for each file in it: an archive gives its
    members as 旬报.zip/犍为县.docx.

    `scans`: scans and photos are read too, where the [ocr] extra is installed; else
    they end as SCAN_UNREAD.
    """
    file = recognised(content)
    members = unpack_file(name, file)
    if isinstance(members, Trouble):
        return (FileReading(name, file.kind, trouble=members),)
    if members is None:
        return (_read_one(name, file, spec, scans),)
    found = []
    for member in members:
        found.append(_read_member(member, spec, scans))
    return tuple(found)


def read_body(text: str, html: str, spec: FormSpec) -> FileReading:
    """The form that a mail's own text holds: typed as lines, or pasted as a table.
    `text` is without quoted mail.

    Strict: the figure's label must stand there with a value, beside the unit's, the
    date's or the measures'. A table of the HTML counts only where `text` says the same,
    so that no quoted form is read.
    """
    page = _page(html)
    if page is not None and "<table" in html.lower():
        pasted = _pasted_forms(page, text, spec)
        if pasted:
            return FileReading(BODY, page.kind, pasted)
    written = []
    for index, line in enumerate(text.splitlines(), 1):
        written.append(Paragraph(line, f"{BODY}第{index}行"))
    if page is not None:
        written = _as_painted(written, page)
    lines: list[Paragraph] = []
    for paragraph in written:
        lines += _paragraphs(paragraph, spec)
    typed = Document("text", tuple(p for p in lines if p.text.strip()))
    forms = tuple(f for f in extract(typed, spec, BODY) if _states(f))
    if forms:
        return FileReading(BODY, "text", forms)
    return FileReading(
        name=BODY,
        kind="text",
        forms=forms,
        trouble=_NO_FORM_IN_BODY,
    )


def _page(html: str) -> Document | None:
    """The mail's page; None where it has none, or one that cannot be read."""
    if not html.strip():
        return None
    page = open_document(BODY, html.encode())
    if isinstance(page, Document):
        return page
    return None


def _pasted_forms(
    page: Document, text: str, spec: FormSpec
) -> tuple[Form, ...]:
    """The forms of a page's tables that the mail's own text says, too."""
    said = fold(text)
    found = []
    for form in extract(page, spec, BODY):
        if _states(form) and _said_in(form, said):
            found.append(form)
    return tuple(found)


def _as_painted(lines: list[Paragraph], page: Document) -> list[Paragraph]:
    """The lines of a mail's text with what is doubtful of the page that shows it: its
    text does not tell what is struck, raised or hidden there."""
    sure, doubtful = _told(page)
    found = []
    for line in lines:
        said = fold(line.text)
        if said in sure or not any(char.isdigit() for char in said):
            found.append(line)
            continue
        doubts = frozenset((Doubt.UNTOLD,))
        for text, told in doubtful:
            if said in text or (text and text in said):
                doubts |= told
        found.append(replace(line, doubts=line.doubts | doubts))
    return found


def _told(page: Document) -> tuple[str, list[tuple[str, frozenset[Doubt]]]]:
    """The folded text of a page's lines and cells that nothing is doubtful of, and the
    others one by one."""
    sure = ""
    doubtful = []
    for block in page.blocks:
        for part in block.cells if isinstance(block, Grid) else (block,):
            if part.doubts:
                doubtful.append((fold(part.text), part.doubts))
                # What is said before and after it does not join
                sure += "\n"
            else:
                sure += fold(part.text)
    return sure, doubtful


# How a clerk answers on a phone: 本期累计390名。主要举措：…
_SPOKEN: Final = re.compile(
    r"\s*(?:本期|本旬|截至目前)?累计([^。；;，,]{1,20})(?:[。；;，,](.*))?"
)


def _paragraphs(line: Paragraph, spec: FormSpec) -> list[Paragraph]:
    """A line of a mail's text; a spoken figure at its head as the form's own label says
    it, what follows apart."""
    said = _SPOKEN.fullmatch(line.text)
    if said is None or not any(char.isdigit() for char in said[1]):
        return [line]
    # A form's own label may begin with the same word (累计培训人数).
    if fold(line.text).startswith(tuple(map(fold, spec.completed_labels))):
        return [line]
    figure = f"{spec.completed_labels[0]}：{said[1]}"
    return [replace(line, text=figure), replace(line, text=said[2] or "")]


def _read_member(member: Member, spec: FormSpec, scans: bool) -> FileReading:
    name = "/".join((*member.inside, member.name))
    return _read_one(name, member.file, spec, scans)


def _read_one(
    name: str, file: ForeignFile, spec: FormSpec, scans: bool
) -> FileReading:
    opened = open_file(name, file)
    if isinstance(opened, Trouble):
        return _unopened(
            name=name,
            file=file,
            trouble=opened,
            spec=spec,
            scans=scans,
        )
    forms = extract(opened, spec, name)
    forms = without_quoted(forms, opened, spec, name)
    if forms:
        return FileReading(name, opened.kind, forms)
    picture = _scan_in(file)
    if picture is None:
        return FileReading(name, opened.kind, trouble=_NO_FORM)
    trouble = Trouble(
        TroubleCode.SCAN_UNREAD,
        ADVICE[TroubleCode.SCAN_UNREAD],
        f"{name}: a picture in a {opened.kind}",
    )
    return _unopened(
        name=name,
        file=recognised(picture),
        trouble=trouble,
        spec=spec,
        scans=scans,
    )


def _unopened(
    name: str, file: ForeignFile, trouble: Trouble, spec: FormSpec, scans: bool
) -> FileReading:
    """A scan read where that is asked for; anything else ends as its trouble."""
    if scans and trouble.code is TroubleCode.SCAN_UNREAD:
        return read_scan(
            name=name,
            content=file.content,
            kind=file.kind,
            spec=spec,
            trouble=trouble,
        )
    return FileReading(name, file.kind, trouble=trouble)


def _scan_in(file: ForeignFile) -> bytes | None:
    """The scanned page that somebody put into a document instead of the form."""
    from pipeline.reading.formats.scan.pasted_scan import scan_in

    try:
        return scan_in(file)
    except (UnreadableError, *PARSER_ERRORS):
        return None


def _states(form: Form) -> bool:
    """Whether the figure's place says something: a form's words in a sentence do not."""
    figure = form.figure
    return any(
        v is not None for v in (figure.completed, figure.added, figure.nil)
    ) or bool(_evidence(form, "completed"))


def _said_in(form: Form, folded: str) -> bool:
    return all(
        fold(_evidence(form, name)) in folded
        for name in ("unit", "date", "completed")
    )


def _evidence(form: Form, name: str) -> str:
    return next((e.text for key, e in form.evidence if key == name), "")
