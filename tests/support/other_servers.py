"""Cyrus, Courier, Mailutils imap4d, Postfix and Exim as Debian builds them, each in a room of its own (servers/jail.sh), with a
configuration of its own, on a port of its own. Where they are not unpacked, or rooms are not allowed, the tests are skipped.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from live_servers import free_port, wait_for

HERE = Path(__file__).parent / "servers"
ROOT = Path(
    os.environ.get("XUNBAO_SERVERS", Path.home() / ".cache/xunbao-servers")
)
USER, PASSWORD = "demo", "demo"
_DEMO = 960
_ACCOUNTS = {
    "demo": (_DEMO, "/home/demo"),
    "postfix": (961, "/var/spool/postfix"),
    "postdrop": (962, "/nonexistent"),
    "cyrus": (963, "/var/lib/cyrus"),
    "Debian-exim": (964, "/var/spool/exim4"),
}


class Room:
    """The folder of one server: its /etc, /var, /run and /home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        hashed = subprocess.run(
            ["openssl", "passwd", "-6", PASSWORD],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        users = Path("/etc/passwd").read_text()
        groups = Path("/etc/group").read_text()
        for name, (number, home) in _ACCOUNTS.items():
            users += f"{name}:x:{number}:{number}::{home}:/bin/sh\n"
            groups += f"{name}:x:{number}:\n"
        self.write("etc/passwd", users)
        self.write("etc/group", groups)
        self.write("etc/shadow", f"{USER}:{hashed}:19000:0:99999:7:::\n")
        self.owned("home/demo", _DEMO)
        self.owned("var/mail", 0).chmod(0o1777)
        self.owned("var/tmp", 0).chmod(0o1777)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def owned(self, name: str, owner: int) -> Path:
        """A folder that belongs to an account."""
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        os.chown(path, owner, owner)
        return path


def _imap4d(room: Room, port: int) -> str:
    spool = room.folder / "var/mail/demo"
    spool.touch()
    os.chown(spool, _DEMO, _DEMO)
    room.write(
        "etc/imap4d.rc",
        f"server 127.0.0.1:{port} {{ acl {{ allow any; }}; }};\nmode daemon;\nforeground yes;\n"
        'auth { authorization "system"; authentication "system"; };\n'
        'mailbox { mailbox-type "mbox"; mail-spool "/var/mail"; };\n',
    )
    return "exec imap4d --no-config --config-file=/etc/imap4d.rc --foreground"


def _courier(room: Room, port: int) -> str:
    room.owned("run/courier/authdaemon", 0)
    return f"""
    maildirmake.courier /home/demo/Maildir
    chown -R {_DEMO}:{_DEMO} /home/demo
    /usr/lib/courier/courier-authlib/authdaemond &
    # Whoever logs in before it listens is told of a temporary problem
    until [ -S /run/courier/authdaemon/socket ]; do sleep 0.02; done
    set -a
    . /etc/courier/imapd
    exec couriertcpd -address=127.0.0.1 -stderrlogger=/usr/sbin/courierlogger -maxprocs=40 -maxperip=40 \
        -nodnslookup -noidentlookup {port} /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir
    """


def _cyrus(room: Room, port: int) -> str:
    for name in (
        "var/lib/cyrus", "var/spool/cyrus", "var/spool/cyrus/mail", "var/spool/sieve", "run/cyrus", "run/cyrus/proc",
        "run/cyrus/lock", "run/cyrus/socket",
    ):  # fmt: skip
        room.owned(name, _ACCOUNTS["cyrus"][0])
    room.write(
        "etc/imapd.conf",
        "configdirectory: /var/lib/cyrus\nproc_path: /run/cyrus/proc\nmboxname_lockpath: /run/cyrus/lock\n"
        "defaultpartition: default\npartition-default: /var/spool/cyrus/mail\nadmins: cyrus\nallowplaintext: yes\n"
        "sasl_pwcheck_method: alwaystrue\nsasl_mech_list: PLAIN LOGIN\nautocreate_quota: 100000\naltnamespace: no\n"
        "unixhierarchysep: no\nservername: mx.example.cn\nidlesocket: /run/cyrus/socket/idle\n",
    )
    room.write(
        "etc/cyrus.conf",
        # An entry has a line of its own: it reads no others
        'START {\nrecover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -r"\n}\n'
        f'SERVICES {{\nimap cmd="/usr/lib/cyrus/bin/imapd" listen="127.0.0.1:{port}" prefork=0 maxchild=20\n}}\n'
        "EVENTS {\n}\n",
    )
    return "exec cyrmaster -C /etc/imapd.conf -M /etc/cyrus.conf -D"


def _postfix(room: Room, port: int) -> str:
    room.owned("var/lib/postfix", _ACCOUNTS["postfix"][0])
    room.owned("var/spool/postfix", 0)
    dist = ROOT / "usr/share/postfix/master.cf.dist"
    lines = []
    for line in dist.read_text().splitlines():
        inet = line.startswith("smtp      inet")
        lines.append(f"127.0.0.1:{port} inet n - n - - smtpd" if inet else line)
    room.write("etc/postfix/master.cf", "\n".join(lines) + "\n")
    room.write(
        "etc/postfix/main.cf",
        "compatibility_level = 3.6\nmaillog_file = /dev/stdout\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n"
        "myhostname = mx.example.cn\nmydestination = example.cn\nlocal_recipient_maps =\nmynetworks = 127.0.0.0/8\n"
        "smtpd_recipient_restrictions = check_sender_access inline:{{wrong@example.cn = reject Access denied}},"
        " check_recipient_access inline:{{nobody@example.cn = 550 5.1.1 User unknown},"
        " {full@example.cn = 452 4.2.2 Mailbox full}}, permit_mynetworks, reject\n"
        "default_transport = discard\nlocal_transport = discard\n",
    )
    return "postfix check; exec postfix start-fg"


def _exim(room: Room, port: int) -> str:
    for name in ("var/spool/exim4", "var/log/exim4"):
        room.owned(name, _ACCOUNTS["Debian-exim"][0])
    room.write(
        "etc/exim4/exim4.conf",
        f"primary_hostname = mx.example.cn\ndaemon_smtp_ports = {port}\nlocal_interfaces = 127.0.0.1\n"
        "log_file_path = /var/log/exim4/%slog\nspool_directory = /var/spool/exim4\nacl_smtp_rcpt = acl_rcpt\n"
        "acl_smtp_data = acl_data\nbegin acl\nacl_rcpt:\n"
        "  deny message = Sender verify failed\n       senders = wrong@example.cn\n"
        "  deny message = Unrouteable address\n       local_parts = nobody\n"
        "  defer message = mailbox is full\n       local_parts = full\n"
        "  deny message = relay not permitted\n       !domains = example.cn\n  accept\nacl_data:\n  accept\n"
        "begin routers\nall:\n  driver = accept\n  transport = drop\nbegin transports\ndrop:\n  driver = appendfile\n"
        "  file = /dev/null\n  user = Debian-exim\n",
    )
    return "exec exim4 -bdf -q30m"


SERVERS: dict[str, Callable[[Room, int], str]] = {
    "imap4d": _imap4d,
    "courier": _courier,
    "cyrus": _cyrus,
    "postfix": _postfix,
    "exim": _exim,
}


@dataclass(frozen=True)
class Running:
    """A server that is up: its name, its port, the folder with its /var."""

    name: str
    port: int
    folder: Path


def _end(process: "subprocess.Popen[bytes]") -> None:
    """The room's first process, with which all others of the room end, and then the one that made the room: a server
    that gave up its rights does not end with that one."""
    if process.poll() is not None:
        return
    inside = psutil.Process(process.pid).children()
    for first in inside:
        first.kill()
    if not inside:
        process.kill()


@contextmanager
def running(name: str) -> Iterator[Running]:
    """The server, up and listening."""
    if not (ROOT / "usr/sbin/cyrmaster").exists() or os.geteuid() != 0:
        pytest.skip("as root: sh tests/support/servers/unpack.sh")
    folder = Path(tempfile.mkdtemp(prefix="xb"))
    folder.chmod(0o755)
    port = free_port()
    script = SERVERS[name](Room(folder), port)
    command = [HERE / "jail.sh", ROOT, folder, "sh", "-c", script]
    log = (folder / "log").open("wb")
    with subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            try:
                wait_for(port, process)
            except RuntimeError:
                # One that runs and does not listen was told wrongly
                if process.poll() is None:
                    raise
                said = (folder / "log").read_text(errors="replace")[-500:]
                pytest.skip(f"{name} does not start here: {said}")
            yield Running(name, port, folder)
        finally:
            _end(process)
    log.close()
    shutil.rmtree(folder, ignore_errors=True)
