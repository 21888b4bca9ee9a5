"""backup and restore as admins use them: what is in a backup, what is refused, what is said, and what stays untouched."""

import csv
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, mail, moment, settings
from damage import forced
from typer.testing import CliRunner

from pipeline.bootstrap import assemble
from pipeline.cli.root import app
from pipeline.edges.files.lock import WorkerLock
from pipeline.flows.notify import notify

DONE, PERSON, USAGE = 0, 1, 2
T1, T2, T3 = (
    "2015-09-10T18:05:00+08:00",
    "2015-09-11T18:05:00+08:00",
    "2015-10-01T16:00:00+08:00",
)
MAILS = {
    "1.eml": form_mail(
        "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
    ),
    "2.eml": form_mail(
        "yi@example.cn", "乙县", "2015年9月10日", 50, "2015-09-10 11:00"
    ),
    "3.eml": mail("bing@example.cn", "=HYPERLINK(1)", "2015-09-10 13:00"),
}
SECOND = form_mail(
    "jia@example.cn",
    "甲县",
    "2015年9月10日",
    320,
    "2015-09-10 15:00",
    subject="更正",
)


class Office:
    """A campaign in a folder, with `xunbao` run on it, and a backup folder beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.storage, self.kept = (
            folder,
            folder / "storage",
            folder / "备份",
        )

    def __call__(self, *words: str, now: str = T1, status: int = DONE) -> str:
        more = ["--config", str(self.folder / "config.toml"), "--now", now]
        done = CliRunner().invoke(
            app, [*words, *(more if words[0] != "verify" else more[:2])]
        )
        assert done.exit_code == status, done.output
        return done.output

    def backup(self, now: str = T1, status: int = DONE) -> str:
        return self("backup", str(self.kept), now=now, status=status)

    def rows(self) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.storage / "ledger.db")) as ledger:
            return ledger.execute(
                "SELECT * FROM journal ORDER BY seq"
            ).fetchall()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office") / "x"
    made(folder)
    (folder / "mails").mkdir()
    for name, raw in MAILS.items():
        (folder / "mails" / name).write_bytes(raw)
    Office(folder)("ingest", str(folder / "mails"))
    return folder


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Office:
    shutil.copytree(template, tmp_path / "x")
    return Office(tmp_path / "x")


@pytest.fixture
def changed(office: Office) -> Iterator[Office]:
    """Backed up, and then something more was done."""
    office.backup()
    (office.folder / "second.eml").write_bytes(SECOND)
    office("ingest", str(office.folder / "second.eml"))
    yield office


def manifest(folder: Path) -> dict[str, str]:
    (found,) = folder.glob("*/manifest.txt")
    return {name: digest for digest, name in (line.split("  ") for line in found.read_text("utf-8").splitlines())}  # fmt: skip


def test_a_backup_holds_the_ledger_and_every_mail_and_can_be_checked_and_read_without_us(
    office: Office,
) -> None:
    said = office.backup()
    assert "邮件 3 封（这次新复制 3 封）" in said
    listed = manifest(office.kept)
    assert {
        sha256((office.kept / name).read_bytes()).hexdigest() == digest
        for name, digest in listed.items()
    } == {True}
    raws = {
        (office.kept / name).read_bytes()
        for name in listed
        if name.startswith("raw/")
    }
    assert raws == set(MAILS.values())
    (folder,) = office.kept.glob("2015*")
    assert {p.name for p in folder.iterdir()} == {
        "ledger.db",
        "messages.csv",
        "reports.csv",
        "config.toml",
        "manifest.txt",
    }
    with (folder / "messages.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        messages = list(csv.DictReader(file))
    assert [row["主题"] for row in messages][2] == "'=HYPERLINK(1)", (
        "no formula of a stranger's"
    )
    assert (office.kept / messages[0]["原件"]).read_bytes() == MAILS["1.eml"]
    with (folder / "reports.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        assert [
            (r["单位"], r["累计"], r["状态"]) for r in csv.DictReader(file)
        ] == [
            ("甲县", "300", "accepted"),
            ("乙县", "50", "accepted"),
        ]


def test_no_password_is_in_a_backup_and_others_cannot_read_it(
    office: Office,
) -> None:
    (office.folder / "password").write_text("秘密口令-q7w", encoding="utf-8")
    office.backup()
    for path in office.kept.rglob("*"):
        assert path.is_dir() or "秘密口令-q7w".encode() not in path.read_bytes()
    if os.name != "nt":
        assert stat.S_IMODE(office.kept.stat().st_mode) == 0o700


def test_a_second_backup_copies_only_what_is_new_and_leaves_the_first_as_it_was(
    changed: Office,
) -> None:
    (first,) = changed.kept.glob("2015*")
    before = {p: p.read_bytes() for p in first.iterdir()}
    assert "邮件 4 封（这次新复制 1 封）" in changed.backup(now=T2)
    assert {p: p.read_bytes() for p in first.iterdir()} == before
    assert len(list(changed.kept.glob("2015*"))) == 2


def test_restored_after_everything_was_destroyed_the_ledger_is_proved(
    office: Office,
) -> None:
    before = office.rows()
    office.backup()
    shutil.rmtree(office.storage)
    assert "已从" in office("restore", str(office.kept), now=T2)
    assert office.rows()[: len(before)] == before
    assert "完全一致" in office("verify")


def test_a_living_ledger_is_not_overwritten_unless_told_and_then_kept_aside(
    changed: Office,
) -> None:
    living = changed.rows()
    assert "--replace" in changed("restore", str(changed.kept), status=USAGE)
    assert changed.rows() == living
    said = changed("restore", str(changed.kept), "--replace", now=T2)
    (aside,) = changed.storage.glob("replaced-*")
    assert str(aside.name) in said
    assert len(changed.rows()) < len(living)
    with closing(sqlite3.connect(aside / "ledger.db")) as ledger:
        assert (
            ledger.execute("SELECT * FROM journal ORDER BY seq").fetchall()
            == living
        )
    assert "完全一致" in changed("verify")


def test_a_damaged_backup_is_refused_by_name_and_nothing_is_changed(
    changed: Office,
) -> None:
    living = changed.rows()
    mail_file = next(p for p in (changed.kept / "raw").glob("??/*"))
    mail_file.chmod(0o600)
    mail_file.write_bytes(mail_file.read_bytes()[:-1] + b"?")
    said = changed("restore", str(changed.kept), "--replace", status=PERSON)
    assert mail_file.name in said
    assert "什么也没有改动" in said
    assert changed.rows() == living
    assert not list(changed.storage.glob("replaced-*"))


def test_a_backup_that_was_cut_off_is_none(changed: Office) -> None:
    (first,) = changed.kept.glob("2015*")
    changed.backup(now=T2)
    second = next(p for p in changed.kept.glob("2015*") if p != first)
    (second / "manifest.txt").unlink()
    assert str(first) in changed(
        "restore", str(changed.kept), "--replace", now=T2
    )
    (first / "manifest.txt").unlink()
    assert "没有完整的备份" in changed(
        "restore", str(changed.kept), "--replace", status=PERSON
    )


def test_it_refuses_while_a_worker_is_at_work(changed: Office) -> None:
    with WorkerLock(changed.storage / "worker.lock"):
        assert "另一个旬报程序" in changed(
            "restore", str(changed.kept), "--replace", status=PERSON
        )


def test_a_mail_that_is_gone_is_named_and_the_rest_is_backed_up(
    office: Office,
) -> None:
    lost = next(
        p
        for p in (office.storage / "raw").glob("??/*")
        if p.parent.name != "incoming"
    )
    lost.unlink()
    said = office.backup(status=PERSON)
    assert f"{lost.parent.name}{lost.name}" in said
    assert "邮件 2 封" in said


def test_a_mail_damaged_here_is_kept_from_the_older_backup(
    changed: Office,
) -> None:
    hurt = next(
        p
        for p in (changed.storage / "raw").glob("??/*")
        if p.read_bytes() in MAILS.values()
    )
    hurt.chmod(0o600)
    hurt.write_bytes(b"damaged")
    changed.backup(now=T2)
    shutil.rmtree(changed.storage)
    changed("restore", str(changed.kept), now=T2)
    assert "完全一致" in changed("verify")


def test_a_damaged_ledger_is_not_backed_up_over_a_good_backup(
    changed: Office,
) -> None:
    with closing(sqlite3.connect(changed.storage / "ledger.db")) as ledger:
        ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (changed.storage / "ledger.db").open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xff" * 4096 * 6)
    assert "台账已损坏" in changed.backup(now=T2, status=PERSON)
    assert len(list(changed.kept.glob("*/manifest.txt"))) == 1


def test_a_bulletin_that_may_have_gone_since_is_left_to_a_person(
    office: Office,
) -> None:
    office.backup()
    said = office(
        "restore", str(office.kept), "--replace", now=T3, status=PERSON
    )
    assert "2015-09 的通报" in said
    notices = office("notices", now=T3)
    assert "备份恢复" in notices


def test_control_a_copy_of_the_file_alone_lacks_what_was_acknowledged(
    office: Office,
) -> None:
    """What README used to allow only with the worker stopped: SQLite's newest rows are not in ledger.db yet."""
    with closing(
        sqlite3.connect(office.storage / "ledger.db")
    ) as open_elsewhere:
        open_elsewhere.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        forced(
            office.storage / "ledger.db",
            "INSERT INTO meta VALUES ('acknowledged', 'yes')",
        )
        shutil.copyfile(
            office.storage / "ledger.db", office.folder / "naive.db"
        )
        office.backup()
        (folder,) = office.kept.glob("2015*")
        found = []
        for copy in (office.folder / "naive.db", folder / "ledger.db"):
            with closing(sqlite3.connect(copy)) as ledger:
                found.append(
                    ledger.execute(
                        "SELECT value FROM meta WHERE key = 'acknowledged'"
                    ).fetchone()
                )
    assert found == [None, ("yes",)]


