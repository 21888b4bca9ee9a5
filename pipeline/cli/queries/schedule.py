"""schedule: the times of the campaign that are still to come."""

from datetime import timedelta
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
from pipeline.judging.progress.agenda import agenda
from pipeline.writing.operation.agenda_words import agenda_words


@app.command()
@guarded
def schedule(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    days: Annotated[int, typer.Option("--days", help="往后看几天", min=1)] = 31,
) -> None:
    """今后的收信、关账和通知时间，每行一个。"""
    program = open_program(config, now)
    campaign = program.campaign
    start = program.clock.now()
    coming = sorted(
        (at, what)
        for at, what in agenda(campaign)
        if start <= at <= start + timedelta(days=days)
    )
    has_targets = campaign.roster.has_targets
    for at, what in coming:
        local = campaign.calendar.local(at)
        said = agenda_words(what, campaign.words, has_targets=has_targets)
        say(f"{local:%Y-%m-%d %H:%M}  {said}")
    if not coming:
        say(f"今后 {days} 天没有安排")
