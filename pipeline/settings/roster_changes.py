"""What a roster that was imported says otherwise, a sentence each row, in the words of
the sheets. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import tomlkit

from pipeline.settings.roster_table import COLUMNS, SUMS, sheets_of

# Title of a column -> cell
Cells = Mapping[str, str]
_NAME, _FORMERLY = "名称", "曾用名"


def roster_changes(before: str, after: str) -> list[str]:
    """Of two texts of a config: which units, groups and staff came, went or changed, and
    the sums; empty where nothing did."""
    old = sheets_of(before)
    new = sheets_of(after)
    sheets = (_sheet_changes(name, old[name], new[name]) for name in COLUMNS)
    return [*chain.from_iterable(sheets), *_sums(before, after)]


def _sheet_changes(
    sheet: str, before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]
) -> Iterator[str]:
    old = _by_name(before)
    new = _by_name(after)
    gone = [name for name in old if name not in new]
    for name, cells in new.items():
        known = name
        if name not in old:
            known = _former(cells, gone)
        if not known:
            yield f"{sheet} {name}：新增{_told({}, cells)}"
            continue
        if known in gone:
            gone.remove(known)
        if told := _told(old[known], cells):
            yield f"{sheet} {known}：{told.removeprefix('，')}"
    for name in gone:
        yield f"{sheet} {name}：去掉"
    if list(old) != list(new) and set(old) == set(new):
        yield f"{sheet}：次序变了"


def _by_name(rows: Sequence[Sequence[str]]) -> dict[str, Cells]:
    heads = rows[0]
    place = heads.index(_NAME)
    found: dict[str, Cells] = {}
    for row in rows[1:]:
        found[row[place]] = dict(zip(heads, row, strict=True))
    return found


def _former(cells: Cells, gone: Sequence[str]) -> str:
    """Under which name a row was there before, where it was renamed."""
    for name in gone:
        if name in cells.get(_FORMERLY, "").split("、"):
            return name
    return ""


def _told(before: Cells, after: Cells) -> str:
    told = ""
    for title, cell in after.items():
        was = before.get(title, "")
        if not before and title != _NAME and cell:
            told += f"，{title} {cell}"
        elif before and was != cell:
            told += f"，{title} {was or '空'} → {cell or '空'}"
    return told


def _sums(before: str, after: str) -> Iterator[str]:
    old = tomlkit.parse(before).get("campaign", {})
    new = tomlkit.parse(after).get("campaign", {})
    for key in SUMS:
        if old.get(key) != new.get(key):
            yield f"合计 campaign.{key}：{old.get(key)} → {new.get(key)}"
