"""export: tables in words, every mail byte for byte, hashes that tie; a mail's text stays text."""

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from campaign_maker import form_mail, made, mail
from typer.testing import CliRunner, Result

from pipeline.cli.root import app

DONE, PERSON, USAGE = 0, 1, 2
NOW = "2015-09-11T18:05:00+08:00"
MAILS = {
    "1.eml": form_mail(
        "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
    ),
    "2.eml": mail("bing@example.cn", "=HYPERLINK(1)", "2015-09-10 14:00"),
}


def xunbao(folder: Path, *words: str) -> Result:
    more = ["--config", str(folder / "config.toml"), "--now", NOW]
    return CliRunner().invoke(app, [*words, *more])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    made(folder)
    (folder / "mail").mkdir()
    for name, raw in MAILS.items():
        (folder / "mail" / name).write_bytes(raw)
    assert xunbao(folder, "ingest", str(folder / "mail")).exit_code in (
        DONE,
        PERSON,
    )
    assert xunbao(folder, "export", str(folder / "out.zip")).exit_code == DONE
    return folder


@pytest.fixture
def package(office: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(office / "out.zip")


def table(package: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    text = package.read(f"表/{name}.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_tables_say_it_in_words(package: zipfile.ZipFile) -> None:
    (report,) = table(package, "报表")
    assert (report["单位"], report["累计"], report["状态"]) == (
        "甲县",
        "300",
        "已计入",
    )
    assert {row["处理结果"] for row in table(package, "来信")} == {
        "报表",
        "不是报表",
    }
    standings = {row["单位"]: row["状态"] for row in table(package, "进度")}
    assert standings["甲县"] == "按时"
    assert "漏报" in standings.values()


def test_what_people_decided_is_told(office: Path) -> None:
    (report,) = table(zipfile.ZipFile(office / "out.zip"), "报表")
    line = xunbao(office, "messages", "--all", "--json").output.splitlines()
    reports = [r for text in line for r in json.loads(text)["reports"]]
    done = xunbao(
        office, "review", "correct", reports[0]["id"],
        "--completed", "301", "--why", "盖章件是301", "--by", "张三",
    )  # fmt: skip
    assert done.exit_code == DONE, done.output
    again = office / "again.zip"
    assert xunbao(office, "export", str(again)).exit_code == DONE
    (decision,) = table(zipfile.ZipFile(again), "决定")
    assert report["单位"] == decision["单位"] == "甲县"
    told = (decision["谁"], decision["决定"], decision["累计"])
    assert told == ("张三", "改数", "301")
    assert decision["理由"] == "盖章件是301"


def test_every_mail_is_there_byte_for_byte(package: zipfile.ZipFile) -> None:
    kept = {package.read(n) for n in package.namelist() if n.endswith(".eml")}
    assert kept == set(MAILS.values())


def test_the_hashes_tie(package: zipfile.ZipFile) -> None:
    lines = package.read("SHA256SUMS").decode("utf-8").splitlines()
    named = dict(reversed(line.split("  ", 1)) for line in lines)
    assert set(named) == set(package.namelist()) - {"SHA256SUMS"}
    wrong = [
        name
        for name, told in named.items()
        if hashlib.sha256(package.read(name)).hexdigest() != told
    ]
    assert wrong == []


def test_a_subject_that_looks_like_a_formula_stays_text(
    package: zipfile.ZipFile,
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(package.read("台账.xlsx")))
    subjects = [row[2] for row in book["来信"].iter_rows(min_row=2)]
    assert [c.data_type for c in subjects if str(c.value).startswith("=")] == [
        "s"
    ]
    (risky,) = [r for r in table(package, "来信") if "HYPERLINK" in r["主题"]]
    assert risky["主题"].startswith("'=")


def test_another_ending_and_a_missing_ledger_are_refused(
    office: Path, tmp_path: Path
) -> None:
    assert xunbao(office, "export", str(tmp_path / "x.rar")).exit_code == USAGE
    made(tmp_path)
    done = xunbao(tmp_path, "export", str(tmp_path / "x.zip"))
    assert done.exit_code == PERSON
    assert "还没有台账" in done.output
