"""What a good engineer's SQL needs for the answers that `nation` asks of judging: a standing, what is owed, the digest.

In SQLite, in memory, with an index for each question. It knows this bench's world alone: no pools, extensions, holds or
corrections, so it is a floor and no second way to judge.
"""

import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.nation import Nation
    from pipeline.judging.progress.campaign import Campaign

_TABLES = """
CREATE TABLE unit (name TEXT PRIMARY KEY, target INTEGER, email TEXT);
CREATE UNIQUE INDEX unit_at ON unit (email);
CREATE TABLE report (unit TEXT, period TEXT, completed INTEGER, state TEXT);
CREATE INDEX report_of ON report (unit, period, completed, state);
CREATE TABLE mail (key TEXT PRIMARY KEY, received_at TEXT, sender TEXT, outcome TEXT);
CREATE INDEX mail_of ON mail (outcome, key, received_at, sender);
CREATE TABLE period (due TEXT, reminded_at TEXT, closed_at TEXT, overdue_at TEXT, second_at TEXT);
CREATE TABLE settled (kind TEXT, about TEXT, PRIMARY KEY (kind, about)) WITHOUT ROWID;
"""
# The newest figure up to a period, whether the unit reported for it, its share, its rank
_NEWEST = """
WITH newest AS (
  SELECT unit, max(period) AS period, completed FROM report
  WHERE state = 'accepted' AND period <= :period GROUP BY unit
)
"""
_STANDING = f"""{_NEWEST}
SELECT unit.name, newest.completed, newest.period = :period,
       newest.completed * 1.0 / unit.target,
       newest.completed * 1.0 / unit.target < :behind,
       rank() OVER (ORDER BY newest.completed * 1.0 / unit.target DESC)
FROM unit LEFT JOIN newest ON newest.unit = unit.name
"""
# What is not settled of receipts, of reminders to the silent of all periods, of lag notices
_OWED = f"""{_NEWEST}, silent AS (
  SELECT name, email, name || ':' || due AS about, reminded_at, overdue_at, second_at
  FROM period CROSS JOIN unit WHERE NOT EXISTS (
    SELECT 1 FROM report WHERE report.unit = unit.name AND report.period = period.due)
), owed AS (
  SELECT 'receipt' AS kind, key AS about, received_at AS due_at, sender AS email
  FROM mail JOIN unit ON unit.email = mail.sender WHERE outcome = 'reported'
  UNION ALL
  SELECT 'due_reminder', about, reminded_at, email FROM silent WHERE reminded_at <= :now
  UNION ALL
  SELECT 'overdue_reminder', about, overdue_at, email FROM silent WHERE overdue_at <= :now
  UNION ALL
  SELECT 'second_overdue_reminder', about, second_at, email FROM silent WHERE second_at <= :now
  UNION ALL
  SELECT 'lag_notice', name || ':' || :period, overdue_at, email
  FROM newest JOIN unit ON unit.name = newest.unit JOIN period ON due = :period
  WHERE newest.completed * 1.0 / unit.target < :behind
)
SELECT kind || ':' || about, due_at, email FROM owed WHERE NOT EXISTS (
  SELECT 1 FROM settled WHERE settled.kind = owed.kind AND settled.about = owed.about)
ORDER BY due_at, 1
"""
# Of the digest: who is missing; who lags with both gaps, the worst first; the figures and ranks of the period before
_MISSING = """
SELECT name FROM unit WHERE NOT EXISTS (
  SELECT 1 FROM report WHERE report.unit = unit.name AND report.period = :period)
"""
_LAGGING = f"""{_NEWEST}
SELECT name, newest.completed, target, newest.completed * 1.0 / target AS rate,
       max(0, ceil(:schedule * target) - newest.completed),
       max(0, ceil(:lifted * target) - newest.completed),
       rank() OVER (ORDER BY newest.completed * 1.0 / target DESC)
FROM unit JOIN newest ON newest.unit = unit.name
WHERE rate < :behind ORDER BY rate
"""

Answers = dict[str, Callable[[], list[Any]]]


def answers_by_sql(made: "Nation") -> Answers:
    """What is asked -> how SQL answers it, each time anew."""
    database = _filled(made)
    asked = _asked(made.campaign, made.period, made.now)
    before = made.campaign.calendar.before(made.period)
    earlier = {**asked, "period": str(before)}

    def rows(question: str, given: dict[str, Any]) -> list[Any]:
        return database.execute(question, given).fetchall()

    return {
        "standing": lambda: rows(_STANDING, asked),
        "owed": lambda: rows(_OWED, asked),
        "digest": lambda: [
            rows(_MISSING, asked),
            rows(_LAGGING, asked),
            rows(_STANDING, earlier),
        ],
    }


def _asked(campaign: "Campaign", period: date, now: datetime) -> dict[str, Any]:
    from pipeline.judging.progress.standings import schedule_progress

    rules = campaign.progress
    schedule = schedule_progress(period, rules)
    after = campaign.calendar.after(period) or period
    return {
        "period": str(period),
        "now": now.isoformat(),
        "schedule": float(schedule),
        "behind": float(schedule - rules.lag_margin),
        "lifted": float(schedule_progress(after, rules) - rules.lag_margin),
    }


def _filled(made: "Nation") -> sqlite3.Connection:
    campaign, ledger = made.campaign, made.ledger
    database = sqlite3.connect(":memory:")
    database.executescript(_TABLES)
    _fill(
        database,
        "unit",
        [(u.name, u.target, u.emails[0]) for u in campaign.roster.units],
    )
    _fill(
        database,
        "report",
        [
            (r.unit, str(r.period), r.completed, r.state.value)
            for r in ledger.reports
        ],
    )
    _fill(
        database,
        "mail",
        [
            (m.key, m.received_at.isoformat(), m.sender, m.outcome)
            for m in ledger.messages
        ],
    )
    _fill(database, "period", _periods(campaign))
    _fill(database, "settled", [k.split(":", 1) for k in made.settled])
    return database


def _periods(campaign: "Campaign") -> list[tuple[str, ...]]:
    calendar = campaign.calendar
    steps = campaign.notices
    found = []
    for due in calendar.dues:
        times = (
            calendar.step(due, steps.due_reminder),
            calendar.deadline(due),
            calendar.step(due, steps.overdue_reminder),
            calendar.step(due, steps.second_overdue_reminder),
        )
        found.append((str(due), *(at.isoformat() for at in times)))
    return found


def _fill(database: sqlite3.Connection, table: str, rows: list[Any]) -> None:
    marks = ", ".join("?" * len(rows[0]))
    database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
