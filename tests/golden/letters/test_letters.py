"""What units and staff read, word for word: a change of wording is seen and meant."""

import re

import pytest

from tests.golden.letters.generate import HERE, texts

TEXTS = texts()


@pytest.mark.parametrize("name", TEXTS)
def test_the_letter_reads_as_agreed(name):
    assert TEXTS[name] == (HERE / name).read_text(encoding="utf-8")


def test_no_golden_is_left_over():
    assert {path.name for path in HERE.glob("*.txt")} == set(TEXTS)


@pytest.mark.parametrize("name", TEXTS)
def test_no_letter_shows_a_code_nor_a_doubled_word(name):
    """Codes are for JSON; a name and what is put behind it may begin alike."""
    text = TEXTS[name]
    assert re.findall(r"(?<![@\w.])[a-z]+(?:_[a-z]+)+", text) == []
    assert re.findall(r"工会工会|旬旬|—名|None", text) == []
