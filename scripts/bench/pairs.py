"""The way of measuring that all benches share: work and floor in turn, the median of the pairs' ratios.

A shared machine slows both sides of a pair alike, so the ratio holds where the wall time does not. Says nothing of right or wrong.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

# A bare typer app: what a command of ours is compared with
HELLO = "import typer; app = typer.Typer(); app.command()(lambda: print('hello')); app(standalone_mode=False)"

Work = Callable[[], object]


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Pair:
    """`work` is measured against `floor`; `before` makes ready for each run of `work` and is not timed.

    `slow` pairs (whole processes, large documents) are run a quarter of the rounds, three at least.
    """

    name: str
    against: str
    work: Work = field(repr=False)
    floor: Work = field(repr=False)
    before: Callable[[], None] = field(default=_nothing, repr=False)
    slow: bool = False


@dataclass(frozen=True)
class Measured:
    """The median ratio of the pairs, and both medians in milliseconds; `on_top` is the median of their differences,
    `least` the ratio of the least times, which a busy moment does not touch."""

    name: str
    against: str
    ratio: float
    least: float
    milliseconds: float
    floor_milliseconds: float
    on_top: float


def measured(pair: Pair, rounds: int) -> Measured:
    """Runs the pair `rounds` times after one round that warms up and does not count."""
    if pair.slow:
        rounds = min(rounds, max(3, rounds // 4))
    runs = [_once(pair) for _ in range(rounds + 1)][1:]
    return Measured(
        pair.name,
        pair.against,
        statistics.median(a / b for a, b in runs),
        min(a for a, _ in runs) / min(b for _, b in runs),
        1000 * statistics.median(a for a, _ in runs),
        1000 * statistics.median(b for _, b in runs),
        1000 * statistics.median(a - b for a, b in runs),
    )


def _once(pair: Pair) -> tuple[float, float]:
    pair.before()
    return _timed(pair.work), _timed(pair.floor)


def _timed(work: Work) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
