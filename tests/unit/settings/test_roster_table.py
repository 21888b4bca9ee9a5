"""The roster out of a config and back: nothing else changes, and each wrong cell is named."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.settings.load import load, load_text
from pipeline.settings.roster_table import (
    GROUPS,
    STAFF,
    UNITS,
    CellMistakes,
    sheets_of,
    with_roster,
)

CONFIG = Path(__file__).parents[3] / "config.example.toml"
TEXT = CONFIG.read_text("utf-8")


def changed(
    sheets: dict[str, list[list[str]]], cell: tuple[str, int, int], to: str
):
    name, row, column = cell
    rows = [list(r) for r in sheets[name]]
    rows[row][column] = to
    return {**sheets, name: rows}


def test_what_was_exported_changes_not_one_byte() -> None:
    assert with_roster(TEXT, sheets_of(TEXT)) == TEXT


def test_every_unit_group_and_person_has_its_row() -> None:
    sheets = sheets_of(TEXT)
    known = load(CONFIG)
    assert [row[0] for row in sheets[UNITS][1:]] == [u.name for u in known.unit]
    assert [row[0] for row in sheets[GROUPS][1:]] == [
        g.name for g in known.group
    ]
    assert sheets[STAFF][1] == [
        "组宣部",
        "zuxuanbu@example.cn",
        "简报、通报、审核、告警",
    ]


@pytest.mark.parametrize("name", [UNITS, GROUPS, STAFF])
def test_a_changed_address_changes_its_line_alone(name: str) -> None:
    sheets = sheets_of(TEXT)
    column = sheets[name][0].index("邮箱")
    text = with_roster(
        TEXT, changed(sheets, (name, 1, column), "new@example.cn")
    )
    before, after = TEXT.splitlines(), text.splitlines()
    assert len(before) == len(after)
    different = [b for a, b in zip(before, after, strict=True) if a != b]
    assert len(different) == 1
    assert "new@example.cn" in different[0]
    assert ("#" in different[0]) == (name == UNITS)  # its comment stays


def test_a_new_unit_and_one_that_goes_and_the_sums_that_follow() -> None:
    sheets = sheets_of(TEXT)
    rows = [row for row in sheets[UNITS] if row[0] != "马边县"]
    rows.append(
        [
            "新区",
            "区（市、县）",
            "100",
            "1,200",
            "xin@example.cn",
            "",
            "",
            "",
            "",
            "",
        ]
    )
    groups = [
        [cell.replace("、马边县", "") for cell in row] for row in sheets[GROUPS]
    ]
    text = with_roster(TEXT, {UNITS: rows, GROUPS: groups}, totals=True)
    found = load_text(CONFIG, text)
    names = [u.name for u in found.unit]
    assert "马边县" not in names
    assert names[-1] == "新区"
    assert found.unit[-1].target == 1200
    assert found.campaign.target == sum(
        u.target for u in found.unit if not u.member_of
    )
    comments = [
        line.partition("#")[2] for line in TEXT.splitlines() if "#" in line
    ]
    kept = [c for c in comments if c in text]
    assert len(kept) == len(comments)


def test_a_sheet_without_a_column_leaves_its_values() -> None:
    rows = [row[:1] for row in sheets_of(TEXT)[UNITS]]
    assert with_roster(TEXT, {UNITS: rows}) == TEXT


@pytest.mark.parametrize(
    ("title", "cell", "said"),
    [
        ("目标", "54x", "单位!D2（目标）：“54x”不是整数"),
        ("目标", "-5", "单位!D2（目标）：“-5”不是整数"),
        (
            "邮箱",
            "a@example.cn、wutong",
            "单位!E2（邮箱）：“wutong”不是邮箱地址",
        ),
        (
            "类别",
            "乡镇",
            "单位!B2（类别）：“乡镇”不对，可以写 县（市、区）、市级单位",
        ),
        ("名称", "", "单位!A2（名称）：空着，要写名称"),
        ("名称", "沙湾区", "单位：“沙湾区”写了两次"),
        ("所属", "天上", "单位：“市中区”写的“天上”不在“单位”表里"),
    ],
)
def test_a_wrong_cell_is_named(title: str, cell: str, said: str) -> None:
    sheets = sheets_of(TEXT)
    column = sheets[UNITS][0].index(title)
    with pytest.raises(CellMistakes) as caught:
        with_roster(TEXT, changed(sheets, (UNITS, 1, column), cell))
    assert said in caught.value.sentences


def test_a_sheet_without_names_says_which_columns_there_are() -> None:
    with pytest.raises(CellMistakes) as caught:
        with_roster(TEXT, {UNITS: [["甲", "乙"], ["1", "2"]]})
    assert "第一行没有“名称”一列" in caught.value.sentences[0]


CAMPAIGN = load(CONFIG).campaign


@settings(max_examples=settings().max_examples // 5, deadline=None)
@given(st.permutations(range(1, 43)))
def test_any_order_of_rows_is_the_order_of_the_config(order: list[int]) -> None:
    sheets = sheets_of(TEXT)
    rows = [sheets[UNITS][0], *(sheets[UNITS][n] for n in order)]
    text = with_roster(TEXT, {UNITS: rows})
    assert sheets_of(text)[UNITS] == rows
    assert load_text(CONFIG, text).campaign == CAMPAIGN


def test_a_rename_in_the_sheet_keeps_whatever_else_is_known_of_the_unit() -> (
    None
):
    known = TEXT.replace(
        'name = "市中区"\n', 'name = "市中区"\nid = "szq"\n', 1
    )
    sheets = sheets_of(known)
    name, formerly = (
        sheets[UNITS][0].index(title) for title in ("名称", "曾用名")
    )
    renamed = changed(sheets, (UNITS, 1, name), "市中新区")
    renamed = changed(renamed, (UNITS, 1, formerly), "市中区")
    renamed[GROUPS] = [
        [cell.replace("市中区", "市中新区") for cell in row]
        for row in renamed[GROUPS]
    ]
    text = with_roster(known, renamed)
    unit = load_text(CONFIG, text).unit[0]
    assert (unit.name, unit.id, unit.formerly) == (
        "市中新区",
        "szq",
        ("市中区",),
    )
    assert "年末会员数" in text.partition('name = "市中新区"')[2][:200], (
        "its comments stay"
    )


def test_dated_targets_and_days_go_out_and_come_back() -> None:
    dated = TEXT.replace(
        "target = 5437",
        "target = [{ from = 2015-01-01, value = 5437 }, "
        "{ from = 2015-10-11, value = 5437 }]",
        1,
    ).replace('name = "五通桥区"', 'name = "五通桥区"\njoined = 2015-09-01', 1)
    sheets = sheets_of(dated)
    head, first, second = sheets[UNITS][:3]
    assert first[head.index("目标")] == "2015-01-01起5437、2015-10-11起5437"
    assert second[head.index("加入")] == "2015-09-01"
    assert with_roster(dated, sheets, totals=True) == dated


@pytest.mark.parametrize(
    "cell", ["2015-10-11 00:00:00", "2015/10/11", "2015-10-11"]
)
def test_a_day_is_read_as_workbooks_write_it(cell: str) -> None:
    sheets = sheets_of(TEXT)
    place = sheets[UNITS][0].index("退出")
    rows = changed(sheets, (UNITS, 2, place), cell)
    target = rows[UNITS][0].index("目标")
    rows = changed(
        rows, (UNITS, 1, target), "2015-01-01起5000、2015-10-11起5600"
    )
    found = load_text(CONFIG, with_roster(TEXT, rows, totals=True))
    assert str(found.unit[1].left) == "2015-10-11"
    assert found.unit[0].newest_target == 5600
    assert found.campaign.target == 71000 - 8425 - 5437 + 5600


@pytest.mark.parametrize(
    ("title", "cell", "said"),
    [
        ("目标", "2015-13-01起5", "不是日期"),
        ("目标", "2015-10-01起多", "不是整数"),
        ("加入", "去年", "不是日期"),
    ],
)
def test_a_wrong_day_is_named(title: str, cell: str, said: str) -> None:
    sheets = sheets_of(TEXT)
    column = sheets[UNITS][0].index(title)
    with pytest.raises(CellMistakes) as caught:
        with_roster(TEXT, changed(sheets, (UNITS, 1, column), cell))
    assert said in caught.value.sentences[0]


OTHER_KINDS = """
[[kind]]
id = "town"
name = "镇（街道）"

