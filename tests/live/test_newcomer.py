"""A newcomer at a terminal: from a fresh clone to a worker that reads a mail, on a server that behaves as imap.126.com, in at most 15 answers."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pexpect
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult
from campaign_maker import ZONE, form_mail
from live_servers import Dovecot, free_port

from pipeline.edges.clock import Clock
from pipeline.settings import Mailbox
from pipeline.settings.new.providers import OWN_DOMAIN

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs a terminal")
ROOT = Path(__file__).parents[2]
MOST_ANSWERS = 15
SOON = 90  # seconds, on a machine that is busy too


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As git has it; the packages are this environment's, since fetching them proves nothing of init."""
    folder = tmp_path / "xunbao"
    subprocess.run(
        ["git", "clone", "-q", str(ROOT), str(folder)], check=True, timeout=120
    )
    as_compiled(folder / "pipeline", ROOT / "pipeline")
    return folder


def as_compiled(package: Path, here: Path) -> None:
    """Python finds what it has compiled of the same sources here: by a file's time and length it knows them."""
    for source in package.rglob("*.py"):
        same = here / source.relative_to(package)
        if same.is_file() and same.read_bytes() == source.read_bytes():
            os.utime(source, (same.stat().st_atime, same.stat().st_mtime))
    for compiled in here.rglob("__pycache__"):
        shutil.copytree(compiled, package / compiled.relative_to(here))


@pytest.fixture
def smtp() -> Iterator[int]:
    """A server that wants a login, as every provider does."""
    port = free_port()
    server = Controller(
        Sink(),
        hostname="127.0.0.1",
        port=port,
        authenticator=lambda *_: AuthResult(success=True),
        auth_require_tls=False,
        auth_required=True,
    )
    server.start()
    yield port
    server.stop()


def started(clone: Path, *words: str) -> "pexpect.spawn[str]":
    environment = os.environ | {"PYTHONPATH": str(clone), "COLUMNS": "80"}
    return pexpect.spawn(
        sys.executable,
        ["-m", "pipeline", *words],
        cwd=str(clone),
        env=environment,
        encoding="utf-8",
        timeout=SOON,
    )


def test_from_a_clone_to_a_live_worker(
    clone: Path,
    smtp: int,
    dovecot: Dovecot,
    netease: Callable[..., Mailbox],
) -> None:
    imap = netease().port
    dovecot = replace(dovecot, user=f"{dovecot.user}@example.cn")
    today = Clock().now().astimezone(ZONE).date()
    due = today + timedelta(days=1)
    (clone / "名单.csv").write_text(
        "名称,类别,目标,邮箱\n甲县,区（市、县）,1000,jia@example.cn\n",
        encoding="utf-8-sig",
    )
    answers = [
        ("主办单位", "演示总工会"),
        ("承办部门", ""),
        ("这项工作叫什么", "演示行动"),
        ("表的标题", "演示行动旬报表"),
        ("第一期", f"{due.year}年{due.month}月{due.day}日"),
        ("最后一期", str(due + timedelta(days=40))),
        ("报送邮箱", dovecot.user),
        ("哪家", str(len(OWN_DOMAIN))),
        ("收信", f"127.0.0.1:{imap}"),
        ("发信", f"127.0.0.1:{smtp}"),
        ("工作人员", "staff@example.cn"),
        ("单位名单", "名单.csv"),
        ("授权码|密码|口令", dovecot.password),
    ]
    if due.day not in (10, 20, 30):
        answers.insert(5, ("每月几号", ""))
    assert len(answers) <= MOST_ANSWERS
    asked = started(clone, "init")
    for question, answer in answers:
        asked.expect(question)
        asked.expect(r"[:：]\s*$")
        asked.sendline(answer)
    asked.expect(pexpect.EOF)
    asked.wait()
    assert asked.exitstatus == 0, asked.before
    assert "下一步" in asked.before
    assert dovecot.password not in (clone / "config.toml").read_text("utf-8")

    # Whatever the hour of this test: between the reminder and the close it watches anyway.
    config = clone / "config.toml"
    text = config.read_text("utf-8")
    head = "[schedule]\n"
    if head not in text:
        text += f"\n{head}"
    config.write_text(text.replace(head, f"{head}watch = true\n"), "utf-8")
    worker = started(clone, "run")
    worker.expect("收信 0 封")
    worker.expect("收信 0 封")  # the watch sits at the mailbox from here on
    day = f"{due.year}年{due.month}月{due.day}日"
    dovecot.append(
        form_mail("jia@example.cn", "甲县", day, 300, f"{today} 10:00")
    )
    worker.expect("收信 1 封")
    worker.kill(signal.SIGTERM)
    worker.expect("旬报程序已停止")
    seen = started(clone, "messages", "--all")
    seen.expect("甲县.*300名")
