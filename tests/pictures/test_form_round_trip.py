"""The pre-filled form, filled, saved by LibreOffice in other formats and read again: unit, period and figure stand."""

from collections.abc import Callable
from functools import cache

import pytest

from pipeline.model.form_serial import parse_serial
from pipeline.writing.sample_month import SENDER
from tests.pictures.office import converted_together, needs_office
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


# By format, then by what was done to it before
Saved = Callable[[str], dict[str, bytes]]


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Saved:
    forms = {"filled": filled(prefilled()), "unfilled": prefilled()}

    @cache
    def in_format(to: str) -> dict[str, bytes]:
        return converted_together(
            forms, "docx", to, tmp_path_factory.mktemp(to)
        )

    return in_format


@pytest.mark.parametrize("to", ["docx", "doc", "odt", "pdf"])
def test_it_comes_back_with_certainty(to: str, saved: Saved):
    form = only_form(saved(to)["filled"], f"随便起的名字.{to}")
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
def test_unfilled_it_still_has_no_figure(to: str, saved: Saved):
    form = only_form(saved(to)["unfilled"], f"旬报表.{to}")
    assert form.figure.completed is None
    assert form.measures == ()
