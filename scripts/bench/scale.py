"""What grows with the units and with the mails: CPU seconds of judging at several sizes, and the exponent between them.

An exponent of 1 is linear. Nothing is read and nothing stored here: it is the core alone, on a ledger in memory.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.collector import as_in_the_program

if TYPE_CHECKING:
    from pipeline.model.roster import Units

SIZES = (400, 1600, 6400)
# Added one after the other to a ledger of each size
MAILS = 200


def scale(folder: Path, *, quick: bool) -> Iterator[str]:
    """A line for each question at each size, then its exponent from the smallest to the largest."""
    as_in_the_program()
    found: dict[str, list[float]] = {}
    for size in SIZES:
        for name, seconds in _measured(size):
            found.setdefault(name, []).append(seconds)
            yield f"{name:34} {size:6} units {seconds * 1000:10.2f} ms of CPU"
    for name, times in found.items():
        exponent = math.log(times[-1] / times[0]) / math.log(
            SIZES[-1] / SIZES[0]
        )
        yield f"{name:34} exponent {exponent:.2f}"


def many_units(size: int, least: int) -> "Units":
    """Counties of one pattern, with targets from `least` on."""
    from judging_makers import ROSTER

    pattern = next(u for u in ROSTER.units if not u.pool and not u.member_of)
    return tuple(
        replace(
            pattern,
            name=f"单位{n}县",
            emails=(f"u{n}@example.cn",),
            aliases=(),
            target=least + n % 97,
        )
        for n in range(size)
    )


def _measured(size: int) -> Iterator[tuple[str, float]]:
    from judging_makers import (
        CALENDAR,
        CAMPAIGN,
        PROGRESS,
        RULEBOOK,
        report,
    )

    from pipeline.judging.names import NameBook
    from pipeline.judging.progress.campaign import Campaign
    from pipeline.model.ledger import Ledger, MailSeen
    from pipeline.model.roster import Roster
    from pipeline.notices.due import due_actions

    units = many_units(size, 100)
    due = CALENDAR.dues[0]
    end = CALENDAR.by_due[due].deadline
    came = [n for n in range(size) if n % 3]
    reports = tuple(
        replace(
            report(units[n].name, due, n % 130, f"{due:%m-%d} 10:00"),
            id=f"r{n}",
            sequence=n,
            message_key=f"k{n}",
        )
        for n in came
    )
    mails = tuple(
        MailSeen(
            f"k{n}",
            f"<{n}>",
            end - timedelta(hours=3),
            units[n].emails[0],
            "",
            "reported",
        )
        for n in came
    )
    rulebook = replace(RULEBOOK, book=NameBook(Roster(units)))
    campaign = Campaign(rulebook, CAMPAIGN.notices, PROGRESS)
    ledger = Ledger(
        reports=reports,
        messages=mails,
        born_at=end - timedelta(days=30),
        read_until=end + timedelta(days=2),
    )
    now = end + timedelta(days=1)
    yield "standing", _cpu(lambda: campaign.standing(due, replace(ledger), now))
    yield (
        "due actions",
        _cpu(lambda: due_actions(now, campaign, replace(ledger))),
    )
    added = [
        replace(reports[0], id=f"x{n}", unit=units[n].name)
        for n in range(MAILS)
    ]

    def grow() -> None:
        grown = ledger
        for one in added:
            grown = grown.with_reports((one,))

    grow()
    yield f"{MAILS} mails into the ledger", _cpu(grow)


def _cpu(work: Callable[[], Any]) -> float:
    """The least of three: what is above it is the machine's, not the program's."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)
