"""What a letter costs: rounds of them to many units, planned and sent, CPU milliseconds a letter.

The whole way of the program on an invented campaign: what is owed, facts, words, form, MIME, vault, ledger and journal on SQLite;
then the queue's way out, to a server in this process that takes everything, so that the SMTP client itself is not in it. A small
campaign goes first, which pays for imports and templates. The last line is a hash over the rows of mails, notices and
copies, the hashes of the letters' bytes in them: two versions of the program that write the same letters print the same.
"""

import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from bench.collector import as_in_the_program

if TYPE_CHECKING:
    from pipeline.bootstrap import Program
    from pipeline.model.operation.post import PostAnswer

UNITS = 400
QUICK_UNITS = 100
# Enough for every kind of letter, and for a bulletin with a good practice
WARMING_UNITS = 6
# Every fourth unit reports nothing in September, and is reminded of it
_SILENT = 4
ROUNDS = (
    ("receipts", "2015-09-10 12:00"),
    ("digest of 10 September, overdue", "2015-09-11 09:00"),
    ("reminders", "2015-09-19 18:00"),
    ("digest of 20 September, overdue", "2015-09-21 12:00"),
    ("reminders", "2015-09-29 18:00"),
    ("bulletin to all, digest, overdue", "2015-10-01 16:00"),
)
# The email package draws one by lot for each mail
_BOUNDARY = re.compile(rb"={15}\d+==")
_TABLES = ("mail", "notice", "delivery")


@dataclass(frozen=True)
class Round:
    """CPU seconds of planning so many letters, and of sending so many copies."""

    name: str
    letters: int
    planning: float
    copies: int
    sending: float


def rounds(folder: Path, *, quick: bool) -> Iterator[str]:
    """A line for each round, then what they come to, then the rows' hash."""
    as_in_the_program()
    for _ in _measured(WARMING_UNITS):
        pass
    found = []
    for one in _measured(QUICK_UNITS if quick else UNITS):
        if isinstance(one, str):
            yield one
            continue
        found.append(one)
        yield _line(one)
    yield _line(
        Round(
            name="all",
            letters=sum(one.letters for one in found),
            planning=sum(one.planning for one in found),
            copies=sum(one.copies for one in found),
            sending=sum(one.sending for one in found),
        )
    )


def _line(one: Round) -> str:
    planning = one.planning * 1000 / max(1, one.letters)
    sending = one.sending * 1000 / max(1, one.copies)
    whole = (one.planning + one.sending) * 1000 / max(1, one.copies)
    return (
        f"{one.name:34} {one.letters:5} letters {planning:7.2f} ms planned, "
        f"{one.copies:5} copies {sending:6.2f} ms sent, {whole:6.2f} ms a copy in all"
    )


def _measured(units: int) -> Iterator[Round | str]:
    from campaign_maker import moment, settings

    from pipeline.bootstrap import assemble

    with tempfile.TemporaryDirectory() as made:
        first = moment(ROUNDS[0][1])
        program = assemble(settings(_campaign(Path(made), units)), first)
        _reported(program, units)
        for name, at in ROUNDS:
            yield _round(program, name, moment(at))
        yield _rows(program)
        program.close()


def _campaign(folder: Path, units: int) -> Path:
    """The config of an invented campaign with so many units more."""
    from campaign_maker import made

    more = []
    for number in range(units):
        more.append(
            f'\n[[unit]]\nname = "第{number}县"\nkind = "county"\n'
            f'target = 1000\nemail = ["u{number}@example.cn"]\n'
        )
    return made(
        folder,
        replaced={
            "target = 1900": f"target = {1900 + 1000 * units}",
            "[[group]]": f"{''.join(more)}\n[[group]]",
        },
    )


def _reported(program: "Program", units: int) -> None:
    """The ledger once three of four units have mailed their first form, under a secret
    that is always the same."""
    from campaign_maker import form_mail, moment

    from pipeline.cli.ledger.ingest_command import ingested
    from pipeline.edges.ledger.new_row import NewRow
    from pipeline.edges.ledger.tables import MetaRow
    from pipeline.flows.ingest import Taken, take_in

    store = program.store
    store.append([NewRow(MetaRow, key="secret", value="00" * 32)])
    store.born(moment("2015-09-01 08:00"))
    at = moment("2015-09-10 09:00")
    intake = program.intake()
    with intake.gathering() as gathering:
        for number in range(units):
            if number % _SILENT == 0:
                continue
            raw = form_mail(
                f"u{number}@example.cn",
                f"第{number}县",
                "2015年9月10日",
                number + 1,
                "2015-09-10 09:00",
                identity=f"m{number}",
            )
            raw = _BOUNDARY.sub(b"=_%d" % number, raw)
            gathering.keep(ingested(raw, at), raw, at)
    take_in(intake, Taken())


def _round(program: "Program", name: str, now: datetime) -> Round:
    """One wake's letters, as flows/worker.py plans and sends them."""
    from pipeline.flows.deliver import deliver
    from pipeline.flows.notify import notify

    desk = program.desk()
    begun = time.process_time()
    planned = notify(now, desk, mailbox_read=True)
    if planned.frozen:
        planned.add(notify(now, desk, mailbox_read=True))
    half = time.process_time()
    if planned.unwritten:
        raise RuntimeError(planned.unwritten[0])
    dispatch = replace(program.dispatch(), post=_taking_all)
    sent = deliver(lambda: now, dispatch, desk.ledger(now))
    end = time.process_time()
    # As a worker of one campaign rests
    program.rest(keeps_ledger=True)
    return Round(
        name=name,
        letters=planned.frozen,
        planning=half - begun,
        copies=sent.sent,
        sending=end - half,
    )


class _TakingAll:
    """A server that takes every copy at once."""

    def deliver(self, recipient: str, raw: bytes) -> "PostAnswer":
        from pipeline.model.operation.post import PostAnswer, Verdict

        return PostAnswer(Verdict.SENT, 250, "2.0.0 Ok: queued as 1", "1")

    def check(self) -> list[str]:
        return []


@contextmanager
def _taking_all() -> Iterator[_TakingAll]:
    yield _TakingAll()


def _rows(program: "Program") -> str:
    """How many rows there are, and a hash over all of them."""
    import sqlalchemy

    digest = sha256()
    counts = []
    with program.store.engine.connect() as connection:
        for table in _TABLES:
            asked = sqlalchemy.text(f"select * from {table} order by rowid")
            rows = connection.execute(asked).all()
            counts.append(f"{len(rows)} {table}")
            for row in rows:
                digest.update(repr(tuple(row)).encode())
    return f"rows: {', '.join(counts)}, {digest.hexdigest()[:16]}"
