"""The measuring scripts run and say what they measured; what they measure is asserted nowhere."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bench import capacity
from long_rows import long_rows

# The median, and the least and the greatest beside it
NOISE = re.compile(r"([\d.]+) \(([\d.]+)-([\d.]+)\)")
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
    "what",
    [
        "full",
        *long_rows("reading", "mail", "end-to-end", "poll", "letters"),
    ],
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


@pytest.mark.long
def test_bench_tells_each_bar_with_its_noise_and_what_was_asked() -> None:
    told = said("scripts/bench.py", "bars", "--quick").splitlines()
    lines = [line for line in told if "asked: " in line]
    # Of docx and of text: taken in, and the bare loop; then the two starts
    asked = ["1.5", "3", "1.5", "3", "1.5", "1.5"]
    assert [line.rpartition("asked: ")[2] for line in lines] == asked
    for line in lines:
        middle, least, most = map(float, NOISE.findall(line)[0])
        assert 0 < least <= middle <= most


@pytest.mark.long
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


@pytest.mark.long
def test_hostile_files_end_with_a_sentence_each() -> None:
    told = said("scripts/fuzz/fuzz.py", "--own", "--seconds", "12")
    assert "silent: 0" in told


@pytest.mark.long
def test_mutants_end_with_a_sentence_each() -> None:
    assert "silent: 0" in said(
        "scripts/fuzz/fuzz.py", "--mutants", "60", "--seed", "7"
    )


# Every land for one number of machines, and a small one for each: thousands of accounts take a second or two
@pytest.mark.parametrize(
    ("machines", "land"),
    [
        pytest.param(
            machines,
            land,
            id=f"{machines}-{land.name}",
            marks=pytest.mark.long
            if land.campaigns > 100 and machines != 10
            else [],
        )
        for machines in capacity.MACHINES
        for land in capacity.LANDS
    ],
)
def test_the_arithmetic_of_scale_is_what_a_simulation_shows(
    land: capacity.Land, machines: int
) -> None:
    found = capacity.needed(land, machines).seconds
    shown = capacity.simulated(land, machines, seed=2)
    assert 0.93 * found < shown < 1.03 * found


def test_the_document_of_scale_says_what_is_printed() -> None:
    table = "\n".join(capacity.capacity(ROOT, quick=False))
    assert "first bottleneck" in table
    assert table in (ROOT / "docs" / "scale.md").read_text("utf-8")
