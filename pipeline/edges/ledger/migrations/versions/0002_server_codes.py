"""Mail servers by their codes

Pauses named the servers as the user interface does. A row is never changed, so the
newest pause of each server is written once more under the server's code, with its
entry in the journal; what is read from then on is that row.
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CODES = {"收信邮箱": "mailbox", "发信邮箱": "smtp"}
_FIRST = "0" * 64


def upgrade() -> None:
    connection = op.get_bind()
    for label, code in _CODES.items():
        newest = sa.text(
            "SELECT * FROM pause WHERE server = :label ORDER BY id DESC"
        )
        found = connection.execute(newest, {"label": label}).mappings().first()
        if found is not None:
            _write(connection, {**found, "server": code})


def _write(connection: sa.Connection, pause: dict[str, object]) -> None:
    pause = {name: value for name, value in pause.items() if name != "id"}
    columns = ", ".join(pause)
    values = ", ".join(f":{name}" for name in pause)
    connection.execute(
        sa.text(f"INSERT INTO pause ({columns}) VALUES ({values})"), pause
    )
    number = connection.execute(
        sa.text("SELECT max(id) FROM pause")
    ).scalar_one()
    stored = {**pause, "id": number}
    last = connection.execute(
        sa.text("SELECT seq, link FROM journal ORDER BY seq DESC LIMIT 1")
    ).first()
    entry = {
        "seq": last.seq + 1 if last else 1,
        "at": pause["at"],
        "who": "程序",
        "what": "paused" if pause["cause"] else "resumed",
        "unit": None,
        "period": None,
        "subject": pause["server"],
        "why": pause["cause"],
        "table_name": "pause",
        "row_key": str(number),
        "row_digest": _digest(dict(sorted(stored.items()))),
        "previous": last.link if last else _FIRST,
    }
    entry["link"] = _digest(list(entry.values()))
    columns = ", ".join(entry)
    values = ", ".join(f":{name}" for name in entry)
    connection.execute(
        sa.text(f"INSERT INTO journal ({columns}) VALUES ({values})"), entry
    )


def _digest(values: object) -> str:
    """As the journal's definition says (model/journal_entry.py), written out here since
    a migration must stay as it was."""
    text = json.dumps(values, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def downgrade() -> None:
    """Nothing: rows are only ever added."""
