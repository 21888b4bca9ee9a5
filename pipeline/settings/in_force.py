"""A configuration that a ledger keeps as text, made into settings again: what was in
force when a period closed (rules.md 11).

Trusts the text, which was valid when it was taken up. Takes from the present settings
where things lie and how servers are reached, and the present names of units that were
renamed since, since the ledger is read by them. Never: looks at files.
"""

import tomllib
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from pipeline.settings.diff import without_password
from pipeline.settings.schema import Settings

# Beside the plain keys of a kept configuration (diff.flat): its whole text, and why it
# speaks for the past too.
WHOLE = "config.toml"
RETROACTIVE = "retroactive"
_OF_THE_PRESENT = ("storage", "mailbox", "smtp", "review", "health", "board")


def kept_beside(settings: Settings, why: str = "") -> dict[str, str]:
    """What is kept of a configuration beside its plain keys; `why` where it corrects the
    past."""
    found = {WHOLE: without_password(settings.text)}
    if why:
        found[RETROACTIVE] = why
    return found


def settings_then(
    kept: Mapping[str, str], present: Settings
) -> Settings | None:
    """The settings of a kept configuration; None where no text was kept, or one that
    this version cannot read any more."""
    text = kept.get(WHOLE, "")
    if not text or not present.text:
        return None
    raw = tomllib.loads(text)
    now = tomllib.loads(present.text)
    for name in _OF_THE_PRESENT:
        raw.pop(name, None)
        if name in now:
            raw[name] = now[name]
    _rename(raw, present.roster.renames)
    try:
        found = Settings.model_validate(raw)
    except ValidationError:
        return None
    moved = {name: getattr(present, name) for name in _OF_THE_PRESENT}
    return found.model_copy(update=moved).placed_like(present, text)


def _rename(raw: dict[str, Any], renames: Mapping[str, str]) -> None:
    """Every name of a unit by what it is called now; a form may say the former one."""
    for unit in raw.get("unit", ()):
        then = unit["name"]
        unit["name"] = renames.get(then, then)
        if unit["name"] != then:
            unit["formerly"] = [*unit.get("formerly", ()), then]
        if "member_of" in unit:
            unit["member_of"] = renames.get(
                unit["member_of"], unit["member_of"]
            )
    for group in raw.get("group", ()):
        named = []
        for name in group.get("units", ()):
            named.append(renames.get(name, name))
        group["units"] = named
