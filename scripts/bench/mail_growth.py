"""What a mail costs once many have come: 700, 7,000, 70,000 mails of 23 units through vault, child and ledger.

Told for each size are the CPU of parent and children a mail, of the whole and of its last tenth, the exponent between two sizes (1 is
linear), and the resident memory of the worker (what it holds, and its peak) and of its children. Each size has a process
of its own, since memory that was freed stays with a process. The mails are made before, by another process: the email
package leaves a class behind for each header until cycles are looked for, 25 MB for 500 mails.

    python3 scripts/bench.py growth             up to 70,000: a quarter of an hour of one core
    python3 scripts/bench.py growth --quick     70 and 700
"""

import json
import math
import pickle
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import _environment

from bench.collector import as_in_the_program

if TYPE_CHECKING:
    from psutil import Process

    from pipeline.bootstrap import Program

SIZES = (700, 7000, 70000)
QUICK_SIZES = (70, 700)
UNITS = 23
# As a poll brings them
_AT_ONCE = 500
# Taken in before, not counted: the children start and import what they need
_WARMING = 100
# The whole campaign: its first mail and its last
_FIRST = "2015-09-02 08:00"
_DAYS = 112
# The email package draws one by lot for each mail
_BOUNDARY = re.compile(rb"={15}\d+==")
_PEAK = re.compile(r"VmHWM:\s+(\d+) kB")


@dataclass(frozen=True)
class Growth:
    """CPU in seconds, memory in MB (of 1,000,000 octets). `last` is the CPU of the
    last tenth of the mails, `held` what the worker holds when it has taken them in
    and rests, `before` what it held before the first."""

    mails: int
    cpu: float
    last: float
    wall: float
    before: float
    held: float
    peak: float
    children: float


def growth(folder: Path, *, quick: bool) -> Iterator[str]:
    """A line for each size, then the exponents."""
    found: list[Growth] = []
    for size in QUICK_SIZES if quick else SIZES:
        one = _apart(size)
        found.append(one)
        yield _line(one)
    for small, large in pairwise(found):
        exponent = math.log(large.cpu / small.cpu) / math.log(
            large.mails / small.mails
        )
        yield f"{small.mails} to {large.mails} mails: exponent {exponent:.3f}"


def _line(one: Growth) -> str:
    whole = one.cpu * 1000 / one.mails
    last = one.last * 10_000 / one.mails
    return (
        f"{one.mails:6} mails {whole:6.2f} ms of CPU a mail, its last tenth "
        f"{last:6.2f}; wall {one.wall:7.1f} s; MB: {one.before:.0f} before, "
        f"{one.held:.0f} held, {one.peak:.0f} at most, children {one.children:.0f}"
    )


def _apart(size: int) -> Growth:
    """Made in one process, measured in another."""
    with tempfile.TemporaryDirectory() as folder:
        mails = str(Path(folder) / "mails")
        _told("make", size, mails)
        return Growth(**json.loads(_told("measure", size, mails)))


