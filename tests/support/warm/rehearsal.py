"""What a program learns by working, learnt once: a warm server works through a report day of an office that it makes up, before it
forks its first command.

A command's process finds the statements compiled, the models and templates built and the readers imported; else each would do
so anew, and the reading children, which are killed when they are done with, could tell nobody what they had to import. Nothing
else stays: the office is made in a folder that is gone afterwards, no server is spoken to, no child is started.
"""

import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline_office import Office

_TESTS = Path(__file__).parents[2]
# One of each kind that campaigns send
_FORMS = [f"d01_plain.{kind}" for kind in ("doc", "docx", "odt", "pdf", "rtf")]
_SHEETS = [f"x01_plain.{kind}" for kind in ("ods", "xls", "xlsx")]
_WAKES = ("2015-09-10 12:00", "2015-09-10 20:00", "2015-09-11 09:30")


def rehearse() -> None:
    sys.path[1:1] = [str(_TESTS), str(_TESTS / "support")]
    from compiled_once import keep_compiled

    # What is found compiled here each command finds
    keep_compiled()
    with TemporaryDirectory() as folder, redirect_stdout(StringIO()):
        _work(Path(folder))


def _work(folder: Path) -> None:
    from campaign_maker import form_mail, made, mail, moment
    from offline_office import Office

    office = Office(made(folder / "office"))
    received = "2015-09-10 10:00"
    forms = _TESTS / "data" / "forms"
    files = {n: (forms / n).read_bytes() for n in (*_FORMS, *_SHEETS)}
    for who, unit in (("jia", "甲县"), ("bing", "丙公司")):
        raw = form_mail(f"{who}@example.cn", unit, "2015年9月10日", 5, received)
        office.mailbox.append(raw, moment(received))
    for now in _WAKES:
        office.wake(moment(now))
    _read(office, mail("yi@example.cn", "报送旬报", received, files=files))


def _read(office: "Office", raw: bytes) -> None:
    """As the child does, to the bytes that go back."""
    from campaign_maker import moment

    from pipeline.reading.child import frames, loop

    with office.program(moment(_WAKES[0])) as program:
        spec = program.reader.form
    frames.SPECS.validate_json(frames.SPECS.dump_json((spec,)))
    header = {"received_at": moment(_WAKES[0]).isoformat()}
    frames.ARRIVALS.validate_json(loop.read_mail(header, raw, spec))