[[kind]]
name = "县级部门"

[[unit]]
name = "石桥镇"
kind = "town"
target = 600

[[unit]]
name = "教育局"
kind = "县级部门"
target = 300
"""


def test_kinds_are_those_that_the_config_names() -> None:
    sheets = sheets_of(OTHER_KINDS)
    rows = sheets["单位"]
    place = rows[0].index("类别")
    assert [row[place] for row in rows[1:]] == ["镇（街道）", "县级部门"]
    assert with_roster(OTHER_KINDS, sheets) == OTHER_KINDS
    rows[2][place] = "镇（街道）"
    assert (
        'kind = "town"' in with_roster(OTHER_KINDS, sheets).split("教育局")[1]
    )
    rows[2][place] = "市级"
    with pytest.raises(CellMistakes, match="可以写 镇（街道）、县级部门"):
        with_roster(OTHER_KINDS, sheets)


COMMENTED = """\
[campaign]
target = 3 # 合计

# 单位
[[unit]]
name = "甲县" # 头一个
kind = "county"
target = 1

# 乙县的人今年换了
[[unit]]
name = "乙县"
kind = "county"
target = 2 # 会上定的

# ==== 推进组 ====
[[group]]
name = "第一组"
units = ["甲县"]
"""


@pytest.mark.parametrize("names", [("乙县", "甲县"), ("甲县", "丙县", "乙县"), ("乙县",), ("甲县", "乙县", "丁县"), ("甲县",)])  # fmt: skip
def test_a_comment_stays_with_what_it_stands_before(
    names: tuple[str, ...],
) -> None:
    heads = ["名称", "类别", "目标"]
    targets = {"甲县": "1", "乙县": "2"}
    rows = [[n, "县（市、区）", targets.get(n, "9")] for n in names]
    text = with_roster(COMMENTED, {UNITS: [heads, *rows]})
    assert "\n\n# ==== 推进组 ====\n[[group]]" in text
    assert ("甲县" in names) == ('name = "甲县" # 头一个\n' in text)
    if names[0] != "乙县" and "乙县" in names:
        assert '\n\n# 乙县的人今年换了\n[[unit]]\nname = "乙县"' in text
    assert "# 乙县的人今年换了" in text
    assert "\n\n\n" not in text
    lines = text.splitlines()
    above = {
        lines[n - 1][:1] for n, line in enumerate(lines) if line == "[[unit]]"
    }
    assert above <= {"", "#"}


def test_a_key_that_is_added_stands_within_its_table() -> None:
    rows = [["甲县", "jia@example.cn"], ["乙县", "yi@example.cn"]]
    text = with_roster(COMMENTED, {UNITS: [["名称", "邮箱"], *rows]})
    assert 'email = ["jia@example.cn"]\n\n# 乙县的人今年换了' in text
    assert 'email = ["yi@example.cn"]\n\n# ==== 推进组' in text


def test_no_targets_in_the_sheet_is_a_campaign_without_targets() -> None:
    rows = [list(row) for row in sheets_of(TEXT)[UNITS]]
    place = rows[0].index("目标")
    for row in rows[1:]:
        row[place] = ""
    text = with_roster(TEXT, {UNITS: rows}, totals=True)
    found = load_text(CONFIG, text)
    assert found.campaign.target is None
    assert not found.roster.has_targets
