"""The ledger's database: an engine that loses nothing at a power cut, and its schema at
the newest version.

SQLite with WAL and synchronous FULL: with NORMAL a power cut lost acknowledged rows
(docs/architecture.md); what PostgreSQL needs for the same stands in postgresql.py.
Alembic is imported only when an older schema is behind, so that a start is fast and a
worker does not hold it.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, event, inspect, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import (
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlmodel import create_engine

import pipeline.edges.ledger.proof.journal  # noqa: F401 -- every session of the ledger tells the journal what it writes
from pipeline.edges.fault_points import FaultPoint, reach
from pipeline.edges.files.permissions import private_folder
from pipeline.edges.files.places import refuse_bad_place
from pipeline.edges.ledger.migrations.newest_schema import is_new, tell_newest
from pipeline.edges.ledger.server import postgresql
from pipeline.edges.ledger.unopened.ledger_url import is_postgresql
from pipeline.model.operation.errors import EdgeError, StorageFailed
from pipeline.model.operation.journal_entry import PROGRAM
from pipeline.model.values.frozen import frozen
from pipeline.settings.extras import how_to_add

HEAD = "0007"
# Between two tries to switch a new file to WAL, in seconds.
_LOOK = 0.02
_MIGRATIONS = Path(__file__).parent / "migrations"


@frozen
class Waiting:
    """For a file that another process keeps: for how long in all, in seconds (a
    migration of a large ledger), and how."""

    patience: int = 10
    sleep: Callable[[float], None] = sleep


_PATIENTLY = Waiting()


def open_database(
    url: str, who: str = PROGRAM, waiting: Waiting = _PATIENTLY
) -> Engine:
    """An engine on a ledger whose schema is current; `who` is named in the journal
    where a row names nobody.

    Raises EdgeError where it cannot be opened.
    """
    try:
        if is_postgresql(url):
            engine = server_engine(url, who)
        else:
            engine = reach(
                FaultPoint.ENGINE, lambda: _file_engine(url, who, waiting)
            )
        if _version(engine) != HEAD:
            _renew(engine, url)
    except (SQLAlchemyError, sqlite3.Error, OSError, ImportError) as error:
        raise _cannot_open(url, error) from error
    return engine


def _cannot_open(url: str, error: Exception) -> EdgeError:
    shown = make_url(url).render_as_string(hide_password=True)
    advice = f"打不开台账 {shown}，{_cure(url, error)}。"
    return EdgeError("database", advice, repr(error))


def _cure(url: str, error: Exception) -> str:
    if url.startswith("sqlite"):
        return "请检查目录权限和磁盘空间"
    if isinstance(error, ImportError):
        return f"还没有安装数据库驱动，请{how_to_add('postgres')}"
    return "请检查数据库服务器是否在运行、账号和口令是否正确"


def _file_engine(url: str, who: str, waiting: Waiting) -> Engine:
    if url.startswith("sqlite:///"):
        folder = Path(url.removeprefix("sqlite:///")).parent
        refuse_bad_place(folder)
        private_folder(folder)
    # hide_parameters: an error names no figure and no address
    engine = create_engine(
        url,
        hide_parameters=True,
        execution_options={"who": who},
        json_deserializer=_value_kept,
    )

    def durable(connection: Any, record: Any) -> None:
        _make_durable(connection, waiting)

    event.listen(engine, "connect", durable)
    event.listen(engine, "handle_error", _plain_words)
    return engine


def server_engine(url: str, who: str = PROGRAM) -> Engine:
    """On a ledger in PostgreSQL, whatever its schema holds. Raises ImportError without
    the driver."""
    engine = create_engine(
        postgresql.server_url(url),
        hide_parameters=True,
        execution_options={"who": who},
        connect_args=postgresql.connect_arguments(url),
        json_serializer=_without_nul,
        # A server that was restarted between two wakes is no error of the next one.
        pool_pre_ping=True,
    )
    event.listen(engine, "before_cursor_execute", _nul_replaced, retval=True)
    event.listen(engine, "handle_error", _plain_words)
    return engine


def _without_nul(value: Any) -> str:
    return json.dumps(postgresql.without_nul(value))


def _nul_replaced(
    connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any
) -> tuple[str, Any]:
    return statement, postgresql.without_nul(parameters)


def _make_durable(connection: Any, waiting: Waiting) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={waiting.patience * 1000}")
    _write_ahead(cursor, waiting)
    reach(
        FaultPoint.DURABLE,
        lambda: cursor.execute("PRAGMA synchronous=FULL"),
        cursor,
    )
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor, waiting: Waiting) -> None:
    """Switches a new file to WAL, also while another process makes the same ledger.

    SQLite takes a shared lock for this and then wants the file alone: where another
    process stands before it, it refuses at once instead of waiting for `busy_timeout`,
    since two that both held a shared lock would wait for each other for ever.
    """
    end = monotonic() + waiting.patience
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if not _busy(error) or monotonic() >= end:
                raise
        waiting.sleep(_LOOK)


def _busy(error: sqlite3.Error) -> bool:
    # The lower byte is the error, what stands above it the circumstances.
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


_ADVICE = (
    (
        "SQLITE_FULL",
        "磁盘已满，台账写不进去；请清理磁盘，腾出空间后程序会接着做，没有丢失邮件。",
    ),
    (
        "SQLITE_BUSY",
        "台账正被别的程序占用；请关闭打开了 ledger.db 的软件，程序会接着做。",
    ),
    (
        "SQLITE_READONLY",
        "台账只能读、不能写；请检查 storage 目录的权限，以及磁盘是否变成了只读。",
    ),
    (
        "SQLITE_IOERR",
        "读写台账时磁盘出错；请检查磁盘和空间。已收下的邮件没有丢失，磁盘恢复后程序会接着做。",
    ),
    (
        "",
        "台账读写失败，请检查磁盘空间、目录权限，以及是否有别的程序打开了台账文件。",
    ),
)
_DAMAGED = (
    "台账文件已损坏，程序没有继续写。请运行 xunbao verify 查看损坏之处，再用 xunbao "
    "restore 恢复最近的备份。"
)


def _value_kept(text: str) -> Any:
    """A JSON column's value. A damaged page may show half of it as if it were whole."""
    # Most columns of most rows
    if text == "[]":
        return []
    if text == "null":
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise StorageFailed("ledger_damaged", _DAMAGED, str(error)) from error


