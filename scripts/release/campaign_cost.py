"""Counts what each campaign of examples/ had to write: the settings that differ from the neutral defaults, and its roster.

    python3 scripts/release/campaign_cost.py

Prints the rows of the table in docs/zh/换一项工作怎么用.md; a test holds the page to them. Reads the configs as text and as Settings, changes nothing.
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pipeline.settings.schema import Settings  # noqa: E402

# Who reports and who reads, told apart from how the campaign goes
ROSTER = ("unit", "group", "staff")


def settings_written(table: Any, model: Any) -> Iterator[str]:
    """The name of each setting whose value is not the default, in a table read from TOML and the part that describes it."""
    fields = {
        field.alias or name: field for name, field in model.model_fields.items()
    }
    for key, value in table.items():
        field = fields.get(key)
        inner = getattr(field, "annotation", None)
        if isinstance(value, dict) and hasattr(inner, "model_fields"):
            yield from settings_written(value, inner)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for part in value:
                yield from part
        elif field is None or field.default not in (value, _frozen(value)):
            yield key


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def rows() -> list[str]:
    """| hazards | lines | settings | units | of each example, in the folder's order."""
    found = []
    for path in sorted((ROOT / "examples").glob("*/config.toml")):
        text = path.read_text("utf-8")
        lines = [
            x for x in text.splitlines() if x.strip() and not x.startswith("#")
        ]
        tables = tomllib.loads(text)
        own = {
            name: part for name, part in tables.items() if name not in ROSTER
        }
        count = sum(1 for _ in settings_written(own, Settings))
        found.append(
            f"| {path.parent.name} | {len(lines)} | {count} | {len(tables['unit'])} |"
        )
    return found


if __name__ == "__main__":
    print("\n".join(rows()))
