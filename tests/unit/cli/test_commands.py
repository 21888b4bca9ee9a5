"""The commands as people and scripts use them (contract.md): what they do, what they say, and their exit status."""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from campaign_maker import form_mail, made, mail, moment
from damage import forced
from typer.testing import CliRunner, Result

from pipeline.cli.root import app
from pipeline.demo.servers import DemoServers
from pipeline.reading.formats.scan import scan_reader

DONE, PERSON, USAGE, UNREACHABLE = 0, 1, 2, 3
MAILS = {
    "1.eml": form_mail(
        "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
    ),
    "2.eml": form_mail(
        "yi@example.cn", "丙公司", "2015年9月10日", 50, "2015-09-10 11:00"
    ),
    "3.eml": form_mail(
        "stranger@example.cn", "丁县", "2015年9月10日", 70, "2015-09-10 12:00"
    ),
    "4.eml": mail("bing@example.cn", "报送旬报", "2015-09-10 13:00"),
    "5.eml": mail("bing@example.cn", "会议通知", "2015-09-10 14:00"),
}
NOW = ("--now", "2015-09-10T18:05:00+08:00")


class Program:
    """`xunbao` on a campaign in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.toml"

    def __call__(
        self, *words: str, status: int = DONE, now: str = NOW[1]
    ) -> str:
        result = self.run(*words, "--config", str(self.config), "--now", now)
        assert result.exit_code == status, result.output
        return result.output

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    def json(self, *words: str, now: str = NOW[1]) -> list[dict[str, Any]]:
        return [
            json.loads(line)
            for line in self(*words, "--json", now=now).splitlines()
        ]

    def held(self) -> dict[str, str]:
        """What is held: the unit as it was read ("" where it is unclear) -> id."""
        return {
            line["unit"] or "": line["id"]
            for line in self.json("review", "list")
        }


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("campaign")
    made(folder)
    (folder / "mails").mkdir()
    for name, raw in MAILS.items():
        (folder / "mails" / name).write_bytes(raw)
    said = Program(folder)("ingest", str(folder / "mails"), status=PERSON)
    assert "读入 5 封，记录 5 封，待核 2 份" in said
    return folder


@pytest.fixture
def xunbao(taken_in: Path, tmp_path: Path) -> Program:
    """The campaign with its five mails, to do with as a test likes."""
    shutil.copytree(taken_in, tmp_path / "x")
    return Program(tmp_path / "x")


@pytest.fixture
def servers() -> Iterator[DemoServers]:
    with DemoServers() as found:
        yield found


# ---------------------------------------------------------------------- looking


def test_messages_says_what_became_of_each(xunbao: Program) -> None:
    found = xunbao.json("messages")
    assert [(m["from"], m["outcome"]) for m in found] == [
        ("jia@example.cn", "reported"),
        ("yi@example.cn", "reported"),
        ("stranger@example.cn", "reported"),
        ("bing@example.cn", "unreadable"),
        ("bing@example.cn", "ignored"),
    ]
    assert [m["reason"] for m in found if m["outcome"] == "ignored"] == [
        "no_form"
    ]
    keys = {
        "message_id",
        "received_at",
        "from",
        "subject",
        "outcome",
        "reports",
        "reason",
    }
    assert all(set(m) == keys for m in found)
    (report,) = found[0]["reports"]
    assert report.pop("id")
    assert [len(clause) > 40 for clause in report.pop("measures")] == [
        True,
        True,
    ]
    assert report == {
        "unit": "甲县", "period": "2015-09-10", "completed": 300, "added": None, "timeliness": "on_time",
        "state": "accepted", "notes": [], "holds": [],
    }  # fmt: skip
    assert found[0]["received_at"] == "2015-09-10T10:00:00+08:00"


def test_messages_are_told_in_chinese_newest_first(xunbao: Program) -> None:
    lines = xunbao("messages").splitlines()
    assert [line[:16] for line in lines] == sorted(
        (line[:16] for line in lines), reverse=True
    )
    assert "甲县 2015-09-10 300名 已计入" in lines[-1]
    assert "没有报表" in lines[0]
    assert not re.search("accepted|reported|no_form", "\n".join(lines))


def test_messages_are_chosen_by_unit_and_by_time(xunbao: Program) -> None:
    assert len(xunbao("messages", "--unit", "甲县").splitlines()) == 1
    assert len(xunbao.json("messages", "--since", "2015-09-10 12:30")) == 2
    assert (
        xunbao("messages", now="2015-12-01T09:00:00+08:00")
        == "没有这样的来信。\n"
    )
    everything = xunbao("messages", "--all", now="2015-12-01T09:00:00+08:00")
    assert len(everything.splitlines()) == 5
    assert "没有“某县”" in xunbao("messages", "--unit", "某县", status=USAGE)
    assert "催报" in xunbao("notices", "--kind", "nosuch", status=USAGE)


def test_messages_of_a_period(xunbao: Program) -> None:
    assert len(xunbao.json("messages", "--period", "2015-09-10")) == 3
    assert xunbao.json("messages", "--period", "2015-09-20") == []


def test_what_stands_wrong_is_said_in_the_file_by_check_by_status_and_by_the_exit_status(
    xunbao: Program,
) -> None:
    sheet = xunbao.folder / "storage" / "告警.txt"
    assert "告警" not in xunbao("check")
    said = xunbao("once", status=UNREACHABLE)  # nothing listens at either port
    assert "告警" in said
    assert "邮箱没有读成" in sheet.read_text(encoding="utf-8-sig")
    assert "告警：邮箱没有读成" in xunbao("check")
    assert "告警：邮箱没有读成" in xunbao("status")
    assert {"mailbox_unreachable"} <= {
        alarm["cause"] for alarm in xunbao.json("status")[-1]["alarms"]
    }


def test_where_nothing_was_ever_looked_at_nobody_is_said_to_be_missing(
    tmp_path: Path,
) -> None:
    """Five days after the deadline, without a mailbox read or a mail taken in: not in the
    table, not in its JSON, not on the page."""
    made(tmp_path)
    fresh = Program(tmp_path)
    later = "2015-09-15T10:00:00+08:00"
    text = fresh("status", now=later)
    assert "没有查过收件箱，所以没有判定谁漏报" in text
    assert text.count("漏报") == 1, "in that sentence alone"
    *rows, total = fresh.json("status", now=later)
    assert {row["state"] for row in rows} == {None}
    assert total["total"]["missing"] == 0
    assert not (tmp_path / "storage" / "ledger.db").exists(), "only asked"
    fresh("messages", now=later)
    fresh("board", str(tmp_path / "page"), now=later)
    page = (tmp_path / "page" / "index.html").read_text(encoding="utf-8")
    assert page.count('class="mark missing"') == 1, "that of the legend"


def test_status_has_a_line_a_row_and_the_total(xunbao: Program) -> None:
    *rows, total = xunbao.json("status")
    assert [
        (r["unit"], r["state"], r["completed"], r["rank"], r["lagging"])
        for r in rows
    ] == [
        ("甲县", "on_time", 300, 1, True),
        ("乙县", "missing", None, None, False),
        ("丙公司", "held", None, None, False),
    ]
    assert set(rows[0]) == {
        "period", "unit", "kind", "state", "completed", "target", "rate", "schedule", "lagging", "rank", "rank_overall", "notes",
    }  # fmt: skip
    assert total == {
        "alarms": [],
        "period": "2015-09-10",
        "total": {"completed": 300, "target": 1900, "rate": 300 / 1900, "reported": 1, "late": 0, "held": 1, "unreadable": 0, "missing": 1, "lagging": 1},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("status", "--period", "soon"), "2015-09-10"),
        (("status", "--period", "2015-09-11"), "最近的是 2015-09-10"),
        (("bulletin", "--month", "2015-08", "--send"), "2015-09"),
        (("bulletin", "--month", "2015-09"), "--preview"),
        (("talks", "confirm", "甲县"), "talks add"),
        (("talks", "confirm", "甲"), "名单里没有"),
        (("talks", "list-all"), ""),
        (("ingest", "nowhere.eml"), "nowhere.eml"),
        (("fly",), ""),
    ],
)
def test_wrong_usage_is_told_with_the_cure(
    xunbao: Program, words: tuple[str, ...], cure: str
) -> None:
    assert cure in xunbao(*words, status=USAGE)


def test_a_time_that_is_none(xunbao: Program) -> None:
    assert "2015-09-10T18:05:00+08:00" in xunbao(
        "status", status=USAGE, now="yesterday"
    )


def test_a_time_without_an_offset_is_the_campaigns(xunbao: Program) -> None:
    before, after = (
        xunbao("status", "--json", now=f"2015-09-10T{at}")
        for at in ("17:59", "18:00")
    )
    assert '"missing": 0' in before
    assert '"missing": 1' in after


def test_a_config_with_mistakes_names_file_and_line(xunbao: Program) -> None:
    text = xunbao.config.read_text("utf-8")
    xunbao.config.write_text(text.replace("port = 1", "port = 0", 1), "utf-8")
    said = xunbao("status", status=USAGE)
    line = text.splitlines().index("port = 1") + 1
    assert f"{xunbao.config}:{line}: " in said


def test_no_config_at_all(xunbao: Program) -> None:
    xunbao.config.unlink()
    assert "--config" in xunbao("status", status=USAGE)


def test_check_finds_nothing_wrong(xunbao: Program) -> None:
    said = xunbao("check")
    assert "3 行" in said
    assert "12 期" in said


@pytest.mark.parametrize("there", [True, False])
def test_check_says_what_it_costs_to_have_no_eyes_for_scans(
    xunbao: Program, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    monkeypatch.setattr(scan_reader, "available", lambda: there)
    said = xunbao("check")
    assert ("扫描件或照片的报表都要人工读数" in said) is not there
    assert ("scripts/install.py ocr" in said) is not there


@pytest.mark.skipif(os.name == "nt", reason="Windows tells it by other means")
@pytest.mark.parametrize(
    ("mode", "told"), [(0o600, False), (0o640, True), (0o644, True)]
)
def test_check_says_that_others_can_read_the_password(
    xunbao: Program, mode: int, told: bool
) -> None:
    (xunbao.folder / "password").chmod(mode)
    assert ("chmod 600" in xunbao("check")) is told


def test_schedule_lists_what_is_to_come(xunbao: Program) -> None:
    lines = xunbao("schedule", "--days", "1").splitlines()
    assert [line[:16] for line in lines] == sorted(line[:16] for line in lines)
    assert [line[16:].strip() for line in lines if "09:00" in line] == [
        "9月10日期：催报、进度提醒"
    ]
    assert all(
        "2015-09-10 18:05" <= line[:16] <= "2015-09-11 18:05" for line in lines
    )


def test_read_shows_a_file_and_touches_no_ledger(xunbao: Program) -> None:
    page = xunbao.folder / "旬报.html"
    raw = MAILS["1.eml"].decode("latin-1")
    assert "text/html" in raw
    page.write_text("<table><tr><td>报送单位</td><td>甲县</td></tr><tr><td>已完成目标任务数</td><td>356</td></tr>"
                    "<tr><td>报送时间</td><td>2015年9月10日</td></tr><tr><td>主要工作举措</td><td>1、摸底</td></tr></table>", "utf-8")  # fmt: skip
    ledger = xunbao.folder / "storage" / "ledger.db"
    before = ledger.read_bytes()
    result = xunbao.run(
        "read", str(page), "--json", "--config", str(xunbao.config)
    )
    assert result.exit_code == DONE, result.output
    (line,) = [json.loads(found) for found in result.output.splitlines()]
    (form,) = line["forms"]
    assert (line["kind"], line["error"], form["unit"], form["completed"]) == (
        "html",
        None,
        "甲县",
        356,
    )
    assert form["evidence"]["completed"]["text"]
    assert ledger.read_bytes() == before


def test_read_shows_a_scan_that_it_cannot_read_as_held(
    xunbao: Program,
) -> None:
    scan = (
        Path(__file__).parents[2] / "data/cases/forms/E_p_text_under_image.pdf"
    )
    asked = ("read", str(scan), "--config", str(xunbao.config))
    (line,) = xunbao.run(*asked, "--json").output.splitlines()
    found = json.loads(line)
    (form,) = found["forms"]
    assert (form["holds"], form["completed"]) == (["scan_unread"], None)
    assert found["error"]
    assert "None" not in xunbao.run(*asked).output


# ---------------------------------------------------------------------- taking in


def test_the_same_files_again_are_nothing(xunbao: Program) -> None:
    said = xunbao("ingest", str(xunbao.folder / "mails"))
    assert "记录 0 封" in said
    assert len(xunbao.json("messages")) == 5


def test_an_mbox_is_taken_in_with_the_times_of_its_mails(
    xunbao: Program,
) -> None:
    box = xunbao.folder / "box"
    raw = form_mail(
        "yi@example.cn", "乙县", "2015年9月10日", 200, "2015-09-10 19:00"
    ).replace(b"\r\n", b"\n")
    box.write_bytes(
        b"From yi@example.cn Thu Sep 10 19:00:00 2015\n" + raw + b"\n"
    )
    xunbao("ingest", str(box))
    (row,) = (r for r in xunbao.json("status") if r.get("unit") == "乙县")
    assert (row["state"], row["completed"]) == ("late", 200)


# ---------------------------------------------------------------------- review


def test_review_shows_what_an_odd_figure_may_have_been_meant_as(
    xunbao: Program, tmp_path: Path
) -> None:
    mails = (
        ("2015年9月10日", 100, "2015-09-10 10:00"),
        ("2015年9月20日", 160, "2015-09-20 10:00"),
        ("2015年9月30日", 220, "2015-09-30 10:00"),
        ("2015年10月10日", 280, "2015-10-10 10:00"),
        ("2015年10月20日", 58, "2015-10-20 10:00"),
    )
    for number, (day, figure, when) in enumerate(mails):
        path = tmp_path / f"{number}.eml"
        path.write_bytes(form_mail("jia@example.cn", "甲县", day, figure, when))
        later = "2015-10-20T11:00:00+08:00"
        # The last one is held, which the exit status tells
        last = number == len(mails) - 1
        xunbao("ingest", str(path), now=later, status=PERSON if last else DONE)
    held = {r["period"]: r["id"] for r in xunbao.json("review", "list")}
    said = xunbao("review", "show", held["2015-10-20"])
    assert "改为338" in said  # 280 + 58
    assert "3次" in said


def test_what_was_undone_can_be_ruled_on_again(xunbao: Program) -> None:
    reports = xunbao.json("messages")[0]["reports"]
    one = reports[0]["id"]
    for figure in ("720", "730"):
        # The second one without being sent in a circle between the two
        xunbao("review", "correct", one, "--completed", figure, "--why", "核实")
        xunbao("review", "undo", one)
    shown = xunbao("review", "show", one)
    assert f"xunbao review correct {one}" in shown
    xunbao("review", "correct", one, "--completed", "740", "--why", "核实")
    found = xunbao.json("messages")[0]["reports"][0]
    assert found["completed"] == 740


def test_a_ruling_that_was_taken_back_and_put_back_stands(
    xunbao: Program,
) -> None:
    """To move the report then would let the form's figure count in its place."""
    one = xunbao.json("messages")[0]["reports"][0]["id"]
    xunbao("review", "correct", one, "--completed", "720", "--why", "核实")
    xunbao("review", "undo", one)
    xunbao("review", "undo", one)
    said = xunbao("review", "assign", one, "--unit", "乙县", status=USAGE)
    assert "撤销" in said
    found = xunbao.json("messages")[0]["reports"][0]
    assert (found["unit"], found["completed"]) == ("甲县", 720)
    xunbao("review", "undo", one)
    xunbao("review", "assign", one, "--unit", "乙县")


