"""The roster of a config as rows of cells, and rows back into the config's text.

For an office that keeps its units in a workbook. Knows neither files nor workbooks: a
sheet is a list of rows of text, as they stand there. Comments and the order of keys in
the config stay (tomlkit). Never changes a text in which a cell is wrong: every mistake
is told at once, with its cell.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final

import tomlkit
from tomlkit.items import AoT, Table

from pipeline.model.values.frozen import frozen
from pipeline.model.wording.campaign_words import DEFAULT_KINDS
from pipeline.settings.roster_comments import Comments

Rows = Sequence[Sequence[str]]
Sheets = Mapping[str, Rows]
_Values = dict[str, Any]

UNITS: Final = "单位"
GROUPS: Final = "推进组"
STAFF: Final = "工作人员"

# What the campaign states of its units together, which may follow them
SUMS: Final = ("base", "target")

_SEPARATORS = re.compile(r"[、,，;；\s]+")
# Between a day and what holds from it on
_FROM = "起"
_GAP = re.compile(r"\n{3,}\[\[")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
# Where the config names none of its own
_KINDS = dict(map(attrgetter("name", "id"), DEFAULT_KINDS))
# As sheets of an earlier version have them
_EARLIER_KINDS = {"区（市、县）": "county", "市级": "municipal"}
_ROLES = {
    "简报": "digest",
    "通报": "bulletin",
    "审核": "review",
    "告警": "alert",
}
_YES_NO = {"是": True, "否": False}
# What a column was called in sheets of an earlier version.
_ALSO_CALLED = {"base": ("上年末会员数",)}


class CellMistakes(Exception):
    """Cells that are wrong: each a sentence that names sheet, column and row."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


class WrongCell(ValueError):
    """One cell, in words."""


@frozen
class Column:
    """One key of a table of the config, as a column of the sheet."""

    title: str
    key: str
    read: Callable[[str], Any]
    show: Callable[[Any], str] = str


def _text(cell: str) -> str:
    return cell


def _count(cell: str) -> int:
    plain = cell.replace(",", "").replace("，", "")
    if not re.fullmatch(r"\d+(\.0+)?", plain):
        raise WrongCell(f"“{cell}”不是整数")
    return int(float(plain))


def _day(cell: str) -> date:
    """A day as it is typed, or as a cell of dates comes out of a workbook."""
    try:
        return datetime.fromisoformat(cell.replace("/", "-")).date()
    except ValueError:
        raise WrongCell(f"“{cell}”不是日期，应写成 2015-10-11") from None


def _target(cell: str) -> Any:
    """One number; or, where it changed, each with the day from which it holds:
    2015-01-01起5437、2015-10-11起5600."""
    if _FROM not in cell:
        return _count(cell)
    array = tomlkit.array()
    for word in _words(cell):
        day, _, count = word.partition(_FROM)
        dated = tomlkit.inline_table()
        dated.update({"from": _day(day), "value": _count(count)})
        array.append(dated)
    return array


def _target_shown(value: Any) -> str:
    if not isinstance(value, list):
        return str(value)
    return _joined(f"{part['from']}{_FROM}{part['value']}" for part in value)


def _newest(target: Any) -> int:
    """The target that holds in the end, of one number or of several with their days."""
    if not isinstance(target, list):
        return int(target or 0)
    days = sorted((part["from"], part["value"]) for part in target)
    newest = 0
    for _, value in days:
        newest = int(value)
    return newest


def _address(cell: str) -> str:
    if not _ADDRESS.fullmatch(cell):
        raise WrongCell(f"“{cell}”不是邮箱地址")
    return cell


def _addresses(cell: str) -> list[str]:
    found = []
    for word in _words(cell):
        found.append(_address(word))
    return found


def _words(cell: str) -> list[str]:
    found = []
    for word in _SEPARATORS.split(cell):
        if word:
            found.append(word)
    return found


