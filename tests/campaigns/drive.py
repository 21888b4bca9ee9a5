"""Drives the program through a made-up campaign and scores it with the scorer of ../shared/campaign/run.py.

    python -m campaigns.drive FOLDER [--kill 0.5]     in tests/: every step, over IMAP, with the reviewers' answers
    python -m campaigns.drive FOLDER --take-in        `xunbao ingest` of all mails at once; messages and last standing alone

Unlike run.py it answers review requests (their code stands in the letter that the program sent), and it knows
campaigns whose months do not end on the 30th. Kills only what it started.
"""

import argparse
import email
import importlib.util
import json
import os
import random
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import datetime
from email import policy
from pathlib import Path

from campaigns.towns import OWN

ROOT = Path(__file__).parents[2]
RUN = ROOT.parent / "shared" / "campaign" / "run.py"


def shared_run():
    """run.py as a module."""
    spec = importlib.util.spec_from_file_location("campaign_run", RUN)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Program:
    """The program by its public face, in a work folder of its own."""

    def __init__(
        self, campaign: Path, ports: dict[str, object], password: str = "x"
    ) -> None:
        self.work = Path(tempfile.mkdtemp(prefix="xc"))
        (self.work / "storage").mkdir()
        text = (campaign / "config.toml").read_text()
        for key, value in {**ports, "STORAGE": self.work / "storage"}.items():
            text = text.replace(f"@{key}@", str(value))
        self.config = self.work / "config.toml"
        self.config.write_text(text)
        self.env = dict(
            os.environ,
            XUNBAO_MAILBOX_PASSWORD=password,
            XUNBAO_SMTP_PASSWORD="",
            PYTHONPATH=str(ROOT),
        )

    def call(
        self, command: str, *args: str, wait: float = 300
    ) -> tuple[int | None, str]:
        words = [
            sys.executable,
            "-m",
            "pipeline",
            command,
            *args,
            "--config",
            str(self.config),
        ]
        child = subprocess.Popen(
            words,
            env=self.env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            out, err = child.communicate(timeout=wait)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
            return None, ""
        return child.returncode, out if child.returncode in (0, 1) else out + err

    def lines(self, command: str, *args: str) -> list[dict]:
        return [
            json.loads(x)
            for x in self.call(command, *args, "--json")[1].splitlines()
            if x.startswith("{")
        ]


def load(campaign: Path):
    return (
        json.loads((campaign / f"{name}.json").read_text())
        for name in ("truth", "index", "steps")
    )


def answered(raw: bytes, sent: list[bytes]) -> bytes:
    """A reviewer's answer with the review request quoted that the program sent, the first of `sent`."""
    return _quoting(raw, sent) if sent else raw


def _quoting(raw: bytes, requests: list[bytes]) -> bytes:
    letter = email.message_from_bytes(requests[0], policy=policy.default)
    text = letter.get_body(("plain",)).get_content()
    mail = email.message_from_bytes(raw, policy=policy.default)
    said = mail.get_content().replace(
        "@QUOTED@", "------------------ 原始邮件 ------------------\n" + text
    )
    subject = mail["Subject"].replace("@CASE@", str(letter["Subject"]))
    del mail["Subject"]
    mail["Subject"] = subject
    mail.set_content(said)
    return mail.as_bytes(policy=policy.SMTP)


def _request_for(
    program: Program, sent: list[tuple], message: dict, now: str
) -> list[bytes]:
    """The letters to the reviewer about one held mail: by the book's Message-IDs, unit and period."""
    report = message["reports"]
    books = [
        n
        for n in program.lines("notices", "--now", now)
        if n["kind"] == "review_request"
    ]
    wanted = {
        n["message_id"]
        for n in books
        if any((n["unit"], n["period"]) == (r["unit"], r["period"]) for r in report)
    }
    found = []
    for _, to, raw in sent:
        m = email.message_from_bytes(raw, policy=policy.default)
        if m["Message-ID"] in wanted and "shenhe@example.cn" in to:
            found.append(raw)
    return found[::-1]


def drive(campaign: Path, kill: float = 0.0, seed: int = 1):
    """Every step over IMAP; the tally."""
    from aiosmtpd.controller import Controller
    from imapclient import IMAPClient

    run, rnd = shared_run(), random.Random(seed)
    truth, index, steps = load(campaign)
    by_n = {m["n"]: m for m in truth["messages"]}
    dove = run.start_dovecot(Path(tempfile.mkdtemp(prefix="dv")))
    sink = run.Sink()
    smtp = Controller(sink, hostname="127.0.0.1", port=0)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        smtp.port = s.getsockname()[1]
    smtp.start()
    tally, status = run.Tally(), {}
    program = Program(
        campaign,
        {
            "IMAP_PORT": dove["IMAPS_PORT"],
            "SMTP_PORT": smtp.port,
            "CA_FILE": dove["CAFILE"],
        },
        dove["IMAP_PASSWORD"],
    )
    try:
        imap = IMAPClient(
            "127.0.0.1",
            port=int(dove["IMAPS_PORT"]),
            ssl_context=ssl.create_default_context(cafile=dove["CAFILE"]),
            timeout=60,
        )
        imap.login(OWN, dove["IMAP_PASSWORD"])
        queue, last = list(index), steps[-1]["now"]
        for i, step in enumerate(steps):
            while queue and queue[0]["received"] <= step["now"]:
                m = queue.pop(0)
                raw = (campaign / m["file"]).read_bytes()
                if "case" in m:
                    raw = answered(
                        raw,
                        _request_for(program, sink.got, by_n[m["case"]], step["now"]),
                    )
                imap.append("INBOX", raw, (), datetime.fromisoformat(m["received"]))
            if i and steps[i - 1]["now"] == step["now"] and step["what"] != "digest":
                continue
            if rnd.random() < kill:
                program.call("once", "--now", step["now"], wait=rnd.uniform(0.2, 2.5))
            code, out = program.call("once", "--now", step["now"])
            tally.add(
                "runs end with 0 or 1",
                code in (0, 1),
                f"{step['now']}: {code} {out[-300:]}",
            )
            if step["what"] == "digest":
                status[step["period"]] = program.lines(
                    "status", "--now", step["now"], "--period", step["period"]
                )
        messages, notices, talks = (
            program.lines(c, "--now", last) for c in ("messages", "notices", "talks")
        )
    finally:
        smtp.stop()
        os.kill(int(Path(dove["PIDFILE"]).read_text()), signal.SIGTERM)
    seen = {m["n"] for m in index if m["received"] <= last}
    shown = [n for n in notices if n["kind"] in _KINDS]
    others = Counter(n["kind"] for n in notices if n["kind"] not in _KINDS)
    named = {n["message_id"] for n in shown}
    posted = [
        g for g in sink.got if email.message_from_bytes(g[2])["Message-ID"] in named
    ]
    run.score(
        {**truth, "talks": []},
        seen,
        set(status),
        last,
        status,
        messages,
        shown,
        [],
        posted,
        program.config.read_text(),
        tally,
    )
    _score_months(truth, last, talks, shown, tally)
    print("beyond the contract's kinds:", dict(others), "work folder:", program.work)
    return tally


_KINDS = {
    "receipt",
    "unreadable",
    "due_reminder",
    "overdue_reminder",
    "second_overdue_reminder",
    "lag_notice",
    "period_digest",
    "review_request",
    "monthly_bulletin",
}


def _score_months(
    truth: dict, last: str, talks: list[dict], notices: list[dict], tally
) -> None:
    want = {(t["month"], t["unit"], t["circulated"]) for t in truth["talks"]}
    have = {
        (t["month"], t["unit"], bool(t["circulated"]))
        for t in talks
        if t["state"] != "dropped"
    }
    for x in sorted(want | have):
        tally.add(
            "talks and circulation",
            x in want and x in have,
            f"{x} {'missing' if x in want else 'too many'}",
        )
    due = {
        n["month"]: set(n["to"])
        for n in truth["notices"]
        if n["kind"] == "monthly_bulletin" and n["at"] <= last
    }
    got = {
        n["month"]: set(n["to"]) | set(n["cc"] or [])
        for n in notices
        if n["kind"] == "monthly_bulletin" and n["state"] == "sent"
    }
    for month in sorted(set(due) | set(got)):
        tally.add(
            "bulletin by month",
            due.get(month) == got.get(month),
            f"{month}: {due.get(month)} got {got.get(month)}",
        )
    for kind in sorted(
        {n["kind"] for n in truth["notices"]} - {"monthly_bulletin", "review_request"}
    ):
        for n in (x for x in truth["notices"] if x["kind"] == kind and x["at"] <= last):
            mine = (
                [
                    h
                    for h in notices
                    if h["kind"] == kind
                    and h["state"] == "sent"
                    and (h["unit"], h["period"]) == (n["unit"], n["period"])
                ]
                if n["n"] is None
                else None
            )
            if mine is not None:
                ok = (
                    bool(mine)
                    and sorted(mine[0]["to"]) == n["to"]
                    and sorted(mine[0]["cc"] or []) == n["cc"]
                    and abs(
                        (
                            datetime.fromisoformat(mine[0]["sent_at"])
                            - datetime.fromisoformat(n["at"])
                        ).total_seconds()
                    )
                    < 120
                )
                tally.add(
                    "to whom and when",
                    ok,
                    f"{kind} {n['unit']} {n['period']} {n['at']} {n['to']} {n['cc']}: {mine[:1]}",
                )


def take_in(campaign: Path):
    """All mails by `ingest`; what became of them and the standings at the end."""
    run = shared_run()
    truth, index, steps = load(campaign)
    program = Program(
        campaign, {"IMAP_PORT": 1, "SMTP_PORT": 1, "CA_FILE": "/dev/null"}
    )
    last = steps[-1]["now"]
    box = program.work / "mail"
    box.mkdir()
    by_n = {m["n"]: m for m in truth["messages"]}
    seen = {m["n"] for m in index if "same" not in by_n[m["n"]]["traps"]}
    for m in index:
        if m["n"] in seen:
            (box / Path(m["file"]).name).write_bytes(
                (campaign / m["file"]).read_bytes()
            )
    tally = run.Tally()
    code, out = program.call("ingest", str(box), "--now", last)
    tally.add("runs end with 0 or 1", code in (0, 1), out[-2000:])
    messages = program.lines("messages", "--now", last)
    final = json.loads((campaign / "final.json").read_text())
    status = {p: program.lines("status", "--now", last, "--period", p) for p in final}
    run.score(
        {**truth, "talks": [], "notices": [], "standings": final},
        seen,
        set(final),
        last,
        status,
        messages,
        [],
        [],
        [],
        "",
        tally,
    )
    return tally


def show(tally, most: int = 40) -> None:
    for name in tally.all:
        if not name.startswith("("):
            print(
                f"{name:32} {tally.right[name]:5} {tally.all[name]:5}  {tally.share(name):6.1%}"
            )
    for name, detail in tally.wrong[:most]:
        if not name.startswith("("):
            print(f"  {name}: {detail}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("campaign", type=Path)
    parser.add_argument("--kill", type=float, default=0.0)
    parser.add_argument("--take-in", action="store_true")
    given = parser.parse_args()
    show(
        take_in(given.campaign) if given.take_in else drive(given.campaign, given.kill),
        80,
    )