def test_review_lists_and_shows_the_held_reports(xunbao: Program) -> None:
    held = xunbao.held()
    assert set(held) == {"丙公司", ""}
    said = xunbao("review", "show", held["丙公司"])
    for words in (
        "yi@example.cn",
        "50",
        "发件邮箱",
        f"xunbao review accept {held['丙公司']}",
    ):
        assert words in said


def test_accept_counts_it(xunbao: Program) -> None:
    xunbao("review", "accept", xunbao.held()["丙公司"].split("-")[0])
    (row,) = (r for r in xunbao.json("status") if r.get("unit") == "丙公司")
    assert (row["state"], row["completed"], row["rank"]) == ("on_time", 50, 1)
    assert "丙公司" not in xunbao.held()


def test_correct_counts_what_staff_say(xunbao: Program) -> None:
    xunbao(
        "review",
        "correct",
        xunbao.held()["丙公司"],
        "--completed",
        "60",
        "--why",
        "电话核实",
    )
    (row,) = (r for r in xunbao.json("status") if r.get("unit") == "丙公司")
    assert row["completed"] == 60


def test_a_rejected_report_leaves_what_else_came(xunbao: Program) -> None:
    one = xunbao.held()["丙公司"]
    xunbao("review", "reject", one, status=USAGE)
    xunbao("review", "reject", one, "--why", "不是本单位的表")
    (row,) = (r for r in xunbao.json("status") if r.get("unit") == "丙公司")
    assert (row["state"], row["completed"]) == ("unreadable", None)
    assert "不是本单位的表" in xunbao("review", "show", one)


