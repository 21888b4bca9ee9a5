"""The reader: foreign mails and files are opened in a child process that can be killed.

Trusts nothing of the child: it gets no secrets in its environment, a wall clock and a
memory bound, and what it answers is JSON checked into the model's dataclasses. A file
that kills, stops or floods its reader costs itself, never the worker and never the next
file.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any, TypeVar

from pydantic import ValidationError

from pipeline.edges.processes.child import Child, Failed
from pipeline.edges.processes.libreoffice import printable
from pipeline.edges.processes.printer import Printer
from pipeline.model.arrival import Arrival
from pipeline.model.form import FileReading, Form, FormSpec
from pipeline.model.letters.bulletins import EditedDraft
from pipeline.model.mail import Message
from pipeline.model.named import NamedBytes
from pipeline.model.operation.errors import EdgeError, ReaderDied
from pipeline.model.trouble import ADVICE, Trouble, TroubleCode
from pipeline.reading.child.frames import (
    ARRIVALS,
    EDITED,
    FORMS,
    MESSAGES,
    PICTURES,
    READINGS,
    Shape,
    sayable,
)

Readings = tuple[FileReading, ...]

T = TypeVar("T")
CHILD = ("-P", "-B", "-X", "utf8", "-m", "pipeline.reading.child.loop")
# Members of one archive
MOST_PRINTS = 20
# Mails and files: what leaks does not add up. A new child costs most of a second of CPU,
# which is then a tenth of a millisecond a file.
RECYCLE_AFTER = 5000


# Late, both: what they stand in brings the readers, which the child alone needs.


def _can_see() -> bool:
    from pipeline.reading.formats.scan.scan_reader import available

    return available()


def _not_looked_at(reading: FileReading) -> FileReading:
    from pipeline.reading.evidence.second_look import not_looked_at

    return replace(reading, forms=not_looked_at(reading.forms))


class Reader:
    """Reads by a child that is started with the first file, kept warm, and replaced
    when it dies or has grown.

    `seconds` a mail or file by the wall clock; `memory` in bytes, of address space on
    POSIX (OCR needs far more), of resident memory everywhere. `command` are the
    arguments to Python that run the child, which is replaced after so many files
    (`recycle_after`). `has_eyes`: whether scans can be read here. Not for two threads
    at once.
    """

    def __init__(
        self,
        spec: FormSpec,
        seconds: float = 45,
        memory: int = 1024**3,
        command: Sequence[str] = CHILD,
        scan_memory: int = 4 * 1024**3,
        recycle_after: int = RECYCLE_AFTER,
        has_eyes: Callable[[], bool] = _can_see,
    ) -> None:
        self._spec = spec
        self._seconds = seconds
        self._memory = memory
        self._command = command
        self._child: Child | None = None
        self.eyes = Eyes(partial(Reader, spec, seconds, scan_memory, command))
        self._recycle_after = recycle_after
        self._has_eyes = has_eyes
        self._printer: Printer | None = None

    def __enter__(self) -> "Reader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def look_twice(self) -> None:
        """From now on what an office program prints of a file, where there is one, must
        say what was read of it (rules.md 5)."""
        self._printer = Printer()

    def close(self) -> None:
        """End the child; the next request starts a new one."""
        if self._child is not None:
            self._child.kill()
            self._child = None
        self.eyes.close()
        if self._printer is not None:
            self._printer.close()

    def rest(self) -> None:
        """After the work: give back the memory that the models for scans and the office
        program hold."""
        self.eyes.close()
        if self._printer is not None:
            self._printer.close()

    def message(self, raw: bytes, received_at: datetime) -> Message:
        """A raw mail, decoded. ReaderDied when it killed its reader: the flow counts the attempt."""
        header = {
            "operation": "message",
            "received_at": received_at.isoformat(),
        }
        try:
            (message,) = self._ask(header, raw, MESSAGES)
        except Failed as failure:
            advice = (
                "一封邮件无法解析，原件已保留；程序会再试，仍不行时请人工查看。"
            )
            raise ReaderDied(
                f"reader_{failure.code}", advice, failure.detail
            ) from failure
        return message

    def whole(self, raw: bytes, received_at: datetime) -> Arrival | None:
        """A raw mail read with all its files by one question, where that says all there
        is to say; None where it must be read piece by piece: a file killed its reader, or
        is a scan, or is to be looked at twice."""
        if self.looks_twice():
            return None
        header = {"operation": "mail", "received_at": received_at.isoformat()}
        try:
            (arrival,) = self._ask(header, raw, ARRIVALS)
        except Failed:
            return None
        for named in arrival.readings:
            if _is_unread_scan(named.reading) and self._has_eyes():
                return None
        return arrival

    def looks_twice(self) -> bool:
        return self._printer is not None and self._printer.available

    def file(self, name: str, content: bytes) -> Readings:
        """One attachment's readings; TIMEOUT, BOMB or CRASHED where it killed its reader."""
        shown = sayable(name)
        begun = time.monotonic()
        try:
            readings = self._ask(
                {"operation": "file", "name": shown}, content, READINGS
            )
        except Failed as failure:
            return (_lost(shown, failure),)
        unread = any(_is_unread_scan(r) for r in readings)
        if not unread or not self._has_eyes():
            return self._looked_again(shown, content, readings)
        left = self._seconds - (time.monotonic() - begun)
        return self._with_scans(shown, content, readings, left)

    def _with_scans(
        self,
        name: str,
        content: bytes,
        readings: Readings,
        seconds: float,
    ) -> Readings:
        """The same file read again with eyes; the first readings, saying why, where that fails."""
        try:
            return self.eyes.file(name, content, seconds)
        except (Failed, EdgeError) as failure:
            found = []
            for r in readings:
                found.append(_not_seen(r, str(failure)))
            return tuple(found)

    def _looked_again(
        self, name: str, content: bytes, readings: Readings
    ) -> Readings:
        """The readings after a second look at how an office program prints each file;
        where no print is to be had they say so."""
        looked = list(readings)
        for place, reading in enumerate(readings[:MOST_PRINTS]):
            if self._wants_print(reading):
                looked[place] = self._looked_at(name, content, reading)
        return tuple(looked)

    def _looked_at(
        self, name: str, content: bytes, reading: FileReading
    ) -> FileReading:
        try:
            if reading.name != name:
                header = {
                    "operation": "member",
                    "name": name,
                    "member": reading.name,
                }
                content = self._ask_bytes(header, content)
            pdf = self._printed(content, reading.kind)
            if not pdf:
                return _not_looked_at(reading)
            first = FORMS.dump_json(reading.forms)
            look = {"operation": "second_look", "forms_length": len(first)}
            return replace(reading, forms=self._ask(look, first + pdf, FORMS))
        except Failed:
            return _not_looked_at(reading)

    def _printed(self, content: bytes, kind: str) -> bytes:
        if self._printer is None:
            return b""
        return self._printer.printed(content, kind)

    def _wants_print(self, reading: FileReading) -> bool:
        if not self.looks_twice():
            return False
        counted = any(not form.figure.holds for form in reading.forms)
        return counted and printable(reading.kind)

    def scans(
        self, name: str, content: bytes, seconds: float
    ) -> tuple[FileReading, ...]:
        """A file's readings with its pictures read. Raises Failed, EdgeError."""
        header = {"operation": "file", "name": name, "scans": True}
        return self._ask(header, content, READINGS, seconds)

    def body(self, text: str, html: str) -> FileReading:
        """What stands in a mail's own text."""
        first = text.encode("utf-8", "surrogatepass")
        header = {"operation": "body", "text_length": len(first)}
        try:
            (reading,) = self._ask(
                header, first + html.encode("utf-8", "surrogatepass"), READINGS
            )
        except Failed as failure:
            return _lost("正文", failure)
        return reading

    def edited_draft(self, content: bytes) -> EditedDraft:
        """The lines of a document that a reviewer sent back; without a kind where it
        cannot be opened."""
        try:
            (edited,) = self._ask(
                {"operation": "edited_draft"}, content, EDITED
            )
        except Failed:
            return EditedDraft("", ())
        return edited

    def clean_document(self, content: bytes) -> bytes:
        """A .docx without what tells of its editors; b"" where it cannot be had."""
        try:
            return self._ask_bytes({"operation": "clean_document"}, content)
        except Failed:
            return b""

    def page(self, content: bytes, kind: str) -> bytes:
        """A file as PDF, by the office program that looks twice; b"" without one."""
        if not printable(kind):
            return b""
        return self._printed(content, kind)

    def pictures(
        self, form: Form, pdf: bytes = b"", *, drawn: bool = True
    ) -> NamedBytes:
        """PNG pictures of where a form's fields stand, by field: from `pdf`, which
        shows the form, else `drawn`.

        () where they cannot be made: a picture is a help, never a condition.
        """
        first = FORMS.dump_json((form,))
        header = {
            "operation": "pictures",
            "form_length": len(first),
            "drawn": drawn,
        }
        try:
            return self._ask(header, first + pdf, PICTURES)
        except Failed:
            if pdf and drawn:
                return self.pictures(form)
            return ()

    def _ask(
        self,
        header: dict[str, Any],
        body: bytes,
        shape: Shape[tuple[T, ...]],
        seconds: float | None = None,
    ) -> tuple[T, ...]:
        said = self._ask_bytes(header, body, seconds)
        try:
            return shape.validate_json(said)
        except ValidationError as error:
            self.close()
            raise Failed(
                TroubleCode.CRASHED, f"answer of a wrong shape: {error}"[:2000]
            ) from error

    def _ask_bytes(
        self, header: dict[str, Any], body: bytes, seconds: float | None = None
    ) -> bytes:
        child = self._ready_child()
        try:
            answer = child.ask(
                header, body, self._seconds if seconds is None else seconds
            )
        # also an interrupt: what this child answers late is no answer to the next
        # request
        except BaseException:
            self.close()
            raise
        if (
            child.served >= self._recycle_after
            or child.resident() > self._memory // 2
        ):
            self.close()
        return answer

    def _ready_child(self) -> "Child":
        if self._child is not None and not self._child.alive():
            self.close()
        if self._child is None:
            child = Child(self._command, self._memory)
            try:
                child.begin(self._spec, self._seconds)
            except Failed as failure:
                child.kill()
                advice = (
                    "文件读取程序无法启动，请重新安装旬报程序，或检查可用内存。"
                )
                raise EdgeError(
                    "reader_start", advice, failure.detail
                ) from failure
            self._child = child
        return self._child


