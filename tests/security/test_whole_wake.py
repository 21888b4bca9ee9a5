"""One whole wake of the real program, watched from outside: whom it calls, what it logs, what it leaves readable.

Each watch has a control that must see something: a watcher that sees nothing proves nothing.
"""

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, mail, moment

from pipeline.demo.servers import DemoServers

PASSWORD = "Qx7AuthCodeNinetyOne"
NOW = "2015-09-10T18:05:00+08:00"
ROOT = Path(__file__).parents[2]
COUNTED, DOUBTFUL = 731, 412
HOSTILE = "旬报\x1b[2J\u202e 乙县\x07 9157"
_CONNECT = re.compile(
    r'sa_family=AF_INET6?, sin6?_port=htons\((\d+)\).*?"([0-9a-f.:]+)"'
)

needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None,
    reason="needs strace: apt-get install strace",
)


@dataclass(frozen=True)
class Seen:
    """What a run of the program left: its folder, its words, and the addresses that any of its processes connected to."""

    folder: Path
    words: str
    called: frozenset[tuple[str, int]]
    servers: frozenset[tuple[str, int]]

    @property
    def log(self) -> str:
        """The log's lines without their times."""
        text = (self.folder / "storage/log/xunbao.log").read_text(
            encoding="utf-8"
        )
        return "\n".join(line[24:] for line in text.splitlines())


def traced(
    command: list[str], folder: Path, **env: str
) -> tuple[str, frozenset[tuple[str, int]]]:
    """Runs a command under strace, children and all: its output, and every internet address it connected to."""
    trace = folder / "trace"
    watch = [
        "strace",
        "-f",
        "-qq",
        "--seccomp-bpf",
        "-e",
        "trace=connect,sendto,sendmsg",
        "-o",
        str(trace),
    ]
    prefix = watch if shutil.which("strace") else []
    # An umask that leaves everything open: what is closed, the program closed.
    opened = ["sh", "-c", 'umask 000; exec "$@"', "sh"]
    done = subprocess.run(
        [*opened, *prefix, *command], env=os.environ | env, capture_output=True, text=True, check=False, timeout=120
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    found = (
        _CONNECT.findall(trace.read_text(errors="replace")) if prefix else []
    )
    return done.stdout + done.stderr, frozenset(
        (host, int(port)) for port, host in found
    )


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("wake")
    with DemoServers(password=PASSWORD) as servers:
        config = made(folder, servers.imap_port, servers.smtp_port, {'password_file = "password"': 'password_env = "XB_PASSWORD"'})  # fmt: skip
        (folder / "storage").mkdir()
        (folder / "storage").chmod(0o755)
        for raw in (
            form_mail(
                "jia@example.cn",
                "甲县",
                "2015年9月10日",
                COUNTED,
                "2015-09-10 10:00",
            ),
            form_mail(
                "yi@example.cn",
                "乙县",
                "2015年9月10日",
                f"约{DOUBTFUL}",
                "2015-09-10 11:00",
            ),
            mail(
                "bing@example.cn",
                HOSTILE,
                "2015-09-10 12:00",
                text="旬报表见附件",
            ),
        ):
            servers.append(raw, moment("2015-09-10 17:00"))
        command = [
            sys.executable,
            "-m",
            "pipeline",
            "once",
            "--config",
            str(config),
            "--now",
            NOW,
        ]
        words, called = traced(command, folder, XB_PASSWORD=PASSWORD)
        assert {r for sent in servers.collected for r in sent.recipients} >= {
            "jia@example.cn",
            "staff@example.cn",
        }
        both = frozenset(
            {("127.0.0.1", servers.imap_port), ("127.0.0.1", servers.smtp_port)}
        )
        yield Seen(folder, words, called, both)


@needs_strace
def test_it_calls_its_two_servers_and_nobody_else(seen: Seen) -> None:
    assert seen.called == seen.servers


@needs_strace
def test_control_the_watch_sees_a_call(tmp_path: Path) -> None:
    call = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import socket; socket.socket().connect_ex((\"127.0.0.9\", 9))'])"
    assert traced([sys.executable, "-c", call], tmp_path)[1] == {
        ("127.0.0.9", 9)
    }


@needs_strace
def test_importing_every_module_calls_nobody(tmp_path: Path) -> None:
    every = (
        "import importlib, pkgutil, pipeline\n"
        "for m in pkgutil.walk_packages(pipeline.__path__, 'pipeline.'):\n"
        "    if 'versions' in m.name or m.name.endswith(('.env', '__main__')): continue\n"
        "    try: importlib.import_module(m.name)\n"
        "    except ModuleNotFoundError as missing:\n"
        "        if missing.name not in ('cv2', 'numpy', 'rapidocr', 'onnxruntime'): raise\n"  # the extra [ocr]
        "print('imported')"
    )
    words, called = traced(
        [sys.executable, "-c", every], tmp_path, PYTHONPATH=str(ROOT)
    )
    assert "imported" in words
    assert called == frozenset()


def test_the_log_names_mails_by_key_and_units_by_name(seen: Seen) -> None:
    assert "甲县 9月10日（已计入）" in seen.log
    assert "乙县 9月10日（待核）" in seen.log
    assert len(seen.log.splitlines()) >= 6


@pytest.mark.parametrize("where", ["log", "words"])
def test_no_address_figure_or_subject_is_told(seen: Seen, where: str) -> None:
    text = seen.log if where == "log" else seen.words
    assert not re.search(r"\w+@\w", text.replace("***@", "")), text
    for number in (COUNTED, DOUBTFUL, 9157):
        assert not re.search(rf"(?<![0-9a-f]){number}(?![0-9a-f])", text), text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", text)


def test_control_the_ledger_knows_what_the_log_does_not(seen: Seen) -> None:
    raw = b"".join(
        path.read_bytes() for path in seen.folder.glob("storage/ledger.db*")
    )
    assert b"jia@example.cn" in raw
    told = b""
    for path in (seen.folder / "storage/raw").rglob("*"):
        if path.is_file():
            for part in message_from_bytes(path.read_bytes()).walk():
                told += part.get_payload(decode=True) or b""
    assert str(COUNTED).encode() in told


def test_the_password_is_nowhere(seen: Seen) -> None:
    assert PASSWORD not in seen.words
    for path in seen.folder.rglob("*"):
        if path.is_file() and path.name != "trace":
            assert PASSWORD.encode() not in path.read_bytes(), path


@pytest.mark.skipif(
    os.name == "nt", reason="Windows hands down the folder's own rights"
)
def test_what_it_keeps_is_its_owners_alone(seen: Seen) -> None:
    storage = seen.folder / "storage"
    open_ones = [
        str(path)
        for path in (storage, *storage.rglob("*"))
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]  # fmt: skip
    assert open_ones == []
    assert (storage / "ledger.db").exists()
