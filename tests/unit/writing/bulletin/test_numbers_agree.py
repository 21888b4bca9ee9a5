"""Mail, document, workbook and the bulletin before say the same numbers, and their parts
add up (rules.md 7)."""

import io
import re
from dataclasses import replace
from decimal import Decimal

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.letters.bulletins import Since, UnitMonth
from pipeline.model.standing import Standing
from pipeline.writing.bulletin.official_document import bulletin_document
from pipeline.writing.bulletin.sheets import HEAD_ROW
from pipeline.writing.bulletin.workbook import bulletin_workbook
from pipeline.writing.sample_month import PERIODS, SENDER
from pipeline.writing.samples import BULLETIN
from pipeline.writing.templates import Renderer
from pipeline.writing.words import number, percent

RENDERER = Renderer()


def later(printed, moved, rises):
    """October's bulletin: what September's printed, what late reports moved of it, and
    each unit's rise since; its numbers follow from these alone."""
    rows, months = [], []
    for row, then, late, rise in zip(
        BULLETIN.standing.rows, printed, moved, rises, strict=True
    ):
        completed = then + late + rise
        rate = completed / row.target
        rows.append(replace(row, completed=completed, rate=rate, lagging=False))
        months.append(
            UnitMonth(row.unit, ("on_time",) * 3, (completed,) * 3, late + rise)
        )
    total = sum(r.completed for r in rows)
    totals = replace(
        BULLETIN.standing.totals,
        completed=total,
        rate=total / BULLETIN.standing.totals.target,
    )
    standing: Standing = replace(
        BULLETIN.standing, rows=tuple(rows), totals=totals
    )
    since = Since(PERIODS[0], True, sum(printed), sum(printed) + sum(moved))
    return replace(
        BULLETIN, standing=standing, months=tuple(months), since=since, lagging=(),
        talks=(), circulated=(), members=(), excused=(),
    )  # fmt: skip


ROWS = len(BULLETIN.standing.rows)
people = st.lists(st.integers(0, 9000), min_size=ROWS, max_size=ROWS)
bulletins = st.builds(
    later,
    people,
    st.lists(st.integers(-50, 50), min_size=ROWS, max_size=ROWS).map(
        lambda late: [max(0, n) for n in late]
    ),
    people,
)


def in_mail(bulletin) -> dict[str, tuple[str, ...]]:
    """unit -> (completed, target, rate, growth) as the mail's table tells them."""
    text = RENDERER.render(bulletin, SENDER).text
    found = re.findall(
        r"^ +(?:\d+\.|—) +(\S+)　([\d,]+)/([\d,]+)　([\d.]+%)　本月新增([\d,-]+)",
        text,
        re.MULTILINE,
    )
    return {unit: tuple(values) for unit, *values in found}


def in_document(bulletin) -> dict[str, tuple[str, ...]]:
    table = docx.Document(
        io.BytesIO(bulletin_document(bulletin, SENDER))
    ).tables[0]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    return {r[2] or r[0]: (r[3], r[5], r[6], r[4]) for r in rows[1:]}


def in_workbook(bulletin) -> dict[str, tuple[str, ...]]:
    content = bulletin_workbook(bulletin, SENDER)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["进度排名"]
    heads, *rows = sheet.iter_rows(min_row=HEAD_ROW, values_only=True)
    found = {}
    for row in rows:
        told = dict(zip(heads, row, strict=True))
        found[told["单位"] or "合计"] = (
            number(told["累计新增（名）"]),
            number(told["全年目标（名）"]),
            percent(told["完成率"]),
            number(told["本月新增（名）"]),
        )
    return found


@settings(max_examples=8, deadline=None)
@given(bulletins)
def test_mail_document_and_workbook_tell_the_same_of_every_unit(bulletin):
    mail, document, book = (
        in_mail(bulletin),
        in_document(bulletin),
        in_workbook(bulletin),
    )
    for row in bulletin.standing.rows:
        assert mail[row.unit] == document[row.unit] == book[row.unit]
    assert document["合计"] == book["合计"]


@settings(max_examples=20, deadline=None)
@given(bulletins)
def test_what_has_grown_since_the_last_bulletin_adds_up(bulletin):
    since, total = bulletin.since, bulletin.standing.totals.completed
    said = RENDERER.render(bulletin, SENDER).text
    rise = total - since.printed
    assert sum(month.growth for month in bulletin.months) == rise
    if not rise:
        return
    (told,) = re.findall(r"比上次通报时增加([\d,]+)名", said)
    assert told == number(rise)
    moved = re.findall(
        r"因补报、更正增加([\d,]+)名（截至9月10日的累计数由([\d,]+)名调整为([\d,]+)名），此后新报增加([\d,]+)名",
        said,
    )
    if since.restated == since.printed:
        assert not moved
        return
    ((late, before, after, fresh),) = moved
    assert (before, after) == (number(since.printed), number(since.restated))
    parts = int(late.replace(",", "")) + int(fresh.replace(",", ""))
    assert parts == rise


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.6825, "68.3%"), (0.6875, "68.8%"), (0.0005, "0.1%"), (1.0005, "100.1%"), (0.12345, "12.3%")],
)  # fmt: skip
def test_rates_are_rounded_half_up_everywhere(share, shown):
    assert percent(share) == shown


@given(st.integers(0, 20000), st.integers(1, 20000))
def test_the_gap_is_what_a_reader_works_out(completed, target):
    """Of the two rates as they stand on the page."""
    bulletin = later([completed] * ROWS, [0] * ROWS, [0] * ROWS)
    rate, schedule = completed / target, bulletin.standing.schedule
    shown = Decimal(percent(rate)[:-1]) - Decimal(percent(schedule)[:-1])
    from pipeline.writing.words import against

    told = re.search(
        r"(高于|低于)时序进度([\d.]+)个百分点", against(rate, schedule)
    )
    if told is None:
        assert shown == 0
        return
    sign = 1 if told[1] == "高于" else -1
    assert Decimal(told[2]) * sign == shown
