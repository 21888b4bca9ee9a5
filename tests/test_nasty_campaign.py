"""The small campaign once more, through the public face against a real Dovecot, in a mailbox as the world fills it."""

from pathlib import Path

import pytest
from campaigns.drive import drive, show
from campaigns.mailhosts import wavering_host
from campaigns.nasty import made_nasty
from live_servers import needs_dovecot
from neighbour import DATA

pytestmark = [pytest.mark.campaign, needs_dovecot]


@pytest.mark.timeout(1500)
def test_a_nasty_mailbox_ends_in_the_same_truth(tmp_path: Path) -> None:
    """Its mails damaged on the road, returned letters, logos, courtesies and quarantines between
    them, the mailbox throttled before every third wake: exactly the campaign's truth, and nobody
    unknown is written to."""
    campaign = made_nasty(DATA / "campaign", tmp_path)
    tally = drive(campaign, at=wavering_host)
    show(tally)
    assert tally.all["a refused wake is told"] > 5
    assert tally.all["no silence while refused"] > 0
    assert tally.all["report exact"] > 50
    assert tally.all["mail outcome"] > 95
    assert tally.all["sent only to known addresses"] > 100
    assert tally.mistakes() == []
