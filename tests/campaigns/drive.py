"""Drives the program through a campaign by its public face, and scores it by the campaign's truth (score.py).

    python -m campaigns.drive FOLDER [--kill 0.5]     in tests/, PYTHONPATH=support: every step, over IMAP, with the reviewers' answers
    python -m campaigns.drive FOLDER --take-in        `xunbao ingest` of all mails at once; messages and last standing alone

Answers review requests too, where a campaign has answers: their code stands in the letter that the program sent.
Kills only what it started.
"""

import argparse
import email
import json
import os
import random
import re
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email import policy
from pathlib import Path

from warm.program import warm_program

from campaigns.mailhosts import dovecot_host
from campaigns.score import (
    Outcome,
    Posted,
    Tally,
    score,
    score_month_end,
    score_post,
)

ROOT = Path(__file__).parents[2]


class Sink:
    """Takes every mail that is sent to it, and keeps envelope and bytes in order."""

    def __init__(self) -> None:
        self.got: list[Posted] = []

    async def handle_DATA(self, server, session, envelope):
        content = bytes(envelope.content)
        self.got.append((envelope.mail_from, list(envelope.rcpt_tos), content))
        return f"250 Mail OK queued as sink,{len(self.got)}"


class Program:
    """The program by its public face, in a work folder of its own."""

    def __init__(
        self,
        campaign: Path,
        ports: dict[str, object],
        command: list[str],
        password: str = "x",
    ) -> None:
        self.command = command
        self.work = Path(tempfile.mkdtemp(prefix="xc"))
        (self.work / "storage").mkdir()
        text = (campaign / "config.toml").read_text()
        for key, value in {**ports, "STORAGE": self.work / "storage"}.items():
            text = text.replace(f"@{key}@", str(value))
        # a print of every file takes an hour on a small machine; the second look has
        # tests of its own
        off = '[checks]\nsecond_look = "off"\n'
        if "[checks]\n" in text:
            text = text.replace("[checks]\n", off, 1)
        else:
            text = f"{text}\n{off}"
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
        words = [*self.command, command, *args, "--config", str(self.config)]
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
        return child.returncode, out if child.returncode in (
            0,
            1,
        ) else out + err

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
        if any(
            (n["unit"], n["period"]) == (r["unit"], r["period"]) for r in report
        )
    }
    found = []
    for _, to, raw in sent:
        m = email.message_from_bytes(raw, policy=policy.default)
        if m["Message-ID"] in wanted and "shenhe@example.cn" in to:
            found.append(raw)
    return found[::-1]


def drive(
    campaign: Path,
    kill: float = 0.0,
    seed: int = 1,
    at=dovecot_host,
    until: str = "",
) -> Tally:
    """Every step over IMAP; what was right and wrong. `kill` is the share of runs that are killed and run again, `at` the
    mailbox; `until` a time (ISO 8601) behind which nothing is driven."""
    truth, index, steps = load(campaign)
    steps = [step for step in steps if not until or step["now"] <= until]
    rnd, tally, last = random.Random(seed), Tally(), steps[-1]["now"]
    with (
        at() as host,
        _sending() as (sink, smtp_port),
        warm_program() as command,
    ):
        ports = {"SMTP_PORT": smtp_port, **host.ports}
        program = Program(campaign, ports, command, host.password)
        mailman = Mailman(campaign, truth, index, program, sink, host)
        standings = {}
        for step in _wakes(steps):
            mailman.bring_until(step["now"])
            if host.trouble():
                _refused_wake(program, step["now"], host, sink, tally)
                host.well_again()
            _wake(program, step["now"], rnd, kill, tally)
            if step["what"] == "digest":
                asked = ("--now", step["now"], "--period", step["period"])
                standings[step["period"]] = program.lines("status", *asked)
        messages, notices, talks = (
            program.lines(command, "--now", last)
            for command in ("messages", "notices", "talks")
        )
    outcome = Outcome(messages, notices, talks, standings, sink.got)
    _score(truth, index, last, outcome, program, tally)
    return tally


def _score(truth, index, last, outcome, program, tally) -> None:
    """Against the truth, which knows the contract's kinds of notices alone."""
    others = Counter(
        n["kind"] for n in outcome.notices if n["kind"] not in KINDS
    )
    print(
        "beyond the truth's kinds:", dict(others), "work folder:", program.work
    )
    outcome.notices = [n for n in outcome.notices if n["kind"] in KINDS]
    named = {n["message_id"] for n in outcome.notices}
    outcome.posted = [
        mail
        for mail in outcome.posted
        if email.message_from_bytes(mail[2])["Message-ID"] in named
    ]
    seen = {m["n"] for m in index if m["received"] <= last}
    score(truth, seen, last, outcome, tally)
    score_month_end(truth, last, outcome, tally)
    score_post(program.config.read_text(), outcome, tally)
    _score_times(truth, last, outcome.notices, tally)


@contextmanager
def _sending() -> Iterator[tuple[Sink, int]]:
    """A mail server that takes everything, on a free port of the loopback."""
    from aiosmtpd.controller import Controller
    from live_servers import free_port

    sink = Sink()
    smtp = Controller(sink, hostname="127.0.0.1", port=free_port())
    smtp.start()
    try:
        yield sink, smtp.port
    finally:
        smtp.stop()


