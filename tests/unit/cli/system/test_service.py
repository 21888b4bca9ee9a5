"""`service`: what the system is given, and who owns the storage; root and a service are not mixed."""

import os
import re
import shutil
import subprocess
from pathlib import Path, PurePosixPath, PureWindowsPath
from xml.etree import ElementTree

import pytest
from campaign_maker import made
from typer.testing import CliRunner

from pipeline.cli.root import app
from pipeline.settings.new.sample import shipped
from pipeline.writing.service_files import (
    Installation,
    systemd_unit,
    windows_task,
)

NOBODY = 65534
needs_root = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0, reason="only root gives files away"
)
UNIT = shipped("deploy", "xunbao.service").read_text("utf-8")
TASK = shipped("deploy", "xunbao-task.xml").read_text("utf-8")
NAMESPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def at(folder: str = "/srv/旬 报", **more: object) -> Installation:
    place = PurePosixPath(folder)
    told = {
        "user": "clerk",
        "program": place / ".venv/bin/xunbao",
        "config": place / "config.toml",
        "folder": place,
        "writable": (place,),
    }
    return Installation(**(told | more))  # type: ignore[arg-type]


def ran(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["service", *words])
    return done.exit_code, done.output


@pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="apt-get install systemd"
)
@pytest.mark.parametrize(
    "folder", ["/opt/xunbao", "/srv/旬 报", "/home/a/旬报"]
)
def test_systemd_takes_the_unit_and_calls_it_closed(
    folder: str, tmp_path: Path
) -> None:
    unit = tmp_path / "xunbao.service"
    unit.write_text(systemd_unit(UNIT, at(folder)), "utf-8")
    seen = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(unit)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    found = re.search(r"exposure level for \S+: ([\d.]+)", seen.stdout)
    assert found and float(found[1]) <= 2.5, seen.stdout + seen.stderr
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    # The program does not lie there; everything else must be right.
    told = [x for x in said.stderr.splitlines() if "xunbao.service" in x]
    assert [x for x in told if "is not executable" not in x] == []


def test_a_unit_says_its_own_places() -> None:
    text = systemd_unit(UNIT, at())
    assert "User=clerk\n" in text
    assert (
        'ExecStart="/srv/旬 报/.venv/bin/xunbao" run --config "/srv/旬 报/config.toml"\n'
        in text
    )
    assert 'ReadWritePaths="/srv/旬 报"\n' in text
    assert "EnvironmentFile" not in text
    assert "ProtectHome=yes" in text
    assert "ProtectHome=read-only" in systemd_unit(UNIT, at("/home/a/x"))


def test_a_path_that_a_unit_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="引号"):
        systemd_unit(UNIT, at('/srv/a"b'))
    assert "/srv/a%%b$$c/config" in systemd_unit(UNIT, at("/srv/a%b$c"))


def test_the_task_runs_on_battery_for_ever_and_logged_off() -> None:
    place = PureWindowsPath("C:\\旬报 & 程序")
    content = windows_task(
        TASK,
        Installation(
            "DESK\\李四<x>", place / "xunbao.exe", place / "c.toml", place, ()
        ),
    )
    assert content.startswith(
        b"\xff\xfe"
    )  # schtasks takes UTF-16 with its mark
    tree = ElementTree.fromstring(content.decode("utf-16"))
    told = {
        node.tag.removeprefix(NAMESPACE): (node.text or "").strip()
        for node in tree.iter()
    }
    assert told["UserId"] == "DESK\\李四<x>"
    assert told["Command"] == "C:\\旬报 & 程序\\xunbao.exe"
    assert told["Arguments"] == 'run --config "C:\\旬报 & 程序\\c.toml"'
    assert told["DisallowStartIfOnBatteries"] == "false"
    assert told["StopIfGoingOnBatteries"] == "false"
    assert told["ExecutionTimeLimit"] == "PT0S"
    assert told["MultipleInstancesPolicy"] == "IgnoreNew"
    assert told["LogonType"] == "S4U"
    assert "@" not in content.decode("utf-16")


@needs_root
def test_files_that_root_left_are_named_before_anything_is_installed(
    tmp_path: Path,
) -> None:
    config = made(tmp_path)
    (tmp_path / "storage").mkdir()
    os.chown(tmp_path / "storage", NOBODY, NOBODY)
    (tmp_path / "storage" / "ledger.db").write_bytes(b"root's")
    status, said = ran("install", "--config", str(config), "--dry-run")
    assert status == 1
    assert "1 个文件不属于账户 nobody" in said
    assert "chown -R nobody" in said


@needs_root
def test_root_is_kept_out_of_another_accounts_storage(tmp_path: Path) -> None:
    config = made(tmp_path)
    (tmp_path / "storage").mkdir()
    os.chown(tmp_path / "storage", NOBODY, NOBODY)
    done = CliRunner().invoke(app, ["once", "--config", str(config)])
    assert done.exit_code == 1
    assert "sudo -u nobody" in done.output
    assert list((tmp_path / "storage").iterdir()) == []


@needs_root
def test_the_owner_of_the_storage_runs_the_service(tmp_path: Path) -> None:
    config = made(tmp_path)
    (tmp_path / "storage").mkdir()
    os.chown(tmp_path / "storage", NOBODY, NOBODY)
    os.chown(tmp_path / "password", NOBODY, NOBODY)
    status, said = ran("install", "--config", str(config), "--dry-run")
    assert status == 0, said
    assert "User=nobody\n" in said
    assert f"ReadWritePaths={tmp_path}\n" in said


@pytest.mark.skipif(os.name == "nt", reason="accounts by number are POSIX")
def test_root_runs_no_service(tmp_path: Path) -> None:
    config = made(tmp_path)
    status, said = ran("install", "--config", str(config), "--user", "root")
    assert status == 1
    assert "不用 root 运行" in said


def test_without_a_service_manager_the_other_ways_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine that has neither systemctl nor schtasks."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for word in ("status", "uninstall"):
        status, said = ran(word)
        assert status == 1
        assert "cron" in said