def test_a_report_of_an_unclear_unit_is_put_where_staff_say(
    xunbao: Program,
) -> None:
    one = xunbao.held()[""]
    assert f"xunbao review accept {one} --unit" in xunbao("review", "show", one)
    assert "--unit" in xunbao("review", "accept", one, status=USAGE)
    assert "--period" in xunbao(
        "review",
        "accept",
        one,
        "--unit",
        "乙县",
        "--period",
        "soon",
        status=USAGE,
    )
    xunbao(
        "review",
        "accept",
        one,
        "--unit",
        "乙县总工会",
        "--period",
        "2015-09-20",
    )
    (row,) = (
        r
        for r in xunbao.json("status", "--period", "2015-09-20")
        if r.get("unit") == "乙县"
    )
    assert (row["state"], row["completed"]) == ("on_time", 70)


def test_undo_takes_a_decision_back(xunbao: Program) -> None:
    one = xunbao.held()["丙公司"]
    xunbao("review", "accept", one)
    xunbao("review", "undo", one)
    assert xunbao.held()["丙公司"] == one


def test_an_id_that_is_none(xunbao: Program) -> None:
    assert "review list" in xunbao(
        "review", "accept", "ffffffff-9", status=PERSON
    )


# ---------------------------------------------------------------------- bulletins and talks

