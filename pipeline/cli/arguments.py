"""What several commands take and how it is understood: a period, a unit, a file, who
decides."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from pipeline.bootstrap import Program
from pipeline.cli.app import (
    USAGE,
    fail,
)
from pipeline.model.operation.os_errors import in_words

PeriodOption = Annotated[
    str,
    typer.Option(
        "--period", help="哪一期，写报送日期，例如 2015-09-10；默认最近一期"
    ),
]
ByOption = Annotated[
    str,
    typer.Option(
        "--by", help="谁作的决定，例如姓名或邮箱；默认是当前登录的账户"
    ),
]


def period_of(text: str, program: Program) -> date:
    """--period as one of the campaign's due dates."""
    calendar = program.campaign.calendar
    if not text:
        return calendar.current(program.clock.now())
    try:
        found = date.fromisoformat(text)
    except ValueError:
        fail(f"--period {text!r} 不对，应写成 2015-09-10", USAGE)
    # A day near a due date is hardly another period, yet never guessed at here.
    if found not in calendar.by_due:
        fail(f"没有 {found} 这一期，最近的是 {calendar.near(found)}", USAGE)
    return found


def unit_of(text: str, program: Program, *, pools: bool = True) -> str:
    """A unit by its name or alias; without `pools` no row that others make up."""
    book = program.campaign.rulebook.book
    name = book.match(text)
    if name is None or (not pools and book.roster.by_name[name].pool):
        near = "、".join(book.suggestions(text))
        hint = f"，名称相近的有：{near}" if near else ""
        fail(f"名单里没有单位 {text}{hint}", USAGE)
    return name


def bytes_of(path: Path) -> bytes:
    """What stands in a file that a person named."""
    try:
        return path.read_bytes()
    except OSError as error:
        fail(f"读不了 {path}：{in_words(error)}", USAGE)
