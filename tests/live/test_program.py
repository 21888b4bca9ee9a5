"""The whole program, `xunbao once`, on a real Dovecot: bare, and behind a proxy that behaves as imap.126.com does."""

import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from campaign_maker import ZONE, form_mail, made
from live_servers import Dovecot
from warm.program import warm_program

from pipeline.demo.servers import DemoServers
from pipeline.settings import Mailbox

ON_TIME = "2015-09-10 17:00"
NOW = "2015-09-10T18:05:00+08:00"


@pytest.fixture
def post() -> Iterator[DemoServers]:
    with DemoServers() as servers:
        yield servers


def configured(
    folder: Path,
    mailbox: Mailbox,
    dovecot: Dovecot,
    post: DemoServers,
    **replaced: str,
) -> Path:
    config = made(
        folder,
        mailbox.port,
        post.smtp_port,
        {'user = "demo@example.cn"': f'user = "{dovecot.user}"', **replaced},
    )
    (folder / "password").write_text(dovecot.password, encoding="utf-8")
    return config


# Status and lines of one command on a config
Xunbao = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def xunbao() -> Iterator[Xunbao]:
    with warm_program() as program:

        def called(
            command: str, config: Path, *arguments: str
        ) -> tuple[int, list[dict[str, Any]]]:
            words = (command, "--config", str(config), "--now", NOW)
            done = subprocess.run(
                [*program, *words, *arguments],
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            assert "Traceback" not in done.stderr
            lines = done.stdout.splitlines()
            return done.returncode, [
                json.loads(line) for line in lines if line.startswith("{")
            ]

        yield called


@pytest.fixture(params=["bare", "netease"])
def mailbox(
    request: pytest.FixtureRequest,
    dovecot: Dovecot,
    netease: Callable[..., Mailbox],
) -> Mailbox:
    return dovecot.settings() if request.param == "bare" else netease()


def test_once_reads_answers_and_leaves_the_mailbox_as_it_was(
    tmp_path: Path,
    mailbox: Mailbox,
    dovecot: Dovecot,
    post: DemoServers,
    xunbao: Xunbao,
) -> None:
    config = configured(tmp_path, mailbox, dovecot, post)
    received = datetime.fromisoformat(ON_TIME).replace(tzinfo=ZONE)
    dovecot.append(
        form_mail("jia@example.cn", "甲县", "2015年9月10日", 300, ON_TIME),
        form_mail("yi@example.cn", "乙县", "2015年9月10日", "约200", ON_TIME),
        when=received,
    )
    assert (
        xunbao("once", config)[0] == 1
    )  # the second figure waits for a person
    _, messages = xunbao("messages", config, "--json")
    reports = [report for message in messages for report in message["reports"]]
    assert [
        (r["unit"], r["completed"], r["state"], r["holds"]) for r in reports
    ] == [
        ("甲县", 300, "accepted", []),
        ("乙县", 200, "held", ["figure_approximate"]),
    ]
    written = sorted(
        recipient for mail in post.collected for recipient in mail.recipients
    )
    assert (
        written.count("jia@example.cn") == written.count("yi@example.cn") == 1
    )
    assert r"\Seen" not in dovecot.flags()
    sent = len(post.collected)
    assert xunbao("once", config)[0] == 0
    assert len(post.collected) == sent
    assert len(xunbao("messages", config, "--json")[1]) == 2


def test_a_form_in_the_junk_folder_counts_where_the_config_names_it(
    tmp_path: Path,
    dovecot: Dovecot,
    post: DemoServers,
    xunbao: Xunbao,
) -> None:
    config = configured(
        tmp_path,
        dovecot.settings(),
        dovecot,
        post,
        **{"[mailbox]": '[mailbox]\njunk_folder = "Junk"'},
    )
    with dovecot.raw_session() as session:
        session.create("Junk")
    received = datetime.fromisoformat(ON_TIME).replace(tzinfo=ZONE)
    # The same UID in both folders: a mail is known by its folder, too.
    dovecot.append(
        form_mail("jia@example.cn", "甲县", "2015年9月10日", 300, ON_TIME),
        when=received,
    )
    dovecot.append(
        form_mail("yi@example.cn", "乙县", "2015年9月10日", 200, ON_TIME),
        when=received,
        folder="Junk",
    )
    assert xunbao("once", config)[0] == 0
    assert {m["from"] for m in xunbao("messages", config, "--json")[1]} == {
        "jia@example.cn",
        "yi@example.cn",
    }


def test_a_server_that_is_not_there_ends_with_3_and_loses_nothing(
    tmp_path: Path,
    dovecot: Dovecot,
    post: DemoServers,
    xunbao: Xunbao,
) -> None:
    config = configured(tmp_path, dovecot.settings(port=1), dovecot, post)
    assert xunbao("once", config)[0] == 3
    reachable = configured(tmp_path, dovecot.settings(), dovecot, post)
    received = datetime.fromisoformat(ON_TIME).replace(tzinfo=ZONE)
    dovecot.append(
        form_mail("jia@example.cn", "甲县", "2015年9月10日", 300, ON_TIME),
        when=received,
    )
    assert xunbao("once", reachable)[0] == 0
    assert len(xunbao("messages", reachable, "--json")[1]) == 1
