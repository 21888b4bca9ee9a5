"""What a clerk sends from a phone in answer to a reminder is read: the four lines behind the
letter's own link, filled in, and a line in her own words."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from campaign_maker import CLAUSES, form_mail, made, mail
from lxml import html as lxml_html
from test_notify import arrived, at, letters

from pipeline.bootstrap import Program
from pipeline.flows.notify import notify
from pipeline.model.report import (
    Decision,
    DecisionRule,
    Report,
    ReportState,
)

DUE, OVERDUE, SECOND = (
    "2015-09-09 09:00",
    "2015-09-11 09:00",
    "2015-09-13 09:00",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made(tmp_path)
    return tmp_path


def reminder(folder: Path, when: str) -> EmailMessage:
    worker = at(folder, when)
    notify(worker.clock.now(), worker.desk(), mailbox_read=True)
    return next(m for m in letters(worker) if m["To"] == "jia@example.cn")


def link_of(letter: EmailMessage) -> tuple[str, str, str]:
    """(address, subject, body) of the mail that the letter's link begins."""
    body = letter.get_body(("html",))
    assert body is not None
    page = lxml_html.document_fromstring(body.get_content())
    (href,) = {
        a.get("href")
        for a in page.iter("a")
        if "body=" in (a.get("href") or "")
    }
    parts = urlsplit(href)
    asked = parse_qs(parts.query, keep_blank_values=True)
    return parts.path, asked["subject"][0], asked["body"][0]


def sent(folder: Path, when: str, subject: str, text: str) -> Report:
    worker = at(folder, when)
    raw = mail("jia@example.cn", subject, when, text=text)
    arrived(worker, raw, when)
    (report,) = worker.store.ledger().reports
    return report


@pytest.mark.parametrize("when", [DUE, OVERDUE, SECOND])
def test_the_four_lines_behind_the_link_are_read(
    folder: Path, when: str
) -> None:
    address, subject, body = link_of(reminder(folder, when))
    lines = body.splitlines()
    assert address == "demo@example.cn"
    assert len(lines) == 4
    filled = [*lines[:2], f"{lines[2]}390", f"{lines[3]}{CLAUSES[0]}"]
    hour = f"{when[:11]}10:00"
    report = sent(folder, hour, subject, "\r\n".join(filled))
    assert (report.unit, report.completed) == ("甲县", 390)
    assert report.state is ReportState.ACCEPTED
    assert report.period.isoformat() == "2015-09-10"


def given_back(folder: Path, when: str) -> EmailMessage:
    """Staff gave the unit's report for 10 September back."""
    worker = at(folder, when)
    raw = form_mail("jia@example.cn", "甲县", "2015-9-10", "约350", when)
    arrived(worker, raw, when)
    (report,) = worker.store.ledger().reports
    worker.store.decide(
        Decision(
            report_id=report.id,
            state=ReportState.REJECTED,
            rule=DecisionRule.REJECT,
            by="组宣部",
            at=worker.clock.now(),
            why="数字不确定，请核实",
            unit="甲县",
            period=report.period,
            completed=report.completed,
        )
    )
    return the_letter(worker, "returned")


def not_read(folder: Path, when: str) -> EmailMessage:
    worker = at(folder, when)
    raw = mail("jia@example.cn", "9月10日旬报表", when)
    arrived(worker, raw, when)
    return the_letter(worker, "unreadable")


def the_letter(worker: Program, kind: str) -> EmailMessage:
    notify(worker.clock.now(), worker.desk(), mailbox_read=True)
    return next(m for m in letters(worker) if kind in m["X-Xunbao"].split())


