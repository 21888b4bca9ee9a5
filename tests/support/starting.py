"""What a start of the program says, and which modules it brings; names of those that take longer to load than many a question
takes to answer."""

import subprocess
import sys

DATABASE = ("sqlalchemy", "sqlmodel", "alembic")
SERVERS = ("imapclient", "smtplib", "ssl", "asyncio", "pipeline.edges.mail")
LETTERS = ("jinja2", "openpyxl", "docx", "pipeline.model.letters.bulletins")
READERS = ("lxml", "pypdfium2", "python_calamine", "xlrd", "pipeline.reading")
WORKER = ("apscheduler", "psutil", "pipeline.flows", "pipeline.edges.processes")
SCREENS = ("rich.console", "rich.table")
STATUS_NEEDS_NONE = (*DATABASE, *SERVERS, *LETTERS, *READERS, *WORKER, *SCREENS)
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
