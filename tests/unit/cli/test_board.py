"""`board`: the page beside the worker: written after a wake, with the pictures of what waits, inert whatever the mails say."""

import base64
import csv
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from zipfile import ZipFile

import pytest
from campaign_maker import form_mail, made, mail, moment
from lxml import html
from typer.testing import CliRunner

from pipeline.cli.root import app
from pipeline.demo.servers import DemoServers
from pipeline.edges.files.page_folder import write_pages
from pipeline.flows.letter_writer import LetterWriter
from pipeline.model.operation.errors import StorageFailed

FORM = "报送单位,甲县,报送时间,2015年9月10日\n已完成目标任务数,50,,\n主要工作举措,1.摸底。,,\n".encode()
NOW = "2015-09-10T18:05:00+08:00"
HOSTILE = "<script>document.title='x'</script><img src=x onerror=alert(1)>"


def ran(*words: str, config: Path) -> tuple[int, str]:
    """The exit status and all that was said."""
    done = CliRunner().invoke(
        app, [*words, "--config", str(config), "--now", NOW]
    )
    return done.exit_code, done.output


def held(folder: Path) -> None:
    """A form that names another unit than its sender's, and one that cannot be read."""
    letter = message_from_bytes(
        mail("yi@example.cn", HOSTILE, "2015-09-10 11:00"), policy=SMTP
    )
    letter.add_attachment(
        FORM, maintype="text", subtype="csv", filename="旬报表.csv"
    )
    (folder / "1.eml").write_bytes(letter.as_bytes())
    broken = message_from_bytes(
        mail("bing@example.cn", "报送旬报表", "2015-09-10 11:30"), policy=SMTP
    )
    broken.add_attachment(
        b"PK\x03\x04 cut off",
        maintype="application",
        subtype="msword",
        filename=f"旬报表{HOSTILE}.docx",
    )
    (folder / "2.eml").write_bytes(broken.as_bytes())


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> html.HtmlElement:
    folder = tmp_path_factory.mktemp("shown")
    config = made(folder)
    held(folder)
    for name in ("1.eml", "2.eml"):
        ran("ingest", str(folder / name), config=config)
    status, said = ran("board", str(folder / "page"), config=config)
    assert status == 0, said
    return html.fromstring((folder / "page" / "index.html").read_bytes())


def test_a_held_case_shows_where_the_figure_stands(
    shown: html.HtmlElement,
) -> None:
    (case,) = shown.xpath("//article[contains(@class, 'held')]")
    told = {
        row.xpath("string(th)"): row.xpath("string(td)")
        for row in case.xpath(".//table[@class='read']//tr")
    }
    assert told["已完成目标任务数"].startswith("50")
    assert "旬报表.csv 表格1 第2行第2列" in told["已完成目标任务数"]


