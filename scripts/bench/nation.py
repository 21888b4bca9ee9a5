"""A nation's offices: 100,000 units with ten periods of reports, and CPU seconds of a standing, of what is owed on top of
it, and of the digest, beside the SQL that gives the same (nation_sql.py): the least of three rounds in turn.

The ledger is in memory as the loader keeps it, and answered up to the last period but one: nothing is read from a disk, on
either side, and both have their indexes. Each round one mail more has come, as between two wakes of a worker. What the
first wake of a process takes is told beside it.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.collector import as_in_the_program
from bench.nation_sql import Answers, answers_by_sql
from bench.scale import many_units

if TYPE_CHECKING:
    from pipeline.judging.progress.campaign import Campaign
    from pipeline.model.ledger import Ledger, MailSeen
    from pipeline.model.report import Report

UNITS = 100_000
PERIODS = 10
# One unit in so many is silent in a period, each time another
_SILENT = 30
ROUNDS = 3
# So many reports are taken into the ledger at a time
_AT_ONCE = 10_000
_ASKED = ("standing", "what is owed, on top", "digest, on top")


@dataclass(frozen=True)
class Nation:
    campaign: "Campaign"
    ledger: "Ledger"
    period: date
    now: datetime
    settled: frozenset[str]
    # Not yet in the ledger: what comes between two wakes
    coming: tuple[tuple["Report", "MailSeen"], ...]


def nation(folder: Path, *, quick: bool) -> Iterator[str]:
    """A line for each question; `quick`: of a tenth of the units."""
    as_in_the_program()
    units = UNITS // 10 if quick else UNITS
    made = _made(units)
    yield f"{units} units, {len(made.ledger.reports)} reports"
    last = made
    while last.coming:
        last = _a_wake_later(last)
    sql = answers_by_sql(last)
    first = sum(_cpu(work) for _, work in _asked(made))
    yield f"{'the first wake of a process':34} {first:8.2f} s of CPU"
    least: dict[str, float] = {}
    # In turn, since the machine is shared
    for _ in range(ROUNDS):
        made = _a_wake_later(made)
        for name, work in chain(_asked(made), _by_sql(sql)):
            least[name] = min(_cpu(work), least.get(name, math.inf))
    for name, seconds in least.items():
        yield f"{name:34} {seconds:8.2f} s of CPU"
    spent = sum(least[name] for name in _ASKED)
    floor = sum(least.values()) - spent
    yield f"{'all three':34} {spent:8.2f} s, by SQL {floor:.2f}: {spent / floor:.2f}"
    yield f"{'owed alike':34} {_owes_alike(last, sql)}"


def _by_sql(sql: Answers) -> Iterator[tuple[str, Callable[[], Any]]]:
    for name, work in sql.items():
        yield f"{name} by SQL", work


def _owes_alike(made: Nation, sql: Answers) -> bool:
    """Whether SQL owes the same letters, the digest aside, in the same order."""
    from pipeline.model.notice import NoticeKind
    from pipeline.notices.due import due_actions

    plan = due_actions(made.now, made.campaign, made.ledger)
    own = [
        action.key
        for action in plan.actions
        if action.kind is not NoticeKind.PERIOD_DIGEST
    ]
    return own == [key for key, *_ in sql["owed"]()]


def _a_wake_later(made: Nation) -> Nation:
    """The worker has rested, and one mail has come."""
    (report, mail), *rest = made.coming
    rested = made.ledger.knowing()
    return replace(
        made, ledger=_grown(rested, [report], [mail]), coming=tuple(rest)
    )


def _grown(
    ledger: "Ledger", reports: Sequence["Report"], mails: Sequence["MailSeen"]
) -> "Ledger":
    """As the loader takes in what has come."""
    changed: Any = dict(enumerate(reports, len(ledger.reports)))
    come: Any = dict(enumerate(mails, len(ledger.messages)))
    packed: Any = ledger.reports
    ledger = ledger.taking(packed.changed(changed), changed)
    packed = ledger.messages
    return ledger.with_mails(packed.changed(come), mails)


class _Unread:
    """Records of a worker that looked into its mailbox and found nothing more."""

    def polls(self) -> tuple[datetime, ...]:
        return ()


def _asked(made: Nation) -> Iterator[tuple[str, Callable[[], Any]]]:
    """In their order, each to be done before the next is asked for."""
    from pipeline.model.notice import NoticeKind
    from pipeline.notices.digest_facts import digest
    from pipeline.notices.due import Plan, due_actions
    from pipeline.notices.facts import Facts

    campaign, ledger, now = made.campaign, made.ledger, made.now
    planned: list[Plan] = []

    def plan() -> None:
        planned.append(due_actions(now, campaign, ledger))

    standing, owed, on_top = _ASKED
    yield standing, lambda: campaign.standing(made.period, ledger, now)
    yield owed, plan
    told = [
        action
        for action in planned[0].actions
        if action.kind is NoticeKind.PERIOD_DIGEST and action.group is None
    ]
    facts = Facts(campaign, _Unread(), ledger, now)  # type: ignore[arg-type]
    yield on_top, lambda: digest(facts, told[0])


def _made(units: int) -> Nation:
    from judging_makers import CALENDAR, CAMPAIGN, PROGRESS, RULEBOOK

    from pipeline.judging.names import NameBook
    from pipeline.judging.progress.campaign import Campaign
    from pipeline.model.memory.settled_keys import SettledKeys
    from pipeline.model.roster import Roster
    from pipeline.notices.due import due_actions

    roster = Roster(many_units(units, 1000))
    # So many answers a day are asked for by nobody else
    unbounded = replace(CAMPAIGN.notices.answers, per_day=0)
    campaign = Campaign(
        replace(RULEBOOK, book=NameBook(roster)),
        replace(CAMPAIGN.notices, answers=unbounded),
        PROGRESS,
    )
    dues = CALENDAR.dues[:PERIODS]
    ledger = _ledger(roster, dues)
    before = CALENDAR.deadline(dues[-2]) + timedelta(days=9)
    answered = due_actions(before, campaign, _until(ledger, dues[-2]))
    settled = {action.key for action in answered.actions}
    settled |= set(answered.rounds)
    now = CALENDAR.deadline(dues[-1]) + timedelta(days=1)
    known = len(ledger.reports) - ROUNDS
    return Nation(
        campaign,
        _kept(ledger, known).knowing(settled=SettledKeys(settled)),
        dues[-1],
        now,
        frozenset(settled),
        tuple(zip(ledger.reports, ledger.messages, strict=True))[known:],
    )


def _kept(ledger: "Ledger", known: int) -> "Ledger":
    """The first reports and mails of a ledger, as the loader keeps them."""
    from pipeline.edges.ledger.loader import no_mails, no_reports

    kept = replace(ledger, reports=no_reports(), messages=no_mails()).kept_up()
    for first in range(0, known, _AT_ONCE):
        some = slice(first, min(first + _AT_ONCE, known))
        kept = _grown(kept, ledger.reports[some], ledger.messages[some])
    return kept


def _ledger(roster: Any, dues: tuple[date, ...]) -> "Ledger":
    from judging_makers import CALENDAR, report

    from pipeline.model.ledger import Ledger, MailSeen
    from pipeline.model.report import Report

    reports: list[Report] = []
    mails: list[MailSeen] = []
    for place, due in enumerate(dues):
        pattern = report(roster.units[0].name, due, 1, f"{due:%m-%d} 10:00")
        came = (CALENDAR.deadline(due) - timedelta(hours=3)).astimezone(UTC)
        for n, unit in enumerate(roster.units):
            if (n + place) % _SILENT == 0:
                continue
            number = len(reports)
            mails.append(
                MailSeen(
                    f"k{number}",
                    f"<{number}>",
                    came,
                    unit.emails[0],
                    "",
                    "reported",
                )
            )
            reports.append(
                replace(
                    pattern,
                    id=f"r{number}",
                    sequence=number,
                    unit=unit.name,
                    message_key=f"k{number}",
                    received_at=came,
                    completed=(place + 1) * 50 + n % 130,
                )
            )
    return Ledger(
        reports=tuple(reports),
        messages=tuple(mails),
        born_at=CALENDAR.deadline(dues[0]) - timedelta(days=9),
        read_until=CALENDAR.deadline(dues[-1]) + timedelta(days=2),
    )


def _until(ledger: "Ledger", period: date) -> "Ledger":
    """The ledger as it was when a period's reports had come."""
    known = sum(report.period <= period for report in ledger.reports)
    return replace(
        ledger,
        reports=ledger.reports[:known],
        messages=ledger.messages[:known],
    )


def _cpu(work: Callable[[], Any]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
