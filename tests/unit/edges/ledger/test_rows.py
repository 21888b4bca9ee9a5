"""Rows as older versions wrote them are read for ever."""

import pytest
from judging_makers import MEASURES, arrival, at, file, form

from pipeline.edges.ledger.rows import (
    action,
    mail_record,
    message_row,
    notice_row,
)
from pipeline.edges.ledger.tables import MessageRow, NoticeRow
from pipeline.model.arrival import FileOutcome, FileResult, Judgement, Outcome
from pipeline.model.notice import Action, DropReason, NoticeKind
from pipeline.model.trouble import TroubleCode
from pipeline.writing.sentences import file_sentence

WHEN = at("09-10 09:00")

# [name, advice, code] today; before codes a row kept the name and the sentence.
KEPT = [
    (["旬报表.docx", "已读取。"], FileResult("旬报表.docx", FileOutcome.READ)),
    (
        ["旬报表.doc", "文件已损坏。"],
        FileResult("旬报表.doc", FileOutcome.AS_TOLD, "文件已损坏。"),
    ),
    (["表.docx", "", "read"], FileResult("表.docx", FileOutcome.READ)),
    (
        ["表.rar", "太大。", "too_big"],
        FileResult("表.rar", TroubleCode.TOO_BIG, "太大。"),
    ),
]


@pytest.mark.parametrize(("kept", "expected"), KEPT)
def test_a_files_row_of_any_age_says_what_became_of_it(
    kept: list[str], expected: FileResult
) -> None:
    arrived = arrival(file(form("甲县", 100, measures=MEASURES)))
    new = message_row(
        arrived, Judgement(Outcome.REPORTED), "one", recorded_at=WHEN
    )
    row = MessageRow(**new.values)
    row.files = [kept]
    assert mail_record(row).files == (expected,)
    assert file_sentence(expected)


DROPPED = [
    ("", None),
    ("late", DropReason.LATE),
    ("过期未发：超过应发时间太久", DropReason.LATE),
    ("同一天来信太多，不再自动答复", DropReason.STORM),
    ("早先的另一种说法", DropReason.AS_TOLD),
]


@pytest.mark.parametrize(("kept", "expected"), DROPPED)
def test_a_dropped_notice_of_any_age_says_why(
    kept: str, expected: DropReason | None
) -> None:
    receipt = Action(NoticeKind.RECEIPT, "one", WHEN)
    row = NoticeRow(**notice_row(receipt, None, planned_at=WHEN).values)
    row.drop_reason = kept
    assert action(row).drop_reason is expected
