"""What differs on Windows, as far as it can be shown elsewhere: its refusals are put in the place of ours. docs/windows.md lists
each hazard with its test."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from campaign_maker import form_mail, made
from long_rows import long_rows
from typer.testing import CliRunner

from pipeline.cli.queries.assess import _link
from pipeline.cli.root import app
from pipeline.edges.processes import service_manager
from pipeline.settings import load

ROOT = Path(__file__).parents[4]
NOW = ["--now", "2015-10-01T18:05:00+08:00"]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    made(tmp_path)
    mail = tmp_path / "1.eml"
    mail.write_bytes(
        form_mail(
            "jia@example.cn", "甲县", "2015年9月10日", 300, "2015-09-10 10:00"
        )
    )
    config = ["--config", str(tmp_path / "config.toml")]
    assert (
        CliRunner().invoke(app, ["ingest", str(mail), *config, *NOW]).exit_code
        == 0
    )
    return tmp_path


@pytest.mark.parametrize(
    "coding",
    # The one that has these characters, and is that of a Chinese Windows
    [
        "gbk",
        *long_rows("cp1252", "ascii"),
    ],
)
def test_output_into_a_file_is_utf_8_under_any_code_page(
    office: Path, coding: str
) -> None:
    """Without PYTHONUTF8 a file that a Windows console redirects into is in its code page."""
    environment = {**os.environ, "PYTHONIOENCODING": coding, "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "messages", "--all", "--config", str(office / "config.toml")],
        capture_output=True, env=environment, check=True,
    )  # fmt: skip
    assert "甲县" in done.stdout.decode("utf-8")


@pytest.mark.parametrize("command", ["assess --out", "roster export", "export"])
def test_a_file_that_excel_holds_is_named_in_a_sentence(
    office: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    file = office / "open.zip"
    if command != "export":
        file = office / "open.xlsx"
    file.write_bytes(b"held")

    def held(self: Path, *rest: object, **more: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    for name in ("write_bytes", "replace"):
        monkeypatch.setattr(Path, name, held)
    config = ["--config", str(office / "config.toml")]
    more = [] if command.startswith("roster") else NOW
    done = CliRunner().invoke(
        app, [*command.split(), str(file), *config, *more]
    )
    assert done.exit_code in (1, 2), done.output
    assert "open" in done.output
    assert "程序出错了" not in done.output
    assert file.read_bytes() == b"held"


def test_a_workbook_on_another_drive_links_to_the_mail_by_its_whole_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another_drive(path: Path, start: Path) -> str:
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    mail = tmp_path / "raw" / "ab"
    assert _link(mail, tmp_path) == "raw/ab"
    monkeypatch.setattr(os.path, "relpath", another_drive)
    assert _link(mail, tmp_path) == mail.as_uri()


def test_a_config_that_notepad_saved_is_read(office: Path) -> None:
    """BOM and CRLF; what it saves as ANSI is refused with the cure (test_load)."""
    path = office / "config.toml"
    text = path.read_text("utf-8").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load(path).campaign.name == "演示行动"


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_the_folder_of_secrets_is_closed_and_a_refusal_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """icacls says no by its exit status; the service is not installed then."""
    asked = tmp_path / "asked"
    icacls = tmp_path / "icacls"
    lines = [
        "#!/bin/sh",
        f"printf '%s\\n' \"$@\" > {asked}",
        "echo 拒绝访问。",
        "exit 5",
    ]
    icacls.write_text("\n".join(lines), "utf-8")
    icacls.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    secrets = tmp_path / "secrets"
    with pytest.raises(service_manager.EdgeError, match="拒绝访问"):
        service_manager.close_folder(secrets, "OFFICE\\zhang")
    words = asked.read_text("utf-8").splitlines()
    assert words[:2] == [str(secrets), "/inheritance:r"]
    # The system and the administrators by their numbers: their names are translated
    assert {"*S-1-5-18:(OI)(CI)F", "*S-1-5-32-544:(OI)(CI)F"} <= set(words)


def test_every_hazard_names_a_test_that_exists() -> None:
    text = (ROOT / "docs/windows.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
    assert len(named) > 12
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), (file, name)
