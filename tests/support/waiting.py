"""Waiting for a condition that another process brings about, for as long as a loaded machine may take."""

import time
from collections.abc import Callable

SECONDS = 90
_LOOK = 0.05
# Of what was waited so far: a look may cost as much as what is waited for, where the machine is loaded
_SHARE = 20


def wait_until(
    met: Callable[[], bool], heard: Callable[[], str] = lambda: ""
) -> None:
    """`heard` tells what the others said meanwhile, where the condition is not met in time."""
    begun = time.monotonic()
    while not met():
        waited = time.monotonic() - begun
        assert waited < SECONDS, heard() or "not in time"
        time.sleep(max(_LOOK, waited / _SHARE))
