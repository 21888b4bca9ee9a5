"""The whole campaign at speed with all faults on, again and again: the same ledger as without, memory and descriptors flat.

    python3 scripts/soak/soak.py --minutes 15     campaigns until the time is over, each with another seed; a scoreboard
    python3 scripts/soak/soak.py --fast           one short campaign, some 20 s (tests/crash/test_soak.py)

A real Dovecot stands behind the proxy that behaves as imap.126.com, behind a line that cuts, stalls and says BYE; the mail server
refuses for now, closes, and breaks off after the final dot. The clock jumps from hour to hour; in every other campaign the
worker is killed (SIGKILL) at random moments. At the end one life goes on for 180 wakes, faults and mails as before, and its memory
and descriptors are measured. Exit status 1 where a promise was broken. Needs Dovecot and openssl.
"""

import argparse
import json
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import _environment

if __name__ == "__main__":
    _environment.enter(("demo",), dev=True)

from torture.ledger import Told, examined, raw_damage, told
from torture.world import (
    CountingPost,
    Mailbox,
    Moment,
    World,
    _Conversation,
    moments,
)

# Between two hours of the campaign: then the worker is said to be stuck
MOST_WAKES = 60
# Wakes, before memory is measured
WARM = 30
# KB a wake: below it memory counts as flat (a leaked connection costs several
# times that)
FLAT = 40.0


class FaultyLine:
    """A TCP line to `backend` that breaks as chance has it, while `on`; `faults` counts what it did."""

    def __init__(self, backend: int, chance: random.Random) -> None:
        self.on, self.backend, self.chance = False, backend, chance
        self.faults: Counter[str] = Counter()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self.listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                threading.Thread(
                    target=self._relay, args=(client,), daemon=True
                ).start()

    def _relay(self, client: socket.socket) -> None:
        fault = self._fault()
        with (
            client,
            socket.create_connection(("127.0.0.1", self.backend)) as server,
        ):
            for line in (client, server):
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(
                target=_pour, args=(client, server), daemon=True
            ).start()
            left = self.chance.randrange(100, 4_000) if fault else -1
            with suppress(OSError):
                self._down(server, client, fault, left)
            for line in (client, server):
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def _fault(self) -> str:
        return (
            self.chance.choice(("cut", "cut", "stall", "bye"))
            if self.on and self.chance.random() < 0.3
            else ""
        )

    def _down(
        self,
        server: socket.socket,
        client: socket.socket,
        fault: str,
        left: int,
    ) -> None:
        while data := server.recv(65_536):
            if fault and len(data) >= left:
                self.faults[fault] += 1
                client.sendall(
                    data[:left]
                    + (b"\r\n* BYE going down\r\n" if fault == "bye" else b"")
                )
                if fault == "stall":
                    time.sleep(1.5)
                return
            left -= len(data)
            client.sendall(data)


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


