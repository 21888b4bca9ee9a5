"""What a person sees in texts that python-docx wrote and LibreOffice converted: the
figure, or a hold (rules.md 5). The answers stand beside the files, in seen.tsv;
they were taken from the pages that LibreOffice prints."""

import csv

import pytest
from form_makers import SPEC
from neighbour import DATA

from pipeline.reading.files.read_file import read_file

SEEN = DATA / "seen"
CASES = list(
    csv.DictReader((SEEN / "seen.tsv").open(encoding="utf-8"), delimiter="\t")
)


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_the_figure_is_the_one_that_is_seen_or_held(
    case: dict[str, str],
) -> None:
    content = (SEEN / case["file"]).read_bytes()
    (reading,) = read_file(case["file"], content, SPEC)
    assert reading.trouble is None, reading.trouble
    figure = reading.forms[0].figure
    said = str(figure.completed)
    if figure.holds or figure.completed is None:
        said = "hold"
    assert said in case["says"].split("|"), case["what is in it"]
