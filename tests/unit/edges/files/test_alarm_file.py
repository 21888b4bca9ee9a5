"""告警.txt: there while something stands wrong, whole whenever it is read, and nobody's words forge a line of it."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.edges.files.alarm_file import NAME, AlarmFile
from pipeline.model.operation.cooldown import Alarm

NOW = datetime(2015, 9, 10, 10, 5, tzinfo=UTC)
LOGIN = Alarm(
    "mailbox_login",
    datetime(2015, 9, 10, 0, 30, tzinfo=UTC),
    "邮箱拒绝登录",
    ("重新生成授权码",),
)


def shown(folder: Path, *alarms: Alarm, unsent: tuple[str, ...] = ()) -> str:
    AlarmFile(folder, ZoneInfo("Asia/Shanghai")).show(alarms, unsent, NOW)
    return (folder / NAME).read_bytes().decode("utf-8-sig")


def test_it_says_when_what_and_what_to_do(tmp_path: Path) -> None:
    text = shown(tmp_path, LOGIN)
    for words in (
        "2015-09-10 08:30",
        "2015-09-10 18:05",
        "邮箱拒绝登录",
        "重新生成授权码",
    ):
        assert words in text
    # Its code is for JSON alone.
    assert "mailbox_login" not in text
    assert list(tmp_path.iterdir()) == [tmp_path / NAME]


def test_it_goes_when_the_cause_has_gone(tmp_path: Path) -> None:
    shown(tmp_path, LOGIN)
    AlarmFile(tmp_path, UTC).show([], [], NOW)
    assert list(tmp_path.iterdir()) == []
    AlarmFile(tmp_path, UTC).show([], [], NOW)


def test_alerts_that_no_mail_brought_stand_in_it(tmp_path: Path) -> None:
    assert "【告警】台账校验不符" in shown(
        tmp_path, unsent=("【告警】台账校验不符",)
    )


def test_what_a_server_said_is_one_line(tmp_path: Path) -> None:
    forged = Alarm(
        "smtp_login", NOW, "554 no\r\n二、邮箱已恢复\u202e\x1b[2J", ("查看",)
    )
    lines = shown(tmp_path, forged).splitlines()
    assert not [line for line in lines if line.startswith("二、")]
    assert "\x1b" not in "".join(lines)
    assert "\u202e" not in "".join(lines)


def test_a_folder_that_cannot_be_written_raises_nothing(tmp_path: Path) -> None:
    AlarmFile(tmp_path / "nowhere", UTC).show([LOGIN], [], NOW)
    assert list(tmp_path.iterdir()) == []
