"""15 kills of a worker (200 with --whole) against Dovecot and a mail server that counts, by scripts/torture/torture.py; and the controls, which must fail.

What is promised stands in docs/reliability.md; the script's own exit status is not trusted here, its figures are.
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
NEEDED = [
    name
    for name in ("strace", "dovecot", "openssl")
    if shutil.which(name) is None
]

pytestmark = [
    pytest.mark.crash,
    pytest.mark.timeout(600),  # the machine may be busy
    pytest.mark.skipif(os.name == "nt", reason="kill -9 and fork are POSIX"),
    pytest.mark.skipif(
        bool(NEEDED),
        reason=f"needs {NEEDED}: apt-get install strace dovecot-imapd openssl",
    ),
]


def tortured(*arguments: str) -> dict[str, Any]:
    environment = {**os.environ, "XUNBAO_ENVIRONMENT": str(ROOT / ".venv")}
    done = subprocess.run(
        [sys.executable, "scripts/torture/torture.py", "--json", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=560,
    )  # fmt: skip
    assert done.stdout, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("kills", "kinds", "months"),
    [(15, 4, "1"), pytest.param(200, 8, "2", marks=pytest.mark.long)],
)
def test_kills_lose_nothing_double_nothing_and_repeat_only_what_nobody_could_know(
    kills: int, kinds: int, months: str
) -> None:
    score = tortured("--kills", str(kills), "--months", months)
    assert sum(score["kills"].values()) >= kills
    assert len(score["kills"]) >= kinds, "at many kinds of calls"
    assert score["lives"] >= 1
    assert score["failed_wakes"] == []
    assert score["damage"].pop("lines") == []
    assert set(score["damage"].values()) == {0}
    if kills >= 200:
        # In the window after the final dot
        assert score["ambiguous"] > 0
    assert score["repeated"] <= score["ambiguous"]
    assert score["mails"] > 2 * kills


@pytest.mark.parametrize(
    ("protection", "broken"),
    [
        pytest.param("bytes-first", "mails_lost", marks=pytest.mark.long),
        ("dedupe", "rows_doubled"),
        pytest.param(
            "sending-first", "bulletins_twice", marks=pytest.mark.long
        ),
    ],
)
def test_control_without_its_protection_the_promise_is_seen_to_break(
    protection: str, broken: str
) -> None:
    # Which moments are hit is chance: a denser try where the first one missed those that matter.
    for kills in ("120", "300"):
        score = tortured("--kills", kills, "--without", protection)
        if score["damage"][broken] > 0:
            break
    assert score["damage"][broken] > 0, score
    assert score["good"] is False
