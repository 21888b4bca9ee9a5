"""A figure beside the main one stands wherever the main one does, as staff have put it
right, in a campaign that asks for two of them.
"""

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from pipeline.bootstrap import Program, assemble
from pipeline.cli.root import app
from pipeline.notices.receipt_facts import report_line
from pipeline.settings import load

ROOT = Path(__file__).parents[1]
NOW = "2024-04-02T10:00:00+08:00"
UNIT = "东门街道"
# As staff have put them right: 390 and 9 stand on the form.
FIGURES = {"mended": 397, "grave": 17}
TITLES = {"mended": "整改到位数", "grave": "重大隐患数"}


class Office:
    """The example of a county's hazards, its mails taken in, one report put right."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "hazards"
        shutil.copytree(ROOT / "examples" / "hazards", self.folder)
        self.run("ingest", str(self.folder / "mails"))
        program = self.program()
        newest = max(program.store.ledger().counting[UNIT].items())[1]
        program.close()
        self.report = newest.id
        # By a part of what is printed, and by the code in the config.
        self.said = self.run(
            *("review", "correct", self.report, "--by", "综合股"),
            *("--figure", f"已整改={FIGURES['mended']}"),
            *("--figure", f"grave={FIGURES['grave']}"),
        )

    def run(self, *words: str) -> str:
        config = str(self.folder / "config.toml")
        done = CliRunner().invoke(
            app, [*words, "--config", config, "--now", NOW]
        )
        assert done.exit_code in (0, 1), done.output
        return done.output

    def program(self) -> Program:
        settings = load(self.folder / "config.toml")
        return assemble(settings, datetime.fromisoformat(NOW))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


def _line_of(text: str) -> str:
    """The line of a JSON answer that is the unit's newest report or standing."""
    lines = [line for line in text.splitlines() if UNIT in line]
    return json.dumps(json.loads(lines[-1])["figures"])


def _status_json(office: Office) -> str:
    return _line_of(office.run("status", "--json"))


def _status(office: Office) -> str:
    lines = [x for x in office.run("status").splitlines() if UNIT in x]
    return lines[-1]


def _messages(office: Office) -> str:
    told = office.run("messages", "--all", "--json")
    for line in told.splitlines():
        for report in json.loads(line)["reports"]:
            if report["id"] == office.report:
                return json.dumps(report["figures"])
    return ""


def _review_show(office: Office) -> str:
    return office.run("review", "show", office.report)


def _receipt(office: Office) -> str:
    program = office.program()
    report = program.store.report(office.report)
    assert report is not None
    line = report_line(program.facts(), report)
    program.close()
    return " ".join(f"{read.label}{read.value}" for read in line.fields)


def _board(office: Office) -> str:
    office.run("board", str(office.folder / "board"))
    page = (office.folder / "board" / "index.html").read_text("utf-8")
    return (
        page.partition('id="beside"')[2].partition(UNIT)[2].partition("/tr")[0]
    )


def _cells(path: Path) -> str:
    book = openpyxl.load_workbook(path)
    rows = []
    for row in book["分项数据"].iter_rows(values_only=True):
        if UNIT in row:
            rows.append(" ".join(map(str, row)))
    return "\n".join(rows)


def _bulletin(office: Office) -> Path:
    folder = office.folder / "bulletin"
    if not folder.exists():
        office.run("bulletin", "--month", "2024-03", "--preview", str(folder))
    return folder


def _bulletin_workbook(office: Office) -> str:
    (path,) = _bulletin(office).glob("*.xlsx")
    return _cells(path)


def _assessment(office: Office) -> str:
    path = office.folder / "assessed.xlsx"
    office.run("assess", "--out", str(path))
    return _cells(path)


def _journal(office: Office) -> str:
    return office.run("explain", UNIT)


PLACES: dict[str, Callable[[Office], str]] = {
    "status --json": _status_json,
    "status": _status,
    "messages --json": _messages,
    "review show": _review_show,
    "receipt": _receipt,
    "board": _board,
    "bulletin's workbook": _bulletin_workbook,
    "assessment": _assessment,
    "explain": _journal,
}


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("place", PLACES)
def test_the_figure_as_staff_put_it_right_stands_there(
    office: Office, place: str, name: str
) -> None:
    assert str(FIGURES[name]) in _shown(office, place)


@cache
def _shown(office: Office, place: str) -> str:
    """What is there, for both figures."""
    return PLACES[place](office)


def test_what_was_done_is_said(office: Office) -> None:
    assert "整改到位数 397，重大隐患数 17" in office.said


def test_the_bulletins_sums_have_it(office: Office) -> None:
    told = (_bulletin(office) / "通报.txt").read_text("utf-8")
    # 松林镇 told 231 of its 250.
    assert f"合计{397 + 231}处" in told


def test_a_reply_and_an_undo_do_the_same_by_mail_and_by_command(
    office: Office,
) -> None:
    program = office.program()
    before = program.store.decision_before(office.report)
    assert before is not None and before.also == ()
    newest = program.store.decisions_on(office.report)[-1]
    program.close()
    assert dict(newest.also) == FIGURES


def test_the_ledger_made_again_from_the_mails_has_it(office: Office) -> None:
    assert "一致" in office.run("replay")
