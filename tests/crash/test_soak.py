"""A month of the campaign with all faults on, by scripts/soak/soak.py: the ledger of a month without; and a control that differs.

The long run and its figures (memory, descriptors) stand in docs/reliability.md; a short life says nothing of either.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = [name for name in ("dovecot", "openssl") if shutil.which(name) is None]

pytestmark = [
    pytest.mark.crash,
    pytest.mark.timeout(600),  # the machine may be busy
    pytest.mark.skipif(os.name == "nt", reason="kill -9 is POSIX"),
    pytest.mark.skipif(
        bool(NEEDED),
        reason=f"needs {NEEDED}: apt-get install dovecot-imapd openssl",
    ),
]


def soaked(*arguments: str) -> dict[str, Any]:
    environment = {**os.environ, "XUNBAO_ENVIRONMENT": str(ROOT / ".venv")}
    done = subprocess.run(
        [sys.executable, "scripts/soak/soak.py", "--fast", "--json", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=560,
    )  # fmt: skip
    assert done.stdout, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


def test_a_campaign_through_all_faults_ends_in_the_ledger_of_one_without() -> (
    None
):
    score = soaked("--seed", "3")
    assert (score["ledger_differences"], score["lines"]) == (0, [])
    assert (score["stuck"], score["alarms_left"]) == ([], [])
    assert score["repeated"] <= score["ambiguous"]
    assert score["kills"] > 0
    assert sum(score["imap_faults"].values()) > 0
    assert sum(score["smtp_faults"].values()) > 0
    assert score["letters"] > 30


@pytest.mark.long
def test_control_with_tries_that_count_against_the_letter_letters_are_lost() -> (
    None
):
    """As it was before: what the server says of us costs each letter a try, and after two it is given up."""
    assert (
        soaked("--seed", "3", "--without", "patience")["ledger_differences"] > 0
    )
