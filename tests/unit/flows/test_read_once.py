"""What a wake needs of the ledger it reads once, however many letters are written from it."""

import re
from pathlib import Path

import pytest
from campaign_maker import form_mail
from sqlalchemy import event
from test_notify import arrived, at

from pipeline.bootstrap import Program
from pipeline.flows.worker import wake
from pipeline.notices.digest_facts import digest
from pipeline.notices.due import due_actions

# A table as it grew since it was read last: by the numbers of its rows; decisions by
# those of the reports that they are on
GROWTH = re.compile(
    r"FROM (report|message|decision) (?:JOIN report ON \S+ = \S+ )?"
    r"WHERE (?:report\.sequence|message\.id) > \?"
)


def loads_in(worker: Program) -> list[str]:
    """The tables that are read in whole or in part, one name a time; filled as it
    happens."""
    found: list[str] = []

    def note(
        connection: object, cursor: object, statement: str, *more: object
    ) -> None:
        found.extend(GROWTH.findall(" ".join(statement.split())))

    event.listen(worker.store.engine, "before_cursor_execute", note)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two of the units have reported for 10 September."""
    from campaign_maker import made

    made(tmp_path)
    worker = at(tmp_path, "2015-09-10 11:00")
    for address, unit, figure in (
        ("jia@example.cn", "甲县", "120"),
        ("yi@example.cn", "乙县", "150"),
    ):
        when = "2015-09-10 10:00"
        raw = form_mail(address, unit, "2015年9月10日", figure, when)
        arrived(worker, raw, when)
    worker.close()
    return tmp_path


def test_a_wake_loads_each_table_once(folder: Path) -> None:
    worker = at(folder, "2015-09-11 09:30")
    loads = loads_in(worker)
    wake(worker.shift())
    assert worker.outbox.notices()
    assert sorted(loads) == ["decision", "message", "report"]


def test_a_periods_digest_is_gathered_once_for_all_its_groups(
    folder: Path,
) -> None:
    worker = at(folder, "2015-09-11 09:30")
    facts = worker.facts()
    plan = due_actions(facts.now, worker.campaign, facts.ledger)
    digests = [a for a in plan.actions if a.kind == "period_digest"]
    assert len({action.group for action in digests}) > 1
    standings = {id(digest(facts, action).standing) for action in digests}
    assert len(standings) == 1
