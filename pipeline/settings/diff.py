"""Settings as plain keys and values, so that two can be compared: unit.甲县.target =
1200. Passwords never stand in them.

Lists of parts are told apart by their names, not by their place: a unit that moved in
the file is no change.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.settings.schema import Settings

# Characters of a value that are shown
_LONGEST = 60
# Postgresql://user:THIS@host/name
_PASSWORD = re.compile(r"(://[^:/@]*:)[^@/]*@")


def flat(settings: Settings) -> dict[str, str]:
    """Every key with its value as text; the admin's own templates, and what was
    learned, with the beginning of their hash."""
    found = dict(_flat("", settings.model_dump(mode="json")))
    learned = settings.review.learned
    if learned.is_file():
        taught = {learned.name: _digest(learned)}
    else:
        taught = {}
    # The days themselves, since a file may change and keep its name.
    own = settings.workdays
    if own.off or own.work:
        found["holidays.off"] = _joined(own.off)
        found["holidays.work"] = _joined(own.work)
    found["storage.database"] = without_password(settings.storage.database)
    return found | dict(_templates(settings.templates)) | taught


def _joined(days: Iterable[date]) -> str:
    return "、".join(map(str, sorted(days)))


def without_password(url: str) -> str:
    """A database's URL as it may be kept and shown."""
    return _PASSWORD.sub(r"\1***@", url)


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """What differs, a line each: schedule.deadline：18:00 → 17:00."""
    found = []
    for key in sorted({*before, *after}):
        if before.get(key) != after.get(key):
            found.append(
                f"{key}：{_short(before.get(key))} → {_short(after.get(key))}"
            )
    return found


def _flat(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{key}.{name}" if key else name, inner)
    elif (
        isinstance(value, list)
        and value
        and all(isinstance(part, dict) for part in value)
    ):
        for number, part in enumerate(value, 1):
            yield from _flat(f"{key}.{part.get('name', number)}", part)
    else:
        yield (
            key,
            "、".join(map(str, value))
            if isinstance(value, list)
            else str(value),
        )


def _templates(folder: Path | None) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.rglob("*")) if folder else ():
        if file.is_file():
            yield (
                f"mail_templates/{file.relative_to(folder or file).as_posix()}",
                _digest(file),
            )


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()[:12]


def _short(value: str | None) -> str:
    if value is None:
        return "没有"
    if len(value) <= _LONGEST:
        return value
    return f"{value[:_LONGEST]}…"