def test_a_picture_of_the_page_stands_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the file's own page can be shown; what is shown is the letters' affair."""
    png = b"\x89PNG"
    monkeypatch.setattr(
        LetterWriter,
        "evidence",
        lambda self, report: (("完成数：旬报表.doc", png),),
    )
    config = made(tmp_path)
    held(tmp_path)
    ran("ingest", str(tmp_path / "1.eml"), config=config)
    ran("board", str(tmp_path / "page"), config=config)
    page = html.fromstring((tmp_path / "page" / "index.html").read_bytes())
    assert page.xpath("//figure/img/@src") == [
        f"data:image/png;base64,{base64.b64encode(png).decode()}"
    ]
    assert page.xpath("string(//figcaption)") == "完成数：旬报表.doc"


def test_a_file_that_could_not_be_read_is_named_with_the_cure(
    shown: html.HtmlElement,
) -> None:
    (case,) = shown.xpath("//article[contains(@class, 'unreadable')]")
    assert "丙公司" in case.text_content()
    assert ".docx：" in case.xpath("string(.//li)")


def test_what_stands_in_a_mail_is_text_on_the_page(
    shown: html.HtmlElement,
) -> None:
    assert HOSTILE in shown.text_content()
    assert not shown.xpath("//script | //@onerror")
    assert not shown.xpath("//img[not(starts-with(@src, 'data:image/png'))]")


def test_the_worker_lays_the_page_out_after_each_wake(tmp_path: Path) -> None:
    with DemoServers() as servers:
        config = made(tmp_path, servers.imap_port, servers.smtp_port)
        config.write_text(
            config.read_text("utf-8") + '\n[board]\nfolder = "看板"\n', "utf-8"
        )
        assert ran("once", config=config)[0] == 0
        page = tmp_path / "看板" / "index.html"
        assert "甲县" in page.read_text("utf-8")
        page.write_text("old", "utf-8")
        ran("once", config=config)
        assert "甲县" in page.read_text("utf-8")


def test_a_page_that_cannot_be_written_is_said_and_costs_nothing_else(
    tmp_path: Path,
) -> None:
    with DemoServers() as servers:
        config = made(tmp_path, servers.imap_port, servers.smtp_port)
        (tmp_path / "看板").write_text("a file, no folder", "utf-8")
        config.write_text(
            config.read_text("utf-8") + '\n[board]\nfolder = "看板"\n', "utf-8"
        )
        status, said = ran("once", config=config)
    assert status == 1
    assert "看板" in said and "写不进目录" in said


def test_a_page_that_another_program_holds_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Windows refuses to replace a file that is open elsewhere."""

    def refused(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Access is denied", str(target))

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(StorageFailed) as failed:
        write_pages(tmp_path, {"index.html": "x"})
    assert "写不进目录" in failed.value.advice
    assert list(tmp_path.iterdir()) == []


def test_an_unreadable_mail_is_settled_by_a_form_that_can_be_read(
    tmp_path: Path,
) -> None:
    config = made(tmp_path)
    held(tmp_path)
    (tmp_path / "3.eml").write_bytes(
        form_mail(
            "bing@example.cn",
            "丙公司",
            "2015年9月10日",
            90,
            "2015-09-10 12:30",
        )
    )
    for name in ("2.eml", "3.eml"):
        ran("ingest", str(tmp_path / name), config=config)
    ran("board", str(tmp_path / "page"), config=config)
    shown = html.fromstring((tmp_path / "page" / "index.html").read_bytes())
    assert not shown.xpath("//article")


def test_a_receipt_is_shown_wherever_its_unit_is_asked_for(
    tmp_path: Path,
) -> None:
    """It answers a mail and names no unit itself; the forms in that mail do."""
    with DemoServers() as servers:
        config = made(tmp_path, servers.imap_port, servers.smtp_port)
        raw = form_mail(
            "yi@example.cn", "乙县", "2015年9月10日", 200, "2015-09-10 17:00"
        )
        servers.append(raw, moment("2015-09-10 17:00"))
        assert ran("once", config=config)[0] == 0
    receipt = "【已收到】乙县 9月10日旬报"
    for words in (("notices", "--unit"), ("explain",)):
        assert receipt in ran(*words, "乙县", config=config)[1]
        assert receipt not in ran(*words, "甲县", config=config)[1]
    ran("board", str(tmp_path / "page"), config=config)
    shown = {}
    for path in (tmp_path / "page" / "units").iterdir():
        page = html.fromstring(path.read_bytes())
        letters = page.xpath("string(//*[@id='letters'])")
        shown[page.xpath("string(//h1)")] = receipt in letters
    assert [unit for unit, told in shown.items() if told] == ["乙县"]
    ran("export", str(tmp_path / "all.zip"), config=config)
    with ZipFile(tmp_path / "all.zip") as archive:
        table = archive.read("表/信件.csv").decode("utf-8-sig")
    (line,) = (r for r in csv.DictReader(table.splitlines()) if r["种类"] == "回执")  # fmt: skip
    assert line["单位"] == "乙县"
