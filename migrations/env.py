"""Runs the revisions against one database, one migrator at a time."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, text

from app.settings import Settings
from app.store import row_security
from app.store.all_tables import METADATA
from app.store.session import Store

LOCK = 7_240_117


def _one_at_a_time(connection: Connection) -> None:
    """PostgreSQL: an advisory lock until the transaction ends; on SQLite the transaction itself excludes others."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def run() -> None:
    """Migrates in one transaction, so that a migration killed half-way leaves nothing behind."""
    given: dict[str, Any] = context.config.attributes
    settings = Settings() if "database_url" not in given else None
    store = Store(str(given["database_url"]) if settings is None else settings.owner_url)
    try:
        with store.engine.connect().execution_options(sqlite_begin="EXCLUSIVE") as connection:
            context.configure(
                connection=connection, target_metadata=METADATA, render_as_batch=True, transactional_ddl=True
            )
            with context.begin_transaction():
                _one_at_a_time(connection)
                row_security.enter(connection, row_security.EVERY)
                context.run_migrations()
                row_security.protect(connection, application=given.get("application"))
    finally:
        store.close()


run()
