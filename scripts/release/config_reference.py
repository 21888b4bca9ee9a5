"""Writes docs/zh/配置大全.md from config.example.toml: every section and key with its value there and what it means.

python3 scripts/release/config_reference.py

The words stand in one place, the sample that people edit; tests hold that no key of the program is missing there, and that the
page is what this writes.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "config.example.toml"
PAGE = ROOT / "docs" / "zh" / "配置大全.md"

_HEAD = """\
# 配置大全

本页由 `python3 scripts/release/config_reference.py` 从 `config.example.toml` 生成，不要手改。
说明里写着“默认”的，左边就是默认值，整行可以不写。改完运行 `xunbao check`：哪一行写错了、该怎么写，都会说。
"""
# One that most do without stands as a comment
_SECTION = re.compile(r"(?:# )?(\[\[?)([\w.]+)\]\]?\s*(?:#\s*(.*))?")
_KEY = re.compile(r"(# )?([a-z_]+) = (.*?)(?:\s+#\s+(.*))?")


def reference(sample: str) -> str:
    """The page for the text of the sample."""
    return "\n".join([_HEAD, *_lines(sample.splitlines())]) + "\n"


def _lines(sample: list[str]) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    section = ""
    waiting: list[str] = []
    for line in sample:
        head = _SECTION.fullmatch(line)
        key = _KEY.fullmatch(line)
        if head:
            fresh = head[2] != section and (head[2], "") not in seen
            section = head[2]
            if fresh:
                seen.add((section, ""))
                yield from _opened(head, waiting)
            waiting = []
        elif key and section and (section, key[2]) not in seen:
            seen.add((section, key[2]))
            yield _row(key, waiting)
            waiting = []
        elif line.startswith("# ") and "====" not in line and not key:
            waiting.append(line.removeprefix("# "))
        else:
            waiting = []


def _opened(head: re.Match[str], before: list[str]) -> Iterator[str]:
    mark = "]]" if head[1] == "[[" else "]"
    yield f"\n## `{head[1]}{head[2]}{mark}`\n"
    told = " ".join(filter(None, [*before, head[3] or ""]))
    if told:
        yield f"{told}\n"
    if mark == "]]":
        yield "可以写几段，一段一个。\n"
    yield "| 键 | 值 | 意思 |"
    yield "| --- | --- | --- |"


def _row(key: re.Match[str], before: list[str]) -> str:
    told = " ".join(filter(None, [*before, key[4] or ""])) or "见上"
    value = key[3].strip()
    # A list over several lines: its first says enough
    if value == "[":
        value = "[…]"
    cells = (f"`{key[2]}`", f"`{value}`", told)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> int:
    PAGE.write_text(reference(SAMPLE.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
