"""check --online goes through everything: one server that is down hides nothing of the others."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from campaign_maker import made
from live_servers import free_port
from typer.testing import CliRunner, Result

from pipeline.cli.queries import round_trip
from pipeline.cli.root import app
from pipeline.demo.servers import DemoServers
from pipeline.edges.clock import Clock

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


def test_a_folder_that_is_not_there_hides_nothing_of_the_others(
    tmp_path: Path, servers: DemoServers
) -> None:
    others = (
        'junk_folder = "没有的"\ndone_folder = "已办"\nuser = "demo@example.cn"'
    )
    made(
        tmp_path,
        servers.imap_port,
        servers.smtp_port,
        {'user = "demo@example.cn"': others},
    )
    done = check(tmp_path)
    assert done.exit_code == PERSON, done.output
    (trouble,) = marked(done, "要办")
    assert "没有的" in trouble and f"127.0.0.1:{servers.imap_port}" in trouble
    told = "\n".join(marked(done, "好"))
    assert "“INBOX”可以打开" in told and "“已办”（done_folder）还没有" in told
    assert "发信服务器" in told


def test_a_refused_login_says_which_server_refused(
    tmp_path: Path, servers: DemoServers
) -> None:
    made(tmp_path, servers.imap_port, servers.smtp_port)
    (tmp_path / "password").write_text("another", "utf-8")
    (trouble,) = marked(check(tmp_path), "要办")
    assert f"127.0.0.1:{servers.imap_port} 拒绝登录" in trouble


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


@contextmanager
def postman(servers: DemoServers, off: timedelta) -> Iterator[None]:
    """Puts what was sent into the mailbox, with a server's clock that is off."""
    gone = threading.Event()

    def carry() -> None:
        while not gone.is_set():
            if servers.collected:
                at = Clock().now() + off
                servers.append(servers.collected[0].raw, at)
                return
            gone.wait(0.05)

    thread = threading.Thread(target=carry)
    thread.start()
    try:
        yield
    finally:
        gone.set()
        thread.join()


def sent(folder: Path) -> Result:
    words = ["check", "--online", "--send", "--config"]
    return CliRunner().invoke(app, [*words, str(folder / "config.toml")])


def test_a_letter_to_oneself_is_found_in_the_mailbox(
    tmp_path: Path, servers: DemoServers
) -> None:
    made(tmp_path, servers.imap_port, servers.smtp_port)
    with postman(servers, timedelta(0)):
        done = sent(tmp_path)
    assert done.exit_code == DONE, done.output
    told = "\n".join(marked(done, "好"))
    assert "在“INBOX”里找到了" in told
    assert "时钟与邮件服务器一致" in told
    (letter,) = servers.collected
    assert b"X-Xunbao: check" in letter.raw  # the worker knows it for its own


def test_the_letter_is_filed_where_read_mails_go(
    tmp_path: Path, servers: DemoServers
) -> None:
    made(
        tmp_path,
        servers.imap_port,
        servers.smtp_port,
        {
            'user = "demo@example.cn"': (
                'done_folder = "已办"\nuser = "demo@example.cn"'
            )
        },
    )
    with postman(servers, timedelta(0)):
        done = sent(tmp_path)
    assert done.exit_code == DONE, done.output
    told = "\n".join(marked(done, "好"))
    assert "试发信移到了“已办”（done_folder）" in told
    assert "时钟与邮件服务器一致" in told
    assert "“已办”（done_folder）存在" in "\n".join(
        marked(check(tmp_path), "好")
    )


@pytest.mark.parametrize(
    ("off", "words"), [(-10.5, "快 10 分钟"), (10.5, "慢 10 分钟")]
)
def test_a_clock_that_is_off_is_told(
    tmp_path: Path, servers: DemoServers, off: float, words: str
) -> None:
    made(tmp_path, servers.imap_port, servers.smtp_port)
    with postman(servers, timedelta(minutes=off)):
        done = sent(tmp_path)
    assert done.exit_code == PERSON, done.output
    (trouble,) = marked(done, "要办")
    assert words in trouble


