"""learned.toml: written so that nothing is lost or forged, and read as strictly as config.toml."""

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from campaign_maker import made, settings
from faults import FaultMaker
from hypothesis import given
from hypothesis import strategies as st

from pipeline.edges.fault_points import FaultPoint
from pipeline.edges.files.lessons_file import LearnedFile, _quoted
from pipeline.model.roster import Lesson
from pipeline.settings import ConfigError

ZONE = ZoneInfo("Asia/Shanghai")
SINCE = datetime(2015, 9, 11, 1, 0, tzinfo=UTC)
ADDRESS = Lesson(
    "甲县",
    address="new@example.cn",
    since=SINCE,
    by="shenhe@example.cn",
    case="3fa9c1d2-1",
)
ALIAS = Lesson(
    "乙县",
    alias='乙县"工会\n[[address]]',
    since=SINCE,
    by="account",
    case="3fa9c1d2-2",
)


def test_what_is_kept_is_what_is_read(tmp_path: Path) -> None:
    config = made(tmp_path)
    learned = LearnedFile(tmp_path / "learned.toml", ZONE)
    learned.keep([ADDRESS])
    learned.keep([ALIAS])
    assert settings(config).roster.learned == (ADDRESS, ALIAS)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_text_out_of_a_mail_leaves_its_string(text: str) -> None:
    assert tomllib.loads(f"x = {_quoted(text)}") == {"x": text}


def test_what_people_wrote_stays(tmp_path: Path) -> None:
    path = tmp_path / "learned.toml"
    mine = (
        '# 我的说明\n[[alias]]\nname = "甲县工会办"   # 常用\nunit = "甲县"\n'
    )
    path.write_text(mine, encoding="utf-8")
    LearnedFile(path, ZONE).keep([ADDRESS])
    assert path.read_text(encoding="utf-8").startswith(mine)
    assert [
        x.alias for x in settings(made(tmp_path)).roster.learned if x.alias
    ] == ["甲县工会办"]


ADDRESS_OF = '[[address]]\nemail = "{}"\nunit = "{}"\n'
NAME_OF = '[[alias]]\nname = "{}"\nunit = "甲县"\n'


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (ADDRESS_OF.format("x@example.cn", "甲县县"), 3, "是不是 甲县"),
        (ADDRESS_OF.format("staff@example.cn", "甲县"), 2, "工作人员"),
        (ADDRESS_OF.format("nobody", "甲县"), 2, "不是邮箱地址"),
        (
            '[[address]]\nmail = "x@example.cn"\nemail = "x@example.cn"\nunit = "甲县"\n',
            2,
            "是不是 email",
        ),
        (
            NAME_OF.format("甲县办") + "\n" + NAME_OF.format("乙县"),
            6,
            "乙县 的名称",
        ),
        (NAME_OF.format("甲"), 2, "alias"),
        ('[[alias]\nname = "甲工"\n', 1, "TOML"),
    ],
)
def test_a_mistake_is_named_by_file_line_and_cure(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    path = tmp_path / "learned.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        settings(made(tmp_path))
    assert [(m.file, m.line) for m in refused.value.mistakes] == [(path, line)]
    assert words in str(refused.value)


def test_nothing_is_left_half_written(
    tmp_path: Path, fault: FaultMaker
) -> None:
    """Cut off before the new file takes the old one's place: the old one stands, and nothing lies about."""
    learned = LearnedFile(tmp_path / "learned.toml", ZONE)
    learned.keep([ADDRESS])
    before = learned.path.read_bytes()

    def cut(swap: Callable[[], Path], new: Path, old: Path) -> Path:
        raise KeyboardInterrupt

    fault(FaultPoint.SWAP, cut)
    with pytest.raises(KeyboardInterrupt):
        learned.keep([ALIAS])
    assert learned.path.read_bytes() == before
    assert [
        p.name for p in tmp_path.iterdir() if p.name.startswith(".learned")
    ] == []
