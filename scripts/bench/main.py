"""Speed, as ratios to a floor measured in the same run: wall times drift on shared machines, ratios of pairs do not.

    python3 scripts/bench.py reading       each reader against the bare library or parser on the same bytes, and the child on top
    python3 scripts/bench.py full          workbooks against the libraries that know as much as these readers must
    python3 scripts/bench.py mail          a mail decoded, against mail-parser alone
    python3 scripts/bench.py poll          an idle `xunbao once` against a bare Python and a typer hello, as whole processes
    python3 scripts/bench.py end-to-end    mails through vault, child and ledger, against the bare parse loop
    python3 scripts/bench.py letters       a receipt, bulletins of 23 and 2,000 rows, against the bare libraries
    python3 scripts/bench.py rounds        what a letter costs, planned and sent, in rounds to 400 units
    python3 scripts/bench.py child         what the child costs a file, in CPU time
    python3 scripts/bench.py scale         standings, what is owed and the ledger's growth at 400 to 6,400 units, and the exponent
    python3 scripts/bench.py nation        100,000 units with 1,000,000 reports: a standing, what is owed, the digest, beside bare SQL
    python3 scripts/bench.py growth        what a mail costs once 700, 7,000, 70,000 have come, and the worker's memory
    python3 scripts/bench.py peers         the same mailbox read by mbsync, getmail6, imap_tools with python-docx
    python3 scripts/bench.py capacity      what 1, 10, 100 machines carry, by arithmetic and simulated
    python3 scripts/bench.py bars          the bars that were asked for, as ratios of CPU with their noise, and the bare loop beside that of the standard library
    python3 scripts/bench.py side-by-side  docx mails read by one child and by two, by the clock, beside the bare loop
    python3 scripts/bench.py start         --help, status and an idle `once` on ledgers of three sizes, as CPU beside a bare typer app
    python3 scripts/bench.py modules       what the first file of each kind imports
    ... --quick  one round, for a look    --json  one object a line    --folder DIR  other files than the demo's forms

Work and floor are run in turn; printed are the medians of the pairs. Nothing is asserted: docs/speed.md says what is aimed at.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import _environment

from bench import (
    bars,
    capacity,
    child,
    letter_rounds,
    letters,
    mail_growth,
    nation,
    peers,
    reading,
    running,
    start,
)
from bench import scale as sizes
from bench.pairs import Measured, Pair, measured

FORMS = _environment.ROOT / "pipeline" / "demo" / "forms"
BENCHES: dict[str, Callable[[Path], Iterator[Pair]]] = {
    "reading": reading.reading,
    "full": reading.full,
    "mail": reading.mail,
    "poll": running.poll,
    "end-to-end": running.end_to_end,
    "letters": letters.letters,
}
LINES: dict[str, Callable[..., Iterator[str]]] = {
    "bars": bars.bars,
    "child": child.child,
    "side-by-side": bars.side_by_side,
    "modules": reading.modules,
    "nation": nation.nation,
    "rounds": letter_rounds.rounds,
    "growth": mail_growth.growth,
    "peers": peers.peers,
    "scale": sizes.scale,
    "capacity": capacity.capacity,
    "start": start.start,
}


def main() -> int:
    _environment.enter(("demo",), dev=True)
    sys.path[:0] = [
        str(_environment.ROOT),
        str(_environment.ROOT / "tests" / "support"),
    ]
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=[*BENCHES, *LINES])
    parser.add_argument("--quick", action="store_true", help="one round")
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.add_argument(
        "--folder", type=Path, default=FORMS, help="files to read"
    )
    asked = parser.parse_args()
    if asked.what in LINES:
        for line in LINES[asked.what](asked.folder, quick=asked.quick):
            print(line, flush=True)
        return 0
    if not asked.json:
        print(
            f"{'':44} {'ratio':>7} {'least':>7} {'it, ms':>10} {'floor, ms':>10} {'on top, ms':>10}"
        )
    for pair in BENCHES[asked.what](asked.folder):
        show(measured(pair, 1 if asked.quick else 60), as_json=asked.json)
    return 0


def show(found: Measured, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False), flush=True)
        return
    title = f"{found.name} / {found.against}"
    print(
        f"{title:44} {found.ratio:7.2f} {found.least:7.2f} {found.milliseconds:10.3f}"
        f" {found.floor_milliseconds:10.3f} {found.on_top:10.3f}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
