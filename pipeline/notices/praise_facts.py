"""Which clauses may be proposed as 先进典型 (rules.md 8), each with its source mail.

Trusts the standings. Never of a unit that is lagging, missing, unreadable, held or
proposed for a talk.
"""

from collections.abc import Iterator

from pipeline.model.ledger import MailRecord
from pipeline.model.letters.bulletins import Praise
from pipeline.model.month import Month
from pipeline.model.report import Report
from pipeline.model.standing import Row, Standing, State
from pipeline.notices.facts import Facts
from pipeline.notices.growth_facts import Before
from pipeline.writing.bulletin.praise import Candidate, pick

_UNFIT_STATES = (State.MISSING, State.UNREADABLE, State.HELD)


def praise(
    standings: tuple[Standing, ...], start: Before, facts: Facts, month: Month
) -> tuple[Praise, ...]:
    """Proposes 先进典型 from the clauses of the month's counting reports."""
    called = set()
    for talk in facts.ledger.talks:
        # A proposal that nobody ruled on yet is reason enough not to praise (rules.md
        # 8).
        if talk.month == month and talk.state != "dropped":
            called.add(talk.unit)
    candidates: list[Candidate] = []
    for row in standings[-1].rows:
        if row.unit not in called and _is_fit(row, standings):
            candidates += _candidates(row, standings, start, facts)
    words = facts.campaign.words
    return pick(candidates, about=words.praised, words=words)


def _is_fit(row: Row, standings: tuple[Standing, ...]) -> bool:
    if row.lagging or row.completed is None:
        return False
    rows = (s.by_unit.get(row.unit) for s in standings)
    return all(r is None or r.state not in _UNFIT_STATES for r in rows)


def _candidates(
    row: Row, standings: tuple[Standing, ...], start: Before, facts: Facts
) -> Iterator[Candidate]:
    # Rise as a share of the target, so that a small unit can be the best.
    rise = 0.0
    if row.target:
        rise = (start.growth(row.unit, row.completed) or 0) / row.target
    dues = set()
    for standing in standings:
        dues.add(standing.period)
    by_period = facts.ledger.counting.of(row.unit)
    # A clause that was reported before is nothing new of this month.
    earlier: list[str] = []
    for due, report in by_period.items():
        if due not in dues:
            earlier += report.measures
    for due in sorted(dues & set(by_period)):
        report = by_period[due]
        mail = facts.records.mail(report.message_key)
        for clause in report.measures:
            yield _candidate(
                clause=clause,
                rise=rise,
                earlier=tuple(earlier),
                report=report,
                mail=mail,
                facts=facts,
            )


def _candidate(
    clause: str,
    rise: float,
    earlier: tuple[str, ...],
    report: Report,
    mail: MailRecord | None,
    facts: Facts,
) -> Candidate:
    return Candidate(
        unit=report.unit or "",
        clause=clause,
        period_name=facts.campaign.calendar.name(report.period),
        message_id=mail.seen.message_id if mail else "",
        rise=rise,
        earlier_clauses=earlier,
        subject=mail.seen.subject if mail else "",
        received_at=facts.local(report.received_at),
    )
