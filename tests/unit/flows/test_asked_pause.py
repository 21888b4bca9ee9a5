"""A mail server that names the time to come back is left alone until then, also by a
program that is started anew each time (`once` by cron)."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from judging_makers import at

from pipeline.edges.ledger.cooldowns import Pauses
from pipeline.edges.ledger.database import open_database
from pipeline.flows.cooldown_gate import Door
from pipeline.model.operation.cooldown import Server
from pipeline.model.operation.errors import Unreachable, Waiting

NOW = at("09-10 17:00")


class _Server:
    """Counts who comes in; `asks` for so many seconds of peace once it was entered."""

    def __init__(self, asks: int | None) -> None:
        self.asks = asks
        self.entered = 0

    @contextmanager
    def connection(self) -> Iterator[None]:
        self.entered += 1
        yield

    def serve(self) -> None:
        trouble = Unreachable("busy", "邮箱服务器现在不提供服务")
        trouble.wait_seconds = self.asks
        raise trouble


def _run(ledger: Path, server: _Server, minutes: int) -> None:
    """One run of the program, which knows of the one before by the ledger alone."""
    door = Door(
        Server.MAILBOX,
        Pauses(open_database(f"sqlite:///{ledger}")),
        lambda: "account",
        lambda: NOW + timedelta(minutes=minutes),
    )
    with door.sitting(server.connection()):
        server.serve()


def _entered(ledger: Path, server: _Server) -> list[int]:
    found = []
    for minutes in (0, 1, 4, 6):
        with suppress(Unreachable):
            _run(ledger, server, minutes)
        found.append(server.entered)
    return found


def test_it_is_left_alone_until_then(tmp_path: Path) -> None:
    assert _entered(tmp_path / "l.db", _Server(300)) == [1, 1, 1, 2]


def test_one_that_names_no_time_is_asked_at_the_next_run(
    tmp_path: Path,
) -> None:
    assert _entered(tmp_path / "l.db", _Server(None)) == [1, 2, 3, 4]


def test_who_waits_is_told_so(tmp_path: Path) -> None:
    server = _Server(300)
    with suppress(Unreachable):
        _run(tmp_path / "l.db", server, 0)
    with pytest.raises(Waiting) as waiting:
        _run(tmp_path / "l.db", server, 1)
    assert "要求过一段时间再来" in waiting.value.advice
