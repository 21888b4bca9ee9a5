"""Proves that the ledger is as it was written: each entry by its link, each row by its
entry's hash, each file by its name.

Trusts nothing that the database says of itself: SQLite's own check found 8 of 30
damaged pages. Reads the stored values, whatever they have become, and never writes.
What it finds is named one by one; what follows from a finding is not named again.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from pipeline.edges.files.vault import Vault
from pipeline.edges.ledger.proof.journal import UNTOLD
from pipeline.edges.ledger.proof.stored_rows import as_stored
from pipeline.model.operation.advance import Advance, unseen
from pipeline.model.operation.errors import Damaged, EdgeError, Removed
from pipeline.model.operation.journal_entry import (
    FIRST,
    Damage,
    DamageKind,
    Examined,
    Noted,
    link_of,
    row_digest,
)
from pipeline.model.wording.campaign_words import PLAIN_WORDS, CampaignWords
from pipeline.writing.operation.journal_words import told_words

# A nightly examination looks at all that is new, and at one of so many parts
# of what is old
SHARES = 16
# Columns of keys that hold numbers
_NUMBERS = frozenset({"id", "sequence", "sighting_id", "seq"})
_UNNAMED = UNTOLD | {"alembic_version"}


def examine(
    engine: Engine,
    vault: Vault,
    noted: Iterable[Noted] = (),
    advance: Advance = unseen,
    words: CampaignWords = PLAIN_WORDS,
) -> Examined:
    """Everything: the chain from its first entry, every row of every table, every file
    that the ledger names; of these `advance` is told. `words` are those of damages."""
    with _stored(engine) as connection:
        work = _Examination(connection, vault, tuple(noted), words)
        work.pages()
        work.chain(Noted(0, FIRST))
        for table in _tables(connection):
            work.table(table)
        work.vault_files(work.keys(), advance)
    return work.examined()


def examine_part(
    engine: Engine,
    vault: Vault,
    last: Noted,
    share: int,
    noted: Iterable[Noted] = (),
    words: CampaignWords = PLAIN_WORDS,
) -> Examined:
    """What was written since `last`, and the rows and files of one of SHARES parts of what is older."""
    with _stored(engine) as connection:
        work = _Examination(connection, vault, (last, *noted), words)
        work.chain(last)
        work.older(last, share % SHARES)
        work.rows_told()
        work.vault_files(work.keys(f"{share % SHARES:x}") | work.new_files())
    return work.examined()


@contextmanager
def _stored(engine: Engine) -> Iterator[Connection]:
    """A connection that hands out text as it is stored, also where a flipped byte has made it none."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            # One moment for all questions, though a worker writes meanwhile
            steady = connection.execution_options(
                isolation_level="REPEATABLE READ"
            )
            with as_stored(steady):
                yield steady
            return
        driver: Any = connection.connection.driver_connection
        former = getattr(driver, "text_factory", None)
        if former is not None:
            driver.text_factory = _text
        try:
            yield connection
        finally:
            if former is not None:
                driver.text_factory = former


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _tables(connection: Connection) -> list[str]:
    found = []
    for name in inspect(connection).get_table_names():
        if name not in _UNNAMED:
            found.append(name)
    return found