TWO_REVIEWERS = {
    '[[group]]\nname = "第一组"': (
        '[[staff]]\nname = "复核"\nemail = "fuhe@example.cn"\nroles = ["review"]\n\n[[group]]\nname = "第一组"'
    )
}


@pytest.fixture
def woken(tmp_path: Path) -> Office:
    """Two reviewers were asked about a held report, each with bytes of his own; and the office has its own words, lessons and templates."""
    folder = tmp_path / "woken"
    made(folder, replaced=TWO_REVIEWERS)
    doubtful = form_mail(
        "bing@example.cn", "丙公司", "2015年9月10日", "约50", "2015-09-10 10:00"
    )
    (folder / "doubtful.eml").write_bytes(doubtful)
    office = Office(folder)
    office("ingest", str(folder / "doubtful.eml"), status=PERSON)
    worker = assemble(settings(folder / "config.toml"), moment(T1_LOCAL))
    notify(worker.clock.now(), worker.desk(), mailbox_read=False)
    worker.close()
    (folder / "learned.toml").write_text(
        '[[alias]]\nunit = "丙公司"\nname = "丙股份"\n', encoding="utf-8"
    )
    (folder / "mail_templates").mkdir()
    (folder / "mail_templates" / "_ask.txt").write_text(
        "{% macro ask(sender) %}有疑问请打电话{% endmacro %}", encoding="utf-8"
    )
    return office


