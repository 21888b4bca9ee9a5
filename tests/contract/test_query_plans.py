"""No question that a wake asks looks through a whole table that grows: by SQLite's own account of how it would answer."""

import re
from pathlib import Path
from typing import Any

import pytest
from campaign_maker import form_mail, made, moment, settings
from plain_reader import PlainReader
from sqlalchemy import event

from pipeline.bootstrap import Program, assemble
from pipeline.cli.ledger.ingest_command import ingested
from pipeline.flows.ingest import Taken, take_in
from pipeline.flows.notify import notify
from pipeline.model.notice import NoticeKind
from pipeline.model.notice_key import key_of
from pipeline.model.operation.complaint import AlarmCause

# A row for each period, month or cause, not for each mail.
SMALL = {
    "round",
    "bulletin",
    "meta",
    "alarm_event",
    "talk",
    "talk_event",
    "extension",
}
NOW = "2015-09-10 18:05"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A ledger with reports and letters, looked at once: what stands in it is known."""
    found = assemble(
        settings(made(tmp_path)), moment(NOW), read_with=PlainReader
    )
    found.store.born(found.clock.now())
    take(found, "jia@example.cn", "甲县", 300)
    notify(found.clock.now(), found.desk(), mailbox_read=True)
    found.outbox.open_deliveries()
    return found


def take(program: Program, sender: str, unit: str, figure: int) -> None:
    at = "2015-09-10 10:00"
    raw = form_mail(sender, unit, "2015年9月10日", figure, at)
    key = program.vault.keep(raw)
    sighting = ingested(raw, moment(at))
    program.store.keep_sighting(sighting, key, program.clock.now())
    take_in(program.intake(), Taken())


def test_a_wake_scans_no_table_that_grows(program: Program) -> None:
    asked: list[tuple[str, Any]] = []

    def note(
        connection: Any,
        cursor: Any,
        statement: str,
        parameters: Any,
        *rest: Any,
    ) -> None:
        asked.append((statement, parameters))

    event.listen(program.store.engine, "before_cursor_execute", note)
    now = program.clock.now()
    take(program, "yi@example.cn", "乙县", 200)
    notify(now, program.desk(), mailbox_read=True)
    program.vitals()
    program.alarms.book.open_alarms()
    program.outbox.keys_of(key_of(NoticeKind.ALERT, AlarmCause.DISK_LOW))
    program.store.known("INBOX", 1, 1)
    program.store.highest_uid("INBOX", 1)
    program.store.failures("INBOX", 1)
    program.store.last_poll(whole=True)
    assert len(asked) > 20
    assert [
        told for told in map(_scanned, *_plans(program, asked)) if told
    ] == []


def _plans(
    program: Program, asked: list[tuple[str, Any]]
) -> tuple[list[str], list[list[str]]]:
    connection = program.store.engine.raw_connection()
    selects = {
        s: p for s, p in asked if s.lstrip().upper().startswith("SELECT")
    }
    plans = [
        [
            str(row[3])
            for row in connection.execute(f"EXPLAIN QUERY PLAN {s}", p)
        ]  # type: ignore[attr-defined]
        for s, p in selects.items()
    ]
    return list(selects), plans


def _scanned(statement: str, plan: list[str]) -> str:
    """The first table that is looked through; from its end to the first hit is no such look."""
    for step in plan:
        found = re.match(r"SCAN (\w+)", step)
        grows = found and found[1] not in SMALL and found[1] != "CONSTANT"
        if grows and "LIMIT" not in statement:
            return f"{step}: {' '.join(statement.split())[:200]}"
    return ""
