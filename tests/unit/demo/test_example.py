"""The examples as plays: on the demo's own servers, their mails as they came; and the
command's word for a name that is none's."""

import re

import pytest
from typer.testing import CliRunner

from pipeline.cli.root import app
from pipeline.demo import example
from pipeline.settings import load


@pytest.mark.parametrize("name", example.names())
def test_an_example_is_played_on_servers_of_its_own(
    name: str, tmp_path
) -> None:
    play = example.example(name)
    text = re.sub("@(IMAP|SMTP)_PORT@", "1", play.config)
    (tmp_path / "password.txt").write_text("demo", "utf-8")
    config = tmp_path / "config.toml"
    config.write_text(text, "utf-8")
    settings = load(config)
    assert settings.mailbox.host == settings.smtp.host == "127.0.0.1"
    assert settings.address == play.mailbox
    times = [mail.received_at for mail in play.mails]
    assert times == sorted(times) and len(times) >= 15
    assert play.until is not None and play.until > times[-1]
    units = {email for unit in settings.unit for email in unit.email}
    assert {mail.address for mail in play.mails} <= units


def test_a_name_that_is_none_is_told_with_those_that_are(tmp_path) -> None:
    words = ["demo", "--example", "nope", "--out", str(tmp_path)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert "hazards、training、visits" in done.output
