"""Wide numbers, and an index for every question of a wake

UIDs, UIDVALIDITY and the numbers that stand for mails from files need 64 bits, which
SQLite's INTEGER has and PostgreSQL's has not. On PostgreSQL also the triggers that
refuse to change or delete a row, which SQLite has had from the start.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_WIDE = {
    "sighting": ("uidvalidity", "uid", "size"),
    "fetch_failure": ("uidvalidity", "uid"),
    "renumbering": ("uidvalidity",),
}
_INDEXES = (
    ("ix_message_sender", "message", ["sender", "received_at"]),
    ("ix_delivery_event_verdict", "delivery_event", ["verdict"]),
    ("ix_delivery_event_state", "delivery_event", ["state", "id"]),
    ("ix_decision_newest", "decision", ["report_id", "id"]),
    ("ix_decision_standing", "decision", ["unit", "period"]),
    (
        "ix_fetch_failure_folder",
        "fetch_failure",
        ["folder", "uidvalidity", "uid"],
    ),
    ("ix_poll_at", "poll", ["at"]),
    ("ix_journal_row", "journal", ["table_name", "row_key"]),
    ("ix_removal_what", "removal", ["what", "id"]),
)
# What may be updated in place
_CHANGING = frozenset({"lease", "alembic_version"})


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for table, columns in _WIDE.items():
            for column in columns:
                op.alter_column(table, column, type_=sa.BigInteger())
        _refuse_changes(connection)
    for name, table, of in _INDEXES:
        op.create_index(name, table, of)


def _refuse_changes(connection: sa.Connection) -> None:
    op.execute(
        "CREATE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '台账只能追加，不能修改或删除'; END $$"
    )
    for table in sa.inspect(connection).get_table_names():
        if table not in _CHANGING:
            op.execute(
                f"CREATE TRIGGER {table}_only_grows "
                f'BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}" '
                "FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()"
            )


def downgrade() -> None:
    for name, table, _ in _INDEXES:
        op.drop_index(name, table)
