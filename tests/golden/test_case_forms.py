"""Every form that a program once read wrongly, through the reader: what a careful person
would do with it. Those that are still not as they should be are named in not-yet.txt; the
list only gets shorter, since a case that has come right fails here until its line goes."""

import csv
from functools import lru_cache

import pytest
from neighbour import DATA

from pipeline.judging.names import NameBook
from pipeline.reading.files.read_file import read_file
from pipeline.settings import load

CASES = DATA / "cases/forms"
CONFIG = load(DATA.parents[1] / "config.example.toml")
ROWS = list(
    csv.DictReader((CASES / "cases.tsv").open(encoding="utf-8"), delimiter="\t")
)

# A wrong figure is accepted, or a right one is not. A line goes when its case comes right.
NOT_YET = frozenset((CASES / "not-yet.txt").read_text("utf-8").split())


@lru_cache(maxsize=1)
def book() -> NameBook:
    return NameBook(CONFIG.roster)


def answer_to(name: str) -> str:
    """The figure that would count by itself, `hold`, or `unreadable`."""
    readings = read_file(name, (CASES / name).read_bytes(), CONFIG.form_spec)
    forms = [form for reading in readings for form in reading.forms]
    if not forms:
        held = any(
            r.trouble and r.trouble.code.startswith("scan") for r in readings
        )
        return "hold" if held else "unreadable"
    figure = forms[0].figure
    unit = book().match(forms[0].unit_text) if forms[0].unit_text else None
    if (
        figure.holds
        or figure.completed is None
        or (unit is None and forms[0].unit_text)
    ):
        return "hold"
    return str(figure.completed)


def is_right(row: dict[str, str], answer: str) -> bool:
    allowed = row["allowed"].split("|")
    if answer in allowed:
        return True
    return (
        "!wrong" in allowed
        and answer.isdigit()
        and answer != row["wrong figure"]
    )


@pytest.mark.parametrize("row", ROWS, ids=[row["file"] for row in ROWS])
def test_a_case_is_read_as_a_careful_person_would(row: dict[str, str]) -> None:
    answer = answer_to(row["file"])
    if row["file"] in NOT_YET:
        assert not is_right(row, answer), "come right: take it off the list"
        pytest.xfail(f"{answer}, should be {row['right answer']}")
    assert is_right(row, answer), f"{answer}, should be {row['right answer']}"


def test_the_list_names_cases_alone() -> None:
    assert {row["file"] for row in ROWS} >= NOT_YET
