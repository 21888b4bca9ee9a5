"""A bar for long jobs, on a terminal only: never in a file, a pipe or a service's log.

It stands on standard error, so that the output stays whole.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.model.operation.advance import Advance, unseen


@contextmanager
def progress_bar(title: str) -> Iterator[Advance]:
    """What is told inside how far the job has come; until then the bar only moves."""
    if not sys.stderr.isatty():
        yield unseen
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        # What goes into a pipe must not come out at the terminal
        redirect_stdout=sys.stdout.isatty(),
    )
    with bar:
        task = bar.add_task(title, total=None, count="")

        def advance(done: int, total: int) -> None:
            bar.update(
                task,
                completed=done,
                total=total,
                count=f"{done}/{total}",
            )

        yield advance
