"""Other campaigns are other configs: each of examples/ is read as its truth has it, its
letters and bulletin speak its own words and none of another campaign's.
"""

import html
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from made_folders import MadeFolders, made_folders
from warm.program import warm_program

__all__ = ["made_folders"]  # a fixture

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
# After the last mail of each
NOW = {
    "training": "2024-04-02T10:00:00+08:00",
    "hazards": "2024-04-02T10:00:00+08:00",
    "visits": "2024-06-03T10:00:00+08:00",
}
# What the first campaign's letters speak of, and these must not.
FOREIGN = re.compile(
    "农民工|工会|入会|会员|旬|乐山|县（市、区）|市级单位|[0-9]名"
)
# One of the three reports every ten days, as the first campaign does.
ALIKE = {"training": {"旬"}}
# What each speaks of.
OWN = {
    "training": ("旬报", "人", "全市累计完成技能培训", "开发区", "包片工作组"),
    "hazards": ("月报", "处", "全县累计排查安全隐患", "镇（街道）", "督导组"),
    "visits": ("周报", "户", "全区累计走访学生家庭", "小学", "中学"),
}
NAMES = tuple(OWN)


class Example:
    """An example in a work folder of its own, its mails taken in."""

    def __init__(
        self, name: str, folder: Path, xunbao: list[str], made: MadeFolders
    ) -> None:
        self.xunbao = xunbao
        self.name = name
        made.copied(folder, name, self._take_in)
        self.work = folder
        self.truth = json.loads((self.work / "truth.json").read_text("utf-8"))

    def _take_in(self, folder: Path) -> None:
        self.work = folder
        shutil.copytree(EXAMPLES / self.name, folder, dirs_exist_ok=True)
        self.call("ingest", "mails")

    def call(self, *words: str) -> str:
        command = [*self.xunbao, *words]
        now = NOW[self.name]
        command += ["--config", "config.toml", "--now", now]
        done = subprocess.run(
            command,
            cwd=self.work,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr[-2000:]
        return done.stdout

    def lines(self, *words: str) -> list[dict[str, Any]]:
        text = self.call(*words, "--json")
        return [json.loads(x) for x in text.splitlines() if x.startswith("{")]


@pytest.fixture(scope="module")
def xunbao() -> Iterator[list[str]]:
    with warm_program() as command:
        yield command


@pytest.fixture(scope="module", params=NAMES)
def example(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    xunbao: list[str],
    made_folders: MadeFolders,
) -> Example:
    place = tmp_path_factory.mktemp("examples")
    return Example(request.param, place, xunbao, made_folders)


@pytest.fixture
def named(
    tmp_path: Path, xunbao: list[str], made_folders: MadeFolders
) -> Callable[[str], Example]:
    """Makes one of a test's own."""
    return lambda name: Example(name, tmp_path, xunbao, made_folders)


def test_every_example_is_tried() -> None:
    folders = {path.parent.name for path in EXAMPLES.glob("*/config.toml")}
    assert folders == set(NAMES)


def test_each_mail_is_read_as_its_truth_has_it(example: Example) -> None:
    by_id = {m["message_id"]: m for m in example.lines("messages", "--all")}
    wrong = []
    for number, right in enumerate(example.truth, 1):
        (report,) = by_id[f"<example-{number}@example.cn>"]["reports"]
        # What a later report has replaced was counted once.
        state = report["state"].replace("superseded", "accepted")
        counts = report["completed"] if state != "held" else None
        read = {**right, "completed": counts, "state": state}
        read |= {"unit": report["unit"], "period": report["period"]}
        read["measures"] = len(report["measures"])
        told = report.get("figures", {})
        read["figures"] = {k: v for k, v in told.items() if v is not None}
        if "fields" in right:
            read["fields"] = report["fields"]
        if read != right:
            wrong.append((right, read, report["holds"]))
    assert len(example.truth) >= 15
    assert wrong == []


def test_the_totals_are_the_truths(example: Example) -> None:
    newest: dict[str, int] = {}
    for right in example.truth:
        if right["completed"] is not None:
            newest[right["unit"]] = right["completed"]
    last = max(right["period"] for right in example.truth)
    *rows, total = example.lines("status", "--period", last)
    assert {row["unit"]: row["completed"] for row in rows} == newest
    assert total["total"]["completed"] == sum(newest.values())


def test_its_bulletin_speaks_its_own_words(example: Example) -> None:
    example.call("bulletin", "--month", "2024-03", "--preview", "out")
    texts = []
    for path in sorted((example.work / "out").rglob("*")):
        if path.suffix in {".html", ".txt", ".eml"}:
            texts.append(path.read_text("utf-8"))
        if path.suffix in {".docx", ".xlsx"}:
            texts.append(_package_text(path))
    told = "\n".join(texts)
    assert len(texts) >= 3
    assert [word for word in OWN[example.name] if word not in told] == []
    plain = re.sub(r"旬报程序|第[0-9]名|[0-9]+名(?=称)", "", told)
    alike = ALIKE.get(example.name, set())
    assert set(FOREIGN.findall(plain)) - alike == set()


def test_its_log_speaks_its_own_words(example: Example) -> None:
    """What was noted is told by the campaign's own labels and limits."""
    told = example.call("log")
    assert "按规则判定报表" in told
    alike = ALIKE.get(example.name, set())
    assert set(FOREIGN.findall(told)) - alike == set()
    assert not re.search("主要工作举措|300字", told)


def test_its_mails_are_listed_in_its_own_measure(example: Example) -> None:
    told = example.call("messages", "--all")
    measure = OWN[example.name][1]
    assert re.search(rf"\d{measure}　? *已计入", told)
    assert set(re.findall(r"(?<= )\d+([^\d\s]) ", told)) <= {measure}


def test_the_figures_beside_the_main_one_stand_in_the_bulletin(
    named: Callable[[str], Example],
) -> None:
    example = named("hazards")
    example.call("bulletin", "--month", "2024-03", "--preview", "out")
    told = (example.work / "out" / "通报.txt").read_text("utf-8")
    # 东门街道 390 of 401, 松林镇 231 of 250 in March; 教育局 and 石桥镇 told none then
    mended = "2个单位报了整改到位数，合计621处，比这些单位的累计数少30处。"
    assert mended in told
    assert "1个单位报了重大隐患数，合计9处" in told


def test_a_first_bulletin_of_one_period_compares_nothing(
    named: Callable[[str], Example],
) -> None:
    """It said of every unit that it had not grown since the report before it."""
    example = named("hazards")
    example.call("bulletin", "--month", "2024-01", "--preview", "out")
    told = (example.work / "out" / "通报.txt").read_text("utf-8")
    assert "无增长" not in told
    assert "本月排查0" not in told
    assert "本次是首次报送，没有可比的数，不计本月排查。" in told
    (book,) = (example.work / "out").glob("*.xlsx")
    assert "本次是首次报送" in _package_text(book)


# What only targets give a meaning; None is what a careless template writes of them.
OF_TARGETS = re.compile(
    "完成率|时序|滞后|排名|名次(?!）)|位次|百分点|目标|约谈|通报名单|None"
)


def test_without_targets_nothing_measures_or_ranks_a_unit(
    named: Callable[[str], Example],
) -> None:
    example = named("visits")
    example.call("bulletin", "--month", "2024-04", "--preview", "out")
    example.call("board", "board")
    shown = [
        example.call("status"),
        example.call("status", "--period", "2024-04-05"),
        example.call("schedule", "--days", "300"),
    ]
    for path in sorted(example.work.rglob("*")):
        if path.suffix in {".html", ".txt"}:
            text = path.read_text("utf-8")
            shown.append(re.sub("<style.*?</style>", "", text, flags=re.S))
        if path.suffix in {".docx", ".xlsx"}:
            shown.append(_package_text(path))
    told = "\n".join(shown).replace("没有目标，不算完成率，不排名", "")
    # A page for each school, the whole, the bulletin in three ways
    assert len(shown) >= 12
    assert set(OF_TARGETS.findall(told)) == set()
    assert "按单位名单的顺序" in told


def test_without_targets_the_assessment_scores_the_rest(
    named: Callable[[str], Example],
) -> None:
    example = named("visits")
    example.call("assess", "--out", "assess.xlsx")
    told = _package_text(example.work / "assess.xlsx")
    assert "得分＝70×按时÷应报＋30×举措达标÷计入报表，满分100" in told
    assert "没有目标，不计完成得分" in told
    scores = {}
    for line in example.lines("assess"):
        scores[line["unit"]] = (line["target"], line["rate"], line["score"])
    # 14 weeks: all in time; one missing; one still held
    assert scores["第一中学"] == (None, None, 100.0)
    assert scores["第二中学"][2] == pytest.approx(70 * 13 / 14 + 30)
    assert scores["实验小学"][2] == pytest.approx(70 * 13 / 14 + 30)


def _package_text(path: Path) -> str:
    """All text of a .docx or .xlsx, tags away."""
    found = []
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if name.endswith(".xml"):
                text = package.read(name).decode("utf-8")
                # A cell and a paragraph end where they end.
                text = re.sub(r"</(t|w:p|c)>", "\n", text)
                # openpyxl writes Chinese as numbers of characters.
                found.append(html.unescape(re.sub(r"<[^>]+>", "", text)))
    return "\n".join(found)


def test_what_a_file_says_in_vain_is_told(
    named: Callable[[str], Example],
) -> None:
    example = named("visits")
    path = example.work / "config.toml"
    idle = "[progress]\nfrom = 2024-02-26\n\n[talks]\nlowest = 2\n\n[checks]\njump = 0.3"
    path.write_text(path.read_text("utf-8").replace("[checks]", idle), "utf-8")
    told = example.call("check")
    assert "没有目标的工作：不算完成率和时序进度，不排名" in told
    assert "写了不起作用：progress.from、checks.jump、talks.lowest" in told


def test_an_export_has_the_columns_that_are_filled(
    named: Callable[[str], Example],
) -> None:
    example = named("visits")
    example.call("export", "all.zip")
    with zipfile.ZipFile(example.work / "all.zip") as packed:
        (name,) = [n for n in packed.namelist() if "进度" in n]
        heads = packed.read(name).decode("utf-8-sig").splitlines()[0]
    assert heads.split(",") == ["报送期", "单位", "状态", "累计"]
