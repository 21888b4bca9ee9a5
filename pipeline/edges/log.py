"""The log that stays: what the worker did, a line each, in storage/log/xunbao.log, rotated so that it never fills a disk.

Trusts nobody's text: what came out of a mail is one line of visible characters before it is written. Holds no figures that
the ledger lacks: whoever has a question asks the ledger.
"""

import logging
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path

_MOST_BYTES = 2_000_000
_KEPT = 5


def open_log(directory: Path) -> Callable[[str], None]:
    """A function that writes one line with its time. The file is opened with the first line."""
    folder = directory / "log"
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "xunbao.log", maxBytes=_MOST_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.Logger("xunbao")
    logger.addHandler(handler)
    return logger.info
