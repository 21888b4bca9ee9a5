"""Questions at a terminal, one after the other, whose answers outlive an interruption.

Keeps the answers in a file beside what they are for, which is removed at the end; a
password is never asked through it.
"""

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import typer

from pipeline.cli.app import say
from pipeline.edges.files.disk import write_whole

T = TypeVar("T")


def ask_secret(question: str) -> str:
    """A password: shown and kept nowhere. Raises typer.Abort where none comes."""
    if sys.stdin.isatty():
        typed = typer.prompt(question, hide_input=True)
        return str(typed).strip()
    # Answers from a file: getpass would warn in English that it cannot hide them.
    say(f"{question}：")
    while line := str(sys.stdin.readline()):
        if line.strip():
            return line.strip()
    raise typer.Abort


@dataclass
class Questions:
    """Asks, and remembers on the disk what was answered; never a password."""

    path: Path
    known: dict[str, str] = field(default_factory=dict)
    # Whether what was answered before is taken as it is
    kept: bool = False

    def __post_init__(self) -> None:
        with suppress(OSError, ValueError):
            self.known = dict(json.loads(self.path.read_text("utf-8")))

    def go_on(self) -> None:
        """Where something was answered before: whether to take it, or to see it again."""
        if not self.known:
            return
        say(f"上次答了 {len(self.known)} 项。")
        question = "照用就回车，接着问没答的；要改其中哪一项就写 改，从头看一遍"
        self.kept = typer.prompt(question, default="照用").strip() != "改"

    def ask(
        self,
        key: str,
        question: str,
        read: Callable[[str], T],
        default: str | None = None,
    ) -> T:
        """Until the answer can be read. `read` raises ValueError with the sentence to say."""
        while True:
            said = self._said(key, question, default)
            try:
                found = read(str(said).strip())
            except ValueError as wrong:
                say(f"　{wrong}")
                self.known.pop(key, None)
                continue
            self.known[key] = str(said).strip()
            write_whole(
                self.path, json.dumps(self.known, ensure_ascii=False).encode()
            )
            return found

    def _said(self, key: str, question: str, default: str | None) -> str:
        known = self.known.get(key)
        if self.kept and known is not None:
            say(f"{question}：{known}")
            return known
        said: str = typer.prompt(question, default=known or default)
        return said

    def forget(self) -> None:
        with suppress(OSError):
            self.path.unlink()
