"""The second look catches what the first one misses: each rule of what is seen turned off
in turn, on files that other programs wrote (rules.md 5). Needs LibreOffice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from form_makers import SPEC
from one_value_forms import excel_2003, flat_sheet

from pipeline.edges.processes.libreoffice import program
from pipeline.edges.processes.printer import Printer
from pipeline.edges.processes.sandbox import Reader
from pipeline.model.form import Form, Hold, Place
from pipeline.reading.evidence.second_look import FIELD, looked_again
from pipeline.reading.files.read_file import read_file
from pipeline.reading.formats.seen import Rule, without

pytestmark = pytest.mark.skipif(
    program() is None, reason="LibreOffice is not here"
)

CASES = Path(__file__).parents[1] / "data/cases/forms"

NUMBER = (
    '<table:table-cell office:value-type="float" office:value="356">'
    "<text:p>356</text:p></table:table-cell>"
)
NARROW_STYLE = (
    '<style:style style:name="n" style:family="table-column">'
    '<style:table-column-properties style:column-width="0.3cm"/></style:style>'
)
NARROW_COLUMNS = (
    '<table:table-column/><table:table-column table:style-name="n"/>'
)
MISSED = [
    (Rule.STRUCK, "D_x_strike_cell.xlsx", 356),
    (Rule.STRUCK, "D_xl_rich_strike.xls", 1235),
    (Rule.STRUCK, "D_s_strike_cell.fods", 356),
    (Rule.STRUCK, "D_o_strike_para_whole.fodt", 356),
    (Rule.RAISED, "C_x_super_run.xlsx", 3561),
    (Rule.RAISED, "C_d_super.docx", 3561),
    (Rule.RAISED, "C_d_super.rtf", 3561),
    (Rule.RAISED, "C_xl_rich_super.xls", 3561),
    (Rule.RAISED, "C_d_super.odt", 3561),
    (Rule.UNSEEN, "L_x_white_run.xlsx", 1356),
    (Rule.UNSEEN, "L_o_white.fodt", 1356),
    (Rule.UNSEEN, "L_x_white_font.xlsx", 356),
    (Rule.FORMATS, "H_x_fmt_hidden.xlsx", 356),
    (Rule.FORMATS, "H_nf_45.xlsx", 356),
    (Rule.FORMATS, "I_b_date.xlsb", 356),
    # of .xlsx and XML LibreOffice does not hide a row of height 0, as Excel does
    (Rule.FLAT, "L_xl_row0.xls", 356),
    (Rule.NARROW, "narrow.fods", 13560),
    (Rule.NARROW, "narrow.xml", 1356),
]
# Those that no case holds
MADE = {
    "narrow.fods": flat_sheet(
        NUMBER.replace("356", "13560"), NARROW_STYLE, NARROW_COLUMNS
    ),
    "narrow.xml": excel_2003(
        '<Cell><Data ss:Type="Number">1356</Data></Cell>',
        columns='<Column/><Column ss:AutoFitWidth="0" ss:Width="8"/>',
    ),
}


@pytest.fixture(scope="module")
def printer() -> Iterator[Printer]:
    with Printer(seconds=60) as one:
        yield one


@pytest.mark.parametrize(("rule", "name", "wrong"), MISSED)
def test_what_the_reader_misses_is_held(
    rule: Rule, name: str, wrong: int, printer: Printer
) -> None:
    content = MADE.get(name) or (CASES / name).read_bytes()
    with without(rule):
        (reading,) = read_file(name, content, SPEC)
    (form,) = reading.forms
    assert (form.figure.completed, form.figure.holds) == (wrong, ())
    (looked,) = looked_again(
        reading.forms, printed(printer, content, reading.kind), SPEC
    )
    assert looked.figure.holds == (Hold.SECOND_LOOK,)
    assert "打印件" in dict(looked.evidence)[FIELD].text


def test_every_rule_is_turned_off_in_turn() -> None:
    assert {rule for rule, _, _ in MISSED} == set(Rule)


def printed(printer: Printer, content: bytes, kind: str) -> bytes:
    pdf = printer.printed(content, kind)
    assert pdf, "no print"
    return pdf


@pytest.fixture(scope="module")
def twice() -> Iterator[Reader]:
    with Reader(SPEC) as reader:
        reader.look_twice()
        yield reader


@pytest.mark.parametrize(
    "name", ["H_sxf_Fixed.xml", "P_x_covered.xlsx", "U_csymbol.doc"]
)
def test_a_sound_file_is_not_held(name: str, twice: Reader) -> None:
    (reading,) = twice.file(name, (CASES / name).read_bytes())
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


def test_what_the_print_says_instead_is_kept_with_its_place(
    printer: Printer,
) -> None:
    content = (CASES / "C_x_super_run.xlsx").read_bytes()
    with without(Rule.RAISED):
        (reading,) = read_file("x", content, SPEC)
    (looked,) = looked_again(
        reading.forms, printed(printer, content, reading.kind), SPEC
    )
    places = {number.place for number in looked.figure.seen}
    values = {number.value for number in looked.figure.seen}
    assert places <= {Place.VALUE, Place.PRINT}
    assert 3561 in values
