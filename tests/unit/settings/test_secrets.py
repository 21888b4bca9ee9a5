"""Passwords: where config.toml says they are, and never in it."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.settings import Mailbox, NoPassword, password


def mailbox(**where: object) -> Mailbox:
    return Mailbox.model_validate(
        {"host": "imap.example.cn", "user": "demo@example.cn", **where}
    )


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUNBAO_TEST", "s3cret ")
    assert password(mailbox(password_env="XUNBAO_TEST"), "邮箱") == "s3cret "


def test_a_variable_that_is_not_set_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("XUNBAO_TEST", raising=False)
    with pytest.raises(NoPassword, match="XUNBAO_TEST"):
        password(mailbox(password_env="XUNBAO_TEST"), "邮箱")


@pytest.mark.parametrize("content", ["授权码", "授权码\n", "\ufeff授权码\r\n"])
def test_from_a_file_as_editors_write_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "password"
    path.write_bytes(content.encode())
    assert password(mailbox(password_file=path), "邮箱") == "授权码"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoPassword, match="nowhere"):
        password(mailbox(password_file=tmp_path / "nowhere"), "邮箱")


def test_a_file_in_another_encoding_is_said_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_bytes("授权码".encode("gbk"))
    with pytest.raises(NoPassword, match="UTF-8"):
        password(mailbox(password_file=path), "邮箱")


def test_none_is_configured() -> None:
    assert password(mailbox(), "邮箱") == ""


def test_a_password_in_the_file_itself_is_an_unknown_key() -> None:
    with pytest.raises(ValueError, match="password"):
        mailbox(password="123456")


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyring that hands nothing out, as on a server without a desktop; the module
    is an extra that a test environment has not."""
    errors = ModuleType("keyring.errors")

    class KeyringError(Exception):
        pass

    def get_password(service: str, user: str) -> str:
        raise KeyringError(service, user)

    found = ModuleType("keyring")
    found.__dict__.update(errors=errors, get_password=get_password)
    errors.__dict__["KeyringError"] = KeyringError
    monkeypatch.setitem(sys.modules, "keyring", found)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)


@pytest.mark.usefixtures("locked")
def test_a_keyring_that_hands_nothing_out_is_said_with_the_cure() -> None:
    with pytest.raises(NoPassword, match="password_file"):
        password(mailbox(keyring=True), "邮箱")
