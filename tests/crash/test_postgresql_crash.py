"""The ledger on PostgreSQL when something dies: the worker by kill -9, the connection, the server itself. Each ends in the ledger
of a wake to which nothing happened.

Control: `killed` and `cut` say at how many places something was broken off; a test in which nothing was broken fails.
"""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from campaign_maker import form_mail, moment, settings
from campaign_maker import made as campaign
from killed_worker import in_a_copy
from plain_reader import PlainReader
from postgresql_server import PostgresqlServer, missing, running_postgresql
from sqlalchemy import Engine, event

from pipeline.bootstrap import Program, assemble
from pipeline.cli.ledger.ingest_command import ingested
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.lease import Lease
from pipeline.flows.ingest import Taken, take_in
from pipeline.flows.notify import notify
from pipeline.model.operation.errors import EdgeError

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(bool(missing()), reason=missing() or "there"),
]
_NOW = "2015-09-10 18:05"
# Each with a Message-ID of its own, hence made once for all ledgers
_MAILS = [
    (
        f"2015-09-10 {hour}:00",
        form_mail(who, unit, "2015年9月10日", figure, f"2015-09-10 {hour}:00"),
    )
    for hour, (who, unit, figure) in enumerate(
        [
            ("jia@example.cn", "甲县", 300),
            ("jia@example.cn", "甲县", 310),
            ("bing@example.cn", "丙公司", 50),
        ],
        10,
    )
]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresqlServer]:
    with running_postgresql() as running:
        yield running


@pytest.fixture(scope="module")
def made(server: PostgresqlServer) -> Iterator[Callable[[], str]]:
    """The URL of a new ledger in which nothing has happened: a copy comes sooner than a schema."""
    url = server.made()
    open_database(url).dispose()
    name = url.rpartition("/")[2]
    yield lambda: server.made(f"TEMPLATE {name}")


def opened(folder: Path, url: str) -> Program:
    found = settings(campaign(folder))
    storage = found.storage.model_copy(update={"database": url})
    changed = found.model_copy(update={"storage": storage})
    return assemble(changed, moment(_NOW), read_with=PlainReader)


def wake(program: Program) -> None:
    """Mails kept and taken in, letters planned: all that a wake writes before it sends."""
    lease = Lease(program.store, f"host:s/{os.getpid()}", program.clock)
    assert lease.take(), "the lock of one that was killed is let go of"
    program.store.born(program.clock.now())
    for at, raw in _MAILS:
        key = program.vault.keep(raw)
        sighting = ingested(raw, moment(at))
        program.store.keep_sighting(sighting, key, program.clock.now())
    take_in(program.intake(), Taken())
    notify(program.clock.now(), program.desk(), mailbox_read=True)


def told(program: Program) -> tuple[Any, ...]:
    """What a ledger says, however it came to it; the proof that it is whole."""
    assert program.examiner.examine().damages == ()
    ledger = program.store.ledger()
    reports = sorted((r.unit, r.completed, r.state) for r in ledger.reports)
    mails = sorted(mail.message_id for mail in ledger.messages)
    notices = sorted(ledger.settled)
    copies = sorted(d.recipient for d in program.outbox.open_deliveries())
    return reports, mails, notices, copies


@pytest.fixture
def unharmed(made: Callable[[], str], tmp_path: Path) -> tuple[Any, ...]:
    program = opened(tmp_path / "unharmed", made())
    wake(program)
    found = told(program)
    program.close()
    return found


def before_the(number: int, act: Callable[[], None]) -> Callable[[], None]:
    """Acts before the n-th statement of this process; takes it back."""
    left = [number]

    def step(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            act()

    event.listen(Engine, "before_cursor_execute", step)
    return lambda: event.remove(Engine, "before_cursor_execute", step)


# The first wake makes the ledger, by more than 250 statements; with the ledger there a wake has some 110.
@pytest.mark.timeout(600)
def test_killed_at_any_statement_the_next_wake_ends_in_the_same_ledger(
    server: PostgresqlServer,
    made: Callable[[], str],
    unharmed: tuple[Any, ...],
    tmp_path: Path,
) -> None:
    killed = 0
    first = [(server.made, number) for number in (5, 130)]
    for new, number in [*first, *((made, n) for n in range(4, 110, 21))]:
        url = new()
        folder = tmp_path / url.rpartition("/")[2]

        def die(url: str = url, folder: Path = folder, n: int = number) -> None:
            before_the(n, lambda: os.kill(os.getpid(), signal.SIGKILL))
            wake(opened(folder, url))

        killed += in_a_copy(die) == -signal.SIGKILL
        program = opened(folder, url)
        wake(program)
        assert told(program) == unharmed, f"killed before statement {number}"
        program.close()
    assert killed >= 6


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("by", "step"), [("cut", 25), ("restart", 50)])
def test_a_lost_connection_ends_the_wake_in_a_sentence_and_the_next_one_goes_on(
    server: PostgresqlServer,
    made: Callable[[], str],
    unharmed: tuple[Any, ...],
    tmp_path: Path,
    by: str,
    step: int,
) -> None:
    def restart() -> None:
        server.stop()
        server.start()

    cut = 0
    act = server.cut_all if by == "cut" else restart
    for new, number in [
        (server.made, 70),
        *((made, n) for n in range(20, 110, step)),
    ]:
        url = new()
        program = opened(tmp_path / url.rpartition("/")[2], url)
        take_back = before_the(number, act)
        try:
            wake(program)
        except EdgeError as trouble:
            cut += 1
            assert "数据库服务器" in trouble.advice
        finally:
            take_back()
        wake(program)
        assert told(program) == unharmed, f"{by} before statement {number}"
        program.close()
    assert cut >= 2
