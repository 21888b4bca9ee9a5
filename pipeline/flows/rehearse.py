"""A wake that sends nothing: what would be read, decided and sent now.

Works on a copy of the ledger, with the real mailbox read as always and a post office
that takes every letter and keeps none. Never: speaks to the sending server.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from pipeline.flows.worker import Shift, Worked, wake
from pipeline.model.operation.post import PostAnswer, Verdict


@dataclass
class SilentPost:
    """Takes each copy as sent. `taken` counts them."""

    taken: int = 0

    def deliver(self, recipient: str, raw: bytes) -> PostAnswer:
        self.taken += 1
        return PostAnswer(Verdict.SENT, 250, "rehearsed")

    def check(self) -> list[str]:
        return []


def rehearsed(shift: Shift) -> Worked:
    """One wake of this shift, whose ledger is a copy, without the sending server."""
    # Of letters it is told what would go, never that one went.
    dispatch = replace(shift.dispatch, post=silent_post, tell=_untold)
    return wake(replace(shift, dispatch=dispatch))


@contextmanager
def silent_post() -> Iterator[SilentPost]:
    yield SilentPost()


def _untold(text: str) -> None:
    return None
