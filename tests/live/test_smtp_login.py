"""AUTH LOGIN with servers that take nothing beside it, and with those that take the name at once."""

import base64
import socket
from pathlib import Path

import pytest
from campaign_maker import made, settings
from live_servers import talking_server

from pipeline.edges.clock import Clock
from pipeline.edges.mail.smtp_post import SmtpPost


class LoginServer:
    """Offers one mechanism; `ignores` what comes with the command."""

    def __init__(self, mechanism: str, *, ignores: bool) -> None:
        self.mechanism = mechanism
        self.ignores = ignores
        self.heard: list[str] = []

    def talk(self, connection: socket.socket) -> None:
        connection.sendall(b"220 ready\r\n")
        lines = iter(connection.makefile("rb"))
        for line in lines:
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() == "EHLO":
                offer = f"250-ready\r\n250 AUTH {self.mechanism}\r\n"
                connection.sendall(offer.encode())
            elif verb.upper() == "AUTH":
                said = rest.split()[1:]
                if said and not self.ignores:
                    self._hear(said[0])
                questions = ("Username:", "Password:")
                if self.mechanism == "PLAIN":
                    questions = ("",)
                for question in questions[len(self.heard) :]:
                    asked = base64.b64encode(question.encode())
                    connection.sendall(b"334 " + asked + b"\r\n")
                    self._hear(next(lines).decode().strip())
                connection.sendall(b"235 ok\r\n")
            else:
                connection.sendall(b"221 bye\r\n")
                return

    def _hear(self, text: str) -> None:
        self.heard.append(base64.b64decode(text).decode())


@pytest.mark.parametrize("ignores", [True, False])
@pytest.mark.parametrize("mechanism", ["LOGIN", "PLAIN"])
def test_the_name_comes_before_the_password(
    tmp_path: Path, mechanism: str, ignores: bool
) -> None:
    server = LoginServer(mechanism, ignores=ignores)
    with talking_server(server.talk) as port:
        config = settings(made(tmp_path, 1, port))
        smtp = config.smtp
        post = SmtpPost(
            type(smtp)(**{**vars(smtp), "user": "tongji@example.cn"}),
            "secret-word",
            "tongji@example.cn",
            Clock(),
        )
        with post:
            post.check()
    if mechanism == "LOGIN":
        assert server.heard == ["tongji@example.cn", "secret-word"]
    else:
        assert server.heard == ["\0tongji@example.cn\0secret-word"]
