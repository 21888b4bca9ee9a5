"""The Chinese manual: every link leads somewhere, every command that it names exists."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from release import campaign_cost, config_reference
from typer.exceptions import TyperException

from pipeline.cli.root import app

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs" / "zh").glob("*.md"))
PROGRAM: Any = typer.main.get_command(app)
COMMANDS = set(PROGRAM.commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [t for t in targets if not (page.parent / t).exists()] == []
    # What lies beside the manual is not on the site
    room = page.parent.resolve()
    places = [(page.parent / t).resolve() for t in targets]
    assert [p for p in places if not p.is_relative_to(room)] == []


def test_there_are_pages_with_links() -> None:
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    assert any("](" in text for text in texts)


def test_the_manual_names_only_commands_that_exist() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"xunbao ([a-z][a-z-]+)", text))
    assert named
    assert named <= COMMANDS


def command_lines(text: str) -> Iterator[list[str]]:
    """Each command of a page as a reader would type it, with its arguments. A name
    alone in a sentence is spoken of, not typed; one that starts a line of code is."""
    for line in re.findall(r"(?m)^    (?:sudo )?(?:\S*/)?xunbao (.+)$", text):
        # Beside it, two columns away, stands what it does
        yield shlex.split(re.split(r"\s{2,}| >>", line)[0])
    for span in re.findall(r"`(?:sudo )?(?:\S*/)?xunbao ([^`\n]+)`", text):
        words = shlex.split(re.split(r" >>", span)[0])
        if not is_name(words):
            yield words


def descend(words: list[str]) -> tuple[Any, list[str]]:
    """The command that the words lead to, and what is left of them."""
    found = PROGRAM
    left = list(words)
    while left and left[0] in getattr(found, "commands", {}):
        found = found.commands[left.pop(0)]
    return found, left


def is_name(words: list[str]) -> bool:
    return not descend(words)[1]


def refusal(words: list[str]) -> str:
    """What the program's own parser has against the words; "" where it takes them."""
    command, left = descend(words)
    try:
        command.make_context(command.name, left)
    except TyperException as error:
        return f"{' '.join(words)}: {type(error).__name__}"
    return ""


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "README.zh-CN.md"], ids=lambda path: path.stem
)
def test_every_command_is_taken_as_it_is_written(page: Path) -> None:
    lines = command_lines(page.read_text(encoding="utf-8"))
    assert [told for told in map(refusal, lines) if told] == []


def test_a_command_that_would_be_refused_is_found_out() -> None:
    text = "    xunbao preview 目录    看信\n`xunbao talks add 单位`，`xunbao read`"
    assert (
        len([told for told in map(refusal, command_lines(text)) if told]) == 2
    )


def test_each_page_is_reached_from_the_first() -> None:
    door = next(page for page in PAGES if page.stem == "README")
    told = door.read_text(encoding="utf-8")
    assert len(PAGES) > 1
    for page in PAGES:
        assert page is door or f"({page.name})" in told, page.name


def test_the_reference_of_the_config_is_what_its_comments_say() -> None:
    """Renewed by `python3 scripts/release/config_reference.py`."""
    sample = config_reference.SAMPLE.read_text("utf-8")
    told = config_reference.reference(sample)
    assert config_reference.PAGE.read_text("utf-8") == told
    sections = set(re.findall(r"(?m)^(?:# )?\[+([\w.]+)\]+", sample))
    shown = set(re.findall(r"(?m)^## `\[+([\w.]+)\]+`", told))
    assert sections == shown


def test_the_manual_builds_as_a_site_without_a_dead_link(
    tmp_path: Path,
) -> None:
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")],
        cwd=root, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    pages = {page.stem for page in (tmp_path / "site").glob("*.html")}
    assert {"十分钟上线", "配置大全", "升级与迁移"} <= pages


def test_the_cost_of_a_campaign_is_what_is_counted() -> None:
    (page,) = [page for page in PAGES if page.stem == "换一项工作怎么用"]
    rows = campaign_cost.rows()
    assert len(rows) >= 3
    assert "\n".join(rows) in page.read_text(encoding="utf-8")
