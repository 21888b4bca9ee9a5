"""The sign that the worker leaves: when it last looked up, and whether it ended by itself."""

from datetime import datetime

from pipeline.model.values.frozen import frozen


@frozen
class Heartbeat:
    """`at` is aware. `stopped`: somebody told the worker to end, and it did."""

    at: datetime
    stopped: bool = False
