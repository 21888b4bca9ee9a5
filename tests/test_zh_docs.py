"""The Chinese manual: every link leads somewhere, every command that it names exists."""

import re
from pathlib import Path

import pytest
import typer.main

from pipeline.cli.root import app

PAGES = sorted((Path(__file__).parents[1] / "docs" / "zh").glob("*.md"))
COMMANDS = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_there_are_pages_with_links() -> None:
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    assert any("](" in text for text in texts)


def test_the_manual_names_only_commands_that_exist() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"xunbao ([a-z][a-z-]+)", text))
    assert named
    assert named <= COMMANDS


def test_each_page_is_reached_from_the_first() -> None:
    door = next(page for page in PAGES if page.stem == "README")
    told = door.read_text(encoding="utf-8")
    assert len(PAGES) > 1
    for page in PAGES:
        assert page is door or f"({page.name})" in told, page.name
