"""demo: the whole thing on a mailbox and a mail server of its own, nothing to install or configure."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli import review  # noqa: F401 -- the demo runs it
from pipeline.cli.app import PERSON, USAGE, fail, guarded
from pipeline.cli.queries import status  # noqa: F401 -- the demo runs it
from pipeline.cli.root import app
from pipeline.settings.extras import how_to_add
from pipeline.writing.operation.checkup_words import without_eyes

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.demo.story import Play


def _servers_at_hand() -> None:
    for name in ("aiosmtpd", "pymap"):
        if find_spec(name) is None:
            fail(
                f"演示用的邮箱没有安装（{name}），请{how_to_add('demo')}",
                USAGE,
            )


@app.command()
@guarded
def demo(
    out: Annotated[
        Path,
        typer.Option(
            "--out", help="信件和文件放在哪个目录（新目录，或以前演示用过的）"
        ),
    ] = Path("demo-out"),
    name: Annotated[
        str,
        typer.Option(
            "--example",
            metavar="样例",
            help="演示另一项工作：hazards（隐患）、visits（家访）、training（培训）",
        ),
    ] = "",
) -> None:
    """演示：用自带的邮箱和发信服务器走完两期，不用安装和配置别的，不给任何人发信。"""
    from rich.console import Console

    _servers_at_hand()
    from pipeline.demo import letter_pages, show

    console = Console()
    played = _played(name)
    try:
        show.prepare(out)
    except show.CannotShow as trouble:
        fail(str(trouble), USAGE)
    what = "虚构的示范市，9月10日、20日两期"
    if name:
        what = f"样例 {name}"
    console.print(f"{what}。邮箱和发信服务器都在本机，按配置的时间一站一站走：")
    try:
        shown = show.play(out, run_command, console, played)
    except show.CannotShow as trouble:
        fail(str(trouble), PERSON)
    page = letter_pages.write(shown, out)
    end = shown.stages[-1].at.isoformat()
    run_command(["status", "--config", str(shown.config), "--now", end])
    _say_where(out, page, console)


def _played(name: str) -> "Play | None":
    """What is played: an example, or without a name the invented city's story."""
    from pipeline.demo import example

    if not name:
        return None
    if name not in example.names():
        known = "、".join(example.names())
        fail(f"没有样例 {name}，可以写的有：{known}", USAGE)
    return example.example(name)


def _say_where(out: Path, page: Path, console: "Console") -> None:
    from pipeline.reading.formats.scan.scan_reader import available

    console.print(
        f"信件在 {out / 'mails'}，文件在 {out / 'documents'}", highlight=False
    )
    if not available():
        console.print(
            f"提示：{without_eyes()}",
            highlight=False,
            markup=False,
        )
    console.print(
        f"用浏览器打开：{page.resolve()}", highlight=False, soft_wrap=True
    )


def run_command(arguments: Sequence[str]) -> int:
    """`xunbao ARGUMENTS` in this process; its exit status."""
    return app(list(arguments), standalone_mode=False) or 0
