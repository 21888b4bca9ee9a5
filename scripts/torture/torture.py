"""kill -9 by the hundred: a campaign against a real Dovecot and a mail server that counts, and a scoreboard of what it cost.

    python3 scripts/torture/torture.py                     1,000 kills, about five minutes
    python3 scripts/torture/torture.py --kills 200         what tests/crash runs
    python3 scripts/torture/torture.py --faults            disks that fail instead: EIO at each write, ENOSPC and EROFS from each write on
    python3 scripts/torture/torture.py --without PROMISE   a control, which must fail: bytes-first, dedupe or sending-first

Three fifths of the kills go to every place in turn: each write, fsync, rename, unlink, send and receive of a wake that takes
mails in and of one that sends a bulletin is the last thing that a worker does (strace), and a second worker ends its work.
The others come at random calls and at random moments over whole campaigns, several in a row. Afterwards the ledger must be
that of a campaign that was never killed, row for row. Exit status 1 where a promise was broken. Needs strace and Dovecot.
"""

import argparse
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import _environment

from torture.ledger import Told, examined, raw_damage, told
from torture.score import Score, shown
from torture.worker import CALLS, SAID, WRITING
from torture.world import Mailbox, Moment, World, moments, world

KILLED = -9
# The moments of whose wakes every call is tried
SWEPT = {
    1: "mails",
    16: "bulletin",
}
# What is taken away, and where it tells
CONTROLS = {
    "bytes-first": "mails",
    "dedupe": "mails",
    "sending-first": "bulletin",
}
# Kills at one moment of a life, at most
IN_A_ROW = 10
# One call fails; or it and all of its kind after it
ERRORS = (
    ("EIO", ""),
    ("ENOSPC", "+"),
    ("EROFS", "+"),
)
# A mail whose reader died three times is set aside, by design: the third try
# is left alone
SPARED_AFTER = 2


class Broken(Exception):
    """A control has shown what it was to show."""


