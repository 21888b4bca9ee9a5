"""A campaign worked through by wakes in this process: one mailbox and one post in memory, the program's own parts for all else.

For long lives: no sockets, no child process. What passes the servers is tested in tests/live.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from shutil import copytree
from typing import Self

from plain_reader import PlainReader

from pipeline.bootstrap import Program, assemble
from pipeline.edges.ledger.unopened.kept_configs import kept_configs
from pipeline.flows.worker import Worked, wake
from pipeline.model.operation.post import (
    Fetched,
    PostAnswer,
    Sighting,
    Verdict,
)
from pipeline.settings import load
from pipeline.writing.templates import Renderer

_renderer = cache(Renderer)


@dataclass
class Mailbox:
    """What lies in a mailbox at a moment; whoever asks sees nothing that comes later."""

    mails: list[tuple[datetime, bytes]] = field(default_factory=list)
    now: datetime | None = None
    uidvalidity: int = 1
    folder: str = "INBOX"

    def append(self, raw: bytes, received_at: datetime) -> None:
        self.mails.append((received_at, raw))

    @contextmanager
    def at(self, now: datetime) -> Iterator["Mailbox"]:
        yield replace(self, now=now)

    def uids(self, since: int = 1) -> list[int]:
        return [
            uid
            for uid, (at, _) in enumerate(self.mails, 1)
            if uid >= since and (self.now is None or at <= self.now)
        ]

    def describe(self, uids: Sequence[int]) -> list[Sighting]:
        return [self._sighting(uid) for uid in uids]

    def _sighting(self, uid: int) -> Sighting:
        at, raw = self.mails[uid - 1]
        return Sighting(self.uidvalidity, uid, at, len(raw), self.folder)

    def fetch(self, sightings: Sequence[Sighting]) -> Iterator[Fetched]:
        for sighting in sightings:
            yield Fetched(sighting, self.mails[sighting.uid - 1][1])

    def header(self, sighting: Sighting) -> bytes:
        return self.mails[sighting.uid - 1][1].partition(b"\r\n\r\n")[0]

    def answers(self, sighting: Sighting) -> bool:
        return True

    def move(self, uid: int, folder: str) -> None:
        raise AssertionError("no folder is configured to move to")


@dataclass
class Post:
    """Takes every copy; `taken` holds (recipient, bytes) in order."""

    taken: list[tuple[str, bytes]] = field(default_factory=list)

    def deliver(self, recipient: str, raw: bytes) -> PostAnswer:
        self.taken.append((recipient, raw))
        return PostAnswer(Verdict.SENT, 250, "ok")

    def check(self) -> list[str]:
        return []

    @contextmanager
    def sitting(self) -> Iterator["Post"]:
        yield self


@dataclass
class Office:
    """One campaign's config, on a mailbox that others may share."""

    config: Path
    mailbox: Mailbox = field(default_factory=Mailbox)
    post: Post = field(default_factory=Post)

    def copied(self, folder: Path) -> Self:
        """The same office in a folder that is not there yet: what it does touches no other."""
        copytree(self.config.parent, folder)
        config = folder / self.config.name
        return type(self)(
            config,
            replace(self.mailbox, mails=list(self.mailbox.mails)),
            Post(list(self.post.taken)),
        )

    @contextmanager
    def program(
        self, now: datetime, config: Path | None = None
    ) -> Iterator[Program]:
        settings = load(config or self.config, kept_configs)
        made = assemble(
            settings, now, read_with=PlainReader, render_with=_renderer
        )
        try:
            yield made
        finally:
            made.close()

    def wake(self, now: datetime) -> Worked:
        """One wake, as `xunbao once` makes it."""
        with self.program(now) as program:
            program.refuse_config()
            program.note_config()
            return wake(self.shift(program, now))

    def shift(self, program: Program, now: datetime):
        shift = program.shift()
        return replace(
            shift,
            folders=lambda: [self.mailbox.at(now)],
            dispatch=replace(shift.dispatch, post=self.post.sitting),
        )

    def edit(self, *pairs: tuple[str, str]) -> None:
        """Each text in the config, once, in place of another that must be there."""
        text = self.config.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new, 1)
        self.config.write_text(text, encoding="utf-8")
