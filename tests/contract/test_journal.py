"""The journal on real SQLite files: every row told in its own transaction, one chain whoever writes, nothing to be changed."""

import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from chain import assert_told
from damage import unguarded
from judging_makers import at
from sqlalchemy import Engine, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlmodel import Session, select

from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.store import Store
from pipeline.edges.ledger.tables import JournalRow, PollRow
from pipeline.model.ledger import TalkRecord
from pipeline.model.operation.post import Sighting
from pipeline.model.review.talk import TalkEvent, TalkStep

NOW = at("09-10 18:05")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    found = open_database(f"sqlite:///{path}", who="account")
    yield found
    found.dispose()


def entries(engine: Engine) -> list[JournalRow]:
    with Session(engine) as session:
        return list(session.exec(select(JournalRow).order_by(JournalRow.seq)))


def test_a_row_tells_who_what_when_about_whom_and_why(engine: Engine) -> None:
    store = Store(engine)
    store.propose_talks(
        [TalkRecord("2015-09", "甲县", ("位居末位",), ("last",))], NOW
    )
    store.decide_talks(
        [
            TalkEvent(
                "2015-09",
                "甲县",
                TalkStep.DROPPED,
                NOW,
                "staff@example.cn",
                "已有整改",
            )
        ]
    )
    store.record_poll(NOW + timedelta(hours=1), whole=False)
    told = [
        (e.what, e.who, e.at, e.unit, e.why, e.table_name)
        for e in entries(engine)
    ]
    assert told == [
        ("talk_proposed", "account", NOW, "甲县", "位居末位", "talk"),
        (
            "talk_dropped",
            "staff@example.cn",
            NOW,
            "甲县",
            "已有整改",
            "talk_event",
        ),
        ("polled", "account", NOW + timedelta(hours=1), None, "", "poll"),
    ]


def test_a_table_that_nobody_spoke_of_is_told_by_its_columns(
    engine: Engine, path: Path
) -> None:
    class Apart(DeclarativeBase):
        """Tables that are no part of the ledger's schema."""

    class Grace(Apart):
        __tablename__ = "grace"
        id: Mapped[int] = mapped_column(primary_key=True)
        unit: Mapped[str]
        by: Mapped[str]
        why: Mapped[str]

    Apart.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Grace(unit="甲县", by="staff@example.cn", why="停电"))
        session.commit()
    (told,) = entries(engine)
    assert (told.what, told.who, told.unit, told.why) == (
        "grace",
        "staff@example.cn",
        "甲县",
        "停电",
    )
    assert_told(path)


def test_what_is_rolled_back_was_never_told(engine: Engine, path: Path) -> None:
    store = Store(engine)
    store.record_poll(NOW, whole=True)
    with Session(engine) as session:
        session.add(PollRow(at=NOW, whole=False))
        session.flush()
        session.rollback()
    store.propose_talks([TalkRecord("2015-09", "甲县", ("位居末位",))], NOW)
    store.propose_talks(
        [TalkRecord("2015-09", "甲县", ("再次建议",))], NOW
    )  # written once: the second is refused
    assert [e.what for e in entries(engine)] == ["polled", "talk_proposed"]
    assert_told(path)


def _writes(path: Path, number: int) -> None:
    store = Store(open_database(f"sqlite:///{path}"))
    for uid in range(40):
        store.keep_sighting(
            Sighting(number, uid, NOW, 100, "INBOX"), f"{number}-{uid}", NOW
        )


def test_several_writers_make_one_chain(engine: Engine, path: Path) -> None:
    # Forked where the platform forks: SQLite forbids to carry an open file over
    engine.dispose()
    writers = [
        multiprocessing.Process(target=_writes, args=(path, number))
        for number in range(3)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert len(entries(engine)) == 120
    assert_told(path)


def test_no_two_entries_can_follow_the_same_one(
    engine: Engine, path: Path
) -> None:
    Store(engine).record_poll(NOW, whole=True)
    fork = "INSERT INTO journal SELECT seq + 1, at, who, what, unit, period, subject, why, table_name, row_key, row_digest, previous, link FROM journal"
    with (
        closing(sqlite3.connect(path)) as ledger,
        pytest.raises(sqlite3.IntegrityError, match="previous"),
    ):
        ledger.execute(fork)


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def refused(ledger: sqlite3.Connection, table: str) -> bool:
    """Whether both a change and a deletion of every row are refused; nothing stays changed."""
    column = ledger.execute(
        f"SELECT name FROM pragma_table_info('{table}')"
    ).fetchone()[0]
    answers = []
    for statement in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
    ):
        try:
            ledger.execute(statement)
        except sqlite3.IntegrityError as error:
            answers.append("只能追加" in str(error))
        else:
            answers.append(False)
        ledger.rollback()
    return all(answers)


def test_sqlite_itself_refuses_to_change_or_delete_any_row_but_the_lease(
    engine: Engine, path: Path
) -> None:
    with (
        closing(sqlite3.connect(path)) as ledger,
        ledger,
    ):  # a row in every table, whatever it holds
        for table in tables(engine):
            width = len(inspect(engine).get_columns(table))
            ledger.execute(
                f"INSERT INTO {table} VALUES ({', '.join('1' * width)})"
            )
    with closing(sqlite3.connect(path)) as ledger:
        assert {
            table for table in tables(engine) if not refused(ledger, table)
        } == {"lease"}
    with closing(
        unguarded(path)
    ) as ledger:  # the control: without the guards nothing is refused
        assert not any(refused(ledger, table) for table in tables(engine))
