"""What a ledger in PostgreSQL needs beside what SQLite has of itself: how it is
connected to, who writes next, what its errors mean, and its rows as they are stored.

Trusts that the server does what its settings say. A connection pooler that hands one
connection to several clients is refused by the server itself, since it takes no
`options`. Imported for PostgreSQL alone; psycopg is the extra [postgres].
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, make_url, text

from pipeline.model.operation.errors import EdgeError, StorageFailed

# `?schema=` in the ledger's URL: each campaign has its own, in one database
_SCHEMA = "schema"
# Where none is named. Never `public`, which may hold what others put there.
_OURS = "xunbao"
# Spelt as PostgreSQL folds names, so that no quoting is ever needed
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")

# The first half of our advisory locks' keys; the second is the schema's hash, so that
# campaigns in one database do not wait for each other.
_MIGRATING, _WRITING, _WORKING = 20150910, 20150911, 20150912
# By its name, since it may not be there yet.
_OF_THE_SCHEMA = "hashtext(current_setting('search_path'))"

# Seconds until a server that does not answer is given up
_CONNECT = 10
# For each session. synchronous_commit: what was acknowledged survives a power cut, as
# SQLite's synchronous FULL. lock_timeout as SQLite's busy_timeout. The keepalives and
# the timeout end the transaction of a worker whose machine is gone: within a lease.
_SESSION = (
    "synchronous_commit=on",
    "lock_timeout=10s",
    "idle_in_transaction_session_timeout=900s",
    "tcp_keepalives_idle=60",
    "tcp_keepalives_interval=10",
    "tcp_keepalives_count=6",
    "datestyle=ISO",
    "default_transaction_isolation=read\\ committed",
)


def schema_of(url: str) -> str:
    """The schema that a ledger's URL names, `xunbao` where it names none. Raises
    EdgeError for a name that would need quoting, or that is not for one alone."""
    named = make_url(url).query.get(_SCHEMA, _OURS)
    usable = isinstance(named, str) and _NAME.fullmatch(named)
    if not usable or named == "public" or str(named).startswith("pg_"):
        raise EdgeError(
            "database",
            f"[storage] database 里的 schema={named} 不能用：只能用小写字母、数字和下划线，"
            "不以数字或 pg_ 开头，也不能是 public",
        )
    return str(named)


def server_url(url: str) -> URL:
    """The URL as the driver takes it, without what is ours."""
    return make_url(url).difference_update_query([_SCHEMA])


def connect_arguments(url: str) -> dict[str, Any]:
    """What psycopg is told beside the URL; seconds. The campaign's own schema is the
    only place where tables are looked for."""
    settings = (f"search_path={schema_of(url)}", *_SESSION)
    return {
        "connect_timeout": _CONNECT,
        # Whatever the database has: one that is refused must be asked first
        "client_encoding": "utf8",
        "options": " ".join(f"-c {one}" for one in settings),
        # Of our own side of the connection
        "keepalives_idle": 60,
        "keepalives_interval": 10,
        "keepalives_count": 6,
    }


def without_nul(value: Any) -> Any:
    """Text as PostgreSQL takes it: it holds no NUL, which a mail may; the replacement
    character stands in its place (Unicode 23.8)."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {without_nul(k): without_nul(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(without_nul, value))
    return value


# ---------------------------------------------------------------- locks


def lock_migration(connection: Connection) -> None:
    """Of two that start at the same moment the second finds the schema made."""
    connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATING}, 0)"))


def lock_writing(connection: Connection) -> None:
    """Until the transaction ends. Asked before its first row is written: so rows are
    committed in the order of their numbers, and the journal is one chain."""
    connection.execute(
        text(f"SELECT pg_advisory_xact_lock({_WRITING}, {_OF_THE_SCHEMA})")
    )


def wait_for_work(connection: Connection) -> bool:
    """The worker's lock, for as long as the connection lives; False where another
    worker keeps it. One that was killed a moment ago is waited for: the server lets go
    of its lock once it has noticed."""
    asked = text(f"SELECT pg_advisory_lock({_WORKING}, {_OF_THE_SCHEMA})")
    try:
        connection.execute(asked)
    except StorageFailed as trouble:
        if trouble.cause == BUSY:
            return False
        raise
    return True


def work_is_free(connection: Connection) -> bool:
    """Whether no worker works, which none does until the transaction ends."""
    lock = f"pg_try_advisory_xact_lock({_WORKING}, {_OF_THE_SCHEMA})"
    return bool(connection.execute(text(f"SELECT {lock}")).scalar())


