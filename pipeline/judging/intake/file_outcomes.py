"""What became of each file of a mail: a code, and the reader's advice where it gave one.

Trusts the readings. Never: words a sentence (writing/sentences).
"""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.judging.intake.purpose import SCAN, is_blank
from pipeline.model.arrival import Arrival, FileOutcome, FileResult
from pipeline.model.form import FileReading, Form, Hold
from pipeline.model.trouble import FORM, TroubleCode


def file_results(
    arrival: Arrival, form_beside: bool, form_name: str = FORM
) -> Iterator[FileResult]:
    """Of each attachment, then of each link to a file that did not come with the mail.
    `form_beside`: the mail holds a form that was surely read. `form_name`: how the
    campaign calls its form."""
    for result in _results(arrival, form_beside):
        yield replace(result, advice=result.advice.replace(FORM, form_name))


def _results(arrival: Arrival, form_beside: bool) -> Iterator[FileResult]:
    if arrival.message.encrypted and not form_beside:
        yield FileResult("", FileOutcome.MAIL_ENCRYPTED)
        return
    for named in arrival.readings:
        yield _result(named.reading, form_beside)
    for link in arrival.message.links:
        yield FileResult(link.name, TroubleCode.CLOUD_LINK)


def _result(reading: FileReading, form_beside: bool) -> FileResult:
    name = reading.name
    if form_beside and _was_not_seen(reading):
        return FileResult(name, FileOutcome.NOT_COMPARED)
    if reading.forms and all(map(is_blank, reading.forms)):
        return FileResult(name, TroubleCode.NO_FORM)
    if reading.forms:
        if all(is_doubtful(form) for form in reading.forms):
            return FileResult(name, TroubleCode.SCAN_UNCERTAIN)
        return FileResult(name, FileOutcome.READ)
    if reading.trouble is None:
        return FileResult(name, TroubleCode.NO_FORM)
    return FileResult(name, reading.trouble.code, reading.trouble.advice)


def _was_not_seen(reading: FileReading) -> bool:
    """A scan that was not read, or in which every form is in doubt."""
    if reading.trouble is not None:
        return reading.trouble.code in SCAN
    return bool(reading.forms) and all(
        is_doubtful(form) for form in reading.forms
    )


def is_doubtful(form: Form) -> bool:
    return Hold.SCAN_UNCERTAIN in form.figure.holds
