"""A changed config is tried on a copy of the real ledger: what differs is said, nothing is written, and what it says goes."""

import json
from pathlib import Path
from typing import Any

import pytest
from campaign_maker import form_mail, made, moment
from test_rehearsal import contents, run

from pipeline.demo.servers import DemoServers

DURING = ("--now", "2015-09-10T12:00:00+08:00")
THEN = ("--now", "2015-09-11T09:05:00+08:00")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A ledger in which 甲县 has reported 300 of 1000 for 10 September."""
    found = made(tmp_path)
    raw = form_mail(
        "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
    )
    (tmp_path / "one.eml").write_bytes(raw)
    run("ingest", str(tmp_path / "one.eml"), "--config", str(found), *DURING)
    return found


def edited(config: Path, *edits: tuple[str, str]) -> Path:
    text = config.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    new_config = config.with_name("new.toml")
    new_config.write_text(text, encoding="utf-8")
    return new_config


def simulated(new: Path) -> list[dict[str, Any]]:
    _, text = run("simulate", "--config", str(new), "--json", *THEN)
    return [json.loads(line) for line in text.splitlines()]


def test_a_changed_target_moves_rate_and_rank_and_writes_nothing(
    config: Path,
) -> None:
    new = edited(
        config,
        ("target = 1000", "target = 600"),
        ("target = 1900\n", "target = 1500\n"),
    )
    before = contents(config.parent)
    rows = [line for line in simulated(new) if line["what"] == "row"]
    assert contents(config.parent) == before
    assert {(r["unit"], r["field"], r["before"], r["after"]) for r in rows} >= {
        ("甲县", "target", 1000, 600),
        ("甲县", "rate", 0.3, 0.5),
    }


def test_changed_hours_are_events_that_go_and_come(config: Path) -> None:
    hours = 'overdue_reminder = { days_after = 2, at = "10:00" }'
    new = edited(config, ("[bulletin]", f"[schedule]\n{hours}\n[bulletin]"))
    events = [line for line in simulated(new) if line["what"] == "event"]
    assert {e["comes"] for e in events} == {True, False}
    assert "2015-09-12T10:00:00+08:00" in {
        e["at"] for e in events if e["comes"]
    }


def test_what_would_be_refused_is_said(config: Path) -> None:
    run("once", "--config", str(config), *DURING)
    new = edited(config, ("first_due = 2015-09-10", "first_due = 2015-09-20"))
    status, text = run("simulate", "--config", str(new), *THEN)
    assert status == 2
    assert "不会采用" in text


def test_the_letters_it_names_are_those_that_then_go(tmp_path: Path) -> None:
    with DemoServers() as servers:
        config = made(tmp_path, servers.imap_port, servers.smtp_port)
        raw = form_mail(
            "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
        )
        servers.append(raw, moment("2015-09-10 10:00"))
        run("once", "--config", str(config), *DURING)
        new = edited(config, ('units = ["甲县"]', 'units = ["甲县", "乙县"]'))
        said = [line for line in simulated(new) if line["what"] == "letter"]
        before = notices(config)
        run("once", "--config", str(new), *THEN)
        went = notices(config) - before
    assert {
        (line["kind"], line["unit"]) for line in said if line["going"]
    } == went


def notices(config: Path) -> set[tuple[str, str | None]]:
    """(kind, unit) of what was sent; alerts tell of the program, not of the campaign."""
    _, text = run("notices", "--json", "--config", str(config), *THEN)
    lines = [json.loads(line) for line in text.splitlines()]
    return {
        (line["kind"], line["unit"])
        for line in lines
        if line["state"] == "sent" and line["kind"] != "alert"
    }
