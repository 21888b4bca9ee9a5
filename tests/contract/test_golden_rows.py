"""Rows as earlier programs wrote them are read for ever, and mean what they meant: tests/data/ledger, never changed, only added to."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipeline.edges.ledger import migrations
from pipeline.edges.ledger.cooldowns import Pauses
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.outbox import Outbox
from pipeline.edges.ledger.shapes import NEWEST, SHAPE, kept, restored
from pipeline.edges.ledger.store import Store
from pipeline.model.form import FileReading
from pipeline.model.letters.bulletins import Bulletin
from pipeline.model.operation.cooldown import Server

GOLDEN = sorted(
    (Path(__file__).parents[1] / "data" / "ledger").glob("rows-*.json")
)


@pytest.fixture(params=GOLDEN, ids=lambda path: path.stem)
def golden(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        request.param.read_text(encoding="utf-8")
    )
    return found


@pytest.fixture
def store(golden: dict[str, Any], tmp_path: Path) -> Store:
    """The rows in a ledger of their own schema, brought to today's."""
    path = tmp_path / "ledger.db"
    made_at(f"sqlite:///{path}", golden["schema"])
    with closing(sqlite3.connect(path)) as ledger, ledger:
        for table, rows in golden["rows"].items():
            for row in rows:
                names = ", ".join(f'"{name}"' for name in row)
                values = ", ".join("?" for _ in row)
                ledger.execute(
                    f"INSERT INTO {table} ({names}) VALUES ({values})",
                    list(row.values()),
                )
    return Store(open_database(f"sqlite:///{path}"))


def made_at(url: str, revision: str) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlmodel import create_engine

    config = Config()
    config.set_main_option(
        "script_location", str(Path(next(iter(migrations.__path__))))
    )
    engine = create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def test_there_are_golden_rows() -> None:
    assert GOLDEN


def test_reports_and_mails_mean_what_they_meant(
    store: Store, golden: dict[str, Any]
) -> None:
    ledger = store.ledger()
    found = [
        [
            r.id,
            r.unit,
            r.period.isoformat(),
            r.completed,
            r.timeliness.value,
            [n.value for n in r.notes],
            [h.value for h in r.holds],
            list(r.measures),
        ]
        for r in ledger.reports
    ]
    assert found == golden["read"]["reports"]
    mails = [[m.key, m.outcome, m.unit] for m in ledger.messages]
    assert mails == golden["read"]["outcomes"]
    assert [
        [t.month, t.unit, t.state, list(t.rules)] for t in ledger.talks
    ] == golden["read"]["talks"]


def test_what_was_read_out_of_mails_comes_back_whole(
    store: Store, golden: dict[str, Any]
) -> None:
    stored = {
        r["key"]: json.loads(r["readings"]) for r in golden["rows"]["message"]
    }
    mails = store.mails()
    assert len(mails) == len(stored)
    for mail in mails:
        assert [r.name for r in mail.readings] == [
            r["name"] for r in stored[mail.seen.key]
        ]
    for row in golden["rows"]["report"]:
        report = store.report(row["id"])
        assert report is not None
        assert report.form is not None
        assert report.form.unit_text == json.loads(row["form"])["unit_text"]


def test_a_bulletin_is_the_snapshot_that_was_frozen(
    store: Store, golden: dict[str, Any]
) -> None:
    found = store.bulletin("2015-09", "monthly_bulletin")
    assert found is not None
    rows = [[r.unit, r.completed, r.rank] for r in found.standing.rows]
    named = [found.snapshot_id, found.number, found.title, rows]
    assert named == golden["read"]["bulletin"]


def test_letters_and_pauses_are_known(
    store: Store, golden: dict[str, Any]
) -> None:
    keys = [line.action.key for line in Outbox(store.engine).notices()]
    assert keys == [row["key"] for row in golden["rows"]["notice"]]
    pause = Pauses(store.engine).newest_pause(Server.MAILBOX)
    assert pause is not None
    assert pause.cause == golden["rows"]["pause"][0]["cause"]


@pytest.mark.parametrize("kind", list(NEWEST), ids=lambda kind: kind.__name__)
def test_a_shape_of_a_newer_program_is_refused(kind: type) -> None:
    with pytest.raises(ValueError, match="newer"):
        restored(kind, {SHAPE: NEWEST[kind] + 1})


def test_what_is_kept_says_its_shape() -> None:
    raw = kept(FileReading, FileReading("正文", "html"))
    assert raw[SHAPE] == NEWEST[FileReading]
    assert restored(FileReading, raw) == FileReading("正文", "html")
    assert Bulletin in NEWEST
