"""The charts of the bulletin's workbook: rates by kind with the schedule line, the course
of the whole against what the schedule wanted.

Every point is cached in the chart, so that a viewer which computes nothing shows it too.
Trusts the sheets that it is told the places of. Import this module late.
"""

from collections.abc import Sequence
from typing import Any, Final

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.data_source import NumData, NumVal, StrData, StrRef, StrVal
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.shapes import GraphicalProperties

from pipeline.model.standing import Row
from pipeline.writing.bulletin.sheets import HEAD_ROW, Sheet, shown_alike

# The colours of a row's state: level with the schedule, below it, called behind.
_LEVEL: Final = "2E7D4F"
_BELOW: Final = "D9A441"
_BEHIND: Final = "C0392B"
_SCHEDULE: Final = "1F4E9E"
# Under a bar's label, so that the schedule's line never strikes it through.
_PAPER: Final = "FFFFFF"
# Centimetres: a landscape page
_WIDTH: Final = 22
# Two on a landscape page
_HEIGHT: Final = 6.8


def rates_chart(
    sheet: Sheet,
    name: str,
    rows: Sequence[Row],
    first: int,
    columns: dict[str, int],
) -> Any:
    """Rates of one kind as bars in the colours of their states, the schedule as a line
    across; the axis reaches 100 % and over. `columns` are those of unit, rate, schedule."""
    last = first + len(rows) - 1
    names = [row.unit for row in rows]
    rates = [shown_alike(row.rate or 0.0) for row in rows]
    chart = BarChart()
    chart.type = "col"
    chart.style = 10
    chart.title = f"{name}完成率与时序进度"
    chart.add_data(_column(sheet, columns["rate"], first, last))
    chart.set_categories(_column(sheet, columns["unit"], first, last))
    bars = chart.series[0]
    bars.graphicalProperties = GraphicalProperties(solidFill=_LEVEL)
    for index, row in enumerate(rows):
        point = DataPoint(idx=index)
        point.graphicalProperties = GraphicalProperties(solidFill=_colour(row))
        bars.dPt.append(point)
    _cache(bars, names, rates, "0.0%")
    chart.dataLabels = _labels("0.0%")
    chart.legend = None
    chart.gapWidth = 45
    _frame(chart, "0%")
    _scale(chart, max(rates))
    chart += _line(
        sheet=sheet,
        column=columns["schedule"],
        first=first,
        last=last,
        names=names,
        rows=rows,
    )
    return chart


def _scale(chart: BarChart, highest: float) -> None:
    """The axis of the rates, of which 1.0 is the whole target."""
    # Whole tenths, with room for the label above the tallest bar.
    tenths = int(highest * 10 + 1)
    above = tenths / 10 + 0.1
    chart.y_axis.scaling.min = 0
    chart.y_axis.scaling.max = max(1.0, above)
    chart.y_axis.majorGridlines = None


def _colour(row: Row) -> str:
    if row.lagging:
        return _BEHIND
    if (row.rate or 0) < (row.schedule or 0):
        return _BELOW
    return _LEVEL


def _line(
    sheet: Sheet,
    column: int,
    first: int,
    last: int,
    names: Sequence[str],
    rows: Sequence[Row],
) -> LineChart:
    line = LineChart()
    line.add_data(_column(sheet, column, first, last))
    series = line.series[0]
    series.marker.symbol = "none"
    _draw(series, _SCHEDULE, "dash")
    _cache(
        series,
        names,
        [shown_alike(row.schedule or 0.0) for row in rows],
        "0.0%",
    )
    return line


def course_chart(
    sheet: Sheet,
    periods: Sequence[str],
    totals: Sequence[int],
    wanted: Sequence[int],
    title: str,
) -> Any:
    """The whole's figure over the periods, and what the schedule wanted of it; `wanted`
    is empty without targets."""
    chart = LineChart()
    chart.style = 10
    chart.title = title
    lines = [(totals, _LEVEL, "solid"), (wanted, _SCHEDULE, "dash")]
    if not wanted:
        lines.pop()
    # They stand in the sheet's last rows.
    first = sheet.max_row - len(lines) + 1
    for row, (_, colour, dash) in enumerate(lines, first):
        place = Reference(
            sheet,
            min_col=1,
            max_col=1 + len(periods),
            min_row=row,
            max_row=row,
        )
        chart.add_data(place, from_rows=True, titles_from_data=True)
        series = chart.series[-1]
        _draw(series, colour, dash)
    heads = Reference(
        sheet,
        min_col=2,
        max_col=1 + len(periods),
        min_row=HEAD_ROW,
        max_row=HEAD_ROW,
    )
    chart.set_categories(heads)
    for series, (values, *_) in zip(chart.series, lines, strict=True):
        _cache(series, periods, values, "#,##0")
    chart.legend = Legend(legendPos="b")
    _frame(chart, "#,##0")
    return chart


def _frame(chart: Any, number_format: str) -> None:
    chart.width = _WIDTH
    chart.height = _HEIGHT
    chart.y_axis.number_format = number_format
    # Unsaid, openpyxl leaves both axes out.
    chart.x_axis.delete = False
    chart.y_axis.delete = False


def _draw(series: Any, colour: str, dash: str) -> None:
    series.graphicalProperties.line.solidFill = colour
    series.graphicalProperties.line.dashStyle = dash
    # A curve between two reports would tell figures that nobody reported.
    series.smooth = False


def _column(sheet: Sheet, column: int, first: int, last: int) -> Reference:
    return Reference(
        sheet,
        min_col=column,
        min_row=first,
        max_row=last,
    )


def _labels(form: str) -> DataLabelList:
    return DataLabelList(
        numFmt=form,
        showVal=True,
        showSerName=False,
        showCatName=False,
        showLegendKey=False,
        showPercent=False,
        spPr=GraphicalProperties(solidFill=_PAPER),
    )


def _cache(
    series: Any, names: Sequence[str], values: Sequence[float], form: str
) -> None:
    """Puts the values into the chart itself."""
    points = [
        NumVal(
            idx=i,
            v=repr(value),
        )
        for i, value in enumerate(values)
    ]
    series.val.numRef.numCache = NumData(
        formatCode=form,
        ptCount=len(points),
        pt=points,
    )
    if series.cat is not None and series.cat.numRef is not None:
        # openpyxl takes every category for a number; names are texts.
        series.cat.strRef = StrRef(f=series.cat.numRef.f)
        series.cat.numRef = None
    if series.cat is not None and series.cat.strRef is not None:
        texts = [
            StrVal(
                idx=i,
                v=name,
            )
            for i, name in enumerate(names)
        ]
        series.cat.strRef.strCache = StrData(ptCount=len(texts), pt=texts)
