"""config.toml -> frozen Settings: every mistake in one report, each with its line and
what to write instead.

Trusts the admin's file for what it says and for nothing else: an unknown key is refused
with the nearest known one, sums are checked against the units, passwords are never in
it. Never reads the network and never writes.
"""

from pipeline.settings.load import ConfigError, Mistake, load
from pipeline.settings.schema import Mailbox, OAuth2, Settings, Smtp
from pipeline.settings.secrets import NoPassword, password

__all__ = [
    "ConfigError",
    "Mailbox",
    "Mistake",
    "NoPassword",
    "OAuth2",
    "Settings",
    "Smtp",
    "load",
    "password",
]
