"""The root of the command line: which commands there are, in which module each stands,
and what each does in one line.

A command's module is imported when that command is asked for: what it needs takes a
second to load, and `xunbao --help` needs none of it. Imports no command itself.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Annotated, Any, Final

import typer

from pipeline.cli.screen.frame import ChineseGroup, ChineseTyper

# Name -> (module in pipeline.cli, summary), in the order of the help page: the work,
# the year, people's decisions, looking things up, care of the installation.
COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "init": (
        "init",
        "回答十来个问题，写好 config.toml；中途断了，再运行就接着问。",
    ),
    "check": (
        "queries.check",
        "检查配置、模板、名单和合计；--online 再检查邮箱和发信服务器。",
    ),
    "run": (
        "run",
        "一直运行：到点收信、催报、发通报。SIGTERM 或 Ctrl-C 做完手头一步后退出。",
    ),
    "once": (
        "once",
        "做完现在该做的事（含补做）就退出：供 cron、Windows 任务计划和测试使用。",
    ),
    "health": (
        "queries.health",
        "看一眼程序是否正常：运行、收发、待核、磁盘、缺什么部件；不连服务器。",
    ),
    "status": (
        "queries.status",
        "每个单位的进度和状态。",
    ),
    "messages": (
        "queries.messages",
        "收到的每一封邮件和处理结果。",
    ),
    "notices": (
        "queries.messages",
        "每一份通知：待发、已发、撤销、失败。",
    ),
    "review": (
        "review",
        "待核报表：列出、查看、通过、改数、定单位、退回、作废、撤销。",
    ),
    "talks": (
        "talks",
        "约谈：建议、确认、撤销、增加、记录。",
    ),
    "extend": (
        "extend",
        "准予延期：期限内不催报、不算漏报，按期限内收到的算按时。",
    ),
    "bulletin": (
        "bulletin",
        "月度通报或不定期通报：预览、发出、更正、撤回，或把发过的重做一遍核对。",
    ),
    "board": (
        "board_command",
        "把进度、位次、各期报送、待核和发信写成网页，打开 index.html 就能看，不用联网。",
    ),
    "assess": (
        "queries.assess",
        "年终考核表：完成率、按时率、举措，每个数字都能查到邮件。",
    ),
    "explain": (
        "queries.explain",
        "说明一个单位某一期为什么是这个状态、这个数字、这个名次：依据的邮件、算式、规则、通知和流水。",
    ),
    "log": (
        "queries.log",
        "流水：什么时候、谁、做了什么、涉及哪个单位哪一期、为什么，每行一条。",
    ),
    "schedule": (
        "queries.schedule",
        "今后的收信、关账和通知时间，每行一个。",
    ),
    "read": (
        "queries.read",
        "读文件里的报表并显示结果，不动台账。",
    ),
    "ingest": (
        "ledger.ingest_command",
        "把邮件文件当作从邮箱收到的一样处理（不发信）。",
    ),
    "simulate": (
        "ledger.simulate_command",
        "改了的配置会带来什么：哪些安排、状态、名次、来信不同；不写入、不发信。",
    ),
    "campaign": (
        "campaign_command",
        "这个台账属于哪项工作；结束一项工作。",
    ),
    "roster": (
        "roster_command",
        "名单：单位、推进组、工作人员导出成表格，改好再导入。",
    ),
    "preview": (
        "queries.preview",
        "把每一种邮件按样例数据写成 .eml 和 .html，打开 index.html 查看。",
    ),
    "lint-docx": (
        "queries.preview",
        "按 GB/T 9704-2012 的尺寸检查公文：页边距、字体字号、行数、红头、版记、页码。",
    ),
    "backup": (
        "ledger.backup",
        "备份台账和全部邮件原件，不用停下程序；备份带校验，不用旬报程序也能看。",
    ),
    "restore": (
        "ledger.backup",
        "从备份恢复台账和邮件原件：先核对备份，再恢复；已有台账时要加 --replace。",
    ),
    "export": (
        "queries.export",
        "把来信、报表、进度、约谈、信件和邮件原件写成一个 .zip，不用旬报程序也能看。",
    ),
    "verify": (
        "queries.verify",
        "检查台账每一行、流水每一条和每封原始邮件是否与写入时相同，指出损坏之处；什么也不改。",
    ),
    "replay": (
        "ledger.replay",
        "用保存的原始邮件和人工决定重做一遍台账，与现有台账比较；不加 --apply 就不改台账，不发信。",
    ),
    "service": (
        "service",
        "装成系统服务：开机自动运行，停了自动再开。",
    ),
    "demo": (
        "demo",
        "演示：用自带的邮箱和发信服务器走完两期，不用安装和配置别的，不给任何人发信。",
    ),
}


class _Commands(MutableMapping[str, Any]):
    """The commands by name; asked for one, its module is imported, which adds it to `app`."""

    def __init__(self, added: Mapping[str, Any]) -> None:
        self.added = dict(added)

    def __getitem__(self, name: str) -> Any:
        if name not in self.added:
            # The module's decorators add its command to `app`.
            module, _ = COMMANDS[name]
            import_module(f"pipeline.cli.{module}")
            self.added |= _added_to_app()
        return self.added[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self.added[name] = command

    def __delitem__(self, name: str) -> None:
        del self.added[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def _added_to_app() -> Mapping[str, Any]:
    group: Any = typer.main.get_command(app)
    found: Mapping[str, Any] = group.commands.added
    return found


class _Root(ChineseGroup):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = _Commands(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The help page's list, told from the table: no command is imported for it."""
        rows = [(name, summary) for name, (_, summary) in COMMANDS.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _say_version(asked: bool) -> None:
    if asked:
        # Late: it brings the email package with it, and --help needs neither
        from importlib.metadata import version

        typer.echo(f"xunbao {version('xunbao')}")
        raise typer.Exit(0)


app = ChineseTyper(
    cls=_Root,
    name="xunbao",
    help="旬报：从邮箱收报表、核对、催报、发通报。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _root(
    asked: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_say_version,
            is_eager=True,
            help="显示版本。",
        ),
    ] = False,
) -> None:
    """旬报：从邮箱收报表、核对、催报、发通报。"""
