"""A mailbox (IMAP) and a mail server (SMTP) inside this process, for `xunbao demo` and
for tests without Dovecot.

Trusts whoever connects from this machine: plain text, loopback only, one user; nothing
is delivered anywhere. pymap is good for some 500 mails (10,000 cost 38 s), and a
folder's name must hold no `&`. Never used by the worker itself.
"""

import asyncio
import threading
from argparse import Namespace
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import field
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pysasl.hashing import BuiltinHash

from pipeline.model.values.frozen import frozen

T = TypeVar("T")

HOST = "127.0.0.1"
# Bytes of a mail
LARGEST = 50_000_000


@frozen
class Collected:
    """A mail that the SMTP server took: the envelope and the bytes."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes = field(repr=False)


class DemoServers:
    """`with DemoServers() as servers:` both listen on free ports of the loopback,
    `imap_port` and `smtp_port`.

    The mailbox is INBOX of `user` with `password`; SMTP wants no login. All methods may
    be called from any thread.
    """

    imap_port: int
    smtp_port: int

    def __init__(
        self, user: str = "demo@example.cn", password: str = "demo"
    ) -> None:
        self.user = user
        self.password = password
        self._collected: list[Collected] = []
        self._serving: set[asyncio.Task[Any] | None] = set()
        # Where pymap hashes passwords
        self._threads = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> "DemoServers":
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, daemon=True
        )
        self._thread.start()
        try:
            self._run(self._start())
        except BaseException:
            self._stop_loop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._close())
        self._stop_loop()

    def append(self, raw: bytes, received_at: datetime) -> None:
        """Put a mail into INBOX as received at that time (aware): INTERNALDATE, in whole seconds."""
        if received_at.tzinfo is None:
            raise ValueError("the time of reception needs its offset")
        self._run(self._append(raw, received_at))

    @property
    def collected(self) -> tuple[Collected, ...]:
        """The mails sent so far, in order."""
        return tuple(self._collected)

    async def handle_DATA(  # noqa: N802 -- the name is the library's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """aiosmtpd's hook: keep the mail."""
        raw = envelope.original_content or b""
        self._collected.append(
            Collected(envelope.mail_from or "", tuple(envelope.rcpt_tos), raw)
        )
        return f"250 OK queued as demo{len(self._collected)}"

    async def _start(self) -> None:
        await self._start_imap()
        self._smtp = await self._loop.create_server(
            lambda: SMTP(
                self,
                data_size_limit=LARGEST,
                hostname="localhost",
                loop=self._loop,
            ),
            HOST,
            0,
        )
        self.smtp_port = _port(self._smtp)

    async def _start_imap(self) -> None:
        self._backend, config = await DictBackend.init(
            _arguments(self.user, self.password),
            # The password is the demo's own and no secret: a hash that takes a quarter
            # of a second at each login protects nothing
            hash_context=BuiltinHash(rounds=1),
            cpu_subsystem=Subsystem.for_threading(self._threads),
        )
        config.apply_context()
        imap = IMAPServer(self._backend.login, config)
        serve = ProxyProtocolReader(config.proxy_protocol).get_callback(
            self._kept(imap)
        )
        # asyncio sets TCP_NODELAY on both sides of every connection it makes;
        # pipeline/edges sets it on the client's.
        self._imap = await asyncio.start_server(serve, HOST, 0, limit=LARGEST)
        self.imap_port = _port(self._imap)

    def _kept(
        self, serve: Callable[..., Awaitable[None]]
    ) -> Callable[..., Any]:
        """`serve` in a task that is held on to: pymap keeps no reference to it, and from
        Python 3.13 on such a task may be collected in the middle of a session."""

        async def served(*arguments: Any) -> None:
            task = asyncio.current_task()
            self._serving.add(task)
            try:
                await serve(*arguments)
            finally:
                self._serving.discard(task)

        return served

    async def _append(self, raw: bytes, received_at: datetime) -> None:
        async with (
            self._backend.login.demo_user_identity.new_session() as session
        ):
            inbox = await session.mailbox_set.get_mailbox("INBOX")
            await inbox.append(AppendMessage(raw, received_at), recent=True)

    async def _close(self) -> None:
        self._imap.close()
        self._smtp.close()
        waiting = [
            task
            for task in asyncio.all_tasks()
            if task is not asyncio.current_task()
        ]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(
            timeout=60
        )

    def _stop_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        with suppress(RuntimeError):
            self._loop.close()
        self._threads.shutdown()


def _port(server: asyncio.AbstractServer) -> int:
    return int(server.sockets[0].getsockname()[1])  # type: ignore[attr-defined]  # base_events.Server has it


def _arguments(user: str, password: str) -> Namespace:
    """What pymap's own command line would have said."""
    return Namespace(
        host=HOST,
        port=0,
        debug=False,
        cert=None,
        key=None,
        tls=False,
        passlib_cfg=None,
        proxy_protocol=None,
        demo_data=False,
        demo_user=user,
        demo_password=password,
    )
