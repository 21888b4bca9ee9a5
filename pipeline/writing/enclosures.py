"""The files that go with a letter: the form to fill in, the bulletin's workbook and document.

Imports what makes them only when there is one to make: their libraries take longer to
load than an idle poll to run.
"""

from pipeline.model.letters.bulletins import Bulletin, BulletinDraft
from pipeline.model.letters.letter import Letter
from pipeline.model.letters.letter_sender import Sender
from pipeline.model.letters.receipts import Returned, Unreadable
from pipeline.model.letters.reminders import Reminder, UnitLetter
from pipeline.model.notice import Enclosure

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def enclosures(letter: Letter, sender: Sender) -> tuple[Enclosure, ...]:
    """What a letter carries, in order; nothing for most."""
    if isinstance(letter, UnitLetter):
        reminders = [
            part for part in letter.parts if isinstance(part, Reminder)
        ]
        return tuple(_prefilled(part, sender) for part in reminders)
    if isinstance(letter, Returned):
        return (_again(letter, sender),)
    if isinstance(letter, Unreadable):
        return (_blank(sender),)
    if isinstance(letter, BulletinDraft):
        return bulletin_files(letter.bulletin, sender)
    if isinstance(letter, Bulletin):
        return bulletin_files(letter, sender)
    return ()


def bulletin_files(bulletin: Bulletin, sender: Sender) -> tuple[Enclosure, ...]:
    """The workbook and the official document of a bulletin, both from its snapshot."""
    # Late: python-docx and openpyxl take half a second, and most letters carry nothing.
    from pipeline.writing.bulletin.official_document import bulletin_document
    from pipeline.writing.bulletin.workbook import bulletin_workbook

    stem = f"通报{bulletin.month}（{bulletin.snapshot_id}）"
    return (
        Enclosure(f"{stem}.docx", DOCX, bulletin_document(bulletin, sender)),
        Enclosure(f"{stem}.xlsx", XLSX, bulletin_workbook(bulletin, sender)),
    )


def _prefilled(part: Reminder, sender: Sender) -> Enclosure:
    from pipeline.writing.blank_form import blank_form

    content = blank_form(
        sender,
        unit=part.unit,
        period=part.period,
        last_completed=part.last_completed,
        target=part.target or None,
        serial=part.serial,
        last_period_name=part.last_period_name,
        gap=part.gap_to_schedule,
    )
    return Enclosure(
        f"{part.unit}{sender.words.form}（{part.period.month}月{part.period.day}日）.docx",
        DOCX,
        content,
    )


def _again(letter: Returned, sender: Sender) -> Enclosure:
    from pipeline.writing.blank_form import blank_form

    content = blank_form(
        sender,
        unit=letter.unit,
        period=letter.period,
        last_completed=letter.last_completed,
        target=letter.target or None,
        serial=letter.serial,
        last_period_name=letter.last_period_name,
        gap=letter.gap_to_schedule,
    )
    return Enclosure(
        f"{letter.unit or '重报'}{sender.words.form}（{letter.period.month}月{letter.period.day}日）.docx",
        DOCX,
        content,
    )


def _blank(sender: Sender) -> Enclosure:
    from pipeline.writing.blank_form import blank_form

    return Enclosure(f"{sender.form_title}.docx", DOCX, blank_form(sender))
