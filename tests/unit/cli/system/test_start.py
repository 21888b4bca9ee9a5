"""What a start may not import: each of these takes longer to load than the question takes to answer."""

import subprocess
import sys
from pathlib import Path

from campaign_maker import made

from pipeline.bootstrap import assemble
from pipeline.settings import load

DATABASE = ("sqlalchemy", "sqlmodel", "alembic")
SERVERS = ("imapclient", "smtplib", "ssl", "asyncio", "pipeline.edges.mail")
LETTERS = ("jinja2", "openpyxl", "docx", "pipeline.model.letters.bulletins")
READERS = ("lxml", "pypdfium2", "python_calamine", "xlrd", "pipeline.reading")
WORKER = ("apscheduler", "psutil", "pipeline.flows", "pipeline.edges.processes")
STATUS_NEEDS_NONE = (*DATABASE, *SERVERS, *LETTERS, *READERS, *WORKER)
HELP_NEEDS_NONE = (
    *STATUS_NEEDS_NONE,
    "email",
    "pydantic",
    "pipeline.bootstrap",
    "pipeline.settings",
)

RUN = (
    "import sys\n"
    "from pipeline.cli.root import app\n"
    "try:\n    app(sys.argv[1:])\nexcept SystemExit as ended:\n"
    "    assert not ended.code, ended.code\n"
    "print(*sys.modules)"
)


def told_and_imported(*words: str) -> tuple[str, set[str]]:
    """What a process of its own says, and every module that it then holds."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    *told, modules = done.stdout.splitlines()
    return "\n".join(told), set(modules.split())


def test_help_imports_nothing_that_a_command_needs() -> None:
    told, imported = told_and_imported("--help")
    assert "status" in told
    assert imported & set(HELP_NEEDS_NONE) == set()


def test_status_of_no_ledger_imports_no_database(tmp_path: Path) -> None:
    config = made(tmp_path)
    told, imported = told_and_imported("status", "--config", str(config))
    assert "没有查过收件箱" in told
    assert imported & set(STATUS_NEEDS_NONE) == set()
    assert not (tmp_path / "storage" / "ledger.db").exists()


def test_status_of_a_ledger_without_a_row_imports_no_database(
    tmp_path: Path,
) -> None:
    config = made(tmp_path)
    program = assemble(load(config))
    assert program.store.ledger().messages == ()
    program.close()
    told, imported = told_and_imported("status", "--config", str(config))
    assert "没有查过收件箱" in told
    assert imported & set(STATUS_NEEDS_NONE) == set()


def test_status_of_a_ledger_with_a_row_opens_it(tmp_path: Path) -> None:
    """The names are those that a process which does need them holds."""
    config = made(tmp_path)
    program = assemble(load(config))
    program.store.record_poll(program.clock.now(), whole=True)
    program.close()
    told, imported = told_and_imported("status", "--config", str(config))
    assert "没有查过收件箱" not in told
    assert {"sqlalchemy", "sqlmodel", "pipeline.flows"} <= imported
