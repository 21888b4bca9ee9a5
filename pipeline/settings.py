"""config.toml -> frozen Settings."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mailbox(_Part):
    """[mailbox]: where the forms arrive. `max_message` in bytes (written as "50MB")."""

    host: str
    port: int = 993
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str
    folder: str = "INBOX"
    done_folder: str = ""
    max_message: int = 50_000_000
    ca_file: Path | None = None


class Smtp(_Part):
    """[smtp]: the mail server for what is sent. An empty `user` means no login."""

    host: str
    port: int = 465
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str = ""
    per_minute: int = 20
    ca_file: Path | None = None
