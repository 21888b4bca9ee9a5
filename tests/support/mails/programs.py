"""A program on the small campaign, and mails that reach it at a given time: for tests of what a mail means after others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from campaign_maker import moment, settings
from plain_reader import PlainReader

from pipeline.bootstrap import Program, assemble
from pipeline.flows.fetch import poll
from pipeline.flows.ingest import Taken
from pipeline.model.operation.post import Fetched, Sighting
from pipeline.settings import Settings

CONFIG = Path(__file__).parents[2] / "data/campaign/config.toml"


@dataclass
class Box:
    """A mailbox in memory: (time, bytes)."""

    mails: list[tuple[str, bytes]]
    folder: str = "INBOX"
    uidvalidity: int = 1

    def uids(self, since: int = 1) -> list[int]:
        return list(range(since, len(self.mails) + 1))

    def describe(self, uids: Sequence[int]) -> list[Sighting]:
        found = []
        for uid in uids:
            when, raw = self.mails[uid - 1]
            found.append(Sighting(1, uid, moment(when), len(raw)))
        return found

    def fetch(self, sightings: Sequence[Sighting]) -> Iterator[Fetched]:
        for sighting in sightings:
            yield Fetched(sighting, self.mails[sighting.uid - 1][1])

    def header(self, sighting: Sighting) -> bytes:
        return b""

    def answers(self, sighting: Sighting) -> bool:
        return True

    def move(self, uid: int, folder: str) -> None:
        raise AssertionError("no folder to move to")


def small_campaign(folder: Path) -> Settings:
    """The small campaign's settings, with a storage in a folder and servers that nobody asks."""
    text = CONFIG.read_text(encoding="utf-8")
    for name, value in (
        ("@STORAGE@", str(folder / "storage")),
        ("@IMAP_PORT@", "1"),
        ("@SMTP_PORT@", "1"),
        ("@CA_FILE@", "/dev/null"),
    ):
        text = text.replace(name, value)
    config = folder / "config.toml"
    config.write_text(text, encoding="utf-8")
    return settings(config)


def program_in(folder: Path) -> Program:
    """A program with a ledger of its own, when the year is over."""
    return assemble(
        small_campaign(folder),
        moment("2015-12-01 10:00"),
        read_with=PlainReader,
    )


class Mailroom:
    """A program, and the mailbox that it reads."""

    def __init__(self, folder: Path) -> None:
        self.program = program_in(folder)
        # Born before the first deadline: what comes is answered.
        self.program.store.born(moment("2015-09-01 08:00"))
        self.box = Box([])

    def take(self, raw: bytes, when: str) -> Taken:
        """One mail more in the mailbox, and a poll."""
        self.box.mails.append((when, raw))
        taken = Taken()
        poll(self.box, self.program.intake(), taken)
        return taken
