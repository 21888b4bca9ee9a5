"""Figures beside the main one on the board, in the assessment and in a bulletin, held
against what the forms say: the hazards example's by its truth, 实名登记 of the program's
own config by made forms that write it in three ways.
"""

import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from campaign_maker import CLAUSES, mail
from docx import Document
from typer.testing import CliRunner

from pipeline.cli.root import app
from pipeline.settings import load

ROOT = Path(__file__).parents[1]
HAZARDS = {"mended": "整改到位数", "grave": "重大隐患数"}
# What a page writes of a figure that nobody told
UNTOLD = "—"
# The rows of a form between its head and the measures, of 1234 of whom 1100
WAYS = {
    "犍为县": [["已完成目标任务数", "1234人（其中实名登记1100人）", "", ""]],
    "五通桥区": [["已完成目标任务数", "1234", "其中实名登记", "1100人"]],
    "沙湾区": [
        ["已完成目标任务数", "1234名", "", ""],
        ["实名登记人数", "1,100", "", ""],
    ],
}
COMPLETED, REGISTERED = 1234, 1100


class Office:
    """A folder with a config, its mails taken in."""

    def __init__(self, folder: Path, now: str) -> None:
        self.folder = folder
        self.now = now
        self.shown: Path | None = None
        self.run("ingest", str(folder / "mails"))

    def run(self, *words: str) -> str:
        config = str(self.folder / "config.toml")
        done = CliRunner().invoke(
            app, [*words, "--config", config, "--now", self.now]
        )
        assert done.exit_code in (0, 1), done.output
        return done.output

    def board(self) -> Path:
        """Made once: nothing comes in after the mails."""
        if self.shown is None:
            self.shown = self.folder / "board"
            self.run("board", str(self.shown))
        return self.shown

    def assessed(self) -> list[tuple[Any, ...]]:
        """The rows of figures beside the main one: figure, unit, told, main, gap."""
        path = self.folder / "assessed.xlsx"
        self.run("assess", "--out", str(path))
        sheet = openpyxl.load_workbook(path)["分项数据"]
        rows = list(sheet.iter_rows(values_only=True))
        (head,) = [i for i, row in enumerate(rows) if row[0] == "项目"]
        return [row for row in rows[head + 1 :] if row[0]]


def beside(page: Path) -> list[list[str]]:
    """The board's table of figures beside the main one, heads first."""
    table = page.read_text("utf-8").partition('id="beside"')[2]
    found = []
    for row in re.findall("<tr>(.*?)</tr>", table.partition("</table>")[0]):
        found.append(re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row))
    return found


@pytest.fixture(scope="module")
def hazards(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("office") / "hazards"
    shutil.copytree(ROOT / "examples" / "hazards", folder)
    return Office(folder, "2024-04-02T10:00:00+08:00")


@pytest.fixture(scope="module")
def newest() -> dict[str, dict[str, Any]]:
    """What counts of each unit at the end of the example, as its truth has it."""
    truth = (ROOT / "examples/hazards/truth.json").read_text("utf-8")
    found = {}
    for line in json.loads(truth):
        if line["state"] == "accepted":
            found[line["unit"]] = line
    assert len(found) == 5
    return found


def test_the_board_shows_what_the_forms_say(
    hazards: Office, newest: dict[str, dict[str, Any]]
) -> None:
    heads, *rows = beside(hazards.board() / "index.html")
    assert heads == ["单位", "累计完成", *HAZARDS.values()]
    right = {}
    for unit, line in newest.items():
        told = [str(line["figures"].get(n, UNTOLD)) for n in HAZARDS]
        right[unit] = [str(line["completed"]), *told]
    assert {unit: cells for unit, *cells in rows} == right


def test_so_does_each_unit_s_page(
    hazards: Office, newest: dict[str, dict[str, Any]]
) -> None:
    pages = {}
    for page in (hazards.board() / "units").glob("*.html"):
        text = page.read_text("utf-8")
        (unit,) = re.findall("<h1>(.*?)</h1>", text)
        shown = re.findall("<li[^>]*><span>(.*?)</span><b>(.*?)</b>", text)
        pages[unit] = dict(shown)
    right = {}
    read = {}
    for unit, line in newest.items():
        told = {"累计完成": str(line["completed"])}
        for name, head in HAZARDS.items():
            told[head] = str(line["figures"].get(name, UNTOLD))
        right[unit] = told
        read[unit] = {head: pages[unit][head] for head in told}
    assert read == right


def test_so_does_the_assessment(
    hazards: Office, newest: dict[str, dict[str, Any]]
) -> None:
    right = set()
    for unit, line in newest.items():
        main = line["completed"]
        for name, told in line["figures"].items():
            right.add((HAZARDS[name], unit, told, main, main - told))
    assert right
    assert set(hazards.assessed()) == right


def form(unit: str, rows: list[list[str]]) -> bytes:
    document = Document()
    document.add_paragraph("乐山市农民工入会集中行动旬报表")
    head = ["报送单位", unit, "报送时间", "2015年9月30日"]
    deeds = ["主要工作举措", "\n".join(CLAUSES), "", ""]
    table = document.add_table(rows=0, cols=4)
    for row in (head, *rows, deeds):
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def leshan(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("leshan")
    text = (ROOT / "config.example.toml").read_text("utf-8")
    # A print of every form takes seconds; the second look has tests of its own
    unprinted = text.replace('second_look = "auto"', 'second_look = "off"')
    assert unprinted != text
    (folder / "config.toml").write_text(unprinted, "utf-8")
    (folder / "mails").mkdir()
    roster = load(folder / "config.toml").roster
    for number, (unit, rows) in enumerate(WAYS.items(), 1):
        raw = mail(
            roster.by_name[unit].emails[0],
            f"{unit}9月30日旬报表",
            "2015-09-30 10:00",
            files={f"{unit}旬报表.docx": form(unit, rows)},
            identity=f"registered-{number}",
        )
        (folder / "mails" / f"{number}.eml").write_bytes(raw)
    return Office(folder, "2015-10-01T16:00:00+08:00")


def test_registered_ones_are_read_however_the_form_puts_them(
    leshan: Office,
) -> None:
    read = {}
    for line in leshan.run("messages", "--all", "--json").splitlines():
        (report,) = json.loads(line)["reports"]
        told = (report["completed"], report["figures"]["registered"])
        read[report["unit"]] = (report["state"], *told)
    right = ("accepted", COMPLETED, REGISTERED)
    assert read == dict.fromkeys(WAYS, right)


def test_the_gap_stands_in_the_assessment_and_on_the_board(
    leshan: Office,
) -> None:
    gap = COMPLETED - REGISTERED
    shown = {}
    for _, unit, *cells in leshan.assessed():
        shown[unit] = tuple(cells)
    assert shown == dict.fromkeys(WAYS, (REGISTERED, COMPLETED, gap))
    rows = beside(leshan.board() / "index.html")
    told = {unit: tuple(cells) for unit, *cells in rows if unit in WAYS}
    assert told == dict.fromkeys(WAYS, (f"{COMPLETED:,}", f"{REGISTERED:,}"))


def test_the_gap_of_all_stands_in_the_bulletin(leshan: Office) -> None:
    out = leshan.folder / "out"
    leshan.run("bulletin", "--month", "2015-09", "--preview", str(out))
    told = (out / "通报.txt").read_text("utf-8")
    registered = REGISTERED * len(WAYS)
    gap = COMPLETED * len(WAYS) - registered
    said = f"合计{registered:,}名，比这些单位的累计数少{gap}名"
    assert said in told
