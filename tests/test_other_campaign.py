"""A made-up campaign of another city, short and fixed, with a truth of its own: what holds for one campaign holds elsewhere.

Other units, addresses, wordings, labels, dates and settings than those of tests/data/campaign; see campaigns/make.py for more.
"""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from campaigns.drive import drive, take_in
from campaigns.make import make
from campaigns.towns import TOWNS
from live_servers import needs_dovecot

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        not shutil.which("soffice"), reason="apt-get install libreoffice"
    ),
]


def test_every_mail_is_read_as_a_careful_reader_would(tmp_path: Path) -> None:
    made = make(TOWNS["increment"], 5, tmp_path, rulings=False)
    tally = take_in(tmp_path)
    assert made.total() > 100
    assert tally.all["report exact"] > 50
    assert tally.mistakes() == []


@pytest.mark.long
@needs_dovecot
def test_a_short_drive_over_the_new_year_ends_right_though_it_is_killed(
    tmp_path: Path,
) -> None:
    days = {"first_due": date(2016, 12, 30), "last_due": date(2017, 1, 10)}
    town = replace(TOWNS["newyear"], **days, poll=("08:30", "18:05"))
    make(town, 7, tmp_path)
    tally = drive(tmp_path, kill=0.1)
    assert tally.all["notices by rule"] > 20
    assert tally.mistakes() == []
