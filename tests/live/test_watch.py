"""`xunbao run` between its polls: a mail that comes while forms or answers are expected is read within seconds, not at the next poll.

Against Dovecot (IDLE), the same behind a proxy without IDLE, and the demo's own server (pymap).
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from campaign_maker import ZONE, form_mail, made, settings
from counting_relay import counting_relay
from faults import FaultMaker
from live_servers import Dovecot, netease_proxy

from pipeline.demo.servers import DemoServers
from pipeline.edges.clock import Clock
from pipeline.edges.fault_points import FaultPoint
from pipeline.edges.mail.mailbox import ImapMailbox

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGTERM is POSIX")
ROOT = Path(__file__).parents[2]
SOON = 75.0  # seconds, on a machine that is busy too; a poll is hours away


def today() -> date:
    return Clock().now().astimezone(ZONE).date()


def campaign(folder: Path, imap: int, smtp: int, user: str = "") -> Path:
    """One period, due tomorrow: its reminder is past, so that forms are expected now."""
    due = today() + timedelta(days=1)
    days = {
        "first_due = 2015-09-10": f"first_due = {due}",
        "last_due = 2015-12-30": f"last_due = {due}",
        "[bulletin]": f'[schedule]\nreport_days = [{due.day}]\ndue_reminder = {{ days_before = 2, at = "00:00" }}\n'
        f"[progress]\nfrom = {due.year}-01-01\nto = {due + timedelta(days=40)}\n\n[bulletin]",
    }
    if user:
        days['user = "demo@example.cn"'] = f'user = "{user}"'
    return made(folder, imap, smtp, days)


def form(day: date) -> bytes:
    return form_mail(
        "jia@example.cn",
        "甲县",
        f"{day.year}年{day.month}月{day.day}日",
        300,
        f"{day} 10:00",
    )


@contextmanager
def worker(config: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-u", "-m", "pipeline", "run", "--go"]
    process = subprocess.Popen(
        [*command, "--config", str(config)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


class Told:
    """The lines of a process as they come."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.lines: list[str] = []
        self._came = threading.Condition()
        self._process = process
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._came:
                self.lines.append(line)
                self._came.notify_all()

    def wait(self, words: str, times: int = 1) -> None:
        def there() -> bool:
            return sum(words in line for line in self.lines) >= times

        with self._came:
            assert self._came.wait_for(there, SOON), "".join(self.lines)


def read_soon(config: Path, append: Callable[[bytes], None]) -> bool:
    """Whether a mail that came after the wake was read without the next poll."""
    with worker(config) as process:
        told = Told(process)
        # The second wake is the watch's own: it sits at the mailbox from then on.
        told.wait("收信 0 封", times=2)
        append(form(today()))
        told.wait("收信 1 封")
        return any("甲县" in line for line in told.lines)


def test_with_idle(tmp_path: Path, dovecot: Dovecot) -> None:
    with DemoServers() as servers:
        config = campaign(
            tmp_path, dovecot.port, servers.smtp_port, dovecot.user
        )
        (tmp_path / "password").write_text(dovecot.password, "utf-8")
        assert read_soon(config, dovecot.append)


@pytest.mark.long
def test_with_the_demos_server(tmp_path: Path) -> None:
    with DemoServers() as servers:
        config = campaign(tmp_path, servers.imap_port, servers.smtp_port)
        assert read_soon(
            config,
            lambda raw: servers.append(raw, Clock().now()),
        )


def test_without_watching_it_waits_for_its_poll(
    tmp_path: Path, dovecot: Dovecot
) -> None:
    """The control: what brings the mail in soon is the watch."""
    with DemoServers() as servers:
        config = campaign(
            tmp_path, dovecot.port, servers.smtp_port, dovecot.user
        )
        text = config.read_text("utf-8")
        config.write_text(
            text.replace("[schedule]", '[schedule]\nwatch = "never"'), "utf-8"
        )
        (tmp_path / "password").write_text(dovecot.password, "utf-8")
        with worker(config) as process:
            told = Told(process)
            told.wait("收信 0 封")
            dovecot.append(form(today()))
            time.sleep(2)  # the others are told of it within one
            assert not any("收信 1 封" in line for line in told.lines)


def test_a_server_that_tells_of_nothing_is_counted(
    dovecot: Dovecot, fault: FaultMaker
) -> None:
    """Whatever NOOP and IDLE keep quiet about, the folder's count shows."""
    fault(FaultPoint.NEWS, lambda tells: False)
    with (
        netease_proxy(dovecot.port) as port,
        ImapMailbox(
            dovecot.settings(port=port),
            dovecot.password,
            Clock(),
            recount_seconds=0.0,
        ) as mailbox,
    ):
        assert not mailbox.wait(0.1)
        dovecot.append(form(today()))
        assert mailbox.wait(0.1)
        assert not mailbox.wait(0.1)


def test_what_comes_between_the_question_and_idle_is_told(
    tmp_path: Path, fault: FaultMaker
) -> None:
    """The demo's server tells an IDLE of nothing that came before it listened."""
    with DemoServers() as servers:
        answers = 0

        def asked(tells: Callable[[], bool]) -> bool:
            nonlocal answers
            answers = answers + 1
            told = tells()
            if answers == 1:
                servers.append(form(today()), Clock().now())
            return told

        fault(FaultPoint.NEWS, asked)
        config = campaign(tmp_path, servers.imap_port, servers.smtp_port)
        mailbox = settings(config).mailbox
        with ImapMailbox(mailbox, servers.password, Clock()) as watched:
            begun = time.monotonic()
            assert watched.wait(SOON)
            waited = time.monotonic() - begun
        assert waited < SOON / 2, "told only as the whole wait ended"


def test_news_that_comes_in_pieces_is_news(dovecot: Dovecot) -> None:
    """A line that is there in part is no end of the connection: it was taken for one, and the mail waited for the next."""
    with counting_relay(dovecot.port) as (port, relay):
        with ImapMailbox(
            dovecot.settings(port=port), dovecot.password, Clock()
        ) as mailbox:
            assert not mailbox.wait(0.1)
            relay.pause = 0.02
            coming = threading.Timer(1.0, dovecot.append, (form(today()),))
            coming.start()
            assert mailbox.wait(SOON)
            coming.join()
        assert relay.connections == 1
