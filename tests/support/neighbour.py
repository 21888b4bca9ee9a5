"""Where the tests' files lie: `tests/data` in this repository, and `../shared` beside it, which a fresh clone lacks.

What needs `../shared` is marked with `needs_shared`; the run's summary counts what did not run for want of it.
"""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
SHARED = ROOT.parent / "shared"


def needs_shared(part: str) -> pytest.MarkDecorator:
    """Skips a test where `../shared/{part}` does not exist."""
    return pytest.mark.skipif(
        not (SHARED / part).exists(), reason=f"needs ../shared/{part}"
    )


def whole_campaign() -> Path:
    """The campaign to its last period where `../shared` has it, else its first three periods."""
    whole = SHARED / "campaign" / "A"
    return whole if whole.exists() else DATA / "campaign"
