"""campaign: what this ledger is; campaign close: ends a campaign with its last bulletin,
its assessment and an export, after which the ledger is only read."""

from datetime import datetime
from typing import Annotated

import typer

from pipeline.bootstrap import Program, assemble
from pipeline.cli.app import (
    DEFAULT_CONFIG,
    PERSON,
    USAGE,
    ConfigOption,
    NowOption,
    fail,
    guarded,
    open_program,
    rehearsable,
    say,
)
from pipeline.cli.ledger.simulate_command import print_simulated, simulated
from pipeline.cli.queries.assess import write_assessment
from pipeline.cli.queries.export import write_archive
from pipeline.cli.root import app
from pipeline.cli.screen.frame import ChineseTyper
from pipeline.edges.files.rehearsal_folder import rehearsal
from pipeline.edges.ledger.database_copies import require_ledger
from pipeline.flows.bulletin_drawer import Drawer
from pipeline.judging.progress.campaign_state import (
    CampaignState,
    campaign_state,
)
from pipeline.writing.words import day, full_day, listing

campaign = ChineseTyper(help="这个台账属于哪项工作；结束一项工作。")
app.add_typer(campaign, name="campaign")


@campaign.callback(invoke_without_command=True)
@guarded
def show(
    context: typer.Context,
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
) -> None:
    """这个台账属于哪项工作，从哪天到哪天，各期是否截止，还有什么没处理。"""
    if context.invoked_subcommand is not None:
        return
    program = open_program(config, now)
    state = _state(program)
    part = program.settings.campaign
    calendar = program.campaign.calendar
    say(f"{part.name}（编号 {part.id or part.first_due.year}）")
    say(
        f"来信从 {full_day(calendar.begins)} 到 {full_day(calendar.ends)} 算这项工作的"
    )
    say(
        f"已截止 {len(state.closed)} 期：{listing(map(day, state.closed)) or '没有'}"
    )
    say(
        f"未截止 {len(state.open)} 期：{listing(map(day, state.open)) or '没有'}"
    )
    say(
        f"来信 {state.mails} 封；起止日期以外的 {state.outside} 封（不看、不答复）"
    )
    say(
        f"待核 {len(state.held)} 份；还要拟的通报：{listing(state.undrawn) or '没有'}"
    )
    closed_at = program.store.closed_at()
    if closed_at is not None:
        say(f"已于 {_shown(closed_at, program)} 结束，台账只供查看")


@campaign.command()
@rehearsable
@guarded
def close(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help="还有待核的报表也照样结束，它们不计入"),
    ] = False,
) -> None:
    """结束这项工作：拟好最后的通报、考核表，导出存档，此后台账只供查看。"""
    program = open_program(config, now)
    program.refuse_work()
    with program.alone():
        state = _state(program)
        if state.open:
            last = full_day(state.open[-1])
            fail(
                f"还有 {len(state.open)} 期没有截止，最后一期是 {last}", PERSON
            )
        if state.held and not anyway:
            cases = listing(state.held)
            fail(
                f"还有 {len(state.held)} 份待核：{cases}。请先用 xunbao review 处理，"
                "或加 --anyway 不计入它们照样结束",
                PERSON,
            )
        for month in state.undrawn:
            Drawer(
                program.facts(), program.store, program.settings.talk_rules
            ).monthly(month)
            say(
                f"{program.campaign.words.month_name(month)}通报已拟好，没有发出"
            )
        assessment = write_assessment(program)
        say(f"考核表：{assessment}")
        year = program.settings.campaign.first_due.year
        write_archive(program, assessment.with_name(f"存档{year}.zip"))
        program.store.close_campaign(program.clock.now())
        say("这项工作已结束，台账只供查看；请运行 xunbao backup 存档。")
        say(
            "下一项工作：新的 config.toml，[storage] 写一个新的目录，邮箱可以不变。"
        )


@campaign.command()
@guarded
def adopt(
    config: ConfigOption = DEFAULT_CONFIG,
    now: NowOption = "",
    retroactive: Annotated[
        bool,
        typer.Option(
            "--retroactive",
            help="更正过去：已截止的各期也按这份配置算（平常的修改只管以后）",
        ),
    ] = False,
    why: Annotated[
        str, typer.Option("--why", metavar="原因", help="更正过去的原因")
    ] = "",
    go: Annotated[
        bool, typer.Option("--go", help="看过不同之后，照此采用")
    ] = False,
) -> None:
    """采用改好的配置：先显示有什么不同，加 --go 才采用；更正过去要写明原因。"""
    if retroactive and len(why.strip()) < 2:
        fail("更正过去要写明原因，例如 --why 目标表抄错了一行", USAGE)
    program = open_program(config, now)
    require_ledger(program.settings.storage.database)
    program.refuse_config()
    _show_difference(program, retroactive=retroactive)
    if not go:
        say("没有采用；看过以后加 --go 采用")
        return
    with program.alone():
        if retroactive:
            changed = program.correct_past(why.strip())
        else:
            changed = program.note_config()
    for line in changed:
        say(line)
    if changed:
        say("已采用")
    else:
        say("与现在采用的没有不同")


def _show_difference(program: Program, *, retroactive: bool) -> None:
    """Held against the configuration that was taken up last, on a copy of the ledger."""
    settings = program.settings
    at = program.clock.now()
    with rehearsal(program.at(at).settings) as kept:
        before = assemble(kept, at)
        try:
            found = simulated(before, settings, 31, retroactive=retroactive)
        finally:
            before.close()
    print_simulated(found, settings)


def _state(program: Program) -> CampaignState:
    return campaign_state(
        program.campaign, program.store.ledger(), program.clock.now()
    )


def _shown(moment: datetime, program: Program) -> str:
    return f"{program.campaign.calendar.local(moment):%Y-%m-%d %H:%M}"
