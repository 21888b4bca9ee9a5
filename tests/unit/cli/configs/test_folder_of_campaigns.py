"""once and run on a folder of configs, and one of them alone at a shared mailbox."""

import re
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from campaign_maker import form_mail, made_beside, moment
from typer.testing import CliRunner

from pipeline.cli.config_folder import open_folder
from pipeline.cli.root import app
from pipeline.cli.running.campaign_worker import Worker
from pipeline.cli.running.folder_worker import FolderWorker
from pipeline.demo.servers import DemoServers
from pipeline.flows.shared_mailbox import SharedReading

NOW = "2015-09-10T18:05:00+08:00"


@pytest.fixture
def folder(tmp_path: Path) -> Path:

    for name in ("a", "b"):
        made_beside(tmp_path, name)
    return tmp_path


def ran(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words, "--now", NOW])
    return done.exit_code, done.output


def test_one_alone_at_a_shared_mailbox_is_refused(folder: Path) -> None:
    status, said = ran("once", "--config", str(folder / "a.toml"))
    assert status == 2
    assert "b.toml 合用一个邮箱" in said
    assert str(folder) in said
    assert not (folder / "a").exists()


def test_where_the_server_is_gone_each_campaign_says_so(folder: Path) -> None:
    status, said = ran("once", "--config", str(folder))
    assert status == 3
    assert re.findall(r"== (\w)行动", said) == ["a", "b"]
    for name in ("a", "b"):
        assert (folder / name / "ledger.db").exists()


def test_two_campaigns_at_one_mailbox_answer_each_its_own(
    tmp_path: Path,
) -> None:
    """By real servers: the mailbox is read once, and each unit is answered by the
    campaign whose form it sent."""
    at = "2015-09-10 10:00"
    told = ("甲县", "2015年9月10日", 300, at)
    raw = {}
    for name in ("a", "b"):
        made_up = form_mail("jia@example.cn", *told, identity=name)
        raw[name] = titled(made_up, f"{name}行动")
    with DemoServers() as servers:
        ports = (servers.imap_port, servers.smtp_port)
        for name, form in raw.items():
            made_beside(tmp_path, name, ports=ports)
            servers.append(form, moment(at))
        status, said = ran("once", "--config", str(tmp_path))
        again = ran("once", "--config", str(tmp_path))
        sent = []
        for collected in servers.collected:
            letter = message_from_bytes(collected.raw, policy=SMTP)
            sent.append((collected.recipients, str(letter["Subject"])))
    assert status in (0, 1), said
    assert re.findall(r"收信 (\d) 封，记录 (\d) 封", said) == [
        ("2", "1"),
        ("0", "1"),
    ]
    assert re.findall(r"收信 (\d) 封", again[1]) == ["0", "0"]
    mine = [subject for to, subject in sent if to == ("jia@example.cn",)]
    assert len(mine) == 2, sent


def titled(raw: bytes, name: str) -> bytes:
    """A mail with the form, under a campaign's own title."""
    letter = message_from_bytes(raw, policy=SMTP)
    for part in letter.walk():
        if part.get_content_type() == "text/html":
            html = part.get_content().replace("演示行动", name)
            part.set_content(html, subtype="html")
    return letter.as_bytes()


def test_a_command_about_one_campaign_asks_which(folder: Path) -> None:
    status, said = ran("status", "--config", str(folder))
    assert status == 2
    assert "a.toml、b.toml" in said


class Noting(Worker):
    """A worker that only notes what it was woken with."""

    def wake(self, shared: SharedReading | None = None) -> None:
        self.readings.append(shared)


def test_a_group_wakes_together_with_one_reading(folder: Path) -> None:
    """Whichever campaign's time has come."""
    readings: list[SharedReading | None] = []
    groups = []
    for group in open_folder(folder, NOW):
        workers = [Noting(one.config, one.program) for one in group]
        for one in workers:
            one.readings = readings
        groups.append(workers)
    (pair,) = groups
    pair[0].next_at = pair[0].program.clock.now().replace(year=2016)
    pair[0].seen, pair[1].seen = pair[0].modified(), pair[1].modified()
    FolderWorker(groups).beat()
    assert len(readings) == 2
    assert readings[0] is readings[1] is not None
