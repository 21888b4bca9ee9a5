"""Where the tests' files lie: `tests/data` in this repository, and `../shared` beside it, which a fresh clone lacks.

What needs `../shared` is marked with `needs_shared`; the run's summary counts what did not run for want of it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., Any])
ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
SHARED = ROOT.parent / "shared"


def needs_shared(part: str) -> Callable[[Test], Test]:
    """Marks a test as `beside`, and skips it where `../shared/{part}` does not exist."""
    absent = not (SHARED / part).exists()
    skip = pytest.mark.skipif(absent, reason=f"needs ../shared/{part}")
    return lambda test: pytest.mark.beside(skip(test))


def whole_campaign() -> Path:
    """The campaign to its last period where `../shared` has it, else its first three periods."""
    whole = SHARED / "campaign" / "A"
    return whole if whole.exists() else DATA / "campaign"
