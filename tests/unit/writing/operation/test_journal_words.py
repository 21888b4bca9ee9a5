"""The journal in words: no code of the program is left, and no hash at its full length."""

import re

import pytest

from pipeline.writing.operation.journal_words import told_words

MAIL = "28194ddbc167f741a5486785c53989f18b292f624a26502969b2cd2be2203320"


@pytest.mark.parametrize(
    ("what", "subject", "why"),
    [
        ("drawn_up", "64BC69D29D9A", "monthly_bulletin 2015-09"),
        ("drawn_up", "64BC69D29D9A", "erratum 2015-09"),
        ("tried", f"{MAIL}#20", ""),
        ("arrived", MAIL, "INBOX UID 20"),
        ("polled", "", "whole"),
    ],
)
def test_an_entry_is_told_without_codes(
    what: str, subject: str, why: str
) -> None:
    told = told_words(what, None, None, subject, why)
    assert not re.search(r"[a-z]+_[a-z]+|\bwhole\b|erratum", told)
    assert not re.search(r"[0-9a-f]{13}", told)
    assert "#" not in told
