"""What units and staff read, word for word: a change of wording is seen and meant."""

import re

import pytest

from pipeline.writing.samples import LETTERS
from tests.golden.letters.generate import HERE, texts

NAMES = [f"{name}.txt" for name, _ in LETTERS]


@pytest.fixture(scope="module")
def letters() -> dict[str, str]:
    return texts()


@pytest.mark.parametrize("name", NAMES)
def test_the_letter_reads_as_agreed(letters, name):
    assert letters[name] == (HERE / name).read_text(encoding="utf-8")


def test_no_golden_is_left_over(letters):
    assert {path.name for path in HERE.glob("*.txt")} == set(letters)


@pytest.mark.parametrize("name", NAMES)
def test_no_letter_shows_a_code_nor_a_doubled_word(letters, name):
    """Codes are for JSON; a name and what is put behind it may begin alike."""
    text = letters[name]
    assert re.findall(r"(?<![@\w.])[a-z]+(?:_[a-z]+)+", text) == []
    assert re.findall(r"工会工会|旬旬|—名|None", text) == []
