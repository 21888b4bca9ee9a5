"""An office program that does not print costs its own time and a line in the record."""

import sys
import time
from pathlib import Path

import psutil
import pytest
from form_makers import SPEC

from pipeline.edges.processes.printer import PRINTS_LOST, Printer
from pipeline.edges.processes.sandbox import Reader
from pipeline.reading.evidence.second_look import FIELD, NOT_MADE

FORM = Path(__file__).parents[3] / "data/forms/d01_plain.docx"

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="a shell script stands for the program"
)

ENDS = "#!/bin/sh\nexit 1\n"
# It locks its document as if it waited, and then prints nothing, for ever.
HANGS = """#!/bin/sh
for last; do :; done
case "$last" in *held.fodt) : > "${last%held.fodt}.~lock.held.fodt#";; esac
sleep 600
"""


def office(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "soffice"
    program.write_text(script, "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_a_file_that_is_not_printed_counts_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office(ENDS, tmp_path, monkeypatch)
    with Reader(SPEC) as reader:
        reader.look_twice()
        (reading,) = reader.file(FORM.name, FORM.read_bytes())
    (form,) = reading.forms
    assert form.figure.holds == ()
    assert dict(form.evidence)[FIELD].text == NOT_MADE


def test_a_program_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office(HANGS, tmp_path, monkeypatch)
    begun = time.monotonic()
    with Printer(seconds=0.3, first=0.5) as printer:
        assert printer.printed(FORM.read_bytes(), "docx") == b""
        assert printer.available
    assert time.monotonic() - begun < 5
    assert not still_running(tmp_path)


def test_a_program_that_never_prints_is_not_asked_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office(ENDS, tmp_path, monkeypatch)
    with Printer() as printer:
        for _ in range(PRINTS_LOST):
            assert printer.available
            assert printer.printed(FORM.read_bytes(), "docx") == b""
        assert not printer.available


def still_running(folder: Path) -> list[str]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = " ".join(process.info["cmdline"] or ())
        if str(folder) in words:
            found.append(words)
    return found
