"""What all tests share: laws are judged by what they find, never by how long a shared machine took for one example.

The run's summary says which tests wanted ../shared and did not find it.
"""

import pytest
from hypothesis import settings
from neighbour import SHARED

pytest_plugins = ["faults"]

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The campaigns first: they take longest, and both workers should end together."""
    items.sort(key=lambda item: item.get_closest_marker("campaign") is None)


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
