"""Runs the revisions against one database, one migrator at a time."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, text

from app.settings import Settings
from app.store.session import Store
from app.store.tables import Table

LOCK = 7_240_117


def _one_at_a_time(connection: Connection) -> None:
    """PostgreSQL: an advisory lock until the transaction ends; on SQLite the transaction itself excludes others."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def run() -> None:
    """Migrates in one transaction, so that a migration killed half-way leaves nothing behind."""
    given: Any = context.config.attributes.get("database_url")
    store = Store(str(given) if given else Settings().database_url)
    try:
        with store.engine.connect().execution_options(sqlite_begin="EXCLUSIVE") as connection:
            context.configure(
                connection=connection, target_metadata=Table.metadata, render_as_batch=True, transactional_ddl=True
            )
            with context.begin_transaction():
                _one_at_a_time(connection)
                context.run_migrations()
    finally:
        store.close()


run()