def test_a_letter_that_does_not_arrive_is_told(
    tmp_path: Path, servers: DemoServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(round_trip, "WAIT_SECONDS", -1.0)
    made(tmp_path, servers.imap_port, servers.smtp_port)
    done = sent(tmp_path)
    assert done.exit_code == PERSON
    assert "邮箱里没有出现" in marked(done, "要办")[0]


def test_without_send_nothing_goes(
    tmp_path: Path, servers: DemoServers
) -> None:
    made(tmp_path, servers.imap_port, servers.smtp_port)
    told = "\n".join(marked(check(tmp_path), "好"))
    assert "接受发件人 demo@example.cn 和收件人 demo@example.cn" in told
    assert servers.collected == ()


def test_a_sender_that_the_server_does_not_take_is_told(
    tmp_path: Path, servers: DemoServers
) -> None:
    """As NetEase refuses whoever is not the login."""
    with saying(
        b"220 ok\r\n",
        {b"EHLO": b"250 ok\r\n", b"MAIL": b"553 Mail from must equal user\r\n"},
    ) as port:
        made(tmp_path, servers.imap_port, port)
        done = check(tmp_path)
    assert done.exit_code == PERSON, done.output
    (trouble,) = marked(done, "要办")
    assert "不接受发件人 demo@example.cn" in trouble
    assert "553" in trouble


@contextmanager
def saying(greeting: bytes, answers: dict[bytes, bytes]) -> Iterator[int]:
    """A server on the loopback that answers each command by its first four letters."""

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(greeting)
            for line in self.rfile:
                self.wfile.write(answers.get(line[:4].upper(), b"250 ok\r\n"))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def test_without_a_password_the_way_to_the_server_is_tried_all_the_same(
    tmp_path: Path, servers: DemoServers
) -> None:
    made(tmp_path, servers.imap_port, servers.smtp_port)
    (tmp_path / "password").unlink()
    done = check(tmp_path)
    assert done.exit_code == PERSON, done.output
    (reached,) = [w for w in marked(done, "好") if "连得上" in w]
    assert f"收信服务器 127.0.0.1:{servers.imap_port}" in reached
    (trouble,) = marked(done, "要办")
    assert str(tmp_path / "password") in trouble


def test_without_a_password_a_server_that_is_down_is_told_beside_it(
    tmp_path: Path, servers: DemoServers
) -> None:
    made(tmp_path, CLOSED, servers.smtp_port)
    (tmp_path / "password").unlink()
    done = check(tmp_path)
    assert done.exit_code == UNREACHABLE, done.output
    way, secret = marked(done, "要办")
    assert "收信服务器" in way and f"127.0.0.1:{CLOSED}" in way
    assert str(tmp_path / "password") in secret


@pytest.mark.parametrize(
    ("off", "mark", "words"),
    [(0, "好", "时钟与邮件服务器一致"), (-180, "要办", "快 180 分钟以上")],
)
def test_a_server_that_greets_with_its_time_shows_the_clock(
    tmp_path: Path, servers: DemoServers, off: int, mark: str, words: str
) -> None:
    theirs = Clock().now() + timedelta(minutes=off)
    post = Controller(
        Sink(),
        hostname="127.0.0.1",
        port=free_port(),
        ident=f"ESMTP Exim 4.96 {format_datetime(theirs)}",
    )
    post.start()
    try:
        made(tmp_path, servers.imap_port, post.port)
        done = check(tmp_path)
    finally:
        post.stop()
    assert words in "\n".join(marked(done, mark)), done.output


def test_where_nothing_was_compared_that_is_said(
    tmp_path: Path, servers: DemoServers
) -> None:
    made(tmp_path, servers.imap_port, servers.smtp_port)
    unknown = "本机时钟准不准不知道"
    assert unknown in check(tmp_path).output
    # A mailbox in which nothing new lies tells no time either.
    words = ["once", "--go", "--config", str(tmp_path / "config.toml")]
    CliRunner().invoke(app, words)
    assert unknown in check(tmp_path).output
    told = CliRunner().invoke(
        app, ["health", "--config", str(tmp_path / "config.toml")]
    )
    assert unknown in told.output
