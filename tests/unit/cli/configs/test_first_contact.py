"""A ledger that is begun amid a campaign, on a mailbox with a past, says first what it would do; and what is past gets no letter."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment
from typer.testing import CliRunner

from pipeline.cli.root import app
from pipeline.demo.servers import DemoServers

LATE = ("--now", "2015-11-05T10:00:00+08:00")
YEARS_LATER = ("--now", "2026-11-05T10:00:00+08:00")
IN_TIME = ("--now", "2015-09-10T18:05:00+08:00")


def run(config: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words, "--config", str(config)])
    return done.exit_code, done.output


@pytest.fixture
def servers() -> Iterator[DemoServers]:
    with DemoServers() as found:
        for day, figure in (("2015-09-10", 300), ("2015-10-10", 350)):
            raw = form_mail(
                "jia@example.cn", "甲县", day, figure, f"{day} 10:00"
            )
            found.append(raw, moment(f"{day} 10:00"))
        old = form_mail(
            "jia@example.cn", "甲县", "2014-9-10", 9, "2014-09-10 10:00"
        )
        found.append(old, moment("2014-09-10 10:00"))
        yield found


def office(folder: Path, servers: DemoServers) -> Path:
    return made(folder, servers.imap_port, servers.smtp_port)


@pytest.mark.parametrize("when", [LATE, YEARS_LATER])
def test_the_first_contact_says_what_it_would_do_and_writes_nothing(
    tmp_path: Path, servers: DemoServers, when: tuple[str, str]
) -> None:
    config = office(tmp_path, servers)
    for _ in range(2):
        status, text = run(config, "once", *when)
        assert (status, "会读入 3 封，其中这项工作的 2 封" in text) == (1, True)
        assert "--go" in text
        assert not servers.collected
        assert not (tmp_path / "storage" / "ledger.db").exists()


def test_with_go_it_begins_and_answers_nothing_of_the_past(
    tmp_path: Path, servers: DemoServers
) -> None:
    config = office(tmp_path, servers)
    status, text = run(config, "once", "--go", *YEARS_LATER)
    assert status == 0, text
    assert not servers.collected
    # from then on it is a ledger like any other
    assert run(config, "once", *YEARS_LATER)[0] == 0


def test_begun_in_time_it_needs_no_word(
    tmp_path: Path, servers: DemoServers
) -> None:
    config = office(tmp_path, servers)
    _, text = run(config, "once", *IN_TIME)
    assert "--go" not in text
    assert servers.collected
