"""The command line: `xunbao` and `python -m pipeline`."""

import sys

from pipeline.cli.root import app
from pipeline.edges.files.permissions import keep_private


def main() -> None:
    keep_private()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A Windows console may be GBK
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()


if __name__ == "__main__":
    main()
