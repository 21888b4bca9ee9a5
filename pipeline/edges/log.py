"""The log that stays: what the worker did, a line each, in storage/log/xunbao.log, rotated so that it never fills a disk.

Trusts nobody's text: what came out of a mail is one line of visible characters before it is written. Names a mail by its
key, a unit by its name; never an address, a figure or a subject: whoever has a question asks the ledger.
"""

import logging
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path

from pipeline.edges.private import private_folder

_MOST_BYTES = 2_000_000
_KEPT = 5


def open_log(directory: Path) -> Callable[[str], None]:
    """A function that writes one line with its time. The file is opened with the first line."""
    folder = private_folder(private_folder(directory) / "log")
    handler = RotatingFileHandler(
        folder / "xunbao.log", maxBytes=_MOST_BYTES, backupCount=_KEPT, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.Logger("xunbao")
    logger.addHandler(handler)
    return logger.info
