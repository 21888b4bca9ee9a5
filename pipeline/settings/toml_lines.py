"""Where a key stands in a TOML file: path -> line number. tomllib tells the values and not the lines.

Reads only files that tomllib has accepted, so it may be simple: headers, keys, and
values skipped over several lines.
"""

import re

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(
    r"^\s*((?:\"[^\"]*\"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:\"[^\"]*\"|'[^']*'|[\w-]+))*)\s*="
)
_INLINE_KEY = re.compile(r"[{,]\s*(\"[^\"]*\"|[\w-]+)\s*=")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')


def line_index(text: str) -> dict[Path, int]:
    """Every table, array element and key of the file with its line, counted from 1."""
    index: dict[Path, int] = {(): 1}
    counts: dict[str, int] = {}
    table: Path = ()
    open_brackets = 0
    for number, line in enumerate(text.splitlines(), 1):
        if open_brackets == 0 and (header := _HEADER.match(line)):
            table = _table(header, counts)
            index.setdefault(table, number)
            continue
        # Brackets and # within quotes are text.
        bare = _STRING.sub('""', line).split("#", 1)[0]
        if open_brackets == 0 and (key := _KEY.match(line)):
            path = table + _parts(key[1])
            index.setdefault(path, number)
            for inner in _INLINE_KEY.finditer(line[key.end() :]):
                index.setdefault((*path, *_parts(inner[1])), number)
        # A list over several lines holds no keys.
        open_brackets = max(
            0,
            open_brackets
            + sum(map(bare.count, "[{"))
            - sum(map(bare.count, "]}")),
        )
    return index


def _table(header: re.Match[str], counts: dict[str, int]) -> Path:
    name = header[2]
    if header[1] == "[":
        return _parts(name)
    counts[name] = counts.get(name, -1) + 1
    return (*_parts(name), counts[name])


def _parts(dotted: str) -> Path:
    found = []
    for part in dotted.split("."):
        found.append(part.strip().strip("\"'"))
    return tuple(found)


def nearest_line(index: dict[Path, int], path: Path) -> int:
    """The line of a key, or of the nearest table that holds it."""
    while path not in index:
        path = path[:-1]
    return index[path]
