"""Damaged files and mails through the real reader in its bounded child: nothing may hang, harm the worker or end without a word.

    python3 scripts/fuzz/fuzz.py --mutants 10000                mutants of the demo's forms, seeded: the same again gives the same numbers
    python3 scripts/fuzz/fuzz.py --mutants 10000 --samples DIR  ... of every file and mail (.eml) below a folder
    python3 scripts/fuzz/fuzz.py --folder DIR                   every file below a folder as it is: foreign collections
    python3 scripts/fuzz/fuzz.py --own                          bombs and other files made to hurt, with seconds and memory for each

Counts outcomes by code, names the slowest, and for mutants those that give another figure than their original without a hold (a
flipped digit does so rightly). Exit status 1 where something ended without forms and without a sentence for its sender.
"""

import argparse
import collections
import sys
import threading
import time
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import _environment

from fuzz import hostile, mutants

if TYPE_CHECKING:
    from pipeline.edges.processes.sandbox import Reader
    from pipeline.model.form import FileReading

FORMS = _environment.ROOT / "pipeline" / "demo" / "forms"
AT = datetime(2015, 9, 10, tzinfo=UTC)
SECONDS = 45
# Bytes: a child this large is replaced before the next hostile file, whose
# peak is then its own
GROWN = 150_000_000
# Name, damage, bytes
Case = tuple[str, str, bytes]


@dataclass
class Tally:
    """What came of all files."""

    files: int = 0
    codes: collections.Counter[str] = field(default_factory=collections.Counter)
    silent: list[str] = field(default_factory=list)
    other_figure: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")


def main() -> int:
    _environment.enter(("demo",), dev=True)
    # Zipfile's, of the doubled names that damage is meant to make
    warnings.simplefilter("ignore")
    sys.path.insert(0, str(_environment.ROOT))
    asked = _arguments()
    known: dict[str, frozenset[int]] = {}
    if asked.folder:
        cases: Iterable[Case] = _files(asked.folder)
    elif asked.own:
        cases = ((name, "", raw) for name, raw in hostile.hostile())
    else:
        paths = mutants.samples(asked.samples)
        cases, known = (
            mutants.mutants(paths, asked.mutants, asked.seed),
            _figures_of(paths),
        )
    tally = run(cases, known, asked.seconds, each=asked.own)
    print(
        f"{tally.files} files; slowest {tally.slowest[0]:.2f} s ({tally.slowest[1]}); silent: {len(tally.silent)}"
    )
    print(
        "  ".join(
            f"{code} {number}" for code, number in tally.codes.most_common()
        )
    )
    if known:
        print(
            f"another figure without a hold: {len(tally.other_figure)}",
            *tally.other_figure,
            sep="\n  ",
        )
    return 1 if tally.silent else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--mutants", type=int, default=0, metavar="NUMBER")
    what.add_argument("--folder", type=Path)
    what.add_argument("--own", action="store_true")
    parser.add_argument("--samples", type=Path, default=FORMS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--seconds", type=int, default=SECONDS, help="that a file may take"
    )
    return parser.parse_args()


def run(
    cases: Iterable[Case],
    known: dict[str, frozenset[int]],
    seconds_each: int,
    *,
    each: bool,
) -> Tally:
    """Reads every case; with `each` one line for it, seconds and the child's peak memory included."""
    tally = Tally()
    with _reader(seconds_each) as reader, _Gauge() as gauge:
        for name, damage, raw in cases:
            begun = time.monotonic()
            gauge.start()
            outcomes, readings = _read(reader, name, raw)
            seconds, title = (
                time.monotonic() - begun,
                f"{name} {damage}".strip(),
            )
            tally.files += 1
            tally.slowest = max(tally.slowest, (seconds, title))
            tally.codes.update(code for code, _ in outcomes)
            if not all(
                code in ("read", "mail") or _is_chinese(said)
                for code, said in outcomes
            ):
                tally.silent.append(title)
            if name in known and not _figures(readings) <= known[name]:
                tally.other_figure.append(
                    f"{title}: {_figures(readings)} for {set(known[name])}"
                )
            if each:
                _show(
                    name,
                    len(raw),
                    seconds,
                    gauge.peak,
                    [code for code, _ in outcomes],
                )
                if gauge.now() > GROWN:
                    reader.close()
    return tally


def _show(
    name: str, size: int, seconds: float, peak: int, codes: list[str]
) -> None:
    counted = " ".join(
        f"{code} {n}" for code, n in collections.Counter(codes).items()
    )
    print(
        f"{name:28} {size / 1e6:7.2f} MB {seconds:6.2f} s {peak / 1e6:5.0f} MB  {counted}",
        flush=True,
    )


def _reader(seconds: int) -> "Reader":
    from pipeline.edges.processes.sandbox import Reader
    from pipeline.settings import load

    return Reader(
        load(_environment.ROOT / "config.example.toml").form_spec,
        seconds=seconds,
    )


def _read(
    reader: "Reader", name: str, raw: bytes
) -> tuple[list[tuple[str, str]], list["FileReading"]]:
    """([(outcome, sentence)], readings); a mail is decoded first, and what is in it read as the worker does."""
    from pipeline.model.operation.errors import ReaderDied

    if not name.endswith(".eml"):
        readings = list(reader.file(Path(name).name, raw))
        return [_outcome(r) for r in readings], readings
    try:
        message = reader.message(raw, AT)
    except ReaderDied as trouble:
        return [(f"mail {trouble.cause}", trouble.advice)], []
    readings = [
        r for a in message.attachments for r in reader.file(a.name, a.content)
    ]
    if message.text.strip() or message.html:
        readings.append(reader.body(message.text, message.html))
    return [("mail", ""), *map(_outcome, readings)], readings


def _outcome(reading: "FileReading") -> tuple[str, str]:
    if reading.forms:
        return "read", ""
    return (
        (reading.trouble.code.value, reading.trouble.advice)
        if reading.trouble
        else ("silent", "")
    )


def _is_chinese(sentence: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in sentence)


def _figures(readings: Iterable["FileReading"]) -> set[int]:
    return {
        form.figure.completed
        for reading in readings
        for form in reading.forms
        if form.figure.completed is not None and not form.figure.holds
    }


def _figures_of(paths: Iterable[Path]) -> dict[str, frozenset[int]]:
    """What each undamaged sample gives."""
    with _reader(SECONDS) as reader:
        return {
            p.name: frozenset(
                _figures(_read(reader, p.name, p.read_bytes())[1])
            )
            for p in paths
        }


def _files(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), "", path.read_bytes()


class _Gauge:
    """Watches the resident memory of the children of this process."""

    def __init__(self) -> None:
        import psutil

        self._self = psutil.Process()
        self._gone = psutil.Error
        self._end = threading.Event()
        self.peak = 0

    def __enter__(self) -> "_Gauge":
        threading.Thread(target=self._look, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()

    def start(self) -> None:
        self.peak = 0

    def now(self) -> int:
        total = 0
        for child in self._self.children():
            try:
                total += child.memory_info().rss
            except self._gone:
                continue
        self.peak = max(self.peak, total)
        return total

    def _look(self) -> None:
        while not self._end.wait(0.02):
            self.now()


if __name__ == "__main__":
    sys.exit(main())
