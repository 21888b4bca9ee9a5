"""The pre-filled form, forms of other campaigns, with further figures and fields of words, and an office's own: filled, saved
by LibreOffice in other formats and read again. All are saved together: to start it takes longer than to save them."""

from collections.abc import Callable
from functools import cache

import pytest

from pipeline.model.form import FormSpec
from pipeline.model.form_serial import parse_serial
from pipeline.reading.files.read_file import read_file
from pipeline.writing.blank_form import blank_form
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
from tests.unit.writing.test_form_of_random_labels import (
    Labels,
    made,
    right,
    told,
)
from tests.unit.writing.test_form_of_random_labels import (
    filled as filled_in,
)
from tests.unit.writing.test_office_form import (
    DUE,
    FORMS,
    LABELS,
    sender,
    with_figure,
)

pytestmark = [pytest.mark.pictures, needs_office]


SETS = (
    Labels(
        ("责任单位", "截至日期", "累计走访户数", "主要做法"),
        ("其中已办结", "困难户"),
        ("填报人", "联系电话", "备注"),
    ),
    Labels(("学校", "填报日", "培训人数", "工作情况"), ("党员",), ()),
)


# By format, then by what was done to it before, or by the label of its figure
Saved = Callable[[str], dict[str, bytes]]


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Saved:
    own = blank_form(
        sender(FORMS["colons, prompts"]), "石桥镇", DUE, serial="KDM-QXRTBW"
    )
    forms = {"filled": filled(prefilled()), "unfilled": prefilled()}
    forms["own"] = with_figure(own)
    for of in SETS:
        forms[of.own[2]] = filled_in(made(of, "cumulative")[0], of)

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


@pytest.mark.parametrize("to", ["doc", "odt", "pdf"])
@pytest.mark.parametrize("of", SETS, ids=lambda of: of.own[2])
def test_a_form_of_other_labels_comes_back(of: Labels, to: str, saved: Saved):
    _, spec = made(of, "cumulative")
    (reading,) = read_file(f"月报.{to}", saved(to)[of.own[2]], spec)
    (form,) = reading.forms
    assert told(form, "cumulative") == right(of)


@pytest.mark.parametrize("to", ["doc", "odt", "pdf"])
def test_an_offices_own_form_comes_back(to: str, saved: Saved):
    spec = FormSpec("清江县月报表", *LABELS, unit="处", verb="排查")
    (reading,) = read_file(f"月报.{to}", saved(to)["own"], spec)
    (form,) = reading.forms
    assert (form.unit_text, form.reported_on) == ("石桥镇", DUE)
    assert (form.figure.completed, form.figure.holds) == (1234, ())
    assert len(form.measures) == 2
    assert form.serial == "KDM-QXRTBW"
