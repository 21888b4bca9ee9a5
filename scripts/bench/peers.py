"""The same mailbox read by other programs: 1,000 mails with a form as .docx on a Dovecot of its own, whole processes, wall and CPU.

Fetched and kept only: mbsync and getmail6 into a Maildir, and this program's own fetch (bytes and row, both fsynced). Fetched and
read: imap_tools with python-docx, the form's cells taken by hand, nothing kept nor judged; and `xunbao once`, which keeps, reads, judges and
records. Nobody is answered: the mails are of a period that was over when the ledger was made. Those of a round are run in turn,
each into a folder of its own; the server has read the mails before. The server's CPU is not in it. One that is not
installed is named and left out.

    apt-get install isync dovecot-imapd; python3 -m venv DIR; DIR/bin/pip install getmail6 imap_tools python-docx
    PEERS=DIR python3 scripts/bench.py peers    --quick: 100 mails, one round
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import _environment

from bench import bars

if TYPE_CHECKING:
    from live_servers import Dovecot

MAILS = 1000
QUICK_MAILS = 100
ROUNDS = 2
_CAME = "2015-09-10 09:00"
# After the period and before the next reminder: nothing is owed to anybody
_NOW = "2015-09-15T12:00:00+08:00"
# What the program's own processes import from
_OURS = os.pathsep.join(
    str(_environment.ROOT / name) for name in ("", "scripts", "tests/support")
)
_FETCH = "xunbao, fetch and keep alone"

_MBSYNC = """\
IMAPAccount it
Host 127.0.0.1
Port {port}
User {user}
Pass {password}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account it

MaildirStore near
Path {folder}/
Inbox {folder}/INBOX

Channel it
Far :far:
Near :near:
Sync Pull
Create Near
SyncState *
"""
_GETMAIL = """\
[retriever]
type = SimpleIMAPRetriever
server = 127.0.0.1
port = {port}
username = {user}
password = {password}
mailboxes = ("INBOX",)

[destination]
type = Maildir
path = {folder}/mail/

[options]
read_all = true
delete = false
verbose = 0
"""
# What somebody writes in an afternoon: every form is as the blank one was
_BY_HAND = """\
import io, sys
import docx
from imap_tools import MailBoxUnencrypted
port, user, password, count = sys.argv[1:]
read = 0
with MailBoxUnencrypted("127.0.0.1", int(port)).login(user, password) as box:
    for mail in box.fetch(mark_seen=False, bulk=200):
        for file in mail.attachments:
            rows = docx.Document(io.BytesIO(file.payload)).tables[0].rows
            unit, figure = rows[0].cells[1].text, int(rows[1].cells[1].text)
            read += bool(unit and figure)
