"""The reader without its child process for what this project's own tests made: fast, and itself readable by a debugger.

Reading is pure: what a mail, a page or a file came to in this process is not read again, as tests of what becomes of mails
send the same few hundreds of times.
"""

from datetime import datetime
from functools import lru_cache

from pipeline.edges.processes.sandbox import Reader
from pipeline.model.arrival import Arrival
from pipeline.model.form import FileReading, Form, FormSpec
from pipeline.model.letters.bulletins import EditedDraft
from pipeline.model.mail import Message
from pipeline.reading.evidence.pictures import Picture, pictures
from pipeline.reading.files.read_file import read_body, read_file
from pipeline.reading.mail.message import parse
from pipeline.reading.replies.document_traces import without_traces
from pipeline.reading.replies.edited_draft import read_edited_draft

# Many times what the tests of one module send
_KEPT = 256
_parse = lru_cache(_KEPT)(parse)
_read_file = lru_cache(_KEPT)(read_file)
_read_body = lru_cache(_KEPT)(read_body)


class PlainReader(Reader):
    """Whatever is not overridden here goes to a child process as ever."""

    def __init__(self, spec: FormSpec) -> None:
        super().__init__(spec)
        self.form = spec

    def whole(self, raw: bytes, received_at: datetime) -> Arrival | None:
        """Piece by piece, so that a test may stand in for one of them."""
        return None

    def message(self, raw: bytes, received_at: datetime) -> Message:
        return _parse(raw, received_at)

    def file(self, name: str, content: bytes) -> tuple[FileReading, ...]:
        return _read_file(name, content, self.form)

    def pictures(
        self, form: Form, pdf: bytes = b"", *, drawn: bool = True
    ) -> tuple[Picture, ...]:
        return pictures(pdf, form, self.form, drawn=drawn)

    def body(self, text: str, html: str) -> FileReading:
        return _read_body(text, html, self.form)

    def edited_draft(self, content: bytes) -> EditedDraft:
        return read_edited_draft(content)

    def clean_document(self, content: bytes) -> bytes:
        return without_traces(content)