def _plain_words(context: ExceptionContext) -> StorageFailed | None:
    """A full disk or a locked file is no fault of the program: it becomes a
    StorageFailed that says what to do.

    What is returned is raised in place of the library's own error.
    """
    said = context.original_exception
    if context.dialect.name == "postgresql":
        return _server_words(context)
    # Malformed, or no database at all
    if type(context.sqlalchemy_exception) is DatabaseError:
        return StorageFailed("ledger_damaged", _DAMAGED, str(said))
    if isinstance(context.sqlalchemy_exception, OperationalError):
        name = getattr(said, "sqlite_errorname", "")
        advice = next(
            advice for start, advice in _ADVICE if name.startswith(start)
        )
        return StorageFailed("database", advice, str(said))
    return None


def _server_words(context: ExceptionContext) -> StorageFailed | None:
    """None for what is no trouble of the server: a key that is there already, a row
    that may not be changed."""
    said = context.original_exception
    # SQLSTATE 42501: the driver calls a missing right an error of programming.
    without_right = getattr(said, "sqlstate", None) == "42501"
    theirs = isinstance(
        context.sqlalchemy_exception,
        OperationalError | InternalError | InterfaceError,
    )
    if theirs or without_right or context.is_disconnect:
        return postgresql.trouble(said)
    return None


def _version(engine: Engine) -> str | None:
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        return connection.execute(
            text("SELECT version_num FROM alembic_version")
        ).scalar()


def has_tables(url: str) -> bool:
    """Whether a database server holds a ledger already; nothing is made by looking.
    Raises EdgeError where it cannot be asked."""
    with _asked(url) as connection:
        return inspect(connection).has_table("alembic_version")


def server_faults(url: str) -> list[str]:
    """What keeps a database server from keeping the ledger's promises, a sentence each.
    Raises EdgeError where it cannot be asked, or cannot hold a ledger at all."""
    with _asked(url) as connection:
        postgresql.refuse_encoding(connection)
        return postgresql.unkept(connection)


def configs_of_server(url: str) -> list[dict[str, str]]:
    """The configurations that a ledger on a database server has taken up, oldest first;
    none where it cannot be asked."""
    engine = create_engine(url, hide_parameters=True)
    try:
        with engine.connect() as connection:
            kept = connection.scalars(
                text("SELECT settings FROM config ORDER BY id")
            )
            return list(map(dict, kept))
    except (SQLAlchemyError, ImportError):
        return []
    finally:
        engine.dispose()


@contextmanager
def _asked(url: str) -> Iterator[Connection]:
    """A connection to a database server for a question."""
    try:
        engine = server_engine(url)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()
    except (SQLAlchemyError, OSError, ImportError) as error:
        raise _cannot_open(url, error) from error


def _renew(engine: Engine, url: str) -> None:
    """Brings the schema to the newest version, wholly or not at all; a ledger newer
    than the program is refused by alembic.

    sqlite3 opens no transaction before DDL: without our own, a worker killed here left
    tables that no later one could use.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            postgresql.lock_migration(connection)
            postgresql.refuse_encoding(connection)
            schema = postgresql.schema_of(url)
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        upgrade(connection)


def upgrade(connection: Connection) -> None:
    """The newest schema, within a transaction that is open."""
    if is_new(connection):
        tell_newest(connection)
    else:
        migrate(connection)


def migrate(connection: Connection) -> None:
    """From an earlier schema, or from nothing, to the newest, step by step."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
