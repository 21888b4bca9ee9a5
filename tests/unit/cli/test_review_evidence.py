"""The review request carries pictures of the page where the form says what it says, beside the files as they came, and goes without them if need be."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any, NoReturn

import pytest
from campaign_maker import made, mail, moment, settings
from typer.testing import CliRunner

from pipeline.bootstrap import Program, assemble
from pipeline.cli.root import app
from pipeline.edges.processes.sandbox import Reader
from pipeline.model.letters.reviews import HeldCase, ReviewRequest
from pipeline.model.operation.errors import EdgeError

FORM = (
    Path(__file__).parents[3]
    / "pipeline"
    / "demo"
    / "forms"
    / "yuntai-0910.pdf"
).read_bytes()
NOW = "2015-09-10T18:05:00+08:00"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A campaign with one held report: the form names a unit that nobody knows."""
    folder = tmp_path_factory.mktemp("campaign")
    config = made(folder)
    letter = message_from_bytes(
        mail("yi@example.cn", "报送旬报表", "2015-09-10 11:00"), policy=SMTP
    )
    letter.add_attachment(
        FORM, maintype="application", subtype="pdf", filename="旬报表.pdf"
    )
    (folder / "1.eml").write_bytes(letter.as_bytes())
    words = [
        "ingest",
        str(folder / "1.eml"),
        "--config",
        str(folder / "config.toml"),
        "--now",
        NOW,
    ]
    result = CliRunner().invoke(app, words)
    assert "待核 1 份" in result.output, (result.output, config)
    opened = assemble(
        settings(folder / "config.toml"), moment("2015-09-10 18:05")
    )
    yield opened
    opened.close()


def enclosed(opened: Program) -> dict[str, bytes]:
    (report,) = opened.store.ledger().reports
    nothing: Any = None
    case = HeldCase(report.id, "", "", report.received_at, nothing, (), (), ())
    made = opened.letters.enclosures(ReviewRequest(case), report.message_key)
    return {e.name: e.content for e in made}


def test_a_picture_of_the_figure_goes_with_the_files(opened: Program) -> None:
    files = enclosed(opened)
    assert files.pop("证据-完成数.png").startswith(b"\x89PNG")
    assert files.pop("证据-报送单位.png").startswith(b"\x89PNG")
    assert files == {"旬报表.pdf": FORM}


class Dead(Reader):
    """A reader whose child does not start."""

    def file(self, name: str, content: bytes) -> NoReturn:
        raise EdgeError("reader_start", "文件读取程序无法启动。")


def test_the_mail_goes_without_a_picture_that_cannot_be_made(
    opened: Program,
) -> None:
    without = assemble(opened.settings, opened.clock.now(), read_with=Dead)
    assert enclosed(without) == {"旬报表.pdf": FORM}
    without.close()
