"""What is kept no longer, on a real ledger, vault and log: nothing too early, nothing unrecorded, nothing that waits."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from campaign_maker import form_mail, made, mail, moment, settings
from plain_reader import PlainReader

from pipeline.bootstrap import Program, assemble
from pipeline.edges.files.backup_folder import back_up, check
from pipeline.edges.files.log_file import OldLog, open_log
from pipeline.edges.files.vault import Vault
from pipeline.flows.ingest import Taken, take_in
from pipeline.flows.notify import notify
from pipeline.flows.retention import Shelves, tidy
from pipeline.judging.operation.retention_plan import months_before
from pipeline.model.operation.errors import Damaged, Removed
from pipeline.model.operation.post import Sighting
from pipeline.model.outgoing import DeliveryEvent, DeliveryState

TAKEN = moment("2015-09-10 18:05")
LATER = moment("2016-01-15 02:00")
COUNTED = form_mail(
    "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
)
HELD = form_mail(
    "yi@example.cn", "乙县", "2015年9月10日", "约200", "2015-09-10 11:00"
)
CHAT = mail("bing@example.cn", "会议通知", "2015-09-10 12:00")


def worker(folder: Path, months: int = 3) -> Program:
    kept = (
        f"[storage]\nraw_months = {months}\nlog_months = {months}\n\n[bulletin]"
    )
    found = assemble(
        settings(made(folder, replaced={"[bulletin]": kept})),
        TAKEN,
        read_with=PlainReader,
    )
    found.store.born(TAKEN)
    return found


def take(found: Program, *raws: bytes, first: int = 1) -> list[str]:
    keys = [found.vault.keep(raw) for raw in raws]
    for number, (key, raw) in enumerate(zip(keys, raws, strict=True), first):
        found.store.keep_sighting(
            Sighting(1, number, TAKEN, len(raw)), key, TAKEN
        )
    take_in(found.intake(), Taken())
    return keys


def there(found: Program, keys: list[str]) -> list[bool]:
    return [found.vault.holds(key) for key in keys]


def test_what_is_old_goes_and_is_on_record_and_what_waits_stays(
    tmp_path: Path,
) -> None:
    found = worker(tmp_path)
    keys = take(found, COUNTED, HELD, CHAT)
    assert tidy(LATER, found.shelves()) == 2
    assert there(found, keys) == [False, True, False]
    assert found.store.removed_raw() == {keys[0]: LATER, keys[2]: LATER}
    with pytest.raises(Removed, match="2016-01-15"):
        found.vault.open(keys[0])
    assert tidy(LATER, found.shelves()) == 0, "once"
    assert (
        found.store.ledger().counting["甲县"][TAKEN.date()].completed == 300
    ), "its figure counts on"


def test_a_backup_holds_what_is_kept_and_misses_nothing(tmp_path: Path) -> None:
    found = worker(tmp_path)
    keys = take(found, COUNTED, HELD, CHAT)
    tidy(LATER, found.shelves())
    url, config = found.settings.storage.database, tmp_path / "config.toml"
    beside = {"config.toml": config}
    made_one = back_up(url, found.vault, tmp_path / "backup", LATER, beside)
    assert (made_one.mails, made_one.missing) == (1, ())
    assert check(made_one.folder) == []
    assert Vault(tmp_path / "backup/raw").open(keys[1]) == HELD


def test_verify_finds_nothing_missing_in_what_was_removed(
    tmp_path: Path,
) -> None:
    found = worker(tmp_path)
    keys = take(found, COUNTED, CHAT)
    tidy(LATER, found.shelves())
    assert found.examiner.examine().damages == ()
    spoilt = take(found, HELD, first=9)
    found.vault.remove(spoilt[0])  # by nobody's leave
    assert [d.kind for d in found.examiner.examine().damages] == [
        "file_missing"
    ]
    assert there(found, keys) == [False, False]


def test_control_a_file_that_nobody_removed_is_damage(tmp_path: Path) -> None:
    found = worker(tmp_path)
    (key,) = take(found, COUNTED)
    found.vault.path(key).chmod(0o600)
    found.vault.path(key).unlink()
    with pytest.raises(Damaged):
        found.vault.open(key)


@pytest.mark.parametrize(
    ("when", "gone"), [("2015-12-10 17:00", False), ("2015-12-10 18:06", True)]
)
def test_nothing_goes_before_its_time(
    tmp_path: Path, when: str, gone: bool
) -> None:
    found = worker(tmp_path)
    keys = take(found, COUNTED)
    tidy(moment(when), found.shelves())
    assert there(found, keys) == [not gone]


def test_by_default_everything_stays(tmp_path: Path) -> None:
    found = worker(tmp_path, months=0)
    keys = take(found, COUNTED, CHAT)
    assert tidy(LATER + timedelta(days=36_500), found.shelves()) == 0
    assert there(found, keys) == [True, True]


def test_a_mail_of_ours_goes_only_once_it_has_come_to_an_end(
    tmp_path: Path,
) -> None:
    found = worker(tmp_path)
    take(found, COUNTED)
    notify(TAKEN, found.desk(), mailbox_read=False)
    (open_one,) = found.outbox.open_deliveries()
    tidy(LATER, found.shelves())
    assert found.vault.holds(open_one.key)
    found.outbox.record(DeliveryEvent(open_one.id, LATER, DeliveryState.SENT))
    tidy(LATER, found.shelves())
    assert not found.vault.holds(open_one.key)


def test_a_mail_that_was_seen_again_lately_stays(tmp_path: Path) -> None:
    found = worker(tmp_path)
    (key,) = take(found, COUNTED)
    found.store.keep_sighting(Sighting(2, 9, LATER, 1), key, LATER)
    take_in(found.intake(), Taken())
    tidy(LATER, found.shelves())
    assert found.vault.holds(key)


class Killed(Exception):
    """The worker dies here."""


def test_killed_between_the_record_and_the_file_it_removes_the_file_next_time(
    tmp_path: Path,
) -> None:
    class DyingVault(Vault):
        def remove(self, key: str) -> bool:
            raise Killed

    found = worker(tmp_path)
    (key,) = take(found, COUNTED)
    shelves = found.shelves()
    dying = Shelves(
        DyingVault(tmp_path / "storage/raw"),
        shelves.removals,
        shelves.log,
        3,
        3,
    )
    with pytest.raises(Killed):
        tidy(LATER, dying)
    assert key in found.store.removed_raw()
    assert found.vault.open(key) == COUNTED, (
        "on record and still there: no harm"
    )
    tidy(LATER, found.shelves())
    assert not found.vault.holds(key)


def test_old_lines_of_the_log_go_and_new_ones_stay(tmp_path: Path) -> None:
    found = worker(tmp_path)
    write = open_log(tmp_path / "storage")
    log = tmp_path / "storage/log/xunbao.log"
    old = "2015-09-10 18:05:00,123 旧的一行\n  接着写\n2015-10-13 01:00:00,000 也是旧的\n"
    log.write_text(old, encoding="utf-8")
    (log.parent / "xunbao.log.1").write_text(
        "2015-09-09 18:05:00,123 更旧\n", encoding="utf-8"
    )
    write("新的一行")
    assert tidy(LATER, found.shelves()) == 2
    write("再写一行")
    assert not (log.parent / "xunbao.log.1").exists()
    assert [
        line[24:] for line in log.read_text(encoding="utf-8").splitlines()
    ] == [
        "新的一行",
        "再写一行",
    ]
    assert tidy(LATER, found.shelves()) == 0


def test_a_log_without_times_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log/xunbao.log").write_text("没有时间\n", encoding="utf-8")
    assert OldLog(tmp_path).older(LATER) == []


@pytest.mark.parametrize(
    ("moment", "months", "before"),
    [
        ("2016-01-15", 3, "2015-10-15"),
        ("2016-05-31", 3, "2016-02-29"),
        ("2015-03-31", 1, "2015-02-28"),
        ("2016-01-31", 12, "2015-01-31"),
        ("2016-02-29", 12, "2015-02-28"),
        ("2016-12-31", 1, "2016-11-30"),
    ],
)
def test_months_before(moment: str, months: int, before: str) -> None:
    assert months_before(
        datetime.fromisoformat(moment), months
    ) == datetime.fromisoformat(before)
