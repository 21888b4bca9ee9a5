"""The frame that typer puts around the commands, in Chinese: headings of help, and what
is wrong with a command line.

typer has these words in English and no way to hand in others, so that they are put in
place of its own where a text leaves it. Knows no command. What it has no words for
stays as typer says it.
"""

import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from pipeline.cli.screen.help_layout import TranslatedPages, asked_for

_ABORTED = 1

# A piece of a help page -> its Chinese.
_HELP: Final = (
    (r"^Usage: ", "用法："),
    (r"\[OPTIONS\]", "[选项]"),
    (r"\bCOMMAND \[ARGS\]\.\.\.", "命令 [参数]..."),
    (r"^Options:$", "选项："),
    (r"^Arguments:$", "参数："),
    (r"^Commands:$", "命令："),
    (r"Show this message and exit\.", "显示这段说明。"),
    (r"\[default: ([^\]]*)\]", r"[默认：\1]"),
    (r"\brequired\]", "必填]"),
    (r"\bx>=(\d+)", r"不小于 \1"),
    (r"(\[[^\]]*); ", r"\1；"),
    (r"<path>", "<路径>"),
    (r"<list\[Path\]>", "<路径>..."),
    (r"<list\[str\]>", "<文字>..."),
    (r"<str>", "<文字>"),
    (r"<int(?: range)?>", "<数字>"),
    (r"<float>", "<数字>"),
    (
        r"Install completion for the current shell\.",
        "为当前命令行安装按键补全。",
    ),
    (
        r"Show completion for the current shell, to copy it or customize the installation\.",
        "显示按键补全的脚本，可自行安装。",
    ),
)

# What is wrong with a command line -> the same in Chinese.
_WRONG: Final = (
    (r"No such command '(.*?)'\.", r"没有“\1”这个命令。"),
    (r"No such option: (\S+)", r"没有 \1 这个选项。"),
    (r"\(Possible options: (.*)\)", r"是不是：\1？"),
    (r"Did you mean '(.*?)'\?", r"是不是“\1”？"),
    (r"Did you mean (.*?)\?", r"是不是 \1？"),
    (r"Missing command\.", "缺少命令。"),
    (r"Missing option '(.*?)'\.", r"缺少选项 \1。"),
    (r"Missing argument '(.*?)'\.", r"缺少参数 \1。"),
    (r"Option '(.*?)' requires an argument\.", r"选项 \1 后面要写值。"),
    (
        r"Option '(.*?)' requires (\d+) arguments\.",
        r"选项 \1 后面要写 \2 个值。",
    ),
    (r"Option '(.*?)' does not take a value\.", r"选项 \1 后面不写值。"),
    (r"Got unexpected extra argument\(?s?\)? \((.*)\)\.?", r"多出了“\1”。"),
    (r"Invalid value for '(.*?)': ", r"\1 的值不对："),
    (r"Invalid value: ", "值不对："),
    (r"Input should be greater than or equal to (\S+)", r"不能小于 \1。"),
    (r"Input should be less than or equal to (\S+)", r"不能大于 \1。"),
    (r"(?:File|Path|Directory) '(.*?)' is not writable\.", r"“\1”写不了。"),
    (r"Input should be a valid (?:integer|number).*", "这里要写数字。"),
    (r"'(.*?)' is not a valid (?:integer|int)\.", r"“\1”不是整数。"),
    (r"'(.*?)' is not a valid float\.", r"“\1”不是数字。"),
    (r"'(.*?)' is not one of (.*)\.", r"“\1”不对，可以写 \2。"),
    (r"'?(.*?)'? is not in the range (.*)\.", r"“\1”超出范围 \2。"),
    (r"(?:File|Path|Directory) '(.*?)' does not exist\.", r"“\1”不存在。"),
    (r"(?:File|Path) '(.*?)' is a directory\.", r"“\1”是目录，这里要文件。"),
    (r"(?:Directory|Path) '(.*?)' is a file\.", r"“\1”是文件，这里要目录。"),
    (r"(?:File|Path|Directory) '(.*?)' is not readable\.", r"“\1”读不了。"),
)


def _put(text: str, words: Sequence[tuple[str, str]]) -> str:
    for pattern, chinese in words:
        text = re.sub(pattern, chinese, text, flags=re.MULTILINE)
    return text


def help_in_chinese(text: str) -> str:
    return _put(text, _HELP)


def wrong_in_chinese(text: str) -> str:
    return _put(text, _WRONG)


class _Command(TranslatedPages, TyperCommand):
    translate = staticmethod(help_in_chinese)


class ChineseGroup(TranslatedPages, TyperGroup):
    """A group of commands whose help and refusals are Chinese."""

    translate = staticmethod(help_in_chinese)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **more: Any,
    ) -> Any:
        """Runs the command line; on its own it also says what is wrong, and exits."""
        run = partial(
            super().main,
            args,
            prog_name,
            complete_var,
            False,
            windows_expand_args,
        )
        if not standalone_mode:
            return run(**more)
        try:
            status = run(**more)
        except TyperException as error:
            _refuse(error)
        except typer.Abort:
            typer.echo("已中止。", err=True)
            sys.exit(_ABORTED)
        sys.exit(status if isinstance(status, int) else 0)


def _refuse(error: TyperException) -> NoReturn:
    context = getattr(error, "ctx", None)
    said = wrong_in_chinese(error.format_message())
    if meant := asked_for(error):
        said = f"{said.rstrip('。')}（{meant}）。"
    if context is not None and context.get_help() != said:
        typer.echo(context.get_usage(), err=True)
        typer.echo(f"“{context.command_path} -h”显示说明。\n", err=True)
    typer.echo(said, err=True)
    sys.exit(error.exit_code)


class ChineseTyper(typer.Typer):
    """A Typer whose help and refusals are Chinese."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"cls": ChineseGroup} | options)

    def command(
        self, name: str | None = None, **options: Any
    ) -> Callable[..., Any]:
        return super().command(name, cls=_Command, **options)
