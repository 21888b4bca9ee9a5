"""The memory of a child as the system tells it: grown with what the child takes, nothing once it has gone."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from pipeline.edges.processes.held_memory import HeldMemory

TAKEN = 64 * 1024 * 1024
# Takes so much for each line that it is told, and answers when it has it
GROWS = f"""
import sys
kept = []
for line in sys.stdin:
    kept.append(b"x" * {TAKEN})
    print("taken", flush=True)
"""


@pytest.fixture
def child() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", GROWS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        yield started
        started.kill()


def takes(child: "subprocess.Popen[str]") -> None:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write("more\n")
    child.stdin.flush()
    assert child.stdout.readline() == "taken\n"


def test_what_it_takes_is_seen_as_psutil_sees_it(
    child: "subprocess.Popen[str]",
) -> None:
    held = HeldMemory(child.pid)
    takes(child)
    first = held.resident()
    takes(child)
    second = held.resident()
    assert second - first >= TAKEN
    # It waits for a line, and takes nothing meanwhile
    assert second == psutil.Process(child.pid).memory_info().rss
    held.close()


def test_of_one_that_has_gone_it_is_nothing(
    child: "subprocess.Popen[str]",
) -> None:
    held = HeldMemory(child.pid)
    takes(child)
    child.kill()
    child.wait()
    assert held.resident() == 0
    held.close()
    assert held.resident() == 0


@pytest.mark.skipif(os.name == "nt", reason="descriptors are POSIX")
def test_nothing_stays_open(child: "subprocess.Popen[str]") -> None:
    me = psutil.Process()
    before = me.num_fds()
    for _ in range(20):
        HeldMemory(child.pid).close()
    assert me.num_fds() == before
