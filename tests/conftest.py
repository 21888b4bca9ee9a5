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
    """What takes longest first, so that the workers end together: the campaigns, then the
    installations."""
    items.sort(key=_late)


def _late(item: pytest.Item) -> tuple[bool, ...]:
    return tuple(
        item.get_closest_marker(name) is None
        for name in ("campaign", "install")
    )


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
