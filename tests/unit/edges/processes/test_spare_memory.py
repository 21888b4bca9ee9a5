"""What is freed and kept goes back to the system, where the C library offers that."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import PAGESIZE
from pathlib import Path

import pytest

from pipeline.edges.processes.spare_memory import give_back

# Below what the library would ask the system for by itself
BLOCK = 64 * 1024
BLOCKS = 512
# malloc's own lies at an end of each
KEPT = BLOCK - 64

LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None
offered = pytest.mark.skipif(
    not hasattr(LIBRARY, "malloc_trim"), reason="no such C library"
)


@contextmanager
def held_open() -> Iterator[None]:
    """Memory that was written to and freed, below a block that is not: it stays with the process."""
    assert LIBRARY is not None
    LIBRARY.malloc.restype = LIBRARY.calloc.restype = ctypes.c_void_p
    LIBRARY.free.argtypes = [ctypes.c_void_p]
    blocks = []
    for _ in range(BLOCKS):
        block = LIBRARY.malloc(KEPT)
        ctypes.memset(block, 1, KEPT)
        blocks.append(block)
    for block in blocks[:-1]:
        LIBRARY.free(block)
    yield
    LIBRARY.free(blocks[-1])


def resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * PAGESIZE


@offered
def test_what_was_freed_goes_back() -> None:
    with held_open():
        before = resident()
        give_back()
        assert before - resident() > BLOCKS * BLOCK // 2


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_elsewhere_nothing_is_done(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ctypes, "CDLL", asked.append)
    give_back()
    assert asked == []
