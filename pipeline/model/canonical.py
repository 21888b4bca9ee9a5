"""What identities are hashed over: bytes as they are, and one way to write a value of the
model down, as JSON.

The same value gives the same bytes on every machine, in every version of Python, and
whatever `repr` comes to look like.
"""

import json
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from hashlib import sha256
from typing import Any

# Metadata of a field that counts only with a value
WHERE_SET = "hashed where set"


def raw_key(raw: bytes) -> str:
    """The key of bytes, which names them in the vault, and a mail in the ledger: their
    SHA-256, in hexadecimal."""
    return sha256(raw).hexdigest()


def canonical_json(value: Any) -> str:
    """Keys in their order, no blanks, ASCII alone. Dataclasses by their fields, times
    by ISO 8601, sets sorted. TypeError for what has no such form."""
    return json.dumps(
        value,
        default=_plain,
        sort_keys=True,
        ensure_ascii=True,
        separators=(",", ":"),
    )


def canonical_digest(value: Any) -> str:
    """The SHA-256 of the canonical JSON, in hexadecimal."""
    return raw_key(canonical_json(value).encode())


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        found = {}
        for field in fields(value):
            part = getattr(value, field.name)
            # A field of later days leaves the hashes of values without it as they were.
            if part or not field.metadata.get(WHERE_SET):
                found[field.name] = part
        return found
    # A datetime is one, too
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, AbstractSet):
        return sorted(value)
    raise TypeError(f"no canonical form: {type(value).__name__}")
