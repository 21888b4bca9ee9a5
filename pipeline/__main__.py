"""The command line: `xunbao` and `python -m pipeline`."""

import atexit
import gc
import os
import sys
from typing import NoReturn

from pipeline.cli.root import app
from pipeline.edges.files.permissions import keep_private
from pipeline.model.operation.os_errors import is_the_systems, os_sentence

_PERSON = 1
# A wake keeps what it makes, the ledger first: at Python's own 700, 10, 10 looking for
# cycles among it costs as much as judging
SELDOM = (50_000, 20, 100)
# For pydantic: it would look through every installed package for plugins at each start,
# and ours has none.
PLUGINS = "PYDANTIC_DISABLE_PLUGINS"


def main() -> None:
    gc.set_threshold(*SELDOM)
    # At the end Python would look for cycles through all that there is, and then ends
    # anyway: a tenth of a short command
    atexit.register(gc.freeze)
    keep_private()
    os.environ.setdefault(PLUGINS, "__all__")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A Windows console may be GBK
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        try:
            app()
        finally:
            # What lies in the buffer fails here, not behind the last line of Python
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader of a pipe (head) has seen enough
        _leave(0)
    except OSError as error:
        if not is_the_systems(error):
            raise
        sys.stderr.write(f"{os_sentence(error)}\n")
        _leave(_PERSON)


def _leave(status: int) -> NoReturn:
    """Ends with nothing more written to an output that takes nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


if __name__ == "__main__":
    main()
