"""board: writes the page to look at into a folder, when asked, and after each wake where
[board] folder names one.

A picture that cannot be made is left out, a page that cannot be written is said: neither
may cost the worker its wake.
"""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.bootstrap import Program
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    ConfigOption,
    NowOption,
    guarded,
    open_program,
    say,
)
from pipeline.cli.root import app
from pipeline.edges.files.page_folder import write_pages
from pipeline.edges.ledger.database_copies import require_ledger
from pipeline.model.operation.errors import EdgeError
from pipeline.model.report import Report
from pipeline.notices.board_facts import Pictures, board

# Held reports shown with pictures: each costs a reading of its file, and the page is
# one file that a phone must open.
_MOST_PICTURED = 40


@app.command("board")
@guarded
def board_command(
    folder: Annotated[
        Path,
        typer.Argument(metavar="目录", help="网页写到哪个目录，没有就新建"),
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
) -> None:
    """把进度、位次、各期报送、待核和发信写成网页，打开 index.html 就能看，不用联网。"""
    program = open_program(config, now)
    require_ledger(program.settings.storage.database)
    try:
        draw_board(program, folder)
    finally:
        program.close()
    say(f"已写好，请打开 {folder / 'index.html'}")


def draw_board(program: Program, folder: Path) -> None:
    """Raises StorageFailed where the folder cannot be written."""
    from pipeline.writing.board.pages import pages

    part = program.settings.campaign
    drawn = board(
        facts=program.facts(),
        notices=program.outbox.notices(),
        title=part.name,
        organizer=part.organizer,
        alarms=program.alarms.book.open_alarms(),
        pictures=_Evidence(program).pictures,
    )
    write_pages(folder, pages(drawn))


class _Evidence:
    """The pictures of held reports, as their reviewers get them, up to a number."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._left = _MOST_PICTURED

    def pictures(self, report: Report) -> Pictures:
        if self._left <= 0:
            return ()
        self._left -= 1
        known = self._program.pictures.get(report.id)
        if known is None:
            known = self._made(report)
            # What a busy machine did not draw now it draws next time
            if known:
                self._program.pictures[report.id] = known
        return known

    def _made(self, report: Report) -> Pictures:
        # The ledger's has no form
        whole = self._program.store.report(report.id)
        if whole is None:
            return ()
        try:
            return self._program.letters.evidence(whole)
        except EdgeError:
            # The mail's original is gone or damaged: the page says the rest
            return ()
