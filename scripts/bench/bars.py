"""What was asked of the program's speed, each bar as a ratio of CPU seconds to a floor of the same run, with its noise.

CPU of parent and child together: on a busy machine the wall time of two processes is mostly waiting for a core. Printed are
the median of the rounds' ratios, the least and the greatest of them, and the ratio of the least times. Nothing is asserted.
"""

import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from bench.collector import as_in_the_program
from bench.pairs import HELLO
from bench.running import process_cpu

MAILS = 120
ROUNDS = 5
_UNITS = (("jia", "甲县"), ("yi", "乙县"), ("bing", "丙公司"))
Mails = list[tuple[bytes, datetime]]


def bars(folder: Path, *, quick: bool) -> Iterator[str]:
    """A line for each bar: what, against what, the ratio and its noise, what was asked."""
    as_in_the_program()
    rounds, count = ROUNDS, MAILS
    if quick:
        rounds, count = 1, 10
    yield from _intake(rounds, count)
    yield from _starts(rounds)


def side_by_side(folder: Path, *, quick: bool) -> Iterator[str]:
    """By the clock: docx mails read by one child and by two beside the bare loop, in
    turn. Reading alone: no vault, no ledger."""
    from campaign_maker import made, moment, settings

    from pipeline.bootstrap import assemble

    rounds, count = 2 * ROUNDS, MAILS
    if quick:
        rounds, count = 1, 20
    start = moment("2015-09-10 08:00")
    mails = docx_mails(count, start)
    with tempfile.TemporaryDirectory() as scratch:
        config = made(Path(scratch) / "config")
        spec = settings(config).form_spec
        text = config.read_text("utf-8")
        ways: dict[str, Callable[[], object]] = {"bare": _bare(mails, spec)}
        programs = []
        for children in (1, 2):
            asked = f"{text}\n[reading]\nchildren = {children}\n"
            config.write_text(asked, encoding="utf-8")
            program = assemble(settings(config), start)
            programs.append(program)
            ways[f"{children}"] = partial(_all_read, program, mails)
        taken = _in_turn(ways, rounds)
        for program in programs:
            program.close()
    one, two, bare = taken["1"], taken["2"], taken["bare"]
    yield _line("one child / two, by the clock", one, two, "at least 1.7")
    yield _line("two children / bare loop, by the clock", two, bare, "0.9")
    each = [1000 * min(found) / count for found in (bare, one, two)]
    shown = " / ".join(f"{ms:.2f}" for ms in each)
    yield f"{'':44} least ms a mail, bare / one / two: {shown}"


def _all_read(program: Any, mails: Mails) -> None:
    read = program.reading.place.each(_read_one, mails, len(mails))
    if len(list(read)) != len(mails):
        raise RuntimeError("not every mail was read")


def _in_turn(
    ways: dict[str, Callable[[], object]], rounds: int
) -> dict[str, list[float]]:
    """Seconds by the clock of each way and round, after one that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, work in ways.items():
            begun = time.perf_counter()
            work()
            taken[name].append(time.perf_counter() - begun)
    for found in taken.values():
        del found[0]
    return taken


def _intake(rounds: int, count: int) -> Iterator[str]:
    from campaign_maker import made, moment, settings

    start = moment("2015-09-10 08:00")
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        spec = settings(made(place / "config")).form_spec
        for kind, mails in (
            ("docx mails", docx_mails(count + 1, start)),
            ("mails of text", _texts(count + 1, start)),
        ):
            yield from _compared(f"{count} {kind}", mails, spec, place, rounds)


def _compared(
    what: str, mails: Mails, spec: Any, place: Path, rounds: int
) -> Iterator[str]:
    """What taking in costs beside the bare loop, and the bare loop beside that of the
    standard library; the three in turn, so that a busy moment slows all."""
    from campaign_maker import made

    first, *mails = mails
    bare = _bare(mails, spec)
    bare()
    taken, parsed, least = [], [], []
    for number in range(rounds):
        least.append(_cpu(partial(_by_the_library, mails)))
        parsed.append(_cpu(bare))
        config = made(place / f"{what} {number}")
        taken.append(_taken_in(config, first, mails))
    yield _line(f"{what} taken in / parsed and read", taken, parsed, "1.5")
    yield _line(f"{what} parsed and read / stdlib, lxml", parsed, least, "3")
    each = [1000 * min(found) / len(mails) for found in (taken, parsed, least)]
    yield f"{'':44} least ms a mail: " + " / ".join(f"{ms:.2f}" for ms in each)


def _bare(mails: Mails, spec: Any) -> Callable[[], None]:
    """Each mail decoded, its files read, or its own text where it has none, in this
    process."""
    from pipeline.reading.files.read_file import read_body, read_file
    from pipeline.reading.mail.message import parse

    def work() -> None:
        for raw, at in mails:
            message = parse(raw, at)
            for attachment in message.attachments:
                read_file(attachment.name, attachment.content, spec)
            if not message.attachments:
                read_body(message.text, message.html, spec)

    return work


def _by_the_library(mails: Mails) -> None:
    """The least that decoding the same bytes costs: the standard library's email and
    zipfile, and lxml over the document."""
    from email import message_from_bytes
    from email.policy import default

    from lxml import etree, html

    for raw, _ in mails:
        for part in message_from_bytes(raw, policy=default).walk():
            kind = part.get_content_type()
            if kind == "text/plain":
                part.get_content()
            elif kind == "text/html":
                list(html.fromstring(part.get_content()).itertext())
            elif part.get_filename():
                with zipfile.ZipFile(BytesIO(part.get_content())) as package:
                    body = package.read("word/document.xml")
                list(etree.fromstring(body).itertext())


def _taken_in(
    config: Path, first: tuple[bytes, datetime], mails: Mails
) -> float:
    """CPU seconds from a mail's bytes to its row; the children are warm, and the ledger's
    statements made for the mail before, as a worker's are."""
    from campaign_maker import moment, settings

    from pipeline.bootstrap import assemble
    from pipeline.cli.ledger.ingest_command import ingested
    from pipeline.flows.ingest import Taken, take_in

    program = assemble(settings(config), moment("2015-09-10 23:00"))
    program.store.born(program.clock.now())
    program.reader.whole(*first)
    warm = program.reading.place.each(_read_one, mails, len(mails))
    if len(list(warm)) != len(mails):
        raise RuntimeError("not every mail was read")

    def work(mails: Mails) -> None:
        intake = program.intake()
        with intake.gathering() as gathering:
            for raw, at in mails:
                gathering.keep(ingested(raw, at), raw, at)
        take_in(intake, Taken())

    work([first])
    try:
        return _cpu(partial(work, mails))
    finally:
        program.close()