def let_go_of_work(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_unlock_all()"))


# ---------------------------------------------------------------- rows as stored


@contextmanager
def plain_values(connection: Connection) -> Iterator[None]:
    """Inside, the driver hands out what SQLite would: JSON as its text, truth as 0 and
    1. A row has one digest, whichever database holds it."""
    from psycopg.adapt import Loader
    from psycopg.types.string import TextLoader

    class Truth(Loader):
        def load(self, data: Any) -> int:
            return int(bytes(data) == b"t")

    driver: Any = connection.connection.driver_connection
    adapters = driver.adapters
    former = {
        name: adapters.get_loader(adapters.types[name].oid, 0)
        for name in ("json", "bool")
    }
    adapters.register_loader("json", TextLoader)
    adapters.register_loader("bool", Truth)
    try:
        yield
    finally:
        for name, loader in former.items():
            adapters.register_loader(name, loader)


# ---------------------------------------------------------------- errors

_AGAIN = "已收下的邮件没有丢失，恢复后程序会接着做。"
_GONE = (
    f"连不上数据库服务器，或连接中断；请检查它是否在运行、网络是否通。{_AGAIN}"
)
DAMAGED = (
    "数据库服务器说台账的数据已损坏，程序没有继续写。请运行 xunbao verify "
    "查看损坏之处，再用 xunbao restore 恢复最近的备份。"
)
_FULL = (
    f"数据库服务器的磁盘已满，台账写不进去；请在那台电脑上清理磁盘。{_AGAIN}"
)
_SHORT = f"数据库服务器资源不足（连接数或内存）；请找管数据库的人。{_AGAIN}"
_LOCKED = f"台账正被别的程序占用；请检查是否有别的程序锁住了它。{_AGAIN}"
_READ_ONLY = (
    f"数据库现在只能读、不能写；请连到主服务器，不要连备用服务器。{_AGAIN}"
)
_RIGHTS = "数据库账号的权限不够：它必须是台账各表的所有者，并能在自己的模式（schema）里建表。"
_LOGIN = "数据库不接受这个账号或口令；请检查 ~/.pgpass 或环境变量 PGPASSWORD。"
_MISSING = "数据库服务器上没有这个库；请先用 createdb 建好（编码 UTF8）。"
BUSY = "database_busy"
# By the beginning of the SQLSTATE (PostgreSQL manual, appendix A)
_STATES = (
    ("53100", "database_full", _FULL),
    ("53", "database_server", _SHORT),
    ("40", BUSY, _LOCKED),
    ("55P03", BUSY, _LOCKED),
    ("25006", "database_read_only", _READ_ONLY),
    ("42501", "database_rights", _RIGHTS),
    ("28", "database_login", _LOGIN),
    ("3D000", "database_missing", _MISSING),
    ("XX001", "ledger_damaged", DAMAGED),
    ("XX002", "ledger_damaged", DAMAGED),
    ("", "database_server", _GONE),
)
# A connection that was refused has no SQLSTATE, only words (of an English server)
_WORDS = (
    ("authentication failed", "28"),
    ("no password supplied", "28"),
    ("no pg_hba.conf entry", "28"),
    ("does not exist", "3D000"),
)


def trouble(error: BaseException) -> StorageFailed:
    """What an error of the driver means, and what to do."""
    state = getattr(error, "sqlstate", None) or _state_by_words(str(error))
    for start, cause, advice in _STATES:
        if state.startswith(start):
            return StorageFailed(cause, advice, str(error))
    return StorageFailed("database_server", _GONE, str(error))


def _state_by_words(said: str) -> str:
    for words, state in _WORDS:
        if words in said:
            return state
    return ""


# ---------------------------------------------------------------- the server

# Setting, the value that keeps the promise, and what is lost without it.
_KEPT_BY = (
    ("fsync", "on", "断电时会丢失已登记的邮件"),
    ("full_page_writes", "on", "断电时数据库可能损坏"),
)


def refuse_encoding(connection: Connection) -> None:
    """Raises EdgeError where the database cannot hold Chinese text as it is."""
    found = connection.execute(text("SHOW server_encoding")).scalar()
    if found != "UTF8":
        raise EdgeError(
            "database",
            f"数据库的编码是 {found}，存不了台账；请另建一个编码为 UTF8 的库"
            "（createdb -E UTF8 -T template0 库名）",
        )


def unkept(connection: Connection) -> list[str]:
    """What the server's own settings take from the promises, a sentence each; [] where
    all are kept."""
    found = []
    for name, wanted, loss in _KEPT_BY:
        value = connection.execute(text(f"SHOW {name}")).scalar()
        if value != wanted:
            found.append(
                f"数据库服务器的 {name} 是 {value}，{loss}：请在 postgresql.conf 里改为 {wanted}"
            )
    return found
