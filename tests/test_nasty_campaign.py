"""The small campaign once more, through the public face against a real Dovecot, in a mailbox as the world fills it.

Its first two periods; the third and the bulletin with scripts/test.py --whole.
"""

from pathlib import Path

import pytest
from campaigns.drive import drive, show
from campaigns.mailhosts import wavering_host
from campaigns.nasty import made_nasty
from live_servers import needs_dovecot
from neighbour import DATA

pytestmark = [pytest.mark.campaign, needs_dovecot]


@pytest.mark.timeout(1500)
@pytest.mark.parametrize(
    ("until", "periods"),
    [
        ("2015-09-23T12:00:00+08:00", 2),
        pytest.param("", 3, marks=pytest.mark.long),
    ],
)
def test_a_nasty_mailbox_ends_in_the_same_truth(
    tmp_path: Path, until: str, periods: int
) -> None:
    """Its mails damaged on the road, returned letters, logos, courtesies and quarantines between
    them, the mailbox throttled before every third wake: exactly the campaign's truth, and nobody
    unknown is written to."""
    campaign = made_nasty(DATA / "campaign", tmp_path)
    tally = drive(campaign, at=wavering_host, until=until)
    show(tally)
    # Of each period at least
    least = {
        "a refused wake is told": 2,
        "no silence while refused": 1,
        "report exact": 17,
        "mail outcome": 32,
        "sent only to known addresses": 34,
    }
    assert {
        what: tally.all[what]
        for what, times in least.items()
        if tally.all[what] < times * periods
    } == {}
    assert tally.mistakes() == []
