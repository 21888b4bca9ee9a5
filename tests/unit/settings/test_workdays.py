"""An office's own holidays stand beside the library's table: the year that they name is taken from them whole."""

from datetime import date
from pathlib import Path

import pytest
from campaign_maker import made, settings

from pipeline.settings import ConfigError
from pipeline.settings.adoption import adopted_now, adopted_then
from pipeline.settings.diff import changes, flat
from pipeline.settings.workdays import Workdays

OWN = """
off = [{ from = 2031-10-01, to = 2031-10-07, why = "国庆" }]
work = [2031-10-11]
"""
SHIFTED = {
    "[mailbox]": '[schedule]\nholiday_shift = "next_workday"\n\n[mailbox]',
    "first_due = 2015-09-10": "first_due = 2031-09-10",
    "last_due = 2015-12-30": "last_due = 2031-11-30",
}
NAMED = {
    **SHIFTED,
    "[mailbox]": SHIFTED["[mailbox]"].replace(
        'workday"', 'workday"\nholidays = "节假日.toml"'
    ),
}


def office(folder: Path, own: str = OWN) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "节假日.toml").write_text(own, encoding="utf-8")
    return made(folder, replaced=NAMED)


def test_a_year_that_no_table_has_is_an_error_with_the_way_out(
    tmp_path: Path,
) -> None:
    with pytest.raises(ConfigError, match="holidays = "):
        settings(made(tmp_path, replaced=SHIFTED))


def test_the_own_table_shifts_what_falls_on_its_days(tmp_path: Path) -> None:
    days = settings(office(tmp_path)).workdays
    assert not days(date(2031, 10, 6))  # a Monday
    assert days(date(2031, 10, 11))  # a Saturday that is worked
    assert days(date(2031, 10, 10))
    assert not days(date(2031, 10, 12))
    # A year that it does not name is the library's.
    assert not days(date(2015, 10, 1))
    assert days(date(2015, 10, 10))


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("off = [{ from = 2031-10-07, to = 2031-10-01 }]", "早于"),
        ("off = [{ from = 2031-10-01, to = 2032-10-07 }]", "年份"),
        (
            "off = [{ from = 2031-10-01, to = 2031-10-07 }]\nwork = [2031-10-02]",
            "留一处",
        ),
        ("offf = []", "offf"),
        # A value is shown as it was written.
        ("off = [2031-10-01]", "= 2031-10-01 不对，应写成"),
        ("off = [{ from = 2031-10-01，", "节假日.toml:1"),
    ],
)
def test_a_mistake_in_it_names_file_and_line(
    tmp_path: Path, own: str, said: str
) -> None:
    with pytest.raises(ConfigError) as found:
        settings(office(tmp_path, own))
    assert "节假日.toml:" in str(found.value)
    assert said in str(found.value)


def test_a_file_that_is_not_there_is_told_with_the_key(tmp_path: Path) -> None:
    config = office(tmp_path)
    (tmp_path / "节假日.toml").unlink()
    with pytest.raises(ConfigError, match="holidays"):
        settings(config)


def test_a_changed_file_is_a_changed_configuration(tmp_path: Path) -> None:
    config = office(tmp_path)
    before = flat(settings(config))
    (tmp_path / "节假日.toml").write_text(
        OWN.replace("10-07", "10-08"), encoding="utf-8"
    )
    after = settings(config)
    assert changes(before, flat(after))[0].startswith("holidays.off")
    was = adopted_then(before).calendar.is_workday
    now = adopted_now(after).calendar.is_workday
    assert (was(date(2031, 10, 8)), now(date(2031, 10, 8))) == (True, False)


def test_without_an_own_table_nothing_is_kept_of_it(tmp_path: Path) -> None:
    kept = flat(settings(made(tmp_path)))
    assert not [key for key in kept if key.startswith("holidays")]
    assert adopted_then(kept).calendar.is_workday == Workdays()
