"""The loop inside the child process: reads foreign mails and files where they can do no harm.

Run as `python -m pipeline.reading.child.loop` by `edges/sandbox`, which kills it when
it is late or grows. It is given the form to look for and its limits, then one mail or
file after another. Never writes a file, never opens a connection; ends when its input
does, so that a dead worker leaves no child behind.
"""

import gc
import os
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, BinaryIO

from pipeline.model.form import FileReading, FormSpec
from pipeline.model.trouble import Trouble
from pipeline.reading.child.frames import (
    ARRIVALS,
    EDITED,
    FORMS,
    MESSAGES,
    PICTURES,
    READINGS,
    SPECS,
    read_frame,
    sayable,
    write_frame,
)

# What one request says beside its bytes
Header = dict[str, Any]

Operation = Callable[[Header, bytes, FormSpec], bytes]


def read_message(header: Header, body: bytes, spec: FormSpec) -> bytes:
    """Raw mail to Message."""
    from pipeline.reading.mail.message import parse

    return MESSAGES.dump_json(
        (parse(body, datetime.fromisoformat(header["received_at"])),)
    )


def read_mail(header: Header, body: bytes, spec: FormSpec) -> bytes:
    """Raw mail to what stands in it, its files read on the spot."""
    from pipeline.reading.mail.message import parse
    from pipeline.reading.understand import understand

    message = parse(body, datetime.fromisoformat(header["received_at"]))
    return ARRIVALS.dump_json((understand(message, _OnTheSpot(spec)),))


class _OnTheSpot:
    """Reads files in this process."""

    def __init__(self, spec: FormSpec) -> None:
        self._spec = spec

    def file(self, name: str, content: bytes) -> tuple[FileReading, ...]:
        from pipeline.reading.files.read_file import read_file

        return read_file(sayable(name), content, self._spec)

    def body(self, text: str, html: str) -> FileReading:
        from pipeline.reading.files.read_file import read_body

        return read_body(text, html, self._spec)


def read_file(header: Header, body: bytes, spec: FormSpec) -> bytes:
    """One attachment to its readings; with `scans` in the header the scans in it too,
    which takes much memory."""
    from pipeline.reading.files.read_file import read_file

    scans = bool(header.get("scans", False))
    return READINGS.dump_json(
        read_file(header["name"], body, spec, scans=scans)
    )


def read_body(header: Header, body: bytes, spec: FormSpec) -> bytes:
    """A mail's own text and HTML (what stands after `text_length` bytes) to a reading."""
    from pipeline.reading.files.read_file import read_body

    cut = header["text_length"]
    text = body[:cut].decode("utf-8", "surrogatepass")
    html = body[cut:].decode("utf-8", "surrogatepass")
    return READINGS.dump_json((read_body(text, html, spec),))


def draw_pictures(header: Header, body: bytes, spec: FormSpec) -> bytes:
    """A form (the first `form_length` bytes) and the PDF that shows it to pictures of
    its fields' places."""
    from pipeline.reading.evidence.pictures import pictures

    cut = header["form_length"]
    (form,) = FORMS.validate_json(body[:cut])
    drawn = bool(header.get("drawn", True))
    return PICTURES.dump_json(pictures(body[cut:], form, spec, drawn=drawn))


def take_member(header: Header, body: bytes, spec: FormSpec) -> bytes:
    """The bytes of one file in an archive by its way (`member`: 旬报.zip/犍为县.docx);
    b"" where there is none of that name."""
    from pipeline.reading.files.sniff import recognised
    from pipeline.reading.files.unpack import unpack_file

    members = unpack_file(header["name"], recognised(body))
    if members is None or isinstance(members, Trouble):
        return b""
    for member in members:
        if "/".join((*member.inside, member.name)) == header["member"]:
            return member.file.content
    return b""


def look_again(header: Header, body: bytes, spec: FormSpec) -> bytes:
    """Forms (the first `forms_length` bytes) and the PDF that their file prints as, to
    the forms, held where the print says something else."""
    from pipeline.reading.evidence.second_look import looked_again

    cut = header["forms_length"]
    forms = FORMS.validate_json(body[:cut])
    return FORMS.dump_json(looked_again(forms, body[cut:], spec))


def read_edited(header: Header, body: bytes, spec: FormSpec) -> bytes:
    """A draft's document that a reviewer sent back, to its lines."""
    from pipeline.reading.replies.edited_draft import read_edited_draft

    return EDITED.dump_json((read_edited_draft(body),))


def clean_document(header: Header, body: bytes, spec: FormSpec) -> bytes:
    """A .docx to the same without what tells of its editors; b"" where it cannot be
    read."""
    from pipeline.reading.containers.limits import UnreadableError
    from pipeline.reading.replies.document_traces import without_traces

    try:
        return without_traces(body)
    except UnreadableError:
        return b""


OPERATIONS: dict[str, Operation] = {
    "message": read_message,
    "mail": read_mail,
    "file": read_file,
    "body": read_body,
    "pictures": draw_pictures,
    "member": take_member,
    "second_look": look_again,
    "edited_draft": read_edited,
    "clean_document": clean_document,
}


def main() -> None:
    """Take the form and the limits, say that all is ready, then serve until the input ends."""
    source = sys.stdin.buffer
    sink = _private_output()
    try:
        limits, body = read_frame(source)
        (spec,) = SPECS.validate_json(body)
        _import_readers()
        # What was imported stays to the end: looking for cycles in it with each file
        # took a tenth of the reading
        gc.freeze()
        _limit(limits["memory"])
        write_frame(sink, {"status": "ready"})
        while _serve(source, sink, spec, limits["seconds"]):
            pass
    except EOFError:
        return


def _serve(
    source: BinaryIO, sink: BinaryIO, spec: FormSpec, seconds: float
) -> bool:
    """Answer one request; whether this process is fit for another."""
    header, body = read_frame(source)
    _limit_cpu(seconds)
    try:
        result = OPERATIONS[header["operation"]](header, body, spec)
    except MemoryError:
        write_frame(sink, {"status": "memory"})
        return False
    except (
        ImportError,
        SyntaxError,
    ) as error:
        # A broken installation: no file's fault
        write_frame(sink, {"status": "fault", "detail": repr(error)[:2000]})
        return False
    except BaseException as error:  # noqa: BLE001 -- readers in Rust raise PanicException, a BaseException
        write_frame(sink, {"status": "error", "detail": repr(error)[:2000]})
        return False
    write_frame(sink, {"status": "ok"}, result)
    return True


def _private_output() -> BinaryIO:
    """The pipe to the parent, out of reach of whatever a library prints: descriptor 1
    becomes standard error."""
    private = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return private


def _import_readers() -> None:
    """A broken installation must show now, as such, and not as a broken file."""
    import pipeline.reading.files.read_file
    import pipeline.reading.mail.message  # noqa: F401


def _limit(memory: int) -> None:
    """POSIX: bounded memory, no core dump, no byte written to any file. Windows: the
    parent watches the memory."""
    if sys.platform == "win32":
        return
    import resource

    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        if hard == resource.RLIM_INFINITY:
            bound = value
        else:
            bound = min(value, hard)
        resource.setrlimit(kind, (bound, bound))


def _limit_cpu(seconds: float) -> None:
    """POSIX: CPU time for this request, should the parent that watches the wall clock have died."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(
        used.ru_utime + used.ru_stime + (seconds + 5) * (os.cpu_count() or 1)
    )
    resource.setrlimit(
        resource.RLIMIT_CPU,
        (allowed, resource.getrlimit(resource.RLIMIT_CPU)[1]),
    )


if __name__ == "__main__":
    main()
