"""What a start costs: CPU seconds of whole processes, parent and children, beside a bare typer app of one option.

The processes of a round are run in turn, so that load strikes them alike; told are the least and the median of the
rounds, and the ratio of the least ones. All start from compiled modules, as an installed program does. The idle
`once` works on ledgers that are filled with rows of answered reports, beside an empty mailbox of the demo's own servers.
"""

import math
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench.running import compiled, configured, process_cpu

if TYPE_CHECKING:
    from pipeline.edges.ledger.new_row import NewRow

_BARE = "import typer\napp = typer.Typer()\n@app.command()\ndef status(name: str = 'a') -> None: print(name)\napp()"
_SIZES = (700, 7000, 70000)
_NOW = "2015-09-10T12:00:00+08:00"
_CAME = datetime(2015, 9, 10, 1, tzinfo=UTC)
_AT_ONCE = 500


def start(folder: Path, *, quick: bool) -> Iterator[str]:
    """A line for each process, then the exponent of the idle `once`."""
    from pipeline.demo import story
    from pipeline.demo.servers import DemoServers

    compiled()
    rounds = 3 if quick else 5
    sizes = _SIZES[:2] if quick else _SIZES
    with (
        tempfile.TemporaryDirectory() as scratch,
        DemoServers(story.MAILBOX, "demo") as servers,
    ):
        ports = servers.imap_port, servers.smtp_port
        empty = _place(Path(scratch) / "empty", *ports)
        asked = {
            "a bare typer app": ["-c", _BARE],
            "its --help": ["-c", _BARE, "--help"],
            "--help": ["-m", "pipeline", "--help"],
            "status, empty ledger": _status(empty),
        }
        for size in sizes:
            filled = _place(Path(scratch) / str(size), *ports)
            _fill(filled, size)
            asked[f"status, {size} reports"] = _status(filled)
            asked[f"once, idle, {size} reports"] = _command("once", filled)
        yield from _told(_measured(asked, rounds), sizes)


def _place(folder: Path, imap_port: int, smtp_port: int) -> Path:
    folder.mkdir()
    return configured(folder, imap_port, smtp_port)


def _status(config: Path) -> list[str]:
    return _command("status", config)


def _command(name: str, config: Path) -> list[str]:
    return ["-m", "pipeline", name, "--config", str(config), "--now", _NOW]


def _fill(config: Path, size: int) -> None:
    """So many reports of the first unit, a second apart, each answered."""
    from pipeline.bootstrap import assemble
    from pipeline.settings import load

    program = assemble(load(config), _CAME)
    program.store.born(_CAME)
    rows: list[NewRow] = []
    for number in range(size):
        rows += _rows(program.settings.roster.units[0].name, number)
        if len(rows) >= _AT_ONCE:
            program.store.append(rows)
            rows = []
    program.store.append(rows)
    program.close()


def _rows(unit: str, number: int) -> list["NewRow"]:
    from pipeline.edges.ledger.new_row import NewRow
    from pipeline.edges.ledger.tables import (
        DecisionRow,
        MessageRow,
        NoticeRow,
        ReportRow,
    )
    from pipeline.model.notice import NoticeKind
    from pipeline.model.notice_key import once_per
    from pipeline.model.report import DecisionRule

    key, at = f"{number:064x}", _CAME + timedelta(seconds=number / 10)
    period = datetime(2015, 9, 10, tzinfo=UTC).date()
    return [
        NewRow(
            MessageRow,
            identity=key,
            key=key,
            fingerprint=key,
            message_id=f"<{number}@example.cn>",
            received_at=at,
            sender="qingxi@example.cn",
            sender_name="",
            subject="旬报",
            text="",
            outcome="reported",
            unit=unit,
            period=period,
            files=[],
            readings=[],
            recorded_at=at,
        ),
        NewRow(
            ReportRow,
            id=key,
            message_key=key,
            received_at=at,
            timeliness="on_time",
            notes=[],
            holds=[],
            measures=[],
            files=[],
        ),
        NewRow(
            DecisionRow,
            report_id=key,
            at=at,
            by="rule",
            rule=DecisionRule.JUDGED,
            state="accepted",
            unit=unit,
            period=period,
            completed=number,
        ),
        NewRow(
            NoticeRow,
            key=once_per(NoticeKind.RECEIPT, key),
            kind=NoticeKind.RECEIPT,
            message_key=key,
            to=[],
            cc=[],
            due_at=at,
            planned_at=at,
            drop_reason="bench",
        ),
    ]


def _measured(
    asked: Mapping[str, list[str]], rounds: int
) -> dict[str, list[float]]:
    """The CPU seconds of each process, round by round, after one that does not count."""
    found: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(rounds + 1):
        for name, words in asked.items():
            seconds = process_cpu(*words)
            if number:
                found[name].append(seconds)
    return found


def _told(
    found: Mapping[str, list[float]], sizes: tuple[int, ...]
) -> Iterator[str]:
    floor = min(found["a bare typer app"])
    for name, seconds in found.items():
        least, middle = min(seconds), statistics.median(seconds)
        yield (
            f"{name:30} {least:7.3f} s of CPU (median {middle:.3f})"
            f" {least / floor:6.2f} x"
        )
    first, last = (
        min(found[f"once, idle, {size} reports"])
        for size in (sizes[0], sizes[-1])
    )
    exponent = math.log(last / first) / math.log(sizes[-1] / sizes[0])
    yield f"{'once, idle':30} exponent {exponent:.2f}"