OCTOBER = "2015-10-01T15:30:00+08:00"


@pytest.fixture
def posting(xunbao: Program, servers: DemoServers) -> Program:
    made(
        xunbao.folder, imap_port=servers.imap_port, smtp_port=servers.smtp_port
    )
    return xunbao


def test_a_preview_writes_files_and_nothing_else(xunbao: Program) -> None:
    out = xunbao.folder / "out"
    said = xunbao(
        "bulletin", "--month", "2015-09", "--preview", str(out), now=OCTOBER
    )
    assert {p.suffix for p in out.iterdir()} >= {
        ".html",
        ".txt",
        ".xlsx",
        ".docx",
    }
    assert "快照编号" in said
    assert xunbao.json("talks", now=OCTOBER) == []
    assert xunbao.json("notices", now=OCTOBER) == []


def test_a_bulletin_is_sent_once_and_brings_talk_proposals(
    posting: Program, servers: DemoServers
) -> None:
    posting("bulletin", "--month", "2015-09", "--send", now=OCTOBER)
    to = [m.recipients[0] for m in servers.collected]
    assert (
        sorted(to)
        == sorted(set(to))
        == [
            "bing@example.cn",
            "group@example.cn",
            "jia@example.cn",
            "staff@example.cn",
            "yi@example.cn",
        ]
    )
    assert "--to" in posting(
        "bulletin", "--month", "2015-09", "--send", status=PERSON, now=OCTOBER
    )
    assert len(servers.collected) == 5
    (line,) = (
        n
        for n in posting.json("notices", now=OCTOBER)
        if n["kind"] == "monthly_bulletin"
    )
    assert (line["state"], line["month"], line["unit"]) == (
        "sent",
        "2015-09",
        None,
    )
    assert set(line) == {
        "kind",
        "unit",
        "period",
        "month",
        "to",
        "cc",
        "subject",
        "due_at",
        "state",
        "sent_at",
        "message_id",
        "copies",
        "failed",
    }
    talks = posting.json("talks", now=OCTOBER)
    assert {t["unit"] for t in talks} == {"甲县", "乙县", "丙公司"}
    assert all(
        set(t) == {"month", "unit", "reasons", "state", "circulated"}
        for t in talks
    )
    assert {t["state"] for t in talks} == {"proposed"}