@dataclass
class Torture:
    """`worker` is tortured; `intact`, another one in a control, lives the life that is the measure."""

    world: World
    worker: "subprocess.Popen[str]"
    intact: "subprocess.Popen[str]"
    kills: int
    rest: random.Random
    score: Score = field(default_factory=Score)

    without: str = ""
    faults: bool = False

    def ask(
        self, folder: Path, moment: Moment, worker: Any = None, **how: Any
    ) -> dict[str, Any]:
        worker = worker or self.worker
        task = {
            "folder": str(folder),
            "now": moment.now.isoformat(),
            "kill": None,
            **how,
        }
        worker.stdin.write(json.dumps(task) + "\n")
        worker.stdin.flush()
        line = worker.stdout.readline()
        assert line, "the worker's process is gone"
        return dict(json.loads(line))

    def warm(self, plan: list[Moment]) -> None:
        """The processes that are forked learn what each of their copies would have to."""
        for number, worker in enumerate({self.worker, self.intact}):
            mailbox = self.world.mailbox(f"warm{number}")
            folder = self.world.life(f"warm{number}", mailbox)
            for moment in plan[:5]:
                arrive(mailbox, moment)
                self.ask(folder, moment, worker, here=True)

    def wake(
        self, folder: Path, moment: Moment, kill: Any = None, **how: Any
    ) -> dict[str, Any]:
        """One wake of a worker; anything but its end or its kill is a fault of the program."""
        done = self.ask(folder, moment, kill=kill, **how)
        place = (
            " ".join(
                filter(
                    None, (kill.get("error"), kill.get("syscall", "any moment"))
                )
            )
            if kill
            else ""
        )
        if (
            done["status"] == (SAID if "error" in (kill or {}) else KILLED)
            and kill
        ):
            self.score.kills[place] += 1
        elif "error" in (kill or {}) and done["status"] == 0:
            self.score.survived += 1
        elif done["status"]:
            last = (
                (folder / "worker.out")
                .read_text("utf-8")
                .strip()
                .splitlines()[-1:]
            )
            self.score.failed_wakes.append(
                f"{folder.name} {moment.now:%m-%d %H:%M} {done['status']} {last}"
            )
        return done

    def unkilled(self, plan: list[Moment]) -> tuple[Told, list[float]]:
        """The life that the others are held against: what it tells, and each wake's seconds."""
        mailbox = self.world.mailbox("unkilled")
        folder = self.world.life("unkilled", mailbox)
        seconds: list[float] = []
        for number, moment in enumerate(plan):
            arrive(mailbox, moment)
            before = self._before(folder, number)
            counted = folder / f"calls{number}"
            done = self.wake(
                folder,
                moment,
                worker=self.intact,
                count=str(counted) if before else None,
            )
            seconds.append(done["seconds"])
            if before:
                self.sweep(
                    SWEPT[number],
                    moment,
                    mailbox,
                    before,
                    told(folder),
                    _counted(counted),
                )
        return told(folder), seconds

    def _before(self, folder: Path, number: int) -> Path | None:
        if number not in SWEPT or (
            self.without and CONTROLS[self.without] != SWEPT[number]
        ):
            return None
        return Path(
            shutil.copytree(folder, folder.parent / f"before-{SWEPT[number]}")
        )

    def sweep(
        self,
        what: str,
        moment: Moment,
        mailbox: Mailbox,
        before: Path,
        wanted: Told,
        calls: dict[str, int],
    ) -> None:
        """Every call of this wake in turn, or as many of them, evenly spaced, as there are kills for."""
        tried = WRITING if self.faults else CALLS
        places = [
            (name, k)
            for name, times in calls.items()
            for k in range(1, times + 1)
            if name in tried
        ]
        budget = (self.kills if self.faults else self.kills * 3 // 5) // len(
            SWEPT
        )
        chosen = places[:: max(1, -(-len(places) // budget))]
        earlier = Counter(dict.fromkeys(told(before).letters, 1)) if (before / "storage").exists() else Counter()  # fmt: skip
        for number, (name, k) in enumerate(chosen):
            life = f"{what}-{name}-{k}"
            folder = self.world.life(life, mailbox, like=before)
            error, onwards = ERRORS[number % len(ERRORS)]
            harm = (
                {"error": error, "when": f"{k}{onwards}"}
                if self.faults
                else {"when": k}
            )
            self.wake(folder, moment, {"syscall": name, **harm})
            self.wake(folder, moment)
            self.judge(life, folder, wanted, earlier)
            shutil.rmtree(folder)

    def life(
        self,
        number: int,
        plan: list[Moment],
        wanted: Told,
        seconds: list[float],
    ) -> None:
        """A whole campaign, killed again and again while there are kills left."""
        name = f"life{number}"
        mailbox = self.world.mailbox(name)
        folder = self.world.life(name, mailbox)
        for moment, usual in zip(plan, seconds, strict=True):
            arrive(mailbox, moment)
            for _ in range(IN_A_ROW):
                if self.score.kills.total() >= self.kills or self._spared(
                    folder
                ):
                    break
                if (
                    self.wake(folder, moment, self._somewhere(usual))["status"]
                    != KILLED
                ):
                    break
            self.wake(folder, moment)
        self.judge(name, folder, wanted, Counter())
        self.score.lives += 1

    def _somewhere(self, usual: float) -> dict[str, Any]:
        if self.rest.random() < 0.4:
            return {"after": self.rest.uniform(0, usual)}
        return {
            "syscall": self.rest.choice(CALLS),
            "when": min(500, int(self.rest.paretovariate(0.5))),
        }

    def _spared(self, folder: Path) -> bool:
        """Whether a mail stands before its third try."""
        ledger = folder / "storage" / "ledger.db"
        if not ledger.exists():
            return False
        with closing(sqlite3.connect(ledger)) as opened:
            if not opened.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'attempt'"
            ).fetchone():
                return False
            (most,) = opened.execute(_TRIES).fetchone()
        self.score.spared += most >= SPARED_AFTER
        return bool(most >= SPARED_AFTER)

    def judge(
        self,
        name: str,
        folder: Path,
        wanted: Told,
        earlier: Counter[tuple[str, str]],
    ) -> None:
        copies, ambiguous = self.world.post.of(name)
        found = told(folder)
        # Sent, and could not be written down
        excused = (
            Counter(dict.fromkeys(copies, 1)) if self.faults else ambiguous
        )
        damage = examined(name, found, wanted, copies + earlier, excused)
        for line in raw_damage(folder):
            damage.add("raw_damaged", 1, f"{name} {line}")
        score = self.score
        for promise, amount in vars(damage).items():
            if promise != "lines":
                setattr(
                    score.damage,
                    promise,
                    getattr(score.damage, promise) + amount,
                )
        score.damage.lines += damage.lines
        if self.without and damage.lines:
            raise Broken(name)
        score.mails += found.rows["message"].total()
        score.rows += sum(rows.total() for rows in found.rows.values())
        score.letters += len(found.letters) - len(earlier)
        score.copies += copies.total()
        score.ambiguous += ambiguous.total()
        score.repeated += sum(n - 1 for n in copies.values())
        score.bulletins_in_doubt += sum(
            once and state == "unknown"
            for state, once, _ in found.letters.values()
        )


_TRIES = """
SELECT coalesce(max(tries), 0) FROM (SELECT sum(weight) AS tries FROM attempt a
WHERE NOT EXISTS (SELECT 1 FROM handling h WHERE a.key LIKE '%#' || h.sighting_id) GROUP BY key)
"""


def arrive(mailbox: Mailbox, moment: Moment) -> None:
    if moment.renumbered:
        mailbox.renumber()
    for received, raw in moment.mails:
        mailbox.append(raw, received)


def _counted(path: Path) -> dict[str, int]:
    """Calls by name out of strace -c: `% time  seconds  usecs/call  calls  [errors]  name`."""
    rows = (line.split() for line in path.read_text("utf-8").splitlines())
    return {
        row[-1]: int(row[3])
        for row in rows
        if len(row) >= 5 and row[3].isdigit() and row[-1] != "total"
    }


def run(
    kills: int,
    seed: int,
    without: str = "",
    *,
    faults: bool = False,
    months: int = 2,
) -> Score:
    with ExitStack() as opened:
        scratch = opened.enter_context(
            tempfile.TemporaryDirectory(prefix="torture", dir=_memory())
        )
        place = opened.enter_context(world(Path(scratch)))
        intact = opened.enter_context(_worker())
        worker = opened.enter_context(_worker(without)) if without else intact
        torture = Torture(
            place,
            worker,
            intact,
            kills,
            random.Random(seed),
            without=without,
            faults=faults,
        )
        torture.score.faulty = faults
        with suppress(Broken):
            _tortured(torture, moments(months))
    return torture.score


def _tortured(torture: Torture, plan: list[Moment]) -> None:
    torture.warm(plan)
    if torture.faults:
        # No life is led, whose end would be held against this one's
        torture.unkilled(plan[: max(SWEPT) + 1])
        return
    wanted, seconds = torture.unkilled(plan)
    number = 0
    while torture.score.kills.total() < torture.kills:
        number += 1
        torture.life(number, plan, wanted, seconds)


@contextmanager
def _worker(*arguments: str) -> "Iterator[subprocess.Popen[str]]":
    """The process that is forked for each wake; it ends with its input. What its own wakes print is not looked at."""
    command = [
        sys.executable,
        str(Path(__file__).with_name("worker.py")),
        *arguments,
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:  # fmt: skip
        yield worker


def _memory() -> str | None:
    """What kill -9 leaves does not depend on the disk: in memory a wake does not wait for it."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def main() -> int:
    _environment.enter(dev=True)
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    # A month holds a bulletin, and both renumberings
    parser.add_argument("--months", type=int, choices=(1, 2), default=2)
    parser.add_argument("--without", default="", choices=("", *CONTROLS))
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    begun = time.monotonic()
    score = run(
        asked.kills,
        asked.seed,
        asked.without,
        faults=asked.faults,
        months=asked.months,
    )
    if asked.json:
        print(
            json.dumps(
                vars(score)
                | {"damage": vars(score.damage), "good": score.good},
                ensure_ascii=False,
            )
        )
    else:
        print(shown(score, asked.seed, time.monotonic() - begun))
    return 0 if score.good else 1


if __name__ == "__main__":
    sys.exit(main())
