"""The measuring scripts run and say what they measured; what they measure is asserted nowhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT.parent / "shared" / "samples" / "forms"


def said(*arguments: str) -> str:
    """What a script prints, run inside the environment that the tests run in."""
    environment = {**os.environ, "XUNBAO_ENVIRONMENT": str(ROOT / ".venv")}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("what", ["reading", "full", "mail"])
def test_bench_names_its_floors(what: str) -> None:
    lines = said("scripts/bench.py", what, "--quick").splitlines()[1:]
    assert lines
    assert all(" / " in line for line in lines)


def test_hostile_files_end_with_a_sentence_each() -> None:
    assert "silent: 0" in said("scripts/fuzz.py", "--own")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample forms stand beside the project in ../shared")
def test_mutants_end_with_a_sentence_each() -> None:
    assert "silent: 0" in said("scripts/fuzz.py", "--mutants", "150", "--seed", "7")
