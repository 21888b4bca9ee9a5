"""A PostgreSQL server of the tests' own: Debian's postgresql in a temporary folder, on a free port, as a user of its own.

`ordered` makes databases whose text is in the order of a language (ICU, zh), as an admin's own server may be.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_NUMBERS = count(1)


def missing() -> str:
    """Why there can be no server here, "" where there can."""
    if os.name == "nt" or not _BINARIES:
        return "needs a PostgreSQL server: apt-get install postgresql"
    if find_spec("psycopg") is None:
        return "needs psycopg: the extra [postgres]"
    return ""


class PostgresqlServer:
    """`url(name)` is a database's; `stop` and `start` are an admin's, who does not wait for anyone."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="xunbao-postgresql-"))
        self._as_user: list[str] = []
        if os.geteuid() == 0:
            # It refuses to run as root
            self._as_user = ["runuser", "-u", "postgres", "--"]
            shutil.chown(self.folder, "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")  # fmt: skip
        self._control = ("pg_ctl", "-D", data, "-w")
        self.start()

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c fsync=off"
        log = str(self.folder / "log")
        self._run(*self._control, "-l", log, "-o", options, "start")

    def stop(self) -> None:
        self._run(*self._control, "-m", "immediate", "stop")

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def made(self, more: str = "") -> str:
        """The URL of a new database; `more` is added to CREATE DATABASE."""
        name = f"t{next(_NUMBERS)}"
        ordered = (
            more
            or "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'zh' LOCALE 'C'"
        )
        self.run_sql(f"CREATE DATABASE {name} {ordered}")
        return self.url(name)

    def run_sql(self, statement: str, database: str = "postgres") -> None:
        import psycopg

        address = f"host=127.0.0.1 port={self.port} user=postgres"
        with psycopg.connect(
            f"{address} dbname={database}", autocommit=True
        ) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def cut_all(self) -> None:
        """Every connection but the one that says so."""
        self.run_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname LIKE 't%'"
        )

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_user, str(_BINARIES[-1] / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


@contextmanager
def running_postgresql() -> Iterator[PostgresqlServer]:
    server = PostgresqlServer()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)
