"""Fixtures: `dovecot` (a fresh user each test), `netease` (the same behind a proxy that behaves as imap.126.com)."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from live_servers import Dovecot, netease_proxy, new_user, running_dovecot

from pipeline.settings import Mailbox


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[dict[str, str]]:
    if shutil.which("dovecot") is None or shutil.which("openssl") is None:
        pytest.skip(
            "needs Dovecot: apt-get install dovecot-imapd dovecot-lmtpd openssl"
        )
    with running_dovecot() as values:
        yield values


@pytest.fixture
def dovecot(dovecot_server: dict[str, str]) -> Dovecot:
    return new_user(dovecot_server)


@pytest.fixture
def netease(dovecot: Dovecot) -> Iterator[Callable[..., Mailbox]]:
    """`netease(DROP_AFTER=5000)`: settings for the `dovecot` user's mailbox through the proxy."""
    with ExitStack() as stack:

        def through_proxy(**faults: object) -> Mailbox:
            return dovecot.settings(
                port=stack.enter_context(netease_proxy(dovecot.port, **faults))
            )

        yield through_proxy
