"""What machines carry: a period's mails on their way through readers and mail accounts, by arithmetic and simulated, side by side.

Every campaign has a mail account of its own, as the program wants it; its units mail in the two hours before the deadline and
each mail is answered. Costs are those of docs/speed.md. The arithmetic takes the larger of what the cores and what the
accounts need; the simulation moves each mail by itself, first come first served. Asserts nothing: tests/bench does.
"""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Seconds of one core, docs/speed.md: a mail read, judged and recorded; its receipt; a scan on top
MAIL = 0.013
RECEIPT = 0.010
SCAN = 2.0
SCANS = 0.1
# [smtp] per_minute of a free account
PER_MINUTE = 20
CORES = 2
# Seconds before the deadline in which the mails of a period come
RUSH = 7200.0
MACHINES = (1, 10, 100)


@dataclass(frozen=True)
class Land:
    """So many campaigns of so many units each."""

    name: str
    campaigns: int
    units: int

    @property
    def mails(self) -> int:
        return self.campaigns * self.units


LANDS = (
    Land("a city", 1, 25),
    Land("a province of 21 cities, one account", 1, 525),
    Land("a province of 21 cities, one account each", 21, 25),
    Land("3,000 counties, one account", 1, 3000),
    Land("3,000 counties of 25 units, one account each", 3000, 25),
    Land("10,000 towns of 25 units, one account each", 10000, 25),
)


@dataclass(frozen=True)
class Needed:
    """Seconds from the first mail to the last receipt, as cores and as accounts need them."""

    cores: float
    accounts: float

    @property
    def seconds(self) -> float:
        return max(RUSH, self.cores, self.accounts)

    @property
    def bottleneck(self) -> str:
        if self.seconds <= RUSH:
            return "none"
        if self.cores >= self.accounts:
            return "cores, for scans"
        return "the mail account"


def needed(land: Land, machines: int) -> Needed:
    """By arithmetic. A receipt goes once its mail was read, so the rush is waited out in any case."""
    work = land.mails * (MAIL + RECEIPT + SCANS * SCAN)
    return Needed(work / (machines * CORES), land.units * 60 / PER_MINUTE)


def simulated(land: Land, machines: int, seed: int = 1) -> float:
    """Seconds from the first mail to the last receipt."""
    chance = random.Random(seed)
    cores = [0.0] * min(machines * CORES, land.mails)
    accounts = [0.0] * land.campaigns
    last = 0.0
    arrivals = sorted(
        (chance.uniform(0, RUSH), chance.randrange(land.campaigns))
        for _ in range(land.mails)
    )
    for came, campaign in arrivals:
        cost = MAIL + RECEIPT
        if chance.random() < SCANS:
            cost += SCAN
        done = max(came, heapq.heappop(cores)) + cost
        heapq.heappush(cores, done)
        sent = max(done, accounts[campaign])
        accounts[campaign] = sent + 60 / PER_MINUTE
        last = max(last, sent)
    return last


def capacity(folder: Path, *, quick: bool) -> Iterator[str]:
    """A row of docs/scale.md for each land and number of machines."""
    yield "| | mails | machines | arithmetic | simulated | first bottleneck |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for land in LANDS:
        for machines in MACHINES:
            found = needed(land, machines)
            yield (
                f"| {land.name} | {land.mails:,} | {machines} |"
                f" {_hours(found.seconds)} | {_hours(simulated(land, machines))} | {found.bottleneck} |"
            )
            if found.bottleneck == "none":
                # More of them carry it all the more
                break


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h"
