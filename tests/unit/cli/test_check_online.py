"""check --online goes through everything: one server that is down hides nothing of the others."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from campaign_maker import made
from typer.testing import CliRunner, Result

from pipeline.cli.root import app
from pipeline.demo.servers import DemoServers

DONE, PERSON, UNREACHABLE = 0, 1, 3
CLOSED = 1  # a port of the loopback on which nobody listens


@pytest.fixture
def servers() -> Iterator[DemoServers]:
    with DemoServers() as found:
        yield found


def check(folder: Path) -> Result:
    words = ["check", "--online", "--config", str(folder / "config.toml")]
    return CliRunner().invoke(app, words)


def marked(result: Result, mark: str) -> list[str]:
    return [
        line for line in result.output.splitlines() if line.startswith(mark)
    ]


def test_all_well(tmp_path: Path, servers: DemoServers) -> None:
    made(tmp_path, servers.imap_port, servers.smtp_port)
    done = check(tmp_path)
    assert done.exit_code == DONE, done.output
    assert marked(done, "要办") == []
    told = "\n".join(marked(done, "好"))
    assert all(
        part in told for part in ("存放目录", "登录成功", "INBOX", "发信服务器")
    )
    assert servers.collected == ()


def test_a_mailbox_that_is_down_hides_nothing_of_the_post(
    tmp_path: Path, servers: DemoServers
) -> None:
    made(tmp_path, CLOSED, servers.smtp_port)
    done = check(tmp_path)
    assert done.exit_code == UNREACHABLE
    (trouble,) = marked(done, "要办")
    assert "收信邮箱" in trouble
    assert any("发信服务器" in line for line in marked(done, "好"))


def test_two_servers_that_are_down_are_told_each(tmp_path: Path) -> None:
    made(tmp_path, CLOSED, CLOSED)
    done = check(tmp_path)
    assert done.exit_code == UNREACHABLE
    first, second = marked(done, "要办")
    assert "收信邮箱" in first
    assert "发信服务器" in second


def test_a_wrong_password_says_whose(
    tmp_path: Path, servers: DemoServers
) -> None:
    made(tmp_path, servers.imap_port, servers.smtp_port)
    next(tmp_path.glob("password*")).write_text("wrong", "utf-8")
    done = check(tmp_path)
    assert done.exit_code == PERSON, done.output
    assert "收信邮箱 INBOX" in marked(done, "要办")[0]