class FaultyPost(CountingPost):
    """Refuses for now, asks all mail to wait, closes, and breaks off after the dot, as chance has it, while `on`."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self.RequestHandlerClass = _FaultyConversation
        self.on, self.chance = False, chance
        self.faults: Counter[str] = Counter()

    def strikes(self, what: str, share: float) -> bool:
        found = self.on and self.chance.random() < share
        self.faults[what] += found
        return found


class _FaultyConversation(_Conversation):
    server: FaultyPost

    def _answer(self, line: bytes) -> bool:
        word = line[:4].upper()
        if word == b"RCPT" and self.server.strikes("450", 0.08):
            self._say("450 4.7.1 greylisted, come back later")
            return True
        if word == b"MAIL" and self.server.strikes("421", 0.03):
            self._say("421 HL:REP 126 smtp1")
            return False
        if word == b"MAIL" and self.server.strikes("451 SFQ", 0.03):
            self._say("451 MI:SFQ 126 smtp1")
            return True
        if word == b"RCPT" and self.server.strikes("cut before the dot", 0.03):
            return False
        return super()._answer(line)

    def _say(self, text: str) -> None:
        if text.startswith("250 ok queued") and self.server.strikes(
            "cut after the dot", 0.06
        ):
            raise ConnectionAbortedError
        super()._say(text)


class Worker:
    """The worker: started when it is needed, killed when chance has it; `without` a protection, for the control."""

    def __init__(self, without: str = "") -> None:
        self.without = without
        self.process: subprocess.Popen[str] | None = None

    def wake(
        self, folder: Path, now: datetime, kill_after: float | None
    ) -> dict[str, object] | None:
        """What it says of the wake; None where it was killed before it could."""
        task: dict[str, object] = {
            "folder": str(folder),
            "now": now.isoformat(),
            "kill_after": kill_after,
        }
        return self._ask(task)

    def end(self) -> None:
        """The next wake is another worker's."""
        if self.process is not None:
            self._ask({"end": True})

    def _ask(self, task: dict[str, object]) -> dict[str, object] | None:
        process = self.process = self.process or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(task) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        assert line, "the worker's process is gone"
        said = json.loads(line)
        return None if said is None else dict(said)

    def _started(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [
                sys.executable,
                str(Path(__file__).with_name("worker.py")),
                self.without,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def close(self) -> None:
        """Its process ends with its input."""
        if self.process is not None:
            self.process.communicate()


@dataclass
class Score:
    campaigns: int = 0
    wakes: int = 0
    failed: int = 0
    kills: int = 0
    stuck: list[str] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    alarms_left: list[str] = field(default_factory=list)
    letters: int = 0
    repeated: int = 0
    ambiguous: int = 0
    in_doubt: int = 0
    # (KB, descriptors) by wake of the steady life
    life: list[tuple[int, int]] = field(default_factory=list)

    def slopes(self) -> tuple[int, float, float]:
        """Wakes of the steady life after it was warm, and what each added: KB, descriptors (least squares)."""
        life = self.life[WARM:]
        return (
            len(life),
            _slope([kb for kb, _ in life]),
            _slope([fds for _, fds in life]),
        )


def _slope(values: list[int]) -> float:
    if len(values) < 2:
        return 0.0
    middle, mean = (len(values) - 1) / 2, sum(values) / len(values)
    above = sum(
        (at - middle) * (value - mean) for at, value in enumerate(values)
    )
    return above / sum((at - middle) ** 2 for at in range(len(values)))


@dataclass
class Soak:
    world: World
    line: FaultyLine
    post: FaultyPost
    plan: list[Moment]
    chance: random.Random
    score: Score = field(default_factory=Score)
    worker: Worker = field(default_factory=Worker)

    def life(self, name: str, kill: float) -> Path:
        """A whole campaign in a ledger of its own; its folder."""
        mailbox = self.world.mailbox(name)
        folder = self.world.life(name, mailbox)
        hours = [moment.now for moment in self.plan]
        for moment, until in zip(
            self.plan, [*hours[1:], hours[-1] + timedelta(days=2)], strict=True
        ):
            _arrive(moment, mailbox)
            self._work(folder, moment.now, until, kill)
        self._mend(folder, hours[-1] + timedelta(days=3))
        return folder

    def _mend(self, folder: Path, now: datetime) -> None:
        """The servers are well again: whatever stood wrong must be closed by itself."""
        wrong = self.line.on
        self.faults(on=False)
        for hours in (0, 1, 2):
            said = self.worker.wake(folder, now + timedelta(hours=hours), None)
        self.score.alarms_left += [
            f"{folder.name} {cause}" for cause in _standing(said or {})
        ]
        self.faults(on=wrong)

    def _work(
        self, folder: Path, now: datetime, until: datetime, kill: float
    ) -> None:
        """Wakes at this hour, and again whenever the worker means to, until it is content or the next hour strikes."""
        for _ in range(MOST_WAKES):
            doomed = self.chance.random() < kill
            said = self.worker.wake(
                folder, now, self.chance.uniform(0.01, 0.5) if doomed else None
            )
            if said is None:
                self.score.kills += 1
                continue
            self.score.wakes += 1
            self.score.failed += bool(said["failed"])
            if said["next"] is None:
                return
            later = datetime.fromisoformat(str(said["next"]))
            if later >= until:
                return
            now = max(now, later)
        self.score.stuck.append(f"{folder.name} {now}")

    def steady(self, folder: Path, now: datetime, wakes: int) -> None:
        """One life that goes on, every ten minutes, a mail each half hour, all faults on: its memory is measured."""
        from campaign_maker import form_mail

        mailbox = self.world.mailbox(folder.name)
        for number in range(wakes):
            at = now + timedelta(minutes=10 * number)
            if number % 3 == 0:
                mailbox.append(
                    form_mail(
                        "jia@example.cn",
                        "甲县",
                        "",
                        900 + number,
                        f"{at:%Y-%m-%d %H:%M}",
                    ),
                    at,
                )
            said = self.worker.wake(folder, at, None)
            assert said is not None
            self.score.life.append(
                (int(str(said["rss"])), int(str(said["descriptors"])))
            )

    def judge(self, folder: Path, wanted: Told) -> None:
        """Holds a life against the one that had no faults."""
        self.post.quiet()
        copies, ambiguous = (
            self._of(self.post.copies, folder.name),
            self._of(self.post.ambiguous, folder.name),
        )
        found = told(folder)
        damage = examined(folder.name, found, wanted, copies, ambiguous)
        self.score.damage += damage.lines + [
            f"raw: {line}" for line in raw_damage(folder)
        ]
        self.score.letters += len(copies)
        self.score.repeated += sum(count - 1 for count in copies.values())
        self.score.ambiguous += ambiguous.total()
        self.score.in_doubt += sum(
            state == "unknown" for state, _, _ in found.letters.values()
        )
        self.score.campaigns += 1

    @staticmethod
    def _of(
        counted: Counter[tuple[str, str, str]], name: str
    ) -> Counter[tuple[str, str]]:
        return Counter(
            {
                (to, mail): n
                for (who, to, mail), n in counted.items()
                if who.split("@")[0] == name
            }
        )

    def faults(self, *, on: bool) -> None:
        self.line.on = self.post.on = on


def _standing(said: dict[str, object]) -> list[str]:
    found = said.get("alarms", [])
    return [str(cause) for cause in found] if isinstance(found, list) else []


def _arrive(moment: Moment, mailbox: Mailbox) -> None:
    for received, raw in moment.mails:
        mailbox.append(raw, received)
    if moment.renumbered:
        mailbox.renumber()


@contextmanager
def soaking(seed: int, months: int) -> Iterator[Soak]:
    from live_servers import netease_proxy, running_dovecot

    chance = random.Random(seed)
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="xunbao-soak-")
            )
        )
        dovecot = stack.enter_context(running_dovecot())
        line = FaultyLine(
            stack.enter_context(netease_proxy(int(dovecot["IMAP_PORT"]))),
            random.Random(chance.random()),
        )
        post = stack.enter_context(FaultyPost(random.Random(chance.random())))
        through_line = {**dovecot, "IMAP_PORT": str(line.port)}
        soak = Soak(
            _World(through_line, post, folder, direct=dovecot),
            line,
            post,
            moments(months),
            chance,
        )
        stack.callback(soak.worker.close)
        yield soak


