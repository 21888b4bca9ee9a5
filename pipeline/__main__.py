"""The command line: `xunbao` and `python -m pipeline`."""

import sys

from pipeline.cli import (  # noqa: F401 -- importing a module gives the command its place
    backup,
    board,
    bulletin,
    campaign,
    demo,
    extend,
    ingest,
    init,
    once,
    replay,
    review,
    roster,
    run,
    simulate,
    talks,
)
from pipeline.cli.app import app
from pipeline.cli.queries import (  # noqa: F401 -- as above
    assess,
    check,
    explain,
    export,
    health,
    log,
    messages,
    preview,
    read,
    schedule,
    status,
    verify,
)
from pipeline.edges.files.permissions import keep_private


def main() -> None:
    keep_private()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(
                encoding="utf-8", errors="replace"
            )  # a Windows console may be GBK
    app()


if __name__ == "__main__":
    main()
