"""The frame of the command line is Chinese: help, refusals, version; and no command is left with typer's own words."""

import re
from importlib import import_module
from importlib.metadata import version

import pytest
import typer
from rich.cells import cell_len
from typer.testing import CliRunner

from pipeline.cli.root import COMMANDS, app
from pipeline.cli.screen.frame import wrong_in_chinese

ENGLISH = re.compile(r"\b(Usage|Options|Arguments|Commands|Show|default|required|Error|Missing|Invalid|No such)\b")  # fmt: skip
TYPER_TYPE = re.compile(r"<[a-z][^>]*>|\[x[<>]")
# An option, argument or command with its type, up to where its sentence begins
TERM = re.compile(r"  \S+(?: \S+)*  +(?=\S)")
HEADING = re.compile(r"^(?:参数|选项|命令)：$", re.MULTILINE)
USAGE = 2


def commands() -> list[tuple[str, ...]]:
    # Asked for one it does not know, the tree is made anew
    for module, _ in COMMANDS.values():
        import_module(f"pipeline.cli.{module}")
    found = []
    for name, command in sorted(typer.main.get_command(app).commands.items()):  # type: ignore[attr-defined]
        found.append((name,))
        found += [(name, inner) for inner in getattr(command, "commands", ())]
    return found


EVERY = [(), *commands()]


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_help_is_chinese_to_the_last_word(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*words, "--help"])
    assert result.exit_code == 0
    assert result.output.startswith("用法：")
    assert not TYPER_TYPE.search(result.output), result.output
    assert not ENGLISH.search(result.output), result.output


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_a_help_page_stands_in_columns_and_fits_the_window(
    words: tuple[str, ...], width: int
) -> None:
    page = (
        CliRunner().invoke(app, [*words, "--help"], terminal_width=width).output
    )
    assert max(cell_len(line) for line in page.splitlines()) <= width
    for section in HEADING.split(page)[1:]:
        terms = [
            m[0] for line in section.splitlines() if (m := TERM.match(line))
        ]
        assert terms
        assert len({cell_len(term) for term in terms}) == 1, section


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nosuch", "没有“nosuch”这个命令。"),
        ("status --bad", "没有 --bad 这个选项。"),
        ("bulletin", "缺少选项 --month（哪个月，例如 2015-09）。"),
        ("schedule --days 0", "--days 的值不对：不能小于 1（往后看几天）。"),
        ("review acept 1", "没有“acept”这个命令。 是不是“accept”？"),
        ("schedule --days x", "--days 的值不对：这里要写数字（往后看几天）。"),
        ("extend 甲县 乙县", "多出了“乙县”。"),
        ("read", "缺少参数 文件（要读的文件）。"),
        (
            "bulletin --month 2015-09 --preview",
            "选项 --preview 后面要写值（只写到这个目录里看，不发、不记）。",
        ),
    ],
)
def test_what_is_wrong_with_a_line_is_said_in_chinese(
    line: str, said: str
) -> None:
    result = CliRunner().invoke(app, line.split())
    assert result.exit_code == USAGE
    assert result.output.startswith("用法：")
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