assert read == int(count), read
"""


@dataclass(frozen=True)
class Cost:
    """Seconds of one process and its children."""

    wall: float
    cpu: float


# The command for a folder of its own
Peer = Callable[[Path], list[str]]


def peers(folder: Path, *, quick: bool) -> Iterator[str]:
    """A line for each run, then one for each program, with its ratio to this program's own fetch; a sentence for
    each that is missing."""
    if shutil.which("dovecot") is None or shutil.which("openssl") is None:
        yield "Dovecot is not installed (dovecot-imapd, openssl): nothing measured"
        return
    from campaign_maker import moment
    from live_servers import new_user, running_dovecot

    count = QUICK_MAILS if quick else MAILS
    with running_dovecot() as values:
        dovecot = new_user(values)
        with dovecot.raw_session() as session:
            for raw, at in bars.docx_mails(count, moment(_CAME)):
                session.append("INBOX", "", f'"{at:%d-%b-%Y %H:%M:%S %z}"', raw)
            session.select("INBOX", readonly=True)
            session.fetch("1:*", "(RFC822.SIZE BODY.PEEK[])")
        there, missing = _peers(dovecot, count)
        yield from missing
        found: dict[str, list[Cost]] = {name: [] for name in there}
        for _ in range(1 if quick else ROUNDS):
            for name, peer in there.items():
                with tempfile.TemporaryDirectory() as made:
                    cost = _cost(peer(Path(made)))
                found[name].append(cost)
                yield f"{name:44} CPU {cost.cpu:6.2f} s, wall {cost.wall:6.2f} s"
        yield from _lines(found, count)


def _peers(dovecot: "Dovecot", count: int) -> tuple[dict[str, Peer], list[str]]:
    """Those that are installed, and a sentence for each that is not."""
    there: dict[str, Peer] = {}
    missing = []
    tools = Path(os.environ.get("PEERS", "")) / "bin"
    access = {
        "port": dovecot.port,
        "user": dovecot.user,
        "password": dovecot.password,
    }
    if shutil.which("mbsync"):
        there["mbsync, fetch"] = lambda folder: [
            "mbsync",
            "--config",
            _written(folder / "rc", _MBSYNC.format(folder=folder, **access)),
            "--all",
        ]
    else:
        missing.append("mbsync is not installed (isync): left out")
    if (tools / "getmail").exists():
        there["getmail6, fetch"] = lambda folder: _getmail(
            tools / "getmail", folder, _GETMAIL.format(folder=folder, **access)
        )
    else:
        missing.append("getmail6 is not installed (PEERS): left out")
    there[_FETCH] = lambda folder: [
        sys.executable,
        "-m",
        "bench.peers",
        str(_campaign(folder, dovecot)),
        str(count),
    ]
    if (tools / "python").exists():
        there["imap_tools and python-docx, fetch and read"] = lambda folder: [
            str(tools / "python"),
            _written(folder / "by_hand.py", _BY_HAND),
            str(dovecot.port),
            dovecot.user,
            dovecot.password,
            str(count),
        ]
    else:
        missing.append("imap_tools is not installed (PEERS): left out")
    there["xunbao once, fetch, read, judge, record"] = lambda folder: [
        sys.executable,
        "-m",
        "pipeline",
        "once",
        "--go",
        "--config",
        str(_campaign(folder, dovecot)),
        "--now",
        _NOW,
    ]
    return there, missing


def _cost(command: list[str]) -> Cost:
    is_ours = command[0] == sys.executable
    begun = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command,
        cwd=_environment.ROOT,
        env=os.environ | {"PYTHONPATH": _OURS} if is_ours else None,
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode or "Traceback" in done.stderr:
        raise RuntimeError(f"{command[:3]}: {done.stdout}{done.stderr[-2000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall=time.perf_counter() - begun, cpu=cpu)


def _lines(found: dict[str, list[Cost]], count: int) -> Iterator[str]:
    """The least and the median of the rounds, and the ratio of the least ones."""
    wall = min(cost.wall for cost in found[_FETCH])
    cpu = min(cost.cpu for cost in found[_FETCH])
    yield f"{count} mails; ratios to {_FETCH}"
    for name, costs in found.items():
        walls, cpus = [c.wall for c in costs], [c.cpu for c in costs]
        yield (
            f"{name:44} CPU {min(cpus):6.2f} s (median {statistics.median(cpus):.2f})"
            f" {min(cpus) / cpu:6.2f} x, wall {min(walls):6.2f} s"
            f" (median {statistics.median(walls):.2f}) {min(walls) / wall:6.2f} x"
        )


def _campaign(folder: Path, dovecot: "Dovecot") -> Path:
    from campaign_maker import made

    config = made(
        folder / "campaign",
        dovecot.port,
        1,
        {'user = "demo@example.cn"': f'user = "{dovecot.user}"'},
    )
    (config.parent / "password").write_text(dovecot.password, "utf-8")
    return config


def _getmail(program: Path, folder: Path, config: str) -> list[str]:
    """It delivers nothing as root: then it runs as nobody, whose the folder is."""
    for name in ("cur", "new", "tmp"):
        (folder / "mail" / name).mkdir(parents=True)
    rc = _written(folder / "rc", config)
    command = [str(program), f"--getmaildir={folder}", f"--rcfile={rc}"]
    if os.geteuid() != 0:
        return command
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, "nobody")
    return ["runuser", "-u", "nobody", "--", *command]


def _written(path: Path, text: str) -> str:
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return str(path)


def main() -> None:
    """This program's own fetch, as the first half of a wake: nothing is read."""
    from pipeline.bootstrap import assemble
    from pipeline.flows.fetch import collect
    from pipeline.flows.ingest import Taken
    from pipeline.settings import load

    program = assemble(load(Path(sys.argv[1])))
    taken = Taken()
    with program.servers.mailbox() as mailbox:
        collect(mailbox, program.intake(), taken, whole=True)
    program.close()
    if taken.fetched != int(sys.argv[2]):
        raise RuntimeError(f"{taken.fetched} mails fetched")


if __name__ == "__main__":
    main()
