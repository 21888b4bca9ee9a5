"""The frame of the command line is Chinese: help, refusals, version; and no command is left with typer's own words."""

import re
from importlib.metadata import version

import pytest
import typer
from typer.testing import CliRunner

from pipeline.cli.root import app
from pipeline.cli.screen.frame import wrong_in_chinese

ENGLISH = re.compile(r"\b(Usage|Options|Arguments|Commands|Show|default|required|Error|Missing|Invalid|No such)\b")  # fmt: skip
TYPER_TYPE = re.compile(r"<[a-z][^>]*>|\[x[<>]")
USAGE = 2


def commands() -> list[tuple[str, ...]]:
    found = []
    for name, command in sorted(typer.main.get_command(app).commands.items()):  # type: ignore[attr-defined]
        found.append((name,))
        found += [(name, inner) for inner in getattr(command, "commands", ())]
    return found


@pytest.mark.parametrize("words", [(), *commands()], ids=" ".join)
def test_help_is_chinese_to_the_last_word(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*words, "--help"])
    assert result.exit_code == 0
    assert result.output.startswith("用法：")
    assert not TYPER_TYPE.search(result.output), result.output
    assert not ENGLISH.search(result.output), result.output


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nosuch", "没有“nosuch”这个命令。"),
        ("status --bad", "没有 --bad 这个选项。"),
        ("bulletin", "缺少选项 --month。"),
        ("schedule --days 0", "--days 的值不对：不能小于 1。"),
        ("review acept 1", "没有“acept”这个命令。 是不是“accept”？"),
        ("schedule --days x", "--days 的值不对：这里要写数字。"),
        ("extend 甲县 乙县", "多出了“乙县”。"),
        ("read", "缺少参数 文件...。"),
        ("status --period", "选项 --period 后面要写值。"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_in_chinese(
    line: str, said: str
) -> None:
    result = CliRunner().invoke(app, line.split())
    assert result.exit_code == USAGE
    assert result.output.splitlines()[-1] == said
    assert not ENGLISH.search(result.output), result.output


def test_the_version_is_that_of_the_distribution() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.output) == (
        0,
        f"xunbao {version('xunbao')}\n",
    )


def test_a_command_group_alone_shows_its_help_once() -> None:
    result = CliRunner().invoke(app, ["review"])
    assert result.exit_code == USAGE
    assert result.output.count("用法：") == 1


def test_what_has_no_words_here_stays_as_it_is() -> None:
    assert wrong_in_chinese("Something new.") == "Something new."
