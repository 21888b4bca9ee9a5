"""The sign that the worker leaves: when it last looked up, and whether it ended by itself."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Heartbeat:
    """`at` is aware. `stopped`: somebody told the worker to end, and it did."""

    at: datetime
    stopped: bool = False
