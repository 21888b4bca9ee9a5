"""Receipts and lag notices promise and rank what is so: a place among those that have
reported, lateness that can be told, a promise that holds at the next due date (rules.md 7)."""

import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment
from test_notify import arrived, at, letters

from pipeline.flows.notify import notify

DAYS = {"09-10": "2015年9月10日", "09-20": "2015年9月20日"}
ADDRESSES = {"甲县": "jia@example.cn", "乙县": "yi@example.cn"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made(tmp_path)
    return tmp_path


def report(
    folder: Path,
    unit: str,
    figure: int,
    when: str,
    period: str = "09-10",
    subject: str = "报送旬报表",
) -> EmailMessage:
    """The receipt of a report that comes at a time."""
    worker = at(folder, when)
    raw = form_mail(
        ADDRESSES[unit], unit, DAYS[period], figure, when, subject=subject
    )
    arrived(worker, raw, when)
    notify(worker.clock.now(), worker.desk(), mailbox_read=True)
    found = []
    for letter in letters(worker):
        if letter["X-Xunbao"] == "receipt":
            found.append(letter)
    return found[-1]


def text_of(letter: EmailMessage, kind: str = "plain") -> str:
    return letter.get_body((kind,)).get_content()


def test_before_the_close_a_rank_is_among_those_that_have_reported(
    folder: Path,
) -> None:
    """The control: after the close it is the rank, and stands in the subject."""
    first = report(folder, "甲县", 300, "2015-09-10 10:00")
    second = report(folder, "乙县", 100, "2015-09-10 11:00")
    assert "已报1个县（市、区）中暂列第1" in text_of(first)
    assert "已报2个县（市、区）中暂列第2" in text_of(second)
    assert "已报1个，共2个" in text_of(first, "html")
    assert "排名" not in first["Subject"] + second["Subject"]
    late = report(
        folder, "乙县", 120, "2015-09-11 11:00", subject="9月10日旬报更正"
    )
    assert "2个县（市、区）中第2名" in text_of(late)
    assert "排名第2" in late["Subject"]


@pytest.mark.parametrize(
    ("when", "told"),
    [("2015-09-10 18:00:20", ""), ("2015-09-10 18:05:00", "迟了5分钟")],
)
def test_nobody_is_told_how_late_seconds_are(
    folder: Path, when: str, told: str
) -> None:
    text = text_of(report(folder, "甲县", 300, when))
    assert "记为迟报" in text
    assert told in text
    assert ("迟了" in text) == bool(told)


def test_a_correction_of_a_report_in_time_is_in_time(folder: Path) -> None:
    report(folder, "甲县", 300, "2015-09-10 10:00")
    letter = report(
        folder, "甲县", 310, "2015-09-12 10:00", subject="9月10日旬报更正"
    )
    assert "（原为300名）" in text_of(letter)
    assert "迟" not in text_of(letter)
    assert "迟报" not in letter["Subject"]


@pytest.mark.parametrize("margin", [0.1, 0.2])
def test_what_lifts_a_lag_holds_at_the_next_due_date(
    tmp_path: Path, margin: float
) -> None:
    """Exactly so many: with one fewer the unit lags again. By the config's own margin."""
    progress = {"[bulletin]": f"[progress]\nlag_margin = {margin}\n[bulletin]"}
    made(tmp_path, replaced=progress)
    report(tmp_path, "甲县", 300, "2015-09-10 10:00")
    worker = at(tmp_path, "2015-09-11 09:00")
    notify(worker.clock.now(), worker.desk(), mailbox_read=True)
    (text,) = (
        text_of(m) for m in letters(worker) if m["X-Xunbao"] == "lag_notice"
    )
    assert f"超过{margin:.0%}"[:-1] + "个百分点" in text
    more = int(re.findall(r"再有(\d+)名", text)[0])
    for short, lags in ((1, True), (0, False)):
        report(
            tmp_path,
            "甲县",
            300 + more - short,
            f"2015-09-20 1{1 - short}:00",
            period="09-20",
            subject="9月20日旬报更正",
        )
        later = at(tmp_path, "2015-09-20 21:00")
        standing = later.campaign.standing(
            moment("2015-09-20 00:00").date(),
            later.store.ledger(),
            later.clock.now(),
        )
        assert standing.by_unit["甲县"].lagging is lags
