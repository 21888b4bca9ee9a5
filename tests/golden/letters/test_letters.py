"""What units and staff read, word for word: a change of wording is seen and meant."""

import pytest

from tests.golden.letters.generate import HERE, texts

TEXTS = texts()


@pytest.mark.parametrize("name", TEXTS)
def test_the_letter_reads_as_agreed(name):
    assert TEXTS[name] == (HERE / name).read_text(encoding="utf-8")


def test_no_golden_is_left_over():
    assert {path.name for path in HERE.glob("*.txt")} == set(TEXTS)
