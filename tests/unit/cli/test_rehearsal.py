"""once --dry-run reads, decides and shows; not a byte of the storage, a mail or the mailbox is touched."""

from hashlib import sha256
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, moment
from typer.testing import CliRunner

from pipeline.cli.root import app
from pipeline.demo.servers import DemoServers

NOW = ("--now", "2015-09-10T18:05:00+08:00")


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output


def contents(folder: Path) -> dict[str, str]:
    """Every file of a folder with the hash of its bytes."""
    return {
        str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.mark.parametrize("worked_before", [False, True])
def test_a_rehearsal_says_what_would_be_done_and_writes_nothing(
    tmp_path: Path, worked_before: bool
) -> None:
    with DemoServers() as servers:
        config = made(tmp_path, servers.imap_port, servers.smtp_port)
        first = form_mail(
            "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
        )
        servers.append(first, moment("2015-09-10 10:00"))
        if worked_before:
            run(
                "once",
                "--config",
                str(config),
                "--now",
                "2015-09-10T12:00:00+08:00",
            )
            second = form_mail(
                "yi@example.cn", "乙县", "2015年9月10日", 50, "2015-09-10 16:00"
            )
            servers.append(second, moment("2015-09-10 16:00"))
        before, sent = contents(tmp_path), len(servers.collected)
        status, text = run("once", "--dry-run", "--config", str(config), *NOW)
        assert contents(tmp_path) == before
        assert len(servers.collected) == sent
    assert status == 0, text
    assert "会读入 1 封" in text
    # What did not go is not said to have gone.
    assert "已发：" not in text
    who = "乙县" if worked_before else "甲县"
    assert any("回执" in line and who in line for line in text.splitlines())


def test_first_contact_says_what_the_past_would_bring_and_answers_none_of_it(
    tmp_path: Path,
) -> None:
    later = ("--now", "2015-11-05T10:00:00+08:00")
    with DemoServers() as servers:
        config = made(tmp_path, servers.imap_port, servers.smtp_port)
        for day in (10, 20):
            raw = form_mail(
                "jia@example.cn",
                "甲县",
                f"2015年9月{day}日",
                200 + day,
                f"2015-09-{day} 10:00",
            )
            servers.append(raw, moment(f"2015-09-{day} 10:00"))
        status, text = run("check", "--online", "--config", str(config), *later)
        assert status == 0, text
        assert "会读入 2 封，其中这项工作的 2 封" in text
        assert "会发出 0 封" in text
        assert not (tmp_path / "storage" / "ledger.db").exists()
        _, text = run("once", "--go", "--config", str(config), *later)
        assert "启用本程序以前的来信 2 封" in text
        assert not servers.collected
