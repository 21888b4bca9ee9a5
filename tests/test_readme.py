"""The documents tell the truth: every path and command that they name exists; config.example.toml and the ledger's tables are told whole."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from pydantic import BaseModel
from sqlmodel import SQLModel

import pipeline.edges.ledger.tables  # noqa: F401 -- fills SQLModel.metadata
from pipeline.cli.root import app
from pipeline.settings import Settings, load

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    [
        *ROOT.glob("README*.md"),
        ROOT / "DEVELOPERS.md",
        ROOT / "CHANGELOG.md",
        *(ROOT / "docs").glob("*.md"),
    ]
)
COMMANDS = typer.main.get_command(app)
MADE_BY_RUNNING = (
    "learned.toml",
    "storage/",
    "demo-out/",
    ".venv/",
    "xunbao-error.log",
    "secrets/",
)
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
SUFFIX = re.compile(r"\.(?:py|toml|md|ps1|service|png|lock|txt|html)$")


def code(document: Path) -> Iterator[str]:
    """The code spans and the indented lines of a document."""
    text = document.read_text(encoding="utf-8")
    yield from re.findall(r"`([^`\n]+)`", text)
    yield from re.findall(r"^ {4,}(.+)$", text, re.MULTILINE)


def paths(document: Path) -> set[str]:
    text = document.read_text(encoding="utf-8")
    links = [
        t
        for t in re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", text)
        for t in t
        if t
    ]
    spans = [
        w
        for span in code(document)
        for w in re.split(r"[\s,，=\"]+", span)
        if "/" in w or SUFFIX.search(w)
    ]
    named = [
        *(t for t in links if "://" not in t),
        *(w for w in spans if PATH.fullmatch(w)),
    ]
    return {name for name in named if not name.startswith(MADE_BY_RUNNING)}


def commands(document: Path) -> set[str]:
    return {
        m[1].strip()
        for span in code(document)
        for m in re.finditer(r"\bxunbao ([a-z][^&|>]*)", span)
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_named_exists(document: Path) -> None:
    def exists(name: str) -> bool:
        return (
            (ROOT / name).exists()
            or (document.parent / name).exists()
            or bare(name)
        )

    def bare(name: str) -> bool:
        """A file spoken of without its folder, such as a child of the folder that the sentence is about."""
        rooms = (ROOT / "pipeline", ROOT / "tests")
        return "/" not in name and any(any(room.rglob(name)) for room in rooms)

    assert [name for name in sorted(paths(document)) if not exists(name)] == []


@pytest.mark.parametrize(
    "document",
    [
        path for path in DOCUMENTS if path.name != "rules.md"
    ],  # it asks, it does not tell
    ids=lambda path: path.name,
)
def test_every_command_named_exists_with_its_options(document: Path) -> None:
    wrong = [line for line in sorted(commands(document)) if not _runs(line)]
    assert wrong == []


def _runs(line: str) -> bool:
    """Whether a command line names a command, and a subcommand and options that it has."""
    found: Any = COMMANDS
    for word in line.split():
        if hasattr(found, "commands"):
            if word in found.commands:
                found = found.commands[word]
                continue
            return False
        options = {
            name for parameter in found.params for name in parameter.opts
        }
        if word.startswith("--") and word not in options:
            return False
    return True


def test_the_documents_name_paths_and_commands_at_all() -> None:
    assert len({p for d in DOCUMENTS for p in paths(d)}) > 40
    assert len({c for d in DOCUMENTS for c in commands(d)}) > 25


@pytest.mark.parametrize(
    "line", ["ruin", "review lost", "once --later", "review"]
)
def test_a_command_that_is_not_there_is_found_out(line: str) -> None:
    assert _runs(line) is (line == "review")


def test_every_table_of_the_ledger_is_told() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text.split("## The ledger")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(
        SQLModel.metadata.tables
    )


def test_every_key_stands_in_the_config_set_or_as_a_comment() -> None:
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    missing = [
        name
        for name in _keys(Settings)
        if not re.search(
            rf"^#? ?{name} = |^(?:# )?\[+(\w+\.)?{name}\]+", text, re.M
        )
    ]
    assert missing == []


def _keys(model: type[BaseModel]) -> Iterator[str]:
    """Every key of the file, by its own name; of the inline tables (times of notices, pauses) the table's name alone."""
    for name, field in model.model_fields.items():
        inner = [
            t
            for t in (field.annotation, *get_args(field.annotation))
            if _is_part(t)
        ]
        yield field.alias or name
        if inner and not {"at", "why"} & set(inner[0].model_fields):
            yield from _keys(inner[0])


def _is_part(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def test_the_config_is_sound_and_the_circulars_totals_tie() -> None:
    settings = load(ROOT / "config.example.toml")
    rows = settings.roster.rows
    assert len(rows) == 23
    assert len(settings.roster.members("其他")) == 19
    assert len(settings.group) == 3
    assert [g.name for g in settings.roster.groups_of("井研县")] == [
        "第一组",
        "第三组",
    ]
    for kind, base, target in (
        ("county", 309_832, 69_000),
        ("municipal", 14_207, 2_000),
    ):
        of_kind = [u for u in rows if u.kind == kind]
        assert (
            sum(u.base or 0 for u in of_kind),
            sum(u.target for u in of_kind),
        ) == (
            base,
            target,
        )


def test_the_config_writes_out_the_defaults_that_it_calls_defaults() -> None:
    """Taking every line marked 默认 away changes nothing."""
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    lines = [
        line
        for line in text.splitlines()
        if not re.search(r"= .*#\s*默认", line)
    ]
    assert len(text.splitlines()) - len(lines) > 30
    full, bare = (
        Settings.model_validate(tomllib.loads(t))
        for t in (text, "\n".join(lines))
    )
    assert full.roster == bare.roster
    assert full.model_copy(update={"unit": ()}) == bare.model_copy(
        update={"unit": ()}
    )


def test_addresses_are_examples_but_for_the_reporting_mailbox() -> None:
    settings = load(ROOT / "config.example.toml")
    assert all(
        address.endswith("@example.cn") for address in settings.roster.addresses
    )


def test_the_shipped_config_is_the_sample_until_an_office_writes_its_own() -> (
    None
):
    assert (ROOT / "config.toml").read_bytes() == (
        ROOT / "config.example.toml"
    ).read_bytes()
