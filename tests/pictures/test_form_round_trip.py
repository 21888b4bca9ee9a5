"""The pre-filled form, filled, saved by LibreOffice in other formats and read again: unit, period and figure stand."""

import pytest

from pipeline.model.form_serial import parse_serial
from pipeline.writing.sample_month import SENDER
from tests.pictures.office import converted, needs_office
from tests.unit.writing.test_blank_form import (
    CLAUSES,
    PERIOD,
    SERIAL,
    UNIT,
    filled,
    only_form,
    prefilled,
)

pytestmark = [pytest.mark.pictures, needs_office]


@pytest.mark.parametrize("to", ["docx", "doc", "odt", "pdf"])
def test_it_comes_back_with_certainty(to, tmp_path):
    form = only_form(
        converted(filled(prefilled()), "docx", to, tmp_path),
        f"随便起的名字.{to}",
    )
    assert parse_serial(form.serial, SENDER.campaign, ["犍为县", UNIT]) == (
        UNIT,
        PERIOD,
    )
    assert form.serial == SERIAL
    assert form.figure.completed == 1234
    assert form.figure.holds == ()
    assert form.unit_text == UNIT
    assert form.reported_on == PERIOD
    assert tuple(clause.replace(" ", "") for clause in form.measures) == CLAUSES


@pytest.mark.parametrize("to", ["doc", "odt", "pdf"])
def test_unfilled_it_still_has_no_figure(to, tmp_path):
    form = only_form(
        converted(prefilled(), "docx", to, tmp_path), f"旬报表.{to}"
    )
    assert form.figure.completed is None
    assert form.measures == ()