class Mailman:
    """Puts each mail into the INBOX when its time has come, with its reception time."""

    def __init__(self, campaign, truth, index, program, sink, host) -> None:
        self.campaign, self.program, self.sink = campaign, program, sink
        self.host, self.queue = host, list(index)
        self.by_n = {m["n"]: m for m in truth["messages"]}

    def bring_until(self, now: str) -> None:
        while self.queue and self.queue[0]["received"] <= now:
            mail = self.queue.pop(0)
            received = datetime.fromisoformat(mail["received"])
            self.host.append(self._content(mail, now), received)

    def _content(self, mail: dict, now: str) -> bytes:
        raw = (self.campaign / mail["file"]).read_bytes()
        if "case" not in mail:
            return raw
        about = self.by_n[mail["case"]]
        return answered(
            raw, _request_for(self.program, self.sink.got, about, now)
        )


def _wakes(steps: list[dict]) -> Iterator[dict]:
    """The steps without those at the time of the one before that ask for nothing of their own."""
    before = None
    for step in steps:
        if step["now"] != before or step["what"] == "digest":
            yield step
        before = step["now"]


def _wake(
    program: Program, now: str, rnd: random.Random, kill: float, tally
) -> None:
    if rnd.random() < kill:
        program.call("once", "--now", now, wait=rnd.uniform(0.2, 2.5))
    code, out = program.call("once", "--now", now)
    tally.add(
        "runs end with 0 or 1", code in (0, 1), f"{now}: {code} {out[-300:]}"
    )


# What may go while the mailbox is not read: answers, and what admins are told.
NOT_OF_SILENCE = {"receipt", "unreadable", "review_request", "settled", "alert"}


def _refused_wake(
    program: Program, now: str, host, sink: Sink, tally: Tally
) -> None:
    """A wake that the mailbox refuses: it is told, and nothing goes that speaks of anybody's silence. One that had nothing to
    fetch may not have met the refusal."""
    before, refused = len(sink.got), host.refused
    code, out = program.call("once", "--now", now)
    if host.refused == refused:
        return
    tally.add("a refused wake is told", code in (1, 3), f"{now}: {code} {out}")
    for _, to, raw in sink.got[before:]:
        kinds = str(email.message_from_bytes(raw)["X-Xunbao"])
        of_silence = set(re.findall(r"\w+", kinds)) - NOT_OF_SILENCE
        tally.add(
            "no silence while refused", not of_silence, f"{now}: {kinds} {to}"
        )


KINDS = {
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
PUNCTUAL = 120  # seconds that a notice may come after its moment


def _score_times(
    truth: dict, last: str, notices: list[dict], tally: Tally
) -> None:
    """To whom and when each notice went that is owed by the calendar, not to a mail."""
    sent = {
        (n["kind"], n["unit"], n["period"]): n
        for n in reversed(notices)
        if n["state"] == "sent"
    }
    digests = [
        n
        for n in notices
        if n["kind"] == "period_digest" and n["state"] == "sent"
    ]
    for due in truth["notices"]:
        by_calendar = due["n"] is None and due["at"] <= last
        if by_calendar and due["kind"] not in (
            "monthly_bulletin",
            "review_request",
        ):
            found = sent.get((due["kind"], due["unit"], due["period"]))
            tally.add(
                "to whom and when",
                _as_owed(due, found, digests),
                f"{due}: {found}",
            )


def _copied_to(due: dict, found: dict, digests: list[dict]) -> list[str]:
    """Who was told of a unit's silence: by a copy, or by one mail of several silent
    units that the guidance group got at the same moment."""
    told = set(found["cc"] or [])
    for digest in digests:
        if digest["period"] == due["period"] and _punctual(due, digest):
            told |= set(due["cc"]) & set(digest["to"])
    return sorted(told)


def _punctual(due: dict, found: dict) -> bool:
    at = datetime.fromisoformat(due["at"])
    late = datetime.fromisoformat(found["sent_at"]) - at
    return abs(late.total_seconds()) < PUNCTUAL


def _as_owed(due: dict, found: dict | None, digests: list[dict]) -> bool:
    if found is None:
        return False
    return (
        sorted(found["to"]) == due["to"]
        and _copied_to(due, found, digests) == due["cc"]
        and _punctual(due, found)
    )


def take_in(campaign: Path) -> Tally:
    """All mails by `ingest`; what became of them and the standings at the end."""
    ports = {"IMAP_PORT": 1, "SMTP_PORT": 1, "CA_FILE": "/dev/null"}
    with warm_program() as command:
        return _take_in(campaign, Program(campaign, ports, command))


def _take_in(campaign: Path, program: Program) -> Tally:
    truth, index, steps = load(campaign)
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
    tally = Tally()
    code, out = program.call("ingest", str(box), "--now", last)
    tally.add("runs end with 0 or 1", code in (0, 1), out[-2000:])
    messages = program.lines("messages", "--now", last)
    final = json.loads((campaign / "final.json").read_text())
    status = {
        p: program.lines("status", "--now", last, "--period", p) for p in final
    }
    outcome = Outcome(messages, [], [], status)
    score(
        {**truth, "notices": [], "standings": final}, seen, last, outcome, tally
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
        take_in(given.campaign)
        if given.take_in
        else drive(given.campaign, given.kill),
        80,
    )
