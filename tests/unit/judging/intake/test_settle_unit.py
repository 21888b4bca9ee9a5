"""Whose report it is (rules.md 3): the form, then the sender, then subject and file name; and what is held."""

import pytest
from judging_makers import ROSTER

from pipeline.judging.intake.passed_on import in_question, writers_of
from pipeline.judging.intake.settle_unit import settle_unit
from pipeline.judging.names import NameBook
from pipeline.model.form import Hold, Note

BOOK = NameBook(ROSTER)
MISMATCH, UNKNOWN, UNCLEAR = (
    Hold.SENDER_MISMATCH,
    Hold.UNKNOWN_SENDER,
    Hold.UNIT_UNCLEAR,
)

# (what it shows, the form's unit, sender, subject, file name, unit, holds)
TABLE = [
    ("form and sender agree", "甲县总工会", "jia@example.cn", "旬报", "旬报.docx", "甲县", ()),
    ("form beats sender", "乙县", "jia@example.cn", "旬报", "旬报.docx", "乙县", (MISMATCH,)),
    ("sender registered for both", "丁市", "shared@example.cn", "旬报", "旬报.docx", "丁市", ()),
    ("form beats the subject", "甲县", "jia@example.cn", "乙县旬报", "乙县.docx", "甲县", ()),
    ("empty form: the sender", "", "jia@example.cn", "旬报", "旬报.docx", "甲县", ()),
    ("form says 县总工会: the sender", "县总工会", "jia@example.cn", "旬报", "旬报.docx", "甲县", ()),
    ("sender beats the subject", "", "jia@example.cn", "乙县旬报", "乙县.docx", "甲县", ()),
    ("a shared address: the subject", "", "shared@example.cn", "丙区旬报", "丁市.docx", "丙区", ()),
    ("a shared address: the file", "", "shared@example.cn", "旬报", "丁市旬报.docx", "丁市", ()),
    ("a shared address, nothing else", "", "shared@example.cn", "旬报", "旬报.docx", None, (UNCLEAR,)),
    ("subject of a stranger unit", "", "shared@example.cn", "甲县旬报", "旬报.docx", "甲县", (MISMATCH,)),
    ("an unknown sender", "甲县", "a@example.cn", "旬报", "旬报.docx", "甲县", (UNKNOWN,)),
    ("an unknown sender, no unit", "", "a@example.cn", "旬报", "旬报.docx", None, (UNCLEAR, UNKNOWN)),
    ("an unknown sender, a file's name", "", "a@example.cn", "旬报", "甲县.docx", "甲县", (UNKNOWN,)),
    ("a form of a unit nobody knows", "嘉阳电力公司", "jiayang@example.cn", "旬报", "旬报.docx", None, (UNCLEAR,)),
    ("the pool's own name", "其他", "jia@example.cn", "旬报", "旬报.docx", None, (UNCLEAR,)),
    ("the pool in the subject", "", "shared@example.cn", "其他 旬报", "旬报.docx", None, (UNCLEAR,)),
    ("the pool in the subject, a unit in the file", "", "shared@example.cn", "其他 旬报", "丁市.docx", "丁市", ()),
    ("the pool as a file's name", "", "a@example.cn", "旬报", "其他.docx", None, (UNCLEAR, UNKNOWN)),
    ("a member of the pool", "东风公司工会", "dongfeng@example.cn", "旬报", "旬报.docx", "东风公司", ()),
    ("the sender's address is folded", "", "JIA@example.cn", "旬报", "旬报.docx", "甲县", ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("unit_text", "sender", "subject", "name", "unit", "holds"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_the_rule(
    unit_text: str,
    sender: str,
    subject: str,
    name: str,
    unit: str | None,
    holds: tuple[Hold, ...],
) -> None:
    found = settle_unit(BOOK, unit_text, sender, subject, name)
    assert (found.unit, found.notes, found.holds) == (unit, (), holds)


def test_unknown_senders_may_be_taken_with_a_note() -> None:
    found = settle_unit(
        BOOK, "甲县", "a@example.cn", "旬报", "旬报.docx", accept_unknown=True
    )
    assert (found.unit, found.notes, found.holds) == (
        "甲县",
        (Note.UNKNOWN_SENDER,),
        (),
    )


def test_a_known_sender_gets_no_note_where_unknown_ones_are_taken() -> None:
    assert (
        settle_unit(
            BOOK, "甲县", "jia@example.cn", "", "", accept_unknown=True
        ).notes
        == ()
    )


@pytest.mark.parametrize(
    ("unit_text", "unit", "holds"),
    [
        (
            "",
            "丁市",
            (),
        ),  # the number speaks where the cell does not, and before the sender
        ("丙区", "丙区", ()),  # the cell as written by hand speaks first
        (
            "戊县",
            None,
            (UNCLEAR,),
        ),  # a form overwritten with a stranger's name is that stranger's
    ],
)
def test_a_pre_filled_forms_number(
    unit_text: str, unit: str | None, holds: tuple[Hold, ...]
) -> None:
    found = settle_unit(
        BOOK,
        unit_text,
        "shared@example.cn",
        "旬报",
        "旬报.docx",
        by_serial="丁市",
    )
    assert (found.unit, found.holds) == (unit, holds)


def test_a_pre_filled_form_from_another_units_address() -> None:
    assert settle_unit(
        BOOK, "", "jia@example.cn", "旬报", "旬报.docx", by_serial="丁市"
    ).holds == (MISMATCH,)


@pytest.mark.parametrize(
    ("unit_text", "writer", "writers"),
    [
        ("", "yi@example.cn", ("乙县",)),
        ("县总工会", "yi@example.cn", ("乙县",)),
        ("", "shared@example.cn", ("丙区", "丁市")),
        ("甲县", "yi@example.cn", ()),
        ("", "jia@example.cn", ()),
        ("", "a@example.cn", ()),
        ("", "", ()),
    ],
)
def test_a_form_without_a_unit_out_of_another_units_mail(
    unit_text: str, writer: str, writers: tuple[str, ...]
) -> None:
    settled = settle_unit(
        BOOK, unit_text, "jia@example.cn", "旬报", "旬报.docx"
    )
    wrote = [unit.name for unit in ROSTER.units_of(writer)]
    assert writers_of(BOOK, settled, unit_text, tuple(wrote)) == writers


@pytest.mark.parametrize(
    ("subject", "sender", "holds"),
    [
        ("旬报", "jia@example.cn", (UNCLEAR,)),
        # What the sender's address says of a unit that nobody knows is nothing
        ("甲县旬报", "shared@example.cn", (UNCLEAR,)),
        ("甲县旬报", "a@example.cn", (UNCLEAR, UNKNOWN)),
    ],
)
def test_what_may_be_the_writers_is_nobodys(
    subject: str, sender: str, holds: tuple[Hold, ...]
) -> None:
    settled = settle_unit(BOOK, "", sender, subject, "旬报.docx")
    answer = in_question(settled)
    assert (answer.unit, answer.holds) == (None, holds)