def test_a_sent_bulletin_is_made_again_byte_for_byte(
    posting: Program, servers: DemoServers
) -> None:
    again, order = posting.folder / "again", ("bulletin", "--month", "2015-09")
    assert "还没有发过" in posting(
        *order, "--rebuild", str(again), status=PERSON, now=OCTOBER
    )
    posting(*order, "--send", now=OCTOBER)
    # What is known later must not show in it.
    held = posting.held()["丙公司"]
    posting(
        "review",
        "correct",
        held,
        "--completed",
        "55",
        now="2015-10-02T09:00:00+08:00",
    )
    said = posting(
        *order, "--rebuild", str(again), now="2015-12-31T09:00:00+08:00"
    )
    sent = {m.raw for m in servers.collected}
    assert sent == {(again / "通报.eml").read_bytes()}
    assert sha256(sent.pop()).hexdigest() in said
    inside = [
        p.get_payload(decode=True)
        for p in message_from_bytes((again / "通报.eml").read_bytes()).walk()
    ]
    assert all(
        (again / f.name).read_bytes() in inside
        for f in again.iterdir()
        if f.suffix in (".xlsx", ".docx")
    )


def test_a_bulletin_whose_template_was_edited_since_is_said_to_differ(
    posting: Program, servers: DemoServers
) -> None:
    posting("bulletin", "--month", "2015-09", "--send", now=OCTOBER)
    own = posting.folder / "mail_templates" / "monthly_bulletin"
    own.mkdir(parents=True)
    (own / "subject.txt").write_text("改过的标题", encoding="utf-8")
    again = posting.folder / "again"
    said = posting(
        "bulletin",
        "--month",
        "2015-09",
        "--rebuild",
        str(again),
        status=PERSON,
        now=OCTOBER,
    )
    assert "不同" in said
    assert (again / "发出的通报.eml").read_bytes() == servers.collected[0].raw


