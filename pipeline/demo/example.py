"""An example campaign as a play for the demo: its config on the demo's own servers, its
mails at the times when they came.

Trusts the examples that go with the program. Never writes to them.
"""

import re
from dataclasses import field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from pipeline.demo.story import Asked, Play
from pipeline.model.values.frozen import frozen
from pipeline.settings import load
from pipeline.settings.new.sample import examples

# After the last mail: its period's digest, reminders and bulletin
_AFTERWARDS = timedelta(days=5)
# The two tables that name servers stand together, before the staff.
_SERVERS = re.compile(r"^\[mailbox\].*?(?=^\[\[staff\]\])", re.M | re.S)
_OWN_SERVERS = """[mailbox]
host = "127.0.0.1"
port = @IMAP_PORT@
security = "none"
user = "{user}"
password_file = "password.txt"

[smtp]
host = "127.0.0.1"
port = @SMTP_PORT@
security = "none"
from = "{sender}"
per_minute = 6000

"""


@frozen
class ExampleMail:
    """A mail of an example, byte for byte."""

    raw: bytes = field(repr=False)
    received_at: datetime
    address: str
    title: str
    answers: str = ""

    def written(self, number: int, asked: Asked | None) -> bytes:
        return self.raw


def names() -> tuple[str, ...]:
    """The examples that go with the program."""
    found = sorted(
        path.parent.name for path in examples().glob("*/config.toml")
    )
    return tuple(found)


def example(name: str) -> Play:
    """The play of an example. KeyError for a name that is none's."""
    if name not in names():
        raise KeyError(name)
    folder = examples() / name
    mails = [_mail(path) for path in sorted((folder / "mails").glob("*.eml"))]
    mails.sort(key=lambda mail: mail.received_at)
    settings = load(folder / "config.toml")
    servers = _OWN_SERVERS.format(
        user=settings.address, sender=settings.smtp.sender
    )
    text = (folder / "config.toml").read_text(encoding="utf-8")
    return Play(
        settings.address,
        _SERVERS.sub(lambda found: servers, text),
        tuple(mails),
        until=mails[-1].received_at + _AFTERWARDS,
    )


def _mail(path: Path) -> ExampleMail:
    raw = path.read_bytes()
    mail = message_from_bytes(raw, _class=EmailMessage, policy=default)
    return ExampleMail(
        raw,
        parsedate_to_datetime(str(mail["Date"])),
        parseaddr(str(mail["From"]))[1],
        str(mail["Subject"]),
    )
