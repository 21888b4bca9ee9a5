"""Passwords: found where config.toml says, never in it (password_env, password_file, keyring)."""

import os

from pipeline.model.operation.os_errors import in_words
from pipeline.settings.extras import how_to_add
from pipeline.settings.schema import Mailbox, Smtp


class NoPassword(Exception):
    """The password is not to be had; the text says in Chinese what to set."""


def password(part: Mailbox | Smtp, what: str) -> str:
    """The password (授权码) of a server; "" where none is configured. Raises NoPassword
    with the cure."""
    if part.password_env:
        value = os.environ.get(part.password_env)
        if value is None:
            raise NoPassword(
                f"环境变量 {part.password_env} 没有设置，里面应是{what}的授权码"
            )
        return value
    if part.password_file is not None:
        try:
            # Notepad puts a mark before and a line break behind.
            return part.password_file.read_text(encoding="utf-8-sig").strip()
        except OSError as error:
            raise NoPassword(
                f"读不了密码文件 {part.password_file}：{in_words(error)}"
            ) from error
        except UnicodeDecodeError as error:
            raise NoPassword(
                f"密码文件 {part.password_file} 不是 UTF-8 编码，请另存为 UTF-8"
            ) from error
    if part.keyring:
        return _from_keyring(part, what)
    return ""


def _from_keyring(part: Mailbox | Smtp, what: str) -> str:
    try:
        import keyring
        import keyring.errors
    except ImportError as error:
        raise NoPassword(
            f"keyring = true 需要先安装密钥环，请{how_to_add('keyring')}"
        ) from error
    try:
        value = keyring.get_password(f"xunbao:{part.host}", part.user)
    except keyring.errors.KeyringError as error:
        # A server without a desktop has none, a locked one hands nothing out.
        raise NoPassword(
            f"这台电脑的密钥环用不了（{type(error).__name__}）：没有装，或锁着。"
            f"请改用 password_file 或 password_env 放{what}的授权码"
        ) from error
    if value is None:
        raise NoPassword(
            f"系统密钥环里没有{what}的授权码，请运行：keyring set xunbao:{part.host} {part.user}"
        )
    return str(value)
