"""What was given up: never within a day, never silently, and asked for again by people."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from test_ingest import (
    GOOD,
    OTHER,
    Box,
    later,
    outcomes,
    polled,
    readers,
    worker,
)
from typer.testing import CliRunner

from pipeline.bootstrap import Program
from pipeline.cli.root import app
from pipeline.flows.fetch import FETCH_TRIES, LOST_FOR
from pipeline.model.operation.errors import Unreachable
from pipeline.model.operation.post import Fetched, Sighting

__all__ = ["worker"]  # a fixture of test_ingest
DAY = LOST_FOR / timedelta(hours=1) + 1


class Throttling(Box):
    """A server that serves nobody: Exchange's Request is throttled."""

    def fetch(self, sightings: Sequence[Sighting]) -> Iterator[Fetched]:
        raise Unreachable("busy", "邮箱服务器现在不提供服务")


def test_throttled_for_five_wakes_all_mails_are_taken_in_afterwards(
    worker: Program,
) -> None:
    for _ in range(5):
        box = Throttling(("09:00", GOOD), ("10:00", OTHER))
        with pytest.raises(Unreachable):
            polled(worker, box)
    taken = polled(worker, Box(("09:00", GOOD), ("10:00", OTHER)))
    assert (taken.set_aside, taken.unfetched) == ([], [])
    assert outcomes(worker) == ["reported", "reported"]


def ordered(program: Program, *words: str) -> str:
    """What a command about reviews says."""
    return commanded(program, "review", *words)


def commanded(program: Program, *words: str) -> str:
    config = str(program.settings.storage.directory.parent / "config.toml")
    now = program.clock.now().isoformat()
    asked = [*words, "--config", config, "--now", now]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code in (0, 1), result.output
    return result.output


def given_up(program: Program, box: Box) -> None:
    """A mail that alone is refused for more than a day."""
    for hours in range(FETCH_TRIES):
        intake = later(program, hours)
        assert polled(program, box, intake).set_aside == []
    assert len(polled(program, box, later(program, DAY)).set_aside) == 1


def number_in(shown: str) -> str:
    (line,) = (one for one in shown.splitlines() if "无法读取" in one)
    return line.split()[0]


def test_a_mail_that_was_given_up_is_asked_for_again(
    worker: Program,
) -> None:
    box = Box(("09:00", GOOD), ("10:00", None))
    given_up(worker, box)
    number = number_in(ordered(worker, "list", "--all"))
    ordered(worker, "retry", number)
    again = polled(worker, box, later(worker, DAY + 1))
    assert len(again.set_aside) == 1, "it is told at once that it did not come"
    number = number_in(ordered(worker, "list", "--all"))
    box.mails[2] = (box.mails[2][0], OTHER)
    assert polled(worker, box).recorded == 0, "nobody asked again"
    ordered(worker, "retry", number)
    assert polled(worker, box).recorded == 1
    assert outcomes(worker)[-1] == "reported"
    assert "retry" not in ordered(worker, "list", "--all")
    assert polled(worker, box).recorded == 0, "once is enough"


def test_a_mail_that_killed_its_reader_is_read_again(
    worker: Program,
) -> None:
    mails = readers(worker)
    box = Box(("10:00", OTHER + b"<!-- POISON -->\r\n"))
    polled(worker, box)
    assert outcomes(worker) == ["set_aside"]
    number = number_in(ordered(worker, "list", "--all"))
    ordered(worker, "retry", number)

    mails.poison = b"another mail"  # the reader was mended
    polled(worker, box)
    assert outcomes(worker)[-1] == "reported"
    assert "retry" not in ordered(worker, "list", "--all")


def test_what_nobody_set_aside_is_not_asked_for(
    worker: Program,
) -> None:
    polled(worker, Box(("09:00", GOOD)))
    shown = ordered(worker, "retry", "0123")
    assert "xunbao review list --all" in shown


def test_a_mail_that_was_taken_again_comes_out_of_a_replay_the_same(
    worker: Program,
) -> None:
    """Set aside for good, asked for again, and read: the ledger made anew from the kept mails is the same."""
    box = Box(("09:00", GOOD), ("10:00", None))
    given_up(worker, box)
    ordered(worker, "retry", number_in(ordered(worker, "list", "--all")))
    box.mails[2] = (box.mails[2][0], OTHER)
    assert polled(worker, box).recorded == 1
    assert outcomes(worker)[-1] == "reported"
    assert "与台账完全一致" in commanded(worker, "replay")
