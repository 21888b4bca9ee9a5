"""The ledger on PostgreSQL: what SQLite promises, a real server must keep. Needs Debian's postgresql and the extra [postgres].

What the store itself promises is tested on both databases in test_store.py.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, mail, moment, settings
from chain import assert_told
from plain_reader import PlainReader
from postgresql_server import PostgresqlServer
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from typer.testing import CliRunner

from pipeline.bootstrap import Program, assemble
from pipeline.cli.ledger.ingest_command import ingested
from pipeline.cli.root import app
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.database_copies import copy_as_of, copy_database
from pipeline.edges.ledger.server.postgresql import schema_of, unkept
from pipeline.edges.ledger.server.row_copies import put_on_server
from pipeline.edges.ledger.store import Store
from pipeline.edges.ledger.unopened.ledger_file import has_ledger
from pipeline.flows.ingest import Taken, take_in
from pipeline.flows.notify import notify
from pipeline.model.operation.errors import Busy, EdgeError, StorageFailed

_NOW = "2015-09-10 18:05"


@pytest.fixture
def url(postgresql: PostgresqlServer, untouched: str) -> str:
    """Of a ledger of the test's own, in which nothing has happened."""
    return postgresql.made(f"TEMPLATE {untouched}")


@pytest.fixture
def empty(postgresql: PostgresqlServer) -> str:
    """A database of the test's own, without a ledger."""
    return postgresql.made()


@pytest.fixture
def config(url: str, tmp_path: Path) -> Path:
    path = made(tmp_path)
    with path.open("a", encoding="utf-8") as file:
        file.write(f'\n[storage]\ndatabase = "{url}"\n')
    return path


@pytest.fixture
def program(config: Path) -> Iterator[Program]:
    opened = assemble(settings(config), moment(_NOW), read_with=PlainReader)
    yield opened
    opened.close()


def taken(program: Program, *mails: tuple[bytes, str]) -> None:
    """Mails with their times, as a poll of the mailbox brings them."""
    program.store.born(program.clock.now())
    for raw, at in mails:
        key = program.vault.keep(raw)
        sighting = ingested(raw, moment(at))
        program.store.keep_sighting(sighting, key, program.clock.now())
    take_in(program.intake(), Taken())


def form(figure: int, at: str = "2015-09-10 10:00") -> tuple[bytes, str]:
    raw = form_mail("jia@example.cn", "甲县", "2015年9月10日", figure, at)
    return raw, at


def said(config: Path, *words: str, status: int = 0, now: str = _NOW) -> str:
    """What a command prints."""
    command = [*words, "--config", str(config)]
    if now:
        command += ["--now", f"{now}:00+08:00"]
    done = CliRunner().invoke(app, command, catch_exceptions=False)
    assert done.exit_code == status, done.output
    return done.output


def figures(program: Program) -> list[int | None]:
    counting = program.store.ledger().counting
    return [r.completed for by in counting.values() for r in by.values()]


def test_first_starts_at_the_same_moment_all_find_a_ledger(empty: str) -> None:
    faults: list[Exception] = []

    def start() -> None:
        try:
            open_database(empty).dispose()
        except Exception as fault:  # noqa: BLE001 -- whatever it is, the test shows it
            faults.append(fault)

    _together([start] * 3)
    assert faults == []


def test_mails_become_reports_and_letters_and_the_ledger_proves_itself(
    program: Program,
) -> None:
    mails = []
    for minute, (who, unit) in enumerate(
        (("jia", "甲县"), ("yi", "乙县"), ("jia", "甲县"))
    ):
        at = f"2015-09-10 10:0{minute}"
        address = f"{who}@example.cn"
        raw = form_mail(address, unit, "2015年9月10日", 300 + minute, at)
        mails.append((raw, at))
    taken(program, *mails)
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


def test_a_lock_of_ours_does_not_outlive_the_worker_that_takes_it(
    url: str,
) -> None:
    """Two hosts of one name that share a storage: the lock file proves nothing, the server does."""
    one, other = Store(open_database(url)), Store(open_database(url))
    now = moment(_NOW)
    assert one.take_lease("host:s/1", now, 900, alone=True)
    assert not other.take_lease("host:s/2", now, 900, alone=True)
    one.end_work()
    assert other.take_lease("host:s/2", now, 900, alone=True)
    other.end_work()


