"""The table of commands: it says of each what the command says of itself, and help loads none of them."""

import subprocess
import sys
from typing import Any

import pytest
import typer

from pipeline.cli.root import COMMANDS, app

HEAVY = ("sqlalchemy", "pydantic", "jinja2", "openpyxl", "apscheduler")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_says_of_itself(name: str) -> None:
    root: Any = typer.main.get_command(app)
    _, summary = COMMANDS[name]
    assert root.commands[name].get_short_help_str(300) == summary


def test_help_loads_no_command() -> None:
    asked = (
        "import sys\n"
        "from pipeline.cli.root import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([m for m in sys.argv[1:] if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked, *HEAVY],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    lines = done.stdout.splitlines()
    assert any(line.strip().startswith("status") for line in lines)
    assert lines[-1] == "[]"
