"""config.toml: every mistake at once, each with file, line and cure; what is left out has its default."""

import tomllib
from datetime import date, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from campaign_maker import config_text
from neighbour import DATA

from pipeline.model.rules import (
    AssessmentRules,
    CheckRules,
    NoticeRules,
    TalkRules,
)
from pipeline.settings import ConfigError, Settings, load

TEXT = config_text(993, 465)
EXAMPLE = DATA / "config.example.toml"
SHIPPED = Path(__file__).parents[3] / "config.example.toml"


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding=encoding)
    return path


def loaded(folder: Path, **replaced: str) -> Settings:
    return load(written(folder, changed(replaced)))


def changed(replaced: dict[str, str]) -> str:
    text = TEXT
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new, 1)
    return text


def mistakes(folder: Path, replaced: dict[str, str]) -> list[tuple[str, str]]:
    """(the text of the line that is named, the sentence) of each mistake."""
    text = changed(replaced)
    path = written(folder, text)
    with pytest.raises(ConfigError) as caught:
        load(path)
    lines = text.splitlines()
    for mistake in caught.value.mistakes:
        assert str(mistake) == f"{path}:{mistake.line}: {mistake.text}"
    return [(lines[m.line - 1], m.text) for m in caught.value.mistakes]


# ---------------------------------------------------------------------- one mistake each

