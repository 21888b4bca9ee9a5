"""The fault points of the edges in a test: what it installs is gone with it."""

from collections.abc import Iterator
from typing import Protocol

import pytest

from pipeline.edges.fault_points import FaultPoint, Handler, install, remove


class FaultMaker(Protocol):
    def __call__(self, point: FaultPoint, handler: Handler) -> None: ...


@pytest.fixture
def fault() -> Iterator[FaultMaker]:
    """`fault(FaultPoint.SWAP, handler)` until the test ends."""
    installed: list[FaultPoint] = []

    def put(point: FaultPoint, handler: Handler) -> None:
        install(point, handler)
        installed.append(point)

    yield put
    for point in installed:
        remove(point)