@pytest.mark.parametrize("letter_of", [given_back, not_read])
def test_what_is_sent_back_can_be_mended_from_a_phone(
    folder: Path, letter_of: Callable[[Path, str], EmailMessage]
) -> None:
    letter = letter_of(folder, "2015-09-10 10:00")
    _, subject, body = link_of(letter)
    lines = body.splitlines()
    plain = letter.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "\n".join(lines) in plain
    assert "直接回复本邮件" in plain
    filled = [*lines[:2], f"{lines[2]}390", f"{lines[3]}{CLAUSES[0]}"]
    below = "\n".join(f"> {line}" for line in plain.splitlines())
    quoted = f"------------------ 原始邮件 ------------------\n{below}"
    for head, text in (
        (subject, "\r\n".join(filled)),
        (f"回复：{letter['Subject']}", "\n".join([*filled, "", quoted])),
    ):
        worker = at(folder, "2015-09-10 11:00")
        arrived(
            worker,
            mail("jia@example.cn", head, "2015-09-10 11:00", text=text),
            "2015-09-10 11:00",
        )
        newest = worker.store.ledger().reports[-1]
        assert (newest.unit, newest.completed) == ("甲县", 390), head
        assert newest.period.isoformat() == "2015-09-10"
    counted = worker.store.ledger().counting["甲县"]
    assert [r.completed for r in counted.values()] == [390]


def test_of_several_parts_of_one_letter_the_last_gives_the_lines(
    folder: Path,
) -> None:
    worker = at(folder, "2015-09-11 09:00")
    raw = mail("jia@example.cn", "9月10日旬报表", "2015-09-11 08:50")
    arrived(worker, raw, "2015-09-11 08:50")
    letter = the_letter(worker, "unreadable")
    assert "overdue_reminder" in letter["X-Xunbao"].split()
    plain = letter.get_body(("plain",)).get_content()
    assert plain.count("用手机报送") == 1


@pytest.mark.parametrize(
    "words",
    [
        f"本期累计390名。主要举措：{CLAUSES[0]}",
        f"累计完成390名，主要工作举措：{CLAUSES[0]}",
    ],
)
def test_a_line_in_her_own_words_is_read(folder: Path, words: str) -> None:
    letter = reminder(folder, DUE)
    quoted = letter.get_body(("plain",)).get_content()
    below = "\n".join(f"> {line}" for line in quoted.splitlines())
    report = sent(
        folder,
        "2015-09-09 10:00",
        f"回复：{letter['Subject']}",
        f"{words}\n\n------------------ 原始邮件 ------------------\n{below}",
    )
    assert (report.unit, report.completed) == ("甲县", 390)
    assert report.state is ReportState.ACCEPTED


MORE = """
[form]
[form.labels]
measures = ["主要做法"]
[[form.figure]]
name = "mended"
labels = ["整改到位数"]
needed = true
[[form.figure]]
name = "grave"
labels = ["重大隐患数"]
[[form.text]]
name = "filled_by"
labels = ["填报人"]
needed = true
[[form.text]]
name = "telephone"
labels = ["联系电话"]
"""


def test_what_the_form_needs_beside_stands_among_the_lines(
    tmp_path: Path,
) -> None:
    config = made(tmp_path)
    config.write_text(config.read_text("utf-8") + MORE, "utf-8")
    letter = reminder(tmp_path, DUE)
    _, subject, body = link_of(letter)
    lines = body.splitlines()
    labels = [line.partition("：")[0] for line in lines]
    # In the form's order, and nothing that may be left out.
    assert labels[2:] == [
        "已完成目标任务数",
        "整改到位数",
        "主要做法",
        "填报人",
    ]
    plain = letter.get_body(("plain",)).get_content()
    assert "\n".join(lines) in plain.replace("\r\n", "\n")
    assert "六行" in plain
    assert "累计数、整改到位数、做法和填报人" in plain
    values = ("", "", "390", "120", CLAUSES[0], "综合股")
    filled = [line + value for line, value in zip(lines, values, strict=True)]
    report = sent(tmp_path, "2015-09-09 10:00", subject, "\r\n".join(filled))
    assert report.state is ReportState.ACCEPTED
    assert report.completed == 390
    assert dict(report.also) == {"mended": 120}
    assert dict(report.texts) == {"filled_by": "综合股"}
