"""Reading children that outlive the program which started them, for tests that run it dozens of times in one process.

They are the program's own, real children: what closes a reader that has answered all it was asked lays its child by for the
next reader of the same command, memory and form; one that is late, died or was broken off in an answer is killed as ever.
Starting one costs most of a second of a core, and a test of commands starts one a command. Tests of the children themselves
and of what kills them do not use this.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from pipeline.edges.processes import sandbox
from pipeline.edges.processes.child import Child
from pipeline.model.form import FormSpec

Kind = tuple[tuple[str, ...], int, str]
# Laid by at a time: a child holds some 60 MB
MOST = 3
_laid_by: list[tuple[Kind, Child]] = []


class WarmChild:
    """Stands where `sandbox` has a Child."""

    def __init__(self, command: Sequence[str], memory: int) -> None:
        self._command = command
        self._memory = memory
        self._answering = False
        self._child: Child | None = None

    def begin(self, spec: FormSpec, seconds: float) -> None:
        self._kind: Kind = (
            tuple(self._command),
            self._memory,
            f"{spec!r} {seconds}",
        )
        self._child = _taken(self._kind)
        if self._child is None:
            self._child = Child(self._command, self._memory)
            self._child.begin(spec, seconds)

    def ask(self, header: dict[str, Any], body: bytes, seconds: float) -> bytes:
        self._answering = True
        answer = self._real.ask(header, body, seconds)
        self._answering = False
        return answer

    def kill(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if self._answering or not child.alive():
            child.kill()
            return
        _laid_by.append((self._kind, child))
        while len(_laid_by) > MOST:
            _laid_by.pop(0)[1].kill()

    @property
    def served(self) -> int:
        return self._real.served

    def alive(self) -> bool:
        return self._real.alive()

    def resident(self) -> int:
        return self._real.resident()

    @property
    def _real(self) -> Child:
        assert self._child is not None
        return self._child


def _taken(kind: Kind) -> Child | None:
    for place, (other, child) in enumerate(_laid_by):
        if other == kind:
            del _laid_by[place]
            if child.alive():
                return child
            child.kill()
            return _taken(kind)
    return None


@pytest.fixture(scope="module", autouse=True)
def warm_children() -> Iterator[Callable[[], int]]:
    """How many are laid by; the last of them end with the test process, which their input hangs on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "Child", WarmChild)
        yield lambda: len(_laid_by)