def _told(what: str, size: int, mails: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bench.mail_growth", what, str(size), mails],
        cwd=_environment.ROOT / "scripts",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


def _make(size: int, mails: Path) -> None:
    """All mails into one file, one behind the other."""
    from campaign_maker import moment, settings

    from pipeline.bootstrap import assemble

    with tempfile.TemporaryDirectory() as made, mails.open("wb") as file:
        program = assemble(
            settings(_campaign(Path(made))), moment("2016-01-05 12:00")
        )
        mail = _mails(program, _WARMING + size)
        for number in range(_WARMING + size):
            pickle.dump(mail(number), file)
        program.close()


def _read(file: BinaryIO, count: int) -> list[tuple[bytes, datetime]]:
    return [pickle.load(file) for _ in range(count)]


def _measured(size: int, mails: Path) -> Growth:
    from campaign_maker import moment, settings
    from psutil import Process

    from pipeline.bootstrap import assemble
    from pipeline.edges.processes.spare_memory import give_back

    as_in_the_program()
    with tempfile.TemporaryDirectory() as made, mails.open("rb") as file:
        program = assemble(
            settings(_campaign(Path(made))), moment("2016-01-05 12:00")
        )
        program.store.born(moment("2015-09-01 08:00"))
        me = Process()
        before = me.memory_info().rss
        _take_in(program, _read(file, _WARMING))
        begun, cpu = time.perf_counter(), 0.0
        slices = []
        for first in range(0, size, _AT_ONCE):
            came = _read(file, min(_AT_ONCE, size - first))
            started = _cpu(me)
            _take_in(program, came)
            slices.append((len(came), _cpu(me) - started))
            cpu += slices[-1][1]
        wall = time.perf_counter() - begun
        # As between two wakes; the ledger stays
        give_back()
        found = Growth(
            mails=size,
            cpu=cpu,
            last=_last_tenth(slices, size),
            wall=wall,
            before=before / 1e6,
            held=me.memory_info().rss / 1e6,
            peak=_peak() / 1e6,
            children=sum(c.memory_info().rss for c in me.children()) / 1e6,
        )
        program.close()
        return found


def _last_tenth(slices: list[tuple[int, float]], size: int) -> float:
    """CPU of the last tenth of the mails, by the slices that make it up."""
    mails, cpu = 0, 0.0
    for count, seconds in reversed(slices):
        if mails >= size / 10:
            break
        mails += count
        cpu += seconds
    return cpu * size / 10 / mails


def _campaign(folder: Path) -> Path:
    from campaign_maker import made

    more = []
    for number in range(UNITS):
        more.append(
            f'\n[[unit]]\nname = "第{number}县"\nkind = "county"\n'
            f'target = 1000\nemail = ["u{number}@example.cn"]\n'
        )
    return made(
        folder,
        replaced={
            "target = 1900": f"target = {1900 + 1000 * UNITS}",
            "[[group]]": f"{''.join(more)}\n[[group]]",
        },
    )


def _mails(
    program: "Program", size: int
) -> Callable[[int], tuple[bytes, datetime]]:
    """The mail of each number and when it came, spread over the whole campaign."""
    from campaign_maker import form_mail, moment

    dues = program.campaign.calendar.dues
    begun, step = moment(_FIRST), timedelta(days=_DAYS) / size

    def mail(number: int) -> tuple[bytes, datetime]:
        at, unit = begun + step * number, number % UNITS
        due = next((d for d in dues if d >= at.date()), dues[-1])
        raw = form_mail(
            f"u{unit}@example.cn",
            f"第{unit}县",
            f"{due.year}年{due.month}月{due.day}日",
            number // UNITS + 1,
            f"{at:%Y-%m-%d %H:%M}",
            identity=f"m{number}",
        )
        return _BOUNDARY.sub(b"=_%d" % number, raw), at

    return mail


def _take_in(program: "Program", mails: list[tuple[bytes, datetime]]) -> None:
    """As a wake does what a poll brought, but for the mailbox itself."""
    from pipeline.cli.ledger.ingest_command import ingested
    from pipeline.flows.ingest import Taken, take_in

    intake = program.intake()
    with intake.gathering() as gathering:
        for raw, at in mails:
            gathering.keep(ingested(raw, at), raw, at)
    taken = Taken()
    take_in(intake, taken)
    if taken.recorded != len(mails):
        raise RuntimeError(f"{taken.recorded} of {len(mails)} mails recorded")


def _cpu(me: "Process") -> float:
    """Seconds of this process and its children, those that ended among them."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = time.process_time() + ended.ru_utime + ended.ru_stime
    for child in me.children():
        times = child.cpu_times()
        seconds += times.user + times.system
    return seconds


def _peak() -> float:
    """Octets that this process held at most: by the kernel's count, since getrusage
    tells a process its parent's as well."""
    found = _PEAK.search(Path("/proc/self/status").read_text("ascii"))
    assert found is not None
    return int(found[1]) * 1024


def main() -> None:
    sys.path[:0] = [
        str(_environment.ROOT),
        str(_environment.ROOT / "tests" / "support"),
    ]
    what, size, mails = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    if what == "make":
        _make(size, mails)
        return
    print(json.dumps(asdict(_measured(size, mails))))


if __name__ == "__main__":
    main()
