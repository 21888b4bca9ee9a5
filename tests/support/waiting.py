"""Waiting for a condition that another process brings about, for as long as a loaded machine may take."""

import time
from collections.abc import Callable

SECONDS = 90
# What is looked at is often a ledger
_LOOK = 0.2


def wait_until(
    met: Callable[[], bool], heard: Callable[[], str] = lambda: ""
) -> None:
    """`heard` tells what the others said meanwhile, where the condition is not met in time."""
    end = time.monotonic() + SECONDS
    while not met():
        assert time.monotonic() < end, heard() or "not in time"
        time.sleep(_LOOK)
