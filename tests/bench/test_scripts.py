"""The measuring scripts run and say what they measured; what they measure is asserted nowhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


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


@pytest.mark.parametrize(
    "what", ["reading", "full", "mail", "poll", "end-to-end", "letters"]
)
def test_bench_tells_each_ratio_with_its_floor(what: str) -> None:
    rows = [
        json.loads(line)
        for line in said(
            "scripts/bench.py", what, "--quick", "--json"
        ).splitlines()
    ]
    assert rows
    assert all(
        row["name"] and row["against"] and row["ratio"] > 0 for row in rows
    )


def test_bench_names_what_a_kind_imports() -> None:
    lines = dict(
        line.split(": ", 1)
        for line in said("scripts/bench.py", "modules").splitlines()
    )
    assert "pypdfium2" in lines["pdf"]
    assert not any(
        "pypdfium2" in imported
        for kind, imported in lines.items()
        if kind != "pdf"
    )


def test_hostile_files_end_with_a_sentence_each() -> None:
    assert "silent: 0" in said("scripts/fuzz/fuzz.py", "--own")


def test_mutants_end_with_a_sentence_each() -> None:
    assert "silent: 0" in said(
        "scripts/fuzz/fuzz.py", "--mutants", "60", "--seed", "7"
    )
