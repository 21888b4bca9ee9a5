"""The board's pages: one for all, one a unit, one a guidance group, each a whole HTML file.

Trusts the facts to be judged already, and no text in them: every value that is printed
is made one line of visible characters and escaped. The pages hold no script, load
nothing, and say so to the browser (CSP with the style's own hash). Never writes a file.
"""

import base64
import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from pipeline.model.letters.board_content import (
    Board,
    BoardGroup,
    BoardLetter,
    BoardRow,
)
from pipeline.model.standing import Row
from pipeline.writing import words
from pipeline.writing.board import charts
from pipeline.writing.notice_names import notice_kinds
from pipeline.writing.titles import (
    NOTICE_STATES,
    STANDING_STATES,
    title,
)

_PACKAGE = "pipeline.writing.board"
_MARKS = {
    "on_time": "●",
    "late": "迟",
    "extended": "延",
    "held": "核",
    "unreadable": "读",
    "missing": "漏",
    "": "·",
}
# The newest ones of each page: it is looked at, not searched
_LETTERS = 60

_CASES = {
    "held": "待核",
    "unreadable": "未能读取",
    "set_aside": "处理不了，已搁置",
}


def pages(board: Board) -> dict[str, str]:
    """File name (with its folder) -> a whole HTML document; index.html is the door."""
    door = _environment(board, "")
    inner = _environment(board, "../")
    made = {"index.html": _index(board, door)}
    for number, item in enumerate(board.rows, start=1):
        made[_unit_file(number)] = _unit(board, item, inner)
    for number, group in enumerate(board.groups, start=1):
        made[_group_file(number)] = _group(board, group, inner)
    return made


def _index(board: Board, environment: ImmutableSandboxedEnvironment) -> str:
    ranked = "各单位进度"
    if board.standing.has_targets:
        ranked = "进度和位次"
    nav = [
        ("#progress", ranked),
        *_beside(board.rows),
        ("#calendar", "各期报送"),
        ("#cases", "等人处理"),
        ("#next", "接下来"),
        ("#letters", "发出的信"),
    ]
    return _render(
        environment=environment,
        template="index.html.j2",
        board=board,
        heading=board.title,
        newest=board.letters[:_LETTERS],
        nav=nav,
        kinds=_by_kind(board.rows),
    )


def _unit(
    board: Board, item: BoardRow, environment: ImmutableSandboxedEnvironment
) -> str:
    unit = item.row.unit
    return _render(
        environment=environment,
        template="unit.html.j2",
        board=board,
        heading=unit,
        nav=[
            ("../index.html", "总表"),
            ("#cases", "等人处理"),
            ("#letters", "发出的信"),
        ],
        item=item,
        drawn=charts.history(item.points, item.row.target, board.words.unit),
        own_cases=[case for case in board.cases if case.unit == unit],
        own_letters=_letters(board, (unit,)),
    )


def _group(
    board: Board, group: BoardGroup, environment: ImmutableSandboxedEnvironment
) -> str:
    rows = []
    for item in board.rows:
        if item.row.unit in group.units:
            rows.append(item)
    return _render(
        environment=environment,
        template="group.html.j2",
        board=board,
        heading=group.name,
        nav=[
            ("../index.html", "总表"),
            ("#cases", "等人处理"),
            ("#letters", "发出的信"),
        ],
        kinds=_by_kind(rows),
        own_rows=rows,
        own_cases=[case for case in board.cases if case.unit in group.units],
        own_letters=_letters(board, group.units),
    )


def _beside(rows: Sequence[BoardRow]) -> list[tuple[str, str]]:
    """The way to the further figures, where units report any."""
    if rows and rows[0].also:
        return [("#beside", "另外的数")]
    return []


def _letters(board: Board, units: Collection[str]) -> list[BoardLetter]:
    """The newest letters about any of the units."""
    found = []
    for letter in board.letters:
        if not set(units).isdisjoint(letter.units):
            found.append(letter)
    return found[:_LETTERS]


def _by_kind(rows: Sequence[BoardRow]) -> list[tuple[str, list[BoardRow]]]:
    """The rows of each kind in the order of rank, those without one last."""
    kinds: dict[str, list[BoardRow]] = {}
    for item in rows:
        kinds.setdefault(item.row.kind, []).append(item)
    for items in kinds.values():
        items.sort(key=_place)
    return list(kinds.items())


def _place(item: BoardRow) -> tuple[bool, int]:
    return item.row.rank is None, item.row.rank or 0


def _render(
    environment: ImmutableSandboxedEnvironment,
    template: str,
    board: Board,
    heading: str,
    nav: list[tuple[str, str]],
    **facts: Any,
) -> str:
    style = _file("style.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template(template).render(
        board=board,
        heading=heading,
        nav=nav,
        links=True,
        style=Markup(style),
        style_hash=Markup(f"sha256-{digest}"),
        **facts,
    )


def _environment(board: Board, up: str) -> ImmutableSandboxedEnvironment:
    """For all pages of one folder, so that each template is compiled once; `up` leads
    from the folder to index.html."""
    made = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(_file),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        keep_trailing_newline=True,
    )
    made.filters |= dict(_filters(board, up))
    return made


def _filters(board: Board, up: str) -> Iterator[tuple[str, Any]]:
    units = {
        item.row.unit: _unit_file(i)
        for i, item in enumerate(board.rows, start=1)
    }
    groups = {
        g.name: _group_file(i) for i, g in enumerate(board.groups, start=1)
    }
    yield "unit_link", lambda unit: up + units[unit]
    yield "group_link", lambda name: up + groups[name]
    yield "state_name", _state_name
    yield "state_mark", lambda state: _MARKS[state]
    yield "kind_name", board.words.kind_name
    yield "case_name", lambda kind: _CASES[kind]
    notices = notice_kinds(board.words)
    yield "notice_name", lambda kind: title(notices, kind)
    yield "notice_state", lambda state: title(NOTICE_STATES, state)
    yield "percent", words.percent
    yield "number", words.number
    yield "points", words.points
    yield "moment", words.moment
    yield "local_moment", lambda moment: words.moment(_local(moment, board.now))
    names = dict(zip(board.periods, board.period_names, strict=True))
    # A held report may name a period that the calendar has no more.
    yield "period_name", lambda due: names.get(due) or words.full_day(due)
    yield "bar", _bar
    yield "spark", charts.spark
    yield "base64", lambda content: base64.b64encode(content).decode()


def _state_name(state: str) -> str:
    if state:
        return title(STANDING_STATES, state)
    return "未到期"


def _bar(row: Row) -> charts.Bar:
    return charts.bar(row.rate, row.schedule)


def _local(moment: datetime, now: datetime) -> datetime:
    return moment.astimezone(now.tzinfo)


def _visible(value: Any) -> Any:
    """What came out of a mail is one line of visible characters wherever it stands."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return words.plain(value)
    return value


def _file(name: str) -> str:
    return (files(_PACKAGE) / name).read_text(encoding="utf-8")


def _unit_file(number: int) -> str:
    return f"units/{number:03d}.html"


def _group_file(number: int) -> str:
    return f"groups/{number:02d}.html"
