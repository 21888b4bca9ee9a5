"""Rows of a table that prove the same kind as one that stands beside them: for scripts/test.py --whole alone."""

import pytest
from _pytest.mark import ParameterSet


def long_rows(*values: object) -> list[ParameterSet]:
    """One row for each value."""
    return [pytest.param(value, marks=pytest.mark.long) for value in values]
