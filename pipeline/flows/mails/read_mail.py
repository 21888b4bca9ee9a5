"""The reading half of taking a mail in: raw bytes to what stands in them. Its arguments
and its results are plain values, so that it may run in another process or on another
machine.

Trusts nothing of the bytes: files are opened by the reader, in a bounded child. Knows no
ledger, records nothing; whether and how a mail counts is decided afterwards, in order.
"""

from functools import cached_property

from pipeline.flows.ports import Reader
from pipeline.model.arrival import Arrival, NamedReading
from pipeline.model.form import FileReading
from pipeline.model.mail import Message
from pipeline.model.operation.post import Sighting
from pipeline.model.trouble import Trouble, TroubleCode
from pipeline.model.values.frozen import frozen

# What is kept in place of a message that the mailbox never handed out begins so.
NOTE = b"X-Xunbao-Unfetched: yes\r\n"


@frozen
class Kept:
    """A mail that is kept and not yet handled: its sighting, by its number in the
    ledger, and the key of its bytes."""

    number: int
    sighting: Sighting
    key: str
    too_big: bool

    @property
    def trying(self) -> str:
        """What its tries are counted under: those of one sighting, since a mail that
        was moved or copied back often has not failed."""
        return f"{self.key}#{self.number}"


@frozen
class ReadMail:
    """A mail that was read. `arrival` is None where its files were not opened, since
    what it is says that they need not be. `unfetched`: only a note of it is kept."""

    message: Message
    arrival: Arrival | None
    unfetched: bool = False

    @cached_property
    def may_be_reply(self) -> bool:
        """Looked for once: its text is gone through for it."""
        from pipeline.flows.review.replies import may_be_reply

        return may_be_reply(self.message)


@frozen
class ReadingJob:
    """A mail to read: decoded, and its files read unless `lightly`. Whatever way between
    processes carries it, and what comes of it."""

    kept: Kept
    raw: bytes
    lightly: bool


def read_mail(reader: Reader, job: ReadingJob) -> ReadMail:
    """Raises ReaderDied where it kills its reader, EdgeError where there is no reader."""
    unfetched = job.raw.startswith(NOTE)
    too_big = job.kept.too_big
    if job.lightly or unfetched or too_big:
        whole = None
    else:
        whole = _read_whole(reader, job)
    if whole is not None:
        return whole
    message = reader.message(job.raw, job.kept.sighting.received_at)
    if unfetched:
        return ReadMail(message, None, unfetched=True)
    light = ReadMail(message, None)
    if job.lightly or light.may_be_reply:
        return light
    return ReadMail(message, arrival_of(message, reader, too_big=too_big))


def _read_whole(reader: Reader, job: ReadingJob) -> ReadMail | None:
    """By one question; None where it must be read piece by piece, or answers us."""
    arrival = reader.whole(job.raw, job.kept.sighting.received_at)
    if arrival is None:
        return None
    whole = ReadMail(arrival.message, arrival)
    if whole.may_be_reply:
        return None
    return whole


def arrival_of(message: Message, reader: Reader, *, too_big: bool) -> Arrival:
    """What the message says. Of one that is too big only the header was fetched: its
    sender is answered as for a file that is too big."""
    from pipeline.reading.understand import understand

    if not too_big:
        return understand(message, reader)
    advice = "邮件太大，没有接收，请只发报送表本身。"
    trouble = Trouble(TroubleCode.TOO_BIG, advice)
    reading = FileReading(message.subject or "附件", "mail", trouble=trouble)
    return Arrival(message, (NamedReading(reading),))
