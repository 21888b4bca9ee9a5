"""The board's drawings as plain SVG geometry: bars against the schedule, lines of a history.

Pure arithmetic: shares and figures in, coordinates out. All drawings have a viewBox of
their own, so the page's style decides how large they are.
"""

from collections.abc import Iterable, Sequence

from pipeline.model.letters.board_content import BoardPoint
from pipeline.model.values.frozen import frozen

# A bar shows up to 120 %, so that a unit beyond its target is seen to be beyond it.
_MOST_SHARE = 1.2
BAR_WIDTH = 1000
LINE_WIDTH, LINE_HEIGHT = 640, 220
SPARK_WIDTH, SPARK_HEIGHT = 96, 24
_MARGIN_LEFT, _MARGIN_RIGHT, _MARGIN_TOP, _MARGIN_BOTTOM = 58, 14, 12, 28


@frozen
class Bar:
    """Widths and places in units of BAR_WIDTH: `reached`, the `schedule` line, the
    `target` line at 100 %."""

    reached: float
    schedule: float
    target: float


@frozen
class Tick:
    at: float
    label: str


@frozen
class History:
    """`reported` and `planned` are the points of two polylines, "x,y x,y ..."; `dots`
    their places with what a person reads at each."""

    reported: str
    planned: str
    dots: tuple[tuple[float, float, str], ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


def bar(rate: float | None, schedule: float | None) -> Bar:
    """Rates as 0.52; without one the bar is empty. The third mark is 100 %."""
    return Bar(_along(rate or 0.0), _along(schedule or 0.0), _along(1.0))


def spark(points: Sequence[BoardPoint]) -> str:
    """The rates of a row as the points of a small polyline, its figures where there
    are no targets; "" with fewer than two."""
    known: list[tuple[int, float]] = []
    schedule = 0.0
    for i, point in enumerate(points):
        value: float | None = point.completed
        if point.schedule is not None:
            schedule = point.schedule
            value = point.rate
        if value is not None:
            known.append((i, value))
    # One point is no line.
    if len(known) < 2:
        return ""
    # Up to the schedule at least, so that a low line looks low.
    top = max(*(value for _, value in known), schedule, 0.01)
    step = SPARK_WIDTH / max(len(points) - 1, 1)
    return _polyline(
        (i * step, SPARK_HEIGHT - 2 - (SPARK_HEIGHT - 4) * value / top)
        for i, value in known
    )


def history(
    points: Sequence[BoardPoint], target: int | None, unit: str
) -> History:
    """A row's figures through the periods, beside what the schedule asked at each;
    `planned` is "" without targets."""
    planned = []
    for p in points:
        if target is not None and p.schedule is not None:
            planned.append(target * p.schedule)
    figures = [p.completed for p in points if p.completed is not None]
    top = _round_up(max([*planned, *figures, 1]))
    places = []
    for i in range(len(points)):
        places.append(_across(i, len(points)))
    dots = [
        (
            round(x, 1),
            round(_up(p.completed, top), 1),
            f"{_short(p)} {p.completed:,}{unit}",
        )
        for x, p in zip(places, points, strict=True)
        if p.completed is not None
    ]
    return History(
        reported=_polyline((x, y) for x, y, _ in dots),
        planned=_polyline(
            (x, _up(figure, top))
            for x, figure in zip(places, planned, strict=False)
        ),
        dots=tuple(dots),
        across=tuple(_labels(points, places)),
        up=tuple(
            Tick(
                round(_up(top * part / 4, top), 1), f"{round(top * part / 4):,}"
            )
            for part in range(5)
        ),
    )


def _along(share: float) -> float:
    within = min(max(share, 0.0), _MOST_SHARE)
    return round(BAR_WIDTH * within / _MOST_SHARE, 1)


def _across(index: int, count: int) -> float:
    room = LINE_WIDTH - _MARGIN_LEFT - _MARGIN_RIGHT
    return _MARGIN_LEFT + room * index / max(count - 1, 1)


def _up(figure: float, top: float) -> float:
    room = LINE_HEIGHT - _MARGIN_TOP - _MARGIN_BOTTOM
    return LINE_HEIGHT - _MARGIN_BOTTOM - room * figure / top


def _round_up(value: float) -> int:
    """The next number whose quarters are round: 5,437 -> 6,000."""
    step = 4
    while step * 10 < value:
        step *= 10
    return int(-(-value // step) * step)


def _labels(
    points: Sequence[BoardPoint], places: Sequence[float]
) -> list[Tick]:
    """At most six dates below the axis, the newest always among them."""
    # More would run into each other on a phone.
    every = max(1, -(-len(points) // 6))
    last = len(points) - 1
    shown = [i for i in range(len(points)) if (last - i) % every == 0]
    return [Tick(round(places[i], 1), _short(points[i])) for i in shown]


def _short(point: BoardPoint) -> str:
    return f"{point.period.month}.{point.period.day}"


def _polyline(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