def test_an_ad_hoc_bulletin_goes_to_whom_it_was_said_and_to_nobody_unknown(
    posting: Program, servers: DemoServers
) -> None:
    order = ("bulletin", "--month", "2015-09", "--send")
    assert "不在名单里" in posting(
        *order, "--to", "stranger@example.cn", status=USAGE, now=OCTOBER
    )
    posting(
        *order,
        "--to",
        "Group@example.cn",
        "--title",
        "关于近期进展的通报",
        now=OCTOBER,
    )
    (one,) = servers.collected
    assert one.recipients == ("group@example.cn",)


def test_staff_confirm_drop_add_and_note_talks(posting: Program) -> None:
    posting("bulletin", "--month", "2015-09", "--send", now=OCTOBER)
    posting("talks", "confirm", "甲县总工会", now=OCTOBER)
    posting("talks", "drop", "乙县", "--why", "已在整改", now=OCTOBER)
    posting(
        "talks",
        "note",
        "甲县",
        "商定每旬调度",
        "--on",
        "2015-10-08",
        now=OCTOBER,
    )
    states = {t["unit"]: t["state"] for t in posting.json("talks", now=OCTOBER)}
    assert states == {
        "甲县": "confirmed",
        "乙县": "dropped",
        "丙公司": "proposed",
    }
    assert "2015-10-08 约谈记录：商定每旬调度" in posting("talks", now=OCTOBER)