@dataclass
class _World(World):
    """The program goes through the line; the mails are put in at the Dovecot itself."""

    direct: dict[str, str] = field(default_factory=dict)

    def mailbox(self, user: str) -> Mailbox:
        return Mailbox(self.direct, user)


def run(soak: Soak, seconds: float, steady: int) -> Score:
    """Campaigns until the time is over, every other one with kills, at least one; then `steady` wakes of one life."""
    end = time.monotonic() + seconds
    calm = soak.life("calm", 0.0)
    wanted = told(calm)
    soak.worker.end()
    soak.score = Score()
    soak.faults(on=True)
    number = 0
    while number == 0 or time.monotonic() < end:
        number += 1
        folder = soak.life(f"soak{number}", 0.12 if number % 2 else 0.0)
        soak.judge(folder, wanted)
    soak.worker.end()
    soak.steady(folder, soak.plan[-1].now + timedelta(days=5), steady)
    return soak.score


def scoreboard(soak: Soak, score: Score, seed: int) -> dict[str, object]:
    wakes, memory, descriptors = score.slopes()
    return {
        "seed": seed,
        "campaigns": score.campaigns,
        "wakes": score.wakes,
        "wakes_that_failed": score.failed,
        "kills": score.kills,
        "imap_faults": dict(sorted(soak.line.faults.items())),
        "smtp_faults": dict(sorted(soak.post.faults.items())),
        "letters": score.letters,
        "repeated": score.repeated,
        "ambiguous": score.ambiguous,
        "bulletins_in_doubt": score.in_doubt,
        "ledger_differences": len(score.damage),
        "stuck": score.stuck,
        "alarms_left": sorted(set(score.alarms_left)),
        "steady_wakes": wakes,
        "kb_a_wake": round(memory, 2),
        "descriptors_a_wake": round(descriptors, 4),
        "lines": score.damage[:20],
    }


def broken(board: dict[str, object]) -> list[str]:
    """The promises that did not hold."""
    found = [
        name
        for name in ("ledger_differences", "stuck", "alarms_left")
        if board[name]
    ]
    if float(str(board["repeated"])) > float(str(board["ambiguous"])):
        found.append("repeated")
    if int(str(board["steady_wakes"])) >= 100:
        found += ["memory"] if float(str(board["kb_a_wake"])) > FLAT else []
        found += (
            ["descriptors"]
            if float(str(board["descriptors_a_wake"])) > 0.02
            else []
        )
    return found


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("--minutes", type=float, default=15.0)
    options.add_argument(
        "--fast", action="store_true", help="one campaign of a month"
    )
    options.add_argument("--seed", type=int, default=1)
    options.add_argument(
        "--without",
        choices=("", "patience"),
        default="",
        help="the control, which must fail",
    )
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    months, seconds, steady = (
        (1, 0.0, 0) if given.fast else (2, given.minutes * 60, 180)
    )
    with soaking(given.seed, months) as soak:
        soak.worker.without = given.without
        board = scoreboard(soak, run(soak, seconds, steady), given.seed)
    if given.json:
        print(json.dumps(board, ensure_ascii=False))
    else:
        for name, value in board.items():
            print(f"{name:22} {value}")
    failed = broken(board)
    print(
        f"broken: {', '.join(failed)}" if failed else "all promises held",
        file=sys.stderr,
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
