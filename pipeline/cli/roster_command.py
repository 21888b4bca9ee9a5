"""roster export, roster import: the units, groups and staff of a config as a workbook, and back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import (
    DEFAULT_CONFIG,
    USAGE,
    ConfigOption,
    fail,
    guarded,
    say,
    settings_of,
)
from pipeline.cli.root import app
from pipeline.cli.screen.frame import ChineseTyper
from pipeline.edges.files.config_file import ConfigFile
from pipeline.edges.files.roster_file import read_sheets, write_sheets
from pipeline.edges.ledger.unopened.kept_configs import kept_configs
from pipeline.settings.load import ConfigError, load_text
from pipeline.settings.roster_changes import roster_changes
from pipeline.settings.roster_table import (
    COLUMNS,
    UNITS,
    CellMistakes,
    Rows,
    sheets_of,
    with_roster,
)

roster = ChineseTyper(
    help="名单：单位、推进组、工作人员导出成表格，改好再导入。",
    no_args_is_help=True,
)
app.add_typer(roster, name="roster")

FileArgument = Annotated[
    Path, typer.Argument(metavar="文件", help=".xlsx 或 .csv；CSV 只有单位")
]


@roster.command("export")
@guarded
def export_roster(
    file: FileArgument, config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """把配置里的单位、推进组、工作人员写成表格。"""
    _refuse_other_files(file)
    settings_of(config)
    sheets = sheets_of(ConfigFile(config).text())
    write_sheets(file, sheets, UNITS)
    written = [UNITS] if file.suffix.lower() == ".csv" else list(sheets)
    counts = "，".join(f"{name} {len(sheets[name]) - 1} 行" for name in written)
    say(f"已写入 {file}：{counts}")


@roster.command("import")
@guarded
def import_roster(
    file: FileArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只说会改什么，不写配置")
    ] = False,
    totals: Annotated[
        bool,
        typer.Option(
            "--totals", help="campaign.base 和 campaign.target 随之改成新合计"
        ),
    ] = False,
) -> None:
    """用表格里的名单换下配置里的；有一格写错就一格也不改。配置里的说明和顺序不变。"""
    _refuse_other_files(file)
    settings_of(config)
    known = _known_sheets(file)
    told: list[str] = []

    def with_the_roster(text: str) -> str:
        # Run again where another program wrote in between; told once.
        told[:] = []
        changed = _with_roster(text, file, known, totals=totals)
        told.extend(_changes(config, text, changed))
        return changed if told else text

    written = ConfigFile(config)
    if dry_run:
        with_the_roster(written.text())
    else:
        written.rewrite(with_the_roster)
    for line in told or ["名单没有变化。"]:
        say(line)
    if told and not dry_run:
        say(
            f"已写入 {config}；运行着的程序一分钟之内就用上。"
            "编辑器里还开着它的，请重新打开再改。"
        )


def _known_sheets(file: Path) -> Mapping[str, Rows]:
    known = {}
    for name, rows in read_sheets(file, UNITS).items():
        if name in COLUMNS:
            known[name] = rows
    if not known:
        fail(f"{file} 里没有叫 {'、'.join(COLUMNS)} 的工作表", USAGE)
    if UNITS in known and not any(map(any, known[UNITS][1:])):
        fail(f"{file} 的“{UNITS}”表里一个单位也没有，没有改", USAGE)
    return known


def _with_roster(
    text: str, file: Path, known: Mapping[str, Rows], *, totals: bool
) -> str:
    try:
        return with_roster(text, known, totals=totals)
    except CellMistakes as mistakes:
        for one in mistakes.sentences:
            typer.echo(f"{file} {one}", err=True)
        fail("一格也没有改。都改好了再导入。", USAGE)


def _changes(config: Path, before: str, after: str) -> list[str]:
    """What the new text of the config says otherwise, a sentence each."""
    try:
        load_text(config, after, kept_configs)
    except ConfigError as error:
        fail(
            f"{error}\n一格也没有改。合计随单位改变时加 --totals，程序就把合计也改好。",
            USAGE,
        )
    return roster_changes(before, after)


def _refuse_other_files(file: Path) -> None:
    if file.suffix.lower() not in (".xlsx", ".csv"):
        fail(f"{file}：只认 .xlsx 和 .csv", USAGE)
