"""`xunbao run` as a process of its own: it works, it ends on SIGTERM after the step in hand, and only one runs at a time."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import SMTP
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment, settings
from offline_office import Office
from plain_reader import PlainReader
from typer.testing import CliRunner

from pipeline.bootstrap import assemble
from pipeline.cli.first_contact import is_unseen, note_shown
from pipeline.cli.root import app
from pipeline.cli.running.campaign_worker import Worker
from pipeline.cli.running.staying import Signals
from pipeline.demo.servers import DemoServers
from pipeline.edges.files.lessons_file import LearnedFile
from pipeline.edges.ledger.database import open_database
from pipeline.edges.ledger.store import Store
from pipeline.edges.ledger.unopened.kept_configs import kept_configs
from pipeline.model.notice import NoticeKind
from pipeline.model.roster import Lesson
from pipeline.settings import load

pytestmark = pytest.mark.skipif(
    os.name == "nt", reason="SIGTERM as a signal is POSIX"
)
ROOT = Path(__file__).parents[4]


@contextmanager
def worker(config: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [
        sys.executable,
        "-u",
        "-m",
        "pipeline",
        "run",
        "--go",
        "--config",
        str(config),
    ]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def waited_for(process: "subprocess.Popen[str]", words: str) -> list[str]:
    """What it said up to the line with these words."""
    said: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if words in line:
            return said
    raise AssertionError("".join(said))


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    out, _ = process.communicate(timeout=60)
    return process.returncode, out


@pytest.fixture
def servers() -> Iterator[DemoServers]:
    with DemoServers() as found:
        yield found


def test_it_works_and_ends_when_told_to(
    tmp_path: Path, servers: DemoServers
) -> None:
    config = made(tmp_path, servers.imap_port, servers.smtp_port)
    servers.append(
        form_mail(
            "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
        ),
        moment("2015-09-10 10:00"),
    )
    with worker(config) as process:
        waited_for(process, "收信 1 封")
        process.send_signal(signal.SIGTERM)
        status, said = ended(process)
    assert status == 0, said
    assert "旬报程序已停止" in said
    asked = CliRunner().invoke(app, ["health", "--config", str(config)])
    assert asked.exit_code == 1
    assert "要看 运行：已停止（" in asked.output
    (seen,) = (
        Store(open_database(f"sqlite:///{tmp_path}/storage/ledger.db"))
        .ledger()
        .messages
    )
    assert seen.outcome == "reported"


# As the next one, of a first that answers
@pytest.mark.long
def test_one_at_a_time(tmp_path: Path, servers: DemoServers) -> None:
    config = made(tmp_path, servers.imap_port, servers.smtp_port)
    with worker(config) as first:
        waited_for(first, "旬报程序已启动")
        with worker(config) as second:
            status, said = ended(second)
        assert (status, "另一个旬报程序" in said) == (1, True), said
        first.send_signal(signal.SIGTERM)
        assert ended(first)[0] == 0


def test_one_that_was_stopped_keeps_others_out_and_goes_on_afterwards(
    tmp_path: Path, servers: DemoServers
) -> None:
    config = made(tmp_path, servers.imap_port, servers.smtp_port)
    with worker(config) as first:
        waited_for(first, "旬报程序已启动")
        first.send_signal(signal.SIGSTOP)
        with worker(config) as second:
            status, said = ended(second)
        assert (status, "另一个旬报程序" in said) == (1, True), said
        first.send_signal(signal.SIGCONT)
        first.send_signal(signal.SIGTERM)
        assert ended(first)[0] == 0


def test_a_server_that_is_away_does_not_end_it(tmp_path: Path) -> None:
    with worker(made(tmp_path)) as process:
        waited_for(process, "收信：")
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert ended(process)[0] == 0


def test_told_to_stop_in_the_middle_it_finishes_the_mail_in_hand(
    tmp_path: Path, servers: DemoServers
) -> None:
    config = made(tmp_path, servers.imap_port, servers.smtp_port)
    for minute in range(30):
        day = moment(f"2015-09-10 10:{minute:02}")
        servers.append(
            form_mail(
                "jia@example.cn",
                "甲县",
                "2015年9月10日",
                300 + minute,
                f"{day:%Y-%m-%d %H:%M}",
            ),
            day,
        )
    with worker(config) as process:
        waited_for(process, "甲县")
        process.send_signal(signal.SIGTERM)
        status, said = ended(process)
    assert status == 0, said
    store = Store(open_database(f"sqlite:///{tmp_path}/storage/ledger.db"))
    left = len(store.unhandled())
    assert len(store.mails()) + left == 30
    assert len(store.ledger().reports) == len(store.mails())


def test_what_reviewers_taught_is_taken_up_at_the_next_beat(
    tmp_path: Path,
) -> None:
    config = made(tmp_path)
    at_work = Worker(config, assemble(settings(config)))
    at_work.seen = at_work.modified()
    at_work._reload()
    assert at_work.program.campaign.roster.learned == ()
    lesson = Lesson("甲县", address="new@example.cn")
    LearnedFile(tmp_path / "learned.toml", at_work.program.settings.zone).keep(
        [lesson]
    )
    at_work._reload()
    assert at_work.program.campaign.roster.learned == (lesson,)


CHANGES_OF_THE_PAST = [
    ("first_due = 2015-09-10", "first_due = 2015-09-20", "丢掉"),
    (
        "[bulletin]",
        '[schedule]\nholiday_shift = "next_workday"\n[bulletin]',
        "截止日由",
    ),
    (
        "[bulletin]",
        "[schedule]\nreport_days = [5, 10, 20, 30]\n[bulletin]",
        "凭空多出",
    ),
]


@pytest.mark.parametrize(("old", "new", "said"), CHANGES_OF_THE_PAST)
def test_a_change_of_the_past_leaves_the_old_config_and_tells_admins(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    office = Office(made(tmp_path))
    for when in ("2015-09-09 09:05", "2015-09-19 09:05", "2015-10-05 09:05"):
        office.wake(moment(when))
    now = moment("2015-10-06 09:05")
    before = load(office.config, kept_configs)
    program = assemble(before, now, read_with=PlainReader)
    at_work = Worker(office.config, program)
    at_work.seen = at_work.modified()
    office.edit((old, new))
    os.utime(office.config, (1, 1))
    at_work._reload()
    assert at_work.program is program
    alerts = [
        line.subject
        for line in program.outbox.notices()
        if line.action.kind is NoticeKind.ALERT
    ]
    assert alerts
    planned = program.outbox.open_deliveries()[-1]
    told = BytesParser(policy=SMTP).parsebytes(program.vault.open(planned.key))
    body = told.get_body(("plain",))
    assert body is not None
    assert said in body.get_content().replace("\n", "")
    program.close()


def test_amid_a_campaign_it_begins_only_after_it_was_shown(
    tmp_path: Path,
) -> None:
    config = made(tmp_path)
    done = CliRunner().invoke(app, ["run", "--config", str(config)])
    assert (done.exit_code, "check --online" in done.output) == (1, True)
    assert not (tmp_path / "storage" / "ledger.db").exists()
    assert "check --online" in (tmp_path / "storage" / "告警.txt").read_text(
        encoding="utf-8-sig"
    ).replace("\n", "")
    note_shown(assemble(settings(config)))
    assert not is_unseen(assemble(settings(config)))
    edited = made(tmp_path, replaced={"2015-12-30": "2015-11-30"})
    assert is_unseen(assemble(settings(edited))), "another span was not shown"


def test_ctrl_break_of_windows_stops_it_as_sigterm_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another signal stands in for the one that Windows alone has."""
    monkeypatch.setattr(signal, "SIGBREAK", signal.SIGUSR1, raising=False)
    former = signal.getsignal(signal.SIGUSR1)
    stops = []
    with Signals(lambda: stops.append(1)):
        signal.raise_signal(signal.SIGUSR1)
        signal.raise_signal(signal.SIGTERM)
    assert len(stops) == 2
    assert signal.getsignal(signal.SIGUSR1) is former
