"""What a person sees in workbooks and pages that other programs wrote: the figure, or a
hold (rules.md 5). The answers stand beside the files, in seen/*.tsv."""

import csv
from pathlib import Path

import pytest
from form_makers import SPEC

from pipeline.reading.files.read_file import read_file

SEEN = Path(__file__).parent / "seen"
CASES: list[dict[str, str]] = []
for table in ("sheets.tsv", "pages.tsv"):
    with (SEEN / table).open(encoding="utf-8") as lines:
        CASES += csv.DictReader(lines, delimiter="\t")


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_the_figure_is_the_one_that_is_seen_or_held(case: dict[str, str]) -> None:
    content = (SEEN / case["file"]).read_bytes()
    (reading,) = read_file(case["file"], content, SPEC)
    assert reading.trouble is None, reading.trouble
    figure = reading.forms[0].figure
    said = str(figure.completed)
    if figure.holds or figure.completed is None:
        said = "hold"
    assert said in case["says"].split("|"), case["what is in it"]
