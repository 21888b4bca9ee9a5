"""The record as people ask it: verify, log, explain; on a campaign of a few mails."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from campaign_maker import made
from damage import forced
from test_commands import DONE, PERSON, USAGE, Program, taken_in  # noqa: F401 -- taken_in is a fixture

from pipeline.model.form import Hold, Note
from pipeline.model.notice import NoticeKind
from pipeline.model.report import DecisionRule, ReportState


@pytest.fixture
def xunbao(taken_in: Path, tmp_path: Path) -> Program:  # noqa: F811
    shutil.copytree(taken_in, tmp_path / "x")
    return Program(tmp_path / "x")


def verify(xunbao: Program, *words: str, status: int = DONE) -> str:
    result = xunbao.run("verify", "--config", str(xunbao.config), *words)
    assert result.exit_code == status, result.output
    return result.output


def test_verify_passes_an_unharmed_ledger_and_gives_a_code_to_keep(
    xunbao: Program,
) -> None:
    said = verify(xunbao)
    assert "与写入时完全一致" in said
    code = said.splitlines()[-1].split()[1].split("（")[0]
    assert "与写入时完全一致" in verify(xunbao, "--head", code)
    assert "被整条换过" in verify(
        xunbao,
        "--head",
        code[:-1] + ("0" if code[-1] != "0" else "1"),
        status=PERSON,
    )
    assert "应写成" in verify(xunbao, "--head", "abc", status=USAGE)


def test_verify_names_what_is_damaged_and_what_to_do(xunbao: Program) -> None:
    tampering = "UPDATE decision SET completed = 999 WHERE completed = 300"
    assert forced(xunbao.folder / "storage" / "ledger.db", tampering) == 1
    raw = next(
        f
        for f in (xunbao.folder / "storage" / "raw").glob("??/*")
        if f.parent.name != "incoming"
    )
    raw.chmod(0o600)
    raw.unlink()
    said = verify(xunbao, status=PERSON)
    assert "表 decision 第 1 行与写入时不同" in said
    assert str(raw.name) in said.replace("\n", "")
    assert said.count("怎么办：") == 2
    *damages, total = [
        json.loads(line)
        for line in verify(xunbao, "--json", status=PERSON).splitlines()
    ]
    assert [damage["kind"] for damage in damages] == [
        "row_changed",
        "file_missing",
    ]
    assert total["total"]["damages"] == 2


def test_verify_without_a_ledger_says_so_and_makes_none(
    xunbao: Program,
) -> None:
    shutil.rmtree(xunbao.folder / "storage")
    assert "还没有台账" in verify(xunbao, status=PERSON)
    assert not (xunbao.folder / "storage" / "ledger.db").exists()


# ---------------------------------------------------------------------- log, explain


def test_the_log_tells_who_decided_what_and_why(xunbao: Program) -> None:
    held = xunbao.held()["丙公司"]
    xunbao(
        "review",
        "correct",
        held,
        "--completed",
        "55",
        "--why",
        "电话核实",
        now="2015-09-10T19:00:00+08:00",
    )
    told = [
        line
        for line in xunbao("log", "--unit", "丙公司").splitlines()
        if "人工决定报表" in line
    ]
    assert len(told) == 1
    assert told[0].startswith("2015-09-10 19:00 ")
    assert all(
        word in told[0]
        for word in ("丙公司", "9月10日", held, "计入", "55", "电话核实")
    )
    assert "没有这样的记录" in xunbao(
        "log", "--unit", "丙公司", "--period", "2015-10-10"
    )
    since = xunbao("log", "--since", "2015-09-10T18:30:00+08:00").splitlines()
    assert len(since) == 1
    assert "--since" in xunbao("log", "--since", "昨天", status=USAGE)


def test_the_logs_json_is_the_chain_itself(xunbao: Program) -> None:
    entries = xunbao.json("log", "--all")
    assert [entry["seq"] for entry in entries] == list(
        range(1, len(entries) + 1)
    )
    first, read = entries[0], next(e for e in entries if e["what"] == "read")
    assert first["previous"] == "0" * 64
    assert (read["who"], read["table_name"]) == ("jia@example.cn", "message")
    steps = {e["what"] for e in entries} - {
        e["what"] for e in xunbao.json("log")
    }
    assert "tried" in steps


def test_explain_leads_from_the_figure_to_the_cell(xunbao: Program) -> None:
    said = xunbao(
        "explain",
        "甲县",
        "--period",
        "2015-09-10",
        now="2015-09-12T09:00:00+08:00",
    )
    row = next(r for r in xunbao.json("status", "--period", "2015-09-10", now="2015-09-12T09:00:00+08:00") if r.get("unit") == "甲县")  # fmt: skip
    assert "按时：截止前" in said
    assert f"累计 {row['completed']}" in said
    assert f"{row['completed']}÷{row['target']} = {row['rate']:.4%}" in said
    assert f"253÷365 = {253 / 365:.4%}" in said
    assert f"同类第 {row['rank']}，总第 {row['rank_overall']}" in said
    assert "来自 jia@example.cn，收到 2015-09-10 10:00" in said
    assert "原文“300”" in said
    assert "程序判定：已计入，累计 300" in said


def test_explain_in_json_for_scripts(xunbao: Program) -> None:
    (told,) = xunbao.json("explain", "甲县", "--period", "2015-09-10")
    (report,) = told["reports"]
    assert report["evidence"]["completed"]["text"] == "300"
    assert [d["rule"] for d in report["decisions"]] == ["judged"]
    assert told["row"]["completed"] == report["completed"] == 300
    assert {entry["what"] for entry in told["journal"]} >= {
        "read",
        "report_found",
        "judged",
    }


def codes_in(said: str) -> set[str]:
    """The program's own codes among the words of a page."""
    codes: set[str] = set()
    for kind in (Hold, Note, DecisionRule, ReportState, NoticeKind):
        codes |= {member.value for member in kind}
    codes |= {"planned", "sending", "sent", "dropped", "failed", "on_time"}
    return codes & set(re.findall(r"[a-z_]+", said))


