"""The second look catches what the first one misses: each rule of what is seen turned off
in turn, on files that other programs wrote (rules.md 5). Needs LibreOffice."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from form_makers import SPEC

from pipeline.edges.processes.libreoffice import program
from pipeline.edges.processes.printer import Printer
from pipeline.edges.processes.sandbox import Reader
from pipeline.model.form import Form, Hold
from pipeline.reading.evidence.second_look import FIELD, looked_again
from pipeline.reading.files.read_file import read_file
from pipeline.reading.formats import seen
from pipeline.reading.formats.sheet import grid, number_format

pytestmark = pytest.mark.skipif(
    program() is None, reason="LibreOffice is not here"
)

CASES = Path(__file__).parents[1] / "data/cases/forms"

Rule = list[tuple[Any, str, Callable[..., Any]]]


def plainly(
    value: float, code: str, date1904: bool = False
) -> number_format.Painted:
    return number_format.Painted(number_format.general(value), value)


NO_DOUBTS = (seen, "_doubts_of_seen", lambda text, look: set())
OFF: dict[str, Rule] = {
    "struck": [NO_DOUBTS],
    "raised": [(seen, "_has_digit", lambda text: False)],
    "unseen": [(seen, "is_seen", lambda look: True), NO_DOUBTS],
    "formats": [(number_format, "paint", plainly)],
    "flat": [(grid.Hidden, "flat", lambda self, first, last: False)],
}
MISSED = [
    ("struck", "D_x_strike_cell.xlsx", 356),
    ("struck", "D_xl_rich_strike.xls", 1235),
    ("struck", "D_s_strike_cell.fods", 356),
    ("raised", "C_x_super_run.xlsx", 3561),
    ("raised", "C_d_super.docx", 3561),
    ("raised", "C_d_super.rtf", 3561),
    ("unseen", "L_x_white_run.xlsx", 1356),
    ("formats", "H_x_fmt_hidden.xlsx", 356),
    ("formats", "H_nf_45.xlsx", 356),
    ("formats", "I_b_date.xlsb", 356),
    ("flat", "L_xl_row0.xls", 356),
]


@pytest.fixture(scope="module")
def printer() -> Iterator[Printer]:
    with Printer(seconds=60) as one:
        yield one


@pytest.mark.parametrize(("rule", "name", "wrong"), MISSED)
def test_what_the_reader_misses_is_held(
    rule: str,
    name: str,
    wrong: int,
    printer: Printer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = (CASES / name).read_bytes()
    with monkeypatch.context() as without:
        for where, what, blind in OFF[rule]:
            without.setattr(where, what, blind)
        (reading,) = read_file(name, content, SPEC)
    (form,) = reading.forms
    assert (form.figure.completed, form.figure.holds) == (wrong, ())
    (looked,) = looked_again(
        reading.forms, printed(printer, content, reading.kind), SPEC
    )
    assert looked.figure.holds == (Hold.SECOND_LOOK,)
    assert "打印件" in dict(looked.evidence)[FIELD].text


def printed(printer: Printer, content: bytes, kind: str) -> bytes:
    pdf = printer.printed(content, kind)
    assert pdf, "no print"
    return pdf


@pytest.mark.parametrize(
    "name", ["H_sxf_Fixed.xml", "P_x_covered.xlsx", "U_csymbol.doc"]
)
def test_a_sound_file_is_not_held(name: str) -> None:
    with Reader(SPEC) as reader:
        reader.look_twice()
        (reading,) = reader.file(name, (CASES / name).read_bytes())
    (form,) = reading.forms
    assert form.figure.holds == ()


def test_a_form_that_is_held_is_left_as_it_is() -> None:
    (reading,) = read_file(
        "x", (CASES / "D_x_strike_cell.xlsx").read_bytes(), SPEC
    )
    forms: tuple[Form, ...] = reading.forms
    assert looked_again(forms, b"no PDF", SPEC) == forms


def test_a_second_print_comes_at_once_from_the_program_that_waits() -> None:
    content = (CASES / "U_plain.docx").read_bytes()
    with Printer() as warm:
        assert warm.printed(content, "docx").startswith(b"%PDF")
        assert warm.printed(content, "docx").startswith(b"%PDF")
