"""roster export and import at the command line: workbook and CSV, and two people at the same file."""

import shutil
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import roster_command
from pipeline.cli.root import app
from pipeline.settings.load import load
from pipeline.settings.roster_table import with_roster

SHIPPED = Path(__file__).parents[4] / "config.example.toml"
DONE, PERSON, USAGE = 0, 1, 2


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copy(SHIPPED, tmp_path / "config.toml"))


def xunbao(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.mark.parametrize("name", ["名单.xlsx", "名单.csv"])
def test_out_and_back_changes_nothing(config: Path, name: str) -> None:
    file = config.parent / name
    assert (
        xunbao("roster", "export", file, "--config", config).exit_code == DONE
    )
    done = xunbao("roster", "import", file, "--config", config)
    assert (done.exit_code, done.output) == (DONE, "名单没有变化。\n")
    assert config.read_bytes() == SHIPPED.read_bytes()


def test_a_cell_changed_in_the_workbook_reaches_the_config(
    config: Path,
) -> None:
    file = config.parent / "名单.xlsx"
    xunbao("roster", "export", file, "--config", config)
    book = openpyxl.load_workbook(file)
    book["工作人员"]["B2"] = "xin@example.cn"
    book.save(file)
    looked = xunbao("roster", "import", file, "--config", config, "--dry-run")
    assert "xin@example.cn" in looked.output
    assert config.read_bytes() == SHIPPED.read_bytes()
    assert (
        xunbao("roster", "import", file, "--config", config).exit_code == DONE
    )
    assert load(config).staff[0].email == "xin@example.cn"


def test_a_wrong_cell_changes_nothing_at_all(config: Path) -> None:
    file = config.parent / "名单.csv"
    xunbao("roster", "export", file, "--config", config)
    text = (
        file.read_text("utf-8-sig")
        .replace("5437", "五千")
        .replace("沙湾区,", "沙湾区乙,")
    )
    file.write_text(text, "gb18030")  # as Excel saves it
    done = xunbao("roster", "import", file, "--config", config)
    assert done.exit_code == USAGE
    assert "单位!D2（目标）：“五千”不是整数" in done.output
    assert config.read_bytes() == SHIPPED.read_bytes()


def test_sums_that_no_longer_tie_are_refused_with_the_way_out(
    config: Path,
) -> None:
    file = config.parent / "名单.csv"
    xunbao("roster", "export", file, "--config", config)
    file.write_text(
        file.read_text("utf-8-sig").replace(",5437,", ",5438,"), "utf-8"
    )
    refused = xunbao("roster", "import", file, "--config", config)
    assert refused.exit_code == USAGE
    assert "--totals" in refused.output
    done = xunbao("roster", "import", file, "--config", config, "--totals")
    assert done.exit_code == DONE
    assert load(config).campaign.target == 71001


def test_what_somebody_saves_while_the_roster_is_imported_stays_too(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The admin's editor saves after the command has read the config."""
    file = config.parent / "名单.xlsx"
    xunbao("roster", "export", file, "--config", config)
    book = openpyxl.load_workbook(file)
    book["工作人员"]["B2"] = "xin@example.cn"
    book.save(file)
    by_hand = iter([True])

    def saved_meanwhile(text: str, *rest: object, **more: bool) -> str:
        if next(by_hand, False):
            edited = text.replace('contact = ""', 'contact = "王工"')
            config.write_text(edited, "utf-8")
        return with_roster(text, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(roster_command, "with_roster", saved_meanwhile)
    done = xunbao("roster", "import", file, "--config", config)
    assert done.exit_code == DONE, done.output
    assert load(config).staff[0].email == "xin@example.cn"
    assert "王工" in config.read_text("utf-8")
    assert done.output.count("xin@example.cn") == 1


def test_a_roster_given_to_ingest_is_sent_to_its_own_command(
    config: Path,
) -> None:
    file = config.parent / "名单.xlsx"
    xunbao("roster", "export", file, "--config", config)
    done = xunbao("ingest", file, "--config", config)
    assert done.exit_code == USAGE
    assert "xunbao roster import" in done.output


def test_what_changes_is_told_in_the_words_of_the_sheet(config: Path) -> None:
    file = config.parent / "名单.xlsx"
    xunbao("roster", "export", file, "--config", config)
    book = openpyxl.load_workbook(file)
    units = book["单位"]
    heads = [cell.value for cell in units[1]]
    target = heads.index("目标") + 1
    name, was = units.cell(2, 1).value, units.cell(2, target).value
    gone = units.cell(3, 1).value
    units.cell(2, target).value = was + 1
    units.cell(3, 1).value = "新县"
    units.cell(3, heads.index("曾用名") + 1).value = gone
    units.append(["丁县", "县（市、区）", 500, 80, "ding@example.cn"])
    for cell in book["推进组"]["D"]:
        cell.value = cell.value.replace(gone, "新县")
    book["推进组"].delete_rows(3)
    book.save(file)
    done = xunbao(
        "roster", "import", file, "--config", config, "--totals", "--dry-run"
    )
    assert done.exit_code == DONE, done.output
    said = done.output.splitlines()
    assert f"单位 {name}：目标 {was} → {was + 1}" in said
    assert f"单位 {gone}：名称 {gone} → 新县，曾用名 空 → {gone}" in said
    assert (
        "单位 丁县：新增，类别 县（市、区），上年末基数 500，目标 80，"
        "邮箱 ding@example.cn"
    ) in said
    assert said[-1].startswith("合计 campaign.target：")
    assert sum(line.endswith("：去掉") for line in said) == 1
    assert not any("None" in line or "unit." in line for line in said)


def test_a_workbook_that_is_none_is_refused_in_a_sentence(config: Path) -> None:
    file = config.parent / "名单.xlsx"
    file.write_bytes(b"no zip at all")
    done = xunbao("roster", "import", file, "--config", config)
    assert done.exit_code == PERSON
    assert "不是 .xlsx 工作簿" in done.output


def test_a_sheet_without_a_unit_changes_nothing(config: Path) -> None:
    file = config.parent / "名单.csv"
    file.write_text("名称,目标\n", "utf-8")
    done = xunbao("roster", "import", file, "--config", config)
    assert done.exit_code == USAGE
    assert "一个单位也没有" in done.output
    assert config.read_bytes() == SHIPPED.read_bytes()
