"""What is hardly meant is said by check, and refuses nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from campaign_maker import made, settings

from pipeline.settings.checks.leftovers import leftovers

DURING = datetime(2015, 10, 1, tzinfo=UTC)
# Whom units ask
NAME = 'organizer = "演示总工会"'
ASKED = {NAME: f'{NAME}\ncontact = "值班室"\nphone = "000-0000000"'}
CASES = [
    ({}, DURING, ["example.cn"]),
    ({"example.cn": "leshan.gov.cn"}, DURING, []),
    (
        {"example.cn": "leshan.gov.cn"},
        datetime(2026, 11, 28, tzinfo=UTC),
        ["最后一期"],
    ),
    (
        {
            "example.cn": "leshan.gov.cn",
            'from = "': 'user = "b@126.com"\nfrom = "',
        },
        DURING,
        ["登录名"],
    ),
]


HARDLY = [
    ('[schedule]\npoll = ["08:30", "17:00"]', "18:00"),
    (
        '[schedule]\ndue_reminder = { days_before = 1, at = "22:00" }',
        "quiet_hours",
    ),
    (
        '[schedule]\ndue_reminder = { days_before = 12, at = "09:00" }',
        "提前 12 天",
    ),
    ("[schedule]\npause = [{ from = 2016-02-05, to = 2016-02-14 }]", "pause"),
]


@pytest.mark.parametrize(("section", "word"), HARDLY)
def test_a_schedule_that_is_hardly_meant_is_told(
    tmp_path: Path, section: str, word: str
) -> None:
    real = {"example.cn": "leshan.gov.cn"}
    plain = list(
        leftovers(settings(made(tmp_path, replaced=ASKED | real)), DURING)
    )
    real["[bulletin]"] = f"{section}\n\n[bulletin]"
    (told,) = leftovers(settings(made(tmp_path, replaced=ASKED | real)), DURING)
    assert not plain
    assert word in told


UNITS = [
    ('email = ["yi@leshan.gov.cn"]', "joined = 2016-10-01", "joined"),
    ("target = 500", "target = [{ from = 2015-10-11, value = 500 }]", "target"),
    ('units = ["甲县"]', "units = []", "第一组"),
    ("last_due = 2015-12-30", "last_due = 2015-12-31", "2015-12-30"),
    ('from = "演示总工会 <demo@', 'from = "演示总工会 <other@', "报送邮箱"),
]


@pytest.mark.parametrize(("old", "new", "word"), UNITS)
def test_who_takes_part_in_nothing_is_told(
    tmp_path: Path, old: str, new: str, word: str
) -> None:
    if old.startswith("email"):
        new = f"{old}\n{new}"
    replaced = {"example.cn": "leshan.gov.cn", old: new}
    (told,) = leftovers(
        settings(made(tmp_path, replaced=ASKED | replaced)), DURING
    )
    assert word in told


def test_who_had_left_before_the_first_period_is_told(tmp_path: Path) -> None:
    replaced = {
        "example.cn": "leshan.gov.cn",
        # Who has left counts in no sum
        "base = 3000\ntarget = 1900": "base = 1000\ntarget = 1400",
        'name = "乙县"': 'name = "乙县"\nleft = 2015-09-01',
    }
    (told,) = leftovers(
        settings(made(tmp_path, replaced=ASKED | replaced)), DURING
    )
    assert "乙县" in told
    assert "left" in told


@pytest.mark.parametrize(("replaced", "now", "words"), CASES)
def test_leftovers(
    tmp_path: Path, replaced: dict[str, str], now: datetime, words: list[str]
) -> None:
    found = list(
        leftovers(settings(made(tmp_path, replaced=ASKED | replaced)), now)
    )
    assert len(found) == len(words)
    assert all(word in text for word, text in zip(words, found, strict=True))


@pytest.mark.parametrize("one", ["contact", "phone"])
def test_that_units_have_nobody_to_ask_is_told(
    tmp_path: Path, one: str
) -> None:
    real = {"example.cn": "leshan.gov.cn"}
    (told,) = leftovers(settings(made(tmp_path, replaced=real)), DURING)
    assert "contact" in told
    real[NAME] = f'{NAME}\n{one} = "值班室"'
    assert not list(leftovers(settings(made(tmp_path, replaced=real)), DURING))
