"""What all tests share: laws are judged by what they find, never by how long a shared machine took for one example."""

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The campaigns first: they take longest, and both workers should end together."""
    items.sort(key=lambda item: item.get_closest_marker("campaign") is None)