def _read_one(reader: Any, mail: tuple[bytes, datetime]) -> Any:
    """With its files: else the first of them would pay for their readers' imports."""
    return reader.whole(*mail)


def docx_mails(count: int, start: datetime) -> Mails:
    from campaign_maker import mail

    found = []
    for number in range(count):
        name, unit = _UNITS[number % len(_UNITS)]
        at = start + timedelta(seconds=20 * number)
        raw = mail(
            f"{name}@example.cn",
            "报送旬报表",
            f"{at:%Y-%m-%d %H:%M}",
            identity=f"m{number}",
            files={"旬报表.docx": _form(unit, number // len(_UNITS) + 1)},
        )
        found.append((raw, at))
    return found


def _texts(count: int, start: datetime) -> Mails:
    """The form pasted into the mail as a table."""
    from campaign_maker import form_mail

    found = []
    for number in range(count):
        name, unit = _UNITS[number % len(_UNITS)]
        at = start + timedelta(seconds=20 * number)
        raw = form_mail(
            f"{name}@example.cn",
            unit,
            "2015年9月10日",
            number + 1,
            f"{at:%Y-%m-%d %H:%M}",
            identity=f"t{number}",
        )
        found.append((raw, at))
    return found


def _form(unit: str, figure: int) -> bytes:
    import docx
    from campaign_maker import CLAUSES

    document = docx.Document()
    document.add_paragraph("演示行动旬报表")
    table = document.add_table(3, 4)
    cells = (
        ("报送单位", unit, "报送时间", "2015年9月10日"),
        ("已完成目标任务数", str(figure), "", ""),
        ("主要工作举措", "\n".join(CLAUSES), "", ""),
    )
    for row, texts in zip(table.rows, cells, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _starts(rounds: int) -> Iterator[str]:
    """Commands as whole processes."""
    from campaign_maker import made

    with tempfile.TemporaryDirectory() as scratch:
        config = str(made(Path(scratch)))
        status = ("-m", "pipeline", "status", "--config", config)
        for name, command in (("status, empty ledger", status), ("--help", ("-m", "pipeline", "--help"))):  # fmt: skip
            floor: list[float] = []
            whole: list[float] = []
            for _ in range(rounds):
                floor.append(process_cpu("-c", HELLO))
                whole.append(process_cpu(*command))
            yield _line(f"{name} / a bare typer app", whole, floor, "1.5")


def _cpu(work: Callable[[], None]) -> float:
    """Seconds of this process and its live children."""
    import psutil

    me = psutil.Process()

    def children() -> float:
        return sum(sum(one.cpu_times()[:2]) for one in me.children())

    begun = time.process_time() + children()
    work()
    return time.process_time() + children() - begun


def _line(
    what: str, works: list[float], floors: list[float], asked: str
) -> str:
    """The median of the rounds' ratios, the least and the greatest of them, and the
    ratio of the least times, which a busy moment does not touch."""
    ratios = [one / floor for one, floor in zip(works, floors, strict=True)]
    middle = statistics.median(ratios)
    quiet = min(works) / min(floors)
    return (
        f"{what:44} {middle:6.2f} ({min(ratios):.2f}-{max(ratios):.2f}),"
        f" least times {quiet:.2f}  asked: {asked}"
    )
