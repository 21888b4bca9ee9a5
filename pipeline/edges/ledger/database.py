"""The ledger's database: an engine that loses nothing at a power cut, and its schema at
the newest version.

SQLite with WAL and synchronous FULL: with NORMAL a power cut lost acknowledged rows
(docs/architecture.md). Alembic is imported only when the schema is behind, so that a
poll with nothing to do starts fast.
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, inspect, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError
from sqlmodel import create_engine

import pipeline.edges.ledger.proof.journal  # noqa: F401 -- every session of the ledger tells the journal what it writes
from pipeline.edges.files.permissions import private_folder
from pipeline.model.operation.errors import EdgeError, StorageFailed
from pipeline.model.operation.journal_entry import PROGRAM

HEAD = "0005"
# The advisory lock of whoever brings a schema up to date
_MIGRATING = 20150910
_MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(url: str, who: str = PROGRAM) -> Engine:
    """An engine on a ledger whose schema is current; `who` is named in the journal
    where a row names nobody.

    Raises EdgeError where it cannot be opened.
    """
    if url.startswith("sqlite:///"):
        private_folder(Path(url.removeprefix("sqlite:///")).parent)
    try:
        # hide_parameters: an error names no figure and no address
        engine = create_engine(
            url, hide_parameters=True, execution_options={"who": who}
        )
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _durable)
        event.listen(engine, "handle_error", _plain_words)
        if _version(engine) != HEAD:
            _migrate(engine)
    except (SQLAlchemyError, sqlite3.Error, OSError, ImportError) as error:
        shown = make_url(url).render_as_string(hide_password=True)
        if url.startswith("sqlite"):
            cure = "请检查目录权限和磁盘空间"
        else:
            cure = "请检查数据库服务器是否在运行、账号和口令是否正确、数据库驱动是否已安装"
        advice = f"打不开台账 {shown}，{cure}。"
        raise EdgeError("database", advice, repr(error)) from error
    return engine


def _durable(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()


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
_SERVER = (
    "连不上数据库服务器，或连接中断；请检查它是否在运行、网络是否通。已收下的邮件没有丢失，"
    "恢复后程序会接着做。"
)
_DAMAGED = (
    "台账文件已损坏，程序没有继续写。请运行 xunbao verify 查看损坏之处，再用 xunbao "
    "restore 恢复最近的备份。"
)


def _plain_words(context: ExceptionContext) -> StorageFailed | None:
    """A full disk or a locked file is no fault of the program: it becomes a
    StorageFailed that says what to do.

    What is returned is raised in place of the library's own error.
    """
    said = context.original_exception
    # Malformed, or no database at all
    if type(context.sqlalchemy_exception) is DatabaseError:
        return StorageFailed("ledger_damaged", _DAMAGED, str(said))
    if isinstance(context.sqlalchemy_exception, OperationalError):
        if context.dialect.name != "sqlite":
            return StorageFailed("database_server", _SERVER, str(said))
        name = getattr(said, "sqlite_errorname", "")
        advice = next(
            advice for start, advice in _ADVICE if name.startswith(start)
        )
        return StorageFailed("database", advice, str(said))
    return None


def _version(engine: Engine) -> str | None:
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        return connection.execute(
            text("SELECT version_num FROM alembic_version")
        ).scalar()


def _migrate(engine: Engine) -> None:
    """Brings the schema to the newest version, wholly or not at all; a ledger newer
    than the program is refused by alembic.

    sqlite3 opens no transaction before DDL: without our own, a worker killed here left
    tables that no later one could use.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        if engine.dialect.name == "postgresql":
            # Two that start at the same moment: the second finds the schema made.
            connection.exec_driver_sql(
                f"SELECT pg_advisory_xact_lock({_MIGRATING})"
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
