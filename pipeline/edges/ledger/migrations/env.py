"""Runs alembic's migrations on the connection that edges/database.py hands over."""

from alembic import context
from sqlmodel import SQLModel

import pipeline.edges.ledger.tables  # noqa: F401 -- fills the metadata that migrations are compared with

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
