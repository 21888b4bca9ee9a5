"""Rows that are not written yet: made of their table's columns alone, and written as one row at a time would be."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from chain import assert_told
from sqlmodel import Session, select

from pipeline.edges.ledger.append_only import AppendOnly
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.new_row import NewRow
from pipeline.edges.ledger.tables import (
    AttemptRow,
    DeliveryRow,
    HandlingRow,
    JournalRow,
    MailRow,
    RoundRow,
    SightingRow,
)

NOW = datetime(2015, 9, 10, 8, tzinfo=UTC)


def sighting(uid: int) -> NewRow:
    return NewRow(
        SightingRow,
        folder="INBOX",
        uidvalidity=1,
        uid=uid,
        key=f"{uid:064}",
        received_at=NOW,
        size=1,
        kept_at=NOW,
    )


@pytest.fixture
def ledger(tmp_path: Path) -> AppendOnly:
    return AppendOnly(open_database(f"sqlite:///{tmp_path / 'ledger.db'}"))


def test_a_column_that_is_not_given_has_the_tables_default() -> None:
    row = NewRow(AttemptRow, key="one", at=NOW)
    assert (row.id, row.key, row.at, row.weight) == (None, "one", NOW, 1)


@pytest.mark.parametrize("given", [{"key": "one"}, {"key": "one", "at": NOW, "wait": 1}])  # fmt: skip
def test_a_row_of_other_columns_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="AttemptRow"):
        NewRow(AttemptRow, **given)


def test_rows_are_told_as_handed_in_though_written_by_tables(
    ledger: AppendOnly, tmp_path: Path
) -> None:
    seen = [sighting(uid) for uid in (1, 2, 3)]
    rows = []
    for one in seen:
        rows += [NewRow(HandlingRow, sighting_id=one, at=NOW), one]
    ledger.append(rows)
    with Session(ledger.engine) as session:
        handled = session.exec(select(HandlingRow.sighting_id)).all()
        told = session.exec(select(JournalRow).order_by(JournalRow.seq)).all()
    assert sorted(handled) == [row.id for row in seen] == [1, 2, 3]
    assert [entry.table_name for entry in told] == ["handling", "sighting"] * 3
    assert_told(tmp_path / "ledger.db")


def test_a_row_without_a_time_has_that_of_its_own_step(
    ledger: AppendOnly,
) -> None:
    with ledger.together(), ledger.opened() as session:
        for number in range(3):
            at = NOW + timedelta(seconds=number)
            mail = NewRow(
                MailRow,
                message_id=f"<{number}>",
                key="k",
                subject="",
                frozen_at=at,
            )
            copy = NewRow(DeliveryRow, mail_id=mail, recipient="a@example.cn")
            ledger.add(session, [mail, copy])
    with Session(ledger.engine) as session:
        told = session.exec(select(JournalRow).order_by(JournalRow.seq)).all()
    seconds = [(entry.at - NOW).total_seconds() for entry in told]
    assert seconds == [0, 0, 1, 1, 2, 2]


def test_of_rows_that_are_refused_none_is_written(ledger: AppendOnly) -> None:
    ledger.append([NewRow(RoundRow, key="asked", at=NOW)])
    again = [sighting(1), NewRow(RoundRow, key="asked", at=NOW)]
    assert not ledger.append_once(again)
    with Session(ledger.engine) as session:
        assert session.exec(select(SightingRow)).all() == []
