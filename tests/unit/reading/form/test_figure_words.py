"""The vocabulary of the figure's grammar: each line's example is read as the line says,
and no word stands in two lines."""

from collections import Counter

import pytest
from form_makers import COMPLETED, SPEC

from pipeline.model.form import Figure, Hold
from pipeline.reading.form.figure import read_figure
from pipeline.reading.form.figure_words import VOCABULARY, Words


def said(figure: Figure) -> str:
    """A figure in the words of `Words.reads`."""
    if Hold.FIGURE_UNCLEAR in figure.holds:
        return "hold"
    completed = "" if figure.completed is None else str(figure.completed)
    added = "" if figure.added is None else f"+{figure.added}"
    about = "about " if Hold.FIGURE_APPROXIMATE in figure.holds else ""
    return about + completed + added


@pytest.mark.parametrize("line", VOCABULARY, ids=lambda line: line.example)
def test_the_example_of_a_line_is_read_so(line: Words) -> None:
    assert any(word in line.example for word in line.words)
    assert said(read_figure(COMPLETED, line.example, None, SPEC)) == line.reads


def test_a_word_says_one_thing() -> None:
    counted = Counter(word for line in VOCABULARY for word in line.words)
    assert [word for word, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("line", VOCABULARY, ids=lambda line: line.example)
def test_no_word_beside_a_number_makes_another_one_of_it(line: Words) -> None:
    assert line.words
    for word in line.words:
        for text in (
            f"{word}1234",
            f"1234{word}",
            f"{word}1234名",
            f"1234（{word}）",
        ):
            figure = read_figure(COMPLETED, text, None, SPEC)
            if not figure.holds:
                assert 1234 in (figure.completed, figure.added), text
