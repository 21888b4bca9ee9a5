"""Message -> Arrival: the pure half of taking a mail in, top to bottom. Same bytes, same answer.

Trusts nothing; what opens a file is handed in, since foreign files are opened in a
bounded child process.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from pipeline.model.arrival import Arrival, NamedReading
from pipeline.model.form import FileReading, Form, MentionSource
from pipeline.model.mail import Attachment, Enclosed, MailNature, Message
from pipeline.reading.form.beside.mail_words import said_above, said_by_mail
from pipeline.reading.form.dates import mentions
from pipeline.reading.mail.subject import strip_prefixes

# What only mail systems write: nothing in it is a report.
_MACHINES = (MailNature.BOUNCE, MailNature.DELAY, MailNature.READ_RECEIPT)
# Forwarded mails whose texts are looked into
_MOST_ENCLOSED = 100


class ReadsFiles(Protocol):
    def file(self, name: str, content: bytes) -> tuple[FileReading, ...]: ...
    def body(self, text: str, html: str) -> FileReading: ...


def understand(message: Message, reader: ReadsFiles) -> Arrival:
    """Everything that was read out of a message. Where a file holds a form, one in the
    body, or in that of a forwarded mail, counts beside it if it names its unit: a list
    of towns does not."""
    subject = mentions(strip_prefixes(message.subject), MentionSource.SUBJECT)
    if message.nature in _MACHINES:
        return Arrival(_light(message), (), subject)
    readings = tuple(_read_all(message.attachments, reader))
    enclosed = _read_enclosed(
        message.enclosed[:_MOST_ENCLOSED],
        reader,
    )
    if _hold_forms(readings):
        enclosed = _with_unit(enclosed)
    readings += tuple(enclosed)
    in_body = tuple(_read_body(message, reader))
    if _hold_forms(readings):
        readings = _with_own_words(message, readings)
        in_body = tuple(_with_unit(in_body))
    readings += in_body
    return Arrival(_light(message), readings, subject)


def _hold_forms(readings: Iterable[NamedReading]) -> bool:
    return any(named.reading.forms for named in readings)


def _with_own_words(
    message: Message, readings: tuple[NamedReading, ...]
) -> tuple[NamedReading, ...]:
    """The readings with what the mail's own words say against them."""
    forms: list[Form] = []
    files: list[str] = []
    for named in readings:
        forms += named.reading.forms
        if named.reading.forms:
            files.append(named.reading.name)
    remark = forms and said_by_mail(message, forms, files)
    if not remark:
        return readings
    found = []
    for named in readings:
        told: tuple[Form, ...] = ()
        for form in named.reading.forms:
            told = (*told, form.contradicted(remark))
        reading = replace(named.reading, forms=told)
        found.append(replace(named, reading=reading))
    return tuple(found)


def _read_all(
    attachments: Iterable[Attachment], reader: ReadsFiles
) -> Iterator[NamedReading]:
    for attachment in attachments:
        name = "/".join((*attachment.inside, attachment.name))
        for reading in reader.file(name, attachment.content):
            found = mentions(_stem(reading.name), MentionSource.FILE_NAME)
            yield NamedReading(
                reading=reading,
                mentions=found,
                inline=attachment.inline,
                origin=attachment.origin,
            )


def _read_enclosed(
    letters: Iterable[Enclosed], reader: ReadsFiles
) -> Iterator[NamedReading]:
    """A form typed or pasted into a forwarded mail; a text without one is no file."""
    for letter in letters:
        reading = reader.body(letter.text, letter.html)
        if not reading.forms:
            continue
        way = (*letter.inside, reading.name)
        reading = replace(
            reading,
            name="/".join(way),
        )
        yield NamedReading(
            reading=reading,
            origin=letter.origin,
        )


def _read_body(message: Message, reader: ReadsFiles) -> Iterator[NamedReading]:
    """A form typed or pasted into the mail; a body without one is an ordinary text and
    no file of its own."""
    if message.text.strip() or message.html:
        reading = reader.body(message.text, message.html)
        if reading.forms:
            yield NamedReading(_with_words_above(message, reading))


def _with_words_above(message: Message, reading: FileReading) -> FileReading:
    """The reading of the mail's own text with what stands above a form against it."""
    forms: list[Form] = []
    for form in reading.forms:
        remark = said_above(_lines_above(form, message.text))
        if remark:
            forms.append(form.contradicted(remark))
        else:
            forms.append(form)
    return replace(reading, forms=tuple(forms))


def _lines_above(form: Form, text: str) -> list[str]:
    """The lines above the one with its unit; none where it names none. Below that line
    everything may be the measures'."""
    unit = "".join(form.unit_text.split())
    above: list[str] = []
    for line in text.split("\n"):
        if unit and unit in "".join(line.split()):
            return above
        above.append(line.strip())
    return []


def _with_unit(readings: Iterable[NamedReading]) -> Iterator[NamedReading]:
    """What of the body's forms names a unit."""
    for named in readings:
        forms: list[Form] = []
        for form in named.reading.forms:
            if form.unit_text.strip():
                forms.append(form)
        if forms:
            reading = replace(
                named.reading,
                forms=tuple(forms),
            )
            yield replace(named, reading=reading)


def _stem(name: str) -> str:
    """The last file's name without its extension, which may look like part of a date."""
    last = name.rsplit("/", 1)[-1]
    stem, dot, extension = last.rpartition(".")
    if dot and extension.isalnum() and len(extension) <= 5:
        return stem
    return last


def bare(message: Message) -> Arrival:
    """An arrival that nothing was read out of: a reviewer's reply, another campaign's mail."""
    return Arrival(_light(message), ())


def _light(message: Message) -> Message:
    """The message without the bytes of its attachments, which are in the vault."""
    return replace(message, attachments=(), enclosed=(), html="")