def _one_of(
    codes: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> Callable[[str], Any]:
    """`before`: how the codes were called in sheets of an earlier version."""

    def read(cell: str) -> Any:
        if cell in codes:
            return codes[cell]
        if before and before.get(cell) in codes.values():
            return before[cell]
        if cell in codes.values():
            return cell
        raise WrongCell(f"“{cell}”不对，可以写 {'、'.join(codes)}")

    return read


def _some_of(codes: Mapping[str, str]) -> Callable[[str], list[str]]:
    one = _one_of(codes)
    return lambda cell: [one(word) for word in _words(cell)]


def _name_of(codes: Mapping[str, Any]) -> Callable[[Any], str]:
    names = {code: name for name, code in codes.items()}
    return lambda code: names.get(code, str(code))


def _joined(values: Any) -> str:
    return "、".join(str(value) for value in values)


def _roles_shown(codes: Any) -> str:
    name = _name_of(_ROLES)
    return _joined(name(code) for code in codes)


COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    UNITS: (
        Column("名称", "name", _text),
        Column(
            "类别", "kind", _one_of(_KINDS, _EARLIER_KINDS), _name_of(_KINDS)
        ),
        Column("上年末基数", "base", _count),
        Column("目标", "target", _target, _target_shown),
        Column("邮箱", "email", _addresses, _joined),
        Column("其他叫法", "aliases", _words, _joined),
        Column("曾用名", "formerly", _words, _joined),
        Column("由成员合计", "pool", _one_of(_YES_NO), _name_of(_YES_NO)),
        Column("所属", "member_of", _text),
        Column("要报表", "expects_report", _one_of(_YES_NO), _name_of(_YES_NO)),
        Column("编号", "id", _text),
        Column("加入", "joined", _day),
        Column("退出", "left", _day),
    ),
    GROUPS: (
        Column("名称", "name", _text),
        Column("部门", "department", _text),
        Column("邮箱", "email", _addresses, _joined),
        Column("联系单位", "units", _words, _joined),
    ),
    STAFF: (
        Column("名称", "name", _text),
        Column("邮箱", "email", _address),
        Column("职责", "roles", _some_of(_ROLES), _roles_shown),
    ),
}
_TABLES: Final = {UNITS: "unit", GROUPS: "group", STAFF: "staff"}


def _columns_of(
    document: tomlkit.TOMLDocument,
) -> dict[str, tuple[Column, ...]]:
    """The columns, with the kinds of units that the config itself names; what sheets of
    the first campaign call theirs is read, too."""
    kinds = {}
    for kind in document.get("kind", []):
        code = str(kind.get("id") or kind.get("name", ""))
        kinds[str(kind.get("name", code))] = code
    if not kinds:
        return dict(COLUMNS)
    earlier = {**_KINDS, **_EARLIER_KINDS}
    own = Column("类别", "kind", _one_of(kinds, earlier), _name_of(kinds))
    units = []
    for column in COLUMNS[UNITS]:
        units.append(own if column.key == "kind" else column)
    return {**COLUMNS, UNITS: tuple(units)}


def sheets_of(text: str) -> dict[str, list[list[str]]]:
    """Every sheet of a config's text, heads first."""
    document = tomlkit.parse(text)
    found = {}
    for sheet, columns in _columns_of(document).items():
        rows = [[column.title for column in columns]]
        for table in document.get(_TABLES[sheet], []):
            rows.append([_shown(column, table) for column in columns])
        found[sheet] = rows
    return found


def blank_sheets(staff: Sequence[str]) -> dict[str, list[list[str]]]:
    """Heads, one row of an example each, and the staff by their addresses, for an office
    that has no list yet."""
    rows = {
        UNITS: [["甲县", "县（市、区）", "1000", "300", "jia@example.cn"]],
        GROUPS: [["第一组", "办公室", "group1@example.cn", "甲县"]],
        STAFF: [],
    }
    for number, address in enumerate(staff, 1):
        named = f"工作人员{number}"
        rows[STAFF].append([named, address, "简报、通报、审核、告警"])
    found = {}
    for sheet, columns in COLUMNS.items():
        found[sheet] = [[column.title for column in columns], *rows[sheet]]
    return found


def _shown(column: Column, table: Mapping[str, Any]) -> str:
    if column.key not in table:
        return ""
    return column.show(table[column.key])


def with_roster(text: str, sheets: Sheets, *, totals: bool = False) -> str:
    """The config's text with what the sheets say; a sheet that is not there changes
    nothing. With `totals` the campaign's own sums follow. Raises CellMistakes."""
    document = tomlkit.parse(text)
    reading = _Reading(_columns_of(document))
    given = [name for name in COLUMNS if name in sheets]
    tables = {name: reading.sheet(name, sheets[name]) for name in given}
    reading.refuse_strangers(tables)
    if reading.mistakes:
        raise CellMistakes(reading.mistakes)
    for sheet, rows in tables.items():
        _replace(document, _TABLES[sheet], rows)
    if totals:
        _add_up(document)
    # A table that moved brings an empty line more than it needs.
    return _GAP.sub("\n\n[[", tomlkit.dumps(document))


