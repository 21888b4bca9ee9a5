"""报表编号: comes back to its unit and period, and to nothing else."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.form_serial import parse_serial, serial_for

UNITS = ("犍为县", "马边县", "井研县", "井研联峰盐化公司", "其他")
units = st.sampled_from(UNITS)
days = st.dates(date(2010, 1, 1), date(2047, 1, 1))


@given(units, days)
def test_round_trip(unit, day):
    assert parse_serial(serial_for("甲行动", unit, day), "甲行动", UNITS) == (
        unit,
        day,
    )


@given(units, days, st.data())
def test_a_typo_fits_nothing(unit, day, data):
    serial = serial_for("甲行动", unit, day)
    at = data.draw(
        st.sampled_from([i for i, c in enumerate(serial) if c != "-"])
    )
    letter = data.draw(
        st.sampled_from("ABCDEFGHJKLMNPQRSTUVWXYZ").filter(
            lambda c: c != serial[at]
        )
    )
    assert (
        parse_serial(serial[:at] + letter + serial[at + 1 :], "甲行动", UNITS)
        is None
    )


@given(units, days)
def test_another_campaigns_number_fits_nothing(unit, day):
    assert (
        parse_serial(serial_for("乙行动", unit, day), "甲行动", UNITS) is None
    )


@given(st.text())
def test_any_text_is_a_number_or_nothing(text):
    found = parse_serial(text, "甲行动", UNITS)
    assert found is None or found[0] in UNITS


@pytest.mark.parametrize(
    "change",
    [str.lower, lambda s: s.replace("-", ""), lambda s: s.replace("-", " － ")],
)
def test_what_a_person_may_change_is_forgiven(change):
    day = date(2015, 9, 30)
    assert parse_serial(
        change(serial_for("甲行动", "马边县", day)), "甲行动", UNITS
    ) == ("马边县", day)


@given(units, days)
def test_it_is_never_a_figure(unit, day):
    assert not any(c.isdigit() for c in serial_for("甲行动", unit, day))


def test_a_day_out_of_range_is_refused():
    with pytest.raises(ValueError, match="2009"):
        serial_for("甲行动", "马边县", date(2009, 12, 31))