T1_LOCAL = "2015-09-10 18:05"


def test_each_reviewers_own_copy_is_in_the_backup(woken: Office) -> None:
    woken.backup()
    with closing(sqlite3.connect(woken.storage / "ledger.db")) as ledger:
        own = {
            key
            for (key,) in ledger.execute(
                "SELECT key FROM delivery WHERE key != ''"
            )
        }
    assert len(own) == 2
    listed = manifest(woken.kept)
    assert own <= set(listed.values())


def test_on_another_machine_the_backup_alone_is_enough(
    woken: Office, tmp_path: Path
) -> None:
    woken.backup()
    other = Office(tmp_path / "other")
    other.folder.mkdir()
    shutil.move(woken.kept, other.kept)
    shutil.rmtree(woken.folder)
    said = other("restore", str(other.kept))
    for name in ("config.toml", "learned.toml", "mail_templates"):
        assert f"已从备份恢复 {name}" in said
    assert "丙股份" in (other.folder / "learned.toml").read_text("utf-8")
    assert (other.folder / "mail_templates" / "_ask.txt").is_file()
    assert "完全一致" in other("verify")


def test_a_restore_changes_nothing_that_stands_beside_the_ledger(
    woken: Office,
) -> None:
    woken.backup()
    (woken.folder / "learned.toml").write_text("# 新的\n", encoding="utf-8")
    woken("restore", str(woken.kept), "--replace")
    assert (woken.folder / "learned.toml").read_text("utf-8") == "# 新的\n"
