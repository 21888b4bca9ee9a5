"""What all tests share: laws are judged by what they find, never by how long a shared machine took for one example.

The run's summary says which tests wanted ../shared and did not find it.
"""

import gc
import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import typer.testing
from compiled_once import CompiledOnce, insertions_once
from hypothesis import settings
from neighbour import SHARED
from sqlalchemy import Engine

from pipeline.__main__ import PLUGINS, SELDOM
from pipeline.edges.ledger import database
from pipeline.edges.ledger.proof import insertion

pytest_plugins = ["faults", "warm.sharing"]

# Of each law; scripts/test.py --whole asks for four times as many
EXAMPLES = int(os.environ.get("XUNBAO_EXAMPLES", "25"))
settings.register_profile("untimed", deadline=None, max_examples=EXAMPLES)
settings.load_profile("untimed")

# As seldom as the program itself looks for cycles: a run holds ten thousand tests, and to look through them at Python's
# own pace was a tenth of the time
gc.set_threshold(*SELDOM)
# As the program says at its start, and for whatever the tests start
os.environ.setdefault(PLUGINS, "__all__")


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """The engines of all ledgers: to compile was a quarter of the time of the tests that work on one."""
    with pytest.MonkeyPatch.context() as patched:
        for kind in ("_file_engine", "server_engine"):
            made = keeping(getattr(database, kind), CompiledOnce())
            patched.setattr(database, kind, made)
        patched.setattr(insertion, "_insertion", insertions_once())
        yield


def keeping(
    made: Callable[..., Engine], compiled: CompiledOnce
) -> Callable[..., Engine]:
    """Makes the same engine, which keeps and finds here what it compiles."""

    def engine(*asked: Any) -> Engine:
        found = made(*asked)
        found.update_execution_options(compiled_cache=compiled)
        return found

    return engine


@pytest.fixture(scope="session", autouse=True)
def commands_once() -> Iterator[None]:
    """The tree of commands, which is the same at each call: to make it was half of what a short command took."""
    made = cache(typer.testing._get_command)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(typer.testing, "_get_command", made)
        yield


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the collector need not look at it."""
    gc.freeze()


# A worker each, by the time they take alone
_LONGEST = (
    "test_install",
    "test_lives",
    "test_campaign",
    "test_nasty_campaign",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first, so that the workers end together. Behind each of the first
    files xdist queues another one, whoever is idle then: short ones."""
    items.sort(key=_late)


def _late(item: pytest.Item) -> int:
    if item.path.stem in _LONGEST:
        return 0
    for late, marker in enumerate(("pictures", "campaign"), 1):
        if item.get_closest_marker(marker) is not None:
            return late
    return 3


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if SHARED.is_dir():
        return
    skipped = terminalreporter.stats.get("skipped", [])
    wanting = [r for r in skipped if "needs ../shared" in str(r.longrepr)]
    terminalreporter.write_line(
        f"没有 ../shared：{len(wanting)} 项测试因此跳过；战役只读 tests/data/campaign 的前三旬"
    )
    for report in wanting:
        terminalreporter.write_line(f"  {report.nodeid}")
