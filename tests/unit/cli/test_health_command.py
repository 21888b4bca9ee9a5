"""health and run at the command line: exit statuses, JSON, the sign of life, and the word of a worker that cannot start."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from campaign_maker import made, moment, settings
from plain_reader import PlainReader
from typer.testing import CliRunner, Result

from pipeline.bootstrap import Program, assemble
from pipeline.cli.root import app
from pipeline.cli.running.campaign_worker import Worker
from pipeline.demo.servers import DemoServers
from pipeline.edges.ping import ping

WELL, PERSON, USAGE = 0, 1, 2
NOW = "2015-09-10T18:05:00+08:00"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    made(tmp_path)
    return tmp_path / "config.toml"


def health(config: Path, *more: str) -> Result:
    words = ["health", "--config", str(config), "--now", NOW, *more]
    return CliRunner().invoke(app, words)


def status(config: Path) -> Result:
    words = ["status", "--config", str(config), "--now", NOW]
    return CliRunner().invoke(app, words)


def beat(config: Path, at: str) -> None:
    storage = config.parent / "storage"
    storage.mkdir(exist_ok=True)
    (storage / "heartbeat").write_text(at, "ascii")


def test_a_program_that_never_ran_needs_a_person(config: Path) -> None:
    done = health(config)
    assert done.exit_code == PERSON
    assert "要看 运行：还没有运行过" in done.output
    assert "下一次有事要做是 2015-09-10 20:00" in done.output
    assert not (config.parent / "storage" / "ledger.db").exists()


def test_a_fresh_beat_is_well_and_an_old_one_is_not(config: Path) -> None:
    beat(config, "2015-09-10T18:04:30+08:00")
    assert health(config).exit_code == WELL
    beat(config, "2015-09-10T17:04:30+08:00")
    done = health(config)
    assert done.exit_code == PERSON
    assert "程序停着，最后一次活动 2015-09-10 17:04" in done.output


def test_a_worker_that_was_told_to_end_is_not_well(config: Path) -> None:
    beat(config, "2015-09-10T18:04:30+08:00 stopped")
    done = health(config)
    assert done.exit_code == PERSON
    assert "要看 运行：已停止（2015-09-10 18:04 有人让它停下）" in done.output


def test_status_says_when_nobody_works(config: Path) -> None:
    beat(config, "2015-09-10T18:04:30+08:00")
    assert "运行：" not in status(config).output
    beat(config, "2015-09-10T18:04:30+08:00 stopped")
    assert "运行：已停止（2015-09-10 18:04" in status(config).output


def test_json_is_a_line_a_part_and_the_whole(config: Path) -> None:
    lines = [
        json.loads(line)
        for line in health(config, "--json").output.splitlines()
    ]
    assert {line["part"] for line in lines[:-1]} >= {
        "worker",
        "mailbox",
        "disk",
    }
    assert lines[-1] == {"next": "2015-09-10T20:00:00+08:00", "state": "person"}


def test_a_worker_that_cannot_start_leaves_a_word(config: Path) -> None:
    (config.parent / "storage").mkdir(exist_ok=True)
    good = config.read_text("utf-8")
    config.write_text(good + "\nwrong = 1\n", "utf-8")
    done = CliRunner().invoke(app, ["run", "--config", str(config)])
    assert done.exit_code == USAGE
    sheet = config.parent / "storage" / "告警.txt"
    assert "配置文件有误，程序没有启动" in sheet.read_text("utf-8-sig")
    config.write_text(good, "utf-8")
    told = health(config)
    assert told.exit_code == PERSON
    (alarms,) = (s for s in told.output.splitlines() if "告警：" in s)
    assert f"{sheet}：一、" in alarms
    assert "程序没有启动" in alarms


class _Service(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        self.send_response(200 if self.path == "/life" else 404)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def service() -> Iterator[http.server.HTTPServer]:
    server = http.server.HTTPServer(("127.0.0.1", 0), _Service)
    server.seen = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def at(config: Path, clock: str) -> Program:
    return assemble(settings(config), moment(clock), read_with=PlainReader)


def test_the_service_hears_at_each_wake_and_hourly_between(
    tmp_path: Path, service: http.server.HTTPServer
) -> None:
    with DemoServers() as servers:
        config = made(tmp_path, servers.imap_port, servers.smtp_port)
        url = f"http://127.0.0.1:{service.server_port}/life"
        with config.open("a", encoding="utf-8") as text:
            text.write(f'\n[health]\nping_url = "{url}"\n')
        worker = Worker(config, at(config, "2015-09-08 07:55"))
        worker.seen = worker.modified()
        heard = []
        for clock in ("07:55", "07:56", "08:54", "08:55", "09:54", "09:55"):
            worker.program.close()
            worker.program = at(config, f"2015-09-08 {clock}")
            worker.beat()
            heard.append(len(service.seen))  # type: ignore[attr-defined]
        assert heard == [1, 1, 1, 2, 2, 3]
    # Both servers have gone: no mail can tell of it, so the service must
    worker.program.close()
    worker.program = at(config, "2015-09-08 11:10")
    worker.wake()
    worker.program.close()
    worker.program = at(config, "2015-09-08 13:10")
    worker.is_due()
    assert len(service.seen) == 3  # type: ignore[attr-defined]
    worker.program.close()


def test_a_ping_says_nothing_but_that_it_lives(
    service: http.server.HTTPServer,
) -> None:
    where = f"http://127.0.0.1:{service.server_port}"
    assert ping(f"{where}/life")
    assert not ping(f"{where}/gone")
    assert service.seen == ["/life", "/gone"]  # type: ignore[attr-defined]
    service.shutdown()
    service.server_close()
    assert not ping(f"{where}/life")
    assert not ping("")
    assert not ping("file:///etc/passwd")
    assert not ping("http://127.0.0.1:port/life")
