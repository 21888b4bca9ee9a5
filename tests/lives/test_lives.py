"""A year and a half of simulated life: three campaigns on one mailbox, with renames, joins, changed targets, a pause, a changed calendar, kills and restores, against the small rulebook.

One seed here, three with --whole; `python scripts/soak/lives.py` lives thirty.
"""

from pathlib import Path

import pytest
from long_rows import long_rows

from lives.live import lived
from lives.world import plans


# A minute each on a machine with nothing else to do: some 160 wakes.
@pytest.mark.timeout(1500)
@pytest.mark.campaign
@pytest.mark.parametrize("seed", [1, *long_rows(2, 3)])
def test_standing_letters_and_talks_are_those_of_the_rules(
    tmp_path: Path, seed: int
) -> None:
    assert lived(tmp_path, seed, plans(seed)) == []
