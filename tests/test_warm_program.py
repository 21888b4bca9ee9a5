"""The one warm program of a run (tests/support/warm): shared by all that ask, gone with the run that it serves."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from warm.program import Run, _answers, _place_of, _started_here, warm_program


def test_all_that_ask_in_a_run_get_the_same_program(tmp_path: Path) -> None:
    with warm_program() as first, warm_program() as second:
        assert first == second
    with warm_program() as later:
        helped = subprocess.run(
            [*later, "--help"], capture_output=True, check=False, cwd=tmp_path
        )
    assert later == first
    assert helped.returncode == 0 and b"status" in helped.stdout


def test_where_none_serves_nobody_answers(tmp_path: Path) -> None:
    assert not _answers(str(tmp_path / "s"))


@pytest.mark.long
def test_it_ends_with_the_run_even_if_that_is_killed(tmp_path: Path) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE
    )
    place = _place_of(Run(str(tmp_path), run.pid))
    server = _started_here[-1]
    assert _answers(place) and server.poll() is None
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()
    assert server.wait(timeout=60) == 0
    assert not _answers(place)
