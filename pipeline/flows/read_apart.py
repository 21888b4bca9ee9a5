"""Reading a mail wherever a reader is: in a thread, in another process, on another
machine. What is asked and what comes back are plain values.

Trusts nothing of the bytes, as `read_mail`. Knows no ledger.
"""

from dataclasses import dataclass

from pipeline.flows.ports import Reader
from pipeline.flows.read_mail import Kept, ReadMail, read_mail
from pipeline.model.operation.errors import EdgeError, ReaderDied


@dataclass(frozen=True)
class ReadingJob:
    """A mail to read; `lightly` as in `read_mail`."""

    kept: Kept
    raw: bytes
    lightly: bool


@dataclass(frozen=True)
class Unread:
    """Why a mail could not be read; `died`: it killed its reader."""

    died: bool
    cause: str
    advice: str
    detail: str

    def error(self) -> EdgeError:
        kind = EdgeError
        if self.died:
            kind = ReaderDied
        return kind(self.cause, self.advice, self.detail)


def try_to_read(reader: Reader, job: ReadingJob) -> ReadMail | Unread:
    """As `read_mail`, wherever the reader is: what it raises comes back as a value,
    which every way between processes carries."""
    try:
        return read_mail(job.kept, job.raw, reader, lightly=job.lightly)
    except EdgeError as error:
        died = isinstance(error, ReaderDied)
        return Unread(
            died=died,
            cause=error.cause,
            advice=error.advice,
            detail=error.detail,
        )
