"""A file that was counted or corrected comes again, in whatever wrapping: it undoes no correction and is no next report,
unless the mail says 更正 (rules.md 6)."""

import email
import io
import zipfile
from pathlib import Path

import pytest
from mails.makers import (
    CASES,
    file_part,
    mail_part,
    reported,
    said,
)
from mails.programs import Mailroom

SEQUENCE = CASES / "seq_old_version_supersedes"
FIRST = (SEQUENCE / "1_0910_10h_first.eml").read_bytes()
CORRECTION = (SEQUENCE / "2_0910_11h_correction.eml").read_bytes()


def file_of(raw: bytes) -> bytes:
    for part in email.message_from_bytes(raw).walk():
        if part.get_filename():
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            return content
    raise AssertionError("no file")


OLD, NEW = file_of(FIRST), file_of(CORRECTION)


def packed(*files: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


def saved_anew(content: bytes) -> bytes:
    """The same document in other bytes, as a program saves it again."""
    old = zipfile.ZipFile(io.BytesIO(content))
    members = [(name, old.read(name)) for name in old.namelist()]
    return packed(*members, ("docProps/saved.txt", b"again"))


AGAIN = {
    "in an archive": reported(file_part("a.zip", packed(("旧.docx", OLD)), "application/zip")),
    "in the old mail, passed on": said("转", "转发：旬报表", files=[mail_part(FIRST)]),
    "saved anew": reported(file_part(content=saved_anew(OLD))),
    "under another name": reported(file_part("附件2.docx", OLD), subject="材料"),
    "with thanks": said("收到，谢谢", files=[file_part(content=OLD)]),
    "beside the corrected one": reported(file_part("a.docx", OLD), file_part("b.docx", NEW)),
    "in the thread of the correction": reported(file_part(content=OLD), subject="回复：更正：市中区旬报表", text="收到，谢谢"),
    "in an answer to our receipt": reported(file_part(content=OLD), subject="Re: 【已收到】市中区 9月10日旬报：已有更新的一份，以更新的为准"),
    "the corrected one itself": reported(file_part(content=NEW)),
}  # fmt: skip


def counting(folder: Path, again: bytes) -> dict[str, int | None]:
    """What counts for the unit once 1200, its correction to 1300, and `again` nine days later came."""
    room = Mailroom(folder)
    room.take(FIRST, "2015-09-10 10:00")
    room.take(CORRECTION, "2015-09-10 11:00")
    room.take(again, "2015-09-19 09:00")
    periods = room.program.store.ledger().counting["市中区"]
    return {f"{day:%m-%d}": report.completed for day, report in periods.items()}


@pytest.mark.parametrize("way", AGAIN)
def test_an_old_file_undoes_nothing(tmp_path: Path, way: str) -> None:
    assert counting(tmp_path, AGAIN[way]) == {"09-10": 1300}


def test_a_mail_that_says_so_does(tmp_path: Path) -> None:
    meant = reported(file_part(content=OLD), subject="更正：市中区旬报表")
    assert counting(tmp_path, meant) == {"09-10": 1200}


def test_one_that_says_so_below_a_threads_subject_does(tmp_path: Path) -> None:
    meant = reported(
        file_part(content=OLD), subject="回复：更正：旬报表", text="再次更正"
    )
    assert counting(tmp_path, meant) == {"09-10": 1200}
