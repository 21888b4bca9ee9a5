"""A campaign on disk for tests that go through the program's own face: a config.toml, and mails with the form in them."""

from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

from pipeline.settings import Settings, load

ZONE = timezone(timedelta(hours=8))

# Of every invented campaign: its mailbox, its post, and the one who gets it all
SERVERS = """\
[mailbox]
host = "127.0.0.1"
port = {imap_port}
security = "none"
user = "demo@example.cn"
password_file = "password"

[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
from = "演示总工会 <demo@example.cn>"
per_minute = 6000

[[staff]]
name = "组宣部"
email = "staff@example.cn"
roles = ["digest", "bulletin", "review", "alert"]
"""

_CONFIG = """
[campaign]
name = "演示行动"
organizer = "演示总工会"
form_title = "演示行动旬报表"
first_due = 2015-09-10
last_due = 2015-12-30
base = 3000
target = 1900

[bulletin]
pdf = "off"
approval = "none"

{servers}[[group]]
name = "第一组"
email = ["group@example.cn"]
units = ["甲县"]

[[unit]]
name = "甲县"
kind = "county"
base = 1000
target = 1000
email = ["jia@example.cn"]

[[unit]]
name = "乙县"
kind = "county"
base = 2000
target = 500
email = ["yi@example.cn"]

[[unit]]
name = "丙公司"
kind = "municipal"
target = 400
email = ["bing@example.cn"]
"""

CLAUSES = (
    "深入各建设工地和工业园区逐个摸底，登记务工人员名册，建立台账，分片包干，责任到人，每周调度一次进度，逐级通报。",
    "在用工集中的企业现场设点办理入会手续，当场填表，当场发证，并宣传会员普惠服务的各项政策和办理流程，方便职工随到随办。",
)


def moment(text: str) -> datetime:
    """ "2015-09-10 17:00" in the campaign's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def config_text(imap_port: int, smtp_port: int) -> str:
    servers = SERVERS.format(imap_port=imap_port, smtp_port=smtp_port)
    return _CONFIG.format(servers=f"{servers}\n")


def made(
    folder: Path,
    imap_port: int = 1,
    smtp_port: int = 1,
    replaced: dict[str, str] | None = None,
) -> Path:
    """config.toml in a folder, with its password file; `replaced` are texts to put in place of others."""
    text = config_text(imap_port, smtp_port)
    for old, new in (replaced or {}).items():
        text = text.replace(old, new)
    if "[checks]" not in text:
        # a print of every file takes seconds; the second look has tests of its own
        text += '\n[checks]\nsecond_look = "off"\n'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "password").write_text("demo", encoding="utf-8")
    config = folder / "config.toml"
    config.write_text(text, encoding="utf-8")
    return config


# What each campaign of a folder has for itself.
OWN = """
[storage]
directory = "{0}"
database = "sqlite:///{0}/ledger.db"

[review]
learned = "{0}/learned.toml"
"""


def made_beside(
    folder: Path,
    name: str,
    *,
    user: str = "demo@example.cn",
    own: str = OWN,
    ports: tuple[int, int] = (1, 1),
) -> Path:
    """NAME.toml of a campaign of that name, one of several in a folder; `ports` of the
    IMAP and the SMTP server."""
    text = made(folder / "made", *ports).read_text("utf-8")
    text = text.replace("演示行动", f"{name}行动")
    text = text.replace('user = "demo@example.cn"', f'user = "{user}"', 1)
    text = text.replace('"password"', '"made/password"')
    path = folder / f"{name}.toml"
    path.write_text(text + own.format(name), "utf-8")
    return path


def settings(config: Path) -> Settings:
    return load(config)


def form_mail(
    sender: str,
    unit: str,
    day: str,
    figure: object,
    received: str,
    *,
    subject: str = "报送旬报表",
    clauses: tuple[str, ...] = CLAUSES,
    identity: str = "",
) -> bytes:
    """A mail with the form pasted into it as a table, as a webmail sends it; `received` is the server's time."""
    listed = "<br>".join(
        f"{number}、{clause}" for number, clause in enumerate(clauses, 1)
    )
    html = (
        "<div>请查收。</div><table border='1'><tr><td colspan='4'>演示行动旬报表</td></tr>"
        f"<tr><td>报送单位</td><td>{unit}</td><td>报送时间</td><td>{day}</td></tr>"
        f"<tr><td>已完成目标任务数</td><td colspan='3'>{figure}</td></tr>"
        f"<tr><td>主要工作举措</td><td colspan='3'>{listed}</td></tr></table>"
    )
    return mail(sender, subject, received, html=html, identity=identity)


def mail(
    sender: str,
    subject: str,
    received: str,
    *,
    text: str = "请查收。",
    html: str = "",
    identity: str = "",
    files: dict[str, bytes] | None = None,
) -> bytes:
    at = moment(received)
    message = EmailMessage(policy=SMTP)
    message["Received"] = (
        f"from mail.example.cn by mx.example.cn; {format_datetime(at)}"
    )
    message["From"] = sender
    message["To"] = "demo@example.cn"
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    made_up = sha256(f"{sender}{subject}{received}{html}".encode()).hexdigest()[
        :16
    ]
    message["Message-ID"] = f"<{identity or made_up}@example.cn>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        message.add_attachment(
            content,
            maintype="application",
            subtype="octet-stream",
            filename=name,
        )
    return message.as_bytes()