# (what is replaced, by what, what stands on the line that is named, words of the cure)
TABLE: list[tuple[str, str, str, str, list[str]]] = [
    ("an unknown key names the nearest", 'organizer = "演示总工会"', 'organizr = "演示总工会"', "organizr", ["organizr", "organizer"]),
    ("an unknown table", "[bulletin]", "[buletin]", "[buletin]", ["buletin", "bulletin"]),
    ("a key of another place", 'approval = "none"', 'deadline = "18:00"', "deadline", ["bulletin.deadline"]),
    ("a word that is not allowed", 'approval = "none"', 'approval = "maybe"', "approval", ["'none'", "'required'"]),
    ("text for a number", "target = 1900", 'target = "many"', "target", ["整数"]),
    ("a number for text", 'name = "演示行动"', "name = 5", "name = 5", ["引号"]),
    ("a day in quotes that is none", "first_due = 2015-09-10", 'first_due = "soon"', "first_due", ["日期"]),
    ("days the wrong way round", "last_due = 2015-12-30", "last_due = 2015-01-30", "[campaign]", ["last_due 早于 first_due"]),
    ("a zone nobody knows", 'form_title = "演示行动旬报表"', 'form_title = "x"\ntimezone = "Mars/Base"', "[campaign]", ["Mars/Base", "Asia/Shanghai"]),
    ("a sum that does not tie", "target = 1900", "target = 1901", "target = 1901", ["1901", "1900", "相差 -1"]),
    ("a base that does not tie", "base = 3000", "base = 2999", "base = 2999", ["基数", "3000", "相差 1"]),
    ("no kind", 'kind = "municipal"', 'aliases = []', "[[unit]]", ["丙公司", "county", "municipal"]),
    ("no target", "target = 400", "", "[[unit]]", ["丙公司", "target", "所有单位都不写"]),
    ("a target of nothing", "target = 400", "target = 0", "[[unit]]", ["丙公司", "target"]),
    ("no address", 'email = ["bing@example.cn"]', "", "[[unit]]", ["丙公司", "email"]),
    ("what is no address", '"bing@example.cn"', '"bing"', "email", ["bing", "name@example.cn"]),
    ("an address as text", 'email = ["bing@example.cn"]', 'email = "bing@example.cn"', "email", ["列表"]),
    ("a name of two units", 'name = "乙县"', 'name = "甲县"', "name", ["甲县", "重复"]),
    ("an alias of two units", 'name = "乙县"', 'name = "乙县"\naliases = ["甲 县"]', "[[unit]]", ["乙县", "甲县"]),
    ("a pool nobody has", 'kind = "municipal"\ntarget = 400', 'member_of = "其他"', "member_of", ["其他", "pool = true"]),
    ("a group of strangers", 'units = ["甲县"]', 'units = ["甲县", "戊县"]', "units", ["第一组", "戊县"]),
    ("nobody hears alarms", '"bulletin", "review", "alert"', '"bulletin", "review"', "[[staff]]", ["alert"]),
    ("a first period that is none", "first_due = 2015-09-10", "first_due = 2015-09-11", "first_due", ["2015-09-11", "report_days"]),
    ("a schedule of an old year", "[bulletin]", "[progress]\nto = 2014-12-31\n[bulletin]", "to = 2014", ["2014-12-31", "往年"]),
    ("a schedule of another year", "[bulletin]", "[progress]\nfrom = 2013-01-01\nto = 2014-12-31\n[bulletin]", "to = 2014", ["不包括报送期"]),
    ("nothing is read after the deadline", "[bulletin]", '[schedule]\npoll = ["08:30", "17:00"]\npoll_after_days = 0\n[bulletin]', "poll =", ["18:00", "漏报"]),
    ("a digest before the close", "[bulletin]", '[schedule]\nperiod_digest = { days_after = 0, at = "19:00" }\n[bulletin]', "period_digest", ["早于"]),
    ("a label that is empty", "[bulletin]", '[form.labels]\ncompleted = []\n[bulletin]', "completed", ["认不出来"]),
    ("a unit with the mailbox's address", '"bing@example.cn"', '"demo@example.cn"', "email", ["报送邮箱", "丙公司"]),
    ("staff with the mailbox's address", '"staff@example.cn"', '"demo@example.cn"', "email", ["报送邮箱", "组宣部"]),
    ("a group with the mailbox's address", '"group@example.cn"', '"demo@example.cn"', "email", ["报送邮箱", "第一组"]),
    ("milestones that fall", "[bulletin]", '[progress]\nmilestones = { "2015-09-30" = 0.4, "2015-10-30" = 0.2 }\n[bulletin]', "milestones", ["2015-10-30", "不减"]),
    ("a second reminder before the first", "[bulletin]", '[schedule]\nsecond_overdue_reminder = { days_after = 1, at = "08:00" }\n[bulletin]', "second_overdue", ["早于"]),
    ("a label of two fields", "[bulletin]", '[form.labels]\ndate = ["报送单位"]\n[bulletin]', "date", ["报送单位", "分不清"]),
    ("two targets from one day", "target = 400", "target = [{ from = 2015-09-01, value = 300 }, { from = 2015-09-01, value = 400 }]", "target", ["丙公司", "2015-09-01"]),
    ("an assessment of nothing", "[bulletin]", "[assessment]\ncompletion = 0\ntimeliness = 0\nmeasures = 0\n[bulletin]", "[assessment]", ["都是 0"]),
    ("mails put away where they came from", 'user = "demo@example.cn"', 'user = "demo@example.cn"\ndone_folder = "INBOX"', "done_folder", ["无处可移"]),
    ("a junk folder that is the inbox", 'user = "demo@example.cn"', 'user = "demo@example.cn"\njunk_folder = "INBOX"', "junk_folder", ["垃圾箱"]),
    ("a section in one bracket", "[[staff]]", "[staff]", "[staff]", ["[[staff]]"]),
    ("a pause the wrong way round", "[bulletin]", "[schedule]\npause = [{ from = 2015-10-08, to = 2015-10-01 }]\n[bulletin]", "pause", ["早于"]),
    ("an end before the last period", "last_due = 2015-12-30", "last_due = 2015-12-30\nends = 2015-12-01", "[campaign]", ["ends 早于 last_due"]),
    ("nobody reviews", '"bulletin", "review", "alert"', '"bulletin", "alert"', "[[staff]]", ["review"]),
    ("a role nobody has", '"review"', '"boss"', "roles", ["'review'", "boss"]),
    ("a From without an address", 'from = "演示总工会 <demo@example.cn>"', 'from = "演示总工会"', "[smtp]", ["from", "邮箱地址"]),
    ("no From", 'from = "演示总工会 <demo@example.cn>"', "", "[smtp]", ["smtp.from"]),
    ("no host", 'host = "127.0.0.1"', "", "[mailbox]", ["mailbox.host"]),
    ("a port that is none", "port = 993", "port = 99999", "port = 99999", ["65535"]),
    ("syntax", 'organizer = "演示总工会"', 'organizer = "演示总工会', "organizer", ["TOML"]),
    ("a key twice", "base = 3000", "base = 3000\nbase = 3000", "base = 3000", ["TOML"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_a_mistake_names_its_line_and_its_cure(
    tmp_path: Path, old: str, new: str, line: str, words: list[str]
) -> None:
    found = mistakes(tmp_path, {old: new})
    assert any(
        line in where and all(word in text for word in words)
        for where, text in found
    ), found


SCHEDULE = [
    ('deadline = "25:00"', "24小时制"),
    ("deadline = 18", "18:00"),
    ("report_days = [10, 20, 32]", "31"),
    ("report_days = []", "至少"),
    ("report_days = [0]", "不小于 1"),
    ('close_after = "2 hours"', "2h"),
    ('close_after = "two"', "2h"),
    ('holiday_shift = "monday"', "next_workday"),
    ("poll = []", "至少"),
    ('watch = "yes please"', "true"),
    ('due_reminder = { days_before = -1, at = "09:00" }', "不小于 0"),
    ('due_reminder = { days_after = 1, at = "09:00" }', "days_before"),
    ("overdue_reminder = { days_after = 1 }", "at"),
    ("poll_after_days = 99", "30"),
]


@pytest.mark.parametrize(("text", "cure"), SCHEDULE)
def test_mistakes_in_the_schedule(tmp_path: Path, text: str, cure: str) -> None:
    found = mistakes(
        tmp_path, {"[bulletin]": f"[schedule]\n{text}\n[bulletin]"}
    )
    assert any(
        text.split(maxsplit=1)[0] in where and cure in sentence
        for where, sentence in found
    ), found


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines(
    tmp_path: Path,
) -> None:
    found = mistakes(
        tmp_path,
        {
            'organizer = "演示总工会"': "organiser = 1",
            "port = 993": 'port = "x"',
            '"bing@example.cn"': '"bing"',
        },
    )
    assert [where.split(maxsplit=1)[0] for where, _ in found] == [
        "[campaign]",
        "organiser",
        "port",
        "email",
    ]


def test_all_mistakes_of_the_whole_file_are_told_at_once(
    tmp_path: Path,
) -> None:
    found = mistakes(
        tmp_path,
        {
            "target = 1900": "target = 1",
            "base = 3000": "base = 1",
            'units = ["甲县"]': 'units = ["戊县"]',
            '"review", ': "",
        },
    )
    assert len(found) == 4


def test_proof_of_senders_is_not_demanded_without_a_name_to_trust(
    tmp_path: Path,
) -> None:
    demanded = '[checks]\nsender_proof = "pass"\n[bulletin]'
    found = mistakes(tmp_path, {"[bulletin]": demanded})
    assert [where for where, _ in found] == ['sender_proof = "pass"']
    named = 'port = 993\nauthserv = ["mx*"]'
    rules = loaded(
        tmp_path, **{"[bulletin]": demanded, "port = 993": named}
    ).check_rules
    assert (rules.sender_proof, rules.authserv) == ("pass", ("mx*",))


# ---------------------------------------------------------------------- files


def test_a_file_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--config"):
        load(tmp_path / "config.toml")


def test_a_byte_order_mark_is_forgiven(tmp_path: Path) -> None:
    assert (
        load(written(tmp_path, TEXT, "utf-8-sig")).campaign.name == "演示行动"
    )


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
def test_another_encoding_is_named_as_such(
    tmp_path: Path, encoding: str
) -> None:
    with pytest.raises(ConfigError, match="UTF-8"):
        load(written(tmp_path, TEXT, encoding))


def test_windows_line_ends_keep_the_lines(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(
        TEXT.replace("target = 1900", "target = 1")
        .replace("\n", "\r\n")
        .encode()
    )
    with pytest.raises(ConfigError) as caught:
        load(path)
    (mistake,) = caught.value.mistakes
    assert TEXT.splitlines()[mistake.line - 1] == "target = 1900"


def test_relative_paths_start_at_the_files_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    found = loaded(tmp_path)
    assert found.storage.directory == tmp_path / "storage"
    assert (
        found.storage.database
        == f"sqlite:///{(tmp_path / 'storage' / 'ledger.db').as_posix()}"
    )
    assert found.mailbox.password_file == tmp_path / "password"


def test_absolute_paths_and_other_databases_stay(tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    text = f'[storage]\ndirectory = "{other.as_posix()}"\ndatabase = "sqlite:///{other.as_posix()}/l.db"\n[bulletin]'
    found = loaded(tmp_path, **{"[bulletin]": text})
    assert (found.storage.directory, found.storage.database) == (
        other,
        f"sqlite:///{other.as_posix()}/l.db",
    )
    text = '[storage]\ndatabase = "postgresql+psycopg://db.example.cn/x"\n[bulletin]'
    assert (
        loaded(tmp_path, **{"[bulletin]": text}).storage.database
        == "postgresql+psycopg://db.example.cn/x"
    )


# ---------------------------------------------------------------------- values


def test_defaults_are_those_of_the_rules(tmp_path: Path) -> None:
    found = loaded(tmp_path)
    assert found.notice_rules == NoticeRules()
    labels = found.form.labels.completed
    assert found.check_rules == CheckRules(main_labels=labels)
    assert found.talk_rules == TalkRules()
    assert found.assessment_rules == AssessmentRules()
    rules = found.calendar_rules
    assert (rules.report_days, rules.deadline, rules.shift_to_workday) == (
        (10, 20, 30),
        time(18),
        False,
    )
    progress = found.progress_rules
    assert (progress.start, progress.end, progress.lag_margin) == (
        date(2015, 1, 1),
        date(2015, 12, 31),
        Fraction(1, 10),
    )


def test_numbers_are_taken_as_they_are_written(tmp_path: Path) -> None:
    checks = "[checks]\nrate_tolerance = 0.07\nover_target = 1.1\njump = 0.3\n[bulletin]"
    found = loaded(tmp_path, **{"[bulletin]": checks}).check_rules
    assert (found.rate_tolerance, found.over_target, found.jump) == (
        Fraction(7, 100),
        Fraction(11, 10),
        Fraction(3, 10),
    )


def test_milestones_are_days_and_shares(tmp_path: Path) -> None:
    progress = '[progress]\nmilestones = { "2015-12-30" = 1.0, "2015-09-30" = 0.40 }\n[bulletin]'
    found = loaded(tmp_path, **{"[bulletin]": progress}).progress_rules
    assert found.milestones == (
        (date(2015, 9, 30), Fraction(2, 5)),
        (date(2015, 12, 30), Fraction(1)),
    )


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2h", timedelta(hours=2)),
        ("90m", timedelta(minutes=90)),
        ("1d", timedelta(days=1)),
    ],
)
def test_spans(tmp_path: Path, text: str, span: timedelta) -> None:
    assert (
        loaded(
            tmp_path,
            **{"[bulletin]": f'[schedule]\ndrop_after = "{text}"\n[bulletin]'},
        ).schedule.drop_after
        == span
    )


@pytest.mark.parametrize(
    ("text", "size"),
    [("50MB", 50_000_000), ("1G", 1_000_000_000), ("800KB", 800_000), ("7", 7)],
)
def test_sizes(tmp_path: Path, text: str, size: int) -> None:
    found = loaded(
        tmp_path, **{"port = 993": f'port = 993\nmax_message = "{text}"'}
    )
    assert found.mailbox.max_message == size


def test_addresses_are_folded(tmp_path: Path) -> None:
    found = loaded(tmp_path, **{'"jia@example.cn"': '" JIA@Example.cn"'})
    assert found.roster.by_name["甲县"].emails == ("jia@example.cn",)


@pytest.mark.parametrize(
    ("extra", "expects"),
    [
        ("", False),
        ("\nexpects_report = true", True),
        ("\nexpects_report = false", False),
    ],
)
def test_a_member_of_a_pool_is_reminded_only_where_it_is_said(
    tmp_path: Path, extra: str, expects: bool
) -> None:
    pool = f'kind = "municipal"\ntarget = 400\npool = true\n[[unit]]\nname = "成员"\nmember_of = "丙公司"{extra}\n'
    found = loaded(tmp_path, **{'kind = "municipal"\ntarget = 400': pool})
    assert found.roster.by_name["成员"].expects_report is expects
    assert [u.name for u in found.roster.rows] == ["甲县", "乙县", "丙公司"]


# ---------------------------------------------------------------------- the example


def test_the_campaign_that_is_shipped_has_no_mistake() -> None:
    assert load(SHIPPED).roster.rows


def test_the_examples_every_key_is_known() -> None:
    with EXAMPLE.open("rb") as file:
        raw = tomllib.load(file)
    raw["campaign"]["base"] = sum(u.get("base", 0) for u in raw["unit"])
    raw["campaign"]["target"] = sum(u.get("target", 0) for u in raw["unit"])
    raw["group"] = []
    assert len(Settings.model_validate(raw).unit) == len(raw["unit"])


def test_the_examples_values_are_the_defaults() -> None:
    """The example is the whole of it with every default: what it says is what holds without it."""
    with EXAMPLE.open("rb") as file:
        raw = tomllib.load(file)
    bare: dict[str, Any] = {
        k: raw[k] for k in ("campaign", "mailbox", "smtp", "staff", "unit")
    }
    full, default = Settings.model_validate(raw), Settings.model_validate(bare)
    for part in (
        "schedule",
        "form",
        "checks",
        "talks",
        "bulletin",
        "assessment",
        "storage",
    ):
        assert getattr(full, part) == getattr(default, part), part
    assert full.progress_rules == default.progress_rules


SYNTAX = [
    ("name = “演示行动”", ["中文引号"]),
    ("name = ‘演示行动’", ["中文引号"]),
    ('name = "演示行动', ["引号", "成对"]),
    ("target = 1,900", ["逗号"]),
    ("target = True", ["true"]),
    ("form_title = 是", ["true"]),
    ('document = "D:\\xunbao"', ["反斜杠"]),
    ('x = ["甲"，"乙"]', ["中文标点"]),
    ('name ＝ "演示"', ["="]),
    ("first_due = 2015/9/10", ["2015-09-10"]),
    ("first_due = 2015-9-10", ["2015-09-10"]),
    ("first_due = 2015年9月10日", ["2015-09-10"]),
    ("target = １９００", ["全角数字"]),
    ("target\u3000= 1900", ["全角空格"]),
    ("target\xa0= 1900", ["全角空格"]),
    ("target = 1900;", ["行末"]),
    ("lag_margin = 10%", ["小数"]),
    ('email = "a@example.cn", "b@example.cn"', ["方括号"]),
    ("【campaign】", ["方括号"]),
    ("// 说明", ["#"]),
    ("＃ 说明", ["#"]),
    ("document =", ["没有写值"]),
    ('document: "x"', ["等号"]),
    ("[campaign]", ["写过"]),
]


@pytest.mark.parametrize(("line", "words"), SYNTAX)
def test_a_mistake_of_writing_is_said_in_the_words_of_who_typed_it(
    tmp_path: Path, line: str, words: list[str]
) -> None:
    text = TEXT.replace("[campaign]", f"[campaign]\n{line}", 1)
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, text))
    (mistake,) = caught.value.mistakes
    assert text.splitlines()[mistake.line - 1] == line
    assert all(word in mistake.text for word in words)


# ---------------------------------------------------------------------- no targets

NO_UNIT_TARGETS = {
    "target = 1000\n": "",
    "target = 500\n": "",
    "target = 400\n": "",
}


def test_targets_of_all_or_of_none(tmp_path: Path) -> None:
    found = loaded(tmp_path, **NO_UNIT_TARGETS, **{"target = 1900\n": ""})
    assert not found.roster.has_targets
    assert [unit.target for unit in found.roster.units] == [None] * 3
    assert loaded(tmp_path).roster.has_targets


def test_a_sum_of_targets_that_no_unit_has(tmp_path: Path) -> None:
    ((line, said),) = mistakes(tmp_path, NO_UNIT_TARGETS)
    assert line == "target = 1900"
    assert "给每个 [[unit]] 写上 target" in said and "删去这一行" in said


def test_without_targets_completion_is_not_scored(tmp_path: Path) -> None:
    """Its weight is ignored, whatever is written (rules.md 10)."""
    weights = "[assessment]\ncompletion = 50\ntimeliness = 40\n\n[bulletin]"
    replaced = {**NO_UNIT_TARGETS, "target = 1900\n": "", "[bulletin]": weights}
    rules = loaded(tmp_path, **replaced).assessment_rules
    assert rules == AssessmentRules(completion=0, timeliness=40, measures=10)
