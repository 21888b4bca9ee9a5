"""A mailbox that takes tokens alone, as Microsoft 365 does: the application's secret becomes a token, the token opens both servers, and each refusal says whose it is."""

import base64
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from campaign_maker import made
from typer.testing import CliRunner, Result

from pipeline.cli.root import app

DONE, PERSON, UNREACHABLE = 0, 1, 3
USER, SECRET, TOKEN = "bs@office.example.cn", "app-secret", "tok-en.123"
RIGHT = f"user={USER}\1auth=Bearer {TOKEN}\1\1"
REFUSED = base64.b64encode(b'{"status":"400"}').decode()


@dataclass
class Provider:
    """What the three servers know, and what they were asked."""

    code: int = 200
    token: str = TOKEN
    forms: list[dict[str, list[str]]] = field(default_factory=list)


def _login_service(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = parse_qs(self.rfile.read(length).decode())
            provider.forms.append(form)
            told: dict[str, object] = {"access_token": provider.token}
            code = provider.code
            if form["client_secret"] != [SECRET]:
                code = 401
                given = form["client_secret"][0]
                words = f"AADSTS7000215: Invalid {given}.\r\nTrace: 1"
                told = {"error": "invalid_client", "error_description": words}
            self.send_response(code)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *said: object) -> None:
            pass

    return Handler


class _Lines(socketserver.StreamRequestHandler):
    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def heard(self) -> str:
        return self.rfile.readline().decode().strip()

    def is_right(self, encoded: str) -> bool:
        return base64.b64decode(encoded).decode() == RIGHT


class _Imap(_Lines):
    def handle(self) -> None:
        self.say("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] here")
        while line := self.heard():
            tag, command, *_ = line.split()
            if command == "AUTHENTICATE":
                self.say("+ ")
                if not self.is_right(self.heard()):
                    self.say(f"+ {REFUSED}")
                    self.heard()
                    self.say(f"{tag} NO AUTHENTICATE failed.")
                    continue
            elif command == "CAPABILITY":
                self.say("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2")
            elif command == "LOGIN":
                self.say(f"{tag} NO basic authentication is off")
                continue
            elif command == "EXAMINE":
                self.say("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] valid")
            self.say(f"{tag} OK done")


class _Smtp(_Lines):
    def handle(self) -> None:
        self.say("220 here")
        while line := self.heard():
            command, *rest = line.split()
            if command.upper() == "EHLO":
                self.say("250-here\r\n250 AUTH LOGIN XOAUTH2")
            elif command == "AUTH" and rest[0] == "XOAUTH2":
                if self.is_right(rest[1]):
                    self.say("235 in")
                    continue
                self.say(f"334 {REFUSED}")
                self.heard()
                self.say("535 5.7.3 Authentication unsuccessful")
            elif command == "AUTH":
                self.say("535 5.7.139 basic authentication is disabled")
            else:
                self.say("250 well")


@contextmanager
def _running(server: socketserver.TCPServer) -> Iterator[int]:
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def office(tmp_path: Path, provider: Provider) -> Iterator[Path]:
    here = ("127.0.0.1", 0)
    with ExitStack() as stack:
        token_port, imap_port, smtp_port = (
            stack.enter_context(_running(server))
            for server in (
                ThreadingHTTPServer(here, _login_service(provider)),
                socketserver.ThreadingTCPServer(here, _Imap),
                socketserver.ThreadingTCPServer(here, _Smtp),
            )
        )
        oauth2 = (
            f'oauth2 = {{ token_url = "http://127.0.0.1:{token_port}/token", '
            'client_id = "app-1" }'
        )
        sender = 'from = "演示总工会 <demo@example.cn>"'
        login = f'user = "{USER}"\npassword_file = "password"\n{oauth2}'
        yield made(
            tmp_path,
            imap_port,
            smtp_port,
            {
                'user = "demo@example.cn"': f'user = "{USER}"\n{oauth2}',
                sender: f'{login}\nfrom = "演示总工会 <{USER}>"',
            },
        )


def check(config: Path, secret: str = SECRET) -> Result:
    (config.parent / "password").write_text(secret, "utf-8")
    words = ["check", "--online", "--config", str(config)]
    return CliRunner().invoke(app, words)


def troubles(done: Result) -> list[str]:
    return [w for w in done.output.splitlines() if w.startswith("要办")]


def test_the_secret_becomes_a_token_that_opens_both_servers(
    office: Path, provider: Provider
) -> None:
    done = check(office)
    assert done.exit_code == DONE, done.output
    assert f"邮箱 {USER} 登录成功" in done.output
    assert f"用户 {USER} 登录成功" in done.output
    assert provider.forms
    for form in provider.forms:
        assert form["grant_type"] == ["client_credentials"]
        assert form["client_id"] == ["app-1"]
        assert form["scope"] == ["https://outlook.office365.com/.default"]


def test_a_secret_that_has_run_out_is_the_login_services_refusal(
    office: Path,
) -> None:
    done = check(office, secret="run-out-secret")
    assert done.exit_code == PERSON, done.output
    assert len(troubles(done)) == 2
    for told in troubles(done):
        assert "登录服务 127.0.0.1" in told
        assert "AADSTS7000215" in told
        assert "Trace" not in told
        assert "run-out-secret" not in told


def test_a_login_service_that_is_busy_is_no_refusal(
    office: Path, provider: Provider
) -> None:
    provider.code = 503
    done = check(office)
    assert done.exit_code == UNREACHABLE, done.output
    assert "现在不提供服务" in troubles(done)[0]


def test_a_token_that_the_servers_refuse_is_put_to_what_the_administrator_sets(
    office: Path, provider: Provider
) -> None:
    provider.token = "of-another-mailbox"
    done = check(office)
    assert done.exit_code == PERSON, done.output
    mailbox, post = troubles(done)
    assert "IMAP.AccessAsApp" in mailbox
    assert "SMTP.SendAsApp" in post and "535" in post
    assert "of-another-mailbox" not in done.output


def test_an_answer_without_a_token_is_said(
    office: Path, provider: Provider
) -> None:
    provider.token = "不是令牌"
    assert "答复里没有令牌" in troubles(check(office))[0]


def test_a_token_url_that_is_no_address_is_said(tmp_path: Path) -> None:
    wrong = (
        'oauth2 = { token_url = "https://127.0.0.1:port/t", client_id = "1" }'
    )
    user = 'user = "demo@example.cn"'
    done = check(made(tmp_path, replaced={user: f"{user}\n{wrong}"}))
    assert "token_url" in troubles(done)[0], done.output


def test_a_secret_goes_to_no_service_in_plain_text(tmp_path: Path) -> None:
    plain = (
        'oauth2 = { token_url = "http://login.example.cn/t", client_id = "1" }'
    )
    user = 'user = "demo@example.cn"'
    config = made(tmp_path, replaced={user: f"{user}\n{plain}"})
    done = CliRunner().invoke(app, ["check", "--config", str(config)])
    assert done.exit_code == 2
    assert "token_url" in done.output
