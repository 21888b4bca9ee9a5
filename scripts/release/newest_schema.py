"""Writes the schema that a new ledger is told, as the migrations leave it: pipeline/edges/ledger/migrations/newest.sql.

python3 scripts/release/newest_schema.py       after a migration was added

Runs them all on a ledger in memory; tests/contract/test_newest_schema.py says where the file is behind them.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import _environment

# What stands on a table behind it; else by name, since a migration may take tables in any order
_STATEMENTS = """
SELECT sql FROM sqlite_master WHERE sql IS NOT NULL
ORDER BY type != 'table', type, name
"""
_VERSION = "SELECT version_num FROM alembic_version"


def newest_schema() -> str:
    """The statements of a ledger that was migrated from nothing, and its version."""
    from sqlalchemy import create_engine

    from pipeline.edges.ledger.database import migrate
    from pipeline.edges.ledger.migrations.newest_schema import BETWEEN

    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        migrate(connection)
        made = connection.exec_driver_sql(_STATEMENTS).scalars().all()
        version = connection.exec_driver_sql(_VERSION).scalar()
    engine.dispose()
    told = [*made, f"INSERT INTO alembic_version VALUES ('{version}')"]
    return BETWEEN.join(told) + ";\n"


def main() -> None:
    _environment.enter()
    _environment.see_tests()
    from pipeline.edges.ledger.migrations.newest_schema import FILE

    FILE.write_text(newest_schema(), encoding="utf-8")
    print(FILE)


if __name__ == "__main__":
    main()