@dataclass
class _Examination:
    """One look at a ledger. `told`: table -> key of a row -> its digest and the number
    of the entry that tells of it."""

    connection: Connection
    vault: Vault
    noted: tuple[Noted, ...]
    words: CampaignWords = PLAIN_WORDS
    told: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)
    broken: set[int] = field(default_factory=set)
    damages: list[Damage] = field(default_factory=list)
    end: Noted | None = None
    entries: int = 0
    rows: int = 0
    files: int = 0

    def examined(self) -> Examined:
        return Examined(
            entries=self.entries,
            rows=self.rows,
            files=self.files,
            damages=tuple(self.damages),
            end=self.end,
        )

    def found(self, kind: DamageKind, where: str, sentence: str) -> None:
        self.damages.append(Damage(kind, where, sentence))

    def query(
        self, where: str, statement: str, **values: Any
    ) -> Iterator[dict[str, Any]]:
        """The rows of a query; what the database cannot read is one damage, and ends it."""
        try:
            with self._contained():
                found = self.connection.execute(text(statement), values)
                for row in found.mappings():
                    yield dict(row)
        except (SQLAlchemyError, EdgeError) as error:
            said = getattr(error, "orig", None) or error
            self.found(
                DamageKind.UNREADABLE,
                where,
                f"数据库读不出{where}（{said}），它后面的内容没有查到",
            )

    def _contained(self) -> AbstractContextManager[Any]:
        """Elsewhere than in SQLite an error ends the transaction: here it is to end one
        question alone."""
        if self.connection.dialect.name == "sqlite":
            return nullcontext()
        return self.connection.begin_nested()

    # ------------------------------------------------------------------ the database's own check

    def pages(self) -> None:
        """SQLite's own word on its pages and indexes; it misses most damage, and the
        rest of this file finds it."""
        if self.connection.dialect.name == "sqlite":
            for row in self.query("数据库文件", "PRAGMA integrity_check"):
                said = next(iter(row.values()))
                if said != "ok":
                    self.found(
                        DamageKind.UNREADABLE,
                        "数据库文件",
                        f"数据库文件内部有损坏：{said}",
                    )

    # ------------------------------------------------------------------ the chain

    def chain(self, start: Noted) -> None:
        """Every entry after `start`, each with its own link and joined to the one before."""
        last = start.seq
        links = {start.link}
        if start.seq:
            self.end = start
        else:
            self.end = None
        for entry in self.query(
            "流水",
            "SELECT * FROM journal WHERE seq > :last ORDER BY seq",
            last=last,
        ):
            seq = entry["seq"]
            # A page that was damaged may show a row with its columns displaced.
            if not isinstance(seq, int):
                self.found(
                    DamageKind.UNREADABLE,
                    "流水",
                    f"流水第 {last} 条以后有一条读不出编号",
                )
                continue
            stored = entry.pop("link")
            computed = link_of(entry.values())
            self.entries += 1
            self._joined(entry, last, links, whole=computed == stored)
            self.told.setdefault(entry["table_name"], {})[entry["row_key"]] = (
                entry["row_digest"],
                seq,
            )
            last, links, self.end = seq, {stored, computed}, Noted(seq, stored)
        self._as_noted(last)

    def _joined(
        self, entry: dict[str, Any], last: int, links: set[str], *, whole: bool
    ) -> None:
        seq = entry["seq"]
        if seq != last + 1:
            if seq == last + 2:
                gap = f"{last + 1}"
            else:
                gap = f"{last + 1} 至 {seq - 1}"
            self.found(DamageKind.ENTRY_MISSING, gap, f"流水缺少第 {gap} 条")
        if not whole:
            self.broken.add(seq)
            self.found(
                DamageKind.ENTRY_CHANGED,
                str(seq),
                f"流水第 {seq} 条被改动过：{_words(entry, self.words)}",
            )
        elif (
            seq == last + 1
            and entry["previous"] not in links
            and last not in self.broken
        ):
            self._replaced(last)

    def _replaced(self, seq: int) -> None:
        self.broken.add(seq)
        self.found(
            DamageKind.CHAIN_REPLACED,
            str(seq),
            f"流水第 {seq} 条被整条换过：与后面的记录或另行记下的校验码不符",
        )

    def _as_noted(self, last: int) -> None:
        """What was noted down before must still stand in the chain: else its end was
        cut off, or all of it made again."""
        beyond = max((n.seq for n in self.noted), default=0)
        if beyond > last:
            if beyond == last + 1:
                gone = f"{beyond}"
            else:
                gone = f"{last + 1} 至 {beyond}"
            self.found(
                DamageKind.END_MISSING,
                gone,
                f"流水末尾缺少第 {gone} 条：以前检查时还在",
            )
        for noted in self.noted:
            for entry in self.query(
                "流水",
                "SELECT link FROM journal WHERE seq = :seq",
                seq=noted.seq,
            ):
                if entry["link"] != noted.link and noted.seq not in self.broken:
                    self._replaced(noted.seq)

    # ------------------------------------------------------------------ rows

    def table(self, name: str) -> None:
        """Every row of a table against the entry that tells of it, and every entry against its row."""
        told = dict(self.told.get(name, {}))
        keys = inspect(self.connection).get_pk_constraint(name)[
            "constrained_columns"
        ]
        complete = len(self.damages)
        for row in self.query(f"表 {name}", f'SELECT * FROM "{name}"'):
            key = "|".join(str(row[column]) for column in keys)
            self._row(name, key, row, told.pop(key, None))
        if any(
            d.kind is DamageKind.UNREADABLE for d in self.damages[complete:]
        ):
            # The rows behind the damaged page are there, and could not be
            # read
            return
        for key, (_, seq) in told.items():
            self._missing(name, key, seq)

    def rows_told(self) -> None:
        """The rows that the entries at hand tell of."""
        for name, told in self.told.items():
            keys = inspect(self.connection).get_pk_constraint(name)[
                "constrained_columns"
            ]
            same = " AND ".join(f'"{column}" = :{column}' for column in keys)
            for key, entry in told.items():
                values = _key_values(keys, key)
                found = list(
                    self.query(
                        f"表 {name}",
                        f'SELECT * FROM "{name}" WHERE {same}',
                        **values,
                    )
                )
                if found:
                    self._row(name, key, found[0], entry)
                else:
                    self._missing(name, key, entry[1])

    def older(self, last: Noted, share: int) -> None:
        """Adds a part of the entries before `last` to those whose rows are looked at."""
        part = (
            "SELECT seq, table_name, row_key, row_digest FROM journal WHERE seq <= "
            ":last AND seq % :shares = :share"
        )
        for entry in self.query(
            where="流水",
            statement=part,
            last=last.seq,
            shares=SHARES,
            share=share,
        ):
            self.told.setdefault(entry["table_name"], {})[entry["row_key"]] = (
                entry["row_digest"],
                entry["seq"],
            )

    def _row(
        self,
        name: str,
        key: str,
        row: dict[str, Any],
        told: tuple[str, int] | None,
    ) -> None:
        self.rows += 1
        where = f"{name} {key}"
        if told is None:
            self.found(
                DamageKind.ROW_UNTOLD,
                where,
                f"表 {name} 第 {key} 行没有流水记录，不是本程序写入的",
            )
        elif told[0] != row_digest(row) and told[1] not in self.broken:
            said = self._entry_words(told[1])
            self.found(
                DamageKind.ROW_CHANGED,
                where,
                f"表 {name} 第 {key} 行与写入时不同：{said}",
            )

    def _missing(self, name: str, key: str, seq: int) -> None:
        if seq not in self.broken:
            said = self._entry_words(seq)
            self.found(
                DamageKind.ROW_MISSING,
                f"{name} {key}",
                f"表 {name} 第 {key} 行不见了：{said}",
            )

    def _entry_words(self, seq: int) -> str:
        found = list(
            self.query(
                "流水", "SELECT * FROM journal WHERE seq = :seq", seq=seq
            )
        )
        if found:
            return f"{_words(found[0], self.words)}（流水第 {seq} 条）"
        return f"流水第 {seq} 条"

    # ------------------------------------------------------------------ files

    def keys(self, part: str = "") -> set[str]:
        """The files that the ledger names; with `part` those whose name begins so."""
        files = (
            "SELECT key FROM sighting WHERE key LIKE :part UNION SELECT key FROM mail WHERE key LIKE :part"
            " UNION SELECT key FROM delivery WHERE key != '' AND key LIKE :part"
        )
        found = set()
        for row in self.query("文件清单", files, part=f"{part}%"):
            found.add(row["key"])
        return found

    def new_files(self) -> set[str]:
        """The files that the entries at hand name."""
        found = set()
        for table, column in (
            ("sighting", "id"),
            ("mail", "message_id"),
            ("delivery", "id"),
        ):
            one = (
                f"SELECT key FROM {table} WHERE {column} = :value AND key != ''"
            )
            for key in self.told.get(table, {}):
                (value,) = _key_values([column], key).values()
                for row in self.query("文件清单", one, value=value):
                    found.add(row["key"])
        return found

    def vault_files(
        self, keys: Collection[str], advance: Advance = unseen
    ) -> None:
        """Every file's bytes against its name."""
        for number, key in enumerate(sorted(keys), 1):
            advance(number, len(keys))
            self.files += 1
            try:
                self.vault.open(key)
            except Removed:
                # Its removal is a row of the ledger, with an entry of its own
                continue
            except ValueError:
                # A row's key that is none: the row itself is named as changed
                continue
            except Damaged as trouble:
                if trouble.cause == "raw_missing":
                    kind = DamageKind.FILE_MISSING
                else:
                    kind = DamageKind.FILE_CHANGED
                self.found(kind, str(self.vault.path(key)), trouble.advice)


def _key_values(columns: list[str], key: str) -> dict[str, Any]:
    """A row's key as its columns hold it: numbers are compared with numbers."""
    parts = [key]
    if len(columns) > 1:
        parts = key.split("|")
    found: dict[str, Any] = {}
    for column, part in zip(columns, parts, strict=True):
        found[column] = part
        # A damaged entry may name anything
        if column in _NUMBERS and part.isascii() and part.isdigit():
            found[column] = int(part)
    return found


def _words(entry: dict[str, Any], words: CampaignWords) -> str:
    """What an entry says, as far as it can be shown."""
    told = told_words(
        what=_printable(entry["what"]),
        unit=_printable(entry["unit"]),
        period=_printable(entry["period"]),
        subject=_printable(entry["subject"]),
        why=_printable(entry["why"]),
        words=words,
    )
    return f"{str(entry['at'])[:16]} {told}"


def _printable(value: object) -> str:
    """Whatever stands in a row that may have been damaged, as it can be printed."""
    if value is None:
        return ""
    return str(value).encode("utf-8", "replace").decode()