def test_explain_says_why_a_unit_is_missing_or_held(xunbao: Program) -> None:
    later = "2015-09-12T09:00:00+08:00"
    assert "漏报：只查了导入的邮件" in xunbao(
        "explain", "乙县", "--period", "2015-09-10", now=later
    )
    held = xunbao("explain", "丙公司", "--period", "2015-09-10", now=later)
    assert "待核：" in held
    assert "表中的报送单位与发件邮箱登记的单位不一致" in held
    assert codes_in(held) == set()
    assert "名单里没有单位" in xunbao("explain", "无此县", status=USAGE)


# ---------------------------------------------------------------------- as of


def figures(
    xunbao: Program, *words: str, now: str = "2015-09-12T09:00:00+08:00"
) -> dict[str, tuple[Any, Any]]:
    lines = xunbao.json("status", "--period", "2015-09-10", *words, now=now)
    return {
        line["unit"]: (line["state"], line["completed"])
        for line in lines
        if "unit" in line
    }


def test_status_as_of_gives_what_was_known_then(xunbao: Program) -> None:
    taken, decided = "2015-09-10T18:05:00+08:00", "2015-09-10T19:00:00+08:00"
    xunbao(
        "review",
        "correct",
        xunbao.held()["丙公司"],
        "--completed",
        "55",
        now=decided,
    )
    now = figures(xunbao)
    before_any = figures(xunbao, "--as-of", "2015-09-10T18:04:59+08:00")
    before_decision = figures(xunbao, "--as-of", "2015-09-10T18:59:59+08:00")
    assert now["丙公司"][1] == 55
    assert figures(xunbao, "--as-of", decided) == now
    assert before_decision["丙公司"] == ("held", None)
    assert before_decision["甲县"] == ("on_time", 300)
    assert {figure for _, figure in before_any.values()} == {None}
    # the control: --now alone moves the clock and knows all the same
    assert figures(xunbao, now=taken)["丙公司"][1] == 55
    assert "--as-of" in xunbao("status", "--as-of", "昨天", status=USAGE)


def test_looking_back_changes_nothing(xunbao: Program) -> None:
    code = verify(xunbao).splitlines()[-1]
    figures(xunbao, "--as-of", "2015-09-10T18:04:59+08:00")
    assert verify(xunbao).splitlines()[-1] == code


# ---------------------------------------------------------------------- never looked at


def test_of_a_mailbox_that_nobody_read_nothing_is_said(tmp_path: Path) -> None:
    """The control: once mails were taken in, a silent unit is 漏报."""
    made(tmp_path)
    fresh = Program(tmp_path)
    later = "2015-09-15T12:00:00+08:00"
    period = ("--period", "2015-09-10")
    for said in (
        fresh("status", *period, "--proof", "甲县", now=later),
        fresh("explain", "甲县", *period, now=later),
        fresh("status", *period, now=later),
    ):
        assert "还没有收过信，没有查过收件箱" in said
        assert "已查收件箱" not in said
        assert "还没有到截止时间" not in said
    assert "：漏报" not in fresh(
        "status", *period, "--proof", "甲县", now=later
    )


def test_documents_of_a_mailbox_that_nobody_read_are_said_to_prove_nothing(
    tmp_path: Path, xunbao: Program
) -> None:
    """The control: where mails were taken in, nothing of the kind is said."""
    made(tmp_path / "fresh")
    look = ("bulletin", "--month", "2015-09", "--preview", str(tmp_path / "p"))
    sheet = ("assess", "--out", str(tmp_path / "a.xlsx"))
    for order in (look, sheet):
        now = "2015-10-01T16:00:00+08:00"
        warning = "没有查过收件箱，里面的漏报不能作数"
        assert warning in Program(tmp_path / "fresh")(*order, now=now)
        assert warning not in xunbao(*order, now=now)


def test_a_proof_names_what_came_and_could_not_be_read(xunbao: Program) -> None:
    said = xunbao(
        "status",
        "--period",
        "2015-09-10",
        "--proof",
        "丙公司",
        now="2015-09-12T09:00:00+08:00",
    )
    assert "待核" in said or "未能读取" in said
