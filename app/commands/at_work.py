"""What every operator's command needs: the store of the settings, and the operator's name for the record."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from app.store.audit import Author

WorkspaceOption = Annotated[str, typer.Option("--workspace", help="The workspace's id.")]


def operator() -> Author:
    """Whoever is logged in on this machine."""
    return Author(f"operator {getpass.getuser()}", "command line")


@contextmanager
def changing(workspace_id: str) -> Iterator[Session]:
    """A writing session within the workspace, on a database that is migrated when it is the embedded one."""
    from app.settings import Settings
    from app.store.migrate import demand_current
    from app.store.session import Store

    settings = Settings()
    demand_current(settings.database_url)
    store = Store(settings.database_url)
    try:
        with store.writing(workspace_id) as session:
            yield session
    finally:
        store.close()
