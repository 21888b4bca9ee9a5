"""What a ledger and the mail server say after the kills, held against a life that was never killed.

Rows are compared by what they mean: numbers that only count rows, times of writing and the names of lives are left out.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Rows = Counter[tuple[Any, ...]]

_COLUMNS = {
    "sighting": "folder, key, received_at, size, too_big",
    "message": "identity, key, message_id, received_at, sender, outcome, reason, unit, period",
    "report": "id, message_key, received_at, added, timeliness, notes, holds, measures",
    "decision": "report_id, by, rule, state, unit, period, completed, why, supersedes, timeliness",
    "notice": '"key", kind, unit, period, month, report_id, due_at, drop_reason, mail_id IS NULL',
    "round": '"key"',
    "bulletin": "kind, month, number",
    "talk": "month, unit, reasons",
    "talk_event": "month, unit, by, what",
}
# Admins are told of a bulletin in doubt: only the killed have one
_OF_THE_KILLS = "kind <> 'alert'"


@dataclass(frozen=True)
class Told:
    """What a ledger says: its rows by table, and each copy of each letter with its newest state."""

    rows: dict[str, Rows]
    # (recipient, Message-ID): state, once only, keys
    letters: dict[tuple[str, str], tuple[str, bool, str]]


def told(folder: Path) -> Told:
    """Reads a ledger as sqlite3 does, by no means of the program's own."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(folder / "storage" / "ledger.db")) as ledger:
        rows = {
            table: Counter(ledger.execute(_query(table, columns)))
            for table, columns in _COLUMNS.items()
        }
        letters = {
            (to, identity): (state or "waiting", bool(once), keys)
            for to, identity, state, once, keys in ledger.execute(_LETTERS)
        }
    return Told(rows, letters)


def _query(table: str, columns: str) -> str:
    return f"SELECT {columns} FROM {table}" + (
        f" WHERE {_OF_THE_KILLS}" if table == "notice" else ""
    )


_LETTERS = """
SELECT d.recipient, d.mail_id, (SELECT e.state FROM delivery_event e WHERE e.delivery_id = d.id ORDER BY e.id DESC LIMIT 1),
       m.once_only, (SELECT group_concat("key", ' ') FROM (SELECT "key" FROM notice WHERE mail_id = m.message_id ORDER BY "key"))
FROM delivery d JOIN mail m ON m.message_id = d.mail_id
WHERE NOT EXISTS (SELECT 1 FROM notice n WHERE n.mail_id = m.message_id AND n.kind = 'alert')
"""


@dataclass
class Damage:
    """What went wrong, by promise: all of it zero, or the promise is broken. `lines` say where."""

    mails_lost: int = 0
    rows_lost: int = 0
    rows_doubled: int = 0
    letters_lost: int = 0
    # Stands as sent, and never went
    letters_claimed: int = 0
    # More copies than one and its own ambiguous attempts
    repeated_unexcused: int = 0
    bulletins_twice: int = 0
    raw_damaged: int = 0
    lines: list[str] = field(default_factory=list)

    def add(self, promise: str, amount: int, line: str) -> None:
        if amount:
            setattr(self, promise, getattr(self, promise) + amount)
            self.lines.append(f"{promise}: {line}")

    @property
    def whole(self) -> bool:
        return not self.lines


def examined(
    name: str,
    found: Told,
    wanted: Told,
    copies: Counter[tuple[str, str]],
    ambiguous: Counter[tuple[str, str]],
) -> Damage:
    """One life against the one that was never killed."""
    damage = Damage()
    for table, rows in wanted.rows.items():
        lost, more = rows - found.rows[table], found.rows[table] - rows
        promise = "mails_lost" if table == "message" else "rows_lost"
        damage.add(promise, lost.total(), f"{name} {table} {list(lost)[:2]}")
        damage.add(
            "rows_doubled", more.total(), f"{name} {table} {list(more)[:2]}"
        )
    _letters(name, found, wanted, damage, copies)
    for copy, number in copies.items():
        once_only = found.letters.get(copy, ("", False, ""))[1]
        damage.add(
            "repeated_unexcused",
            max(0, number - 1 - ambiguous[copy]),
            f"{name} {copy} {number}",
        )
        damage.add(
            "bulletins_twice",
            int(once_only and number > 1),
            f"{name} {copy} {number}",
        )
    return damage


def _letters(
    name: str,
    found: Told,
    wanted: Told,
    damage: Damage,
    copies: Counter[tuple[str, str]],
) -> None:
    """Every letter went, or is a bulletin in doubt that the ledger says to be in doubt; none stands as sent that did not."""
    have = {(to, keys): (state, once, copies[to, identity]) for (to, identity), (state, once, keys) in found.letters.items()}  # fmt: skip
    for (to, _), (_, _, keys) in wanted.letters.items():
        state, once, number = have.get((to, keys), ("never planned", False, 0))
        told_in_doubt = once and state == "unknown"
        damage.add(
            "letters_lost",
            int(number == 0 and not told_in_doubt),
            f"{name} {to} {keys} {state}",
        )
        damage.add(
            "letters_claimed",
            int(state == "sent" and number == 0),
            f"{name} {to} {keys}",
        )
        damage.add(
            "letters_lost",
            int(state not in ("sent", "unknown")),
            f"{name} {to} {keys} ends as {state}",
        )


def raw_damage(folder: Path) -> Iterator[str]:
    """Every file of the vault that is not what its name says, and every key of the ledger that has no file."""
    import sqlite3
    from contextlib import closing
    from hashlib import sha256

    raw = folder / "storage" / "raw"
    kept = {
        p.parent.name + p.name: sha256(p.read_bytes()).hexdigest()
        for p in raw.glob("??/*")
        if p.parent.name != "incoming"
    }
    yield from (
        f"{name} holds {digest}"
        for name, digest in kept.items()
        if name != digest
    )
    with closing(sqlite3.connect(folder / "storage" / "ledger.db")) as ledger:
        for (key,) in ledger.execute(
            "SELECT key FROM sighting UNION SELECT key FROM message UNION SELECT key FROM mail"
        ):
            if key not in kept:
                yield f"{key} is named and not kept"
