"""Benches of the running program, on the demo's own campaign: an idle wake as a whole process, and mails taken in."""

import compileall
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import _environment

from bench.pairs import HELLO, Pair, Work

if TYPE_CHECKING:
    from pipeline.bootstrap import Program
    from pipeline.edges.processes.readers import ReadingPool
    from pipeline.flows.ingest import Intake

_NOW = "2015-09-10T23:00:00+08:00"


def poll(folder: Path) -> Iterator[Pair]:
    """`xunbao once` with nothing new in the mailbox and nothing owed, against the least that a process costs."""
    from pipeline.demo import story
    from pipeline.demo.servers import DemoServers

    compiled()
    with (
        tempfile.TemporaryDirectory() as scratch,
        DemoServers(story.MAILBOX, "demo") as servers,
    ):
        config = configured(Path(scratch), servers.imap_port, servers.smtp_port)
        for number, mail in enumerate(story.MAILS[:10]):
            servers.append(story.raw(mail, number), mail.received_at)
        once = _process(
            "-m", "pipeline", "once", "--config", str(config), "--now", _NOW
        )
        for _ in range(2):
            once()
        yield Pair(
            "once, idle",
            "python -c pass",
            once,
            _process("-c", "pass"),
            slow=True,
        )
        yield Pair(
            "once, idle", "typer hello", once, _process("-c", HELLO), slow=True
        )
    yield Pair(
        "--help",
        "typer hello",
        _process("-m", "pipeline", "--help"),
        _process("-c", HELLO),
        slow=True,
    )


def end_to_end(folder: Path) -> Iterator[Pair]:
    """The demo's mails through vault, child and ledger, against parsing mails and reading their files in this process."""
    from pipeline.demo import story
    from pipeline.edges.processes.readers import (
        ReaderKind,
        Readers,
        ReadingPool,
        Threads,
    )
    from pipeline.edges.processes.sandbox import Reader
    from pipeline.reading.files.read_file import read_file
    from pipeline.reading.mail.message import parse
    from pipeline.settings import load

    mails = [
        (story.raw(m, n), m.received_at)
        for n, m in enumerate(story.MAILS)
        if not m.answers
    ]
    with tempfile.TemporaryDirectory() as scratch:
        configured(Path(scratch), 1, 1)
        settings = load(Path(scratch) / "config.toml")
        spec, width = settings.form_spec, settings.reading.width
        readers = Readers(ReaderKind(Reader, spec, twice=False))
        first, *mails = mails
        with closing(ReadingPool(readers, Threads(width))) as pool:
            counter = _Counter(Path(scratch), pool, first)

            def bare() -> None:
                for raw, at in mails:
                    for attachment in parse(raw, at).attachments:
                        read_file(attachment.name, attachment.content, spec)

            yield Pair(
                f"{len(mails)} mails taken in",
                "parsed and read in process",
                lambda: counter.take_in(mails),
                bare,
                counter.open,
                slow=True,
            )
            counter.close()


@dataclass
class _Counter:
    """A ledger and a vault of their own for each round, in which `first` stands already, so that what a process
    prepares once is paid, as it is in a worker that stays; the children that read stay warm."""

    folder: Path
    pool: "ReadingPool"
    first: tuple[bytes, datetime]
    rounds: int = 0
    _open: "list[tuple[Program, Intake]]" = field(default_factory=list)

    def open(self) -> None:
        from pipeline.bootstrap import assemble
        from pipeline.settings import load

        self.close()
        self.rounds += 1
        place = self.folder / str(self.rounds)
        place.mkdir()
        for name in ("config.toml", "password.txt"):
            (place / name).write_bytes((self.folder / name).read_bytes())
        program = assemble(load(place / "config.toml"))
        program.store.born(program.clock.now())
        intake = replace(
            program.intake(), reader=self.pool.readers.here(), place=self.pool
        )
        self._open.append((program, intake))
        self.take_in([self.first])

    def take_in(self, mails: Sequence[tuple[bytes, datetime]]) -> None:
        from pipeline.cli.ledger.ingest_command import ingested
        from pipeline.flows.ingest import Taken, take_in

        program, intake = self._open[-1]
        with intake.gathering() as gathering:
            for raw, received_at in mails:
                sighting = ingested(raw, received_at)
                gathering.keep(sighting, raw, program.clock.now())
        taken = Taken()
        take_in(intake, taken)
        if taken.recorded != len(mails):
            raise RuntimeError(
                f"{taken.recorded} of {len(mails)} mails recorded"
            )

    def close(self) -> None:
        for program, _ in self._open:
            program.store.engine.dispose()
        self._open.clear()


def configured(folder: Path, imap_port: int, smtp_port: int) -> Path:
    """The demo's campaign in a folder."""
    text = (files("pipeline.demo") / "config.toml.in").read_text(
        encoding="utf-8"
    )
    text = text.replace("@IMAP_PORT@", str(imap_port)).replace(
        "@SMTP_PORT@", str(smtp_port)
    )
    (folder / "password.txt").write_text("demo", encoding="utf-8")
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return folder / "config.toml"


def compiled() -> None:
    """The program's modules compiled, as those of an installed one are: where PYTHONDONTWRITEBYTECODE is set, each start would
    compile them all."""
    compileall.compile_dir(_environment.ROOT / "pipeline", quiet=1)


def _process(*arguments: str) -> Work:
    """A whole process; one that ends with a fault (not merely: something needs a person) is no measurement."""

    def run() -> None:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=_environment.ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in (0, 1) or "Traceback" in done.stderr:
            raise RuntimeError(done.stderr[-2000:])

    return run


def process_cpu(*arguments: str) -> float:
    """CPU seconds of a whole process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _process(*arguments)()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
