"""The ledger on PostgreSQL: what SQLite promises, a real server must keep. Needs Debian's postgresql and the extra [postgres]."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment, settings
from plain_reader import PlainReader
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from pipeline.bootstrap import Program, assemble
from pipeline.cli.ledger.ingest import ingested
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.store import Store
from pipeline.flows.ingest import Taken, take_in
from pipeline.flows.notify import notify

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
pytest.importorskip("psycopg", reason="needs the extra [postgres]")
pytestmark = pytest.mark.skipif(
    not _BINARIES or os.name == "nt", reason="needs a PostgreSQL server"
)
_NOW = "2015-09-10 18:05"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of its own on a free port; it refuses to run as root, so root becomes its user."""
    folder = Path(tempfile.mkdtemp(prefix="xunbao-postgresql-"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        as_user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, tools = folder / "data", _BINARIES[-1]
    initdb = [str(tools / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]  # fmt: skip
    _run([*as_user, *initdb])
    control = [str(tools / "pg_ctl"), "-D", str(data), "-w"]
    options = f"-p {port} -k {folder} -c fsync=off"
    log = str(folder / "log")
    start = [*as_user, *control, "-l", log, "-o", options, "start"]
    _run(start)
    yield f"postgresql+psycopg://postgres@127.0.0.1:{port}"
    stop = [*as_user, *control, "-m", "immediate", "stop"]
    _run(stop)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def url(server: str, request: pytest.FixtureRequest) -> str:
    """A database of the test's own."""
    from sqlalchemy import create_engine

    name = f"t{abs(hash(request.node.name)) % 10**9}"
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{server}/{name}"


@pytest.fixture
def program(url: str, tmp_path: Path) -> Iterator[Program]:
    found = settings(made(tmp_path))
    kept = found.storage.model_copy(update={"database": url})
    changed = found.model_copy(update={"storage": kept})
    opened = assemble(changed, moment(_NOW), read_with=PlainReader)
    yield opened
    opened.close()


def test_first_starts_at_the_same_moment_all_find_a_ledger(url: str) -> None:
    faults: list[Exception] = []

    def start() -> None:
        try:
            open_database(url).dispose()
        except Exception as fault:  # noqa: BLE001 -- whatever it is, the test shows it
            faults.append(fault)

    _together([start] * 3)
    assert faults == []


def test_mails_become_reports_and_letters_and_the_ledger_proves_itself(
    program: Program,
) -> None:
    program.store.born(program.clock.now())
    for minute, (who, unit) in enumerate(
        (("jia", "甲县"), ("yi", "乙县"), ("jia", "甲县"))
    ):
        at = f"2015-09-10 10:0{minute}"
        raw = form_mail(
            f"{who}@example.cn", unit, "2015年9月10日", 300 + minute, at
        )
        key = program.vault.keep(raw)
        sighting = ingested(key, moment(at), len(raw))
        program.store.keep_sighting(sighting, key, program.clock.now())
    take_in(program.intake(), Taken())
    counting = program.store.ledger().counting
    assert {
        u: [r.completed for r in p.values()] for u, p in counting.items()
    } == {
        "甲县": [302],
        "乙县": [301],
    }
    planned = notify(program.clock.now(), program.desk(), mailbox_read=True)
    assert planned.frozen == 3
    found = program.examiner.examine()
    assert found.rows > 10
    assert found.damages == ()


@pytest.mark.parametrize(
    "change",
    ["UPDATE meta SET value = 'x'", "DELETE FROM meta", "TRUNCATE poll"],
)
def test_nothing_is_changed_or_deleted(program: Program, change: str) -> None:
    program.store.born(program.clock.now())
    with (
        pytest.raises(SQLAlchemyError),
        program.store.engine.begin() as connection,
    ):
        connection.execute(text(change))


def test_of_several_that_ask_for_an_expired_lease_one_gets_it(
    program: Program,
) -> None:
    now = program.clock.now()
    for turn in range(10):
        at = now + timedelta(hours=turn)
        won: list[str] = []
        asks = [partial(_ask, program, f"host{n}/1", at, won) for n in range(4)]
        _together(asks)
        assert len(won) == 1


def _ask(program: Program, name: str, at: datetime, won: list[str]) -> None:
    if Store(program.store.engine).take_lease(name, at, 60, alone=False):
        won.append(name)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def _together(works: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
