"""`xunbao demo` as a person runs it: what the units mailed is counted, what was owed was sent once, the page leads to it all."""

import re
import zipfile
from collections import Counter
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from rich.console import Console
from typer.testing import CliRunner

from pipeline.cli.demo import run_command
from pipeline.cli.root import app
from pipeline.demo import letter_pages, show
from pipeline.model.notice import NoticeKind
from pipeline.model.report import ReportState
from pipeline.settings import load

FIRST, SECOND = date(2015, 9, 10), date(2015, 9, 20)
# What the forms say, by their author's table (scripts/release/demo_forms.py) and rules.md.
FIGURES = {
    "清溪区": (878, 931), "松岭区": (665, 702), "白鹭县": (590, 638), "石桥县": (470, 512), "云台县": (180, 498),
    "荷塘县": (362, 371), "金沙湖区": (150, 168), "市直机关工会": (88, 96), "市建设工会": (141, 152),
    "示例机电公司": (71, 71), "示例纺织公司": (64, 70), "示例物流公司": (58, 66),
}  # fmt: skip


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        self.found += [
            value for name, value in attrs if name == "href" and value
        ]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "out"
    show.prepare(folder)
    return folder


@pytest.fixture(scope="module")
def shown(out: Path) -> show.Shown:
    played = show.play(out, run_command, Console(quiet=True))
    letter_pages.write(played, out)
    return played


def test_every_form_counts_with_its_figure(shown: show.Shown) -> None:
    counted = {
        unit: (by_period[FIRST].completed, by_period[SECOND].completed)
        for unit, by_period in shown.ledger.counting.items()
    }
    assert counted == FIGURES


def test_one_is_missing_one_lags_one_was_late_one_was_corrected_and_two_were_decided(
    shown: show.Shown,
) -> None:
    rows = shown.standing.by_unit
    assert {unit for unit, row in rows.items() if row.state == "missing"} == {
        "枫林县"
    }
    assert {unit for unit, row in rows.items() if row.lagging} == {"金沙湖区"}
    reports = shown.ledger.reports
    assert [r.unit for r in reports if r.timeliness == "late"] == ["金沙湖区"]
    assert [r.unit for r in reports if r.state is ReportState.SUPERSEDED] == [
        "松岭区"
    ]
    decided = {r.unit: r.decided_by for r in reports if r.decided_by != "rule"}
    assert set(decided) == {"白鹭县", "云台县"}
    assert decided["白鹭县"] == "zuzhibu@example.cn"
    assert not [r for r in reports if r.state is ReportState.HELD]


def test_what_cannot_be_read_is_answered_and_a_machine_is_not(
    shown: show.Shown,
) -> None:
    outcomes = Counter(
        (mail.seen.outcome, mail.seen.reason) for mail in shown.mails
    )
    assert outcomes["unreadable", None] == 2
    assert outcomes["ignored", "auto_reply"] == 1
    kinds = Counter(
        kind
        for stage in shown.stages
        for letter in stage.sent
        for kind in letter.kinds
    )
    assert kinds[NoticeKind.UNREADABLE] == 2
    assert kinds[NoticeKind.RECEIPT] == sum(
        mail.seen.outcome == "reported" for mail in shown.mails
    )
    assert [
        m.seen.sender for m in shown.mails if m.seen.outcome == "command"
    ] == ["zuzhibu@example.cn"]
    assert kinds[NoticeKind.REVIEW_REQUEST] == 2
    assert kinds[NoticeKind.REVIEW_ANSWER] == 1
    # The staff's digest and those of the two guidance groups, for each of two periods.
    assert kinds[NoticeKind.PERIOD_DIGEST] == 6
    assert kinds[NoticeKind.MONTHLY_BULLETIN] == 1


def test_the_bulletin_quotes_what_a_unit_alone_told(shown: show.Shown) -> None:
    letters = [letter for stage in shown.stages for letter in stage.sent]
    (bulletin,) = [
        letter
        for letter in letters
        if NoticeKind.MONTHLY_BULLETIN in letter.kinds
    ]
    assert "走访企业46家" in bulletin.html


def test_nothing_goes_twice_nor_to_anyone_outside_the_roster(
    shown: show.Shown,
) -> None:
    copies = Counter(
        (letter.identity, to)
        for stage in shown.stages
        for letter in stage.sent
        for to in letter.recipients
    )
    assert set(copies.values()) == {1}
    assert {to for _, to in copies} <= load(shown.config).roster.addresses


def test_the_page_leads_to_every_letter_and_document(
    out: Path, shown: show.Shown
) -> None:
    links = Links()
    links.feed((out / "index.html").read_text(encoding="utf-8"))
    targets = {out / unquote(link) for link in links.found}
    assert all(target.is_file() for target in targets)
    kept = {
        path
        for name in ("mails", "documents")
        for path in (out / name).iterdir()
    }
    assert kept == targets
    documents = [path for path in targets if path.parent.name == "documents"]
    assert {path.suffix for path in documents} == {".docx", ".xlsx"}
    assert all(zipfile.is_zipfile(path) for path in documents)


def test_the_command_ends_with_2_for_a_folder_that_is_not_its_own(
    tmp_path: Path,
) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    done = CliRunner().invoke(app, ["demo", "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert re.search(r"--out", done.stderr)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