def test_each_campaign_has_a_schema_of_its_own_in_one_database(
    url: str,
) -> None:
    first = Store(open_database(f"{url}?schema=leshan"))
    second = Store(open_database(url))
    first.born(moment(_NOW))
    assert second.closed_at() is None
    later = moment(_NOW) + timedelta(days=1)
    assert second.born(later) == later
    assert first.born(later) == moment(_NOW)


@pytest.mark.parametrize("name", ["public", "pg_own", "Name", "a;b", "1a"])
def test_a_schema_that_is_not_for_one_campaign_alone_is_refused(
    name: str,
) -> None:
    with pytest.raises(EdgeError, match="不能用"):
        schema_of(f"postgresql+psycopg://u@h/d?schema={name}")


def test_a_database_of_another_encoding_is_refused_in_words(
    postgresql: PostgresqlServer,
) -> None:
    url = postgresql.made("ENCODING 'SQL_ASCII' TEMPLATE template0")
    with pytest.raises(EdgeError, match=r"SQL_ASCII.*UTF8"):
        open_database(url)


def test_a_server_that_is_down_and_a_database_that_is_not_there_are_told_apart(
    postgresql: PostgresqlServer,
) -> None:
    with pytest.raises(EdgeError, match="没有这个库"):
        open_database(postgresql.url("nowhere"))
    nobody = postgresql.url("x").replace(str(postgresql.port), "1")
    for ask in (open_database, has_ledger):
        with pytest.raises(EdgeError, match="是否在运行"):
            ask(nobody)


def test_a_machine_with_another_storage_does_not_work_on_the_ledger(
    program: Program, config: Path, tmp_path: Path
) -> None:
    taken(program, form(300))
    program.refuse_other_storage()
    text_there = config.read_text("utf-8")
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "config.toml"
    other.write_text(text_there, "utf-8")
    elsewhere = assemble(settings(other), moment(_NOW))
    with pytest.raises(EdgeError, match="同一个共享文件夹"):
        elsewhere.refuse_other_storage()
    elsewhere.close()


def test_looking_for_a_ledger_makes_none(empty: str) -> None:
    assert not has_ledger(empty)
    assert not has_ledger(empty)
    open_database(empty).dispose()
    assert has_ledger(empty)


def test_a_mail_with_a_nul_in_every_place_is_taken_in(
    program: Program,
) -> None:
    """PostgreSQL's text holds none; a mail that it refuses would be tried for ever."""
    raw, at = form(300)
    hostile = raw.replace("甲县".encode(), "甲\0县".encode())
    plain = mail("jia@example.cn", "旬\0报".encode().decode(), at)
    taken(program, (hostile, at), (plain, at))
    assert len(program.store.mails()) == 2
    assert program.examiner.examine().damages == ()


def test_keys_are_in_the_order_of_their_code_points(
    program: Program,
) -> None:
    """The server's own order is that of Chinese: a range of keys would lose some."""
    for key in ("alert:disk_low:1", "alert:disk_low:2", "alert:disk", "b"):
        program.outbox.settle((), [key], program.clock.now())
    with program.store.engine.connect() as connection:
        query = text(
            "SELECT key FROM round WHERE key >= 'alert:disk_low:' "
            "AND key < :end ORDER BY key"
        )
        end = {"end": "alert:disk_low:\U0010ffff"}
        found = [key for (key,) in connection.execute(query, end)]
    assert found == ["alert:disk_low:1", "alert:disk_low:2"]


def test_what_was_known_at_a_moment_is_known_still(
    program: Program, tmp_path: Path, config: Path
) -> None:
    taken(program, form(300))
    between = program.clock.now() + timedelta(minutes=1)
    later = settings(config)
    after = assemble(later, moment("2015-09-10 20:00"), read_with=PlainReader)
    taken(after, form(310, "2015-09-10 19:00"))
    assert figures(after) == [310]
    copy = tmp_path / "then.db"
    copy_as_of(later.storage.database, copy, between)
    then = Store(open_database(f"sqlite:///{copy}"))
    (report,) = then.ledger().reports
    assert report.completed == 300
    after.close()


