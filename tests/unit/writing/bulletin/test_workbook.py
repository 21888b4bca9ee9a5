"""The bulletin's workbook: its figures are the snapshot's, typed; nothing in it can run."""

import io
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import openpyxl
import pytest

from pipeline.model.letters.bulletins import UnitMonth
from pipeline.model.wording.campaign_words import PERIOD_WORDS, PeriodKind
from pipeline.writing.bulletin.sheets import FIRST_ROW, HEAD_ROW, shown_alike
from pipeline.writing.bulletin.workbook import bulletin_workbook
from pipeline.writing.sample_month import SENDER
from pipeline.writing.samples import BULLETIN
from pipeline.writing.words import percent

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "#N/A",
    "甲\x00乙\u202e丙",
    "=1\n=2",
)


@cache
def opened(bulletin=BULLETIN):
    """Only looked at, by whoever asks."""
    return openpyxl.load_workbook(
        io.BytesIO(bulletin_workbook(bulletin, SENDER))
    )


def table(sheet):
    rows = list(sheet.iter_rows(min_row=HEAD_ROW, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_equal_snapshots_give_equal_bytes():
    assert bulletin_workbook(BULLETIN, SENDER) == bulletin_workbook(
        BULLETIN, SENDER
    )


def test_the_standings_are_those_of_the_snapshot():
    rows = {row["单位"]: row for row in table(opened()["进度排名"])}
    for row in BULLETIN.standing.rows:
        shown = rows[row.unit]
        assert (
            shown["累计新增（名）"],
            shown["全年目标（名）"],
            shown["完成率"],
        ) == (
            row.completed,
            row.target,
            row.rate,
        )
        assert (shown["名次"], shown["总名次"]) == (row.rank, row.rank_overall)
        assert (shown["备注"] == "进度滞后") == row.lagging
    assert rows[None]["累计新增（名）"] == BULLETIN.standing.totals.completed


def test_the_history_and_its_sum():
    rows = {row["单位"]: row for row in table(opened()["历次数据"])}
    for month in BULLETIN.months:
        assert tuple(rows[month.unit].values())[1:] == month.history
    assert rows["合计"]["9月30日"] == BULLETIN.standing.totals.completed


def test_late_and_missing_are_counted():
    rows = {row["单位"]: row for row in table(opened()["迟报漏报"])}
    assert BULLETIN.months
    for month in BULLETIN.months:
        assert rows[month.unit]["漏报（次）"] == month.states.count("missing")
        assert rows[month.unit]["迟报（次）"] == month.states.count("late")


def test_a_unit_of_two_groups_stands_in_both():
    rows = [
        row["督促指导推进组"]
        for row in table(opened()["分组"])
        if row["单位"] == "井研县"
    ]
    assert rows == ["第一组", "第三组"]


def test_a_campaign_without_groups_has_no_sheet_of_them():
    assert "分组" in opened().sheetnames
    assert "分组" not in opened(replace(BULLETIN, groups=())).sheetnames


def test_the_measures_are_said_to_be_of_the_period_that_they_are_of():
    """A unit whose newest report is an older one has no line, and none is claimed."""
    sheet = opened()["工作举措"]
    listed = {row["单位"] for row in table(sheet)}
    told = {row.unit for row in BULLETIN.standing.rows if row.measures}
    assert listed == told != {row.unit for row in BULLETIN.standing.rows}
    assert "各单位9月30日旬报所列" in str(sheet["A2"].value)


def test_only_confirmed_talks_are_told():
    rows = table(opened()["约谈和通报"])
    assert [row["单位"] for row in rows] == ["马边县"]
    assert (
        "约谈和通报"
        not in opened(
            replace(BULLETIN, talks=BULLETIN.talks[1:], circulated=())
        ).sheetnames
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_stays_text(text):
    rows = tuple(
        replace(row, measures=(text,)) for row in BULLETIN.standing.rows
    )
    sheet = opened(
        replace(BULLETIN, standing=replace(BULLETIN.standing, rows=rows))
    )["工作举措"]
    cell = sheet.cell(FIRST_ROW, 3)
    assert cell.data_type == "s"
    assert not set(str(cell.value)) & set("\x00\u202e")


def test_no_cell_anywhere_holds_a_formula():
    kinds = {
        cell.data_type
        for sheet in opened()
        for row in sheet.iter_rows()
        for cell in row
    }
    assert kinds <= {"s", "n"}


def test_every_sheet_is_ready_for_print_and_carries_the_snapshot():
    sheets = list(opened())
    assert len(sheets) > 2
    for sheet in sheets:
        assert sheet.page_setup.paperSize == int(sheet.PAPERSIZE_A4)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$3"
        assert BULLETIN.snapshot_id in sheet["A2"].value
        assert BULLETIN.snapshot_id in sheet.oddFooter.left.text


def _fill(point) -> str:
    fill = point.graphicalProperties.solidFill
    if isinstance(fill, str):
        return fill
    return fill.srgbClr if isinstance(fill.srgbClr, str) else fill.srgbClr.val


def test_charts_show_the_schedule_the_states_and_their_values():
    """Every chart has the schedule's line; bars stand in their state's colour; the
    values are in the file for viewers that compute nothing."""
    bars = opened()["图表"]._charts[:2]
    assert [len(chart._charts) for chart in bars] == [2, 2]
    for chart in bars:
        colours = {_fill(p) for p in chart.series[0].dPt}
        assert "C0392B" in colours
        cached = chart.series[0].val.numRef.numCache
        assert len(cached.pt) == cached.ptCount > 0
    counties = [r for r in BULLETIN.standing.rows if r.kind == "county"]
    best = max(r.rate for r in counties)
    assert bars[0].y_axis.scaling.max > best > 1


def test_every_program_shows_the_rate_that_the_documents_say():
    """LibreOffice takes all digits of a cell, Excel fifteen; 0.5125 was 51.2% in the one
    and 51.3% in the other."""
    whole = Decimal("0.1")
    moved = 0
    for done in range(2400):
        share = done / 2000
        cell = shown_alike(share)
        moved += cell != share
        all_digits = (Decimal(cell) * 100).quantize(whole, ROUND_HALF_UP)
        fifteen = (Decimal(f"{cell:.15g}") * 100).quantize(whole, ROUND_HALF_UP)
        assert f"{all_digits}%" == f"{fifteen}%" == percent(share)
        assert cell == pytest.approx(share, abs=1e-11)
    assert moved > 100


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("主要工作举措", "工作举措"),
        ("主要做法", "做法"),
        ("工作情况[含成效/问题]：", "工作情况含成效问题："),
        ("?*", "表"),
        ("情" * 40, "情" * 31),
    ],
)
def test_the_sheet_of_measures_bears_the_forms_own_word(label, name):
    labels = replace(SENDER.words.labels, measures=label)
    sender = replace(SENDER, words=replace(SENDER.words, labels=labels))
    book = io.BytesIO(bulletin_workbook(BULLETIN, sender))
    assert name in openpyxl.load_workbook(book).sheetnames


def test_where_units_report_by_the_quarter_growth_is_the_quarters():
    quarterly = replace(SENDER.words, period=PERIOD_WORDS[PeriodKind.QUARTER])
    sender = replace(SENDER, words=quarterly)
    book = openpyxl.load_workbook(
        io.BytesIO(bulletin_workbook(BULLETIN, sender))
    )
    heads = [cell.value for cell in book.worksheets[0][HEAD_ROW]]
    assert f"本季度新增（{quarterly.unit}）" in heads
    for name in (book.sheetnames[0], "迟报漏报", "说明"):
        assert "本月" not in str(list(book[name].values))
    assert "本月新增" in str(list(opened().worksheets[0].values))


def test_the_schedules_line_strikes_no_bars_label_through():
    """A label has white paper under it, and no line is bent between two reports."""
    *bars, course = opened()["图表"]._charts
    for chart in bars:
        assert _fill(chart.dataLabels) == "FFFFFF"
    assert len(course.series) == 2
    for series in (*course.series, *(c._charts[1].series[0] for c in bars)):
        assert series.smooth is False


def test_a_groups_subtotal_is_the_sum_of_its_units():
    rows = table(opened()["分组"])
    assert BULLETIN.groups
    for group in BULLETIN.groups:
        own = [r for r in rows if r["督促指导推进组"] == group.name]
        (total,) = (
            r for r in rows if r["督促指导推进组"] == f"{group.name}小计"
        )
        for column in ("累计新增（名）", "全年目标（名）"):
            assert total[column] == sum(r[column] or 0 for r in own)


def test_wrapped_rows_are_high_enough_to_read():
    long = "走访企业、设点宣传，" * 30
    rows = tuple(
        replace(row, measures=(long,)) for row in BULLETIN.standing.rows
    )
    sheet = opened(
        replace(BULLETIN, standing=replace(BULLETIN.standing, rows=rows))
    )["工作举措"]
    assert sheet.row_dimensions[FIRST_ROW].height > 60


def test_what_is_derived_is_explained():
    told = {row["名目"]: row["说明"] for row in table(opened()["说明"])}
    assert "已过273天÷共365天＝74.8%" in told["时序进度"]
    assert "本月新增为与首次报送（9月10日）的数之差" in told["本月新增"]


# What stands there as it was reported, set or named
GIVEN = {
    "类别", "单位", "全年目标", "备注", SENDER.words.base_column, "督促指导推进组", "责任部门",
    "总名次", "所属",
}  # fmt: skip


def test_every_column_is_given_or_explained():
    """Of the sheets with derived figures; a row of the history is derived, too."""
    book = opened()
    told = {row["名目"] for row in table(book["说明"])}
    for name in ("进度排名", "进度滞后", "分组", "所属单位"):
        heads = [cell.value for cell in book[name][HEAD_ROW] if cell.value]
        assert len(heads) > 3
        for head in heads:
            plain = head.partition("（")[0].removeprefix("此后")
            assert plain in told | GIVEN, head
    assert "时序应完成" in told


def test_charts_are_native():
    assert len(opened()["图表"]._charts) == 3


def test_a_campaign_just_begun():
    """Nobody has reported anything: every table still stands."""
    rows = tuple(
        replace(
            row,
            completed=None,
            rate=None,
            rank=None,
            rank_overall=None,
            lagging=False,
            measures=(),
        )
        for row in BULLETIN.standing.rows
    )
    months = tuple(
        UnitMonth(m.unit, (None,), (None,), None) for m in BULLETIN.months
    )
    bare = replace(
        BULLETIN, standing=replace(BULLETIN.standing, rows=rows), months=months, lagging=(), praise=(), talks=(),
        circulated=(), periods=BULLETIN.periods[:1], all_periods=BULLETIN.periods[:1], before=None, groups=(),
    )  # fmt: skip
    assert all(
        row["备注"] == "尚无数据"
        for row in table(opened(bare)["进度排名"])[:-1]
    )
