"""Brings a database to this version's schema, on either database, safely beside others who try the same."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

import migrations
from app.errors import Finding, Unavailable
from app.store import row_security
from app.store.session import Store

LOG = logging.getLogger(__name__)
GUARD = "Let the service connect as a role of its own, and migrate as the owner (docs/operators.md)."


def config(database_url: str, *, application: str | None = None) -> Config:
    """Alembic's configuration for this database; the migrations travel with the package.

    `application` is the role that the service connects as, when that is not the owner of the tables.
    """
    made = Config()
    made.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["database_url"] = database_url
    made.attributes["application"] = application
    return made


def migrate(database_url: str, *, application: str | None = None) -> str:
    """Applies what is missing, gives the application's role its rights, and returns the revision reached."""
    command.upgrade(config(database_url, application=application), "head")
    return _head(database_url)


def demand_current(database_url: str, *, guarded: bool = False) -> None:
    """Migrates the embedded database; raises Unavailable when another one is not at this version's schema.

    PostgreSQL's guard between workspaces must hold for our role when `guarded`; else a log line says that it does not.
    """
    if make_url(database_url).get_backend_name() == "sqlite":
        migrate(database_url)
        return
    store = Store(database_url)
    try:
        with store.engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
            unguarded = row_security.why_not_guarded(connection)
    finally:
        store.close()
    if revision != _head(database_url):
        problem = f"It is at revision {revision}, this version needs {_head(database_url)}."
        raise Unavailable("", [Finding("database", problem, "Run `care-landscape migrate` first.")])
    if unguarded and guarded:
        raise Unavailable("", [Finding("database", unguarded, GUARD)])
    if unguarded:
        LOG.warning("%s %s", unguarded, GUARD)


def _head(database_url: str) -> str:
    return ScriptDirectory.from_config(config(database_url)).get_current_head() or "none"