def test_a_copy_proves_itself_as_the_original_does(
    program: Program, url: str, tmp_path: Path
) -> None:
    taken(program, form(300), form(310, "2015-09-10 11:00"))
    notify(program.clock.now(), program.desk(), mailbox_read=True)
    copy_database(url, tmp_path / "copy.db")
    assert_told(tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_row_that_was_changed_behind_its_back_is_found(
    program: Program, postgresql: PostgresqlServer, url: str
) -> None:
    taken(program, form(300))
    assert program.examiner.examine_daily(program.clock.now(), 3).damages == ()
    database = url.rpartition("/")[2]
    postgresql.run_sql(
        "SET search_path = xunbao; "
        "ALTER TABLE decision DISABLE TRIGGER USER; "
        "UPDATE decision SET completed = 900; "
        "ALTER TABLE decision ENABLE TRIGGER USER",
        database,
    )
    found = program.examiner.examine().damages
    assert [d.kind.value for d in found] == ["row_changed"]


def test_the_daily_look_finds_what_is_new_and_what_is_old(
    program: Program,
) -> None:
    taken(program, form(300))
    first = program.examiner.examine_daily(program.clock.now(), 0)
    taken(program, form(310, "2015-09-10 11:00"))
    shares = [
        program.examiner.examine_daily(program.clock.now(), share)
        for share in range(1, 17)
    ]
    assert first.rows > 3
    assert sum(found.files for found in shares) > 0
    assert [found.damages for found in (first, *shares)] == [()] * 17


def test_a_backup_is_put_back_and_worked_on(
    program: Program, config: Path, tmp_path: Path, url: str
) -> None:
    taken(program, form(300))
    kept = tmp_path / "kept"
    assert "已备份" in said(config, "backup", str(kept))
    taken(program, form(310, "2015-09-10 11:00"))
    program.close()
    assert "已有台账" in said(config, "restore", str(kept), status=2)
    done = said(config, "restore", str(kept), "--replace")
    assert "保留在数据库的模式 xunbao_replaced_" in done
    assert "完全一致" in said(config, "verify", now="")
    back = assemble(settings(config), moment(_NOW), read_with=PlainReader)
    assert figures(back) == [300]
    taken(back, form(320, "2015-09-10 12:00"))
    assert figures(back) == [320]
    assert back.examiner.examine().damages == ()
    back.close()


def test_a_ledger_moves_from_a_file_to_a_server_and_is_the_same(
    tmp_path: Path, empty: str
) -> None:
    """A backup of a SQLite ledger is one of the same office on PostgreSQL."""
    first = assemble(
        settings(made(tmp_path / "a")), moment(_NOW), read_with=PlainReader
    )
    taken(first, form(300), form(310, "2015-09-10 11:00"))
    first.close()
    put_on_server(tmp_path / "a" / "storage" / "ledger.db", empty, "aside")
    moved = Store(open_database(empty))
    assert moved.ledger() == Store(first.store.engine).ledger()
    copy_database(empty, tmp_path / "copy.db")
    assert_told(tmp_path / "copy.db")


def test_nothing_is_put_back_while_a_worker_works(
    program: Program, tmp_path: Path, url: str
) -> None:
    taken(program, form(300))
    copy_database(url, tmp_path / "copy.db")
    holder = "elsewhere:1/2"
    assert program.store.take_lease(holder, moment(_NOW), 900, alone=True)
    with pytest.raises(Busy):
        put_on_server(tmp_path / "copy.db", url, "aside")
    assert figures(program) == [300]


def test_replay_and_simulate_and_status_work_on_a_copy(
    program: Program, config: Path, tmp_path: Path
) -> None:
    taken(program, form(300))
    program.note_config()
    program.close()
    assert "甲县" in said(config, "status", "--as-of", "2015-09-10T18:05")
    assert "完全一致" in said(config, "replay")
    new = tmp_path / "new.toml"
    new.write_text(config.read_text("utf-8"), "utf-8")
    assert said(new, "simulate", "--against", str(config))


def test_check_names_what_the_servers_settings_take_from_the_promises(
    program: Program, config: Path
) -> None:
    with program.store.engine.connect() as connection:
        (sentence,) = unkept(connection)
    assert "fsync" in sentence
    assert "fsync" in said(config, "check", status=2)


def test_a_cut_connection_is_told_as_what_it_is_and_the_next_wake_goes_on(
    program: Program, postgresql: PostgresqlServer
) -> None:
    raw, at = form(300)
    with (
        pytest.raises(StorageFailed, match="数据库服务器"),
        program.store.together(),
    ):
        program.store.known_keys(["k"])
        postgresql.cut_all()
        program.store.known_keys(["k"])
    taken(program, (raw, at))
    assert figures(program) == [300]


def _together(works: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
