"""What the child process costs a file, in CPU time of parent and child together, against the same reading in process.

CPU and not wall time: on a busy machine the wall time of two processes is mostly waiting for a core. A child that is replaced
takes its CPU time along, so each file is measured with a fresh one that serves fewer files than it may.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import _environment

from bench.reading import of_kind

ROUNDS = 100
_KINDS = ("docx", "doc", "xlsx", "xls", "pdf")


def child(folder: Path, *, quick: bool) -> Iterator[str]:
    """A line for the first form of each kind: through the child, in process, and the difference."""
    from pipeline.edges.processes.sandbox import Reader
    from pipeline.reading.files.read_file import read_file
    from pipeline.settings import load

    spec = load(_environment.ROOT / "config.example.toml").form_spec
    for path in [p for kind in _KINDS for p in of_kind(folder, kind)[:1]]:
        raw = path.read_bytes()
        with Reader(spec) as reader:
            through = _milliseconds(partial(reader.file, path.name, raw))
        inside = _milliseconds(partial(read_file, path.name, raw, spec))
        yield f"{path.name}: child {through:.2f}, in process {inside:.2f}, on top {through - inside:.2f} ms of CPU"


def _milliseconds(work: Callable[[], object]) -> float:
    for _ in range(5):
        work()
    begun = _cpu()
    for _ in range(ROUNDS):
        work()
    return 1000 * (_cpu() - begun) / ROUNDS


def _cpu() -> float:
    """Seconds of this process and its children so far."""
    import psutil

    me = psutil.Process()
    return sum(
        times.user + times.system
        for times in (p.cpu_times() for p in (me, *me.children()))
    )
