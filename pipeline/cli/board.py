"""board: writes the page to look at into a folder."""

from pathlib import Path
from typing import Annotated

import typer

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
from pipeline.notices.board_facts import board


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
    from pipeline.writing.board.pages import pages

    program = open_program(config, now)
    require_ledger(program.settings.storage.database)
    part = program.settings.campaign
    drawn = board(
        program.facts(), program.outbox.notices(), part.name, part.organizer
    )
    write_pages(folder, pages(drawn))
    say(f"已写好，请打开 {folder / 'index.html'}")
