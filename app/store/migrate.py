"""Brings a database to this version's schema, on either database, safely beside others who try the same."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

import migrations
from app.errors import Finding, Unavailable
from app.store.session import Store


def config(database_url: str) -> Config:
    """Alembic's configuration for this database; the migrations travel with the package."""
    made = Config()
    made.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["database_url"] = database_url
    return made


def migrate(database_url: str) -> str:
    """Applies what is missing and returns the revision reached."""
    command.upgrade(config(database_url), "head")
    return _head(database_url)


def demand_current(database_url: str) -> None:
    """Migrates the embedded database; raises Unavailable when another one is not at this version's schema."""
    if make_url(database_url).get_backend_name() == "sqlite":
        migrate(database_url)
        return
    store = Store(database_url)
    try:
        with store.engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
    finally:
        store.close()
    if revision != _head(database_url):
        problem = f"It is at revision {revision}, this version needs {_head(database_url)}."
        raise Unavailable("", [Finding("database", problem, "Run `care-landscape migrate` first.")])


def _head(database_url: str) -> str:
    return ScriptDirectory.from_config(config(database_url)).get_current_head() or "none"
