"""A year and a half of simulated life: three campaigns on one mailbox, with renames, joins, changed targets, a pause, a changed calendar, kills and restores, against the small rulebook.

One of its campaigns here, among the mails of all three; three seeds whole with --whole; `python scripts/soak/lives.py` lives
thirty.
"""

from pathlib import Path

import pytest

from lives.live import lived
from lives.world import plans


# Half a minute each on a machine with nothing else to do: some 50 wakes
@pytest.mark.timeout(1500)
@pytest.mark.campaign
@pytest.mark.parametrize(
    ("seed", "campaign"),
    [
        pytest.param(
            seed,
            campaign,
            marks=() if (seed, campaign) == (1, "chun") else pytest.mark.long,
        )
        for seed in (1, 2, 3)
        for campaign in ("chun", "qiu", "ming")
    ],
)
def test_standing_letters_and_talks_are_those_of_the_rules(
    tmp_path: Path, seed: int, campaign: str
) -> None:
    assert lived(tmp_path, seed, plans(seed), only=campaign) == []
