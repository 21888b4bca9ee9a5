"""What became of each file of a mail, in one sentence for the receipt."""

from collections.abc import Iterator

from pipeline.judging.intake.purpose import SCAN
from pipeline.judging.reasons import trouble_sentence
from pipeline.model.arrival import Arrival, FileFate
from pipeline.model.form import FileReading, Form, Hold
from pipeline.model.mail import Message
from pipeline.model.trouble import TroubleCode


def file_fates(arrival: Arrival, form_beside: bool) -> Iterator[FileFate]:
    for named in arrival.readings:
        yield FileFate(named.reading.name, _fate(named.reading, form_beside))
    for link in arrival.message.links:
        yield FileFate(
            link.name or "超大附件", trouble_sentence(TroubleCode.CLOUD_LINK)
        )


def _fate(reading: FileReading, form_beside: bool) -> str:
    if form_beside and _was_not_seen(reading):
        return "扫描件或照片，未与表格逐项核对，以表格文件为准。"
    if reading.forms:
        doubtful = all(is_doubtful(form) for form in reading.forms)
        if doubtful:
            return trouble_sentence(TroubleCode.SCAN_UNCERTAIN)
        return "已读取。"
    if reading.trouble is None:
        return trouble_sentence(TroubleCode.NO_FORM)
    return reading.trouble.advice or trouble_sentence(reading.trouble.code)


def _was_not_seen(reading: FileReading) -> bool:
    """A scan that was not read, or in which every form is in doubt."""
    if reading.trouble is not None:
        return reading.trouble.code in SCAN
    return bool(reading.forms) and all(is_doubtful(form) for form in reading.forms)


def missing(message: Message) -> TroubleCode:
    if message.links:
        return TroubleCode.CLOUD_LINK
    return TroubleCode.NO_ATTACHMENT


def is_doubtful(form: Form) -> bool:
    return Hold.SCAN_UNCERTAIN in form.figure.holds