def test_only_two_confirmed_months_in_a_row_are_circulated(
    posting: Program,
) -> None:
    november = "2015-11-01T15:30:00+08:00"
    for month, now in (("2015-09", OCTOBER), ("2015-10", november)):
        posting(
            "talks",
            "add",
            "甲县",
            "--why",
            "进度滞后",
            "--month",
            month,
            now=now,
        )
        refused = month == "2015-09"
        posting(
            "talks",
            "confirm",
            "甲县",
            "--month",
            month,
            "--circulate",
            status=USAGE if refused else DONE,
            now=now,
        )
    assert [
        (t["month"], t["circulated"])
        for t in posting.json("talks", now=november)
    ] == [
        ("2015-09", False),
        ("2015-10", True),
    ]


# ---------------------------------------------------------------------- once


def test_once_reads_answers_and_has_nothing_left_to_do(
    posting: Program, servers: DemoServers
) -> None:
    raw = form_mail(
        "yi@example.cn", "乙县", "2015年9月10日", 200, "2015-09-10 17:00"
    )
    servers.append(raw, moment("2015-09-10 17:00"))
    posting("once")
    receipts = [
        n
        for n in posting.json("notices")
        if n["kind"] == "receipt" and n["unit"] is None
    ]
    sent = {m.recipients[0] for m in servers.collected}
    assert {
        "yi@example.cn",
        "jia@example.cn",
        "bing@example.cn",
        "staff@example.cn",
    } <= sent
    assert receipts
    before = len(servers.collected)
    assert "发出 0 份" in posting("once")
    assert len(servers.collected) == before


def test_once_says_that_a_server_is_away_and_keeps_what_it_knows(
    xunbao: Program,
) -> None:
    said = xunbao("once", status=UNREACHABLE)
    assert "收信" in said
    kinds = {(n["kind"], n["state"]) for n in xunbao.json("notices")}
    assert ("receipt", "planned") in kinds
    assert not [k for k, _ in kinds if k.endswith("reminder")], (
        "nobody is reminded before the mailbox was read"
    )


def test_a_password_that_is_not_to_be_had_is_wrong_config(
    posting: Program,
) -> None:
    (posting.folder / "password").unlink()
    assert "password" in posting("once", status=USAGE)


# ---------------------------------------------------------------------- rebuilding and assessing


def test_replay_comes_to_the_same_ledger_with_what_people_decided(
    xunbao: Program,
) -> None:
    held = xunbao.held()
    xunbao(
        "review",
        "accept",
        held["丙公司"],
        "--why",
        "已核实",
        now="2015-09-10T19:00:00+08:00",
    )
    xunbao(
        "ingest",
        str(xunbao.folder / "mails"),
        status=DONE,
        now="2015-09-10T20:00:00+08:00",
    )
    assert "重做 5 封邮件：与台账完全一致" in xunbao(
        "replay", now="2015-09-10T21:00:00+08:00"
    )


