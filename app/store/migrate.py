"""Brings a database to this version's schema, on either database, safely beside others who try the same."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

import migrations
from app.store.session import Store
from app.store.workspaces import ensure_local


def config(database_url: str) -> Config:
    """Alembic's configuration for this database; the migrations travel with the package."""
    made = Config()
    made.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["database_url"] = database_url
    return made


def migrate(database_url: str) -> str:
    """Applies what is missing, makes sure the default workspace is there, and returns the revision reached."""
    alembic = config(database_url)
    command.upgrade(alembic, "head")
    store = Store(database_url)
    try:
        with store.writing() as session:
            ensure_local(session)
    finally:
        store.close()
    return ScriptDirectory.from_config(alembic).get_current_head() or "none"
