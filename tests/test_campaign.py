"""A whole drive through the public face, against a real Dovecot, scored by the campaign's own truth.

The small campaign of tests/data runs everywhere; the whole of 2015, with a scorer that is not ours, where ../shared is.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from campaigns.drive import drive, show
from live_servers import needs_dovecot
from neighbour import DATA, ROOT, SHARED, needs_shared
from postgresql_server import missing, running_postgresql
from warm.program import warm_program

pytestmark = [pytest.mark.campaign, needs_dovecot]
_IN_A_FILE = "sqlite:///@STORAGE@/ledger.db"
BARS = {
    "mail outcome": 0.97,
    "report exact": 0.97,
    "standing exact": 0.97,
    "notices by rule": 0.97,
    "nothing sent twice": 1.0,
    "sent only to known addresses": 1.0,
}


@pytest.fixture
def on_a_server(tmp_path: Path) -> Iterator[Path]:
    """The small campaign with its ledger on a PostgreSQL server; as it is where there is none."""
    campaign = tmp_path / "campaign"
    shutil.copytree(DATA / "campaign", campaign)
    if missing():
        yield campaign
        return
    config = campaign / "config.toml"
    text = config.read_text()
    assert _IN_A_FILE in text
    with running_postgresql() as server:
        config.write_text(text.replace(_IN_A_FILE, server.made()))
        yield campaign


@pytest.mark.timeout(900)
def test_the_first_periods_and_their_bulletin_are_as_the_truth_has_them(
    on_a_server: Path,
) -> None:
    """With the ledger on PostgreSQL; test_nasty_campaign.py drives the same mails with it in a file."""
    tally = drive(on_a_server)
    show(tally)
    assert tally.all["report exact"] > 50
    assert tally.all["notices by rule"] > 100
    assert tally.all["bulletin by month"] == 1
    assert tally.mistakes() == []


@needs_shared("campaign")
@pytest.mark.timeout(1500)
def test_the_whole_campaign_reaches_its_bars(tmp_path: Path) -> None:
    scores = tmp_path / "scores.json"
    runner = SHARED / "campaign" / "run.py"
    command = [sys.executable, str(runner), "A", "--json", str(scores)]
    until = os.environ.get("XUNBAO_CAMPAIGN_UNTIL")
    command += ["--until", until] if until else []
    with warm_program() as xunbao:
        command += ["--show", "20", "--xunbao", shlex.join(xunbao)]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False
        )
    print(done.stdout[-6000:])
    assert done.returncode in (0, 1), done.stderr[-3000:]
    shares = json.loads(scores.read_text())["shares"]
    asked = [
        share for name, share in shares.items() if not name.startswith("(")
    ]
    assert sum(asked) / len(asked) >= 0.98
    assert {
        name: shares[name] for name in BARS if shares[name] < BARS[name]
    } == {}
