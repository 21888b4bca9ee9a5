"""Two hosts at one folder of campaigns, one storage and one PostgreSQL: each campaign is worked by one at a time, and taken over."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from campaign_maker import form_mail, made_beside
from postgresql_server import PostgresqlServer
from sqlalchemy import Engine, text
from waiting import wait_until

from pipeline.demo.servers import DemoServers
from pipeline.edges.clock import Clock
from pipeline.edges.ledger.database import open_database
from pipeline.edges.processes.process_group import kill_group, own_group

ROOT = Path(__file__).parents[2]
NAMES = ("a", "b")
OWN = """
[storage]
directory = "{0}"
database = "{url}?schema={0}"

[review]
learned = "{0}/learned.toml"
"""


def has_own_names() -> bool:
    """Whether a process may have a host name of its own (Linux, as root)."""
    tried = subprocess.run(
        ["unshare", "--uts", "true"], check=False, capture_output=True
    )
    return tried.returncode == 0


pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not has_own_names(),
    reason="a host name of one's own needs Linux and root",
)


@dataclass
class Host:
    """A machine that runs the folder."""

    process: subprocess.Popen[bytes]
    said: Path

    def kill(self) -> None:
        if self.process.poll() is None:
            kill_group(self.process)
            self.process.wait()

    def log(self) -> str:
        return self.said.read_text("utf-8")


@contextmanager
def host(name: str, folder: Path) -> Iterator[Host]:
    command = shlex.join(
        [
            sys.executable,
            "-m",
            "pipeline",
            "run",
            "--go",
            "--config",
            str(folder),
        ]
    )
    said = folder.parent / f"{name}.log"
    with said.open("wb") as log:
        process = subprocess.Popen(
            [
                "unshare",
                "--uts",
                "sh",
                "-c",
                f"hostname {name} && exec {command}",
            ],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
            **own_group(),
        )
    started = Host(process, said)
    try:
        yield started
    finally:
        started.kill()


@dataclass
class Campaigns:
    """`ledgers` has one for each of NAMES: what is waited for is looked at many times a second."""

    folder: Path
    ledgers: list[Engine]

    def holders(self) -> list[str]:
        """Of each campaign's lease, by its host's name."""
        found = []
        for ledger in self.ledgers:
            with ledger.connect() as connection:
                rows = connection.execute(text("SELECT holder FROM lease"))
                found += [str(row[0]).split(":")[0] for row in rows]
        return found

    def let_leases_end(self) -> None:
        """As a quarter of an hour does, which no test waits for."""
        past = (Clock().now() - timedelta(seconds=1)).isoformat(
            timespec="microseconds"
        )
        for ledger in self.ledgers:
            with ledger.begin() as connection:
                connection.execute(
                    text("UPDATE lease SET until = :past"), {"past": past}
                )

    def recorded(self) -> int:
        """Mails that any campaign has on record."""
        found = 0
        for ledger in self.ledgers:
            with ledger.connect() as connection:
                rows = connection.execute(text("SELECT count(*) FROM message"))
                found += rows.scalar_one()
        return found


@pytest.fixture
def servers() -> Iterator[DemoServers]:
    with DemoServers() as started:
        yield started


@pytest.fixture
def campaigns(
    tmp_path: Path, postgresql: PostgresqlServer, servers: DemoServers
) -> Iterator[Campaigns]:
    """Two of this day at one mailbox, watched for new mail."""
    url = postgresql.made()
    folder = tmp_path / "campaigns"
    for name in NAMES:
        path = made_beside(
            folder,
            name,
            own=OWN.replace("{url}", url),
            ports=(servers.imap_port, servers.smtp_port),
        )
        path.write_text(
            path.read_text("utf-8").replace(
                "[schedule]", "[schedule]\nwatch = true"
            ),
            "utf-8",
        )
    ledgers = [open_database(f"{url}?schema={name}") for name in NAMES]
    yield Campaigns(folder, ledgers)
    for ledger in ledgers:
        ledger.dispose()


def test_a_host_that_dies_is_followed_by_another(
    campaigns: Campaigns, servers: DemoServers
) -> None:
    with host("first", campaigns.folder) as first:
        wait_until(lambda: campaigns.holders() == ["first", "first"], first.log)
        with host("second", campaigns.folder) as second:
            wait_until(lambda: "等着接手" in second.log(), second.log)
            assert campaigns.holders() == ["first", "first"]
            first.kill()
            campaigns.let_leases_end()
            servers.append(
                form_mail(
                    "jia@example.cn",
                    "甲县",
                    "2015年9月10日",
                    300,
                    "2015-09-10 10:00",
                ),
                Clock().now(),
            )
            wait_until(
                lambda: campaigns.holders() == ["second", "second"], second.log
            )
            wait_until(lambda: campaigns.recorded() > 0, second.log)
            assert second.process.poll() is None