def test_replay_names_a_figure_that_was_tampered_with(xunbao: Program) -> None:
    tampering = "UPDATE decision SET completed = 999 WHERE completed = 300"
    assert forced(xunbao.folder / "storage" / "ledger.db", tampering) == 1
    said = xunbao("replay", status=PERSON)
    assert "甲县 9月10日）：累计，台账中是 999，重做得到 300" in said
    *found, total = [
        json.loads(line)
        for line in xunbao("replay", "--json", status=PERSON).splitlines()
    ]
    counts = {
        k: total["total"].pop(k) for k in ("messages", "removed", "differences")
    }
    assert counts == {"messages": 5, "removed": 0, "differences": len(found)}
    assert total["total"]["fingerprint"] != total["total"]["rebuilt"]
    assert {k: found[0][k] for k in ("kind", "field", "ledger", "replayed", "by_order")} == {
        "kind": "report", "field": "累计", "ledger": "999", "replayed": "300", "by_order": False,
    }  # fmt: skip


def test_replay_applies_what_it_read_otherwise_when_told_to(
    xunbao: Program,
) -> None:
    ledger = xunbao.folder / "storage" / "ledger.db"
    assert (
        forced(
            ledger, "UPDATE decision SET completed = 999 WHERE completed = 300"
        )
        == 1
    )
    assert "999" in xunbao("replay", "--since", "2015-09-10", status=PERSON)
    assert "与台账完全一致" in xunbao("replay", "--since", "2015-09-11")
    assert "已记入 1 份重读的报表" in xunbao("replay", "--apply")
    said = xunbao("replay")
    assert "与台账完全一致" in said
    one, other = re.findall(r"[0-9a-f]{64}", said)
    assert one == other
    (row,) = (
        r
        for r in xunbao.json("status", "--period", "2015-09-10")
        if r.get("unit") == "甲县"
    )
    assert row["completed"] == 300
    assert "累计 999 → 300" in xunbao("log", "--unit", "甲县")
    assert "--since" in xunbao("replay", "--since", "昨天", status=USAGE)


def test_replay_changes_nothing(xunbao: Program) -> None:
    def dump() -> list[str]:
        with closing(
            sqlite3.connect(xunbao.folder / "storage" / "ledger.db")
        ) as ledger:
            return list(
                ledger.iterdump()
            )  # the rows, also those that still stand in the write-ahead log

    before = dump()
    files = sorted((xunbao.folder / "storage" / "raw").rglob("*"))
    xunbao("replay")
    assert dump() == before
    assert sorted((xunbao.folder / "storage" / "raw").rglob("*")) == files


def test_replay_leaves_the_rebuilt_ledger_where_asked_and_never_over_another(
    xunbao: Program,
) -> None:
    kept = xunbao.folder / "kept"
    xunbao("replay", "--keep", str(kept))
    with closing(sqlite3.connect(kept / "ledger.db")) as ledger:
        assert ledger.execute("SELECT count(*) FROM message").fetchone() == (5,)
    assert "空目录" in xunbao("replay", "--keep", str(kept), status=USAGE)


def test_replay_without_a_ledger_says_so_and_makes_none(tmp_path: Path) -> None:
    made(tmp_path)
    assert "还没有台账" in Program(tmp_path)("replay", status=PERSON)
    assert not (tmp_path / "storage" / "ledger.db").exists()


def test_assess_writes_no_workbook_that_no_program_would_open(
    xunbao: Program,
) -> None:
    """A name without its ending is a folder, to whoever wrote it."""
    out = xunbao.folder / "考核"
    assert ".xlsx" in xunbao("assess", "--out", str(out), status=USAGE)
    assert not out.exists()


def test_assess_writes_the_workbook_where_people_look(xunbao: Program) -> None:
    said = xunbao("assess")
    assert "考核2015.xlsx" in said
    assert (xunbao.folder / "storage" / "out" / "考核2015.xlsx").is_file()
    rows = {row["unit"]: row for row in xunbao.json("assess")}
    assert (
        rows["甲县"]["on_time"],
        rows["甲县"]["completed"],
        rows["乙县"]["missing"],
    ) == (1, 300, 1)
    assert "还没有一期" in xunbao(
        "assess", now="2015-09-10T09:00:00+08:00", status=PERSON
    )
