"""Makes a campaign of an invented city from a seed: config.toml, mail/*.eml, index.json, steps.json, truth.json, as in tests/data/campaign.

    python -m campaigns.make TOWN SEED FOLDER      (in tests/)

The truth comes from rulebook.py, a second reading of the rules; nothing of the program under test is imported.
"""

import heapq
import itertools
import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from random import Random

from campaigns import papers, post
from campaigns.letters import Letters
from campaigns.plans import Plans
from campaigns.reports import Build
from campaigns.rulebook import Entry, Rules, plain
from campaigns.towns import TOWNS, Town, config


@dataclass
class Event:
    at: datetime
    run: Callable[["Maker", datetime], None]


@dataclass
class Maker(Plans):
    """One campaign in the making: a queue of events in time, mails and their truth as they are entered."""

    town: Town
    seed: int
    rulings: bool = (
        True  # reviewers answer; not where the mails are only taken in
    )
    rng: Random = field(init=False)
    rules: Rules = field(init=False)
    letters: Letters = field(init=False)

    def __post_init__(self) -> None:
        self.rng = Random(f"{self.town.key}{self.seed}")
        self.rules = Rules(self.town)
        self.letters = Letters(self.rules)
        self.steps = self.letters.steps()
        self.times = sorted(
            {datetime.fromisoformat(s["now"]) for s in self.steps}
        )
        self.queue: list[tuple[datetime, int, Event]] = []
        self.counter = itertools.count()
        self.builds: list[tuple[int, Build]] = []
        self.jobs: dict[str, tuple[str, bytes]] = {}
        self.index: list[dict] = []
        self.messages: list[dict] = []
        self.mails: dict[int, post.Mail] = {}
        self.pace = {
            o.name: self.rng.uniform(0.55, 1.15) for o in self.town.offices
        }
        self.digests: dict[str, list[dict]] = {}
        self.number = 0

    def push(
        self, at: datetime, run: Callable[["Maker", datetime], None]
    ) -> None:
        if at <= self.times[-1]:
            heapq.heappush(self.queue, (at, next(self.counter), Event(at, run)))

    def enter(
        self,
        build: Build,
        identity: str,
        at: datetime,
        outcome: str,
        reason: str | None,
        entries: list[Entry],
        form: str,
        layout: str | None,
        traps: list[str],
        sender: str,
        **more,
    ) -> int:
        self.number += 1
        n = self.number
        self.builds.append((n, build))
        self.index.append(
            dict(
                n=n,
                file=f"mail/{n:04d}.eml",
                received=at.isoformat(),
                message_id=identity,
                **more,
            )
        )
        self.messages.append(
            {
                "n": n,
                "outcome": outcome,
                "reason": reason,
                "reports": entries,
                "message_id": identity,
                "format": form,
                "layout": layout,
                "traps": traps,
                "sender": sender,
            }
        )
        return n

    def next_n(self) -> int:
        return self.number + 1

    def run(self) -> None:
        self.plan()
        for now in self.times:
            fresh = len(self.messages)
            while self.queue and self.queue[0][0] <= now:
                at, _, event = heapq.heappop(self.queue)
                event.run(self, at)
            for m in self.messages[fresh:]:
                self._answer(m, now)
            self.letters.work(now)
            for s in self.steps:
                if s["what"] == "digest" and s["now"] == now.isoformat():
                    self.digests[s["period"]] = plain(
                        self.rules.standing(date.fromisoformat(s["period"]))
                    )

    def _answer(self, m: dict, now: datetime) -> None:
        tell, n = self.letters.tell, m["n"]
        if m["outcome"] in ("reported", "unreadable") and self.town.units_of(
            m["sender"]
        ):
            tell(
                {"reported": "receipt"}.get(m["outcome"], "unreadable"),
                (n,),
                [m["sender"]],
                now,
                n=n,
            )
        for i, e in enumerate(m["reports"]):
            if e.holds:
                to = ["zzb@example.cn", "shenhe@example.cn"]
                tell(
                    "review_request",
                    (n, i),
                    to,
                    now,
                    unit=e.unit,
                    period=str(e.period),
                    n=n,
                )


def make(
    town: Town, seed: int, folder: Path, *, rulings: bool = True
) -> Counter:
    """Writes the campaign into a folder; how many mails of each format and trap."""
    maker = Maker(town, seed, rulings)
    maker.run()
    (folder / "mail").mkdir(parents=True, exist_ok=True)
    done = papers.convert(maker.jobs)
    for n, build in maker.builds:
        (folder / f"mail/{n:04d}.eml").write_bytes(build(done))
    rules = maker.rules
    truth = {
        "messages": [
            {
                **{k: v for k, v in m.items() if k != "sender"},
                "reports": [e.row() for e in m["reports"]],
            }
            for m in maker.messages
        ],
        "standings": maker.digests,
        "talks": rules.talks,
        "notices": maker.letters.sent,
    }
    (folder / "config.toml").write_text(config(town), encoding="utf-8")
    for name, content in (
        ("index", maker.index),
        ("steps", maker.steps),
        ("truth", truth),
    ):
        (folder / f"{name}.json").write_text(
            json.dumps(content, ensure_ascii=False, indent=1, default=str),
            encoding="utf-8",
        )
    (folder / "final.json").write_text(
        json.dumps(
            {str(p): plain(rules.standing(p)) for p in rules.periods},
            ensure_ascii=False,
        ),
        encoding="utf-8",
    )
    return Counter(
        [m["format"] for m in maker.messages]
        + [t for m in maker.messages for t in m["traps"]]
    )


if __name__ == "__main__":
    print(make(TOWNS[sys.argv[1]], int(sys.argv[2]), Path(sys.argv[3])))