@dataclass
class _Reading:
    """The cells of all sheets, with what was wrong on the way."""

    all_columns: Mapping[str, tuple[Column, ...]]
    mistakes: list[str] = field(default_factory=list)

    def sheet(self, name: str, rows: Rows) -> list[_Values]:
        columns = self._columns(name, rows[0] if rows else ())
        found: list[_Values] = []
        for number, cells in enumerate(rows[1:], 2):
            if any(cell.strip() for cell in cells):
                found.append(self._row(name, number, columns, cells))
        self._refuse_doubles(name, found)
        return found

    def _columns(self, name: str, heads: Sequence[str]) -> dict[int, Column]:
        columns = self.all_columns[name]
        known = {column.title: column for column in columns}
        for column in columns:
            known |= dict.fromkeys(_ALSO_CALLED.get(column.key, ()), column)
        found = {}
        for place, head in enumerate(heads):
            if head.strip() in known:
                found[place] = known[head.strip()]
        if "name" not in {column.key for column in found.values()}:
            titles = "、".join(column.title for column in columns)
            self.mistakes.append(
                f"{name}：第一行没有“名称”一列；可以有的列是 {titles}"
            )
        return found

    def _row(
        self,
        name: str,
        number: int,
        columns: Mapping[int, Column],
        cells: Sequence[str],
    ) -> _Values:
        values: _Values = {}
        for place, column in columns.items():
            cell = cells[place].strip() if place < len(cells) else ""
            where = f"{name}!{_letter(place)}{number}（{column.title}）"
            if column.key == "name" and not cell:
                self.mistakes.append(f"{where}：空着，要写名称")
            if not cell:
                values[column.key] = None
                continue
            try:
                values[column.key] = column.read(cell)
            except WrongCell as wrong:
                self.mistakes.append(f"{where}：{wrong}")
        return values

    def _refuse_doubles(self, name: str, rows: Sequence[_Values]) -> None:
        seen: set[str] = set()
        for row in rows:
            called = row.get("name")
            if called is None:
                continue
            if called in seen:
                self.mistakes.append(f"{name}：“{called}”写了两次")
            seen.add(called)

    def refuse_strangers(self, tables: Mapping[str, Sequence[_Values]]) -> None:
        """Units that a group or a member names and the sheet of units has not."""
        if UNITS not in tables:
            return
        known = {row.get("name") for row in tables[UNITS]}
        for row in tables[UNITS]:
            if row.get("member_of") and row["member_of"] not in known:
                self._stranger(UNITS, row, row["member_of"])
        for row in tables.get(GROUPS, ()):
            for unit in row.get("units") or ():
                if unit not in known:
                    self._stranger(GROUPS, row, unit)

    def _stranger(self, sheet: str, row: _Values, unit: str) -> None:
        called = row.get("name", "")
        self.mistakes.append(f"{sheet}：“{called}”写的“{unit}”不在“单位”表里")


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def _replace(
    document: tomlkit.TOMLDocument, key: str, rows: Sequence[_Values]
) -> None:
    """The tables of that key in the order of the rows; one that stays keeps its comments."""
    present: AoT = document.get(key, tomlkit.aot())
    by_name = {str(table.get("name")): table for table in present}
    # Before a key is added: it would come to stand below them.
    comments = Comments(present)
    tables = []
    for row in rows:
        tables.append(_table(_present(row, by_name), row, key))
    array = comments.put_among(tables)
    if key in document:
        document[key] = array
    elif tables:
        document.append(key, array)


def _present(row: _Values, by_name: Mapping[str, Table]) -> Table | None:
    """The table that a row is of: by its name, else by the last of its former ones that
    is there, since a rename changes the name alone."""
    for name in (row["name"], *reversed(row.get("formerly") or ())):
        if name in by_name:
            return by_name[name]
    return None


def _add_up(document: tomlkit.TOMLDocument) -> None:
    """The sums that the campaign names, of the rows; members are within their pool."""
    rows = []
    for table in document["unit"]:
        # What has left counts no more, as in the check of the sums.
        if not table.get("member_of") and "left" not in table:
            rows.append(table)
    campaign = document["campaign"]
    measured = set()
    for table in rows:
        measured.add("target" in table)
    if True not in measured:
        # A campaign without targets has no sum of them
        campaign.pop("target", None)
    for key in SUMS:
        if key in campaign:
            campaign[key] = sum(_newest(table.get(key)) for table in rows)


def _table(table: Table | None, row: _Values, key: str) -> Table:
    """A table with what the row says. Keys that no column knows stay."""
    sheet = next(name for name, known in _TABLES.items() if known == key)
    if table is None:
        table = tomlkit.table()
    for column in COLUMNS[sheet]:
        if column.key not in row:
            # The sheet has no such column
            continue
        value = row[column.key]
        if value is None:
            table.pop(column.key, None)
        elif table.get(column.key) != value:
            table[column.key] = value
    return table