class Eyes:
    """A reader whose child holds the models for scans, a gigabyte: one for all readers
    that share it, one file at a time."""

    def __init__(self, make: "Callable[[], Reader]") -> None:
        self._make = make
        self._reader: Reader | None = None
        self._one_at_a_time = threading.Lock()

    def file(
        self, name: str, content: bytes, seconds: float
    ) -> tuple[FileReading, ...]:
        """Within `seconds` from when its turn came. Raises Failed, EdgeError."""
        with self._one_at_a_time:
            if self._reader is None:
                self._reader = self._make()
            return self._reader.scans(name, content, seconds)

    def close(self) -> None:
        with self._one_at_a_time:
            if self._reader is not None:
                self._reader.close()
                self._reader = None


def _lost(name: str, failure: Failed) -> FileReading:
    return FileReading(
        name,
        "",
        trouble=Trouble(failure.code, ADVICE[failure.code], failure.detail),
    )


def _is_unread_scan(reading: FileReading) -> bool:
    return (
        reading.trouble is not None
        and reading.trouble.code is TroubleCode.SCAN_UNREAD
    )


def _not_seen(reading: FileReading, why: str) -> FileReading:
    """A scan whose reading failed stays an unread one; the detail is for the log."""
    trouble = reading.trouble
    if trouble is None or trouble.code is not TroubleCode.SCAN_UNREAD:
        return reading
    detail = f"{trouble.detail}; {why}"[:4000]
    return replace(reading, trouble=replace(trouble, detail=detail))
